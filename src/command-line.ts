// What every command of the command line does around its own work: open the database, print, say in a line what the user can put right,
// and know the operator by name.

import { userInfo } from 'node:os'
import { type Config, readConfig } from './config.ts'
import { type Database, openForCommand } from './database.ts'
import { machineClock, sandboxClock } from './store/clock.ts'
import type { Notebook } from './store/notes.ts'

export const print = (line: string): void => {
	process.stdout.write(`${line}\n`)
}

export async function withDatabase<T>(work: (database: Database, config: Config) => Promise<T>): Promise<T> {
	const config = readConfig(process.env, 'command')
	const database = await openForCommand(config)
	try {
		return await work(database, config)
	} finally {
		await database.close()
	}
}

/** Where what the operator does is noted, under the name the operator has on this machine. */
export function notebook({ pool, streams }: Database, { mode }: Config, command: string): Notebook {
	const clock = mode === 'sandbox' ? sandboxClock(pool) : machineClock
	return { streams, clock, operator: operatorName(), command }
}

function operatorName(): string {
	try {
		return userInfo().username
	} catch {
		// In a container the user may have no name.
		return `uid ${process.getuid?.() ?? '?'}`
	}
}

/** Ends the program with a line of its own and no stack: something the user can put right. */
export class UserError extends Error {}
