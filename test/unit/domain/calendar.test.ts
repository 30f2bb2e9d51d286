// Dates at their edges: the ends of months, leap years, midnight in Istanbul.

import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import {
	addDays,
	addMonths,
	businessDate,
	comesOfAge,
	daysBetween,
	later,
	parseCalendarDate,
} from '../../../src/domain/calendar.ts'
import { date } from '../../dates.ts'

describe('a text is a calendar date', () => {
	it.each(['2026-12-21', '1900-01-01', '2999-12-31', '2024-02-29', '2000-02-29'])('when it is %s', (text) => {
		expect(parseCalendarDate(text)).toBe(text)
	})

	it.each([
		['2026-02-30', 'February has no 30th'],
		['2026-02-29', '2026 is a common year'],
		['1900-02-29', 'so was 1900'],
		['2026-04-31', 'April has 30 days'],
		['2026-13-01', 'there is no thirteenth month'],
		['2026-00-10', 'nor a month zero'],
		['2026-10-00', 'nor a day zero'],
		['2026-10-32', 'nor a day 32'],
		['1899-12-31', 'it is before 1900'],
		['3000-01-01', 'it is after 2999'],
		['2026-1-1', 'the zeros are missing'],
		['20260101', 'the hyphens are missing'],
		['2026-01-01T00:00:00', 'a time follows'],
		['2026-01-01\n', 'a line end follows'],
		[' 2026-01-01', 'a blank precedes'],
		['+002026-01-01', 'the year is not four digits'],
		['٢٠٢٦-٠١-٠١', 'its digits are not ASCII'],
		['', 'it is empty'],
	])('but not %j: %s', (text) => {
		expect(parseCalendarDate(text)).toBeNull()
	})
})

describe('months are counted', () => {
	it.each([
		['2026-01-15', 1, '2026-02-15'],
		['2026-01-31', 1, '2026-02-28'],
		['2024-01-31', 1, '2024-02-29'],
		['2026-01-31', 2, '2026-03-31'],
		['2026-01-31', 3, '2026-04-30'],
		['2026-01-30', 1, '2026-02-28'],
		['2026-12-31', 1, '2027-01-31'],
		['2026-10-31', 16, '2028-02-29'],
		['2026-02-28', 1, '2026-03-28'],
		['2026-05-31', 0, '2026-05-31'],
		['2026-03-31', -1, '2026-02-28'],
	])('from %s, %i on, to %s', (from, months, to) => {
		expect(addMonths(date(from), months)).toBe(to)
	})

	it('from each date by itself, though what was counted is remembered', () => {
		expect([
			addMonths(date('2026-01-31'), 1),
			addMonths(date('2026-02-28'), 1),
			addMonths(date('2026-01-31'), 1),
			addMonths(date('2026-01-31'), 2),
			addMonths(date('2026-01-31'), 1),
		]).toEqual(['2026-02-28', '2026-03-28', '2026-02-28', '2026-03-31', '2026-02-28'])
	})
})

describe('days are counted', () => {
	it.each([
		['2026-02-28', 1, '2026-03-01'],
		['2024-02-28', 1, '2024-02-29'],
		['2026-12-31', 1, '2027-01-01'],
		['2026-01-01', 365, '2027-01-01'],
		['2026-01-01', 90, '2026-04-01'],
		['2026-01-01', -1, '2025-12-31'],
		['2026-01-01', 0, '2026-01-01'],
	])('from %s, %i on, to %s and back', (from, days, to) => {
		expect(addDays(date(from), days)).toBe(to)
		expect(daysBetween(date(from), date(to))).toBe(days)
		expect(daysBetween(date(to), date(from)) + days).toBe(0)
	})
})

it('the later of two dates is found in either order', () => {
	expect(later(date('2026-09-30'), date('2026-10-01'))).toBe('2026-10-01')
	expect(later(date('2026-10-01'), date('2026-09-30'))).toBe('2026-10-01')
})

describe('the business date', () => {
	const at = (instant: string) => businessDate(Temporal.Instant.from(instant).epochMilliseconds)

	it.each([
		['2026-03-01T20:59:59.999Z', '2026-03-01', 'the last millisecond before midnight in Istanbul'],
		['2026-03-01T21:00:00Z', '2026-03-02', 'midnight in Istanbul'],
		['2026-12-31T23:59:59+03:00', '2026-12-31', 'the year is not yet over'],
		['2027-01-01T00:00:00+03:00', '2027-01-01', 'the year has begun, though not in London'],
		['2026-07-15T20:59:59.999Z', '2026-07-15', 'no summer time'],
		['2015-01-15T21:59:59Z', '2015-01-15', 'two hours in the winters until 2016'],
		['2015-07-15T21:00:00Z', '2015-07-16', 'and three in their summers'],
	])('at %s is %s: %s', (instant, expected) => {
		expect(at(instant)).toBe(expected)
	})

	it('turns at midnight and turns back when the clock does', () => {
		const midnightMs = Temporal.Instant.from('2026-03-01T21:00:00Z').epochMilliseconds
		const around = [0, -1, 86_399_999, 86_400_000, 0, -1].map((ms) => businessDate(midnightMs + ms))
		expect(around).toEqual(['2026-03-02', '2026-03-01', '2026-03-02', '2026-03-03', '2026-03-02', '2026-03-01'])
	})

	it('is never given for a time that is no time', () => {
		at('2026-03-01T12:00:00Z')
		expect(() => businessDate(Number.NaN)).toThrow(RangeError)
	})
})

describe('the 18th birthday', () => {
	it.each([
		['2008-06-15', '2026-06-15', 'is the day itself'],
		['2008-02-28', '2026-02-28', 'is the day itself, also before a leap day'],
		['2008-02-29', '2026-03-01', 'of who was born on a leap day is 1 March of a common year'],
	])('of who was born on %s is %s: it %s', (birth, birthday) => {
		expect(comesOfAge(date(birth), 18)).toBe(birthday)
	})

	it('falls on 29 February again where the year has one', () => {
		expect(comesOfAge(date('2008-02-29'), 20)).toBe('2028-02-29')
	})
})
