// Another master key in the place of the one that is used, beside running servers: real processes on a database of their own.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { type DataFolder, dataFolder, type Ending, endProcesses, run, type Server, serve } from '../process.ts'
import { newPerson, refusalsOf } from '../sandbox.ts'

const [oldKey, newKey] = ['0a'.repeat(32), '0b'.repeat(32)]

let database: FreshDatabase
let folder: DataFolder
let server: Server

const under = (SONRA_MASTER_KEY: string) => ({
	DATABASE_URL: database.url,
	SONRA_MODE: 'sandbox',
	SONRA_DATA_DIR: folder.path,
	SONRA_MASTER_KEY,
})
const rotate = (from: string, to: string): Promise<Ending> =>
	run(['rotate-master-key'], { ...under(from), SONRA_NEW_MASTER_KEY: to })

beforeAll(async () => {
	database = await freshDatabase()
	folder = await dataFolder()
	server = await serve(under(oldKey))
})
afterAll(async () => {
	await endProcesses()
	await folder.remove()
	await database.drop()
})

it('is there at once: a running server goes on, the next one needs the new key and opens what was sealed before', async () => {
	const demo = JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8'))
	const person = newPerson()
	const setLimit = (at: Server) => new MerchantClient(at.url, demo).call('/RequestV2/SetLimitFromKds', person)
	const before = await setLimit(server)
	expect(refusalsOf(before)).toEqual([])

	expect(await rotate(oldKey, newKey)).toEqual({
		code: 0,
		signal: null,
		stdout: 'Done. From the next start on SONRA_MASTER_KEY must be the new key; running servers go on.\n',
		stderr: '',
	})
	expect((await setLimit(server)).Data).toEqual(before.Data)
	const next = await serve(under(newKey))
	// The same person is found by the hash, the number is opened and masked.
	expect((await setLimit(next)).Data).toEqual(before.Data)

	const refused = await run(['verify'], under(oldKey))
	expect(refused).toMatchObject({
		code: 1,
		stderr: expect.stringMatching(/^SONRA_MASTER_KEY .*is not the master key of this database\.\n$/),
	})
	expect(await run(['verify'], under(newKey))).toMatchObject({ code: 0, stderr: '' })
	const repeated = await rotate(oldKey, newKey)
	expect(repeated).toMatchObject({ code: 1, stdout: '', stderr: refused.stderr })
})

it('needs both keys, and repeats neither', async () => {
	const alone = await run(['rotate-master-key'], under(newKey))
	expect(alone).toMatchObject({ code: 1, stdout: '', stderr: 'SONRA_MASTER_KEY and SONRA_NEW_MASTER_KEY must be set.\n' })
	const short = await rotate(newKey, 'abc')
	expect(short).toMatchObject({
		code: 1,
		stdout: '',
		stderr: expect.stringMatching(/^SONRA_NEW_MASTER_KEY must be 64 hexadecimal digits/),
	})
})
