// How much principal is out, for a customer or a merchant (protocol 2.3). Principal of a pending transaction is
// held only until the day the transaction expires, so it is kept by that day and drops out by itself, with no job.

import type { CalendarDate } from './calendar.ts'
import { type Kurus, minus, plus, ZERO } from './money.ts'

export interface Exposure {
	/** Open principal of active transactions and of those in enforcement. */
	readonly active: Kurus
	/** Principal of pending transactions by their expire date, the first day on which it holds nothing. */
	readonly pending: ReadonlyMap<CalendarDate, Kurus>
}

export const NO_EXPOSURE: Exposure = { active: ZERO, pending: new Map() }

export function usedPrincipal(exposure: Exposure, today: CalendarDate): Kurus {
	let used = exposure.active
	for (const [expireDate, principal] of exposure.pending) if (today < expireDate) used = plus(used, principal)
	return used
}

/** What one transaction adds: held until its expire date while pending (null = for good), open principal once live. */
export interface Contribution {
	readonly until: CalendarDate | null
	readonly principal: Kurus
}

export function add(exposure: Exposure, { until, principal }: Contribution): Exposure {
	if (until === null) return { ...exposure, active: plus(exposure.active, principal) }
	const pending = new Map(exposure.pending)
	const held = plus(pending.get(until) ?? ZERO, principal)
	if (held === ZERO) pending.delete(until)
	else pending.set(until, held)
	return { ...exposure, pending }
}

/** How long the store keeps a hold that has ended. */
export const HOLDS_KEPT_DAYS = 30

/** Without the holds that ended before a day, which is not after today: what is used is the same. */
export function withoutHoldsBefore(exposure: Exposure, day: CalendarDate): Exposure {
	return { ...exposure, pending: new Map([...exposure.pending].filter(([until]) => until >= day)) }
}

export function remove(exposure: Exposure, { until, principal }: Contribution): Exposure {
	return add(exposure, { until, principal: minus(ZERO, principal) })
}
