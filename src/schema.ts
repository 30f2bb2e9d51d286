// Brings the schema up to date, on a connection of its owner, and gives the server's role its rights in it. The server itself works with
// that lesser role wherever the settings give it one.

import type pg from 'pg'
import { WrongSetting } from './config.ts'
import { databaseTrouble } from './database-trouble.ts'
import { migrateJobs } from './jobs/jobs.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { acquire, connect } from './store/connect.ts'
import { migrate, pendingMigrations } from './store/migrate.ts'
import { grantToServer, makeServerRole, mayMigrate, serverUrlOf } from './store/privileges.ts'

export interface Schema {
	/** With the rights of the server. */
	readonly url: string
	/** With all rights; null where only the server's are known. */
	readonly ownerUrl: string | null
	/** The server could alter what was booked: its role owns the tables. */
	readonly servesAsOwner: boolean
	/** The migrations that were applied just now. */
	readonly migrated: readonly string[]
}

/** An embedded database has a role for its server, made here. */
export async function readyEmbedded(ownerUrl: string): Promise<Schema> {
	const migrated = await onOne(ownerUrl, async (client) => migrateFor(client, ownerUrl, await makeServerRole(client, ownerUrl)))
	return { url: serverUrlOf(ownerUrl), ownerUrl, servesAsOwner: false, migrated }
}

/** `ownerUrl`: null where it is given only when a new version comes, to `sonra migrate`. Throws WrongSetting. */
export async function readyGiven(url: string, ownerUrl: string | null): Promise<Schema> {
	const server = await onOne(
		url,
		async (client) => {
			const { rows } = await client.query<{ role: string }>('select current_user as role')
			return { role: rows[0]?.role as string, mayMigrate: await mayMigrate(client) }
		},
		'DATABASE_URL',
	)
	if (ownerUrl !== null) {
		const role = server.mayMigrate ? null : server.role
		const migrated = await onOne(ownerUrl, (client) => migrateFor(client, ownerUrl, role), 'SONRA_MIGRATION_DATABASE_URL')
		return { url, ownerUrl, servesAsOwner: server.mayMigrate, migrated }
	}
	if (server.mayMigrate) {
		const migrated = await onOne(url, (client) => migrateFor(client, url, null))
		return { url, ownerUrl: url, servesAsOwner: true, migrated }
	}
	if (!(await isUpToDate(url))) {
		throw new WrongSetting(
			say(
				'The schema is not up to date, and the role of DATABASE_URL may not change it: set SONRA_MIGRATION_DATABASE_URL, or run `sonra migrate` with it.',
				'Şema güncel değil ve DATABASE_URL içindeki rol onu değiştiremez: SONRA_MIGRATION_DATABASE_URL verin ya da `sonra migrate` komutunu onunla çalıştırın.',
			),
		)
	}
	return { url, ownerUrl: null, servesAsOwner: false, migrated: [] }
}

/** `role`: who gets the server's rights; null = nobody needs to be given any. */
async function migrateFor(client: pg.PoolClient, ownerUrl: string, role: string | null): Promise<string[]> {
	const migrated = await migrate(client)
	await migrateJobs(ownerUrl, patient)
	if (role !== null) await grantToServer(client, role)
	return migrated
}

const insufficientPrivilege = '42501'

async function isUpToDate(url: string): Promise<boolean> {
	try {
		const pending = await onOne(url, (client) => pendingMigrations(client))
		await migrateJobs(url, patient)
		return pending.length === 0
	} catch (error) {
		// It may not even read the list of migrations, or graphile-worker has some of its own to do.
		if ((error as pg.DatabaseError).code === insufficientPrivilege) return false
		throw error
	}
}

const { migrationMs, ...databaseLimits } = limits.database
const patient = { ...databaseLimits, statementTimeoutMs: migrationMs, lockTimeoutMs: migrationMs, answerTimeoutMs: migrationMs }

/**
 * On a connection for this work alone, which may take its time: what was prepared before the tables changed is not kept. `setting`: what
 * named the address, if anything did.
 */
async function onOne<T>(url: string, work: (client: pg.PoolClient) => Promise<T>, setting?: string): Promise<T> {
	const pool = connect(url, 'schema', { ...patient, connections: 1 })
	try {
		const client = await acquire(pool).catch((error) => {
			throw setting === undefined ? error : unreachable(setting, error)
		})
		return await work(client).finally(() => client.release(true))
	} finally {
		await pool.end()
	}
}

function unreachable(setting: string, error: unknown): unknown {
	const trouble = databaseTrouble(error)
	return trouble === null ? error : new WrongSetting(`${setting}: ${trouble}`)
}
