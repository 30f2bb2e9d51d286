// Which row of a rate table holds. Every choice is also tried with the table in the opposite order.

import { describe, expect, it } from 'vitest'
import { kurus } from '../../../src/domain/money.ts'
import { defaultRateRows, offeredRates, type RateRow } from '../../../src/domain/rates.ts'

describe('the table a merchant starts with', () => {
	it('offers up to 3 instalments free and takes 1.5 % for each one more', () => {
		expect(defaultRateRows().map((row) => [row.installments, row.feeRateBps])).toEqual([
			[1, 0],
			[2, 0],
			[3, 0],
			[4, 150],
			[5, 300],
			[6, 450],
			[7, 600],
			[8, 750],
			[9, 900],
			[10, 1050],
			[11, 1200],
			[12, 1350],
		])
	})

	it('holds for any segment, from 1.00 to 250 000.00 TL, and postpones by one month', () => {
		for (const row of defaultRateRows()) {
			expect(row).toMatchObject({
				dealerSegment: null,
				postponeMonths: 1,
				minAmount: 1_00n,
				maxAmount: 250_000_00n,
			})
		}
	})
})

/** A row for three instalments, unless said otherwise. */
function row(differences: Partial<RateRow>): RateRow {
	const usual = { dealerSegment: null, installments: 3, feeRateBps: 300, postponeMonths: 1 }
	return { ...usual, minAmount: kurus(100_00), maxAmount: kurus(200_00), ...differences }
}

describe('what is offered', () => {
	it.each([
		[99_99, 0],
		[100_00, 1],
		[200_00, 1],
		[200_01, 0],
	])('for %i kuruş by a row from 10 000 to 20 000 is %i option: both bounds belong to it', (amount, options) => {
		expect(offeredRates([row({})], null, kurus(amount))).toHaveLength(options)
	})

	const any = row({})
	const gold = row({ dealerSegment: 'GOLD', feeRateBps: 100 })
	const silver = row({ dealerSegment: 'SILVER', feeRateBps: 900 })
	const goldForLargeOrders = row({ dealerSegment: 'GOLD', feeRateBps: 50, minAmount: kurus(150_00) })
	const goldForSix = row({ dealerSegment: 'GOLD', installments: 6, feeRateBps: 700 })
	const sixForAny = row({ installments: 6, feeRateBps: 800 })
	const postponedLonger = row({ postponeMonths: 3 })
	const dearer = row({ feeRateBps: 301, postponeMonths: 3 })

	it.each<[why: string, rows: RateRow[], segment: string | null, chosen: RateRow[]]>([
		["takes a segment's own row though it is cheaper", [any, gold, silver], 'GOLD', [gold]],
		["takes a segment's own row though it is dearer", [any, gold, silver], 'SILVER', [silver]],
		['falls back to the row for any segment', [any, gold], 'SILVER', [any]],
		['gives no segment only the rows for any', [gold, any, silver], null, [any]],
		['tells segments apart by their very letters', [any, gold], 'gold', [any]],
		['falls back where the own row is for other amounts', [goldForLargeOrders, any], 'GOLD', [any]],
		['falls back for each number of instalments by itself', [sixForAny, gold, any], 'GOLD', [gold, sixForAny]],
		['prefers the own row for each number by itself', [sixForAny, goldForSix, any], 'GOLD', [any, goldForSix]],
		['takes the highest rate of several rows', [any, dearer], null, [dearer]],
		['takes the fewest months of postponement of equal rates', [postponedLonger, any], null, [any]],
		[
			'takes the highest rate also among own rows',
			[gold, row({ ...gold, feeRateBps: 200 }), any],
			'GOLD',
			[row({ ...gold, feeRateBps: 200 })],
		],
		['offers nothing where no row fits', [gold, goldForSix], 'SILVER', []],
	])('%s', (_, rows, segment, chosen) => {
		expect(offeredRates(rows, segment, kurus(120_00))).toEqual(chosen)
		expect(offeredRates(rows.toReversed(), segment, kurus(120_00))).toEqual(chosen)
	})
})
