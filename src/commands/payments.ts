// Money coming in: payments the merchant reports (protocol 5.6, 5.20) and a balance it loads (5.19).

import type { BalancePayment } from '../domain/balance.ts'
import type { CalendarDate } from '../domain/calendar.ts'
import type { CustomerId } from '../domain/customer.ts'
import { balanceLoadMovement, paymentMovement } from '../domain/ledger.ts'
import type { Caller } from '../domain/merchant.ts'
import { type Kurus, plus } from '../domain/money.ts'
import { close, owedOn, type PaidPayment, type Payment } from '../domain/payment.ts'
import type { Refusal } from '../domain/refusals.ts'
import { isLive, parsePaymentCode, type Transaction, withPayment } from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
import { payOutOfBalance, putTransaction } from './transaction-change.ts'
import type { CommandType, Refused, World } from './world.ts'

/** One report for one or several payments of an order. */
export interface ReportPayments {
	readonly caller: Caller
	readonly paymentCodes: readonly string[]
	readonly merchantOid: string
	readonly paymentDate: CalendarDate
	readonly reference: string | null
}

export interface ReportedPayment {
	readonly paymentCode: string
	readonly payment: PaidPayment
}

/** All or nothing. What was reported with this reference and date before counts as done (answers 9, 21). */
export const reportPayments: CommandType<ReportPayments, readonly ReportedPayment[]> = {
	name: 'ReportPayments',

	needs: ({ caller, paymentCodes }) => ({
		merchants: [caller.merchantId],
		transactions: paymentCodes.map((code) => parsePaymentCode(code).transactionId),
	}),

	decide(world, report, { today }) {
		const repeated = new Set(report.paymentCodes.filter((code, i, codes) => codes.indexOf(code) < i))
		if (repeated.size > 0) {
			return refuse<Refused>(...[...repeated].map((about): Refused => ({ refusal: 'payment-code-repeated', about })))
		}
		const refused = report.paymentCodes.flatMap((about): Refused[] => {
			const refusal = refusalOf(world, report, about, today)
			return refusal ? [{ refusal, about }] : []
		})
		if (refused.length > 0) return refuse(...refused)

		const reported = report.paymentCodes.map((paymentCode) => ({ paymentCode, ...closeReported(world, report, paymentCode) }))
		const changed = reported.find(({ isNew }) => isNew)
		if (changed) payOutOfBalance(world, report.caller.merchantId, changed.customerId, today)
		return done(reported)
	},
}

function refusalOf(world: World, report: ReportPayments, paymentCode: string, today: CalendarDate): Refusal | null {
	const found = findPayment(world, report.caller, paymentCode)
	if (!found) return 'payment-not-found'
	const { transaction, payment } = found
	if (transaction.merchantOid !== report.merchantOid) return 'payment-of-other-order'
	if (payment.state === 'paid' && isReportedAs(payment, report)) return null
	if (transaction.state === 'enforcement') return 'transaction-in-enforcement'
	if (transaction.state === 'pending' || transaction.state === 'cancelled') return 'wrong-transaction-state'
	if (payment.state === 'cancelled') return 'payment-cancelled'
	if (payment.state === 'paid') return 'payment-already-paid'
	if (!isPossibleDate(report.paymentDate, transaction, today)) return 'payment-date-not-possible'
	return null
}

/** Closes a payment that may be, in full with late fee and expense as of the payment date; leaves one already reported as it is. */
function closeReported(world: World, report: ReportPayments, paymentCode: string) {
	const { transaction, payment } = findPayment(world, report.caller, paymentCode) as Found
	const { id: transactionId, customerId } = transaction
	if (payment.state === 'paid') return { payment, customerId, isNew: false }
	if (payment.state !== 'open' || !isLive(transaction)) throw new Error(`payment ${paymentCode} can't be closed`)
	const { caller, paymentDate, reference } = report
	const taken = owedOn(payment, transaction.lateFeeTerms, paymentDate)
	const paid = close(payment, taken, paymentDate, 'report', reference)
	putTransaction(world, withPayment(transaction, paid))
	world.movements.add(paymentMovement('reported-payment', transaction, payment.installmentNo, taken, reference))
	world.events.add({ kind: 'payment-reported', caller, customerId, transactionId, detail: { paymentCode } })
	return { payment: paid, customerId, isNew: true }
}

interface Found {
	readonly transaction: Transaction
	readonly payment: Payment
}

function findPayment(world: World, caller: Caller, paymentCode: string): Found | null {
	const { transactionId, installmentNo } = parsePaymentCode(paymentCode)
	const transaction = world.transactions.get(transactionId)
	if (transaction?.merchantId !== caller.merchantId) return null
	const payment = transaction.payments.find((candidate) => candidate.installmentNo === installmentNo)
	return payment ? { transaction, payment } : null
}

/** The same report again; no reference is a value of its own (answers 19). */
function isReportedAs(payment: PaidPayment, { paymentDate, reference }: ReportPayments): boolean {
	return payment.paidBy === 'report' && payment.paidDate === paymentDate && payment.reference === reference
}

/** A payment date is not in the future and not before the order was made (answers 66). */
export function isPossibleDate(paymentDate: CalendarDate, transaction: Transaction, today: CalendarDate): boolean {
	return paymentDate >= transaction.createdDate && paymentDate <= today
}

export interface LoadCustomerBalance {
	readonly caller: Caller
	readonly customerId: CustomerId
	readonly amount: Kurus
	readonly paymentDate: CalendarDate
	readonly reference: string | null
}

export interface LoadedBalance {
	readonly balance: Kurus
	readonly paid: readonly BalancePayment[]
}

export const loadCustomerBalance: CommandType<LoadCustomerBalance, LoadedBalance> = {
	name: 'LoadCustomerBalance',

	needs: ({ caller, customerId }) => ({
		merchants: [caller.merchantId],
		customers: [customerId],
		loads: [{ merchantId: caller.merchantId, customerId }],
	}),

	decide(world, { caller, customerId, amount, paymentDate, reference }, { today }) {
		const link = world.link(caller.merchantId, customerId)
		if (!link) return refuse<Refused>({ refusal: 'customer-not-found' })
		if (paymentDate > today) return refuse<Refused>({ refusal: 'payment-date-not-possible' })

		world.links.put({ ...link, balance: plus(link.balance, amount) })
		world.movements.add(balanceLoadMovement(caller.merchantId, customerId, amount, reference))
		const detail = { amount: String(amount), paymentDate }
		world.events.add({ kind: 'balance-loaded', caller, customerId: customerId, transactionId: null, detail })
		const paid = payOutOfBalance(world, caller.merchantId, customerId, paymentDate)
		return done({ balance: world.link(caller.merchantId, customerId)?.balance ?? link.balance, paid })
	},
}
