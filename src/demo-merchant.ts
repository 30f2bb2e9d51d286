// The merchant that a sandbox is born with, so that the first call can be made at once. Its credentials are written to a file
// of the data folder at every start, for scripts and tests to read.

import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { say } from './language.ts'
import { type Credentials, createMerchant, findCaller } from './store/merchants.ts'

const demoCode = 'DEMO'

export interface DemoMerchant extends Credentials {
	readonly file: string
}

export async function demoMerchant({ pool, vault }: Database, dataDir: string, baseUrl: string): Promise<DemoMerchant> {
	const name = say('Demo shop', 'Deneme mağazası')
	const credentials =
		(await findCaller(pool, vault, demoCode)) ?? (await createMerchant(pool, vault, name, { merchantCode: demoCode }))
	const { merchantCode, merchantKey, merchantSalt } = credentials
	const file = join(dataDir, 'demo-merchant.json')
	const text = JSON.stringify({ merchantId: merchantCode, merchantKey, merchantSalt, baseUrl }, null, 2)
	await mkdir(dataDir, { recursive: true, mode: 0o700 })
	await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 })
	await rename(`${file}.new`, file)
	return { merchantCode, merchantKey, merchantSalt, file }
}
