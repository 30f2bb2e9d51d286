// What the engine asks of a database, as PostgreSQL does it: a group is one transaction in two round trips.

import type pg from 'pg'
import { type Needs, type Now, World } from '../commands/world.ts'
import type { Merchant } from '../domain/merchant.ts'
import { Conflict } from '../engine/fault.ts'
import type { GroupStore } from '../engine/group.ts'
import type { Streams } from './chain.ts'
import type { Clock } from './clock.ts'
import { acquire, asFault } from './connect.ts'
import { nextMark, Unanswered, wasCommitted } from './fate.ts'
import { load } from './load.ts'
import { save } from './save.ts'

/**
 * `permitted`: what a merchant may do beside what its row says; in a sandbox every one may do more. `settleMs`: how long it is tried
 * to see what became of a commit that was not answered.
 */
export function groupStore(
	pool: pg.Pool,
	clock: Clock,
	permitted: (merchant: Merchant) => Merchant,
	streams: Streams,
	settleMs: number,
): GroupStore<Needs, World, Now> {
	return {
		now: () => clock.now(),
		async open(needs, claims, now) {
			// Before anything is locked: a new one is opened on another connection.
			const stream = await streams.take()
			const client = await acquire(pool).catch((error) => {
				streams.giveBack(stream)
				throw error
			})
			const world = new World()
			try {
				const kept = await load(client, world, needs, claims, now, permitted)
				return {
					world,
					kept,
					async save(added) {
						const mark = nextMark(client)
						try {
							await ending(client, save(client, world, added, now, mark, stream))
						} catch (error) {
							if (!(error instanceof Unanswered)) throw error
							if (!(await wasCommitted(pool, mark, settleMs)))
								throw new Conflict('a commit was lost on its way', { cause: error })
						} finally {
							streams.giveBack(stream)
						}
					},
					abandon: () => abandon(client).finally(() => streams.giveBack(stream)),
				}
			} catch (error) {
				streams.giveBack(stream)
				client.release(true)
				throw asFault(error)
			}
		},
	}
}

async function ending(client: pg.PoolClient, work: Promise<unknown>): Promise<void> {
	try {
		await work
		client.release()
	} catch (error) {
		// Closing the connection ends whatever transaction it is in.
		client.release(true)
		throw asFault(error)
	}
}

function abandon(client: pg.PoolClient): Promise<void> {
	return ending(client, client.query({ name: 'rollback', text: 'rollback' }))
}
