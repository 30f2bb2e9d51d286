// What reads whole tables may take longer than anything else, and only that.

import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Unavailable } from '../../src/engine/fault.ts'
import { limits } from '../../src/limits.ts'
import { connect, onConnection, onWholeTables } from '../../src/store/connect.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'

const slow = 'select pg_sleep(3)'
let database: FreshDatabase
let pool: pg.Pool

beforeAll(async () => {
	database = await freshDatabase()
	pool = connect(database.url, 'test', { ...limits.database, connections: 2, statementTimeoutMs: 1_500, answerTimeoutMs: 2_000 })
})
afterAll(async () => {
	await pool.end()
	await database.drop()
})

it('a statement over whole tables outlives the times of its pool, and may read a table as it stands', async () => {
	const { rows } = await onWholeTables(pool, async (run) => {
		await run(slow)
		return run<{ seqscan: string }>("select current_setting('enable_seqscan') as seqscan")
	})
	expect(rows).toEqual([{ seqscan: 'on' }])
})

it('any other is given up, and finds its rows by an index again', async () => {
	await expect(onConnection(pool, (client) => client.query(slow))).rejects.toBeInstanceOf(Unavailable)
	const { rows } = await onConnection(pool, (client) => client.query("select current_setting('enable_seqscan') as seqscan"))
	expect(rows).toEqual([{ seqscan: 'off' }])
})
