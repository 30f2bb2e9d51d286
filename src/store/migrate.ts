// Applies sql/NNNN_name.sql in order, each file in its own transaction, and remembers what it applied by name and content.
// Forward only: what was applied must be exactly the first files of the folder, or nothing is done.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'

type Client = pg.Client | pg.PoolClient

const FOLDER = fileURLToPath(new URL('../../sql', import.meta.url))
const FILE_NAME = /^\d{4}_\w+\.sql$/
/** Two numbers that only have to differ from the other advisory locks of Sonra (see claim.ts). */
const LOCK = [0x50a7a, 2] as const

interface Migration {
	readonly name: string
	readonly text: string
	readonly sha256: string
}

/**
 * Returns the names applied by this call. Another process doing the same is waited for, a minute at most: it does the work, and
 * this call finds nothing left. Throws before changing anything when an applied file was changed, removed or overtaken.
 */
export async function migrate(client: Client, folder = FOLDER): Promise<string[]> {
	await client.query(`set lock_timeout = '60s'`)
	await client.query('select pg_advisory_lock($1, $2)', [...LOCK])
	try {
		await client.query(
			'create table if not exists migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
		)
		const pending = await findPending(client, folder)
		for (const migration of pending) await apply(client, migration)
		return pending.map(({ name }) => name)
	} finally {
		await client.query('select pg_advisory_unlock($1, $2)', [...LOCK])
		await client.query('reset lock_timeout')
	}
}

/** The names `migrate` would apply; changes nothing. Throws as `migrate` does. */
export async function pendingMigrations(client: Client, folder = FOLDER): Promise<string[]> {
	return (await findPending(client, folder)).map(({ name }) => name)
}

async function findPending(client: Client, folder: string): Promise<Migration[]> {
	const migrations = await readMigrations(folder)
	const applied = await readApplied(client)
	for (const [index, { name, sha256 }] of applied.entries()) {
		const present = migrations.find((migration) => migration.name === name)
		if (!present) throw new Error(`the database has migration ${name}, which this version of Sonra does not know`)
		if (present.sha256 !== sha256) throw new Error(`migration ${name} was changed after it was applied; add a new file instead`)
		const expected = migrations[index] as Migration
		if (expected.name !== name)
			throw new Error(`migration ${expected.name} comes before ${name}, which is already applied; give it a later number`)
	}
	return migrations.slice(applied.length)
}

async function readMigrations(folder: string): Promise<Migration[]> {
	const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort()
	return Promise.all(
		names.map(async (name) => {
			const text = await readFile(join(folder, name), 'utf8')
			return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
		}),
	)
}

async function readApplied(client: Client): Promise<{ name: string; sha256: string }[]> {
	const { rows } = await client.query<{ present: boolean }>(`select to_regclass('migration') is not null as present`)
	if (!rows[0]?.present) return []
	return (await client.query<{ name: string; sha256: string }>('select name, sha256 from migration order by name collate "C"'))
		.rows
}

async function apply(client: Client, { name, text, sha256 }: Migration): Promise<void> {
	await client.query('begin')
	try {
		await client.query(text)
		await client.query('insert into migration (name, sha256) values ($1, $2)', [name, sha256])
		await client.query('commit')
	} catch (cause) {
		await client.query('rollback')
		throw new Error(`migration ${name}${lineOf(cause, text)}: ${(cause as Error).message}`, { cause })
	}
}

/** PostgreSQL gives a failure's place in characters from the start of the text. */
function lineOf(error: unknown, text: string): string {
	const position = Number((error as pg.DatabaseError).position)
	return position > 0 ? `, line ${text.slice(0, position).split('\n').length}` : ''
}
