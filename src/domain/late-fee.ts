// What an instalment costs more when it is late (protocol 2.4). The fee is computed for a date, never stored by the day.
// The day an instalment becomes overdue is itself charged: on overdueDate one day has run.

import { addDays, type CalendarDate, daysBetween, earlier } from './calendar.ts'
import { divideHalfUp, type Kurus, kurus, plus, ZERO } from './money.ts'

/** The first day on which the instalment is late: the day after the due date and the days of grace. */
export function overdueDate(dueDate: CalendarDate, graceDays: number): CalendarDate {
	return addDays(dueDate, 1 + graceDays)
}

/** How many days are charged on a date; 0 before `overdueDate`. */
export function overdueDays(overdueDate: CalendarDate, on: CalendarDate): number {
	return on < overdueDate ? 0 : daysBetween(overdueDate, on) + 1
}

/** Days up to and including `until` on which the fee was taken of `base`. */
export interface Stretch {
	readonly until: CalendarDate
	readonly base: Kurus
}

/**
 * The fee on a date when the amount has changed: each stretch of days with one amount is rounded by itself, the last one runs on
 * with `base` (answers 63–65). No day after `on` is charged.
 */
export function lateFeeOver(
	stretches: readonly Stretch[],
	base: Kurus,
	monthlyRateBps: number,
	overdueDate: CalendarDate,
	on: CalendarDate,
): Kurus {
	let fee = ZERO
	let from = overdueDate
	for (const stretch of stretches) {
		fee = plus(fee, lateFee(stretch.base, monthlyRateBps, from, earlier(stretch.until, on)))
		from = addDays(stretch.until, 1)
	}
	return plus(fee, lateFee(base, monthlyRateBps, from, on))
}

/** The fee on a date for an amount that was open all the time. A month is 30 days, whatever the calendar's month. */
export function lateFee(openAmount: Kurus, monthlyRateBps: number, overdueDate: CalendarDate, on: CalendarDate): Kurus {
	const days = overdueDays(overdueDate, on)
	return kurus(divideHalfUp(openAmount * BigInt(monthlyRateBps) * BigInt(days), 10_000n * 30n))
}
