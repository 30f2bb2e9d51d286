// Refunds (protocol 5.7, 5.8, answers section H), by tables computed by hand.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newCustomer, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

const amounts = (payments: { InstallmentPayment: number }[]) => payments.map((row) => row.InstallmentPayment)
const states = (payments: { PaymentStatus: number }[]) => payments.map((row) => row.PaymentStatus)

async function refund(sale: { TransactionCode: string; MerchantOid: string }, refundId: string, refundAmount: string) {
	const { TransactionCode: transactionCode, MerchantOid: merchantOid } = sale
	return merchant.client.call('/RequestV2/RefundTransaction', { transactionCode, merchantOid, refundId, refundAmount })
}

describe('a refund', () => {
	it('comes off the open instalments from the last backwards, with its share of the fee', async () => {
		const customerId = await newCustomer(merchant)
		// 1 000.00 in 4: fee 15.00, four times 253.75
		const sale = await newSale(merchant, customerId, { orderAmount: '100000', selectedInstallment: 4 })
		const first = await refund(sale, 'r-1', '30000')
		expect(first.Data).toMatchObject({ RefundAmount: 300, RefundFeeAmount: 4.5, CustomerRefundAmount: 0, TransactionStatus: 1 })
		expect(amounts(first.Data.Payments)).toEqual([253.75, 253.75, 203, 0])
		expect(states(first.Data.Payments)).toEqual([0, 0, 0, 4])

		const [one] = sale.Payments
		await merchant.client.call('/RequestV2/SetPaidPayment', {
			paymentCode: one.paymentCode,
			merchantOid: sale.MerchantOid,
			paymentDate: await sandbox.today(),
		})
		const last = await refund(sale, 'r-2', '70000')
		expect(last.Data).toMatchObject({ RefundFeeAmount: 10.5, CustomerRefundAmount: 253.75, TransactionStatus: 4 })
		expect(states(last.Data.Payments)).toEqual([1, 4, 4, 4])

		expect((await refund(sale, 'r-2', '1')).Errors).toEqual(['H307'])
		const check = await merchant.client.call('/RequestV2/CheckRefund', { refundId: 'r-1' })
		expect(check.Data).toMatchObject({ RefundId: 'r-1', RefundAmount: 300, RefundFeeAmount: 4.5, TransactionStatus: 4 })
		await sandbox.booksBalance()
	})
})

it('money in enforcement goes to expenses, then late fees, then instalments, oldest first', async () => {
	await sandbox.clock({ date: '2097-01-31' })
	const customerId = await newCustomer(merchant)
	const sale = await newSale(merchant, customerId, { orderAmount: '90000', selectedInstallment: 3 })
	const names = { transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid }
	await sandbox.clock({ date: '2097-03-10' })
	expect((await merchant.client.call('/RequestV2/SendExecutionTransaction', names)).Errors).toEqual([])
	expect((await merchant.client.call('/RequestV2/SendTransactionExpense', { ...names, expenseAmount: '5000' })).Errors).toEqual(
		[],
	)
	// due 28 February: 10 days overdue on 300.00 = 4.25
	const paid = await merchant.client.call('/RequestV2/SetPaidExecutionTransaction', {
		...names,
		paymentAmount: '15425',
		paymentDate: '2097-03-10',
	})
	expect(paid.Errors).toEqual([])
	expect(paid.Data.RemainingAmount).toBe(800)
	expect(paid.Data.Payments[0]).toMatchObject({
		InstallmentPayment: 300,
		paidAmount: 104.25,
		overdueAmount: 4.25,
		PaymentStatus: 3,
	})
	expect(paid.Data.Payments[2]).toMatchObject({ totalExpenseAmount: 50, paidAmount: 50, PaymentStatus: 0 })
	await sandbox.booksBalance()
	const rest = await merchant.client.call('/RequestV2/SetPaidExecutionTransaction', {
		...names,
		paymentAmount: '80000',
		paymentDate: '2097-03-10',
	})
	expect(rest.Data).toMatchObject({ TransactionStatus: 2, RemainingAmount: 0 })
	await sandbox.booksBalance()

	const totals = await merchant.client.call('/Index/GetDailyReconciliation', {
		reconciliationDate: '2097-03-10',
		paymentCount: 3,
	})
	expect(totals.Data).toMatchObject({
		PaymentCount: 2,
		PaymentAmount: 954.25,
		IsMatched: false,
		Differences: [{ Field: 'paymentCount', Ours: 2, Yours: 3 }],
	})
	const detail = await merchant.client.call('/Index/GetDailyReconciliationDetail', { reconciliationDate: '2097-03-10' })
	expect(detail.Data.Movements.map((row: { Amount: number }) => row.Amount)).toEqual([154.25, 800])
})
