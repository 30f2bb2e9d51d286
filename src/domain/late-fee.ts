// What an instalment costs more when it is late (protocol 2.4). The fee is computed for a date, never stored by the day.
// The day an instalment becomes overdue is itself charged: on overdueDate one day has run.

import { addDays, type CalendarDate, daysBetween } from './calendar.ts'
import { divideHalfUp, type Kurus, kurus } from './money.ts'

/** The first day on which the instalment is late: the day after the due date and the days of grace. */
export function overdueDate(dueDate: CalendarDate, graceDays: number): CalendarDate {
	return addDays(dueDate, 1 + graceDays)
}

/** How many days are charged on a date; 0 before `overdueDate`. */
export function overdueDays(overdueDate: CalendarDate, on: CalendarDate): number {
	return on < overdueDate ? 0 : daysBetween(overdueDate, on) + 1
}

/** The fee on a date for an amount that was open all the time. A month is 30 days, whatever the calendar's month. */
export function lateFee(openAmount: Kurus, monthlyRateBps: number, overdueDate: CalendarDate, on: CalendarDate): Kurus {
	const days = overdueDays(overdueDate, on)
	return kurus(divideHalfUp(openAmount * BigInt(monthlyRateBps) * BigInt(days), 10_000n * 30n))
}
