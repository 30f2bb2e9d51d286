// What time it is for the business. In production it is the machine's clock. In a sandbox it may be days ahead; how many is
// kept in the database and asked for every time, so that all processes agree at once.

import type pg from 'pg'
import type { Now } from '../commands/world.ts'
import { addDays, businessDate, type CalendarDate, daysBetween } from '../domain/calendar.ts'
import { onConnection } from './connect.ts'

const dayMs = 24 * 60 * 60 * 1000

export interface Clock {
	now(): Promise<Now>
}

export const machineClock: Clock = {
	now: () => Promise.resolve(nowAfter(0)),
}

function nowAfter(offsetDays: number): Now {
	const atMs = Date.now() + offsetDays * dayMs
	return { atMs, today: businessDate(atMs) }
}

/** A move that would turn the clock back is refused: `null`. */
export interface SandboxClock extends Clock {
	moveTo(date: CalendarDate): Promise<Now | null>
	advance(days: number): Promise<Now | null>
	/** Back to the machine's own time. */
	reset(): Promise<Now>
}

const lastDate = '2900-01-01'

export function sandboxClock(pool: pg.Pool): SandboxClock {
	const read = async (): Promise<Now> =>
		onConnection(pool, async (client) => {
			const { rows } = await client.query({ name: 'read-clock', text: 'select offset_days from sandbox_clock' })
			return nowAfter(rows[0].offset_days)
		})

	/** The row is locked between reading and writing it, so that two moves at once add up. */
	const move = (to: (now: Now) => CalendarDate): Promise<Now | null> =>
		onConnection(pool, async (client) => {
			await client.query('begin')
			const { rows } = await client.query('select offset_days from sandbox_clock for update')
			const now = nowAfter(rows[0].offset_days)
			const date = to(now)
			const allowed = date >= now.today && date <= lastDate
			const offsetDays = rows[0].offset_days + (allowed ? daysBetween(now.today, date) : 0)
			await client.query('update sandbox_clock set offset_days = $1', [offsetDays])
			await client.query('commit')
			return allowed ? nowAfter(offsetDays) : null
		})

	return {
		now: read,
		moveTo: (date) => move(() => date),
		advance: (days) => move((now) => addDays(now.today, days)),
		reset: () =>
			onConnection(pool, async (client) => {
				await client.query('update sandbox_clock set offset_days = 0')
				return nowAfter(0)
			}),
	}
}
