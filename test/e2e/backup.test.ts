// A backup taken while merchants sell, and a server on it: it has every sale that was answered before the backup began.

import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import { type DataFolder, dataFolder, endProcesses, nobodysNeighbours, run, type Server, serve } from '../process.ts'
import { newCustomer, newOrder } from '../sandbox.ts'

let folder: DataFolder
let server: Server
/** Where the backup goes; it is a data folder in its turn. */
let restored: DataFolder

beforeAll(async () => {
	folder = await dataFolder()
	restored = await dataFolder()
	await rm(restored.path, { recursive: true })
	server = await serve({ SONRA_DATA_DIR: folder.path })
})
afterAll(async () => {
	await endProcesses()
	await folder.remove()
	await restored.remove()
})

async function demo(at: Server): Promise<MerchantClient> {
	return new MerchantClient(at.url, JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8')))
}

it('is whole though sales went on, and starts like any other data folder', async () => {
	const client = await demo(server)
	const customerId = await newCustomer({ client })
	const sold: string[] = []
	const sell = async () => {
		const { merchantOid, ...order } = newOrder(customerId, { orderAmount: '1000' })
		expect((await client.call('/RequestV2/CreateTransaction', { merchantOid, ...order })).Errors).toEqual([])
		sold.push(String(merchantOid))
	}
	for (let i = 0; i < 20; i++) await sell()
	const soldBefore = [...sold]
	let isTaken = false
	const selling = (async () => {
		while (!isTaken && sold.length < 4_000) await sell()
	})()
	const taken = await run(['backup', restored.path], { SONRA_DATA_DIR: folder.path })
	isTaken = true
	await selling
	expect(taken).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/ has the backup: \d+ files, \d+ MiB\.\n$/) })
	expect(sold.length).toBeGreaterThan(soldBefore.length)

	const copy = await serve({ SONRA_DATA_DIR: restored.path })
	const database = new pg.Client(await restored.databaseUrl())
	await database.connect()
	const { rows } = await database.query<{ oid: string }>('select merchant_oid as oid from transaction order by id')
	await database.end()
	const kept = rows.map(({ oid }) => oid)
	// Each was sold before the next was asked for, so what a moment has is a beginning of the list.
	expect(kept).toEqual(sold.slice(0, kept.length))
	expect(kept.length).toBeGreaterThanOrEqual(soldBefore.length)
	const verified = await run(['verify'], { SONRA_DATA_DIR: restored.path })
	expect(verified).toMatchObject({ code: 0, stderr: '' })
	const again = await (await demo(copy)).call('/Index/GetCustomerInformation', { customerId, orderAmount: '1000' })
	expect(again.Data.CustomerInfo.CustomerId).toBe(customerId)
})

it('leaves what is there alone', async () => {
	const before = await readdir(restored.path)
	const refused = await run(['backup', restored.path], { SONRA_DATA_DIR: folder.path })
	expect(refused).toEqual({ code: 1, signal: null, stdout: '', stderr: `${restored.path} exists already.\n` })
	expect(await readdir(restored.path)).toEqual(before)
})

it('that fails leaves nothing behind', async () => {
	const target = join(folder.path, 'postgres.log', 'backup')
	const failed = await run(['backup', target], { SONRA_DATA_DIR: folder.path })
	expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^ENOTDIR: [^\n]+\n$/) })
})

it('is not for a database of somebody else', async () => {
	const settings = {
		DATABASE_URL: await folder.databaseUrl(),
		SONRA_MODE: 'sandbox',
		SONRA_DATA_DIR: folder.path,
		...nobodysNeighbours,
	}
	const refused = await run(['backup', join(folder.path, 'backup')], settings)
	expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('pg_basebackup') })
})
