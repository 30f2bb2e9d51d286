// What the database alone can do on this machine, measured by pgbench: A, a sale through one function call and one commit, and
// B, pgbench's own TPC-B. pgbench is PostgreSQL's C client; it comes with Debian's package postgresql-contrib.

import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Stage } from './stage.ts'

const execute = promisify(execFile)
/** Branches, of 100 000 accounts each. */
const tpcbScale = 16

export interface Yardstick {
	readonly perSecond: number
	/** The average. */
	readonly latencyMs: number
}

/** Makes ready for both. Throws when there is no pgbench, with where to get it. */
export async function prepareYardsticks(stage: Stage, folder: string): Promise<void> {
	try {
		await execute('pgbench', ['--version'])
	} catch (cause) {
		throw new Error('the yardsticks need pgbench: apt-get install postgresql-contrib', { cause })
	}
	await stage.pool.query(await readFile(new URL('yardsticks.sql', import.meta.url), 'utf8'))
	await execute('pgbench', ['-i', '-q', '-s', String(tpcbScale), stage.databaseUrl])
	await writeFile(
		join(folder, 'sell.sql'),
		`\\set buyer random(:first, :last)\nselect bench.sell(:buyer, ${stage.merchant.id});\n`,
	)
}

/** Sells to customers first .. last, all the same customer where they are one. */
export function sell(stage: Stage, folder: string, clients: number, seconds: number, first: bigint, last: bigint) {
	return pgbench(stage, clients, seconds, ['-f', join(folder, 'sell.sql'), '-D', `first=${first}`, '-D', `last=${last}`])
}

export function tpcb(stage: Stage, clients: number, seconds: number) {
	return pgbench(stage, clients, seconds, [])
}

/**
 * Each session of pgbench compiles the function and plans its statements when it first calls it, all of them at once: seconds of
 * CPU for many clients. What is measured begins after that.
 */
const warmUpSeconds = (clients: number): number => 1 + Math.ceil(clients / 32)

async function pgbench(stage: Stage, clients: number, seconds: number, words: readonly string[]): Promise<Yardstick> {
	const threads = Math.min(clients, 2)
	const warmUp = warmUpSeconds(clients)
	const { stderr } = await execute(
		'pgbench',
		[
			...['-n', '-M', 'prepared', '-P', '1', '-c', `${clients}`, '-j', `${threads}`, '-T', `${warmUp + seconds}`],
			...words,
			stage.databaseUrl,
		],
		{ timeout: (warmUp + seconds) * 1_000 + 60_000 },
	)
	const measured = [...stderr.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps, lat ([\d.]+) ms .*, (\d+) failed/gm)].slice(-seconds)
	if (measured.length < seconds || measured.some((second) => second[3] !== '0')) {
		throw new Error(`pgbench did not do what it should:\n${stderr}`)
	}
	const mean = (column: 1 | 2) => measured.reduce((sum, second) => sum + Number(second[column]), 0) / measured.length
	return { perSecond: mean(1), latencyMs: mean(2) }
}
