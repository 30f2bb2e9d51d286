// Handing a transaction over to enforcement (protocol 2.6, 5.12): when it is possible, and what it stops and sets free.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
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

interface Sale {
	TransactionCode: string
	MerchantOid: string
}

const path = '/RequestV2/SendExecutionTransaction'
const namesOf = (sale: Sale) => ({ transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid })
const send = (sale: Sale, given: Parameters = {}, at = merchant) => at.client.call(path, { ...namesOf(sale), ...given })
const done = { Message: 'RS100', TransactionStatus: 5 }

const report = (sale: Sale, no: number, paymentDate: string, at = merchant) =>
	at.client.call('/RequestV2/SetPaidPayment', {
		paymentCode: `${sale.TransactionCode}-${no}`,
		merchantOid: sale.MerchantOid,
		paymentDate,
	})
const transactionOf = async (sale: Sale, at = merchant) =>
	(await at.client.call('/Index/GetPaymentsOfTransaction', namesOf(sale))).Data
const infoOf = async (customerId: string, at = merchant) =>
	(await at.client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100000' })).Data.CustomerInfo
const pendingSale = async (customerId: string, at = merchant): Promise<Sale> =>
	(await at.client.call('/RequestV2/CreateTransaction', newOrder(customerId))).Data
const words = ({ httpStatus, Success, Errors, Data, ErrorDetails }: Answer) =>
	JSON.stringify([httpStatus, Success, Errors, Data, ErrorDetails])

/** A sale of 31 January 2095 in three instalments; the clock then stands on the day after the first was due. */
async function overdueSale() {
	await sandbox.startOn('2095-01-31')
	const customerId = await newCustomer(merchant)
	const sale = await newSale(merchant, customerId)
	await sandbox.clock({ date: '2095-03-01' })
	return { customerId, sale }
}

describe('an overdue transaction is sent to enforcement', () => {
	it('as a whole: its due dates stay, its late fees run on and it keeps the limit it uses', async () => {
		const { customerId, sale } = await overdueSale()
		const before = await transactionOf(sale)
		expect((await send(sale)).Data).toEqual(done)
		expect(await transactionOf(sale)).toEqual({ ...before, TransactionStatus: 5, TransactionStatusText: 'İcrada' })
		expect(await infoOf(customerId)).toMatchObject({ UsedLimit: 1200, HasOverduePayment: true, CustomerStatus: 1 })

		await sandbox.clock({ date: '2095-04-01' })
		const listed = await merchant.client.call('/Index/GetCustomerPayments', { customerId })
		expect(listed.Data.Payments).toMatchObject([
			{ TermDate: '2095-02-28T00:00:00', PaymentStatus: 3, overdueAmount: 18.13 }, // 400.00 × 4.25 % × 32 days ÷ 30
			{ TermDate: '2095-03-31T00:00:00', PaymentStatus: 3, overdueAmount: 0.57 }, // one day
			{ TermDate: '2095-04-30T00:00:00', PaymentStatus: 0, overdueAmount: 0 },
		])
	})

	it.each<[graceDays: number, leastDays: number, tooEarly: string, earlyEnough: string]>([
		[0, 1, '2095-02-28', '2095-03-01'],
		[3, 1, '2095-03-03', '2095-03-04'],
		[0, 2, '2095-03-01', '2095-03-02'],
		[0, 90, '2095-05-28', '2095-05-29'],
		[3, 90, '2095-05-31', '2095-06-01'],
	])('with %i days of grace, at %i days overdue: not yet on %s, but on %s', async (...[graceDays, leastDays, early, day]) => {
		await sandbox.startOn('2095-01-31')
		const shop = await sandbox.newMerchant({ graceDays, enforcementMinOverdueDays: leastDays })
		const sale = await newSale(shop, await newCustomer(shop))
		await sandbox.clock({ date: early })
		const before = await sandbox.everything()
		expect(refusalsOf(await send(sale, {}, shop))).toEqual(['H317 transactionCode'])
		expect(await sandbox.everything()).toEqual(before)
		await sandbox.clock({ date: day })
		expect((await send(sale, {}, shop)).Data).toEqual(done)
	})

	it('by the operator’s setting of the day it is sent, and the days of grace of the day it was sold', async () => {
		await sandbox.startOn('2095-01-31')
		const shop = await sandbox.newMerchant({ graceDays: 2 })
		const sale = await newSale(shop, await newCustomer(shop))
		await shop.set({ graceDays: 60, enforcementMinOverdueDays: 10 })
		await sandbox.clock({ date: '2095-03-11' })
		expect(refusalsOf(await send(sale, {}, shop))).toEqual(['H317 transactionCode'])
		await shop.set({ enforcementMinOverdueDays: 9 })
		expect((await send(sale, {}, shop)).Data).toEqual(done)
	})

	it('not when what was overdue has been paid, though it was reported late', async () => {
		const { sale } = await overdueSale()
		await report(sale, 1, '2095-02-28')
		expect(refusalsOf(await send(sale))).toEqual(['H317 transactionCode'])
		await sandbox.clock({ date: '2095-04-01' })
		expect((await send(sale)).Data).toEqual(done)
	})

	it('also when the customer is suspended', async () => {
		const { customerId, sale } = await overdueSale()
		// The call that suspends comes later.
		await sandbox.app.database.pool.query('update customer set suspended = true where id = $1', [customerId])
		expect((await send(sale)).Data).toEqual(done)
	})

	it('again and again with the same answer and no second effect', async () => {
		const { sale } = await overdueSale()
		const first = await send(sale)
		await sandbox.clock({ date: '2096-12-31' })
		const before = await sandbox.everything()
		expect(words(await send(sale))).toBe(words(first))
		expect(words(await send(sale, { ipAddress: '203.0.113.9' }))).toBe(words(first))
		expect(await sandbox.everything()).toEqual(before)
	})

	it('by 50 identical calls at two servers at once, once', async () => {
		const { sale } = await overdueSale()
		const second = new MerchantClient((await sandbox.newServer()).url, merchant.credentials)
		const events = async () => (await sandbox.everything()).filter((row) => row.startsWith('event ')).length
		const before = await events()
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => (i % 2 ? second : merchant.client).call(path, namesOf(sale))),
		)
		expect(new Set(answers.map(words)).size).toBe(1)
		expect(answers[0]?.Data).toEqual(done)
		expect(await events()).toBe(before + 1)
	})
})

describe('the call is refused', () => {
	it.each<[refused: string[], why: string, given: Parameters]>([
		[['H101 transactionCode', 'H101 merchantOid'], 'when nothing is said', {}],
		[
			['H102 ipAddress', 'H102 transactionCode', 'H102 merchantOid'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{ merchantOid: 'o'.repeat(21), transactionCode: 'T'.repeat(21), ipAddress: '256.1.1.1' },
		],
		[
			['H101 transactionCode', 'H102 merchantOid'],
			'for what is missing and what is wrong together',
			{ transactionCode: '', merchantOid: ['order'] },
		],
		[['H300 transactionCode'], 'for codes of the full length', { transactionCode: 'T'.repeat(20), merchantOid: 'o'.repeat(20) }],
	])('with %j %s', async (refused, _, given) => {
		const before = await sandbox.everything()
		expect(refusalsOf(await merchant.client.call(path, given))).toEqual(refused)
		expect(await sandbox.everything()).toEqual(before)
	})

	describe('by the first reason that holds', () => {
		let foreign: Sale
		let enforced: Sale
		let pending: Sale
		let expired: Sale
		let completed: Sale
		let completedByBalance: Sale
		let active: Sale

		beforeAll(async () => {
			await sandbox.startOn('2095-01-31')
			const elsewhere = await sandbox.newMerchant()
			foreign = await newSale(elsewhere, await newCustomer(elsewhere))
			enforced = await newSale(merchant, await newCustomer(merchant))
			const customerId = await newCustomer(merchant)
			expired = await pendingSale(customerId)
			await sandbox.clock({ date: '2095-03-01' })
			expect((await send(enforced)).Data).toEqual(done)
			completed = await newSale(merchant, customerId, { selectedInstallment: 1 })
			await report(completed, 1, '2095-03-01')
			completedByBalance = await newSale(merchant, customerId, { selectedInstallment: 1 })
			const load = { customerId, balanceAmount: 120_000, paymentDate: '2095-03-01' }
			await merchant.client.call('/RequestV2/LoadCustomerBalance', load)
			active = await newSale(merchant, customerId)
			pending = await pendingSale(customerId)
		})

		it.each<[refused: string, why: string, names: () => Parameters]>([
			['H300', 'no such transaction', () => ({ transactionCode: 'T1', merchantOid: active.MerchantOid })],
			['H300', 'another merchant’s, though overdue', () => namesOf(foreign)],
			[
				'H300',
				'the two names are of two transactions, though the one is pending',
				() => ({ ...namesOf(pending), merchantOid: active.MerchantOid }),
			],
			[
				'H300',
				'the two names are of two transactions, though the one has been sent already',
				() => ({ ...namesOf(enforced), merchantOid: active.MerchantOid }),
			],
			[
				'H300',
				'the transactionCode is in another casing',
				() => ({ ...namesOf(enforced), transactionCode: enforced.TransactionCode.toLowerCase() }),
			],
			[
				'H300',
				'the merchantOid is in another casing',
				() => ({ ...namesOf(enforced), merchantOid: enforced.MerchantOid.toUpperCase() }),
			],
			['H305', 'pending, though nothing is overdue either', () => namesOf(pending)],
			['H305', 'expired', () => namesOf(expired)],
			['H305', 'completed', () => namesOf(completed)],
			['H305', 'completed by the balance', () => namesOf(completedByBalance)],
			['H317', 'active with nothing overdue', () => namesOf(active)],
		])('%s: %s', async (refused, _, names) => {
			const before = await sandbox.everything()
			expect(refusalsOf(await merchant.client.call(path, names()))).toEqual([`${refused} transactionCode`])
			expect(await sandbox.everything()).toEqual(before)
		})
	})
})

describe('a transaction in enforcement', () => {
	it('takes no report of a single instalment, overdue or not', async () => {
		const { sale } = await overdueSale()
		await send(sale)
		const before = await sandbox.everything()
		for (const no of [1, 2, 3]) {
			expect(refusalsOf(await report(sale, no, '2095-03-01'))).toEqual(['H315 paymentCode'])
		}
		expect(await sandbox.everything()).toEqual(before)
	})

	it('leaves the balance’s queue, and the balance pays what stood behind it the same day', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const large = await newSale(merchant, customerId, { orderAmount: '300000', selectedInstallment: 3 })
		const small = await newSale(merchant, customerId, { orderAmount: '100000', selectedInstallment: 2 })
		const load = { customerId, balanceAmount: 99_999, paymentDate: '2095-01-31' }
		const loaded = await merchant.client.call('/RequestV2/LoadCustomerBalance', load)
		expect(loaded.Data).toMatchObject({ CustomerBalance: 999.99, ClosedPayments: [] })
		await sandbox.clock({ date: '2095-03-02' })

		expect((await send(large)).Data).toEqual(done)
		// 500.00 and two days of late fee, 1.42; what is left does not cover the second instalment.
		expect(await transactionOf(small)).toMatchObject({
			TransactionStatus: 1,
			Payments: [
				{ PaymentStatus: 1, paidAmount: 501.42, overdueAmount: 1.42, paidDate: '2095-03-02T00:00:00' },
				{ PaymentStatus: 0, paidAmount: 0 },
			],
		})
		expect(await transactionOf(large)).toMatchObject({
			Payments: [{ PaymentStatus: 3, paidAmount: 0 }, { PaymentStatus: 0 }, { PaymentStatus: 0 }],
		})
		expect((await infoOf(customerId)).Balance).toBe(498.57)
	})

	it('and the balance waits where nothing stood behind it', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		const load = { customerId, balanceAmount: 39_999, paymentDate: '2095-01-31' }
		await merchant.client.call('/RequestV2/LoadCustomerBalance', load)
		await sandbox.clock({ date: '2095-03-01' })
		await send(sale)
		const more = { customerId, balanceAmount: 200_000, paymentDate: '2095-03-01' }
		expect((await merchant.client.call('/RequestV2/LoadCustomerBalance', more)).Data).toMatchObject({
			CustomerBalance: 2399.99,
			ClosedPayments: [],
		})
		expect((await infoOf(customerId)).Balance).toBe(2399.99)
	})

	it('bars its customer from new transactions at every merchant, and this is said before that a payment is overdue', async () => {
		await sandbox.startOn('2095-01-31')
		const elsewhere = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		expect(await newCustomer(elsewhere, person)).toBe(customerId)
		const sale = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2095-03-01' })
		const buy = async (at: TestMerchant) =>
			refusalsOf(await at.client.call('/RequestV2/CreateTransaction', newOrder(customerId, { orderAmount: '1000000000' })))
		for (const at of [merchant, elsewhere]) expect(await buy(at)).toEqual(['H221 customerId'])
		await send(sale)
		const before = await sandbox.everything()
		for (const at of [merchant, elsewhere]) expect(await buy(at)).toEqual(['H226 customerId'])
		expect(await sandbox.everything()).toEqual(before)
		expect((await infoOf(customerId, elsewhere)).HasOverduePayment).toBe(true)
	})

	it('does not stop a sale that was made before from being activated', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2095-02-28' })
		const pending = await pendingSale(customerId)
		await sandbox.clock({ date: '2095-03-01' })
		await send(sale)
		const activated = await merchant.client.call('/RequestV2/ActivateTransaction', namesOf(pending))
		expect(activated.Data).toMatchObject({ Message: 'RS100', TransactionStatus: 1 })
	})
})

// Refunds and payments in enforcement come with later calls; until then the rows they leave are written by hand, in a
// sandbox whose books are therefore not asked to balance.
describe('a transaction that has ended', () => {
	let written: Sandbox
	let shop: TestMerchant
	beforeAll(async () => {
		written = await startSandbox()
		shop = await written.newMerchant()
	})
	afterAll(() => written.stop())

	const end = (sale: Sale, state: string) =>
		written.app.database.pool.query('update transaction set state = $2, next_overdue_date = null where id = $1', [
			sale.TransactionCode.slice(1),
			state,
		])

	it.each([
		['completed', 2],
		['refunded', 4],
	])('as %s after it was sent is answered as done, with its present status %i', async (state, status) => {
		await written.startOn('2095-01-31')
		const sale = await newSale(shop, await newCustomer(shop))
		await written.clock({ date: '2095-03-01' })
		expect((await send(sale, {}, shop)).Data).toEqual(done)
		await end(sale, state)
		const before = await written.everything()
		expect((await send(sale, {}, shop)).Data).toEqual({ Message: 'RS100', TransactionStatus: status })
		expect(await written.everything()).toEqual(before)
	})

	it('as refunded and never sent is refused', async () => {
		await written.startOn('2095-01-31')
		const sale = await newSale(shop, await newCustomer(shop))
		await end(sale, 'refunded')
		expect(refusalsOf(await send(sale, {}, shop))).toEqual(['H305 transactionCode'])
	})

	it('as cancelled while pending is refused', async () => {
		await written.startOn('2095-01-31')
		const sale = await pendingSale(await newCustomer(shop), shop)
		await end(sale, 'cancelled')
		expect(refusalsOf(await send(sale, {}, shop))).toEqual(['H305 transactionCode'])
	})
})
