// Money coming in: a payment the merchant reports (protocol 5.6) and a balance it loads (5.19).

import type { BalancePayment } from '../domain/balance.ts'
import type { CalendarDate } from '../domain/calendar.ts'
import type { CustomerId } from '../domain/customer.ts'
import { balanceLoadMovement, paymentMovement } from '../domain/ledger.ts'
import type { Caller } from '../domain/merchant.ts'
import { type Kurus, plus } from '../domain/money.ts'
import { close, owedOn, type PaidPayment, type Payment } from '../domain/payment.ts'
import { isLive, parsePaymentCode, type Transaction, withPayment } from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
import { payOutOfBalance, putTransaction } from './transaction-change.ts'
import type { CommandType, Refused, World } from './world.ts'

export interface SetPaidPayment {
	readonly caller: Caller
	readonly paymentCode: string
	readonly merchantOid: string
	readonly paymentDate: CalendarDate
	readonly reference: string | null
}

export interface ReportedPayment {
	readonly paymentCode: string
	readonly payment: PaidPayment
}

export const setPaidPayment: CommandType<SetPaidPayment, ReportedPayment> = {
	name: 'SetPaidPayment',

	needs: ({ caller, paymentCode }) => ({
		merchants: [caller.merchantId],
		transactions: [parsePaymentCode(paymentCode).transactionId],
	}),

	decide(world, report, { today }) {
		const { caller, paymentCode, paymentDate, reference } = report
		const found = findPayment(world, report)
		if (!found) return refuse<Refused>({ refusal: 'payment-not-found' })
		const { transaction, payment } = found
		if (transaction.merchantOid !== report.merchantOid) return refuse<Refused>({ refusal: 'payment-of-other-order' })
		if (payment.state === 'paid' && isReportedAs(payment, report)) return done({ paymentCode, payment })
		if (transaction.state === 'enforcement') return refuse<Refused>({ refusal: 'transaction-in-enforcement' })
		if (transaction.state === 'pending' || transaction.state === 'cancelled') {
			return refuse<Refused>({ refusal: 'wrong-transaction-state' })
		}
		if (payment.state === 'cancelled') return refuse<Refused>({ refusal: 'payment-cancelled' })
		if (payment.state === 'paid' || !isLive(transaction)) return refuse<Refused>({ refusal: 'payment-already-paid' })
		if (!isPossibleDate(paymentDate, transaction, today)) return refuse<Refused>({ refusal: 'payment-date-not-possible' })

		const taken = owedOn(payment, transaction.lateFeeTerms, paymentDate)
		const paid = close(payment, taken, paymentDate, 'report', reference)
		const { id: transactionId, customerId } = transaction
		putTransaction(world, withPayment(transaction, paid))
		world.movements.add(paymentMovement('reported-payment', transaction, payment.installmentNo, taken, reference))
		world.events.add({ kind: 'payment-reported', caller, customerId, transactionId, detail: { paymentCode } })
		payOutOfBalance(world, caller.merchantId, customerId, today)
		return done({ paymentCode, payment: paid })
	},
}

function findPayment(
	world: World,
	{ caller, paymentCode }: SetPaidPayment,
): { transaction: Transaction; payment: Payment } | null {
	const { transactionId, installmentNo } = parsePaymentCode(paymentCode)
	const transaction = world.transactions.get(transactionId)
	if (transaction?.merchantId !== caller.merchantId) return null
	const payment = transaction.payments.find((candidate) => candidate.installmentNo === installmentNo)
	return payment ? { transaction, payment } : null
}

/** The same report again; no reference is a value of its own (answers 19). */
function isReportedAs(payment: PaidPayment, { paymentDate, reference }: SetPaidPayment): boolean {
	return payment.paidBy === 'report' && payment.paidDate === paymentDate && payment.reference === reference
}

/** Not in the future and not before the order was made (answers 66). */
function isPossibleDate(paymentDate: CalendarDate, transaction: Transaction, today: CalendarDate): boolean {
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
