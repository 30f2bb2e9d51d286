// Two servers on one database, restarted one after the other under load. A merchant that repeats what was turned away (503) or not
// taken, at the other server as a load balancer would, never has a call that fails, and never one that is done twice.

import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { verify } from '../../src/queries/verify.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'
import { connect } from '../../src/store/connect.ts'
import { createMerchant } from '../../src/store/merchants.ts'
import { type FreshDatabase, freshDatabase, vaultOf } from '../database.ts'
import { type DataFolder, dataFolder, endProcesses, type Server, serve, until } from '../process.ts'
import { newOrder, newPerson } from '../sandbox.ts'

const masterKey = 'a1'.repeat(32)
const connections = 12
const names = ['one', 'two']

let database: FreshDatabase
let folder: DataFolder
let servers: Server[]
let pool: pg.Pool
let credentials: MerchantCredentials

beforeAll(async () => {
	database = await freshDatabase()
	folder = await dataFolder()
	pool = connect(database.url, 'test', { ...limits.database, connections: 2 })
	servers = await Promise.all(names.map((_, i) => start(i, '0')))
	const vault = await vaultOf(database.url, Buffer.from(masterKey, 'hex'))
	const { merchantCode: merchantId, merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Shop')
	credentials = { merchantId, merchantKey, merchantSalt }
})
afterAll(async () => {
	await pool.end()
	await endProcesses()
	await folder.remove()
	await database.drop()
})

function start(i: number, port: string): Promise<Server> {
	return serve({
		DATABASE_URL: database.url,
		SONRA_MODE: 'sandbox',
		SONRA_MASTER_KEY: masterKey,
		SONRA_DATA_DIR: join(folder.path, names[i] as string),
		SONRA_LOG_LEVEL: 'error',
		PORT: port,
	})
}

it('no call fails and none is done twice while each server is restarted in turn', async () => {
	const clients = servers.map(({ url }) => new MerchantClient(url, credentials))
	let [sent, repeated] = [0, 0]

	/** Repeats at the other server what was turned away or not taken; anything else must be a success. */
	const call = async (path: string, parameters: Parameters): Promise<Answer> => {
		const first = sent++
		let failure = ''
		for (let tries = 0; tries < 8; tries++) {
			const client = clients[(first + tries) % 2] as MerchantClient
			const answer = await client.call(path, parameters).catch((error: Error) => {
				failure = String(error.cause ?? error)
				return null
			})
			if (answer?.httpStatus === 200) {
				expect(answer.Errors, path).toEqual([])
				return answer
			}
			if (answer) expect(answer).toMatchObject({ httpStatus: 503, Errors: ['H108'] })
			repeated++
		}
		throw new Error(`${path} has failed: ${failure}`)
	}

	const customers: string[] = []
	for (let i = 0; i < connections; i++) {
		const { Data } = await call('/RequestV2/SetLimitFromKds', newPerson({ kdsLimit: '10000000000' }))
		customers.push(Data.CustomerInfo.CustomerId)
	}
	let [stopped, sales] = [false, 0]
	const load = Promise.all(
		customers.map(async (customerId) => {
			while (!stopped) {
				const order = newOrder(customerId, { orderAmount: '30000' })
				const { Data } = await call('/RequestV2/CreateTransaction', order)
				const { TransactionCode: transactionCode, MerchantOid: merchantOid } = Data
				await call('/RequestV2/ActivateTransaction', { transactionCode, merchantOid })
				sales++
			}
		}),
	)
	const restarts = async () => {
		for (const i of [0, 1, 0, 1]) {
			const [server, before] = [servers[i] as Server, sales]
			await until('the load goes on', () => sales > before + 50)
			server.signal('SIGTERM')
			expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
			servers[i] = await start(i, new URL(server.url).port)
		}
	}
	const restarted = restarts().finally(() => {
		stopped = true
	})
	await Promise.all([load, restarted])

	// The restarts were noticed, or nothing was tried here.
	expect(repeated).toBeGreaterThan(0)
	expect(repeated).toBeLessThan(sent)
	const { rows } = await pool.query(`
		select
			(select count(*)::integer from transaction) as created,
			(select count(*)::integer from movement where type = 'sale') as activated
	`)
	expect(rows).toEqual([{ created: sales, activated: sales }])
	expect((await verify(pool)).filter(({ wrong }) => wrong > 0)).toEqual([])
}, 60_000)
