// Calling a neighbour over HTTP so that its troubles stay its own: each attempt has an end, a passing failure is tried again a
// little later, and after many in a row nobody is kept waiting for a while. What was tried is recorded, never for whom.

import {
	BrokenCircuitError,
	type CircuitBreakerPolicy,
	ConsecutiveBreaker,
	circuitBreaker,
	ExponentialBackoff,
	handleWhen,
	type RetryPolicy,
	retry,
} from 'cockatiel'
import type { z } from 'zod'
import type { LimitRequestId } from '../domain/limit-request.ts'

export interface CallLimits {
	readonly attempts: number
	readonly attemptTimeoutMs: number
	/** For all attempts together with the waits between them. */
	readonly callTimeoutMs: number
	readonly firstRetryMs: number
	readonly lastRetryMs: number
	/** Failures in a row that open the circuit. */
	readonly circuitFailures: number
	/** After this long one call tries whether the neighbour is back. */
	readonly circuitOpenMs: number
	readonly answerBytes: number
}

/** One attempt, or a call that the open circuit did not let through (attempt 0). */
export interface Attempt {
	readonly neighbour: string
	readonly operation: string
	readonly limitRequestId: LimitRequestId | null
	readonly attempt: number
	/** `ok`, `http-503`, `timed-out`, `unreachable`, `unreadable`, `circuit-open`. */
	readonly outcome: string
	readonly ms: number
}

export interface Request<T> {
	readonly operation: string
	readonly limitRequestId: LimitRequestId | null
	readonly method: 'GET' | 'POST'
	/** Without personal data: it may be in somebody's log. */
	readonly path: string
	readonly body?: object
	/** Under the same key the neighbour does a thing once, however often it is asked. Without it a POST must change nothing. */
	readonly idempotencyKey?: string
	readonly answer: z.ZodType<T>
	/** What 404 means; without it, a failure. */
	readonly notFound?: T
}

/** The neighbour gave no usable answer. Whether it did what it was asked is unknown; asking again is safe. */
export class Unreachable extends Error {
	override readonly name = 'Unreachable'
}

class Failure extends Error {
	readonly outcome: string
	/** Whether it may help to try again. */
	readonly passing: boolean

	constructor(outcome: string, passing: boolean, cause?: unknown) {
		super(outcome, { cause })
		this.outcome = outcome
		this.passing = passing
	}
}

export class HttpNeighbour {
	readonly #name: string
	readonly #baseUrl: string
	readonly #limits: CallLimits
	readonly #record: (attempt: Attempt) => Promise<void>
	readonly #circuit: CircuitBreakerPolicy
	readonly #retry: RetryPolicy

	constructor(name: string, baseUrl: string, limits: CallLimits, record: (attempt: Attempt) => Promise<void>) {
		this.#name = name
		this.#baseUrl = baseUrl.replace(/\/+$/, '')
		this.#limits = limits
		this.#record = record
		const passing = handleWhen((error) => error instanceof Failure && error.passing)
		this.#circuit = circuitBreaker(passing, {
			breaker: new ConsecutiveBreaker(limits.circuitFailures),
			halfOpenAfter: limits.circuitOpenMs,
		})
		// The waits are spread by chance, so that many who failed together do not come back together.
		const backoff = new ExponentialBackoff({ initialDelay: limits.firstRetryMs, maxDelay: limits.lastRetryMs })
		this.#retry = retry(passing, { maxAttempts: limits.attempts - 1, backoff })
	}

	/** Rejects with Unreachable. */
	async call<T>(request: Request<T>): Promise<T> {
		const deadline = AbortSignal.timeout(this.#limits.callTimeoutMs)
		try {
			return await this.#retry.execute(
				({ attempt }) => this.#circuit.execute(() => this.#attempt(request, attempt + 1, deadline)),
				deadline,
			)
		} catch (error) {
			if (error instanceof BrokenCircuitError) await this.#note(request, 0, 'circuit-open', 0)
			else if (!(error instanceof Failure)) throw error
			throw new Unreachable(`${this.#name}: ${request.operation} failed`, { cause: error })
		}
	}

	async #attempt<T>(request: Request<T>, attempt: number, deadline: AbortSignal): Promise<T> {
		const startedMs = performance.now()
		const spent = () => Math.round(performance.now() - startedMs)
		try {
			const answered = await this.#exchange(request, deadline)
			await this.#note(request, attempt, 'ok', spent())
			return answered
		} catch (error) {
			const failure = failureOf(error)
			await this.#note(request, attempt, failure.outcome, spent())
			throw failure
		}
	}

	async #exchange<T>({ method, path, body, idempotencyKey, answer, notFound }: Request<T>, deadline: AbortSignal): Promise<T> {
		const response = await fetch(this.#baseUrl + path, {
			method,
			headers: {
				accept: 'application/json',
				...(body && { 'content-type': 'application/json' }),
				...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
			},
			...(body && { body: JSON.stringify(body) }),
			redirect: 'error',
			signal: AbortSignal.any([deadline, AbortSignal.timeout(this.#limits.attemptTimeoutMs)]),
		})
		const text = await boundedText(response, this.#limits.answerBytes)
		if (response.status === 404 && notFound !== undefined) return notFound
		if (!response.ok) throw new Failure(`http-${response.status}`, response.status >= 500 || response.status === 429)
		const read = answer.safeParse(jsonOf(text))
		if (!read.success) throw new Failure('unreadable', true)
		return read.data
	}

	async #note({ operation, limitRequestId }: Request<unknown>, attempt: number, outcome: string, ms: number): Promise<void> {
		await this.#record({ neighbour: this.#name, operation, limitRequestId, attempt, outcome, ms })
	}
}

function failureOf(error: unknown): Failure {
	if (error instanceof Failure) return error
	const name = error instanceof Error ? error.name : ''
	return new Failure(name === 'TimeoutError' || name === 'AbortError' ? 'timed-out' : 'unreachable', true, error)
}

async function boundedText(response: Response, maxBytes: number): Promise<string> {
	const chunks: Uint8Array[] = []
	let bytes = 0
	for await (const chunk of response.body ?? []) {
		bytes += chunk.byteLength
		if (bytes > maxBytes) throw new Failure('unreadable', true)
		chunks.push(chunk)
	}
	return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text)
	} catch {
		return undefined
	}
}
