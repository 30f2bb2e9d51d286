// The record of every call to a neighbour, for the operator: how long it took and how it ended, never whom it was about.

import type pg from 'pg'
import { onConnection, type Statement } from '../store/connect.ts'
import type { Attempt } from './http-call.ts'

const insertGatewayCall: Statement = {
	name: 'insert-gateway-call',
	text: `
		insert into gateway_call (neighbour, operation, limit_request_id, attempt, outcome, ms)
		values ($1, $2, $3, $4, $5, $6)
	`,
}

const deleteOldCalls: Statement = {
	name: 'delete-old-gateway-calls',
	text: `delete from gateway_call where at < now() - $1 * interval '1 day'`,
}

export async function forgetAttempts(pool: pg.Pool, olderThanDays: number): Promise<void> {
	await onConnection(pool, (client) => client.query({ ...deleteOldCalls, values: [olderThanDays] }))
}

export async function recordAttempt(pool: pg.Pool, attempt: Attempt): Promise<void> {
	const { neighbour, operation, limitRequestId, outcome, ms } = attempt
	const values = [neighbour, operation, limitRequestId, attempt.attempt, outcome, ms]
	await onConnection(pool, (client) => client.query({ ...insertGatewayCall, values }))
}
