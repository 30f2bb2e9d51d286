// Dates without a time, as 'yyyy-MM-dd' text: they compare with <, and read the same in JSON and SQL.
// The two things remembered between calls are there for speed and never change an answer.

import { Temporal } from 'temporal-polyfill'

export type CalendarDate = string & { readonly __kind: 'calendar date' }

const businessZone = 'Europe/Istanbul'

const shape = /^(?:19|2\d)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

/** A real date of the years 1900–2999 written yyyy-MM-dd, else null (protocol 1.5). */
export function parseCalendarDate(text: string): CalendarDate | null {
	if (!shape.test(text)) return null
	// PlainDate would throw on 30 February; from() clamps it, so an impossible date comes back as another one.
	const [year, month, day] = fields(text)
	return written(Temporal.PlainDate.from({ year, month, day })) === text ? (text as CalendarDate) : null
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
	// Every month has a 28th: up to there no calendar is needed, and this is asked for every payment that is shown.
	const day = Number(date.slice(8)) + days
	if (day >= 1 && day <= 28) return `${date.slice(0, 8)}${day < 10 ? '0' : ''}${day}` as CalendarDate
	return written(plain(date).add({ days }))
}

// The plans of one day all count from that day: what was counted from the last date asked for is kept.
let countedFrom: CalendarDate | null = null
const counted = new Map<number, CalendarDate>()

/** The same day `months` later, clamped to the month's end: 31 January and one month is 28 or 29 February. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
	if (date !== countedFrom) {
		countedFrom = date
		counted.clear()
	}
	const known = counted.get(months)
	if (known !== undefined) return known
	const reached = written(plain(date).add({ months }))
	counted.set(months, reached)
	return reached
}

/** How many days after `from` the date `to` is: 1 for the next day, negative when it is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
	return plain(from).until(plain(to)).days
}

export function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
	return a < b ? a : b
}

export function later(a: CalendarDate, b: CalendarDate): CalendarDate {
	return a > b ? a : b
}

// Nearly every call asks about the day of the call before it.
let day = { date: '' as CalendarDate, startMs: 0, endMs: 0 }

/** The date in Istanbul at an instant in epoch milliseconds: "today" of protocol 1.5. */
export function businessDate(atMs: number): CalendarDate {
	// Written so that NaN is not "inside": it must reach Temporal, which throws.
	if (!(atMs >= day.startMs && atMs < day.endMs)) day = businessDay(atMs)
	return day.date
}

/** An instant in epoch milliseconds as the text that SQL and JSON know: 2026-11-21T09:30:00.125Z. */
export function instantText(atMs: number): string {
	return Temporal.Instant.fromEpochMilliseconds(atMs).toString()
}

function businessDay(atMs: number): typeof day {
	const start = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(businessZone).startOfDay()
	const end = start.add({ days: 1 }).startOfDay()
	return { date: written(start.toPlainDate()), startMs: start.epochMilliseconds, endMs: end.epochMilliseconds }
}

/** The birthday on which a person is `years` old. Who was born on 29 February comes of age on 1 March of a common year. */
export function comesOfAge(birth: CalendarDate, years: number): CalendarDate {
	const born = plain(birth)
	const birthday = born.add({ years })
	return written(birthday.day === born.day ? birthday : birthday.add({ days: 1 }))
}

// Taken apart here because letting Temporal read the text would cost more than the arithmetic itself.
function plain(date: CalendarDate): Temporal.PlainDate {
	return new Temporal.PlainDate(...fields(date))
}

function fields(date: string): [year: number, month: number, day: number] {
	return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))]
}

function written(date: Temporal.PlainDate): CalendarDate {
	return date.toString() as CalendarDate
}
