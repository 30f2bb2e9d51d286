// The merchant that a sandbox is born with, so that the first call can be made at once. Its credentials are written to a file
// of the data folder at every start, for scripts and tests to read.

import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Database } from './database.ts'
import { Conflict } from './engine/fault.ts'
import { say } from './language.ts'
import { sandboxClock } from './store/clock.ts'
import { type Credentials, createMerchant, findCaller } from './store/merchants.ts'
import type { Notebook } from './store/notes.ts'
import type { Vault } from './store/vault.ts'

const demoCode = 'DEMO'

export interface DemoMerchant extends Credentials {
	readonly file: string
}

export async function demoMerchant({ pool, vault, streams }: Database, dataDir: string, baseUrl: string): Promise<DemoMerchant> {
	const { merchantCode, merchantKey, merchantSalt } = await findOrCreate(pool, vault, {
		streams,
		clock: sandboxClock(pool),
		operator: null,
		command: 'serve',
	})
	const file = join(dataDir, 'demo-merchant.json')
	const text = JSON.stringify({ merchantId: merchantCode, merchantKey, merchantSalt, baseUrl }, null, 2)
	await mkdir(dataDir, { recursive: true, mode: 0o700 })
	const draft = `${file}.${process.pid}`
	await writeFile(draft, `${text}\n`, { mode: 0o600 })
	await rename(draft, file)
	return { merchantCode, merchantKey, merchantSalt, file }
}

async function findOrCreate(pool: pg.Pool, vault: Vault, notebook: Notebook): Promise<Credentials> {
	const found = await findCaller(pool, vault, demoCode)
	if (found) return found
	try {
		return await createMerchant(pool, vault, say('Demo shop', 'Deneme mağazası'), { merchantCode: demoCode }, notebook)
	} catch (error) {
		// A server that started in the same moment has made it.
		const made = error instanceof Conflict ? await findCaller(pool, vault, demoCode) : null
		if (made) return made
		throw error
	}
}
