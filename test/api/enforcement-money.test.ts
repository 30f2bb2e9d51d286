// Money and expenses of a transaction in enforcement as a merchant reports them (protocol 5.13, 5.14, answers section I). The
// spreading of money has its tables in test/unit/domain/enforcement.test.ts.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	codeOf,
	done,
	enforce,
	infoOf,
	lines,
	loadBalance,
	look,
	namesOf,
	payExecution,
	pendingSale,
	type Row,
	refund,
	refusedWithoutTrace,
	reportPaid,
	type Sale,
	sendExpense,
	words,
} from '../sales.ts'
import { newCustomer, newOrder, newSale, refusalsOf, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const payPath = '/RequestV2/SetPaidExecutionTransaction'
const expensePath = '/RequestV2/SendTransactionExpense'
const today = '2095-04-10'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

/**
 * 300.00 of 31 January 2095 in three instalments, due 28 February, 31 March and 30 April, sent to enforcement on 10 April: the first
 * is 41 days late, 5.81 (5.8083…), the second ten, 1.42 (1.4166…); 307.23 are owed.
 */
async function enforced(given: Parameters = {}, at = merchant) {
	await sandbox.startOn('2095-01-31')
	const customerId = await newCustomer(at)
	const sale: Sale = await newSale(at, customerId, { orderAmount: '30000', ...given })
	await sandbox.clock({ date: today })
	await enforce(at, sale)
	return { customerId, sale }
}

const pay = (sale: Sale, paymentAmount: number, paymentDate: string, given: Parameters = {}, at = merchant) =>
	at.client.call(payPath, { ...namesOf(sale), paymentAmount, paymentDate, ...given })
const expense = (sale: Sale, expenseAmount: number, given: Parameters = {}) =>
	merchant.client.call(expensePath, { ...namesOf(sale), expenseAmount, ...given })

/** What Payments say is owed, in kuruş (answers 61). */
const owedOf = (payments: readonly Row[]) =>
	payments
		.filter((row) => row.PaymentStatus !== 4)
		.reduce((sum, row) => {
			const owed = row.InstallmentPayment + row.overdueAmount + row.totalExpenseAmount - row.paidAmount
			return sum + Math.round(owed * 100)
		}, 0)

describe('money that came in through enforcement', () => {
	it('pays expenses, then late fees, then instalments from the oldest, and the answer shows what is left', async () => {
		const { sale } = await enforced()
		await sendExpense(merchant, sale, 50_00)
		const answer = await payExecution(merchant, sale, 200_00, today)
		expect(Object.keys(answer)).toEqual(['Message', 'TransactionStatus', 'RemainingAmount', 'Payments'])
		expect(answer).toEqual({
			Message: 'RS100',
			TransactionStatus: 5,
			RemainingAmount: 157.23,
			Payments: (await look(merchant, sale)).Payments,
		})
		expect(lines(answer.Payments)).toEqual([
			'1: 100.00 Ödendi, late fee 5.81, 105.81 taken',
			'2: 100.00 Vadesi Geçmiş Ödeme, late fee 1.42, 44.19 taken',
			'3: 100.00 Ödenmedi, expense 50.00, 50.00 taken',
		])
		expect(answer.Payments[0].paidDate).toBe('2095-04-10T00:00:00')
		expect(owedOf(answer.Payments)).toBe(157_23)
	})

	it('completes the transaction with the last kuruş; the customer may buy again, and the transaction takes no more', async () => {
		const { customerId, sale } = await enforced()
		await sendExpense(merchant, sale, 50_00)
		await payExecution(merchant, sale, 357_22, today)
		const order = newOrder(customerId)
		expect(refusalsOf(await merchant.client.call('/RequestV2/CreateTransaction', order))).toEqual(['H226 customerId'])
		const last = await payExecution(merchant, sale, 1, today)
		expect(last).toMatchObject({ TransactionStatus: 2, RemainingAmount: 0 })
		expect(lines(last.Payments)).toEqual([
			'1: 100.00 Ödendi, late fee 5.81, 105.81 taken',
			'2: 100.00 Ödendi, late fee 1.42, 101.42 taken',
			'3: 100.00 Ödendi, expense 50.00, 150.00 taken',
		])
		expect(await look(merchant, sale)).toMatchObject({ TransactionStatus: 2, TransactionStatusText: 'Tamamlandı' })
		expect(await infoOf(merchant, customerId)).toMatchObject({ UsedLimit: 0, HasOverduePayment: false })
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 1, today))).toEqual(['H316 transactionCode'])
		expect(await refusedWithoutTrace(sandbox, () => expense(sale, 60_00))).toEqual(['H316 transactionCode'])
		await done(merchant, '/RequestV2/CreateTransaction', order)
	})

	it('is judged on its own date, and what remains is told as of today', async () => {
		const { sale } = await enforced()
		// on 10 March ten days of late fee: 1.42; and 40.00 of the first instalment
		const answer = await payExecution(merchant, sale, 41_42, '2095-03-10')
		// 31 days on the 60.00 that were left: 2.64 (2.635)
		expect(lines(answer.Payments)).toEqual([
			'1: 100.00 Vadesi Geçmiş Ödeme, late fee 4.06, 41.42 taken',
			'2: 100.00 Vadesi Geçmiş Ödeme, late fee 1.42',
			'3: 100.00 Ödenmedi',
		])
		expect(answer.RemainingAmount).toBe(264.06)
		expect(owedOf(answer.Payments)).toBe(264_06)
	})

	it('dated back can pay all, for less late fee than today’s', async () => {
		const { sale } = await enforced()
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 301_43, '2095-03-10'))).toEqual(['H319 paymentAmount'])
		const answer = await payExecution(merchant, sale, 301_42, '2095-03-10')
		expect(answer).toMatchObject({ TransactionStatus: 2, RemainingAmount: 0 })
		expect(answer.Payments.map(({ paidDate }: Row) => paidDate)).toEqual(Array(3).fill('2095-03-10T00:00:00'))
	})

	it('may be dated from the day of the order to today', async () => {
		const { sale } = await enforced()
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 1_00, '2095-01-30'))).toEqual(['H314 paymentDate'])
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 1_00, '2095-04-11'))).toEqual(['H314 paymentDate'])
		expect(await payExecution(merchant, sale, 1_00, '2095-01-31')).toMatchObject({ TransactionStatus: 5 })
		expect(await payExecution(merchant, sale, 1_00, `${today}T23:59:59+03:00`)).toMatchObject({ TransactionStatus: 5 })
	})

	it('can’t be more than what is owed on its date, to the kuruş', async () => {
		const { sale } = await enforced()
		await sendExpense(merchant, sale, 50_00)
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 357_24, today))).toEqual(['H319 paymentAmount'])
		expect(await payExecution(merchant, sale, 357_23, today)).toMatchObject({ TransactionStatus: 2 })
	})

	it('shows an instalment as part-paid while it is not overdue and part of its own amount was paid', async () => {
		const { customerId, sale } = await enforced()
		await payExecution(merchant, sale, 2_00, today)
		const listed = async (status: number) =>
			lines((await done(merchant, '/Index/GetCustomerPayments', { customerId, paymentStatuses: [status] })).Payments)
		// Late fee alone makes nothing part-paid, and what is overdue stays overdue.
		expect(await listed(2)).toEqual([])
		await payExecution(merchant, sale, 255_23, today)
		expect(await listed(2)).toEqual(['3: 100.00 Kısmi Ödeme, 50.00 taken'])
		await sandbox.clock({ date: '2095-05-01' })
		expect(await listed(2)).toEqual([])
		// one day on the 50.00 that are open
		expect(await listed(3)).toEqual(['3: 100.00 Vadesi Geçmiş Ödeme, late fee 0.07, 50.00 taken'])
	})

	it('frees the limit by the principal it pays, after the fee part of the instalment', async () => {
		// 253.75 each, of which 3.75 fee; 41 days are 14.74, ten 3.59
		const { customerId, sale } = await enforced({ orderAmount: '100000', selectedInstallment: 4 })
		const used = async () => (await infoOf(merchant, customerId)).UsedLimit
		await payExecution(merchant, sale, 18_33, today)
		expect(await used()).toBe(1000)
		await payExecution(merchant, sale, 3_75, today)
		expect(await used()).toBe(1000)
		await payExecution(merchant, sale, 10_00, today)
		expect(await used()).toBe(990)
		await payExecution(merchant, sale, 240_00, today)
		expect(await used()).toBe(750)
	})

	it('is taken for a suspended customer', async () => {
		const { customerId, sale } = await enforced()
		await done(merchant, '/RequestV2/SuspendCustomer', { customerId })
		expect(await payExecution(merchant, sale, 1_00, today)).toMatchObject({ TransactionStatus: 5 })
		expect(await sendExpense(merchant, sale, 1_00)).toMatchObject({ Message: 'RS100' })
	})

	it('is not taken out of the customer’s balance', async () => {
		const { customerId, sale } = await enforced()
		await loadBalance(merchant, customerId, 500_00, today)
		expect(await payExecution(merchant, sale, 307_23, today)).toMatchObject({ TransactionStatus: 2 })
		expect(await infoOf(merchant, customerId)).toMatchObject({ Balance: 500 })
	})

	it('closes instalments that nobody reported: a report of them is refused', async () => {
		const { sale } = await enforced()
		await payExecution(merchant, sale, 150_00, today)
		const report = (no: number) => () =>
			merchant.client.call('/RequestV2/SetPaidPayment', {
				paymentCode: codeOf(sale, no),
				merchantOid: sale.MerchantOid,
				paymentDate: today,
			})
		for (const no of [1, 2, 3]) expect(await refusedWithoutTrace(sandbox, report(no))).toEqual(['H315 paymentCode'])
		await payExecution(merchant, sale, 157_23, today)
		expect(await refusedWithoutTrace(sandbox, report(1))).toEqual(['H312 paymentCode'])
	})
})

describe('money with a paymentReferenceCode', () => {
	it('is taken once: the same again is answered word for word as it was then, whatever happened since', async () => {
		const { sale } = await enforced()
		const first = await pay(sale, 100_00, today, { paymentReferenceCode: 'dekont-1' })
		await payExecution(merchant, sale, 207_23, today)
		await sandbox.clock({ advanceDays: 40 })
		const before = await sandbox.everything()
		for (const given of [{}, { ipAddress: '203.0.113.9' }, { paymentDate: `${today}T10:00:00` }]) {
			expect(words(await pay(sale, 100_00, today, { paymentReferenceCode: 'dekont-1', ...given }))).toBe(words(first))
		}
		expect(first.Data).toMatchObject({ TransactionStatus: 5, RemainingAmount: 207.23 })
		expect(await sandbox.everything()).toEqual(before)
	})

	it('is a conflict with other content, which is said before all else', async () => {
		const { sale: other } = await enforced()
		const { sale } = await enforced()
		await pay(sale, 100_00, today, { paymentReferenceCode: 'dekont-2' })
		const conflict = ['H109 paymentReferenceCode']
		for (const [at, amount, on] of [
			[sale, 100_01, today],
			[sale, 100_00, '2095-04-09'],
			[other, 100_00, today],
			[{ ...sale, TransactionCode: 'T1' }, 100_00, today],
			[sale, 100_00, '2096-01-01'],
		] as const) {
			expect(await refusedWithoutTrace(sandbox, () => pay(at, amount, on, { paymentReferenceCode: 'dekont-2' }))).toEqual(
				conflict,
			)
		}
	})

	it('that was refused is not used up', async () => {
		const { sale } = await enforced()
		const reference = { paymentReferenceCode: 'dekont-3' }
		expect(await refusedWithoutTrace(sandbox, () => pay(sale, 307_24, today, reference))).toEqual(['H319 paymentAmount'])
		expect(refusalsOf(await pay(sale, 307_23, today, reference))).toEqual([])
	})

	it('is another thing than a balance load with that reference, and than another merchant’s', async () => {
		const { customerId, sale } = await enforced()
		const reference = { paymentReferenceCode: 'dekont-4' }
		await done(merchant, '/RequestV2/LoadCustomerBalance', { customerId, balanceAmount: 1_00, paymentDate: today, ...reference })
		expect((await pay(sale, 1_00, today, reference)).Data).toMatchObject({ RemainingAmount: 306.23 })
		const elsewhere = await sandbox.newMerchant()
		const { sale: theirs } = await enforced({}, elsewhere)
		expect((await pay(theirs, 2_00, today, reference, elsewhere)).Data).toMatchObject({ RemainingAmount: 305.23 })
	})

	it('sent 50 times at once to two servers is taken once', async () => {
		const { sale } = await enforced()
		const second = new MerchantClient((await sandbox.newServer()).url, merchant.credentials)
		const parameters = { ...namesOf(sale), paymentAmount: 10_00, paymentDate: today, paymentReferenceCode: 'dekont-5' }
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => (i % 2 ? second : merchant.client).call(payPath, parameters)),
		)
		expect(new Set(answers.map(words)).size).toBe(1)
		expect(answers[0]?.Data).toMatchObject({ RemainingAmount: 297.23 })
		expect(owedOf((await look(merchant, sale)).Payments)).toBe(297_23)
	})
})

describe('money without a reference', () => {
	it('is new money every time', async () => {
		const { sale } = await enforced()
		await payExecution(merchant, sale, 100_00, today)
		expect(await payExecution(merchant, sale, 100_00, today)).toMatchObject({ RemainingAmount: 107.23 })
	})

	it('sent 50 times at once is taken as long as something is owed', async () => {
		const { sale } = await enforced()
		const answers = await Promise.all(Array.from({ length: 50 }, () => pay(sale, 30_00, today)))
		expect(answers.map(({ Errors }) => Errors.join()).sort()).toEqual([...Array(10).fill(''), ...Array(40).fill('H319')])
		expect(await payExecution(merchant, sale, 7_23, today)).toMatchObject({ TransactionStatus: 2 })
	})

	it('is taken once under an Idempotency-Key', async () => {
		const { sale } = await enforced()
		const parameters = { ...namesOf(sale), paymentAmount: 10_00, paymentDate: today }
		const options = { headers: { 'idempotency-key': 'icra 1' } }
		const first = await merchant.client.call(payPath, parameters, options)
		expect(words(await merchant.client.call(payPath, parameters, options))).toBe(words(first))
		expect(owedOf((await look(merchant, sale)).Payments)).toBe(297_23)
	})
})

describe('the expenses', () => {
	it('are a running total on the last instalment: a new total replaces the old', async () => {
		const { sale } = await enforced()
		const answer = await sendExpense(merchant, sale, 50_00)
		expect(Object.keys(answer)).toEqual(['Message', 'Payments'])
		expect(answer).toEqual({ Message: 'RS100', Payments: (await look(merchant, sale)).Payments })
		const last = async (total: number) => lines((await sendExpense(merchant, sale, total)).Payments)[2]
		expect(lines(answer.Payments)[2]).toBe('3: 100.00 Ödenmedi, expense 50.00')
		expect(await last(80_00)).toBe('3: 100.00 Ödenmedi, expense 80.00')
		expect(await last(30_00)).toBe('3: 100.00 Ödenmedi, expense 30.00')
		expect(await last(1)).toBe('3: 100.00 Ödenmedi, expense 0.01')
	})

	it('sent again change nothing', async () => {
		const { sale } = await enforced()
		const first = await expense(sale, 50_00)
		const before = await sandbox.everything()
		expect(words(await expense(sale, 50_00))).toBe(words(first))
		expect(await sandbox.everything()).toEqual(before)
	})

	it('can’t fall below what was paid of them', async () => {
		const { sale } = await enforced()
		await sendExpense(merchant, sale, 50_00)
		await payExecution(merchant, sale, 20_00, today)
		expect(await refusedWithoutTrace(sandbox, () => expense(sale, 19_99))).toEqual(['H318 expenseAmount'])
		expect(lines((await sendExpense(merchant, sale, 20_00)).Payments)[2]).toBe('3: 100.00 Ödenmedi, expense 20.00, 20.00 taken')
	})

	it('sit on the last instalment that is still open', async () => {
		await sandbox.startOn('2095-01-31')
		const sale = await newSale(merchant, await newCustomer(merchant), { orderAmount: '30000' })
		await reportPaid(merchant, sale, [3], '2095-01-31')
		await sandbox.clock({ date: today })
		await enforce(merchant, sale)
		expect(lines((await sendExpense(merchant, sale, 50_00)).Payments)).toEqual([
			'1: 100.00 Vadesi Geçmiş Ödeme, late fee 5.81',
			'2: 100.00 Vadesi Geçmiş Ödeme, late fee 1.42, expense 50.00',
			'3: 100.00 Ödendi, 100.00 taken',
		])
		await refund(merchant, sale, 100_00)
		expect(lines((await sendExpense(merchant, sale, 60_00)).Payments)).toEqual([
			'1: 100.00 Vadesi Geçmiş Ödeme, late fee 5.81, expense 60.00',
			'2: 0.00 İptal Edildi',
			'3: 100.00 Ödendi, 100.00 taken',
		])
	})

	it('bear no late fee and use no limit', async () => {
		const { customerId, sale } = await enforced()
		await sendExpense(merchant, sale, 5000_00)
		expect(await infoOf(merchant, customerId)).toMatchObject({ UsedLimit: 300 })
		await sandbox.clock({ date: '2095-05-01' })
		expect(lines((await look(merchant, sale)).Payments)[2]).toBe('3: 100.00 Vadesi Geçmiş Ödeme, late fee 0.14, expense 5000.00')
	})

	it('sent at once with different totals end as one of them', async () => {
		const { sale } = await enforced()
		const totals = Array.from({ length: 30 }, (_, i) => 10_00 + i)
		await Promise.all(totals.map((total) => sendExpense(merchant, sale, total)))
		const [, , last] = (await look(merchant, sale)).Payments
		expect(totals).toContain(Math.round(last.totalExpenseAmount * 100))
	})
})

describe('the calls are refused', () => {
	it.each<[path: string, refused: string[], why: string, given: Parameters]>([
		[payPath, ['H101 transactionCode', 'H101 merchantOid', 'H101 paymentAmount', 'H101 paymentDate'], 'when nothing is said', {}],
		[
			payPath,
			[
				'H102 ipAddress',
				'H102 transactionCode',
				'H102 merchantOid',
				'H102 paymentAmount',
				'H102 paymentDate',
				'H102 paymentReferenceCode',
			],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{
				paymentReferenceCode: 'r'.repeat(51),
				paymentDate: '2095-02-29',
				paymentAmount: 0,
				merchantOid: 'o'.repeat(21),
				transactionCode: 'T'.repeat(21),
				ipAddress: 'here',
			},
		],
		[expensePath, ['H101 transactionCode', 'H101 merchantOid', 'H101 expenseAmount'], 'when nothing is said', {}],
		[
			expensePath,
			['H102 ipAddress', 'H102 transactionCode', 'H102 merchantOid', 'H102 expenseAmount'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{ expenseAmount: 0, merchantOid: 'o'.repeat(21), transactionCode: 'T'.repeat(21), ipAddress: 'here' },
		],
	])('%s with %j %s', async (path, refused, _, given) => {
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, given))).toEqual(refused)
	})

	describe('by the first reason that holds', () => {
		let sale: Sale
		let active: Sale
		let pending: Sale
		let expired: Sale
		let completed: Sale
		let refunded: Sale
		let foreign: Sale

		beforeAll(async () => {
			await sandbox.startOn('2095-01-31')
			const elsewhere = await sandbox.newMerchant()
			foreign = await newSale(elsewhere, await newCustomer(elsewhere))
			const customerId = await newCustomer(merchant)
			expired = await pendingSale(merchant, customerId)
			completed = await newSale(merchant, customerId)
			refunded = await newSale(merchant, customerId)
			await reportPaid(merchant, completed, [2, 3], '2095-01-31')
			sale = await newSale(merchant, await newCustomer(merchant), { orderAmount: '30000' })
			await sandbox.clock({ date: today })
			await enforce(elsewhere, foreign)
			for (const each of [completed, refunded, sale]) await enforce(merchant, each)
			await sendExpense(merchant, sale, 50_00)
			await payExecution(merchant, sale, 20_00, today)
			await payExecution(merchant, completed, 423_23, today)
			await refund(merchant, refunded, 1200_00)
			active = await newSale(merchant, customerId)
			pending = await pendingSale(merchant, customerId)
		})

		it.each<[refused: string, why: string, names: () => Parameters, amount: number, date: string]>([
			['H300 transactionCode', 'no such transaction', () => ({ ...namesOf(sale), transactionCode: 'T1' }), 1, today],
			['H300 transactionCode', 'another merchant’s', () => namesOf(foreign), 1, today],
			[
				'H300 transactionCode',
				'the names of two',
				() => ({ ...namesOf(sale), merchantOid: active.MerchantOid }),
				999_99,
				'2096-01-01',
			],
			['H316 transactionCode', 'active', () => namesOf(active), 1, today],
			['H316 transactionCode', 'pending', () => namesOf(pending), 1, today],
			['H316 transactionCode', 'expired', () => namesOf(expired), 1, today],
			['H316 transactionCode', 'completed after it was sent', () => namesOf(completed), 1, today],
			['H316 transactionCode', 'refunded after it was sent', () => namesOf(refunded), 999_99, '2096-01-01'],
			['H314 paymentDate', 'a date to come, and too much', () => namesOf(sale), 999_99, '2095-04-11'],
			['H314 paymentDate', 'before the order', () => namesOf(sale), 1, '2095-01-30'],
			['H319 paymentAmount', 'too much', () => namesOf(sale), 337_24, today],
		])('money: %s: %s', async (refused, _, names, paymentAmount, paymentDate) => {
			const call = () => merchant.client.call(payPath, { ...names(), paymentAmount, paymentDate })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual([refused])
		})

		it.each<[refused: string, why: string, names: () => Parameters, amount: number]>([
			['H300 transactionCode', 'no such transaction', () => ({ ...namesOf(sale), transactionCode: 'T1' }), 1],
			['H300 transactionCode', 'another merchant’s', () => namesOf(foreign), 50_00],
			['H300 transactionCode', 'the names of two', () => ({ ...namesOf(sale), merchantOid: active.MerchantOid }), 50_00],
			['H316 transactionCode', 'active', () => namesOf(active), 50_00],
			['H316 transactionCode', 'pending', () => namesOf(pending), 50_00],
			['H316 transactionCode', 'expired', () => namesOf(expired), 50_00],
			['H316 transactionCode', 'completed after it was sent', () => namesOf(completed), 50_00],
			['H316 transactionCode', 'refunded after it was sent', () => namesOf(refunded), 50_00],
			['H318 expenseAmount', 'less than was paid', () => namesOf(sale), 19_99],
		])('expenses: %s: %s', async (refused, _, names, expenseAmount) => {
			const call = () => merchant.client.call(expensePath, { ...names(), expenseAmount })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual([refused])
		})
	})
})
