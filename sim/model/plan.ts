// From an order to its instalments (protocol 2.1, answers section D).

import { type Day, plusMonths, wire } from './dates.ts'
import { halfUp, larger, lira, split, sum } from './money.ts'
import type { Merchant, Rate } from './state.ts'

export interface Wish {
	readonly order: bigint
	readonly segment: string | null
	readonly noFee: boolean
	readonly postpone: boolean
	/** Percent of the fee; 0n: all of it. */
	readonly revised: bigint
	/** Whether instalment 1 is paid at once. */
	readonly upFront: boolean
	/** Null: nobody's limit is looked at. */
	readonly available: bigint | null
}

interface PlannedRow {
	readonly no: number
	readonly due: Day
	readonly amount: bigint
	readonly principal: bigint
	readonly upFront: boolean
}

export interface Plan {
	readonly rate: Rate
	readonly down: bigint
	readonly fee: bigint
	readonly financed: bigint
	readonly postponed: number
	readonly rows: readonly PlannedRow[]
}

/** The one row that holds for n instalments of this order, if any. */
function rateFor({ rates }: Merchant, { order, segment }: Pick<Wish, 'order' | 'segment'>, n: number): Rate | undefined {
	const fitting = rates.filter((rate) => rate.n === n && rate.min <= order && order <= rate.max)
	const own = fitting.filter((rate) => rate.segment !== null && rate.segment === segment)
	const open = own.length > 0 ? own : fitting.filter((rate) => rate.segment === null)
	return open.sort((a, b) => b.feeRateBps - a.feeRateBps || a.postponeMonths - b.postponeMonths)[0]
}

/** Null where n is not offered for the order. */
export function planFor(merchant: Merchant, wish: Wish, n: number, from: Day): Plan | null {
	const rate = rateFor(merchant, wish, n)
	if (!rate) return null
	const down = downPayment(merchant, wish)
	const financed = wish.order - down
	if (financed < BigInt(n)) return null
	const fee = feeOf(financed, rate, wish)
	const postponed = wish.postpone ? rate.postponeMonths : 0
	const principals = split(financed, n)
	const rows = split(financed + fee, n).map((amount, i): PlannedRow => {
		const upFront = i === 0 && wish.upFront
		const due = upFront ? from : plusMonths(from, i + 1 + postponed)
		return { no: i + 1, due, amount, principal: principals[i] as bigint, upFront }
	})
	const first = { no: 0, due: from, amount: down, principal: 0n, upFront: true }
	return { rate, down, fee, financed, postponed, rows: down > 0n ? [first, ...rows] : rows }
}

function downPayment({ downPaymentShareBps }: Merchant, { order, available }: Wish): bigint {
	const excess = available === null ? 0n : larger(0n, order - available)
	return excess * 10_000n <= order * BigInt(downPaymentShareBps) ? excess : 0n
}

function feeOf(financed: bigint, { feeRateBps }: Rate, { noFee, revised }: Wish): bigint {
	if (noFee) return 0n
	const whole = halfUp(financed * BigInt(feeRateBps), 10_000n)
	return revised > 0n ? halfUp(whole * revised, 100n) : whole
}

/** All that is offered, as 5.1 and 5.21 show it. */
export function shownPlans(merchant: Merchant, wish: Wish, from: Day) {
	const possible = [...new Set(merchant.rates.map(({ n }) => n))].sort((a, b) => a - b)
	return possible.flatMap((n) => {
		const plan = planFor(merchant, wish, n, from)
		return plan ? [shown(plan, n)] : []
	})
}

function shown({ rate, down, fee, postponed, rows }: Plan, n: number) {
	const first = rows.find(({ no }) => no === 1) as PlannedRow
	return {
		InstallmentNo: n,
		InstallmentAmount: lira(first.amount),
		DownPaymentAmount: lira(down),
		FeeAmount: lira(fee),
		FeeRate: rate.feeRateBps / 100,
		TotalAmount: lira(sum(rows.map(({ amount }) => amount))),
		FirstTermDate: wire(first.due),
		PostponeMonths: postponed,
		Payments: rows.map(({ no, amount, due }) => ({ InstallmentNo: no, InstallmentPayment: lira(amount), TermDate: wire(due) })),
	}
}
