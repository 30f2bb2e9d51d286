// What holds for every late fee. The oracle counts days by the Julian day number and rounds by looking at the remainder.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, type CalendarDate } from '../../src/domain/calendar.ts'
import { lateFee, overdueDate, overdueDays } from '../../src/domain/late-fee.ts'
import { kurus, plus } from '../../src/domain/money.ts'
import { date } from '../dates.ts'

const dates = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays(date('2000-01-01'), days))
const openAmounts = fc.oneof(fc.bigInt(0n, 1000n), fc.bigInt(0n, 10n ** 13n)).map(kurus)
const rates = fc.oneof(fc.constant(425), fc.integer({ min: 0, max: 10_000 }))
const late = fc.record({ open: openAmounts, rate: rates, from: dates, days: fc.integer({ min: 0, max: 2000 }) })

function julianDay(day: CalendarDate): bigint {
	const [y, m, d] = day.split('-').map(BigInt) as [bigint, bigint, bigint]
	const a = (14n - m) / 12n
	const year = y + 4800n - a
	return d + (153n * (m + 12n * a - 3n) + 2n) / 5n + 365n * year + year / 4n - year / 100n + year / 400n - 32_045n
}

it('is exact to the kuruş on every day', () => {
	fc.assert(
		fc.property(openAmounts, rates, dates, fc.integer({ min: -50, max: 2000 }), (open, rate, from, days) => {
			const on = addDays(from, days)
			const charged = julianDay(on) < julianDay(from) ? 0n : julianDay(on) - julianDay(from) + 1n
			const exact = open * BigInt(rate) * charged
			const roundUp = 2n * (exact % 300_000n) >= 300_000n
			expect(lateFee(open, rate, from, on)).toBe(exact / 300_000n + (roundUp ? 1n : 0n))
			expect(BigInt(overdueDays(from, on))).toBe(charged)
		}),
	)
})

it('is nothing on the due date, through the days of grace and on every day before overdueDate', () => {
	fc.assert(
		fc.property(openAmounts, rates, dates, fc.nat(60), fc.nat(500), (open, rate, dueDate, graceDays, before) => {
			const overdue = overdueDate(dueDate, graceDays)
			for (const on of [dueDate, addDays(dueDate, graceDays), addDays(overdue, -1 - before)]) {
				expect(overdueDays(overdue, on)).toBe(0)
				expect(lateFee(open, rate, overdue, on)).toBe(0n)
			}
			expect(overdueDays(overdue, overdue)).toBe(1)
		}),
	)
})

it('never falls from one day to the next, and is never negative', () => {
	fc.assert(
		fc.property(late, ({ open, rate, from, days }) => {
			const today = lateFee(open, rate, from, addDays(from, days))
			const yesterday = lateFee(open, rate, from, addDays(from, days - 1))
			expect(today).toBeGreaterThanOrEqual(yesterday)
			expect(yesterday).toBeGreaterThanOrEqual(0n)
		}),
	)
})

it('never falls when more is open', () => {
	fc.assert(
		fc.property(late, openAmounts, ({ open, rate, from, days }, more) => {
			const on = addDays(from, days)
			expect(lateFee(plus(open, more), rate, from, on)).toBeGreaterThanOrEqual(lateFee(open, rate, from, on))
		}),
	)
})

it('is the monthly rate itself after thirty days', () => {
	fc.assert(
		fc.property(openAmounts, rates, dates, (open, rate, from) => {
			const hundredfold = kurus(open * 10_000n)
			expect(lateFee(hundredfold, rate, from, addDays(from, 29))).toBe(open * BigInt(rate))
		}),
	)
})
