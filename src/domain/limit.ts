// A customer's one credit limit, whatever its source (protocol 2.3, answers 33–38).

import { addDays, type CalendarDate } from './calendar.ts'
import { type Kurus, larger, minus, ZERO } from './money.ts'

export type LimitSource = 'KKB' | 'PREDEFINED' | 'KDS' | 'MANUAL'
export type BureauGrade = 'A' | 'B' | 'C' | 'D'

export interface Limit {
	readonly amount: Kurus
	readonly source: LimitSource
	/** The first day on which the limit is no longer good. */
	readonly expireDate: CalendarDate
	/** The bureau's grade, for a limit that the bureau granted. */
	readonly grade: BureauGrade | null
}

const lifeDays = (source: LimitSource): number => (source === 'KKB' ? 90 : 365)

export function newLimit(amount: Kurus, source: LimitSource, today: CalendarDate, grade: BureauGrade | null = null): Limit {
	return { amount, source, expireDate: addDays(today, lifeDays(source)), grade }
}

/** A limit of 0 is no valid limit (answers 33). */
export function isValid(limit: Limit | null, today: CalendarDate): limit is Limit {
	return limit !== null && limit.amount > ZERO && today < limit.expireDate
}

/** What is left of the limit, never below 0; nothing where there is no valid limit (protocol 2.3). */
export function availableLimit(limit: Limit | null, used: Kurus, today: CalendarDate): Kurus {
	return isValid(limit, today) ? larger(ZERO, minus(limit.amount, used)) : ZERO
}
