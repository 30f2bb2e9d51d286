// The database goes away while a job is under way, so that how the job ended can't be written down. The server stays, and its jobs
// go on when the database is there again.

import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNeighbours } from '../../sim/neighbours.ts'
import { MerchantClient } from '../../src/sdk/client.ts'
import { createMerchant } from '../../src/store/merchants.ts'
import { type FreshDatabase, freshDatabase, vaultOf } from '../database.ts'
import { Simulator, tcknGraded } from '../neighbours.ts'
import { type DataFolder, dataFolder, endProcesses, isAlive, type Server, serve, until } from '../process.ts'
import { newPerson } from '../sandbox.ts'

const masterKey = 'a1'.repeat(32)

let database: FreshDatabase
let folder: DataFolder
let neighbours: Awaited<ReturnType<typeof startNeighbours>>
let server: Server
/** Connected to another database than the one that goes away. */
let outside: pg.Client

beforeAll(async () => {
	database = await freshDatabase()
	folder = await dataFolder()
	neighbours = await startNeighbours()
	server = await serve({
		DATABASE_URL: database.url,
		SONRA_MODE: 'sandbox',
		SONRA_MASTER_KEY: masterKey,
		SONRA_DATA_DIR: folder.path,
		SONRA_LOG_LEVEL: 'error',
		SONRA_BUREAU_URL: neighbours.url,
		SONRA_IDENTITY_URL: neighbours.url,
		SONRA_SMS_URL: neighbours.url,
	})
	outside = new pg.Client({ connectionString: database.url.replace(/[^/]*$/, 'postgres') })
	await outside.connect()
})
afterAll(async () => {
	await outside.end()
	await endProcesses()
	await neighbours.close()
	await folder.remove()
	await database.drop()
})

async function merchantClient(): Promise<MerchantClient> {
	const pool = new pg.Pool({ connectionString: database.url, max: 1 })
	const vault = await vaultOf(database.url, Buffer.from(masterKey, 'hex'))
	const { merchantCode: merchantId, merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Shop')
	await pool.end()
	return new MerchantClient(server.url, { merchantId, merchantKey, merchantSalt })
}

const ready = async () => (await fetch(`${server.url}/readyz`)).ok

it('a job that ends while there is no database does not take the server with it', async () => {
	const merchant = await merchantClient()
	const simulator = new Simulator(neighbours.url)

	/** A request whose report is not ready, so that from here on jobs ask for it; how often it was asked for. */
	const awaitReport = async () => {
		const person = newPerson({ tckn: tcknGraded(7) })
		const { Data } = await merchant.call('/RequestV2/HasoAuthSendInfo', person)
		const { KkbRefNo: kkbRefNo } = Data
		const pinCode = await simulator.pin(person.mobileNumber)
		const { Data: sent } = await merchant.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode })
		expect(sent.Message).toBe('RS110')
		return { kkbRefNo, asked: async () => (await simulator.requestsFor(person.tckn))[0]?.asked ?? 0 }
	}

	// Long enough for the database to go away while a job waits for the answer.
	const { kkbRefNo } = await awaitReport()
	await simulator.fault('/bureau/requests/:id', 'slow', { about: kkbRefNo })
	await simulator.untilMet()
	const name = new URL(database.url).pathname.slice(1)
	await outside.query(`alter database ${name} allow_connections false`)
	await outside.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
	await until('the job has failed', () => server.stdout.includes('"job":'))
	for (let i = 0; i < 20; i++) expect(await ready()).toBe(false)

	await outside.query(`alter database ${name} allow_connections true`)
	await until('the server is ready again', ready)
	expect(await isAlive(server.pid)).toBe(true)
	const next = await awaitReport()
	await until('a job asks for the report of another request', async () => (await next.asked()) > 1, 30_000)
}, 90_000)
