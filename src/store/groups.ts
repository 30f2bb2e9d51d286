// What the engine asks of a database, as PostgreSQL does it: a group is one transaction in two round trips.

import type pg from 'pg'
import { type Needs, type Now, World } from '../commands/world.ts'
import type { Merchant } from '../domain/merchant.ts'
import type { GroupStore } from '../engine/group.ts'
import type { Streams } from './chain.ts'
import type { Clock } from './clock.ts'
import { acquire, asFault } from './connect.ts'
import { load } from './load.ts'
import { save } from './save.ts'

/** `permitted`: what a merchant may do beside what its row says; in a sandbox every one may do more. */
export function groupStore(
	pool: pg.Pool,
	clock: Clock,
	permitted: (merchant: Merchant) => Merchant,
	streams: Streams,
): GroupStore<Needs, World, Now> {
	return {
		now: () => clock.now(),
		async open(needs, claims, now) {
			const client = await acquire(pool)
			const world = new World()
			try {
				const kept = await load(client, world, needs, claims, now, permitted)
				return {
					world,
					kept,
					async save(added) {
						const stream = await streams.take()
						await ending(client, save(client, world, added, now, stream)).finally(() => streams.giveBack(stream))
					},
					abandon: () => abandon(client),
				}
			} catch (error) {
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
