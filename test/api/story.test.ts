// The main job from one end to the other: a limit, a sale, its payments, a balance, time going by, enforcement.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { newCustomer, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

it('a shopper buys in instalments, pays one, pays ahead, falls behind and is handed over to enforcement', async () => {
	await sandbox.clock({ date: '2097-01-31' })
	const customerId = await newCustomer(merchant, { kdsLimit: '1000000' })
	const sale = await newSale(merchant, customerId, { orderAmount: '100000', selectedInstallment: 4 })
	expect(sale).toMatchObject({
		OrderAmount: 1000,
		FeeAmount: 15,
		TotalAmount: 1015,
		TransactionStatus: 0,
		ExpireDate: '2097-02-07T00:00:00',
	})
	expect(sale.Payments.map((row: { TermDate: string }) => row.TermDate.slice(0, 10))).toEqual([
		'2097-02-28',
		'2097-03-31',
		'2097-04-30',
		'2097-05-31',
	])

	const { client } = merchant
	const [first, second] = sale.Payments
	const paid = await client.call('/RequestV2/SetPaidPayment', {
		paymentCode: first.paymentCode,
		merchantOid: sale.MerchantOid,
		paymentDate: '2097-01-31',
		paymentReferenceCode: 'till-1',
	})
	expect(paid.Data.paymentfunds).toMatchObject({ installmentPayment: 253.75, overdueAmount: 0, paidAmount: 253.75 })

	const loaded = await client.call('/RequestV2/LoadCustomerBalance', {
		customerId,
		balanceAmount: '30000',
		paymentDate: '2097-01-31',
	})
	expect(loaded.Data).toMatchObject({
		CustomerBalance: 46.25,
		ClosedPayments: [{ paymentCode: second.paymentCode, paidAmount: 253.75 }],
	})

	await sandbox.clock({ advanceDays: 100 })
	const page = await client.call('/Index/GetCustomerPayments', { customerId })
	expect(page.Data.Payments.map((row: { PaymentStatus: number }) => row.PaymentStatus)).toEqual([1, 1, 3, 0])
	expect(page.Data.Payments[2]).toMatchObject({ overdueDate: '2097-05-01T00:00:00', overdueAmount: 3.95, overdueRate: 4.25 })

	const names = { transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid }
	const sent = await client.call('/RequestV2/SendExecutionTransaction', names)
	expect(sent.Data).toEqual({ Message: 'RS100', TransactionStatus: 5 })
	const shown = await client.call('/Index/GetPaymentsOfTransaction', names)
	expect(shown.Data).toMatchObject({ TransactionStatus: 5, TransactionStatusText: 'İcrada' })
	await sandbox.booksBalance()
})
