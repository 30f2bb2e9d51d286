// What became of a group whose commit was sent and not answered. It may be committed, lost, or still on its way to the database: so
// each group leaves a mark in its own commit, and whoever looks for the mark also bars the way to a group that has not left it yet.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Unavailable } from '../engine/fault.ts'
import { onConnection, rowsOf, type Statement } from './connect.ts'

/** The commit was sent, and no answer came: `fateOf` finds out what became of it. */
export class Unanswered extends Error {
	override readonly name = 'Unanswered'
}

/** A group of writes by its lane, which no other connection ever uses, and its number there. */
export interface Mark {
	readonly lane: string
	readonly group: number
}

/** So many versions of a lane's row pile up at most where a long read keeps PostgreSQL from clearing them away. */
const GROUPS_OF_A_LANE = 1_000
const LOOK_AGAIN_MS = 100

const lastMarks = new WeakMap<pg.PoolClient, Mark>()

/** For the next group on this connection. */
export function nextMark(client: pg.PoolClient): Mark {
	const last = lastMarks.get(client)
	const next =
		last && last.group < GROUPS_OF_A_LANE ? { lane: last.lane, group: last.group + 1 } : { lane: randomUUID(), group: 1 }
	lastMarks.set(client, next)
	return next
}

/** Part of the group's transaction. Fails by the check of the table where somebody has given the lane up meanwhile. */
export const leaveMark: Statement = {
	name: 'leave-mark',
	text: `
		insert into write_lane (id, last_group) values ($1, $2)
		on conflict (id) do update set last_group = excluded.last_group, at = now()
	`,
}

// Waits for a transaction that has left its mark and not ended yet.
const giveUp: Statement = {
	name: 'give-up-lane',
	text: `
		insert into write_lane as l (id, last_group, no_later_than) values ($1, 0, 0)
		on conflict (id) do update set no_later_than = l.last_group, at = now()
		returning last_group
	`,
}

/**
 * Whether the group was committed; `false` also means that it never will be. Throws Unavailable when the database lets nobody look
 * for `withinMs`.
 */
export async function wasCommitted(pool: pg.Pool, { lane, group }: Mark, withinMs: number): Promise<boolean> {
	const deadlineMs = performance.now() + withinMs
	for (;;) {
		try {
			const [row] = await onConnection(pool, (client) => rowsOf<{ last_group: number }>(client, giveUp, [lane]))
			return row?.last_group === group
		} catch (error) {
			if (!(error instanceof Unavailable)) throw error
			if (performance.now() > deadlineMs) throw new Unavailable('what became of a commit could not be seen', { cause: error })
			await sleep(LOOK_AGAIN_MS)
		}
	}
}

/** Nobody asks for the fate of a group after this long. */
export async function forgetLanes(pool: pg.Pool, olderThanDays: number): Promise<void> {
	await onConnection(pool, (client) =>
		client.query("delete from write_lane where at < now() - $1 * interval '1 day'", [olderThanDays]),
	)
}
