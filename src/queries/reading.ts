// What every read starts from. Reads are plain SQL beside the engine: they lock nothing and wait for no write.

import type pg from 'pg'
import type { Merchant } from '../domain/merchant.ts'
import type { Clock } from '../store/clock.ts'

export interface Reading {
	readonly pool: pg.Pool
	readonly clock: Clock
	/** What a merchant may do beside what its row says; in a sandbox every one may do more. */
	readonly permitted: (merchant: Merchant) => Merchant
}
