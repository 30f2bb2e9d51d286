// Selling on instalments (protocol 5.3–5.5, answers 15–18, 26–62): what may be sold to whom, what a repeat does, what
// activation does, and what a transaction shows as time goes by.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { itReadsItsParameters, noAmount, noBasket, noCode20, noFeeRate, noFlag, noLimit, noText10 } from '../parameters.ts'
import {
	customerInfo,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	refusedWithoutTrace,
	type Sandbox,
	said,
	sql,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

// biome-ignore lint/suspicious/noExplicitAny: each endpoint has a Data of its own
type Data = any

function create(order: Parameters, by = merchant): Promise<Answer> {
	return by.client.call('/RequestV2/CreateTransaction', order)
}

/** An order just created, not yet activated. */
async function pending(customerId: string, given: Parameters = {}, by = merchant): Promise<Data> {
	const answer = await create(newOrder(customerId, given), by)
	expect(refusalsOf(answer)).toEqual([])
	return answer.Data
}

function refusedOrder(customerId: string, given: Parameters = {}, by = merchant): Promise<string[]> {
	return refusedWithoutTrace(sandbox, () => create(newOrder(customerId, given), by))
}

const namesOf = ({ TransactionCode, MerchantOid }: Data) => ({ transactionCode: TransactionCode, merchantOid: MerchantOid })

function activate(transaction: Data, by = merchant): Promise<Answer> {
	return by.client.call('/RequestV2/ActivateTransaction', namesOf(transaction))
}

async function activated(transaction: Data, by = merchant): Promise<Data> {
	const answer = await activate(transaction, by)
	expect(refusalsOf(answer)).toEqual([])
	return answer.Data
}

function show(transaction: Data, by = merchant): Promise<Answer> {
	return by.client.call('/Index/GetPaymentsOfTransaction', namesOf(transaction))
}

async function shown(transaction: Data, by = merchant): Promise<Data> {
	const answer = await show(transaction, by)
	expect(refusalsOf(answer)).toEqual([])
	return answer.Data
}

async function pay(transaction: Data, installmentNo: number, paymentDate: string, by = merchant): Promise<void> {
	const row = transaction.Payments.find((payment: Data) => payment.InstallmentNo === installmentNo)
	const answer = await by.client.call('/RequestV2/SetPaidPayment', {
		paymentCode: row.paymentCode,
		merchantOid: transaction.MerchantOid,
		paymentDate,
	})
	expect(refusalsOf(answer)).toEqual([])
}

async function loadBalance(customerId: string, balanceAmount: string, paymentDate: string, by = merchant): Promise<void> {
	const answer = await by.client.call('/RequestV2/LoadCustomerBalance', { customerId, balanceAmount, paymentDate })
	expect(refusalsOf(answer)).toEqual([])
}

const each = (transaction: Data, field: string) => transaction.Payments.map((payment: Data) => payment[field])
const dueDates = (transaction: Data) => each(transaction, 'TermDate').map((date: string) => date.slice(0, 10))

const markRisky = (customerId: string) => sql(sandbox, 'update customer set marked_risky = true where id = $1', [customerId])
const suspendForAll = (customerId: string) => sql(sandbox, 'update customer set suspended = true where id = $1', [customerId])
const suspendAt = (by: TestMerchant, customerId: string) =>
	sql(
		sandbox,
		'update customer_link set suspended = true where customer_id = $1 and merchant_id = (select id from merchant where code = $2)',
		[customerId, by.credentials.merchantId],
	)

/** Puts a transaction by hand into a state that no call of this page brings about, looks, and puts it back. */
async function inState(state: string, transaction: Data, look: () => Promise<void>): Promise<void> {
	const id = transaction.TransactionCode.slice(1)
	const set = 'update transaction set state = $2, next_overdue_date = $3 where id = $1'
	const [before] = await sql<Data>(sandbox, 'select state, next_overdue_date from transaction where id = $1', [id])
	await sql(sandbox, set, [id, state, null])
	await look()
	await sql(sandbox, set, [id, before.state, before.next_overdue_date])
}

const transactionFields = [
	'TransactionCode',
	'MerchantOid',
	'CustomerId',
	'TransactionStatus',
	'TransactionStatusText',
	'OrderAmount',
	'DownPaymentAmount',
	'FeeAmount',
	'TotalAmount',
	'ExpireDate',
	'Payments',
]
const paymentFields = [
	'paymentCode',
	'merchantOid',
	'InstallmentNo',
	'InstallmentPayment',
	'TermDate',
	'PaymentStatus',
	'PaymentStatusText',
	'overdueAmount',
	'overdueRate',
	'overdueDate',
	'totalExpenseAmount',
	'transactionCode',
	'paidAmount',
	'paidDate',
]

describe('a new transaction', () => {
	it('is pending, and the answer has the fields of 5.3 with a row of 5.10 for each payment', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const order = newOrder(customerId, { orderAmount: '100001', selectedInstallment: 4 })
		const { Data } = await create(order)
		const { TransactionCode } = Data
		expect(TransactionCode).toMatch(/^.{1,20}$/)
		const row = (InstallmentNo: number, InstallmentPayment: number, due: string, overdue: string) => ({
			paymentCode: expect.stringMatching(/^.{1,20}$/),
			merchantOid: order.merchantOid,
			InstallmentNo,
			InstallmentPayment,
			TermDate: `${due}T00:00:00`,
			PaymentStatus: 0,
			PaymentStatusText: 'Ödenmedi',
			overdueAmount: 0,
			overdueRate: 4.25,
			overdueDate: `${overdue}T00:00:00`,
			totalExpenseAmount: 0,
			transactionCode: TransactionCode,
			paidAmount: 0,
			paidDate: null,
		})
		expect(Data).toEqual({
			TransactionCode,
			MerchantOid: order.merchantOid,
			CustomerId: customerId,
			TransactionStatus: 0,
			TransactionStatusText: 'Onay Bekliyor',
			OrderAmount: 1000.01,
			DownPaymentAmount: 0,
			FeeAmount: 15,
			TotalAmount: 1015.01,
			ExpireDate: '2041-05-27T00:00:00',
			Payments: [
				row(1, 253.76, '2041-06-20', '2041-06-21'),
				row(2, 253.75, '2041-07-20', '2041-07-21'),
				row(3, 253.75, '2041-08-20', '2041-08-21'),
				row(4, 253.75, '2041-09-20', '2041-09-21'),
			],
		})
		expect(Object.keys(Data)).toEqual(transactionFields)
		for (const payment of Data.Payments) expect(Object.keys(payment)).toEqual(paymentFields)
		expect(new Set(each(Data, 'paymentCode')).size).toBe(4)
		expect(await shown(Data)).toEqual(Data)
		await sandbox.booksBalance()
	})

	it('counts its due dates from its own day, clamped to the end of each month', async () => {
		await sandbox.startOn('2043-01-31')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId, { selectedInstallment: 12 })
		expect(dueDates(sold)).toEqual([
			'2043-02-28',
			'2043-03-31',
			'2043-04-30',
			'2043-05-31',
			'2043-06-30',
			'2043-07-31',
			'2043-08-31',
			'2043-09-30',
			'2043-10-31',
			'2043-11-30',
			'2043-12-31',
			'2044-01-31',
		])
		const postponed = await pending(customerId, { selectedInstallment: 1, PostponeSelected: true })
		expect(dueDates(postponed)).toEqual(['2043-03-31'])
	})

	it('keeps the basket as it came, but for fields that the protocol does not know', async () => {
		const customerId = await newCustomer(merchant)
		const full = {
			skuCode: 'TV-55',
			skudefinitionId: '77',
			skuAmount: 119_900,
			skuMerchant: 'Şube 3',
			skuMerchantContributionRate: 12,
			productName: 'Televizyon "55"',
			productUrl: 'https://example.com/tv?a=1&b=2',
			productImage: 'https://example.com/tv.png',
		}
		const sold = await pending(customerId, { basketList: [{ ...full, colour: 'black' }, { skuCode: 'cable' }] })
		const bare = await pending(customerId)
		const many = await pending(customerId, { basketList: Array.from({ length: 200 }, (_, i) => ({ skuCode: `sku-${i}` })) })
		const kept = async (transaction: Data) =>
			(
				await sql<{ rows: Data[] }>(sandbox, 'select rows from transaction_basket where transaction_id = $1', [
					transaction.TransactionCode.slice(1),
				])
			).map(({ rows }) => rows)
		expect(await kept(sold)).toEqual([[full, { skuCode: 'cable' }]])
		expect(await kept(bare)).toEqual([])
		expect((await kept(many))[0]).toHaveLength(200)
	})

	it('is told of in an event that keeps the shopper’s address, and so is its activation', async () => {
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId, { ipAddress: '10.1.2.3' })
		await merchant.client.call('/RequestV2/ActivateTransaction', { ...namesOf(sold), ipAddress: '2001:db8::7' })
		const events = await sql(sandbox, 'select kind, ip_address from event where transaction_id = $1 order by id', [
			sold.TransactionCode.slice(1),
		])
		expect(events).toEqual([
			{ kind: 'transaction-created', ip_address: '10.1.2.3' },
			{ kind: 'transaction-activated', ip_address: '2001:db8::7' },
		])
	})

	it('is sold exactly as it was shown', async () => {
		await sandbox.startOn('2041-08-31')
		const shop = await sandbox.newMerchant()
		const anyFlag = fc.constantFrom(undefined, true)
		const order = fc.bigInt(100n, 30_000_000n).chain((amount) =>
			fc.record({
				amount: fc.constant(amount),
				limit: fc.oneof(
					fc.bigInt(1n, 40_000_000n),
					fc.constantFrom(-1n, 0n, 1n).map((more) => amount + more),
				),
				shareBps: fc.constantFrom(0, 5_000, 9_999),
				installments: fc.integer({ min: 1, max: 13 }),
				risky: fc.boolean(),
				notCalculateFees: anyFlag,
				forceRiskFreeEvaluate: anyFlag,
				postponeSelected: anyFlag,
				RevisedFeeRate: fc.constantFrom(undefined, 20, 150),
				availableLimit: fc.oneof(
					fc.constant(undefined),
					fc.bigInt(1n, 40_000_000n),
					fc.constantFrom(-1n, 0n, 1n).map((more) => amount + more),
				),
			}),
		)
		await fc.assert(
			fc.asyncProperty(order, async ({ amount, limit, shareBps, installments, risky, availableLimit, ...options }) => {
				await shop.set({ downPaymentMaxShareBps: shareBps })
				const customerId = await newCustomer(shop, { kdsLimit: String(limit) })
				if (risky) await markRisky(customerId)
				const wanted = { customerId, orderAmount: String(amount), ...options, availableLimit: availableLimit?.toString() }
				const { Data: before } = await shop.client.call('/Index/GetCustomerInformation', wanted)
				const plan = before.InstallmentPlans.find((row: Data) => row.InstallmentNo === installments)
				const answer = await create(newOrder(customerId, { ...wanted, selectedInstallment: installments }), shop)
				if (!plan) {
					expect(refusalsOf(answer)).toEqual(['H304 selectedInstallment'])
					return
				}
				const financed = amount - BigInt(Math.round(plan.DownPaymentAmount * 100))
				if (financed > (availableLimit ?? limit)) {
					expect(refusalsOf(answer)).toEqual(['H302 orderAmount'])
					return
				}
				const { Data: sold } = answer
				expect(sold).toMatchObject({
					OrderAmount: Number(amount) / 100,
					DownPaymentAmount: plan.DownPaymentAmount,
					FeeAmount: plan.FeeAmount,
					TotalAmount: plan.TotalAmount,
				})
				expect(
					sold.Payments.map(({ InstallmentNo, InstallmentPayment, TermDate }: Data) => ({
						InstallmentNo,
						InstallmentPayment,
						TermDate,
					})),
				).toEqual(plan.Payments)
				expect((await customerInfo(shop, customerId)).UsedLimit).toBe(Number(financed) / 100)
			}),
			{ numRuns: 80 },
		)
		await sandbox.booksBalance()
	})
})

describe('a repeated CreateTransaction', () => {
	let customerId: string
	beforeAll(async () => {
		await sandbox.startOn('2041-05-20')
		customerId = await newCustomer(merchant, { dealerSegment: 'GOLD', kdsLimit: '100000000' })
	})

	const spelledOut = {
		notCalculateFees: false,
		forceRiskFreeEvaluate: 'false',
		PostponeSelected: 'FALSE',
		RevisedFeeRate: 0,
		availableLimit: '000',
		dealerSegment: '',
	}
	const nulls = Object.fromEntries(Object.keys(spelledOut).map((name) => [name, null]))
	const chosen = {
		notCalculateFees: true,
		forceRiskFreeEvaluate: true,
		PostponeSelected: true,
		RevisedFeeRate: 20,
		availableLimit: 500_000,
		dealerSegment: 'GOLD',
	}

	it.each([
		['word for word', {}, {}],
		['with its options spelled out as nothing', {}, spelledOut],
		['with its options sent as null', {}, nulls],
		['without options that were spelled out as nothing', spelledOut, {}],
		['with its numbers as JSON numbers', {}, { orderAmount: 120_000, selectedInstallment: 3 }],
		['with leading zeros', {}, { orderAmount: '0120000', selectedInstallment: '03' }],
		['with another basket', { basketList: [{ skuCode: 'a' }] }, { basketList: [{ skuCode: 'b' }] }],
		['without its basket', { basketList: [{ skuCode: 'a' }] }, {}],
		['with a basket it did not have', {}, { basketList: [{ skuCode: 'a' }] }],
		['from another address', { ipAddress: '10.0.0.1' }, { ipAddress: '10.0.0.2' }],
		['with all its options', chosen, chosen],
		[
			'with all its options written differently',
			chosen,
			{ ...chosen, notCalculateFees: 'True', RevisedFeeRate: '020', availableLimit: '500000' },
		],
	])('%s is the same order: the first answer again, and nothing happens', async (_, first, again) => {
		const order = newOrder(customerId, { dealerSegment: undefined })
		const answer = await create({ ...order, ...first })
		expect(refusalsOf(answer)).toEqual([])
		const before = await sandbox.everything()
		expect(said(await create({ ...order, ...again }))).toEqual(said(answer))
		expect(await sandbox.everything()).toEqual(before)
	})

	it.each([
		['customerId', '9999999999'],
		['orderAmount', '120001'],
		['selectedInstallment', 2],
		['notCalculateFees', true],
		['forceRiskFreeEvaluate', true],
		['PostponeSelected', true],
		// These would change nothing of the plan, and are other content all the same.
		['RevisedFeeRate', 100],
		['availableLimit', '100000000'],
		['dealerSegment', 'GOLD'],
	])('with another %s is H301', async (name, value) => {
		const order = newOrder(customerId)
		expect(refusalsOf(await create(order))).toEqual([])
		expect(await refusedOrder(customerId, { ...order, [name]: value })).toEqual(['H301 merchantOid'])
	})

	it('for another customer of the merchant is H301', async () => {
		const order = newOrder(customerId)
		expect(refusalsOf(await create(order))).toEqual([])
		expect(await refusedOrder(await newCustomer(merchant), { merchantOid: order.merchantOid })).toEqual(['H301 merchantOid'])
	})

	it.each(Object.keys(chosen))('without the %s it had is H301', async (name) => {
		const order = newOrder(customerId, chosen)
		expect(refusalsOf(await create(order))).toEqual([])
		expect(await refusedOrder(customerId, { ...order, [name]: undefined })).toEqual(['H301 merchantOid'])
	})

	it.each([
		['in another casing', 'Order-A', 'order-a'],
		['with a blank behind it', 'order-b', 'order-b '],
		['with its letters composed differently', 'caf\u00e9', 'cafe\u0301'],
		['with leading zeros', '7001', '07001'],
	])('of a merchantOid %s is another order', async (_, first, second) => {
		const sold = [await pending(customerId, { merchantOid: first }), await pending(customerId, { merchantOid: second })]
		expect(sold[0].TransactionCode).not.toBe(sold[1].TransactionCode)
		expect(sold.map(({ MerchantOid }) => MerchantOid)).toEqual([first, second])
		expect((await shown(sold[0])).MerchantOid).toBe(first)
	})

	it('of a merchantOid sent as a JSON number is the same as its digits', async () => {
		const order = newOrder(customerId, { merchantOid: 12_345_678 })
		const answer = await create(order)
		expect(answer.Data.MerchantOid).toBe('12345678')
		expect(said(await create({ ...order, merchantOid: '12345678' }))).toEqual(said(answer))
	})

	it('at another merchant is that merchant’s own order', async () => {
		const other = await sandbox.newMerchant()
		const theirs = await newCustomer(other)
		const order = newOrder(customerId)
		const here = await create(order)
		const there = await create({ ...order, customerId: theirs }, other)
		expect(refusalsOf(there)).toEqual([])
		expect(there.Data.TransactionCode).not.toBe(here.Data.TransactionCode)
	})

	it('keeps the first basket', async () => {
		const order = newOrder(customerId, { basketList: [{ skuCode: 'first' }] })
		const { Data } = await create(order)
		await create({ ...order, basketList: [{ skuCode: 'second' }] })
		const kept = await sql(sandbox, 'select rows from transaction_basket where transaction_id = $1', [
			Data.TransactionCode.slice(1),
		])
		expect(kept).toEqual([{ rows: [{ skuCode: 'first' }] }])
	})

	it('succeeds whatever has happened to the customer and the merchant since', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant()
		const buyer = await newCustomer(shop, { kdsLimit: '240000' })
		await newSale(shop, buyer, { selectedInstallment: 1 })
		await sandbox.clock({ date: '2041-06-18' })
		const order = newOrder(buyer)
		const answer = await create(order, shop)
		expect(refusalsOf(answer)).toEqual([])

		// Overdue, suspended twice, limit used up, merchant over its limit, and nothing offered any more.
		await sandbox.clock({ date: '2041-06-21' })
		await suspendForAll(buyer)
		await suspendAt(shop, buyer)
		await shop.set({ creditLimit: kurus(0) })
		await sql(sandbox, 'delete from rate_row where merchant_id = (select id from merchant where code = $1)', [
			shop.credentials.merchantId,
		])
		expect(said(await create(order, shop))).toEqual(said(answer))
		expect(await refusedOrder(buyer, {}, shop)).toEqual(['H220 customerId'])
		await sandbox.booksBalance()
	})

	it('shows the present state: active, paid in part, completed', async () => {
		await sandbox.startOn('2041-05-20')
		const order = newOrder(customerId, { selectedInstallment: 2 })
		const { Data } = await create(order)
		const states = async () => {
			const again = await create(order)
			expect(refusalsOf(again)).toEqual([])
			expect(again.Data).toEqual(await shown(Data))
			return [again.Data.TransactionStatus, ...each(again.Data, 'PaymentStatus')]
		}
		expect(await states()).toEqual([0, 0, 0])
		await activated(Data)
		expect(await states()).toEqual([1, 0, 0])
		await pay(Data, 1, '2041-05-20')
		expect(await states()).toEqual([1, 1, 0])
		await sandbox.clock({ date: '2041-07-21' })
		expect(await states()).toEqual([1, 1, 3])
		await pay(Data, 2, '2041-07-21')
		expect(await states()).toEqual([2, 1, 1])
		expect(await refusedOrder(customerId, { ...order, orderAmount: '1000' })).toEqual(['H301 merchantOid'])
		await sandbox.booksBalance()
	})

	it('after the first has expired succeeds with status 6, and the merchantOid stays used', async () => {
		await sandbox.startOn('2041-05-20')
		const order = newOrder(customerId)
		const { Data } = await create(order)
		await sandbox.clock({ date: '2041-05-27' })
		const again = await create(order)
		expect(again.Data).toEqual({
			...Data,
			TransactionStatus: 6,
			TransactionStatusText: 'Süresi Doldu',
			Payments: Data.Payments.map((payment: Data) => ({
				...payment,
				PaymentStatus: 4,
				PaymentStatusText: 'İptal Edildi',
			})),
		})
		expect(await refusedOrder(customerId, { ...order, selectedInstallment: 1 })).toEqual(['H301 merchantOid'])
	})

	it('after the first was cancelled succeeds with status 3', async () => {
		const order = newOrder(customerId)
		const { Data } = await create(order)
		await inState('cancelled', Data, async () => {
			expect((await create(order)).Data).toMatchObject({ TransactionStatus: 3, TransactionStatusText: 'İptal Edildi' })
			expect(await refusedOrder(customerId, { ...order, orderAmount: '1000' })).toEqual(['H301 merchantOid'])
		})
		await sandbox.booksBalance()
	})
})

describe('CreateTransaction refuses', () => {
	it('of several reasons the first: H301, H223, H220, H226, H221, H222, H304, H302, H303', async () => {
		await sandbox.startOn('2041-01-10')
		const shop = await sandbox.newMerchant()
		const elsewhere = await sandbox.newMerchant()
		const used = newOrder(await newCustomer(shop))
		expect(refusalsOf(await create(used, shop))).toEqual([])

		/** Has a sale whose only instalment falls due on 10 February. */
		const buyerAt = async (at: TestMerchant) => {
			const customerId = await newCustomer(at)
			return { customerId, sale: await newSale(at, customerId, { selectedInstallment: 1 }) }
		}
		const stranger = await buyerAt(elsewhere)
		const suspended = await buyerAt(shop)
		const enforced = await buyerAt(shop)
		const behind = await buyerAt(shop)
		const lapsed = await newCustomer(shop)

		// 400 days on, every limit of that day has expired.
		await sandbox.clock({ advanceDays: 400 })
		for (const [{ sale }, at] of [
			[stranger, elsewhere],
			[suspended, shop],
			[enforced, shop],
		] as const) {
			expect(refusalsOf(await at.client.call('/RequestV2/SendExecutionTransaction', namesOf(sale)))).toEqual([])
		}
		await suspendForAll(stranger.customerId)
		await suspendAt(shop, suspended.customerId)
		const valid = await newCustomer(shop, { kdsLimit: '120000' })
		await shop.set({ creditLimit: kurus(0) })

		// The order is above every limit, for more instalments than are offered; in each line everything further down holds too.
		const tooMuch = { orderAmount: '120001', selectedInstallment: 13 }
		const cases: [string, Parameters][] = [
			['H301 merchantOid', { ...tooMuch, customerId: stranger.customerId, merchantOid: used.merchantOid }],
			['H223 customerId', { ...tooMuch, customerId: stranger.customerId }],
			['H220 customerId', { ...tooMuch, customerId: suspended.customerId }],
			['H226 customerId', { ...tooMuch, customerId: enforced.customerId }],
			['H221 customerId', { ...tooMuch, customerId: behind.customerId }],
			['H222 customerId', { ...tooMuch, customerId: lapsed }],
			['H304 selectedInstallment', { ...tooMuch, customerId: valid }],
			['H302 orderAmount', { customerId: valid, orderAmount: '120001' }],
			['H303 orderAmount', { customerId: valid, orderAmount: '120000' }],
		]
		for (const [expected, { customerId, ...order }] of cases) {
			const before = await customerInfo(shop, String(customerId))
			expect(await refusedOrder(String(customerId), order, shop)).toEqual([expected])
			expect(await customerInfo(shop, String(customerId))).toEqual(before)
		}
		await shop.set({ creditLimit: null })
		await pending(valid, {}, shop)
		await sandbox.booksBalance()
	})

	it.each([
		['unknown', '9999999999'],
		['of letters', 'abc'],
		['too short', '1'],
		['with a leading 0', '0000000001'],
	])('a customerId that is %s', async (_, customerId) => {
		expect(await refusedOrder(customerId)).toEqual(['H223 customerId'])
	})

	it('a customer of another merchant as if there were none', async () => {
		const other = await sandbox.newMerchant()
		const theirs = await newCustomer(other)
		const order = newOrder(theirs)
		expect(await refusedOrder(theirs)).toEqual(['H223 customerId'])
		expect(said(await create(order))).toEqual(said(await create({ ...order, customerId: '9999999999' })))
	})

	it('a customer suspended here or by the operator, but none that another merchant has suspended', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		await suspendAt(other, customerId)
		expect(await refusedOrder(customerId, {}, other)).toEqual(['H220 customerId'])
		await pending(customerId)
		await suspendForAll(customerId)
		expect(await refusedOrder(customerId)).toEqual(['H220 customerId'])
	})

	it('a customer with a transaction in enforcement or a payment overdue at any merchant', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		const sale = await newSale(other, customerId, { selectedInstallment: 1 })
		await sandbox.clock({ date: '2041-06-20' })
		await pending(customerId)
		await sandbox.clock({ date: '2041-06-21' })
		expect(await refusedOrder(customerId)).toEqual(['H221 customerId'])
		expect(await refusedOrder(customerId, {}, other)).toEqual(['H221 customerId'])
		expect(refusalsOf(await other.client.call('/RequestV2/SendExecutionTransaction', namesOf(sale)))).toEqual([])
		expect(await refusedOrder(customerId)).toEqual(['H226 customerId'])
		expect(await refusedOrder(customerId, {}, other)).toEqual(['H226 customerId'])
		await sandbox.booksBalance()
	})

	it('a customer that never had a limit, or one of 0, even when the merchant sends an availableLimit', async () => {
		const never = await newCustomer(merchant)
		await sql(sandbox, 'update customer set limit_amount = null, limit_source = null, limit_expire_date = null where id = $1', [
			never,
		])
		const closed = await newCustomer(merchant, { kdsLimit: '0' })
		for (const customerId of [never, closed]) {
			expect(await refusedOrder(customerId, { availableLimit: '10000000' })).toEqual(['H222 customerId'])
		}
	})

	it.each([
		['99', 1, false],
		['100', 1, true],
		['100', 12, true],
		['100', 13, false],
		['100', 1_000_000_000, false],
		['25000000', 12, true],
		['25000001', 1, false],
	])('an order of %s kuruş in %i, which the default table offers: %s', async (orderAmount, selectedInstallment, offered) => {
		const customerId = await newCustomer(merchant, { kdsLimit: '25000001' })
		const order = { orderAmount, selectedInstallment }
		if (offered) await pending(customerId, order)
		else expect(await refusedOrder(customerId, order)).toEqual(['H304 selectedInstallment'])
	})

	it('more instalments than kuruş are financed', async () => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 9_999 })
		const customerId = await newCustomer(shop, { kdsLimit: '5' })
		const order = { orderAmount: '50000', notCalculateFees: true }
		expect(await refusedOrder(customerId, { ...order, selectedInstallment: 6 }, shop)).toEqual(['H304 selectedInstallment'])
		const sold = await pending(customerId, { ...order, selectedInstallment: 5 }, shop)
		expect(each(sold, 'InstallmentPayment')).toEqual([499.95, 0.01, 0.01, 0.01, 0.01, 0.01])
		await sandbox.booksBalance()
	})

	it('a number of instalments that is offered to another segment only', async () => {
		const shop = await sandbox.newMerchant()
		await sql(
			sandbox,
			`update rate_row set dealer_segment = 'GOLD'
			where installments = 6 and merchant_id = (select id from merchant where code = $1)`,
			[shop.credentials.merchantId],
		)
		const silver = await newCustomer(shop, { dealerSegment: 'SILVER' })
		const gold = await newCustomer(shop, { dealerSegment: 'GOLD' })
		const six = { selectedInstallment: 6 }
		expect(await refusedOrder(silver, six, shop)).toEqual(['H304 selectedInstallment'])
		expect(await refusedOrder(gold, { ...six, dealerSegment: 'SILVER' }, shop)).toEqual(['H304 selectedInstallment'])
		await pending(gold, six, shop)
		await pending(silver, { ...six, dealerSegment: 'GOLD' }, shop)
	})
})

describe('the customer’s limit', () => {
	it('carries an order up to the last kuruş, whatever the fee', async () => {
		const customerId = await newCustomer(merchant, { kdsLimit: '120000' })
		expect(await refusedOrder(customerId, { orderAmount: '120001' })).toEqual(['H302 orderAmount'])
		expect((await pending(customerId, { selectedInstallment: 12 })).TotalAmount).toBe(1362)
		expect(await customerInfo(merchant, customerId)).toMatchObject({ UsedLimit: 1200, AvailableLimit: 0 })
		expect(await refusedOrder(customerId, { orderAmount: '100' })).toEqual(['H302 orderAmount'])
	})

	it.each([1, 7, 28])(
		'is held by a pending order that lives %i days until its ExpireDate, and free on that day',
		async (life) => {
			await sandbox.startOn('2041-05-20')
			const shop = await sandbox.newMerchant({ pendingLifeDays: life })
			const customerId = await newCustomer(shop, { kdsLimit: '120000' })
			const first = await pending(customerId, {}, shop)
			await sandbox.clock({ advanceDays: life - 1 })
			expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H302 orderAmount'])
			expect(`${await sandbox.clock({ advanceDays: 1 })}T00:00:00`).toBe(first.ExpireDate)
			expect(await customerInfo(shop, customerId)).toMatchObject({ UsedLimit: 0, AvailableLimit: 1200 })
			await pending(customerId, {}, shop)
			expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H302 orderAmount'])
			await sandbox.booksBalance()
		},
	)

	it('is held by an activated order beyond its ExpireDate, and freed by each payment', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant, { kdsLimit: '120000' })
		const sale = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2041-06-15' })
		expect(await refusedOrder(customerId, { orderAmount: '100' })).toEqual(['H302 orderAmount'])
		await pay(sale, 2, '2041-06-15')
		expect(await refusedOrder(customerId, { orderAmount: '40001' })).toEqual(['H302 orderAmount'])
		await pending(customerId, { orderAmount: '40000' })
		await sandbox.booksBalance()
	})

	it('counts the orders at all merchants', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson({ kdsLimit: '200000' })
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		await pending(customerId)
		expect(await refusedOrder(customerId, { orderAmount: '80001' }, other)).toEqual(['H302 orderAmount'])
		await pending(customerId, { orderAmount: '80000' }, other)
		expect(await refusedOrder(customerId, { orderAmount: '100' })).toEqual(['H302 orderAmount'])
		await sandbox.booksBalance()
	})

	it('may be lowered below what is used: nothing more is sold until enough is free again', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson({ kdsLimit: '120000' })
		const customerId = await newCustomer(merchant, person)
		const sale = await newSale(merchant, customerId)
		await newCustomer(merchant, { ...person, kdsLimit: '50000' })
		expect(await refusedOrder(customerId, { orderAmount: '100' })).toEqual(['H302 orderAmount'])
		await pay(sale, 1, '2041-05-20')
		await pay(sale, 2, '2041-05-20')
		expect(await refusedOrder(customerId, { orderAmount: '10001' })).toEqual(['H302 orderAmount'])
		await pending(customerId, { orderAmount: '10000' })
		await sandbox.booksBalance()
	})

	it('gives way to an availableLimit in the request, a higher one and a lower one', async () => {
		const customerId = await newCustomer(merchant, { kdsLimit: '100000' })
		expect(await refusedOrder(customerId, { orderAmount: '90000', availableLimit: '89999' })).toEqual(['H302 orderAmount'])
		await pending(customerId, { orderAmount: '150000', availableLimit: '150000' })
		expect(await customerInfo(merchant, customerId)).toMatchObject({ CustomerLimit: 1000, UsedLimit: 1500, AvailableLimit: 0 })
		expect(await refusedOrder(customerId, { orderAmount: '100', availableLimit: '0' })).toEqual(['H302 orderAmount'])
		await sandbox.booksBalance()
	})

	it('holds in production against an availableLimit, unless the merchant holds its own limits', async () => {
		const production = await startSandbox('production')
		try {
			const shop = await production.newMerchant({ settableLimits: ['KDS'] })
			const customerId = await newCustomer(shop, { kdsLimit: '100000' })
			const above = newOrder(customerId, { orderAmount: '100001', availableLimit: '150000' })
			const refusedThere = (order: Parameters) => refusedWithoutTrace(production, () => create(order, shop))
			expect(await refusedThere(above)).toEqual(['H302 orderAmount'])
			expect(await refusedThere(newOrder(customerId, { orderAmount: '90000', availableLimit: '89999' }))).toEqual([
				'H302 orderAmount',
			])
			await shop.set({ holdsOwnLimits: true })
			await pending(customerId, above, shop)
			await production.booksBalance()
		} finally {
			await production.stop()
		}
	})
})

describe('the merchant’s credit limit', () => {
	it('counts pending and active principal up to the last kuruş, not the fees', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant({ creditLimit: kurus(240_000) })
		const [first, second] = [await newCustomer(shop), await newCustomer(shop)]
		expect(await refusedOrder(first, { orderAmount: '240001' }, shop)).toEqual(['H303 orderAmount'])
		await newSale(shop, first, { selectedInstallment: 12 })
		const held = await pending(second, { orderAmount: '119900', selectedInstallment: 12 }, shop)
		expect(await refusedOrder(second, { orderAmount: '101' }, shop)).toEqual(['H303 orderAmount'])
		await pending(first, { orderAmount: '100' }, shop)
		expect(await refusedOrder(first, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		// Activation asks for no limit: the order was counted when it was made.
		await activated(held, shop)
		expect(await refusedOrder(first, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await sandbox.booksBalance()
	})

	it('is free again on the very day a pending order expires, and with each payment', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant({ creditLimit: kurus(240_000) })
		const customerId = await newCustomer(shop)
		const sale = await newSale(shop, customerId)
		await pending(customerId, {}, shop)
		await sandbox.clock({ date: '2041-05-26' })
		expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await sandbox.clock({ date: '2041-05-27' })
		expect(await refusedOrder(customerId, { orderAmount: '120001' }, shop)).toEqual(['H303 orderAmount'])
		await pending(customerId, {}, shop)
		await pay(sale, 1, '2041-05-27', shop)
		expect(await refusedOrder(customerId, { orderAmount: '40001' }, shop)).toEqual(['H303 orderAmount'])
		await pending(customerId, { orderAmount: '40000' }, shop)
		await sandbox.booksBalance()
	})

	it('set later counts the orders made before: pending, active, in enforcement, and none that is expired or paid', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant()
		const behind = await newCustomer(shop)
		const enforced = await newSale(shop, behind, { orderAmount: '10000', selectedInstallment: 1 })
		const customerId = await newCustomer(shop)
		const paid = await newSale(shop, customerId, { orderAmount: '20000', selectedInstallment: 1 })
		await pay(paid, 1, '2041-05-20', shop)
		await pending(customerId, { orderAmount: '40000' }, shop)
		await sandbox.clock({ date: '2041-06-21' })
		expect(refusalsOf(await shop.client.call('/RequestV2/SendExecutionTransaction', namesOf(enforced)))).toEqual([])
		await newSale(shop, customerId, { orderAmount: '80000', selectedInstallment: 2 })
		await pending(customerId, { orderAmount: '160000' }, shop)

		// Open are 10 000 + 80 000 + 160 000.
		await shop.set({ creditLimit: kurus(250_099) })
		expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await shop.set({ creditLimit: kurus(250_100) })
		await pending(customerId, { orderAmount: '100' }, shop)
		expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await sandbox.booksBalance()
		await shop.set({ creditLimit: null })
		await pending(customerId, { orderAmount: '200000' }, shop)
		await shop.set({ creditLimit: kurus(450_199) })
		expect(await refusedOrder(customerId, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await shop.set({ creditLimit: kurus(450_200) })
		await pending(customerId, { orderAmount: '100' }, shop)
		await sandbox.booksBalance()
	})

	it('counts what is financed and not the down payment, and only its own orders', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const shop = await sandbox.newMerchant({ creditLimit: kurus(60_000), downPaymentMaxShareBps: 5_000 })
		const person = newPerson({ kdsLimit: '70000' })
		const customerId = await newCustomer(shop, person)
		await newCustomer(other, person)
		await newSale(other, customerId, { orderAmount: '10000' })
		expect(await pending(customerId, { orderAmount: '100000' }, shop)).toMatchObject({ DownPaymentAmount: 400 })
		const fresh = await newCustomer(shop)
		expect(await refusedOrder(fresh, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await sandbox.booksBalance()
	})

	it('changes no plan that is shown', async () => {
		const shop = await sandbox.newMerchant({ creditLimit: kurus(0) })
		const { Data } = await shop.client.call('/Index/GetCustomerInformation', { orderAmount: '100000' })
		expect(Data.InstallmentPlans).toHaveLength(12)
	})
})

describe('activation', () => {
	it('makes the order count: RS100, status 1, and the payments as 5.5 shows them', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		const answer = await activate(sold)
		expect(answer).toMatchObject({ Success: true, Errors: [] })
		expect(answer.Data).toEqual({ Message: 'RS100', TransactionStatus: 1, Payments: sold.Payments })
		expect(await shown(sold)).toEqual({ ...sold, TransactionStatus: 1, TransactionStatusText: 'Aktif' })
		await sandbox.booksBalance()
	})

	it('is possible until the day before the ExpireDate, and leaves every date as it was at creation', async () => {
		await sandbox.startOn('2041-01-31')
		const shop = await sandbox.newMerchant({ pendingLifeDays: 28 })
		const customerId = await newCustomer(shop)
		const sold = await pending(customerId, { selectedInstallment: 4 }, shop)
		expect(sold.ExpireDate).toBe('2041-02-28T00:00:00')
		await sandbox.clock({ date: '2041-02-27' })
		await activated(sold, shop)
		expect(dueDates(sold)).toEqual(['2041-02-28', '2041-03-31', '2041-04-30', '2041-05-31'])
		expect(await shown(sold, shop)).toEqual({ ...sold, TransactionStatus: 1, TransactionStatusText: 'Aktif' })
		await sandbox.booksBalance()
	})

	it('is H309 from the ExpireDate on, and the order then shows as expired', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		for (const date of ['2041-05-27', '2041-07-01']) {
			await sandbox.clock({ date })
			expect(await refusedWithoutTrace(sandbox, () => activate(sold))).toEqual(['H309 transactionCode'])
			expect(await shown(sold)).toEqual({
				...sold,
				TransactionStatus: 6,
				TransactionStatusText: 'Süresi Doldu',
				Payments: sold.Payments.map((payment: Data) => ({
					...payment,
					PaymentStatus: 4,
					PaymentStatusText: 'İptal Edildi',
				})),
			})
		}
		await sandbox.booksBalance()
	})

	it('of a cancelled order is H305, also after its ExpireDate', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		await inState('cancelled', sold, async () => {
			for (const date of ['2041-05-20', '2041-05-27']) {
				await sandbox.clock({ date })
				expect(await refusedWithoutTrace(sandbox, () => activate(sold))).toEqual(['H305 transactionCode'])
			}
		})
		await sandbox.booksBalance()
	})

	it('is done once: again it answers RS100 with the present state and does nothing', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId, { selectedInstallment: 2 })
		await activated(sold)
		const again = async () => {
			const before = await sandbox.everything()
			const answer = await activated(sold)
			expect(await sandbox.everything()).toEqual(before)
			expect(answer).toMatchObject({ Message: 'RS100', Payments: (await shown(sold)).Payments })
			return [answer.TransactionStatus, ...each(answer, 'PaymentStatus')]
		}
		expect(await again()).toEqual([1, 0, 0])
		await sandbox.clock({ date: '2041-06-21' })
		expect(await again()).toEqual([1, 3, 0])
		await merchant.client.call('/RequestV2/SendExecutionTransaction', namesOf(sold))
		expect(await again()).toEqual([5, 3, 0])
		await sandbox.booksBalance()

		const paid = await newSale(merchant, await newCustomer(merchant), { selectedInstallment: 1 })
		await pay(paid, 1, '2041-06-21')
		expect(await activated(paid)).toMatchObject({ TransactionStatus: 2, Payments: [{ PaymentStatus: 1 }] })
		await inState('refunded', paid, async () => {
			expect((await activated(paid)).TransactionStatus).toBe(4)
		})
		await sandbox.booksBalance()
	})

	it('is not stopped by what would stop a sale: suspension, overdue payments, enforcement, an expired or closed limit', async () => {
		await sandbox.startOn('2041-01-10')
		const shop = await sandbox.newMerchant({ pendingLifeDays: 28 })
		const person = newPerson()
		const customerId = await newCustomer(shop, person)
		const sale = await newSale(shop, customerId, { selectedInstallment: 1 })
		await sandbox.clock({ date: '2042-01-09' })
		await pay(sale, 1, '2042-01-09', shop)
		const late = await newSale(shop, customerId, { selectedInstallment: 1 })
		await sandbox.clock({ date: '2042-01-10' })
		expect(await refusedOrder(customerId, {}, shop)).toEqual(['H222 customerId'])
		await newCustomer(shop, person)
		const sold = [await pending(customerId, {}, shop), await pending(customerId, {}, shop), await pending(customerId, {}, shop)]
		await newCustomer(shop, { ...person, kdsLimit: '0' })
		await shop.set({ creditLimit: kurus(0) })
		await suspendForAll(customerId)
		await activated(sold[0], shop)
		await sql(sandbox, 'update customer set suspended = false where id = $1', [customerId])
		await suspendAt(shop, customerId)
		await activated(sold[1], shop)

		const waiting = sold[2]
		expect(waiting.ExpireDate).toBe('2042-02-07T00:00:00')
		await sql(sandbox, 'update payment set due_date = due_date - 60 where transaction_id = $1', [late.TransactionCode.slice(1)])
		await sql(sandbox, 'update transaction set next_overdue_date = next_overdue_date - 60 where id = $1', [
			late.TransactionCode.slice(1),
		])
		expect((await customerInfo(shop, customerId)).HasOverduePayment).toBe(true)
		expect(refusalsOf(await shop.client.call('/RequestV2/SendExecutionTransaction', namesOf(late)))).toEqual([])
		await activated(waiting, shop)
		await sandbox.booksBalance()
	})

	it.each<[string, (sold: Data, other: Data) => object]>([
		['a code that nothing has', () => ({ TransactionCode: 'T1' })],
		['a code that is none', () => ({ TransactionCode: 'none' })],
		['a code in another casing', ({ TransactionCode }) => ({ TransactionCode: TransactionCode.toLowerCase() })],
		['a code with a leading 0', ({ TransactionCode }) => ({ TransactionCode: TransactionCode.replace('T', 'T0') })],
		['another order’s merchantOid', (_, { MerchantOid }) => ({ MerchantOid })],
		['its merchantOid in another casing', ({ MerchantOid }) => ({ MerchantOid: MerchantOid.toUpperCase() })],
		['its merchantOid with a blank', ({ MerchantOid }) => ({ MerchantOid: `${MerchantOid} ` })],
	])('and 5.5 answer H300 to %s', async (_, wrongly) => {
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		const wrong = { ...sold, ...wrongly(sold, await pending(customerId)) }
		expect(await refusedWithoutTrace(sandbox, () => activate(wrong))).toEqual(['H300 transactionCode'])
		expect(await refusedWithoutTrace(sandbox, () => show(wrong))).toEqual(['H300 transactionCode'])
		expect((await shown(sold)).TransactionStatus).toBe(0)
	})
})

describe('what is paid up front', () => {
	it('a down payment is row 0, due at once, and paid on the day of activation', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 4_000 })
		const customerId = await newCustomer(shop, { kdsLimit: '60000' })
		expect(await refusedOrder(customerId, { orderAmount: '100001' }, shop)).toEqual(['H302 orderAmount'])
		const sold = await pending(customerId, { orderAmount: '100000', selectedInstallment: 4 }, shop)
		// The fee is 1.5 % of the 600.00 that are financed.
		expect(sold).toMatchObject({ DownPaymentAmount: 400, FeeAmount: 9, TotalAmount: 1009 })
		expect(each(sold, 'InstallmentNo')).toEqual([0, 1, 2, 3, 4])
		expect(each(sold, 'InstallmentPayment')).toEqual([400, 152.25, 152.25, 152.25, 152.25])
		expect(dueDates(sold)).toEqual(['2041-05-20', '2041-06-20', '2041-07-20', '2041-08-20', '2041-09-20'])
		expect(each(sold, 'PaymentStatus')).toEqual([0, 0, 0, 0, 0])
		expect(await customerInfo(shop, customerId)).toMatchObject({ UsedLimit: 600, AvailableLimit: 0 })

		await sandbox.clock({ date: '2041-05-24' })
		const active = await activated(sold, shop)
		expect(active.TransactionStatus).toBe(1)
		expect(active.Payments[0]).toEqual({
			...sold.Payments[0],
			PaymentStatus: 1,
			PaymentStatusText: 'Ödendi',
			paidAmount: 400,
			paidDate: '2041-05-24T00:00:00',
		})
		expect(active.Payments.slice(1)).toEqual(sold.Payments.slice(1))
		expect(await customerInfo(shop, customerId)).toMatchObject({ UsedLimit: 600, AvailableLimit: 0, HasOverduePayment: false })
		await sandbox.booksBalance()
	})

	it.each([
		['59999', false],
		['60000', true],
	])('a down payment of at most 40 %% of 1 000.00 with a limit of %s kuruş: %s', async (kdsLimit, possible) => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 4_000 })
		const customerId = await newCustomer(shop, { kdsLimit })
		if (possible) expect((await pending(customerId, { orderAmount: '100000' }, shop)).DownPaymentAmount).toBe(400)
		else expect(await refusedOrder(customerId, { orderAmount: '100000' }, shop)).toEqual(['H302 orderAmount'])
	})

	it('a risky customer’s first instalment is due at once and paid on the day of activation', async () => {
		await sandbox.startOn('2041-01-31')
		const customerId = await newCustomer(merchant)
		await markRisky(customerId)
		const sold = await pending(customerId)
		expect(dueDates(sold)).toEqual(['2041-01-31', '2041-03-31', '2041-04-30'])
		expect(each(sold, 'PaymentStatus')).toEqual([0, 0, 0])
		await sandbox.clock({ date: '2041-02-06' })
		const active = await activated(sold)
		expect(active.TransactionStatus).toBe(1)
		expect(each(active, 'PaymentStatus')).toEqual([1, 0, 0])
		expect(each(active, 'paidDate')).toEqual(['2041-02-06T00:00:00', null, null])
		// Activated after its overdueDate of 1 February, and yet without a late fee.
		expect(active.Payments[0]).toMatchObject({ overdueDate: '2041-02-01T00:00:00', overdueAmount: 0, paidAmount: 400 })
		expect((await customerInfo(merchant, customerId)).UsedLimit).toBe(800)
		await sandbox.booksBalance()
	})

	it('is fixed when the order is made: a mark set or taken away later changes nothing', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const before = await pending(customerId)
		await markRisky(customerId)
		const marked = await pending(customerId)
		const trusted = await pending(customerId, { forceRiskFreeEvaluate: true })
		await sql(sandbox, 'update customer set marked_risky = false where id = $1', [customerId])
		expect(each(await activated(before), 'PaymentStatus')).toEqual([0, 0, 0])
		expect(each(await activated(marked), 'PaymentStatus')).toEqual([1, 0, 0])
		expect(each(await activated(trusted), 'PaymentStatus')).toEqual([0, 0, 0])
		await sandbox.booksBalance()
	})

	it('completes the order at once when nothing else is to pay', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 5_000 })
		const customerId = await newCustomer(shop, { kdsLimit: '100000' })
		await markRisky(customerId)
		const sold = await pending(customerId, { selectedInstallment: 1 }, shop)
		expect(await customerInfo(shop, customerId)).toMatchObject({ UsedLimit: 1000, AvailableLimit: 0 })
		const active = await activated(sold, shop)
		expect(active).toMatchObject({ TransactionStatus: 2 })
		expect(each(active, 'PaymentStatus')).toEqual([1, 1])
		expect(each(active, 'paidAmount')).toEqual([200, 1000])
		expect(await shown(sold, shop)).toMatchObject({ TransactionStatusText: 'Tamamlandı' })
		expect(await customerInfo(shop, customerId)).toMatchObject({ UsedLimit: 0, AvailableLimit: 1000 })
		await sandbox.booksBalance()
	})
})

describe('a balance loaded before the activation', () => {
	it.each([
		// loaded, instalments paid out of it, status, what is left
		['39999', [0, 0, 0], 1, 399.99],
		['40000', [1, 0, 0], 1, 0],
		['70000', [1, 0, 0], 1, 300],
		['119999', [1, 1, 0], 1, 399.99],
		['120001', [1, 1, 1], 2, 0.01],
	])('of %s kuruş pays of three times 400.00: %j', async (balance, paid, status, left) => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		await loadBalance(customerId, balance, '2041-05-18')
		expect(each(await shown(sold), 'PaymentStatus')).toEqual([0, 0, 0])
		await sandbox.clock({ date: '2041-05-22' })
		const active = await activated(sold)
		expect(active.TransactionStatus).toBe(status)
		expect(each(active, 'PaymentStatus')).toEqual(paid)
		expect(each(active, 'paidDate')).toEqual(paid.map((done) => (done ? '2041-05-22T00:00:00' : null)))
		expect(await customerInfo(merchant, customerId)).toMatchObject({
			Balance: left,
			UsedLimit: 400 * paid.filter((done) => !done).length,
		})
		expect(active.Payments).toEqual((await shown(sold)).Payments)
		await sandbox.booksBalance()
	})

	it('pays after what is paid up front, and never that', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		await markRisky(customerId)
		const sold = await pending(customerId)
		await loadBalance(customerId, '40000', '2041-05-20')
		expect(each(await activated(sold), 'PaymentStatus')).toEqual([1, 1, 0])
		expect((await customerInfo(merchant, customerId)).Balance).toBe(0)
		await sandbox.booksBalance()
	})

	it('waits for the oldest open instalment, of whichever order, and tries nothing younger', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		await newSale(merchant, customerId)
		await loadBalance(customerId, '30000', '2041-05-20')
		await sandbox.clock({ date: '2041-05-21' })
		const younger = await pending(customerId, { orderAmount: '30000' })
		expect(each(await activated(younger), 'PaymentStatus')).toEqual([0, 0, 0])
		expect((await customerInfo(merchant, customerId)).Balance).toBe(300)
		await sandbox.booksBalance()
	})

	it('pays a younger order’s instalment that falls due before the older one’s', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		await newSale(merchant, customerId, { PostponeSelected: true })
		await loadBalance(customerId, '15000', '2041-05-20')
		await sandbox.clock({ date: '2041-05-21' })
		const younger = await pending(customerId, { orderAmount: '30000' })
		// 21 June comes before 20 July, and 20 July before 21 July: the rest of 50.00 stays where it is.
		expect(each(await activated(younger), 'PaymentStatus')).toEqual([1, 0, 0])
		expect((await customerInfo(merchant, customerId)).Balance).toBe(50)
		await sandbox.booksBalance()
	})

	it('at another merchant pays nothing here', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		await loadBalance(customerId, '500000', '2041-05-20', other)
		const sold = await pending(customerId)
		expect(each(await activated(sold), 'PaymentStatus')).toEqual([0, 0, 0])
		expect((await customerInfo(other, customerId)).Balance).toBe(5000)
		await sandbox.booksBalance()
	})
})

describe('the terms of an order', () => {
	it('are those of its creation: late fee, grace and life, whatever the operator changes later', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant()
		const [one, two] = [await newCustomer(shop), await newCustomer(shop)]
		const before = await pending(one, {}, shop)
		await shop.set({ lateFeeRateBps: 1_000, graceDays: 10, pendingLifeDays: 1 })
		const after = await pending(two, {}, shop)
		expect([before.ExpireDate, after.ExpireDate]).toEqual(['2041-05-27T00:00:00', '2041-05-21T00:00:00'])
		await activated(after, shop)
		await sandbox.clock({ date: '2041-05-26' })
		await activated(before, shop)

		const first = async (transaction: Data) => {
			const [row] = (await shown(transaction, shop)).Payments
			return [row.PaymentStatus, row.overdueAmount, row.overdueRate, row.overdueDate]
		}
		const old = [4.25, '2041-06-21T00:00:00']
		const recent = [10, '2041-07-01T00:00:00']
		await sandbox.clock({ date: '2041-06-20' })
		expect([await first(before), await first(after)]).toEqual([
			[0, 0, ...old],
			[0, 0, ...recent],
		])
		// 400.00 at 4.25 % for 1 of 30 days, and for 11; at 10 % for 1.
		await sandbox.clock({ date: '2041-06-21' })
		expect(await first(before)).toEqual([3, 0.57, ...old])
		await sandbox.clock({ date: '2041-07-01' })
		expect([await first(before), await first(after)]).toEqual([
			[3, 6.23, ...old],
			[3, 1.33, ...recent],
		])
		await sandbox.booksBalance()
	})

	it('are those of the rates of its creation', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant()
		const customerId = await newCustomer(shop)
		const sold = await pending(customerId, { selectedInstallment: 4 }, shop)
		await sql(sandbox, 'update rate_row set fee_rate_bps = 9000 where merchant_id = (select id from merchant where code = $1)', [
			shop.credentials.merchantId,
		])
		await activated(sold, shop)
		expect(await shown(sold, shop)).toMatchObject({ FeeAmount: 18, TotalAmount: 1218 })
		expect(await pending(customerId, { selectedInstallment: 4 }, shop)).toMatchObject({ FeeAmount: 1080 })
		await sandbox.booksBalance()
	})
})

describe('GetPaymentsOfTransaction', () => {
	it('shows a transaction in each of its states, with the texts in Turkish in any language', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const waiting = await pending(customerId)
		const sold = await pending(customerId, { selectedInstallment: 1 })
		const status = async (transaction: Data) => {
			const answer = await merchant.client.call('/Index/GetPaymentsOfTransaction', namesOf(transaction), {
				headers: { 'accept-language': 'en' },
			})
			const { TransactionStatus, TransactionStatusText, Payments } = answer.Data
			return [`${TransactionStatus} ${TransactionStatusText}`, `${Payments[0].PaymentStatus} ${Payments[0].PaymentStatusText}`]
		}
		expect(await status(sold)).toEqual(['0 Onay Bekliyor', '0 Ödenmedi'])
		await inState('cancelled', sold, async () => {
			expect((await status(sold))[0]).toBe('3 İptal Edildi')
		})
		await activated(sold)
		expect(await status(sold)).toEqual(['1 Aktif', '0 Ödenmedi'])
		const partPaid = 'update payment set amount_paid = $2 where transaction_id = $1'
		await sql(sandbox, partPaid, [sold.TransactionCode.slice(1), '100'])
		expect(await status(sold)).toEqual(['1 Aktif', '2 Kısmi Ödeme'])
		await sandbox.clock({ date: '2041-05-27' })
		expect(await status(waiting)).toEqual(['6 Süresi Doldu', '4 İptal Edildi'])
		await sandbox.clock({ date: '2041-06-20' })
		expect(await status(sold)).toEqual(['1 Aktif', '2 Kısmi Ödeme'])
		// Overdue wins over part-paid, at the very midnight.
		await sandbox.clock({ date: '2041-06-21' })
		expect(await status(sold)).toEqual(['1 Aktif', '3 Vadesi Geçmiş Ödeme'])
		await sql(sandbox, partPaid, [sold.TransactionCode.slice(1), '0'])
		await merchant.client.call('/RequestV2/SendExecutionTransaction', namesOf(sold))
		expect(await status(sold)).toEqual(['5 İcrada', '3 Vadesi Geçmiş Ödeme'])

		const paid = await newSale(merchant, await newCustomer(merchant), { selectedInstallment: 1 })
		await pay(paid, 1, '2041-06-21')
		expect(await status(paid)).toEqual(['2 Tamamlandı', '1 Ödendi'])
		await inState('refunded', paid, async () => {
			expect((await status(paid))[0]).toBe('4 İade Edildi')
		})
		await sandbox.booksBalance()
	})

	it('shows rows as they are paid and as they fall behind', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2041-06-30' })
		await pay(sale, 2, '2041-06-25')
		const [first, second, third] = sale.Payments
		// 400.00 at 4.25 % a month for ten days.
		expect((await shown(sale)).Payments).toEqual([
			{ ...first, PaymentStatus: 3, PaymentStatusText: 'Vadesi Geçmiş Ödeme', overdueAmount: 5.67 },
			{ ...second, PaymentStatus: 1, PaymentStatusText: 'Ödendi', paidAmount: 400, paidDate: '2041-06-25T00:00:00' },
			third,
		])
		// Paid late but reported as of the 21st: one day is charged.
		await pay(sale, 1, '2041-06-21')
		expect((await shown(sale)).Payments[0]).toEqual({
			...first,
			PaymentStatus: 1,
			PaymentStatusText: 'Ödendi',
			overdueAmount: 0.57,
			paidAmount: 400.57,
			paidDate: '2041-06-21T00:00:00',
		})
		await sandbox.booksBalance()
	})

	it('reads only: nothing is stored', async () => {
		const sold = await pending(await newCustomer(merchant))
		const before = await sandbox.everything()
		await shown(sold)
		expect(await sandbox.everything()).toEqual(before)
	})
})

describe('another merchant', () => {
	it('is answered about this one’s transactions and customers exactly as about none at all', async () => {
		const stranger = await sandbox.newMerchant()
		const customerId = await newCustomer(merchant)
		const sold = await pending(customerId)
		const sale = await newSale(merchant, customerId)
		const theirs = await pending(await newCustomer(stranger), { merchantOid: 'theirs' }, stranger)
		const none = { transactionCode: 'T999999999', merchantOid: 'none' }
		for (const path of ['/RequestV2/ActivateTransaction', '/Index/GetPaymentsOfTransaction']) {
			const answerTo = async (names: Parameters) => said(await stranger.client.call(path, names))
			for (const names of [namesOf(sold), namesOf(sale), { ...namesOf(sold), merchantOid: theirs.MerchantOid }]) {
				expect(await refusedWithoutTrace(sandbox, () => stranger.client.call(path, names))).toEqual(['H300 transactionCode'])
				expect(await answerTo(names)).toEqual(await answerTo(none))
			}
		}
		const order = newOrder(customerId)
		expect(said(await create(order, stranger))).toEqual(said(await create({ ...order, customerId: '9999999999' }, stranger)))
		expect((await shown(sold)).TransactionStatus).toBe(0)
	})
})

describe('at the same moment', () => {
	const times = <T>(n: number, call: (i: number) => Promise<T>) => Promise.all(Array.from({ length: n }, (_, i) => call(i)))
	const countOf = async (transactions: string, value: unknown) =>
		(await sql(sandbox, `select from transaction where ${transactions} = $1`, [value])).length

	it('fifty times the same order is one transaction and fifty equal answers', async () => {
		const customerId = await newCustomer(merchant, { kdsLimit: '120000' })
		const order = newOrder(customerId, { basketList: [{ skuCode: 'a' }] })
		const answers = await times(50, () => create(order))
		expect(refusalsOf(answers[0] as Answer)).toEqual([])
		for (const answer of answers) expect(said(answer)).toEqual(said(answers[0] as Answer))
		expect(await countOf('merchant_oid', order.merchantOid)).toBe(1)
		expect((await customerInfo(merchant, customerId)).UsedLimit).toBe(1200)
		await sandbox.booksBalance()
	})

	it('two hundred orders on a limit that carries thirty-seven: exactly so many are sold', async () => {
		const customerId = await newCustomer(merchant, { kdsLimit: '370099' })
		const answers = await times(200, () => create(newOrder(customerId, { orderAmount: '10000' })))
		const outcomes = answers.map(refusalsOf)
		expect(outcomes.filter((refused) => refused.length === 0)).toHaveLength(37)
		for (const refused of outcomes) if (refused.length > 0) expect(refused).toEqual(['H302 orderAmount'])
		expect(await countOf('customer_id', customerId)).toBe(37)
		expect(await customerInfo(merchant, customerId)).toMatchObject({ UsedLimit: 3700, AvailableLimit: 0.99 })
		await sandbox.booksBalance()
	})

	it('orders at three merchants on one customer’s limit never overdraw it', async () => {
		const shops = [merchant, await sandbox.newMerchant(), await sandbox.newMerchant()]
		const person = newPerson({ kdsLimit: '110000' })
		let customerId = ''
		for (const shop of shops) customerId = await newCustomer(shop, person)
		const outcomes = (
			await times(90, (i) => create(newOrder(customerId, { orderAmount: '10000' }), shops[i % 3] as TestMerchant))
		).map(refusalsOf)
		expect(outcomes.filter((refused) => refused.length === 0)).toHaveLength(11)
		for (const refused of outcomes) if (refused.length > 0) expect(refused).toEqual(['H302 orderAmount'])
		expect(await customerInfo(merchant, customerId)).toMatchObject({ UsedLimit: 1100, AvailableLimit: 0 })
		await sandbox.booksBalance()
	})

	it('orders of twenty customers on a merchant’s credit limit that carries twenty-three: exactly so many are sold', async () => {
		const shop = await sandbox.newMerchant({ creditLimit: kurus(230_099) })
		const buyers = await times(20, () => newCustomer(shop))
		const answers = await times(200, (i) => create(newOrder(buyers[i % 20] as string, { orderAmount: '10000' }), shop))
		const outcomes = answers.map(refusalsOf)
		expect(outcomes.filter((refused) => refused.length === 0)).toHaveLength(23)
		for (const refused of outcomes) if (refused.length > 0) expect(refused).toEqual(['H303 orderAmount'])
		await sandbox.booksBalance()
	})

	it('a credit limit given to a merchant in the middle of its sales counts every one of them', async () => {
		const shop = await sandbox.newMerchant()
		const buyers = await times(10, () => newCustomer(shop))
		const [outcomes] = await Promise.all([
			times(150, (i) => create(newOrder(buyers[i % 10] as string, { orderAmount: '10000' }), shop).then(refusalsOf)),
			shop.set({ creditLimit: kurus(500_000) }),
		])
		for (const refused of outcomes) if (refused.length > 0) expect(refused).toEqual(['H303 orderAmount'])
		const sold = outcomes.filter((refused) => refused.length === 0).length
		expect(sold).toBeGreaterThanOrEqual(50)
		expect(await refusedOrder(buyers[0] as string, { orderAmount: '500001' }, shop)).toEqual(['H303 orderAmount'])
		await shop.set({ creditLimit: kurus(sold * 10_000 + 10_000) })
		await pending(buyers[0] as string, { orderAmount: '10000' }, shop)
		expect(await refusedOrder(buyers[0] as string, { orderAmount: '100' }, shop)).toEqual(['H303 orderAmount'])
		await sandbox.booksBalance()
	})

	it.each([
		['of one customer', 1],
		['of two customers', 2],
	])('two different orders %s with the same merchantOid: one is sold, the other is H301', async (_, customers) => {
		const buyers = await times(2, () => newCustomer(merchant, { kdsLimit: '100000000' }))
		const pairs = await times(25, async () => {
			const order = newOrder(buyers[0] as string)
			return Promise.all([
				create({ ...order, orderAmount: '10000' }),
				create({ ...order, orderAmount: '20000', customerId: buyers[customers - 1] }),
			])
		})
		for (const pair of pairs) {
			const outcomes = pair.map(refusalsOf)
			expect(outcomes).toContainEqual([])
			expect(outcomes).toContainEqual(['H301 merchantOid'])
			const won = pair.find(({ Success }) => Success)?.Data
			expect(await countOf('merchant_oid', won.MerchantOid)).toBe(1)
			expect(await shown(won)).toEqual(won)
		}
		await sandbox.booksBalance()
	})

	it('two servers on one database keep one limit, one credit limit and one use of a merchantOid', async () => {
		const second = await sandbox.newServer()
		const shop = await sandbox.newMerchant({ creditLimit: kurus(250_000) })
		const clients = [shop.client, new MerchantClient(second.url, shop.credentials)] as const
		const sell = (i: number, order: Parameters) =>
			(clients[i % 2] as MerchantClient).call('/RequestV2/CreateTransaction', order).then(refusalsOf)
		const sold = (outcomes: string[][]) => outcomes.filter((refused) => refused.length === 0).length

		const one = await newCustomer(shop, { kdsLimit: '110000' })
		const onLimit = await times(60, (i) => sell(i, newOrder(one, { orderAmount: '10000' })))
		expect(sold(onLimit)).toBe(11)
		for (const refused of onLimit) if (refused.length > 0) expect(refused).toEqual(['H302 orderAmount'])

		const buyers = await times(10, () => newCustomer(shop))
		const onCredit = await times(60, (i) => sell(i, newOrder(buyers[i % 10] as string, { orderAmount: '10000' })))
		expect(sold(onCredit)).toBe(14)
		for (const refused of onCredit) if (refused.length > 0) expect(refused).toEqual(['H303 orderAmount'])

		await shop.set({ creditLimit: null })
		for (const other of [0, 1]) {
			const pairs = await times(15, async (n) => {
				const order = newOrder(buyers[n % 10] as string, { orderAmount: '10000' })
				return Promise.all([sell(0, order), sell(1, { ...order, orderAmount: '20000', customerId: buyers[(n + other) % 10] })])
			})
			for (const pair of pairs) {
				expect(pair).toContainEqual([])
				expect(pair).toContainEqual(['H301 merchantOid'])
			}
		}
		await sandbox.booksBalance()
	})

	it('thirty times the same activation happens once', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant)
		await markRisky(customerId)
		const sold = await pending(customerId)
		await loadBalance(customerId, '40000', '2041-05-20')
		const answers = await times(30, () => activate(sold))
		for (const answer of answers) expect(said(answer)).toEqual(said(answers[0] as Answer))
		expect(each((answers[0] as Answer).Data, 'PaymentStatus')).toEqual([1, 1, 0])
		const movements = await sql(sandbox, 'select type from movement where transaction_id = $1 order by id', [
			sold.TransactionCode.slice(1),
		])
		expect(movements).toEqual([{ type: 'sale' }, { type: 'up-front-payment' }, { type: 'balance-payment' }])
		await sandbox.booksBalance()
	})

	it('activations of many orders of one customer share its balance to the kuruş', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant, { kdsLimit: '100000000' })
		const sold = await times(20, () => pending(customerId, { orderAmount: '10000', selectedInstallment: 1 }))
		await loadBalance(customerId, '75000', '2041-05-20')
		const answers = await times(20, (i) => activate(sold[i]))
		expect(answers.map(({ Data }) => Data.TransactionStatus).filter((status) => status === 2)).toHaveLength(7)
		expect(await customerInfo(merchant, customerId)).toMatchObject({ Balance: 50, UsedLimit: 1300 })
		await sandbox.booksBalance()
	})
})

const names = { transactionCode: ['Z', ...noCode20], merchantOid: ['Z', ...noCode20] } as const

describe('the parameters of CreateTransaction', () => {
	let customerId: string
	beforeAll(async () => {
		customerId = await newCustomer(merchant)
	})
	itReadsItsParameters(
		{
			merchantOid: ['Z', ...noCode20],
			orderAmount: ['Z', ...noAmount],
			selectedInstallment: ['Z', '0', 0, '-1', '1.5', 1.5, '1000000001', 'üç', true, ['3']],
			customerId: ['Z', ...noText10],
			basketList: ['O', ...noBasket],
			notCalculateFees: ['O', ...noFlag],
			forceRiskFreeEvaluate: ['O', ...noFlag],
			// In 5.3 the manual writes it with a capital P.
			PostponeSelected: ['O', ...noFlag],
			RevisedFeeRate: ['O', ...noFeeRate],
			availableLimit: ['O', ...noLimit],
			dealerSegment: ['O', ...noText10],
		},
		() => newOrder(customerId),
		(parameters) => refusedWithoutTrace(sandbox, () => create(parameters)),
	)

	it('are looked at before any state: a bad one is answered for a customer nobody knows, and for a used merchantOid', async () => {
		const sold = await pending(customerId)
		expect(await refusedOrder('9999999999', { orderAmount: '0' })).toEqual(['H102 orderAmount'])
		expect(await refusedOrder(customerId, { merchantOid: sold.MerchantOid, selectedInstallment: 0 })).toEqual([
			'H102 selectedInstallment',
		])
	})

	it('take a merchantOid of twenty characters of any script', async () => {
		const merchantOid = '😀'.repeat(20)
		const sold = await pending(customerId, { merchantOid })
		expect(sold.MerchantOid).toBe(merchantOid)
		expect((await shown(sold)).Payments[0].merchantOid).toBe(merchantOid)
	})

	it('mean the same in a form as in JSON', async () => {
		await sandbox.startOn('2041-05-20')
		const order = newOrder(customerId, {
			merchantOid: 'a&b = ö+%',
			orderAmount: 71_999,
			selectedInstallment: 7,
			basketList: [{ skuCode: 'a&b', skuAmount: 71_999, productName: 'Kılıf + kablo' }, { skuCode: '2' }],
			notCalculateFees: false,
			forceRiskFreeEvaluate: true,
			PostponeSelected: true,
			RevisedFeeRate: 150,
			availableLimit: 100_000,
			dealerSegment: 'SILVER',
		})
		const asForm = await merchant.client.call('/RequestV2/CreateTransaction', order, { as: 'form' })
		expect(asForm.Data).toMatchObject({ MerchantOid: 'a&b = ö+%', FeeAmount: 64.8 })
		expect(dueDates(asForm.Data)[0]).toBe('2041-07-20')
		// The same again in JSON is the same order, and not H301.
		expect(said(await create(order))).toEqual(said(asForm))
		const asJson = await create({ ...order, merchantOid: 'in JSON' })
		const withoutNames = ({ Data }: Answer) =>
			JSON.parse(JSON.stringify(Data).replaceAll(Data.TransactionCode, '').replaceAll(Data.MerchantOid, ''))
		expect(withoutNames(asJson)).toEqual(withoutNames(asForm))
		const baskets = await sql<{ rows: Data }>(
			sandbox,
			'select rows from transaction_basket where transaction_id = any ($1) order by transaction_id',
			[[asForm, asJson].map(({ Data }) => Data.TransactionCode.slice(1))],
		)
		expect(baskets.map(({ rows }) => rows)).toEqual([order.basketList, order.basketList])

		const wrong = { ...order, orderAmount: -1, RevisedFeeRate: 2000, merchantOid: undefined }
		const refused = await merchant.client.call('/RequestV2/CreateTransaction', wrong, { as: 'form' })
		expect(refusalsOf(refused)).toEqual(['H101 merchantOid', 'H102 orderAmount', 'H102 RevisedFeeRate'])
		expect(said(await create(wrong))).toEqual(said(refused))
	})

	it('and the path are known in any casing', async () => {
		const order = newOrder(customerId, { PostponeSelected: true, RevisedFeeRate: '20', selectedInstallment: 6 })
		const oddly = Object.fromEntries(
			Object.entries(order).map(([name, value], i) => [i % 2 ? name.toUpperCase() : name.toLowerCase(), value]),
		)
		const answer = await merchant.client.call('/REQUESTV2/createtransaction', oddly)
		expect(refusalsOf(answer)).toEqual([])
		expect(said(await create({ ...order, PostponeSelected: undefined, postponeSelected: 'TRUE' }))).toEqual(said(answer))
	})
})

describe.each([
	['ActivateTransaction', '/RequestV2/ActivateTransaction', '/requestv2/ACTIVATETRANSACTION'],
	['GetPaymentsOfTransaction', '/Index/GetPaymentsOfTransaction', '/INDEX/getpaymentsoftransaction'],
])('the parameters of %s', (_, path, oddPath) => {
	let sold: Data
	beforeAll(async () => {
		sold = await pending(await newCustomer(merchant))
	})
	itReadsItsParameters(
		names,
		() => namesOf(sold),
		(parameters) => refusedWithoutTrace(sandbox, () => merchant.client.call(path, parameters)),
	)

	it('mean the same in a form as in JSON, and are known in any casing', async () => {
		const asForm = await merchant.client.call(path, { ...namesOf(sold), ipAddress: '10.0.0.1' }, { as: 'form' })
		expect(refusalsOf(asForm)).toEqual([])
		expect(said(await merchant.client.call(path, namesOf(sold)))).toEqual(said(asForm))
		const { transactionCode, merchantOid } = namesOf(sold)
		const oddly = await merchant.client.call(oddPath, { TRANSACTIONCODE: transactionCode, merchantoid: merchantOid })
		expect(said(oddly)).toEqual(said(asForm))
		const none = { transactionCode: 'T1', merchantOid }
		const refused = await merchant.client.call(path, none, { as: 'form' })
		expect(refusalsOf(refused)).toEqual(['H300 transactionCode'])
		expect(said(await merchant.client.call(path, none))).toEqual(said(refused))
	})
})

it('the books are in balance after all of this', () => sandbox.booksBalance())
