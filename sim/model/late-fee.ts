// What a row owes on a day (protocol 2.4, answers section F). The fee is the sum of stretches of days, each with one open amount and
// rounded by itself; what comes after a day is not charged to whoever paid on it.

import type { Day } from './dates.ts'
import { halfUp, larger, smaller, sum } from './money.ts'
import type { LateFeeTerms, Row } from './state.ts'

export interface Owed {
	readonly amount: bigint
	readonly fee: bigint
	readonly expense: bigint
}

export const openAmount = (row: Row): bigint => (row.state === 'open' ? row.amount - row.paid : 0n)

/** The fee part of an instalment goes first (answers 39). */
export const openPrincipal = (row: Row): bigint => smaller(row.principal, openAmount(row))

export const overdueFrom = (row: Row, terms: LateFeeTerms): Day => row.due + 1 + terms.graceDays

/** All that was charged up to a day, paid or not. */
export function feeUpTo(row: Row, terms: LateFeeTerms, day: Day): bigint {
	const charge = (from: Day, to: Day, base: bigint) =>
		halfUp(base * BigInt(terms.lateFeeRateBps) * BigInt(Math.max(0, to - from + 1)), 300_000n)
	const over = row.stretches.map(({ from, to, base }) => charge(from, Math.min(to, day), base))
	return sum(over) + charge(runsFrom(row, terms), day, base(row, terms))
}

/** Of an open row; what was paid too early by the calendar is not owed twice (answers 65). */
export function owedOn(row: Row, terms: LateFeeTerms, day: Day): Owed {
	return {
		amount: openAmount(row),
		fee: larger(0n, feeUpTo(row, terms, day) - row.feePaid),
		expense: row.expense - row.expensePaid,
	}
}

export const total = ({ amount, fee, expense }: Owed): bigint => amount + fee + expense

/** Before the open amount changes on a day: what ran until then is fixed. */
export function endStretch(row: Row, terms: LateFeeTerms, day: Day): void {
	const from = runsFrom(row, terms)
	if (day < from) return
	row.stretches.push({ from, to: day, base: base(row, terms) })
	row.runsFrom = day + 1
}

function runsFrom(row: Row, terms: LateFeeTerms): Day {
	return row.runsFrom ?? overdueFrom(row, terms)
}

function base(row: Row, terms: LateFeeTerms): bigint {
	return terms.lateFeeBase === 'open-amount' ? openAmount(row) : openPrincipal(row)
}
