// The late fee against the shared vectors, then day by day on one instalment.

import { describe, expect, it } from 'vitest'
import { lateFee, overdueDate, overdueDays } from '../../../src/domain/late-fee.ts'
import { kurus } from '../../../src/domain/money.ts'
import { date } from '../../dates.ts'
import { readVectors } from '../../vectors.ts'

interface LateFeeVector {
	input: { openAmount: number; monthlyRateBps: number; termDate: string; graceDays: number; onDate: string }
	expected: { overdueDate: string; days: number; lateFee: number }
}

describe('the shared vectors', () => {
	it.each(readVectors<LateFeeVector>('late-fees'))(
		'$input.openAmount kuruş due on $input.termDate, on $input.onDate',
		({ input, expected }) => {
			const overdue = overdueDate(date(input.termDate), input.graceDays)
			const on = date(input.onDate)
			expect(overdue).toBe(expected.overdueDate)
			expect(overdueDays(overdue, on)).toBe(expected.days)
			expect(lateFee(kurus(input.openAmount), input.monthlyRateBps, overdue, on)).toBe(kurus(expected.lateFee))
		},
	)
})

describe('an instalment is overdue', () => {
	it.each([
		['2026-01-31', 0, '2026-02-01'],
		['2026-01-31', 5, '2026-02-06'],
		['2026-12-31', 0, '2027-01-01'],
		['2024-02-28', 0, '2024-02-29'],
	])('due on %s with %i days of grace, from %s', (dueDate, graceDays, expected) => {
		expect(overdueDate(date(dueDate), graceDays)).toBe(expected)
	})
})

describe('for an instalment of 1000.00 overdue from 1 April at 4.25 % a month', () => {
	it.each([
		['2026-03-01', 0, 0, 'long before'],
		['2026-03-31', 0, 0, 'the last good day'],
		['2026-04-01', 1, 1_42, 'the first day counts in full: 1.4166…'],
		['2026-04-02', 2, 2_83, '2.8333…'],
		['2026-04-30', 30, 42_50, 'thirty days are a month'],
		['2026-05-01', 31, 43_92, 'the 31st day costs more, whatever the calendar month'],
		['2027-03-31', 365, 517_08, 'a year is 365 days, not twelve months'],
	])('on %s, %i days, the fee is %i kuruş: %s', (on, days, fee) => {
		expect(overdueDays(date('2026-04-01'), date(on))).toBe(days)
		expect(lateFee(kurus(1000_00), 425, date('2026-04-01'), date(on))).toBe(kurus(fee))
	})
})

describe('the late fee', () => {
	it.each([
		['rounds half a kuruş up', 300_00, 5, 1],
		['is nothing while below half a kuruş', 299_99, 5, 0],
		['is nothing at no rate', 1000_00, 0, 0],
		['is nothing when nothing is open', 0, 425, 0],
	])('%s', (_, openAmount, monthlyRateBps, fee) => {
		const day = date('2026-04-01')
		expect(lateFee(kurus(openAmount), monthlyRateBps, day, day)).toBe(kurus(fee))
	})

	it('is not computed on a negative amount', () => {
		const day = date('2026-04-01')
		expect(() => lateFee(kurus(-1), 425, day, day)).toThrow(RangeError)
	})
})
