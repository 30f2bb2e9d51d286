// The HTTP server: a route for each endpoint, and what HTTP itself can answer (protocol 1.1, 1.2). Every answer has the
// envelope and an X-Request-Id.

import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { Unavailable } from '../engine/fault.ts'
import { preferredLanguage } from '../protocol/codes.ts'
import { pathOf } from '../protocol/endpoint.ts'
import { addressOf } from './addresses.ts'
import { answer, type Inside, type Reply, refused, tooMany } from './answer.ts'
import type { CallLimits } from './call-limits.ts'
import { calls } from './calls.ts'

export interface ServerLimits {
	readonly bodyBytes: number
	readonly requestTimeoutMs: number
	readonly keepAliveTimeoutMs: number
	readonly idleCheckMs: number
	readonly arrivalGraceMs: number
	readonly retryAfterSeconds: number
}

export type Server = FastifyInstance

/** `trustedProxies`: addresses and ranges whose X-Forwarded-For is believed. */
export function makeServer(
	inside: Inside,
	log: Logger,
	limits: ServerLimits,
	callLimits: CallLimits,
	trustedProxies: readonly string[],
): Server {
	/** Those that have begun to arrive and are not answered yet. */
	const underWay = new Set<FastifyReply>()
	const hasArrived = ({ request }: FastifyReply) => request.raw.complete

	const server: Server = Fastify({
		bodyLimit: limits.bodyBytes,
		requestTimeout: limits.requestTimeoutMs,
		keepAliveTimeout: limits.keepAliveTimeoutMs,
		routerOptions: { caseSensitive: false },
		// Node would answer a request without Host by itself, with nothing in it.
		http: { requireHostHeader: false },
		trustProxy: trustedProxies.length > 0 && [...trustedProxies],
		genReqId: () => randomUUID(),
		// Requests already under way on a kept connection are answered while the server stops, each with Connection: close.
		return503OnClosing: false,
		// An address that can't be decoded is one nobody has; the hooks below have not seen such a request.
		frameworkErrors: (_error, request, reply) => fail(reply.header('x-request-id', request.id), request, 404, 'H100'),
		clientErrorHandler(error, socket) {
			const before = [...underWay].filter((reply) => reply.request.socket === socket && hasArrived(reply)).at(-1)
			// What stands in front of the noise is a call like any other: it must not read that it was none, for it may be done.
			if (before === undefined) answerNoHttp(error, socket, log)
			else before.raw.shouldKeepAlive = false
		},
	})

	// Bodies are read by the protocol layer, whatever their type says.
	server.removeAllContentTypeParsers()
	server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

	server.addHook('onRequest', (request, reply, done) => {
		underWay.add(reply)
		reply.raw.once('close', () => underWay.delete(reply))
		reply.header('x-request-id', request.id)
		const { headers, is404, raw } = request
		if (headers.host === undefined && raw.httpVersion === '1.1') fail(reply, request, 400, 'H100')
		else if (is404) nobodys(request, reply)
		else done()
	})
	server.addHook('onResponse', (request, reply, done) => {
		const { method, routeOptions, id } = request
		// The route and not the address: an unknown address may hold anything.
		log.info({
			id,
			method,
			route: routeOptions.url ?? null,
			status: reply.statusCode,
			codes: reply.codes,
			ms: Math.round(reply.elapsedTime),
		})
		done()
	})
	server.decorateReply('codes', null)
	// A request from before the stop may be answered long after it began, on a connection that is kept, and that would hold the
	// stop up until it times out. So would one that never arrives whole: it was not taken on, and is given up.
	server.addHook('preClose', (done) => {
		const giveUpAtMs = performance.now() + limits.arrivalGraceMs
		const timer = setInterval(() => {
			const givenUp = performance.now() > giveUpAtMs && ![...underWay].some(hasArrived)
			if (givenUp) server.server.closeAllConnections()
			else server.server.closeIdleConnections()
		}, limits.idleCheckMs).unref()
		server.server.once('close', () => clearInterval(timer))
		done()
	})

	// Before the body is read. Whoever watches the server's health is not counted.
	const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
		const waitMs = callLimits.countAddress(addressOf(request))
		if (waitMs > 0) sendReply(reply, tooMany(waitMs, languageOf(request)))
		else done()
	}
	for (const call of calls) {
		const url = pathOf(call.endpoint)
		server.post(url, { onRequest }, async (request, reply) => {
			const { headers } = request
			const answered = await answer(inside, call, {
				contentType: headers['content-type'],
				bytes: (request.body as Uint8Array | undefined) ?? new Uint8Array(),
				path: request.url.split('?', 1)[0] as string,
				signature: headers['sonra-signature'] as string | undefined,
				language: languageOf(request),
				address: addressOf(request),
				idempotencyKey: headers['idempotency-key'] as string | undefined,
			})
			return sendReply(reply, answered)
		})
	}

	/** The router knows an address only together with its method. */
	function nobodys(request: FastifyRequest, reply: FastifyReply) {
		const { url } = request
		const allowed = server.supportedMethods.filter((method) => server.findRoute({ method, url }) !== null)
		if (allowed.length === 0) return fail(reply, request, 404, 'H100')
		return fail(reply.header('allow', allowed.join(', ')), request, 405, 'H100')
	}

	// Node would refuse what a client expects beside 100-continue, in an answer with nothing in it.
	server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response))
	server.setErrorHandler((error, request, reply) => {
		const status = (error as { statusCode?: unknown }).statusCode
		if (error instanceof Unavailable || (typeof status === 'number' && status < 500)) return transportFault(error, request, reply)
		log.error({ id: request.id, err: error }, 'a call failed by a bug')
		return fail(reply, request, 500, 'H110')
	})

	/** What went wrong before or around an endpoint, and is not a bug. */
	function transportFault(error: unknown, request: FastifyRequest, reply: FastifyReply) {
		if (error instanceof Unavailable) {
			// Without its stack: in an outage there is one of these for every call.
			log.warn({ id: request.id, reason: error.message }, 'a call was turned away')
			return fail(reply.header('retry-after', limits.retryAfterSeconds), request, 503, 'H108')
		}
		return fail(reply, request, (error as { statusCode?: number }).statusCode ?? 400, 'H100')
	}

	return server
}

declare module 'fastify' {
	interface FastifyReply {
		/** The refusals answered, for the log. */
		codes: readonly string[] | null
	}
}

/** What is no HTTP, too much of it or too slow never becomes a request: its answer is written to the socket by hand. */
function answerNoHttp({ code }: NodeJS.ErrnoException, socket: Socket, log: Logger): void {
	if (code === 'ECONNRESET' || !socket.writable) {
		socket.destroy()
		return
	}
	const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
	const { text } = refused([{ code: 'H100', field: null }], preferredLanguage(undefined), status)
	const id = randomUUID()
	log.info({ id, status, codes: ['H100'], reason: code })
	const head = [
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
		`X-Request-Id: ${id}`,
		'Content-Type: application/json; charset=utf-8',
		`Content-Length: ${Buffer.byteLength(text)}`,
		'Connection: close',
	]
	socket.write(`${head.join('\r\n')}\r\n\r\n${text}`)
	socket.destroySoon()
}

function fail(reply: FastifyReply, request: FastifyRequest, httpStatus: number, code: string) {
	const { text, codes } = refused([{ code, field: null }], languageOf(request), httpStatus)
	return send(reply, httpStatus, text, codes)
}

function sendReply(reply: FastifyReply, { httpStatus, text, codes, replayed, retryAfterSeconds }: Reply) {
	if (replayed) reply.header('idempotency-replayed', 'true')
	if (retryAfterSeconds > 0) reply.header('retry-after', retryAfterSeconds)
	return send(reply, httpStatus, text, codes)
}

function send(reply: FastifyReply, httpStatus: number, text: string, codes: readonly string[]) {
	reply.codes = codes
	return reply.code(httpStatus).header('content-type', 'application/json; charset=utf-8').send(Buffer.from(text))
}

function languageOf(request: FastifyRequest) {
	return preferredLanguage(request.headers['accept-language'])
}
