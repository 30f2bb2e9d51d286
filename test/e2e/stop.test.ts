// Stopping while a call is under way, on a connection that its caller keeps, and while others never come to an end.

import { once } from 'node:events'
import { connect } from 'node:net'
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

it('requests that never arrive whole do not hold the stop up', async () => {
	const sandbox = await startSandbox()
	const { hostname, port } = new URL(sandbox.url)
	const request =
		'POST /Index/GetErrorCodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":'
	const sockets = [0, 10, 60, request.length].map((length) => {
		const socket = connect(Number(port), hostname).on('error', () => {})
		if (length > 0) socket.write(request.slice(0, length))
		return socket
	})
	await Promise.all(sockets.map((socket) => once(socket, 'connect')))
	expect((await fetch(`${sandbox.url}/livez`)).status).toBe(200)

	const closed = sockets.map((socket) => once(socket, 'close'))
	const began = Date.now()
	await sandbox.stop()
	expect(Date.now() - began).toBeLessThan(5_000)
	await Promise.all(closed)
})
