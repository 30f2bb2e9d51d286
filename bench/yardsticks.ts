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
	/** Its average, as pgbench tells it. */
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

async function pgbench(stage: Stage, clients: number, seconds: number, words: readonly string[]): Promise<Yardstick> {
	const threads = Math.min(clients, 2)
	const { stdout } = await execute(
		'pgbench',
		['-n', '-M', 'prepared', '-c', `${clients}`, '-j', `${threads}`, '-T', `${seconds}`, ...words, stage.databaseUrl],
		{ timeout: seconds * 1_000 + 60_000 },
	)
	const read = (pattern: RegExp): number => {
		const found = pattern.exec(stdout)?.[1]
		if (found === undefined) throw new Error(`pgbench said something else:\n${stdout}`)
		return Number(found)
	}
	if (read(/number of failed transactions: (\d+)/) > 0) throw new Error(`transactions of pgbench failed:\n${stdout}`)
	return { perSecond: read(/tps = ([\d.]+)/), latencyMs: read(/latency average = ([\d.]+)/) }
}
