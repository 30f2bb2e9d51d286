// Stopping while a call is under way, on a connection that its caller keeps.

import pg from 'pg'
import { expect, it } from 'vitest'
import { until } from '../process.ts'
import { newCustomer, newOrder, startSandbox } from '../sandbox.ts'

it('the call under way is answered, no other is taken on, and the server ends though the connection is kept', async () => {
	const sandbox = await startSandbox()
	const merchant = await sandbox.newMerchant()
	const customerId = await newCustomer(merchant)
	const create = () => merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId))
	const owner = new pg.Client({ connectionString: sandbox.databaseUrl })
	await owner.connect()
	await owner.query('begin')
	await owner.query('select from customer where id = $1 for update', [customerId])
	const answer = create()
	const { pool } = sandbox.app.database
	await until('the call is under way', async () => {
		const { rowCount } = await pool.query(
			`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
		)
		return rowCount === 1
	})

	const stopped = sandbox.app.stop()
	await expect(create()).rejects.toThrow('fetch failed')
	await owner.query('rollback')
	expect(await answer).toMatchObject({ Success: true })
	const answeredAt = Date.now()
	await Promise.all([stopped, sandbox.app.stop()])
	expect(Date.now() - answeredAt).toBeLessThan(3_000)
	expect((await owner.query('select from transaction')).rowCount).toBe(1)
	await owner.end()
	await sandbox.stop()
})
