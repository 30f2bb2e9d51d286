// Calendar dates written down in a test. A date that does not exist fails the test at once.

import { type CalendarDate, parseCalendarDate } from '../src/domain/calendar.ts'

export function date(text: string): CalendarDate {
	const parsed = parseCalendarDate(text)
	if (parsed === null) throw new Error(`no such date: ${text}`)
	return parsed
}
