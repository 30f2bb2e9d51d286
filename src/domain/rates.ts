// A merchant's table of fee rates: which numbers of instalments it offers for an amount, and at what fee.
// A segment's own row displaces the row for any segment even when it is the cheaper one; only among equals the dearer wins.

import { type Kurus, kurus } from './money.ts'

/** One line of the table: dealerSegment null stands for any segment; both bounds of the amount belong to it. */
export interface RateRow {
	dealerSegment: string | null
	installments: number
	feeRateBps: number
	postponeMonths: number
	minAmount: Kurus
	maxAmount: Kurus
}

/** What a new merchant starts with (protocol 2.1): 1–12 instalments, free up to 3, then 1.5 % for each one more. */
export function defaultRateRows(): RateRow[] {
	return Array.from({ length: 12 }, (_, i) => ({
		dealerSegment: null,
		installments: i + 1,
		feeRateBps: Math.max(0, i + 1 - 3) * 150,
		postponeMonths: 1,
		minAmount: kurus(1_00),
		maxAmount: kurus(250_000_00),
	}))
}

/** The row that holds for each number of instalments, fewest instalments first (protocol 2.1, answers 43–45). */
export function offeredRates(rows: readonly RateRow[], dealerSegment: string | null, orderAmount: Kurus): RateRow[] {
	const chosen = new Map<number, RateRow>()
	for (const row of rows) {
		if (row.dealerSegment !== null && row.dealerSegment !== dealerSegment) continue
		if (orderAmount < row.minAmount || orderAmount > row.maxAmount) continue
		const rival = chosen.get(row.installments)
		if (rival === undefined || goesBefore(row, rival)) chosen.set(row.installments, row)
	}
	return [...chosen.values()].sort((a, b) => a.installments - b.installments)
}

function goesBefore(row: RateRow, rival: RateRow): boolean {
	if (row.dealerSegment !== rival.dealerSegment) return row.dealerSegment !== null
	if (row.feeRateBps !== rival.feeRateBps) return row.feeRateBps > rival.feeRateBps
	return row.postponeMonths < rival.postponeMonths
}
