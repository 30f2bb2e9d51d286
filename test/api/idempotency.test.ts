// The header Idempotency-Key (protocol 1.6, answers 23): under one key a change is made once, and its answer is given for ever.
// What repeats mean without the header is tested with each call.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	freeNumber,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

const limitPath = '/RequestV2/SetLimitFromKds'
const createPath = '/RequestV2/CreateTransaction'
const activatePath = '/RequestV2/ActivateTransaction'
const paidPath = '/RequestV2/SetPaidPayment'
const loadPath = '/RequestV2/LoadCustomerBalance'
const executionPath = '/RequestV2/SendExecutionTransaction'
const requestPath = '/RequestV2/HasoAuthSendInfo'
const pinPath = '/RequestV2/SendKkbPinCode'
const refundPath = '/RequestV2/RefundTransaction'
const expensePath = '/RequestV2/SendTransactionExpense'
const suspendPath = '/RequestV2/SuspendCustomer'

let keys = 0
const newKey = () => `key ${++keys}`

interface How {
	readonly as?: 'json' | 'form'
	readonly at?: TestMerchant
}
const call = (path: string, parameters: Parameters, key: string, { as = 'json', at = merchant }: How = {}) =>
	at.client.call(path, parameters, { as, headers: { 'idempotency-key': key } })

const words = ({ httpStatus, Success, Errors, Data, ErrorDetails }: Answer) =>
	JSON.stringify([httpStatus, Success, Errors, Data, ErrorDetails])
const replayed = (answer: Answer) => answer.headers.get('idempotency-replayed')

async function expectDone(answer: Answer): Promise<void> {
	expect([refusalsOf(answer), replayed(answer)]).toEqual([[], null])
}

interface Sale {
	TransactionCode: string
	MerchantOid: string
}
const namesOf = (sale: Sale) => ({ transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid })
const paymentOf = (sale: Sale, no: number, paymentDate: string) => ({
	paymentCode: `${sale.TransactionCode}-${no}`,
	merchantOid: sale.MerchantOid,
	paymentDate,
})
/** An instalment of it is overdue on 1 March 2095. */
async function saleInEnforcement() {
	await sandbox.startOn('2095-01-31')
	const sale = await newSale(merchant, await newCustomer(merchant))
	await sandbox.clock({ date: '2095-03-01' })
	await merchant.client.call(executionPath, namesOf(sale))
	return namesOf(sale)
}

/** Asks for a limit with testOn; what the bureau says is then up to the test. */
async function requested(person: Parameters): Promise<string> {
	const { Data } = await merchant.client.call(requestPath, { ...person, testOn: true })
	return Data.KkbRefNo
}
const pendingSale = async (customerId: string): Promise<Sale> =>
	(await merchant.client.call(createPath, newOrder(customerId))).Data

// -------------------------------------------------------------------------------------------------------------

interface Story {
	readonly path: string
	/** How many events it records when it is done; 1 where nothing is said. */
	readonly events?: number
	/** Something that can be asked on 1 March 2095, something else that can, and what moves the state on in between. */
	prepare(): Promise<{ ask: Parameters; other: Parameters; moveOn(): Promise<unknown> }>
}

const stories: Story[] = [
	{
		path: limitPath,
		async prepare() {
			const person = newPerson()
			const other = { ...person, kdsLimit: '700' }
			return { ask: person, other, moveOn: () => merchant.client.call(limitPath, other) }
		},
	},
	{
		path: createPath,
		async prepare() {
			const customerId = await newCustomer(merchant)
			const basketList = [{ skuCode: 'A-1', skuAmount: 120_000, productName: 'Kulaklık "x" & y' }]
			const ask = newOrder(customerId, { basketList, notCalculateFees: true })
			const moveOn = async () => {
				const { Data } = await merchant.client.call(createPath, ask)
				await merchant.client.call(activatePath, namesOf(Data))
			}
			return { ask, other: newOrder(customerId), moveOn }
		},
	},
	{
		path: activatePath,
		async prepare() {
			const customerId = await newCustomer(merchant)
			const sale = await pendingSale(customerId)
			const load = { customerId, balanceAmount: 120_000, paymentDate: '2095-03-01' }
			return {
				ask: namesOf(sale),
				other: namesOf(await pendingSale(customerId)),
				moveOn: () => merchant.client.call(loadPath, load),
			}
		},
	},
	{
		path: paidPath,
		async prepare() {
			const customerId = await newCustomer(merchant)
			const sale = await newSale(merchant, customerId)
			const rest = { customerId, balanceAmount: 80_000, paymentDate: '2095-03-01' }
			const ask = { ...paymentOf(sale, 1, '2095-03-01'), paymentReferenceCode: 'till 1' }
			return { ask, other: { ...ask, paymentReferenceCode: 'till 2' }, moveOn: () => merchant.client.call(loadPath, rest) }
		},
	},
	{
		path: loadPath,
		async prepare() {
			const ask = { customerId: await newCustomer(merchant), balanceAmount: '15000', paymentDate: '2095-03-01' }
			const other = { ...ask, balanceAmount: '15001' }
			return { ask, other, moveOn: () => merchant.client.call(loadPath, other) }
		},
	},
	{
		path: executionPath,
		async prepare() {
			await sandbox.startOn('2095-01-31')
			const sale = await newSale(merchant, await newCustomer(merchant))
			const second = await newSale(merchant, await newCustomer(merchant))
			await sandbox.clock({ date: '2095-03-01' })
			return { ask: namesOf(sale), other: namesOf(second), moveOn: () => sandbox.clock({ advanceDays: 90 }) }
		},
	},
	{
		path: requestPath,
		async prepare() {
			const ask = { ...newPerson(), testOn: true }
			const other = { ...ask, dealerSegment: 'SILVER' }
			return { ask, other, moveOn: () => merchant.client.call(requestPath, other) }
		},
	},
	{
		path: pinPath,
		async prepare() {
			const kkbRefNo = await requested(newPerson())
			const ask = { kkbRefNo, pinCode: '123456', testResult: 'RETRY' }
			const decide = { kkbRefNo, testResult: 'A' }
			return {
				ask,
				other: { ...ask, testResult: 'A' },
				moveOn: () => merchant.client.call('/RequestV2/AskKkbReportResult', decide),
			}
		},
	},
	{
		path: '/RequestV2/AskKkbReportResult',
		async prepare() {
			const person = newPerson()
			const kkbRefNo = await requested(person)
			await merchant.client.call(pinPath, { kkbRefNo, pinCode: '123456', testResult: 'RETRY' })
			const ask = { kkbRefNo, testResult: 'A' }
			const closed = { ...person, kdsLimit: '0' }
			return { ask, other: { ...ask, testResult: 'B' }, moveOn: () => merchant.client.call(limitPath, closed) }
		},
	},
	{
		path: '/RequestV2/ResendKkbPinCode',
		async prepare() {
			await sandbox.startOn('2095-02-28')
			const kkbRefNo = await requested(newPerson())
			const other = { kkbRefNo: await requested(newPerson()) }
			// A minute has to lie between two pins.
			await sandbox.clock({ date: '2095-03-01' })
			const confirm = { kkbRefNo, pinCode: '123456', testResult: 'C' }
			return { ask: { kkbRefNo }, other, moveOn: () => merchant.client.call(pinPath, confirm) }
		},
	},
	{
		path: '/RequestV2/SetPreDefinedLimit',
		async prepare() {
			const { kdsLimit: _, ...person } = newPerson()
			const ask = { ...person, preDefinedLimit: '250000' }
			return { ask, other: { ...ask, preDefinedLimit: '0' }, moveOn: () => merchant.client.call(limitPath, newPerson(person)) }
		},
	},
	{
		path: '/RequestV2/SetCustomerLimit',
		async prepare() {
			const ask = { customerId: await newCustomer(merchant), customerLimit: '300000' }
			return { ask, other: { ...ask, limitExpireDate: '2095-06-01' }, moveOn: () => merchant.client.call(suspendPath, ask) }
		},
	},
	{
		path: suspendPath,
		async prepare() {
			const ask = { customerId: await newCustomer(merchant), reason: 'a card of somebody else’s' }
			const other = { ...ask, reason: 'asked for it' }
			return { ask, other, moveOn: () => merchant.client.call('/RequestV2/ActivateCustomer', ask) }
		},
	},
	{
		path: '/RequestV2/ActivateCustomer',
		async prepare() {
			const ask = { customerId: await newCustomer(merchant) }
			await merchant.client.call(suspendPath, ask)
			return { ask, other: { ...ask, reason: 'has called' }, moveOn: () => merchant.client.call(suspendPath, ask) }
		},
	},
	{
		path: refundPath,
		async prepare() {
			const sale = namesOf(await newSale(merchant, await newCustomer(merchant)))
			const ask = { ...sale, refundId: `return ${newKey()}`, refundAmount: '40000' }
			const rest = { ...ask, refundId: `${ask.refundId} b`, refundAmount: '80000' }
			return { ask, other: { ...ask, refundAmount: '30000' }, moveOn: () => merchant.client.call(refundPath, rest) }
		},
	},
	{
		path: '/RequestV2/CheckRefund',
		events: 0,
		async prepare() {
			const sale = namesOf(await newSale(merchant, await newCustomer(merchant)))
			const refund = { ...sale, refundId: `return ${newKey()}`, refundAmount: '40000' }
			const rest = { ...refund, refundId: `${refund.refundId} b`, refundAmount: '80000' }
			await merchant.client.call(refundPath, refund)
			return {
				ask: { refundId: refund.refundId },
				other: { refundId: rest.refundId },
				moveOn: () => merchant.client.call(refundPath, rest),
			}
		},
	},
	{
		path: '/RequestV2/SetBulkPaidPayment',
		events: 2,
		async prepare() {
			const customerId = await newCustomer(merchant)
			const { TransactionCode: code, MerchantOid: merchantOid } = await newSale(merchant, customerId)
			const rest = { customerId, balanceAmount: 40_000, paymentDate: '2095-03-01' }
			const ask = { paymentCodes: [`${code}-1`, `${code}-3`], merchantOid, paymentDate: '2095-03-01' }
			const other = { ...ask, paymentCodes: ask.paymentCodes.toReversed() }
			return { ask, other, moveOn: () => merchant.client.call(loadPath, rest) }
		},
	},
	{
		path: '/RequestV2/SetPaidExecutionTransaction',
		async prepare() {
			const ask = { ...(await saleInEnforcement()), paymentAmount: '15000', paymentDate: '2095-03-01' }
			const expense = { ...ask, expenseAmount: '7500' }
			return { ask, other: { ...ask, paymentAmount: '15001' }, moveOn: () => merchant.client.call(expensePath, expense) }
		},
	},
	{
		path: expensePath,
		async prepare() {
			const ask = { ...(await saleInEnforcement()), expenseAmount: '7500' }
			const other = { ...ask, expenseAmount: '8000' }
			return { ask, other, moveOn: () => merchant.client.call(expensePath, other) }
		},
	},
]

const changing = Object.values(endpoints).filter(({ family }) => family === 'RequestV2')

it('every call that changes something is told here', () => {
	expect(stories.map(({ path }) => path).toSorted()).toEqual(changing.map(pathOf).toSorted())
})

describe.each(stories)('$path under an Idempotency-Key', ({ path, events: recorded = 1, prepare }) => {
	beforeEach(() => sandbox.startOn('2095-03-01'))

	it('is done once and answered word for word ever after, whatever happened since', async () => {
		const { ask, other, moveOn } = await prepare()
		const key = newKey()
		const first = await call(path, ask, key)
		await expectDone(first)
		await moveOn()

		const again = async (parameters: Parameters, how: How = {}, at = path) => {
			const before = await sandbox.everything()
			const answer = await call(at, parameters, key, how)
			expect([words(answer), replayed(answer)]).toEqual([words(first), 'true'])
			expect(await sandbox.everything()).toEqual(before)
		}
		await again(ask)
		await again(ask, { as: 'form' })
		// The address is not content, and with it the token is another.
		await again({ ...ask, ipAddress: '203.0.113.9' })
		await again({ ...ask, unknown: 'of the shop’s own' })
		await again(Object.fromEntries(Object.entries(ask).map(([name, value]) => [name.toUpperCase(), value])))
		await again(ask, {}, path.toLowerCase())

		const refused = async (parameters: Parameters, at = path) => {
			const before = await sandbox.everything()
			expect(refusalsOf(await call(at, parameters, key))).toEqual(['H109 Idempotency-Key'])
			expect(await sandbox.everything()).toEqual(before)
		}
		await refused(other)
		await sandbox.clock({ advanceDays: 30 })
		await again(ask)
		await refused(other)
	})

	it('is refused with H109 when the key was used for another call', async () => {
		const { ask } = await prepare()
		const key = newKey()
		const customerId = await newCustomer(merchant)
		const load = { customerId, balanceAmount: 77, paymentDate: '2095-03-01', paymentReferenceCode: `ref of ${key}` }
		if (path === loadPath) await expectDone(await call(createPath, newOrder(customerId), key))
		else await expectDone(await call(loadPath, load, key))
		const before = await sandbox.everything()
		expect(refusalsOf(await call(path, ask, key))).toEqual(['H109 Idempotency-Key'])
		expect(await sandbox.everything()).toEqual(before)
		await expectDone(await call(path, ask, newKey()))
	})

	it('is done once when 50 identical calls come at the same moment, at two servers, as JSON and as forms', async () => {
		const { ask } = await prepare()
		const second = new MerchantClient((await sandbox.newServer()).url, merchant.credentials)
		const headers = { 'idempotency-key': newKey() }
		// The steps of a limit request between two neighbours are counted by the requests themselves.
		const isCounted = (row: string) => row.startsWith('event ') && !row.includes('"limit-request-changed"')
		const events = async () => (await sandbox.everything()).filter(isCounted).length
		const before = await events()
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) =>
				(i % 2 ? merchant.client : second).call(path, ask, { headers, as: i % 4 < 2 ? 'json' : 'form' }),
			),
		)
		expect(answers[0]?.Errors).toEqual([])
		expect(new Set(answers.map(words)).size).toBe(1)
		expect(answers.filter((answer) => replayed(answer) === 'true')).toHaveLength(49)
		expect(await events()).toBe(before + recorded)
	})
})

// -------------------------------------------------------------------------------------------------------------

describe('a key', () => {
	let customerId: string
	beforeAll(async () => {
		await sandbox.startOn('2095-01-31')
		customerId = await newCustomer(merchant)
	})
	const load = (given: Parameters = {}) => ({ customerId, balanceAmount: 100, paymentDate: '2095-01-31', ...given })
	const balance = async () => {
		const order = { customerId, orderAmount: 100 }
		return (await merchant.client.call('/Index/GetCustomerInformation', order)).Data.CustomerInfo.Balance
	}

	it('belongs to the merchant', async () => {
		const elsewhere = await sandbox.newMerchant()
		const key = newKey()
		await expectDone(await call(loadPath, load(), key))
		const there = { customerId: await newCustomer(elsewhere), balanceAmount: 250, paymentDate: '2095-01-31' }
		const answer = await call(loadPath, there, key, { at: elsewhere })
		await expectDone(answer)
		expect(answer.Data.CustomerBalance).toBe(2.5)
	})

	it('is not used up by a refusal, whichever', async () => {
		const key = newKey()
		const before = await sandbox.everything()
		for (const [refused, parameters] of [
			['H105 requestToken', { ...load(), merchantId: merchant.credentials.merchantId, requestToken: 'x' }],
			['H101 customerId', load({ customerId: '' })],
			['H102 balanceAmount', load({ balanceAmount: 0 })],
			['H223 customerId', load({ customerId: '1' })],
			['H314 paymentDate', load({ paymentDate: '2095-02-01' })],
		] as const) {
			const headers = { 'idempotency-key': key }
			const answer =
				'requestToken' in parameters
					? await merchant.client.send(loadPath, parameters, { headers })
					: await call(loadPath, parameters, key)
			expect([refusalsOf(answer), replayed(answer)]).toEqual([[refused], null])
		}
		expect(await sandbox.everything()).toEqual(before)
		await expectDone(await call(loadPath, load(), key))
		expect(refusalsOf(await call(loadPath, load({ customerId: '1' }), key))).toEqual(['H109 Idempotency-Key'])
	})

	it('is no way round the token or the merchant’s state', async () => {
		const shop = await sandbox.newMerchant()
		const key = newKey()
		const parameters = { customerId: await newCustomer(shop), balanceAmount: 250, paymentDate: '2095-01-31' }
		await expectDone(await call(loadPath, parameters, key, { at: shop }))
		const unsigned = { merchantId: shop.credentials.merchantId, ...parameters, requestToken: 'x' }
		const answer = await shop.client.send(loadPath, unsigned, { headers: { 'idempotency-key': key } })
		expect([refusalsOf(answer), replayed(answer)]).toEqual([['H105 requestToken'], null])
		await shop.set({ active: false })
		await expect
			.poll(async () => refusalsOf(await call(loadPath, parameters, key, { at: shop })), { interval: 20, timeout: 2_000 })
			.toEqual(['H104 merchantId'])
	})

	it('is another one in another casing, or with a blank more in it', async () => {
		const before = await balance()
		for (const key of ['Order 66', 'order 66', 'order  66']) await expectDone(await call(loadPath, load(), key))
		expect(await balance()).toBe(before + 3)
	})

	it('and a second one are two loads', async () => {
		const before = await balance()
		await expectDone(await call(loadPath, load(), newKey()))
		await expectDone(await call(loadPath, load(), newKey()))
		expect(await balance()).toBe(before + 2)
	})

	it('takes a call that was done already, and is used up by it', async () => {
		const sale = await newSale(merchant, customerId)
		const key = newKey()
		await expectDone(await call(activatePath, namesOf(sale), key))
		expect(replayed(await call(activatePath, namesOf(sale), key))).toBe('true')
		const other = await newSale(merchant, customerId)
		expect(refusalsOf(await call(activatePath, namesOf(other), key))).toEqual(['H109 Idempotency-Key'])
	})

	it('of one call is refused at another, even where both are asked with the same words', async () => {
		await sandbox.startOn('2095-01-31')
		const sale = await newSale(merchant, await newCustomer(merchant))
		const key = newKey()
		await expectDone(await call(activatePath, namesOf(sale), key))
		await sandbox.clock({ date: '2095-03-01' })
		const before = await sandbox.everything()
		expect(refusalsOf(await call(executionPath, namesOf(sale), key))).toEqual(['H109 Idempotency-Key'])
		expect(await sandbox.everything()).toEqual(before)
		await expectDone(await call(executionPath, namesOf(sale), newKey()))
		await sandbox.startOn('2095-01-31')
	})

	describe('that is no key', () => {
		it.each([
			['empty', ''],
			['blank', '   '],
			['of 256 characters', 'k'.repeat(256)],
			['with a tab in it', 'key\t1'],
			['with a letter beyond ASCII', 'clé 1'],
		])('because it is %s is H102, after the parameters and before what the request is about', async (_, key) => {
			const before = await sandbox.everything()
			expect(refusalsOf(await call(loadPath, load(), key))).toEqual(['H102 Idempotency-Key'])
			expect(refusalsOf(await call(loadPath, load({ customerId: '1' }), key))).toEqual(['H102 Idempotency-Key'])
			expect(refusalsOf(await call(loadPath, load({ balanceAmount: 0 }), key))).toEqual(['H102 balanceAmount'])
			expect(await sandbox.everything()).toEqual(before)
			for (const { path } of stories) {
				expect(refusalsOf(await call(path, {}, key)).some((refusal) => refusal.includes('Idempotency-Key'))).toBe(false)
			}
		})

		it.each([
			['one character', '!'],
			['255 characters', '~'.repeat(255)],
			['what looks like a list', 'a, b;c="d"'],
		])('is not one of %s', async (_, key) => {
			await expectDone(await call(loadPath, load(), key))
			expect(replayed(await call(loadPath, load(), key))).toBe('true')
		})
	})

	const changePath = '/Index/ChangeCustomerGsmNo'
	const reads = Object.values(endpoints).filter(({ family }) => family === 'Index')

	it.each(reads.map(pathOf).filter((path) => path !== changePath))('is not looked at by %s', async (path) => {
		const sale = await newSale(merchant, customerId)
		const parameters = { customerId, orderAmount: 100, reconciliationDate: '2095-01-31', ...namesOf(sale) }
		const plain = await merchant.client.call(path, parameters)
		expect(plain.Errors).toEqual([])
		const key = newKey()
		for (const each of ['', 'k'.repeat(256), key, key]) {
			const answer = await call(path, parameters, each)
			expect([words(answer), replayed(answer)]).toEqual([words(plain), null])
		}
		await expectDone(await call(path, { ...parameters, orderAmount: 200, ipAddress: '::1' }, key))
		// Nor did reading use it up.
		await expectDone(await call(loadPath, load(), key))
	})

	it(`is not looked at by ${changePath} either, which changes something all the same`, async () => {
		const key = newKey()
		for (const each of ['', 'k'.repeat(256), key, key]) {
			const parameters = { customerId, newGsmNo: freeNumber() }
			await expectDone(await call(changePath, parameters, each))
			const again = await call(changePath, parameters, each)
			expect([again.Errors, replayed(again)]).toEqual([['H311'], null])
		}
		await expectDone(await call(loadPath, load(), key))
	})
})

describe('a key together with a paymentReferenceCode', () => {
	beforeAll(() => sandbox.startOn('2095-01-31'))

	const story = async () => {
		const customerId = await newCustomer(merchant)
		const reference = `ref ${newKey()}`
		const load = { customerId, balanceAmount: 100, paymentDate: '2095-01-31', paymentReferenceCode: reference }
		const key = newKey()
		const first = await call(loadPath, load, key)
		await expectDone(first)
		return { load, key, first }
	}

	it('is one load under both names', async () => {
		const { load, key, first } = await story()
		const before = await sandbox.everything()
		const byKey = await call(loadPath, load, key)
		expect([words(byKey), replayed(byKey)]).toEqual([words(first), 'true'])
		const byReference = await merchant.client.call(loadPath, load)
		expect([words(byReference), replayed(byReference)]).toEqual([words(first), null])
		expect(await sandbox.everything()).toEqual(before)
	})

	it('that is new repeats what the reference did, and is then used up for it', async () => {
		const { load, first } = await story()
		const key = newKey()
		const answer = await call(loadPath, load, key)
		expect([words(answer), replayed(answer)]).toEqual([words(first), null])
		const again = await call(loadPath, load, key)
		expect([words(again), replayed(again)]).toEqual([words(first), 'true'])
		const other = { ...load, paymentReferenceCode: `${load.paymentReferenceCode} b` }
		expect(refusalsOf(await call(loadPath, other, key))).toEqual(['H109 Idempotency-Key'])
		expect((await merchant.client.call(loadPath, other)).Data.CustomerBalance).toBe(2)
	})

	it('is refused when either of them was used for something else, and then uses up neither', async () => {
		const { load, key } = await story()
		const fresh = { ...load, paymentReferenceCode: `${load.paymentReferenceCode} b` }
		const before = await sandbox.everything()
		for (const [refused, parameters, under] of [
			['H109 Idempotency-Key', fresh, key],
			['H109 Idempotency-Key', { ...load, paymentReferenceCode: null }, key],
			['H109 Idempotency-Key', { ...load, balanceAmount: 200 }, key],
			['H109 paymentReferenceCode', { ...load, balanceAmount: 200 }, 'a key never used up'],
		] as const) {
			expect(refusalsOf(await call(loadPath, parameters, under))).toEqual([refused])
		}
		expect(await sandbox.everything()).toEqual(before)
		await expectDone(await call(loadPath, fresh, 'a key never used up'))
	})

	it('repeats a report of a payment by its own key, and replays it by the header', async () => {
		const sale = await newSale(merchant, await newCustomer(merchant))
		const report = { ...paymentOf(sale, 2, '2095-01-31'), paymentReferenceCode: 'till 9' }
		const [key, second] = [newKey(), newKey()]
		const first = await call(paidPath, report, key)
		await expectDone(first)
		const before = await sandbox.everything()
		expect(replayed(await call(paidPath, report, key))).toBe('true')
		expect(await sandbox.everything()).toEqual(before)
		const again = await call(paidPath, report, second)
		expect([words(again), replayed(again)]).toEqual([words(first), null])
		expect(refusalsOf(await call(paidPath, { ...report, paymentReferenceCode: 'till 10' }, key))).toEqual([
			'H109 Idempotency-Key',
		])
		expect(refusalsOf(await call(paidPath, { ...report, paymentReferenceCode: 'till 10' }, newKey()))).toEqual([
			'H312 paymentCode',
		])
	})

	it('is one load when both come 50 times at the same moment, some with the key and some without', async () => {
		const customerId = await newCustomer(merchant)
		const load = { customerId, balanceAmount: 100, paymentDate: '2095-01-31', paymentReferenceCode: `ref ${newKey()}` }
		const key = newKey()
		const second = { ...merchant, client: new MerchantClient((await sandbox.newServer()).url, merchant.credentials) }
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => {
				const at = i % 2 ? merchant : second
				return i % 3 ? call(loadPath, load, key, { at }) : at.client.call(loadPath, load)
			}),
		)
		expect(new Set(answers.map(words)).size).toBe(1)
		expect(answers[0]?.Data).toEqual({ Message: 'RS100', CustomerBalance: 1, ClosedPayments: [] })
	})
})
