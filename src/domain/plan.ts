// The instalment plan of an order: what is paid at once, the fee, and each instalment's amount and due date (protocol 2.1).
// Due dates are always counted from the order's date, never from one another, or a 31st would become a 28th for good.

import { addMonths, type CalendarDate } from './calendar.ts'
import { bpsOf, divideHalfUp, type Kurus, kurus, larger, minus, plus, splitEvenly, ZERO } from './money.ts'
import type { RateRow } from './rates.ts'

export interface PlanTerms {
	orderAmount: Kurus
	/** the business date on which the order is made */
	date: CalendarDate
	rate: Pick<RateRow, 'installments' | 'feeRateBps' | 'postponeMonths'>
	downPayment: Kurus
	notCalculateFees: boolean
	/** the share of the fee that is charged: 20 is a fifth of it, 0 leaves it as it is */
	revisedFeePercent: number
	postpone: boolean
	/** a risky customer pays instalment 1 at once */
	firstInstallmentUpFront: boolean
}

/** One payment. Number 0 is the down payment: no credit, so it has neither principal nor fee. */
interface PlanRow {
	installmentNo: number
	amount: Kurus
	principal: Kurus
	fee: Kurus
	dueDate: CalendarDate
	/** due on the order's date, paid when the order is activated */
	upFront: boolean
}

export interface Plan {
	downPayment: Kurus
	/** the order without its down payment: what the customer's limit has to carry */
	financed: Kurus
	fee: Kurus
	/** all that the customer pays, the down payment too */
	total: Kurus
	/** how long the due dates are put off: 0 where that was not asked for */
	postponeMonths: number
	rows: PlanRow[]
}

/** Throws where an instalment would have no principal: ask `canSplit` first. */
export function makePlan(terms: PlanTerms): Plan {
	const { orderAmount, date, rate, downPayment } = terms
	const financed = minus(orderAmount, downPayment)
	if (downPayment < ZERO || !canSplit(financed, rate.installments)) {
		throw new RangeError(`no plan: ${financed} kuruş in ${rate.installments} instalments after ${downPayment} down`)
	}
	const fee = feeOf(financed, terms)
	const postponeMonths = terms.postpone ? rate.postponeMonths : 0
	const principals = splitEvenly(financed, rate.installments)
	const rows = splitEvenly(plus(financed, fee), rate.installments).map((amount, i): PlanRow => {
		const principal = principals[i] as Kurus
		// An instalment paid up front is never postponed, and the others stay where they are: month 1 is then empty (answers 49).
		const upFront = i === 0 && terms.firstInstallmentUpFront
		const dueDate = upFront ? date : addMonths(date, i + 1 + postponeMonths)
		return { installmentNo: i + 1, amount, principal, fee: minus(amount, principal), dueDate, upFront }
	})
	if (downPayment > ZERO) {
		rows.unshift({ installmentNo: 0, amount: downPayment, principal: ZERO, fee: ZERO, dueDate: date, upFront: true })
	}
	return { downPayment, financed, fee, total: plus(orderAmount, fee), postponeMonths, rows }
}

function feeOf(financed: Kurus, { rate, notCalculateFees, revisedFeePercent }: PlanTerms): Kurus {
	if (notCalculateFees) return ZERO
	const fee = bpsOf(financed, rate.feeRateBps)
	return revisedFeePercent === 0 ? fee : kurus(divideHalfUp(fee * BigInt(revisedFeePercent), 100n))
}

/**
 * What the order exceeds the available limit by, if the merchant allows a down payment of that share of the order (0 = none);
 * otherwise 0, and the limit check will refuse the order (protocol 2.1.1, answers 47).
 */
export function downPaymentFor(orderAmount: Kurus, available: Kurus, maxShareBps: number): Kurus {
	const excess = larger(ZERO, minus(orderAmount, available))
	return excess * 10_000n <= orderAmount * BigInt(maxShareBps) ? excess : ZERO
}

/** Every instalment must have principal: at least one kuruş for each (answers 45). */
export function canSplit(financed: Kurus, installments: number): boolean {
	return financed >= BigInt(installments)
}
