// Where the master key comes from, and whether it is the one this database was made with.

import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { onConnection } from './connect.ts'
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

/** The vault of a database; null when the database was made with another master key. */
export async function openVault(pool: pg.Pool, masterKey: Buffer): Promise<Vault | null> {
	const vault = new Vault(masterKey)
	return onConnection(pool, async (client) => {
		await client.query('insert into master_key_check (sealed) values ($1) on conflict do nothing', [
			vault.seal('sonra', 'master-key-check'),
		])
		const { rows } = await client.query('select sealed from master_key_check')
		try {
			vault.open(rows[0].sealed, 'master-key-check')
			return vault
		} catch {
			return null
		}
	})
}
