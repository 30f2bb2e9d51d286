// One call from its body to the text of its answer, in the order of protocol 1.4. Nothing here knows a particular endpoint.

import type { Refused } from '../commands/world.ts'
import type { Caller } from '../domain/merchant.ts'
import { type Answer, type Claim, type Decision, done } from '../engine/command.ts'
import type { Asked } from '../errands/steps.ts'
import { readBody } from '../protocol/body.ts'
import { codeOf, type Language } from '../protocol/codes.ts'
import { contentFingerprint, decode, type Endpoint, type Fault, spelledTwiceFaults } from '../protocol/endpoint.ts'
import { failure, success } from '../protocol/envelope.ts'
import type { Field } from '../protocol/fields.ts'
import type { SignedCall } from '../protocol/signature.ts'
import { countedAs } from './addresses.ts'
import type { Callers } from './callers.ts'
import type { Call, Errands } from './calls.ts'
import type { RefusalCount } from './refused-calls.ts'

export interface Inside extends Errands {
	readonly callers: Callers
	/** Of those that are not let in. */
	readonly refusals: RefusalCount
	readonly inSandbox: boolean
}

export interface Request extends SignedCall {
	readonly contentType: string | undefined
	readonly language: Language
	/** The network address of the caller. */
	readonly address: string
	/** The header Idempotency-Key, as sent. */
	readonly idempotencyKey: string | undefined
}

export interface Reply {
	readonly httpStatus: number
	readonly text: string
	/** What was refused, for the log; empty for a success. */
	readonly codes: readonly string[]
	readonly replayed: boolean
	/** 0 = there is nothing to wait for. */
	readonly retryAfterSeconds: number
}

const idempotencyKey = 'Idempotency-Key'

/** Rejects with Unavailable, or with whatever else is a bug. */
export async function answer(inside: Inside, call: Call, request: Request): Promise<Reply> {
	const { endpoint } = call
	const { language } = request
	const read = readBody(request.contentType, request.bytes)
	if (!read.ok) return refused([{ code: 'H100', field: null }], language, read.fault === 'unreadable' ? 400 : 415)

	const twice = spelledTwiceFaults(endpoint, read.body)
	if (twice.length > 0) return refused(twice, language)
	const authenticated = await inside.callers.authenticate(read.body, endpoint.token, request)
	if ('named' in authenticated) {
		const reply = 'waitMs' in authenticated ? tooMany(authenticated.waitMs, language) : refused([authenticated.fault], language)
		const code = reply.codes[0] as string
		inside.refusals.add({ address: countedAs(request.address), merchantId: authenticated.named, code, count: 1 })
		return reply
	}
	const decoded = decode(endpoint, read.body, inside.inSandbox)
	if (!decoded.ok) return refused(decoded.faults, language)

	const { merchantId } = authenticated
	const { ipAddress } = decoded
	const caller: Caller = { actor: 'merchant', merchantId, command: endpoint.name, address: request.address, ipAddress }
	const open = (sealed: Uint8Array) => inside.vault.open(sealed, 'mobile-number')
	// It stands for nothing on a path of the reads, even where one changes something (answers 23).
	const header = endpoint.family === 'Index' ? undefined : request.idempotencyKey
	if (header !== undefined && !/^[\x20-\x7e]{1,255}$/.test(header)) {
		return refused([{ code: 'H102', field: idempotencyKey }], language)
	}
	const claims = claimsOf(call, decoded.params, caller.merchantId, header)
	const render = (result: unknown): string => JSON.stringify(endpoint.encode(result, open))
	const submitted = await submit(inside, call, decoded.params, caller, language, { claims, render })
	if (submitted.kind === 'refused') return refusedBy(endpoint, submitted.refusals, language)
	if (submitted.kind === 'conflict') return refused([{ code: 'H109', field: fieldOfClaim(submitted.scope) }], language)
	return succeeded(submitted.text, submitted.replayedScope === idempotencyKey)
}

/** The claims are those of the call; a read without any never reaches the engine. */
async function submit(
	inside: Inside,
	call: Call,
	params: object,
	caller: Caller,
	language: Language,
	asked: Asked<unknown>,
): Promise<Answer<Refused>> {
	if (call.kind === 'errand') return call.run(inside, params, caller, asked)
	const { engine, reading, vault } = inside
	const { claims, render } = asked
	if (call.kind === 'read') {
		const result = await call.run(reading, params, caller, language)
		const decision = 'refused' in result ? result : done(render(result.done))
		// Nothing is done, but the answer is kept under the key as that of any other call is (protocol 1.6).
		if (claims.length > 0) return engine.submit({ needs: {}, claims, decide: () => decision })
		return 'refused' in decision
			? { kind: 'refused', refusals: decision.refused }
			: { kind: 'done', text: decision.done, replayedScope: null }
	}
	const input = call.input(params, caller, vault)
	return engine.submit({
		needs: call.command.needs(input),
		claims,
		decide(world, now): Decision<string, Refused> {
			const decision = call.command.decide(world, input, now)
			return 'refused' in decision ? decision : done(render(decision.done))
		},
	})
}

function succeeded(dataJson: string, replayed = false): Reply {
	return { httpStatus: 200, text: success(dataJson), codes: [], replayed, retryAfterSeconds: 0 }
}

export function tooMany(waitMs: number, language: Language): Reply {
	return { ...refused([{ code: 'H107', field: null }], language, 429), retryAfterSeconds: Math.ceil(waitMs / 1_000) }
}

export function refused(faults: readonly Fault[], language: Language, httpStatus = 200, data: object = {}): Reply {
	const codes = faults.map(({ code }) => code)
	return { httpStatus, text: failure(faults, language, data), codes, replayed: false, retryAfterSeconds: 0 }
}

// biome-ignore lint/suspicious/noExplicitAny: any endpoint has refusals
function refusedBy(endpoint: Endpoint<any, any>, refusals: readonly Refused[], language: Language): Reply {
	const faults = faultsOf(endpoint, refusals)
	const [code = ''] = faults.map((fault) => fault.code)
	return refused(faults, language, 200, endpoint.encodeRefusal?.(code, refusals[0]?.knownNumbers))
}

/** The keys under which this request is the same again (protocol 1.6). */
function claimsOf(call: Call, params: object, owner: number, header: string | undefined): Claim[] {
	const { endpoint } = call
	const ofCall = (call.kind === 'write' ? call.reference?.(params) : null) ?? null
	if (header === undefined && ofCall === null) return []
	const content = contentFingerprint(endpoint, params)
	return [
		...(header === undefined ? [] : [{ owner, scope: idempotencyKey, key: header, content }]),
		...(ofCall === null ? [] : [{ owner, scope: endpoint.name, key: ofCall, content }]),
	]
}

const fieldOfClaim = (scope: string): string => (scope === idempotencyKey ? idempotencyKey : 'paymentReferenceCode')

// biome-ignore lint/suspicious/noExplicitAny: any endpoint has refusals
function faultsOf(endpoint: Endpoint<any, any>, refusals: readonly Refused[]): Fault[] {
	// Only where a request names several things there is one to tell from the others.
	const severalNamed = Object.values<Field<unknown>>(endpoint.fields).some(({ list, required }) => list && required)
	return refusals.map(({ refusal, about }) => {
		const listed = endpoint.refusals.find(([name]) => name === refusal)
		if (!listed) throw new Error(`${endpoint.name} does not list the refusal ${refusal}`)
		return { code: codeOf(refusal), field: listed[1], ...(severalNamed && { about }) }
	})
}
