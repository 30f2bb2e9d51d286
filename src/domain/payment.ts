// A payment: one instalment of a transaction (number 0 is the down payment), as it is owed and paid.
// Overdue and part-paid are not states of it: they follow from the day one looks.

import type { CalendarDate } from './calendar.ts'
import { lateFeeOver, overdueDate, type Stretch } from './late-fee.ts'
import { type Kurus, larger, minus, plus, smaller, ZERO } from './money.ts'

/**
 * How a payment came to be paid: reported by the merchant, at the till on activation, out of the balance, by money that came in
 * through enforcement, or (part-paid before) by a refund that took what was left of it.
 */
export type PaidBy = 'report' | 'up-front' | 'balance' | 'enforcement' | 'refund'

interface Instalment {
	readonly installmentNo: number
	readonly dueDate: CalendarDate
	/** Due on the order's date and paid on activation, at the till. */
	readonly upFront: boolean
	/** As sold, less what refunds took off. */
	readonly amount: Kurus
	/** What refunds took off the amount. */
	readonly refunded: Kurus
	/** The part of the amount as sold that uses the limit; the rest is fee. */
	readonly principal: Kurus
	readonly amountPaid: Kurus
	readonly lateFeePaid: Kurus
	/** The days on which another amount was open than today, oldest first; none as long as it never changed. */
	readonly stretches: readonly Stretch[]
	/** Enforcement expenses put on this instalment, paid or not. */
	readonly expense: Kurus
	readonly expensePaid: Kurus
}
export interface OpenPayment extends Instalment {
	readonly state: 'open'
}
export interface PaidPayment extends Instalment {
	readonly state: 'paid'
	readonly paidDate: CalendarDate
	readonly paidBy: PaidBy
	/** The merchant's paymentReferenceCode. */
	readonly reference: string | null
}
interface CancelledPayment extends Instalment {
	readonly state: 'cancelled'
}
export type Payment = OpenPayment | PaidPayment | CancelledPayment

/** What the late fee is taken of: the whole open amount, or its principal where the law bars a fee on a fee (answers 67). */
export type LateFeeBase = 'open-amount' | 'open-principal'

/** What a transaction keeps of its merchant's late-fee terms at its creation (answers 51). */
export interface LateFeeTerms {
	/** Basis points per month of 30 days. */
	readonly monthlyRateBps: number
	readonly base: LateFeeBase
	readonly graceDays: number
}

export interface Owed {
	readonly amount: Kurus
	readonly lateFee: Kurus
	readonly expense: Kurus
}

export function openAmount(payment: Payment): Kurus {
	return payment.state === 'open' ? minus(payment.amount, payment.amountPaid) : ZERO
}

/** The fee part of an instalment is paid off first (answers 39). */
export function openPrincipal(payment: Payment): Kurus {
	return smaller(payment.principal, openAmount(payment))
}

export function overdueDateOf(payment: Payment, terms: LateFeeTerms): CalendarDate {
	return overdueDate(payment.dueDate, terms.graceDays)
}

/**
 * The late fee of a payment on a day, paid or not: never less than what was paid of it (answers 65). A closed payment has what was
 * paid, an up-front payment none (answers 68).
 */
export function lateFeeOn(payment: Payment, terms: LateFeeTerms, on: CalendarDate): Kurus {
	if (payment.state !== 'open' || payment.upFront) return payment.lateFeePaid
	const { monthlyRateBps } = terms
	const charged = lateFeeOver(payment.stretches, feeBase(payment, terms), monthlyRateBps, overdueDateOf(payment, terms), on)
	return larger(payment.lateFeePaid, charged)
}

function feeBase(payment: Payment, terms: LateFeeTerms): Kurus {
	return terms.base === 'open-amount' ? openAmount(payment) : openPrincipal(payment)
}

/**
 * The payment about to have another amount open from the day after `on`: its late fee up to `on` is charged on what is open now.
 * Days that were fixed before are left as they are (answers 65).
 */
export function fixLateFee(payment: OpenPayment, terms: LateFeeTerms, on: CalendarDate): OpenPayment {
	const fixedUntil = payment.stretches.at(-1)?.until
	if (on < overdueDateOf(payment, terms) || (fixedUntil !== undefined && on <= fixedUntil)) return payment
	return { ...payment, stretches: [...payment.stretches, { until: on, base: feeBase(payment, terms) }] }
}

/** What an open payment owes on a day: open amount, open late fee, open expense (protocol 2.4). */
export function owedOn(payment: OpenPayment, terms: LateFeeTerms, on: CalendarDate): Owed {
	return {
		amount: openAmount(payment),
		lateFee: minus(lateFeeOn(payment, terms, on), payment.lateFeePaid),
		expense: minus(payment.expense, payment.expensePaid),
	}
}

export function totalOwed(owed: Owed): Kurus {
	return plus(owed.amount, owed.lateFee, owed.expense)
}

/** The payment paid in full: everything it owed was taken. */
export function close(
	payment: OpenPayment,
	taken: Owed,
	paidDate: CalendarDate,
	paidBy: PaidBy,
	reference: string | null,
): PaidPayment {
	return {
		...payment,
		state: 'paid',
		amountPaid: plus(payment.amountPaid, taken.amount),
		lateFeePaid: plus(payment.lateFeePaid, taken.lateFee),
		expensePaid: plus(payment.expensePaid, taken.expense),
		paidDate,
		paidBy,
		reference,
	}
}

export function paidTotal(payment: Payment): Kurus {
	return plus(payment.amountPaid, payment.lateFeePaid, payment.expensePaid)
}
