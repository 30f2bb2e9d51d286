// What tests of the API do with sales beside making them: report, load, refund, enforce, look; and how an answer is read.

import { expect } from 'vitest'
import { kurus } from '../src/domain/money.ts'
import type { Answer } from '../src/sdk/client.ts'
import type { Parameters } from '../src/sdk/sign.ts'
import { replaceRates } from '../src/store/merchants.ts'
import { newOrder, refusalsOf, type Sandbox, type TestMerchant } from './sandbox.ts'

/** A row of Payments. */
export interface Row {
	readonly paymentCode: string
	readonly merchantOid: string
	readonly InstallmentNo: number
	readonly InstallmentPayment: number
	readonly TermDate: string
	readonly PaymentStatus: number
	readonly PaymentStatusText: string
	readonly overdueAmount: number
	readonly totalExpenseAmount: number
	readonly paidAmount: number
	readonly paidDate: string | null
}

/** What names a sale, as CreateTransaction answered it. */
export interface Sale {
	readonly TransactionCode: string
	readonly MerchantOid: string
	readonly Payments: readonly Row[]
}

export const namesOf = (sale: Sale) => ({ transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid })

export const codeOf = (sale: Sale, installmentNo: number) => `${sale.TransactionCode}-${installmentNo}`

/** The Data of a call that must succeed. */
export async function done({ client }: TestMerchant, path: string, parameters: Parameters = {}) {
	const answer = await client.call(path, parameters)
	expect(refusalsOf(answer)).toEqual([])
	return answer.Data
}

/** A line of a merchant's table of rates; the amounts in kuruş. */
export type Rate = readonly [
	segment: string | null,
	installments: number,
	feeRateBps: number,
	postponeMonths: number,
	minAmount: number,
	maxAmount: number,
]

/** Gives a merchant these rates and no others. */
export async function setRates({ app }: Sandbox, merchant: TestMerchant, rates: readonly Rate[]): Promise<void> {
	const rows = rates.map(([dealerSegment, installments, feeRateBps, postponeMonths, min, max]) => ({
		dealerSegment,
		installments,
		feeRateBps,
		postponeMonths,
		minAmount: kurus(min),
		maxAmount: kurus(max),
	}))
	expect(await replaceRates(app.database.pool, merchant.credentials.merchantId, rows)).toBe(true)
}

/** A sale that waits to be activated. */
export async function pendingSale(merchant: TestMerchant, customerId: string, given: Parameters = {}): Promise<Sale> {
	return done(merchant, '/RequestV2/CreateTransaction', newOrder(customerId, given))
}

/** Reports instalments with these numbers as paid on a date, one call each. */
export async function reportPaid(merchant: TestMerchant, sale: Sale, numbers: readonly number[], paymentDate: string) {
	for (const no of numbers) {
		const parameters = { paymentCode: codeOf(sale, no), merchantOid: sale.MerchantOid, paymentDate }
		await done(merchant, '/RequestV2/SetPaidPayment', parameters)
	}
}

/** Loads a balance, in kuruş; the Data. */
export function loadBalance(merchant: TestMerchant, customerId: string, balanceAmount: number, paymentDate: string) {
	return done(merchant, '/RequestV2/LoadCustomerBalance', { customerId, balanceAmount, paymentDate })
}

let refunds = 0

/** Asks for a refund in kuruş, under a refundId of its own unless one is given. */
export function askRefund(merchant: TestMerchant, sale: Sale, refundAmount: number, refundId = newRefundId()): Promise<Answer> {
	return merchant.client.call('/RequestV2/RefundTransaction', { ...namesOf(sale), refundId, refundAmount })
}

export function newRefundId(): string {
	refunds++
	return `refund-${refunds}`
}

export async function refund(merchant: TestMerchant, sale: Sale, refundAmount: number, refundId = newRefundId()) {
	return done(merchant, '/RequestV2/RefundTransaction', { ...namesOf(sale), refundId, refundAmount })
}

export function enforce(merchant: TestMerchant, sale: Sale) {
	return done(merchant, '/RequestV2/SendExecutionTransaction', namesOf(sale))
}

/** The running total of the expenses, in kuruş; the Data. */
export function sendExpense(merchant: TestMerchant, sale: Sale, expenseAmount: number) {
	return done(merchant, '/RequestV2/SendTransactionExpense', { ...namesOf(sale), expenseAmount })
}

/** Money that came in through enforcement, in kuruş; the Data. */
export function payExecution(merchant: TestMerchant, sale: Sale, paymentAmount: number, paymentDate: string) {
	return done(merchant, '/RequestV2/SetPaidExecutionTransaction', { ...namesOf(sale), paymentAmount, paymentDate })
}

/** The sale as it is now: the Data of GetPaymentsOfTransaction. */
export function look(merchant: TestMerchant, sale: Sale) {
	return done(merchant, '/Index/GetPaymentsOfTransaction', namesOf(sale))
}

/** The CustomerInfo that a merchant is shown; null where it may see none. */
export async function infoOf(merchant: TestMerchant, customerId: string) {
	return (await done(merchant, '/Index/GetCustomerInformation', { customerId, orderAmount: '100000' })).CustomerInfo
}

/** Payments one line each: `2: 103.00 Kısmi Ödeme, late fee 1.20, expense 5.00, 46.20 taken`. What is nothing is left out. */
export function lines(payments: readonly Row[]): string[] {
	return payments.map((row) =>
		[
			`${row.InstallmentNo}: ${row.InstallmentPayment.toFixed(2)} ${row.PaymentStatusText}`,
			...(row.overdueAmount > 0 ? [`late fee ${row.overdueAmount.toFixed(2)}`] : []),
			...(row.totalExpenseAmount > 0 ? [`expense ${row.totalExpenseAmount.toFixed(2)}`] : []),
			...(row.paidAmount > 0 ? [`${row.paidAmount.toFixed(2)} taken`] : []),
		].join(', '),
	)
}

/** All that an answer says, to be compared word for word. */
export function words({ httpStatus, Success, Errors, Data, ErrorDetails }: Answer): string {
	return JSON.stringify([httpStatus, Success, Errors, Data, ErrorDetails])
}

/** What a call is refused with; it must be refused, and must leave the whole database as it was. */
export async function refusedWithoutTrace(sandbox: Sandbox, call: () => Promise<Answer>): Promise<string[]> {
	const before = await sandbox.everything()
	const refused = refusalsOf(await call())
	expect(refused).not.toEqual([])
	expect(await sandbox.everything()).toEqual(before)
	return refused
}
