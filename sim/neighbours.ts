// The credit bureau, the identity service and the SMS service for a sandbox: a real HTTP server that plays all three on one port
// and forgets everything when it ends. A person or a test reads the texts it took at GET /sms?to=5…

import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { type Fault, Faults, faultKinds } from './faults.ts'
import { isRegistered, isUsable, limitOfGrade, outcomeFor } from './outcomes.ts'

export interface Neighbours {
	readonly url: string
	close(): Promise<void>
}

interface BureauRequest {
	readonly requestId: string
	readonly tckn: string
	readonly takenAtMs: number
	/** How often it was sent; one bureau request all the same. */
	sent: number
	/** How often its report was asked for. */
	asked: number
}

interface Text {
	readonly to: string
	readonly text: string
	readonly at: string
}

/** What it remembers, the oldest of each forgotten first. */
const remembered = 10_000

export async function startNeighbours(port = 0): Promise<Neighbours> {
	const server = Fastify({ forceCloseConnections: true })
	const faults = new Faults()
	addFaults(server, faults)
	addIdentity(server)
	addBureau(server)
	addSms(server)
	const url = await server.listen({ host: '127.0.0.1', port })
	return { url, close: () => server.close() }
}

function addFaults(server: FastifyInstance, faults: Faults): void {
	/** Paths of the calls that met a fault, so that a test can wait for that moment. */
	const met: string[] = []

	server.post<{ Body: Partial<Fault> }>('/faults', async ({ body }, reply) => {
		const { on, about = null, kind, times = 1, delayMs = 1_000 } = body
		if (typeof on !== 'string' || kind === undefined || !faultKinds.includes(kind)) return reply.code(400).send({})
		const fault = { on, about, kind, times, delayMs }
		faults.add({ ...fault })
		return reply.code(201).send(fault)
	})
	server.get('/faults', async () => ({ met }))
	server.delete('/faults', async () => {
		faults.clear()
		met.length = 0
		return {}
	})

	server.decorateRequest('fault', null)
	server.addHook('preHandler', async (request, reply) => {
		const path = request.routeOptions.url ?? ''
		if (path === '/faults') return
		const fault = faults.take(path, Object.values({ ...(request.params as object), ...(request.body as object | null) }))
		if (!fault) return
		met.push(path)
		request.fault = fault.kind
		if (fault.kind === 'slow') await sleep(fault.delayMs)
		if (fault.kind === 'error') return unavailable(reply)
		if (fault.kind === 'hang') return never()
	})
	server.addHook('onSend', async (request, _reply, payload) => {
		if (request.fault === 'hang-after') return never()
		return request.fault === 'garbage' ? '<html>' : payload
	})
}

declare module 'fastify' {
	interface FastifyRequest {
		fault: Fault['kind'] | null
	}
}

/** The connection ends when the caller gives up, or the simulator does. */
const never = () => new Promise<never>(() => {})

function unavailable(reply: FastifyReply): FastifyReply {
	return reply.code(503).send({ status: 'unavailable' })
}

function addIdentity(server: FastifyInstance): void {
	server.post<{ Body: { surname: string } }>('/identity/verifications', async ({ body }) => ({
		match: isRegistered(body.surname),
	}))
}

function addBureau(server: FastifyInstance): void {
	const requests = new Map<string, BureauRequest>()

	server.post<{ Body: { requestId: string; tckn: string } }>('/bureau/requests', async ({ body }, reply) => {
		const { requestId, tckn } = body
		if (outcomeFor(tckn).kind === 'down') return unavailable(reply)
		const request = requests.get(requestId) ?? { requestId, tckn, takenAtMs: Date.now(), sent: 0, asked: 0 }
		request.sent++
		requests.set(requestId, request)
		forgetOldest(requests)
		return reply.code(202).send({ status: 'taken' })
	})

	server.get<{ Params: { id: string } }>('/bureau/requests/:id', async ({ params }, reply) => {
		const request = requests.get(params.id)
		if (!request) return reply.code(404).send({})
		request.asked++
		const outcome = outcomeFor(request.tckn)
		if (outcome.kind !== 'report' || Date.now() < request.takenAtMs + outcome.afterMs) return { status: 'not-ready' }
		return { status: 'ready', grade: outcome.grade, limit: limitOfGrade[outcome.grade] }
	})

	// For tests: which requests the bureau has for a person.
	server.get<{ Querystring: { tckn?: string } }>('/bureau/requests', async ({ query }) => ({
		requests: [...requests.values()]
			.filter(({ tckn }) => query.tckn === undefined || tckn === query.tckn)
			.map(({ requestId, sent, asked }) => ({ requestId, sent, asked })),
	}))

	// For tests: the bureau loses everything.
	server.delete('/bureau/requests', async () => {
		requests.clear()
		return {}
	})

	server.post<{ Body: { number: string; presentNumber: string } }>('/bureau/number-checks', async ({ body }) => ({
		usable: isUsable(body.number),
		numbers: [body.presentNumber],
	}))
}

function addSms(server: FastifyInstance): void {
	const texts = new Map<string, Text>()

	server.post<{ Body: { to: string; text: string } }>('/sms/messages', async ({ body, headers, id }, reply) => {
		const key = String(headers['idempotency-key'] ?? id)
		const { to, text } = body
		if (!texts.has(key)) texts.set(key, { to, text, at: new Date().toISOString() })
		forgetOldest(texts)
		return reply.code(202).send({ status: 'taken' })
	})

	// The inbox, newest first.
	server.get<{ Querystring: { to?: string } }>('/sms', async ({ query }) => ({
		messages: [...texts.values()].filter(({ to }) => query.to === undefined || to === query.to).reverse(),
	}))
}

function forgetOldest(map: Map<string, unknown>): void {
	const oldest = map.keys().next()
	if (map.size > remembered && !oldest.done) map.delete(oldest.value)
}
