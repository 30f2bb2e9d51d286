// A database of its own for a test file: a clone of the migrated template that global-setup.ts made.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { limits } from '../src/limits.ts'
import { connect } from '../src/store/connect.ts'
import { openVault } from '../src/store/master-key.ts'
import { serverUrlOf } from '../src/store/privileges.ts'
import type { Vault } from '../src/store/vault.ts'

export interface FreshDatabase {
	/** Of its owner, who may do anything. */
	readonly url: string
	/** With the rights of the server. */
	readonly serverUrl: string
	/** Ends whatever is still connected. */
	drop(): Promise<void>
}

/** `template`: the URL of the migrated database, where no test run provides it. */
export async function freshDatabase(template = inject('databaseUrl')): Promise<FreshDatabase> {
	const name = `test_${randomBytes(6).toString('hex')}`
	await administer(template, `create database ${name} template sonra`)
	const url = template.replace(/[^/]*$/, name)
	return {
		url,
		serverUrl: serverUrlOf(url),
		drop: () => administer(template, `drop database ${name} with (force)`),
	}
}

/** What the servers of a database seal with. */
export async function vaultOf(databaseUrl: string, masterKey: Buffer): Promise<Vault> {
	const pool = connect(databaseUrl, 'test', { ...limits.database, connections: 1 })
	const vault = await openVault(pool, masterKey).finally(() => pool.end())
	if (!vault) throw new Error('the database has another master key')
	return vault
}

/** Connected to another database than the template, which cannot be cloned while somebody is in it. */
async function administer(template: string, statement: string): Promise<void> {
	const client = new pg.Client({ connectionString: template.replace(/[^/]*$/, 'postgres') })
	await client.connect()
	await client.query(statement).finally(() => client.end())
}
