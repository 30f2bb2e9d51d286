// What is remembered between calls must never change an answer, so each run asks in any order.

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, it } from 'vitest'
import { addDays, addMonths, businessDate, daysBetween } from '../../src/domain/calendar.ts'
import { date } from '../dates.ts'

const dates = fc.integer({ min: 0, max: 80_000 }).map((days) => addDays(date('1950-01-01'), days))

it('the business date is the one a clock in Istanbul shows, in whatever order instants are asked for', () => {
	const istanbul = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Istanbul', dateStyle: 'short' })
	const aroundMidnight = fc
		.tuple(fc.integer({ min: 20_000, max: 20_003 }), fc.integer({ min: -2, max: 2 }))
		.map(([day, ms]) => day * 86_400_000 - 3 * 3_600_000 + ms)
	const instants = fc.oneof(aroundMidnight, fc.integer({ min: 0, max: 4_000_000_000_000 }))
	fc.assert(
		fc.property(fc.array(instants, { minLength: 1, maxLength: 8 }), (list) => {
			expect(list.map(businessDate)).toEqual(list.map((atMs) => istanbul.format(atMs)))
		}),
	)
})

it('months are the same as Temporal counts them, in whatever order they are asked for', () => {
	const few = fc.oneof(dates, fc.constantFrom('2024-01-31', '2026-01-31', '2026-02-28').map(date))
	fc.assert(
		fc.property(fc.array(fc.tuple(few, fc.integer({ min: 0, max: 24 })), { maxLength: 8 }), (list) => {
			const expected = list.map(([from, months]) => Temporal.PlainDate.from(from).add({ months }).toString())
			expect(list.map(([from, months]) => addMonths(from, months))).toEqual(expected)
		}),
	)
})

it('days counted forth are found again between the two dates', () => {
	fc.assert(
		fc.property(dates, fc.integer({ min: -5000, max: 5000 }), (from, days) => {
			expect(daysBetween(from, addDays(from, days))).toBe(days)
		}),
	)
})
