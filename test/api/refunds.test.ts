// Refunds as a merchant asks for them and looks them up (protocol 5.7, 5.8, answers section H). The arithmetic has its tables in
// test/unit/domain/refund.test.ts; here is what the merchant is told, what else moves, and what happens when many ask at once.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import { MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	askRefund,
	codeOf,
	done,
	enforce,
	infoOf,
	lines,
	loadBalance,
	look,
	namesOf,
	newRefundId,
	payExecution,
	pendingSale,
	refund,
	refusedWithoutTrace,
	reportPaid,
	type Sale,
	sendExpense,
	words,
} from '../sales.ts'
import { newCustomer, newOrder, newSale, refusalsOf, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const path = '/RequestV2/RefundTransaction'
const day = '2095-02-28'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

/** 1 000.00 on 28 February 2095 in four instalments, with a fee of 15.00: 253.75 each, due on the 28th of March to June. */
async function sale(given: Parameters = {}, at = merchant) {
	await sandbox.startOn(day)
	const customerId = await newCustomer(at)
	const sold: Sale = await newSale(at, customerId, { orderAmount: '100000', selectedInstallment: 4, ...given })
	return { customerId, sold }
}

const checked = (refundId: string, at = merchant) => done(at, '/RequestV2/CheckRefund', { refundId })

describe('a refund', () => {
	it('answers with what was refunded, the state of the sale and its payments, in the fields of the manual', async () => {
		const { sold } = await sale()
		const answer = await refund(merchant, sold, 300_00, 'iade №1')
		expect(Object.keys(answer)).toEqual([
			'RefundId',
			'RefundAmount',
			'RefundFeeAmount',
			'CustomerRefundAmount',
			'TransactionStatus',
			'Payments',
			'Message',
		])
		expect(answer).toEqual({
			RefundId: 'iade №1',
			RefundAmount: 300,
			RefundFeeAmount: 4.5,
			CustomerRefundAmount: 0,
			TransactionStatus: 1,
			Payments: (await look(merchant, sold)).Payments,
			Message: 'RS100',
		})
		expect(lines(answer.Payments)).toEqual([
			'1: 253.75 Ödenmedi',
			'2: 253.75 Ödenmedi',
			'3: 203.00 Ödenmedi',
			'4: 0.00 İptal Edildi',
		])
	})

	it('may be made in several parts, until the order is refunded; the sale still shows what was sold', async () => {
		const { sold } = await sale()
		await reportPaid(merchant, sold, [1], day)
		const parts = []
		for (const amount of [333_33, 333_33, 333_34]) parts.push(await refund(merchant, sold, amount))
		expect(
			parts.map((part) => [part.RefundAmount, part.RefundFeeAmount, part.CustomerRefundAmount, part.TransactionStatus]),
		).toEqual([
			[333.33, 5, 0, 1],
			[333.33, 5, 0, 1],
			[333.34, 5, 253.75, 4],
		])
		const now = await look(merchant, sold)
		expect(now).toMatchObject({ TransactionStatusText: 'İade Edildi', OrderAmount: 1000, FeeAmount: 15, TotalAmount: 1015 })
		expect(lines(now.Payments)).toEqual([
			'1: 253.75 Ödendi, 253.75 taken',
			'2: 0.00 İptal Edildi',
			'3: 0.00 İptal Edildi',
			'4: 0.00 İptal Edildi',
		])
	})

	it('of a sale with a down payment comes off what is open first', async () => {
		await sandbox.startOn(day)
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 5000 })
		const customerId = await newCustomer(shop, { kdsLimit: '70000' })
		const sold = await newSale(shop, customerId, { orderAmount: '100000', selectedInstallment: 2 })
		expect(sold.DownPaymentAmount).toBe(300)
		expect(await refund(shop, sold, 650_00)).toMatchObject({ CustomerRefundAmount: 0, TransactionStatus: 1 })
		expect(await refund(shop, sold, 150_00)).toMatchObject({ CustomerRefundAmount: 100, TransactionStatus: 2 })
		const last = await refund(shop, sold, 200_00)
		expect(last).toMatchObject({ CustomerRefundAmount: 200, TransactionStatus: 4 })
		expect(lines(last.Payments)).toEqual(['0: 300.00 Ödendi, 300.00 taken', '1: 0.00 İptal Edildi', '2: 0.00 İptal Edildi'])
	})

	it('of an overdue sale drops the late fee of what it takes whole, and stops it growing on what it cuts', async () => {
		const { sold } = await sale()
		await sandbox.clock({ date: '2095-05-08' })
		// 41, ten and no days late: 14.74 (14.7386…) and 3.59 (3.5947…)
		expect(lines((await look(merchant, sold)).Payments)).toEqual([
			'1: 253.75 Vadesi Geçmiş Ödeme, late fee 14.74',
			'2: 253.75 Vadesi Geçmiş Ödeme, late fee 3.59',
			'3: 253.75 Ödenmedi',
			'4: 253.75 Ödenmedi',
		])
		const answer = await refund(merchant, sold, 600_00)
		// 609.00: two instalments and 101.50
		expect(lines(answer.Payments)).toEqual([
			'1: 253.75 Vadesi Geçmiş Ödeme, late fee 14.74',
			'2: 152.25 Vadesi Geçmiş Ödeme, late fee 3.59',
			'3: 0.00 İptal Edildi',
			'4: 0.00 İptal Edildi',
		])
		await sandbox.clock({ advanceDays: 30 })
		// thirty days more: 71 days of 253.75 are 25.52 (25.5230…), thirty of 152.25 are 6.47
		expect(lines((await look(merchant, sold)).Payments).slice(0, 2)).toEqual([
			'1: 253.75 Vadesi Geçmiş Ödeme, late fee 25.52',
			'2: 152.25 Vadesi Geçmiş Ödeme, late fee 10.06',
		])
		expect(lines((await refund(merchant, sold, 150_00)).Payments)[1]).toBe('2: 0.00 İptal Edildi')
	})

	it('is possible for a suspended customer', async () => {
		const { customerId, sold } = await sale()
		await done(merchant, '/RequestV2/SuspendCustomer', { customerId })
		expect(await refund(merchant, sold, 1_00)).toMatchObject({ TransactionStatus: 1 })
	})

	it('leaves cancelled payments in the lists, where they can’t be reported as paid', async () => {
		const { customerId, sold } = await sale()
		await refund(merchant, sold, 300_00)
		const listed = await done(merchant, '/Index/GetCustomerPayments', { customerId, paymentStatuses: [4] })
		expect(listed).toMatchObject({
			TotalCount: 1,
			Payments: [{ paymentCode: codeOf(sold, 4), InstallmentPayment: 0, paidDate: null }],
		})
		const report = { paymentCode: codeOf(sold, 4), merchantOid: sold.MerchantOid, paymentDate: day }
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call('/RequestV2/SetPaidPayment', report))).toEqual([
			'H313 paymentCode',
		])
		await reportPaid(merchant, sold, [3], day)
		expect((await look(merchant, sold)).Payments[2]).toMatchObject({ PaymentStatus: 1, InstallmentPayment: 203, paidAmount: 203 })
	})
})

describe('a pending sale', () => {
	it('refunded in full is cancelled: the limit is free at once, it can’t be activated, and no movement is counted', async () => {
		await sandbox.startOn('2095-03-01')
		const shop = await sandbox.newMerchant({ creditLimit: kurus(1200_00) })
		const customerId = await newCustomer(shop, { kdsLimit: '120000' })
		const sold = await pendingSale(shop, customerId)
		const again = newOrder(customerId)
		expect(refusalsOf(await shop.client.call('/RequestV2/CreateTransaction', again))).toEqual(['H302 orderAmount'])
		expect(await infoOf(shop, customerId)).toMatchObject({ UsedLimit: 1200, AvailableLimit: 0 })

		const answer = await refund(shop, sold, 1200_00, 'whole')
		expect(answer).toMatchObject({ RefundAmount: 1200, RefundFeeAmount: 0, CustomerRefundAmount: 0, TransactionStatus: 3 })
		expect(lines(answer.Payments)).toEqual(['1: 0.00 İptal Edildi', '2: 0.00 İptal Edildi', '3: 0.00 İptal Edildi'])
		expect(await look(shop, sold)).toMatchObject({ TransactionStatusText: 'İptal Edildi', OrderAmount: 1200 })
		expect(await infoOf(shop, customerId)).toMatchObject({ UsedLimit: 0, AvailableLimit: 1200 })
		expect(await done(shop, '/Index/GetDailyReconciliation', { reconciliationDate: '2095-03-01' })).toMatchObject({
			TransactionCount: 0,
			RefundCount: 0,
			RefundAmount: 0,
		})
		expect(await checked('whole', shop)).toMatchObject({ TransactionStatus: 3, RefundDate: '2095-03-01T00:00:00' })
		const activate = () => shop.client.call('/RequestV2/ActivateTransaction', namesOf(sold))
		expect(await refusedWithoutTrace(sandbox, activate)).toEqual(['H305 transactionCode'])
		// The exposure of the merchant is free too: the same order fits again.
		await done(shop, '/RequestV2/CreateTransaction', again)
		await sandbox.booksBalance()
	})

	it.each([
		[1199_99, 'in part'],
		[1200_01, 'by more than it is, which is not looked at'],
	])('is not refunded by %i kuruş: %s', async (amount) => {
		await sandbox.startOn(day)
		const sold = await pendingSale(merchant, await newCustomer(merchant))
		expect(await refusedWithoutTrace(sandbox, () => askRefund(merchant, sold, amount))).toEqual(['H305 transactionCode'])
	})

	it('is not refunded once it has expired, and not twice', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		const [expiring, cancelled] = [await pendingSale(merchant, customerId), await pendingSale(merchant, customerId)]
		await refund(merchant, cancelled, 1200_00)
		expect(await refusedWithoutTrace(sandbox, () => askRefund(merchant, cancelled, 1200_00))).toEqual(['H305 transactionCode'])
		await sandbox.clock({ advanceDays: 6 })
		await refund(merchant, await pendingSale(merchant, customerId), 1200_00)
		await sandbox.clock({ advanceDays: 1 })
		expect(await refusedWithoutTrace(sandbox, () => askRefund(merchant, expiring, 1200_00))).toEqual(['H305 transactionCode'])
	})
})

describe('a completed sale', () => {
	it('is refunded out of the merchant’s pocket, and is completed until all of it is refunded', async () => {
		const { sold } = await sale({ orderAmount: '30000', selectedInstallment: 3 })
		await reportPaid(merchant, sold, [1, 2, 3], day)
		expect(await refund(merchant, sold, 299_99)).toMatchObject({ CustomerRefundAmount: 299.99, TransactionStatus: 2 })
		expect(await refund(merchant, sold, 1)).toMatchObject({ CustomerRefundAmount: 0.01, TransactionStatus: 4 })
		expect(await refusedWithoutTrace(sandbox, () => askRefund(merchant, sold, 1))).toEqual(['H305 transactionCode'])
	})

	it('is what a refund makes of a sale when it takes the last that is open, though not all of the order', async () => {
		const { customerId, sold } = await sale({ orderAmount: '30000', selectedInstallment: 3 })
		await reportPaid(merchant, sold, [1], day)
		expect(await refund(merchant, sold, 200_00)).toMatchObject({ CustomerRefundAmount: 0, TransactionStatus: 2 })
		expect(await infoOf(merchant, customerId)).toMatchObject({ UsedLimit: 0 })
		expect(await refund(merchant, sold, 100_00)).toMatchObject({ CustomerRefundAmount: 100, TransactionStatus: 4 })
	})
})

describe('a sale in enforcement', () => {
	/** Sent on 1 April with one instalment a day late and 50.00 of expenses. */
	async function enforced() {
		const { customerId, sold } = await sale({ orderAmount: '30000', selectedInstallment: 3 })
		await sandbox.clock({ date: '2095-04-01' })
		await enforce(merchant, sold)
		await sendExpense(merchant, sold, 50_00)
		return { customerId, sold }
	}

	it('stays there while something is open; the unpaid expense moves to the last instalment that is', async () => {
		const { sold } = await enforced()
		await payExecution(merchant, sold, 20_00, '2095-04-01')
		const answer = await refund(merchant, sold, 150_00)
		expect(answer).toMatchObject({ TransactionStatus: 5, CustomerRefundAmount: 0 })
		// due 28 March, four days late: 0.57 (0.5666…)
		expect(lines(answer.Payments)).toEqual([
			'1: 100.00 Vadesi Geçmiş Ödeme, late fee 0.57',
			'2: 50.00 Ödenmedi, expense 30.00',
			'3: 0.00 İptal Edildi, expense 20.00, 20.00 taken',
		])
		expect(await payExecution(merchant, sold, 180_57, '2095-04-01')).toMatchObject({ TransactionStatus: 2, RemainingAmount: 0 })
	})

	it('ends refunded when all is refunded: the expense falls, what was paid on the instalments comes back, the customer may buy again', async () => {
		const { customerId, sold } = await enforced()
		// 50.00 of expenses, 0.57 of late fee, 40.00 of the first instalment; then 10.00 more of expenses
		await payExecution(merchant, sold, 90_57, '2095-04-01')
		await sendExpense(merchant, sold, 60_00)
		const order = newOrder(customerId)
		expect(refusalsOf(await merchant.client.call('/RequestV2/CreateTransaction', order))).toEqual(['H226 customerId'])
		const answer = await refund(merchant, sold, 300_00)
		expect(answer).toMatchObject({ TransactionStatus: 4, CustomerRefundAmount: 40 })
		expect(lines(answer.Payments)).toEqual([
			'1: 40.00 Ödendi, late fee 0.57, 40.57 taken',
			'2: 0.00 İptal Edildi',
			'3: 0.00 İptal Edildi, expense 50.00, 50.00 taken',
		])
		expect(answer.Payments[0].paidDate).toBe('2095-04-01T00:00:00')
		await done(merchant, '/RequestV2/CreateTransaction', order)
	})
})

describe('what a refund frees', () => {
	it('is the principal of what it takes, for the customer; the fee part of an instalment goes first', async () => {
		const { customerId, sold } = await sale()
		const used = async () => (await infoOf(merchant, customerId)).UsedLimit
		expect(await used()).toBe(1000)
		await refund(merchant, sold, 3_00) // 3.05 with its fee: the last instalment is left with 250.70, all of its 250.00 principal
		expect(await used()).toBe(1000)
		await refund(merchant, sold, 97_00) // 98.46: 152.24 are left
		expect(await used()).toBe(902.24)
		await refund(merchant, sold, 900_00)
		expect(await used()).toBe(0)
	})

	it('is the merchant’s own exposure too', async () => {
		await sandbox.startOn(day)
		const shop = await sandbox.newMerchant({ creditLimit: kurus(1200_00) })
		const customerId = await newCustomer(shop)
		const sold = await newSale(shop, customerId)
		const more = newOrder(customerId, { orderAmount: '40000', selectedInstallment: 1 })
		const ask = () => shop.client.call('/RequestV2/CreateTransaction', more)
		await refund(shop, sold, 399_99)
		expect(await refusedWithoutTrace(sandbox, ask)).toEqual(['H303 orderAmount'])
		await refund(shop, sold, 1)
		expect(refusalsOf(await ask())).toEqual([])
		await sandbox.booksBalance()
	})

	it('is the way for a balance that was too small: it pays what the refund left, and the answer shows it', async () => {
		const { customerId, sold } = await sale({ orderAmount: '20000', selectedInstallment: 2 })
		expect(await loadBalance(merchant, customerId, 60_00, day)).toMatchObject({ CustomerBalance: 60, ClosedPayments: [] })
		const answer = await refund(merchant, sold, 150_00)
		expect(answer).toMatchObject({ CustomerRefundAmount: 0, TransactionStatus: 2 })
		expect(lines(answer.Payments)).toEqual(['1: 50.00 Ödendi, 50.00 taken', '2: 0.00 İptal Edildi'])
		expect(answer.Payments[0].paidDate).toBe('2095-02-28T00:00:00')
		expect(await infoOf(merchant, customerId)).toMatchObject({ Balance: 10 })
	})

	it('is the place in the balance’s queue: what stood behind is paid', async () => {
		const { customerId, sold } = await sale({ orderAmount: '20000', selectedInstallment: 1 })
		const behind = await newSale(merchant, customerId, { orderAmount: '10000', selectedInstallment: 2 })
		await loadBalance(merchant, customerId, 60_00, day)
		expect(await refund(merchant, sold, 200_00)).toMatchObject({ TransactionStatus: 4, CustomerRefundAmount: 0 })
		expect(lines((await look(merchant, behind)).Payments)).toEqual(['1: 50.00 Ödendi, 50.00 taken', '2: 50.00 Ödenmedi'])
		expect(await infoOf(merchant, customerId)).toMatchObject({ Balance: 10 })
	})
})

describe('the call is refused', () => {
	it.each<[refused: string[], why: string, given: Parameters]>([
		[['H101 transactionCode', 'H101 merchantOid', 'H101 refundId', 'H101 refundAmount'], 'when nothing is said', {}],
		[
			['H102 ipAddress', 'H102 transactionCode', 'H102 merchantOid', 'H102 refundId', 'H102 refundAmount'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{
				refundAmount: '0',
				refundId: 'r'.repeat(51),
				merchantOid: 'o'.repeat(21),
				transactionCode: 'T'.repeat(21),
				ipAddress: 'here',
			},
		],
		[
			['H102 refundAmount'],
			'for a negative amount',
			{ transactionCode: 'T1', merchantOid: 'o', refundId: 'r', refundAmount: -1 },
		],
		[
			['H102 refundAmount'],
			'for an amount with decimals',
			{ transactionCode: 'T1', merchantOid: 'o', refundId: 'r', refundAmount: 1.5 },
		],
		[
			['H300 transactionCode'],
			'for names of the full length that nothing has',
			{ transactionCode: 'T'.repeat(20), merchantOid: 'o'.repeat(20), refundId: 'r'.repeat(50), refundAmount: '10000000000000' },
		],
	])('with %j %s', async (refused, _, given) => {
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, given))).toEqual(refused)
	})

	describe('by the first reason that holds', () => {
		let sold: Sale
		let other: Sale
		let refunded: Sale
		let foreign: Sale
		const made = 'made-before'

		beforeAll(async () => {
			await sandbox.startOn(day)
			const customerId = await newCustomer(merchant)
			sold = await newSale(merchant, customerId, { orderAmount: '10000', selectedInstallment: 1 })
			other = await newSale(merchant, customerId)
			refunded = await newSale(merchant, customerId, { orderAmount: '10000', selectedInstallment: 1 })
			await refund(merchant, sold, 10_00, made)
			await refund(merchant, refunded, 100_00)
			const elsewhere = await sandbox.newMerchant()
			foreign = await newSale(elsewhere, await newCustomer(elsewhere))
		})

		it.each<[refused: string, why: string, parameters: () => Parameters]>([
			['H307 refundId', 'the very refund that was made', () => ({ ...namesOf(sold), refundId: made, refundAmount: 10_00 })],
			['H307 refundId', 'its id with another amount', () => ({ ...namesOf(sold), refundId: made, refundAmount: 5_00 })],
			['H307 refundId', 'its id with more than is left', () => ({ ...namesOf(sold), refundId: made, refundAmount: 999_00 })],
			['H307 refundId', 'its id for another sale', () => ({ ...namesOf(other), refundId: made, refundAmount: 5_00 })],
			['H307 refundId', 'its id for a refunded sale', () => ({ ...namesOf(refunded), refundId: made, refundAmount: 5_00 })],
			[
				'H307 refundId',
				'its id for no sale at all',
				() => ({ transactionCode: 'T1', merchantOid: 'o', refundId: made, refundAmount: 1 }),
			],
			['H300 transactionCode', 'no such sale', () => ({ ...namesOf(sold), transactionCode: 'T999999', refundAmount: 1 })],
			[
				'H300 transactionCode',
				'the names of two sales',
				() => ({ ...namesOf(refunded), merchantOid: sold.MerchantOid, refundAmount: 1 }),
			],
			['H300 transactionCode', 'another merchant’s sale', () => ({ ...namesOf(foreign), refundAmount: 1 })],
			['H305 transactionCode', 'a sale refunded in full', () => ({ ...namesOf(refunded), refundAmount: 1 })],
			['H305 transactionCode', 'more than a sale refunded in full', () => ({ ...namesOf(refunded), refundAmount: 999_00 })],
			['H306 refundAmount', 'a kuruş more than is left', () => ({ ...namesOf(sold), refundAmount: 90_01 })],
		])('%s: %s', async (refused, _, parameters) => {
			const call = () => merchant.client.call(path, { refundId: newRefundId(), ...parameters() })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual([refused])
		})

		it('and an id that was refused is still free', async () => {
			expect(refusalsOf(await askRefund(merchant, sold, 90_01, 'tried'))).toEqual(['H306 refundAmount'])
			expect(await refund(merchant, sold, 90_00, 'tried')).toMatchObject({ TransactionStatus: 4 })
		})
	})
})

describe('a refund that was made', () => {
	it('answers H307 with no amounts when it is asked for again, and CheckRefund tells them', async () => {
		const { sold } = await sale()
		const first = await refund(merchant, sold, 300_00, 'lost answer')
		const again = await askRefund(merchant, sold, 300_00, 'lost answer')
		expect([again.Success, again.Errors, again.Data]).toEqual([false, ['H307'], {}])
		expect(await checked('lost answer')).toEqual({ ...first, RefundDate: '2095-02-28T00:00:00' })
	})

	it('is replayed under its Idempotency-Key', async () => {
		const { sold } = await sale()
		const parameters = { ...namesOf(sold), refundId: newRefundId(), refundAmount: 1_00 }
		const options = { headers: { 'idempotency-key': 'refund of the lost answer' } }
		const first = await merchant.client.call(path, parameters, options)
		const before = await sandbox.everything()
		const again = await merchant.client.call(path, parameters, options)
		expect(words(again)).toBe(words(first))
		expect(again.headers.get('idempotency-replayed')).toBe('true')
		expect(await sandbox.everything()).toEqual(before)
	})

	it('keeps its id for its merchant: another merchant has ids of its own', async () => {
		const { sold } = await sale()
		const elsewhere = await sandbox.newMerchant()
		const { sold: theirs } = await sale({ orderAmount: '20000' }, elsewhere)
		await refund(merchant, sold, 10_00, 'the same id')
		await refund(elsewhere, theirs, 20_00, 'the same id')
		expect(await checked('the same id')).toMatchObject({ RefundAmount: 10 })
		expect(await checked('the same id', elsewhere)).toMatchObject({ RefundAmount: 20 })
	})
})

describe('CheckRefund', () => {
	it('tells the refund as it was made, and the sale as it is now', async () => {
		const { sold } = await sale()
		await refund(merchant, sold, 100_00, 'then')
		await sandbox.clock({ date: '2095-03-29' })
		await reportPaid(merchant, sold, [1], '2095-03-28')
		await refund(merchant, sold, 900_00, 'now')
		const payments = (await look(merchant, sold)).Payments
		expect(lines(payments)).toEqual([
			'1: 253.75 Ödendi, 253.75 taken',
			'2: 0.00 İptal Edildi',
			'3: 0.00 İptal Edildi',
			'4: 0.00 İptal Edildi',
		])
		expect(await checked('then')).toEqual({
			RefundId: 'then',
			RefundAmount: 100,
			RefundFeeAmount: 1.5,
			CustomerRefundAmount: 0,
			TransactionStatus: 4,
			Payments: payments,
			Message: 'RS100',
			RefundDate: '2095-02-28T00:00:00',
		})
		expect(await checked('now')).toMatchObject({
			RefundFeeAmount: 13.5,
			CustomerRefundAmount: 253.75,
			RefundDate: '2095-03-29T00:00:00',
		})
	})

	it.each<[refused: string[], why: string, given: Parameters]>([
		[['H101 refundId'], 'when it says none', {}],
		[['H102 refundId'], 'for an id that is too long', { refundId: 'r'.repeat(51) }],
		[['H308 refundId'], 'for an id that nobody used', { refundId: 'r'.repeat(50) }],
		[['H308 refundId'], 'for an id in another casing', { refundId: 'THEN' }],
		[['H308 refundId'], 'for an id that only another merchant used', { refundId: 'theirs only' }],
	])('is refused with %j %s', async (refused, _, given) => {
		const elsewhere = await sandbox.newMerchant()
		const { sold } = await sale({}, elsewhere)
		await refund(elsewhere, sold, 1_00, 'theirs only')
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call('/RequestV2/CheckRefund', given))).toEqual(refused)
	})
})

describe('many at once, at two servers', () => {
	const count = (answers: readonly { Errors: readonly string[] }[]) =>
		Object.groupBy(
			answers.map(({ Errors }) => Errors.join() || 'done'),
			(what) => what,
		)
	const counts = (answers: readonly { Errors: readonly string[] }[]) =>
		Object.fromEntries(Object.entries(count(answers)).map(([what, list]) => [what, list?.length]))

	let clients: MerchantClient[]
	beforeAll(async () => {
		clients = [merchant.client, new MerchantClient((await sandbox.newServer()).url, merchant.credentials)]
	})
	const client = (i: number) => clients[i % 2] as MerchantClient

	it('50 identical refunds are one: 49 answer H307', async () => {
		const { sold } = await sale()
		const parameters = { ...namesOf(sold), refundId: newRefundId(), refundAmount: 100_00 }
		const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => client(i).call(path, parameters)))
		expect(counts(answers)).toEqual({ done: 1, H307: 49 })
		expect(lines((await look(merchant, sold)).Payments).at(-1)).toBe('4: 152.25 Ödenmedi')
		const rows = await sandbox.everything()
		expect(rows.filter((row) => row.startsWith('refund ') && row.includes(parameters.refundId))).toHaveLength(1)
		expect(rows.filter((row) => row.startsWith('movement ') && row.includes(parameters.refundId))).toHaveLength(1)
		expect(rows.filter((row) => row.startsWith('event ') && row.includes(parameters.refundId))).toHaveLength(1)
	})

	it('50 refunds of 70.00 of an order of 1 000.00 are 14; nothing is refunded beyond the order', async () => {
		const { sold } = await sale()
		const ask = (refundAmount: number) =>
			Promise.all(
				Array.from({ length: 50 }, (_, i) => client(i).call(path, { ...namesOf(sold), refundId: newRefundId(), refundAmount })),
			)
		expect(counts(await ask(70_00))).toEqual({ done: 14, H306: 36 })
		const rest = await ask(20_00)
		expect(counts(rest)).toEqual({ done: 1, H305: 49 })
		expect(await look(merchant, sold)).toMatchObject({ TransactionStatus: 4 })
	})

	it('one id for 20 sales of 20 customers refunds one of them', async () => {
		await sandbox.startOn(day)
		const sales: Sale[] = []
		for (let i = 0; i < 20; i++) sales.push(await newSale(merchant, await newCustomer(merchant)))
		const refundId = newRefundId()
		const answers = await Promise.all(
			sales.map((sold, i) => client(i).call(path, { ...namesOf(sold), refundId, refundAmount: 1200_00 })),
		)
		expect(counts(answers)).toEqual({ done: 1, H307: 19 })
		const statuses = await Promise.all(sales.map(async (sold) => (await look(merchant, sold)).TransactionStatus))
		expect(statuses.filter((status) => status === 4)).toHaveLength(1)
		expect(answers[statuses.indexOf(4)]?.Errors).toEqual([])
	})

	it('a sale that is refunded and reported as paid at once is never both for the same kuruş', async () => {
		const { sold } = await sale({ orderAmount: '30000', selectedInstallment: 3 })
		const report = { merchantOid: sold.MerchantOid, paymentDate: day }
		const [refunds, reports] = await Promise.all([
			Promise.all(
				[150_00, 150_00].map((refundAmount, i) =>
					client(i).call(path, { ...namesOf(sold), refundId: newRefundId(), refundAmount }),
				),
			),
			Promise.all(
				[1, 2, 3].map((no) => client(no).call('/RequestV2/SetPaidPayment', { ...report, paymentCode: codeOf(sold, no) })),
			),
		])
		expect(counts(refunds)).toEqual({ done: 2 })
		const paid = reports.filter(({ Success }) => Success).reduce((sum, { Data }) => sum + Data.paymentfunds.paidAmount, 0)
		const back = refunds.reduce((sum, { Data }) => sum + Data.CustomerRefundAmount, 0)
		expect(back).toBe(paid)
		expect(await look(merchant, sold)).toMatchObject({ TransactionStatus: 4 })
	})
})
