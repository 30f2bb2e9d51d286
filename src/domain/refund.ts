// Refunds (protocol 5.7, answers section H): what a refund takes off the instalments, from the last backwards, and what it leaves
// to be paid back to the customer.

import type { CalendarDate } from './calendar.ts'
import { divideHalfUp, type Kurus, kurus, minus, plus, smaller, sum, ZERO } from './money.ts'
import { fixLateFee, type LateFeeTerms, type OpenPayment, openAmount, type Payment } from './payment.ts'
import {
	type CancelledTransaction,
	type EndedTransaction,
	isLive,
	type LiveTransaction,
	type PendingTransaction,
	type Transaction,
	withPayments,
} from './transaction.ts'

export interface Refund {
	/** Of the order amount. */
	readonly amount: Kurus
	/** The fee that goes with it. */
	readonly fee: Kurus
	/** What the open instalments could not take: the merchant pays it out to the customer. */
	readonly toCustomer: Kurus
	/** Enforcement expense that fell with the last open instalment (answers 86). */
	readonly expenseFallen: Kurus
}

export type RefundableTransaction = PendingTransaction | LiveTransaction | EndedTransaction

export function refundable(transaction: Transaction): Kurus {
	return minus(transaction.orderAmount, transaction.refunded.amount)
}

/** The refund that completes the order takes what is left of the fee; no other takes more than is left (answers 76). */
function feeShare(transaction: Transaction, amount: Kurus): Kurus {
	const left = minus(transaction.fee, transaction.refunded.fee)
	if (amount === refundable(transaction)) return left
	return smaller(kurus(divideHalfUp(transaction.fee * amount, transaction.orderAmount)), left)
}

/** Throws when more is refunded than is refundable, or a pending sale in part: the caller has refused that. */
export function refund(
	transaction: RefundableTransaction,
	amount: Kurus,
	today: CalendarDate,
): { transaction: Transaction; refund: Refund } {
	if (amount > refundable(transaction)) throw new RangeError(`${amount} kuruş can't be refunded`)
	const fee = feeShare(transaction, amount)
	const refunded = { amount: plus(transaction.refunded.amount, amount), fee: plus(transaction.refunded.fee, fee) }
	const off = takeOff(transaction.payments, plus(amount, fee), transaction.lateFeeTerms, today)
	const made: Refund = { amount, fee, toCustomer: off.left, expenseFallen: off.expenseFallen }
	if (transaction.state === 'pending')
		return { transaction: cancelled({ ...transaction, refunded, payments: off.payments }), refund: made }
	if (isLive(transaction)) return { transaction: withPayments({ ...transaction, refunded }, off.payments), refund: made }
	const state = refunded.amount === transaction.orderAmount ? 'refunded' : 'completed'
	return { transaction: { ...transaction, refunded, state }, refund: made }
}

function cancelled(transaction: PendingTransaction): CancelledTransaction {
	if (transaction.payments.some((payment) => payment.state === 'open')) throw new Error('a pending sale is refunded in full only')
	return { ...transaction, state: 'cancelled' }
}

/** Takes an amount off the open instalments, from the last backwards. */
function takeOff(payments: readonly Payment[], amount: Kurus, terms: LateFeeTerms, today: CalendarDate) {
	let left = amount
	const cut = payments.toReversed().map((payment) => {
		if (payment.state !== 'open' || left === ZERO) return payment
		const taken = smaller(openAmount(payment), left)
		left = minus(left, taken)
		return reduce(payment, taken, terms, today)
	})
	const remaining = cut.toReversed()
	return { left, ...moveExpense(payments, remaining) }
}

/** An instalment brought to zero is cancelled, or paid where part of it had been (answers 79). Its unpaid late fee falls. */
function reduce(payment: OpenPayment, taken: Kurus, terms: LateFeeTerms, today: CalendarDate): Payment {
	const amount = minus(payment.amount, taken)
	const refunded = plus(payment.refunded, taken)
	if (amount > payment.amountPaid) return { ...fixLateFee(payment, terms, today), amount, refunded }
	const closed = { ...payment, amount, refunded, expense: payment.expensePaid }
	if (amount === ZERO) return { ...closed, state: 'cancelled' }
	return { ...closed, state: 'paid', paidDate: today, paidBy: 'refund', reference: null }
}

/** The unpaid expense of instalments that are gone moves to the last one still open; where none is, it falls (answers 86). */
function moveExpense(
	before: readonly Payment[],
	after: readonly Payment[],
): { payments: readonly Payment[]; expenseFallen: Kurus } {
	const homeless = sum(before.map((payment, i) => minus(payment.expense, after[i]?.expense ?? ZERO)))
	const last = after.findLast((payment) => payment.state === 'open')
	if (homeless === ZERO || !last) return { payments: after, expenseFallen: homeless }
	const payments = after.map((payment) => (payment === last ? { ...payment, expense: plus(payment.expense, homeless) } : payment))
	return { payments, expenseFallen: ZERO }
}
