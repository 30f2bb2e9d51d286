// Where the master key comes from, and what it opens: the key that this database's own values are sealed under.

import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { onConnection } from './connect.ts'
import { type Notebook, noting } from './notes.ts'
import { beginChains } from './records.ts'
import { Vault } from './vault.ts'

/** A sandbox keeps its key in a file of the data folder, made at the first start. Two first starts at once agree on one. */
export async function sandboxMasterKey(dataDir: string): Promise<Buffer> {
	const file = join(dataDir, 'master-key')
	await mkdir(dataDir, { recursive: true, mode: 0o700 })
	try {
		return await readKey(file)
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
	}
	const made = `${file}.${randomBytes(6).toString('hex')}`
	await writeFile(made, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
	try {
		await link(made, file)
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
	} finally {
		await rm(made)
	}
	return readKey(file)
}

async function readKey(file: string): Promise<Buffer> {
	const text = (await readFile(file, 'utf8')).trim()
	if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error(`${file} does not hold a master key of 64 hexadecimal digits`)
	return Buffer.from(text, 'hex')
}

/** The vault of a database: it seals under a key of the database's own, which was made with it. Null under a wrong master key. */
export async function openVault(pool: pg.Pool, masterKey: Buffer): Promise<Vault | null> {
	const dataKey = new Vault(masterKey).seal(randomBytes(32).toString('hex'), 'data-key')
	return onConnection(pool, async (client) => {
		await client.query('insert into data_key (sealed) values ($1) on conflict do nothing', [dataKey])
		const kept = opened(masterKey, await sealedDataKey(client))
		if (kept === null) return null
		if (!kept.endsWith(chainsBegun)) await beginChainsOnce(client, masterKey)
		return vaultFrom(kept)
	})
}

/** Stands behind a data key in its seal, so that nobody can make a database with chains look like one that never had any. */
const chainsBegun = ' chained'

const vaultFrom = (dataKey: string): Vault => new Vault(Buffer.from(dataKey.replace(chainsBegun, ''), 'hex'))

async function beginChainsOnce(client: pg.PoolClient, masterKey: Buffer): Promise<void> {
	await client.query('begin')
	await client.query('lock table data_key in exclusive mode')
	const dataKey = opened(masterKey, await sealedDataKey(client))
	// Another process may have begun them meanwhile, or changed the master key: then the next start sees to it.
	if (dataKey !== null && !dataKey.endsWith(chainsBegun)) {
		await beginChains(client, vaultFrom(dataKey))
		await client.query('update data_key set sealed = $1', [new Vault(masterKey).seal(dataKey + chainsBegun, 'data-key')])
	}
	await client.query('commit')
}

/**
 * Puts another master key in the place of this one. Only the data key is sealed anew: it is done at once, also beside running servers,
 * which have the data key already. False when this one does not open the database any more.
 */
export async function rotateMasterKey(
	pool: pg.Pool,
	masterKey: Buffer,
	newMasterKey: Buffer,
	notebook?: Notebook,
): Promise<boolean> {
	return noting(pool, notebook, async (client, note) => {
		// Of two rotations at once the second sees what the first made of it.
		await client.query('lock table data_key in exclusive mode')
		const dataKey = opened(masterKey, await sealedDataKey(client))
		if (dataKey !== null) {
			await client.query('update data_key set sealed = $1', [new Vault(newMasterKey).seal(dataKey, 'data-key')])
			note({ kind: 'master-key-rotated' })
		}
		return dataKey !== null
	})
}

async function sealedDataKey(client: pg.PoolClient): Promise<Buffer> {
	const { rows } = await client.query<{ sealed: Buffer }>('select sealed from data_key')
	if (!rows[0]) throw new Error('the database has lost its data key')
	return rows[0].sealed
}

/** Null: it was sealed under another key. */
function opened(masterKey: Buffer, sealed: Buffer): string | null {
	try {
		return new Vault(masterKey).open(sealed, 'data-key')
	} catch {
		return null
	}
}
