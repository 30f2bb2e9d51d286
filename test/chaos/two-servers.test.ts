// Two server processes on one database, under the same customers and the same merchant: nothing is sold twice, no limit is
// overdrawn, what is sent to both at once has one effect, and nobody is answered anything that the protocol does not say.

import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import { limits } from '../../src/limits.ts'
import { verify } from '../../src/queries/verify.ts'
import { type Answer, type CallOptions, MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'
import { connect } from '../../src/store/connect.ts'
import { changeMerchant, createMerchant, findCaller } from '../../src/store/merchants.ts'
import type { Vault } from '../../src/store/vault.ts'
import { type FreshDatabase, freshDatabase, vaultOf } from '../database.ts'
import { type DataFolder, dataFolder, endProcesses, type Server, serve } from '../process.ts'
import { newOrder, newPerson } from '../sandbox.ts'

const masterKey = 'a1'.repeat(32)

let database: FreshDatabase
let folder: DataFolder
let servers: Server[]
let pool: pg.Pool
let vault: Vault
let today: string

beforeAll(async () => {
	database = await freshDatabase()
	folder = await dataFolder()
	pool = connect(database.url, 'test', { ...limits.database, connections: 2 })
	// At the same moment, on a database that neither has seen before.
	servers = await Promise.all(
		['one', 'two'].map((name) =>
			serve({
				DATABASE_URL: database.url,
				SONRA_MODE: 'sandbox',
				SONRA_MASTER_KEY: masterKey,
				SONRA_DATA_DIR: join(folder.path, name),
				SONRA_LOG_LEVEL: 'error',
			}),
		),
	)
	vault = await vaultOf(database.url, Buffer.from(masterKey, 'hex'))
	const clock = await fetch(`${servers[0]?.url}/sandbox/clock`)
	today = ((await clock.json()) as { businessDate: string }).businessDate
})
afterAll(async () => {
	await pool.end()
	await endProcesses()
	await folder.remove()
	await database.drop()
})

/** A merchant that calls both servers. */
class Shop {
	readonly #clients: readonly MerchantClient[]
	#next = 0

	private constructor(credentials: MerchantCredentials) {
		this.#clients = servers.map(({ url }) => new MerchantClient(url, credentials))
	}

	static async open(creditLimit: bigint | null = null): Promise<Shop> {
		const { merchantCode: merchantId, merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Shop')
		if (creditLimit !== null) await changeMerchant(pool, merchantId, { creditLimit: kurus(creditLimit) })
		return new Shop({ merchantId, merchantKey, merchantSalt })
	}

	/** By one of the servers, in turn. */
	call(name: string, parameters: Parameters, options?: CallOptions): Promise<Answer> {
		this.#next++
		return (this.#clients[this.#next % 2] as MerchantClient).call(pathOf(name), parameters, options)
	}

	/** By both servers at once, each with its own parameters. */
	both(name: string, parameters: readonly [Parameters, Parameters], options?: CallOptions): Promise<Answer[]> {
		return Promise.all(parameters.map((each, i) => (this.#clients[i] as MerchantClient).call(pathOf(name), each, options)))
	}

	async customer(kdsLimit = '100000000'): Promise<string> {
		const { Data } = await this.call('SetLimitFromKds', newPerson({ kdsLimit }))
		return Data.CustomerInfo.CustomerId
	}
}

const pathOf = (name: string): string => `/${name.startsWith('Get') ? 'Index' : 'RequestV2'}/${name}`

/** The refusals of the answers, sorted: '' for a success. */
function outcomes(answers: readonly Answer[]): string[] {
	for (const { httpStatus } of answers) expect(httpStatus).toBe(200)
	return answers.map(({ Errors }) => Errors.join()).sort()
}

async function count(text: string, values: unknown[] = []): Promise<number> {
	return Number((await pool.query(text, values)).rows[0].count)
}

async function booksBalance(): Promise<void> {
	const wrong = (await verify(pool)).filter((finding) => finding.wrong > 0)
	expect(wrong.map(({ invariant, examples }) => [invariant.en, examples])).toEqual([])
}

/** Works through a list on so many connections. */
async function eachOf<Item>(items: Iterable<Item>, connections: number, work: (item: Item) => Promise<void>): Promise<void> {
	const iterator = items[Symbol.iterator]()
	await Promise.all(
		Array.from({ length: connections }, async () => {
			for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value)
		}),
	)
}

const times = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

it('both say the same of the merchant that a sandbox is born with', async () => {
	for (const server of servers) expect(server.stdout).toContain('is ready at')
	expect(await count(`select count(*) from merchant where code = 'DEMO'`)).toBe(1)
	expect(await findCaller(pool, vault, 'DEMO')).not.toBeNull()
})

it('neither a customer’s nor the merchant’s limit is overdrawn, and all of both can be used', async () => {
	const shop = await Shop.open(60n * 100_000n)
	// 30 orders fit for each of the first two, 10 for the third: 70, of which the merchant may sell 60.
	const customers = await Promise.all(['3000000', '3000000', '1000000'].map((limit) => shop.customer(limit)))
	const answers: Answer[] = []
	await eachOf(times(150), 32, async (i) => {
		const order = newOrder(customers[i % 3] as string, { orderAmount: '100000', selectedInstallment: (i % 3) + 1 })
		answers.push(await shop.call('CreateTransaction', order))
	})
	const refused = outcomes(answers)
	expect(refused.filter((codes) => codes === '')).toHaveLength(60)
	expect(new Set(refused)).toEqual(new Set(['', 'H302', 'H303']))
	const used = await Promise.all(
		customers.map(async (customerId) => {
			const { Data } = await shop.call('GetCustomerInformation', { customerId, orderAmount: '100' })
			return Data.CustomerInfo.UsedLimit
		}),
	)
	expect(Math.max(...used.slice(0, 2))).toBeLessThanOrEqual(30_000)
	expect(used[2]).toBe(10_000)
	expect(used.reduce((sum, each) => sum + each, 0)).toBe(60_000)
	await booksBalance()
})

it('what is sent to both at once is done once, and answered twice', async () => {
	const shop = await Shop.open()
	const customerId = await shop.customer()
	let loads = 0
	await eachOf(times(40), 8, async (i) => {
		const order = newOrder(customerId, { orderAmount: '30000' })
		const [created, again] = await shop.both('CreateTransaction', [order, order])
		expect(outcomes([created as Answer, again as Answer])).toEqual(['', ''])
		expect(again?.Data).toEqual(created?.Data)
		const { TransactionCode: transactionCode, MerchantOid: merchantOid, Payments } = created?.Data ?? {}

		const activations = await shop.both('ActivateTransaction', [
			{ transactionCode, merchantOid },
			{ transactionCode, merchantOid },
		])
		expect(outcomes(activations)).toEqual(['', ''])

		const report = { paymentCode: Payments[0].paymentCode, merchantOid, paymentDate: today, paymentReferenceCode: 'till' }
		expect(outcomes(await shop.both('SetPaidPayment', [report, report]))).toEqual(['', ''])
		const other = { ...report, paymentCode: Payments[1].paymentCode }
		expect(outcomes(await shop.both('SetPaidPayment', [other, { ...other, paymentReferenceCode: 'other till' }]))).toEqual([
			'',
			'H312',
		])

		const load = { customerId, balanceAmount: '1', paymentDate: today, paymentReferenceCode: `load ${i}` }
		const loaded = await shop.both('LoadCustomerBalance', [load, load])
		expect(outcomes(loaded)).toEqual(['', ''])
		expect(loaded[0]?.Data).toEqual(loaded[1]?.Data)
		loads++
	})
	const { Data } = await shop.call('GetCustomerInformation', { customerId, orderAmount: '100' })
	expect(Data.CustomerInfo.Balance).toBe(loads / 100)
	expect(await count('select count(*) from transaction where customer_id = $1', [customerId])).toBe(40)
	const movements = (type: string) =>
		count('select count(*) from movement where customer_id = $1 and type = $2', [customerId, type])
	expect(await Promise.all(['sale', 'reported-payment', 'balance-load'].map(movements))).toEqual([40, 80, 40])
	await booksBalance()
})

it('of two orders with one merchantOid one is made, also for two customers', async () => {
	const shop = await Shop.open()
	const [a, b] = [await shop.customer(), await shop.customer()]
	await eachOf(times(30), 6, async () => {
		const order = newOrder(a)
		expect(outcomes(await shop.both('CreateTransaction', [order, { ...order, customerId: b }]))).toEqual(['', 'H301'])
		const sibling = newOrder(a)
		expect(outcomes(await shop.both('CreateTransaction', [sibling, { ...sibling, orderAmount: '130000' }]))).toEqual(['', 'H301'])
	})
	await booksBalance()
})

it('an Idempotency-Key is claimed once: the same content is replayed by the other server, other content is H109', async () => {
	const shop = await Shop.open()
	const [a, b] = [await shop.customer(), await shop.customer()]
	await eachOf(times(30), 6, async (i) => {
		const load = { customerId: a, balanceAmount: '100', paymentDate: today }
		const same = await shop.both('LoadCustomerBalance', [load, load], { headers: { 'idempotency-key': `same ${i}` } })
		expect(outcomes(same)).toEqual(['', ''])
		expect(same[0]?.Data).toEqual(same[1]?.Data)
		expect(same.map(({ headers }) => headers.get('idempotency-replayed')).sort()).toEqual([null, 'true'])
		const options = { headers: { 'idempotency-key': `other ${i}` } }
		expect(outcomes(await shop.both('LoadCustomerBalance', [load, { ...load, customerId: b }], options))).toEqual(['', 'H109'])
	})
	expect(await count(`select sum(balance) as count from customer_link where customer_id in ($1, $2)`, [a, b])).toBe(60 * 100)
	await booksBalance()
})

it('a person who comes to both at once is one customer, and a number belongs to one person', async () => {
	const shop = await Shop.open()
	await eachOf(times(30), 6, async () => {
		const person = newPerson()
		const both = await shop.both('SetLimitFromKds', [person, person])
		expect(outcomes(both)).toEqual(['', ''])
		expect(both[0]?.Data.CustomerInfo.CustomerId).toBe(both[1]?.Data.CustomerInfo.CustomerId)
		const one = newPerson()
		const other = newPerson({ mobileNumber: one.mobileNumber })
		expect(outcomes(await shop.both('SetLimitFromKds', [one, other]))).toEqual(['', 'H203'])
	})
	expect((await count('select count(*) from person')) - (await count('select count(distinct tckn_hash) from person'))).toBe(0)
})

it('a crowd of every kind of call at both for the same few customers ends with right books', async () => {
	const shop = await Shop.open(200n * 100_000n)
	const customers = await Promise.all(times(4).map(() => shop.customer('10000000')))
	const seen = new Set<string>()
	const call = async (name: string, parameters: Parameters): Promise<Answer> => {
		const answer = await shop.call(name, parameters)
		expect(answer.httpStatus, name).toBe(200)
		seen.add(`${name} ${answer.Errors.join()}`)
		return answer
	}
	await eachOf(times(120), 32, async (i) => {
		const customerId = customers[i % 4] as string
		const { Success, Data } = await call(
			'CreateTransaction',
			newOrder(customerId, { orderAmount: '60000', selectedInstallment: 1 + (i % 4) }),
		)
		if (!Success) return
		const names = { transactionCode: Data.TransactionCode, merchantOid: Data.MerchantOid }
		await call('ActivateTransaction', names)
		await Promise.all([
			call('LoadCustomerBalance', { customerId, balanceAmount: String(7_000 * (i % 5) + 1), paymentDate: today }),
			...Data.Payments.map(({ paymentCode }: { paymentCode: string }, n: number) =>
				n % 2 === 0
					? call('SetPaidPayment', { paymentCode, merchantOid: names.merchantOid, paymentDate: today })
					: call('GetPaymentsOfTransaction', names),
			),
		])
	})
	const allowed = [
		'CreateTransaction ',
		'CreateTransaction H302',
		'CreateTransaction H303',
		'ActivateTransaction ',
		'LoadCustomerBalance ',
		'SetPaidPayment ',
		'SetPaidPayment H312',
		'GetPaymentsOfTransaction ',
	]
	expect([...seen].filter((each) => !allowed.includes(each))).toEqual([])
	// The balance and the reports did meet on the same payments.
	expect(seen).toContain('SetPaidPayment H312')
	await booksBalance()
	for (const server of servers) expect(server.stderr).toBe('')
})
