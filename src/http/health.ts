// Whether the process lives and whether it can be sent work.

import type pg from 'pg'
import { onConnection } from '../store/connect.ts'
import type { Server } from './server.ts'

export function addHealth(server: Server, pool: pg.Pool, isStopping: () => boolean): void {
	server.get('/livez', () => ({ status: 'ok' }))

	server.get('/readyz', async (_request, reply) => {
		if (isStopping()) return reply.code(503).send({ status: 'stopping' })
		try {
			await onConnection(pool, (client) => client.query({ name: 'ready', text: 'select 1' }))
			return { status: 'ok' }
		} catch {
			return reply.code(503).send({ status: 'database unavailable' })
		}
	})
}
