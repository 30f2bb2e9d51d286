// One call from its body to the text of its answer, in the order of protocol 1.4. Nothing here knows a particular endpoint.

import type { Refused } from '../commands/world.ts'
import type { Caller } from '../domain/merchant.ts'
import { type Answer, type Claim, type Decision, done } from '../engine/command.ts'
import { readBody } from '../protocol/body.ts'
import { codeOf, type Language } from '../protocol/codes.ts'
import { contentFingerprint, decode, type Endpoint, type Fault, spelledTwiceFaults } from '../protocol/endpoint.ts'
import { failure, success } from '../protocol/envelope.ts'
import type { Callers } from './callers.ts'
import type { Call, Errands } from './calls.ts'

export interface Inside extends Errands {
	readonly callers: Callers
	readonly inSandbox: boolean
}

export interface Request {
	readonly contentType: string | undefined
	readonly body: Uint8Array
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
}

const idempotencyKey = 'Idempotency-Key'

/** Rejects with Unavailable, or with whatever else is a bug. */
export async function answer(inside: Inside, call: Call, request: Request): Promise<Reply> {
	const { endpoint } = call
	const { language } = request
	const read = readBody(request.contentType, request.body)
	if (!read.ok) return refused([{ code: 'H100', field: null }], language, read.fault === 'unreadable' ? 400 : 415)

	const twice = spelledTwiceFaults(endpoint, read.body)
	if (twice.length > 0) return refused(twice, language)
	const authenticated = await inside.callers.authenticate(read.body, endpoint.token, request.address)
	if ('fault' in authenticated) return refused([authenticated.fault], language)
	const decoded = decode(endpoint, read.body, inside.inSandbox)
	if (!decoded.ok) return refused(decoded.faults, language)

	const caller = { merchantId: authenticated.merchantId, ipAddress: decoded.ipAddress }
	const open = (sealed: Uint8Array) => inside.vault.open(sealed, 'mobile-number')
	if (call.kind === 'read') {
		const result = await call.run(inside.reading, decoded.params, caller, language)
		if ('refused' in result) return refusedBy(endpoint, result.refused, language)
		return succeeded(JSON.stringify(endpoint.encode(result.done, open)))
	}

	// It stands for nothing on a path of the reads, even where one changes something (answers 23).
	const header = endpoint.family === 'Index' ? undefined : request.idempotencyKey
	if (header !== undefined && !/^[\x20-\x7e]{1,255}$/.test(header)) {
		return refused([{ code: 'H102', field: idempotencyKey }], language)
	}
	const claims = claimsOf(call, decoded.params, caller.merchantId, header)
	const render = (result: unknown): string => JSON.stringify(endpoint.encode(result, open))
	const submitted =
		call.kind === 'errand'
			? await call.run(inside, decoded.params, caller, { claims, render })
			: await write(inside, call, decoded.params, caller, claims, render)
	if (submitted.kind === 'refused') return refusedBy(endpoint, submitted.refusals, language)
	if (submitted.kind === 'conflict') return refused([{ code: 'H109', field: fieldOfClaim(submitted.scope) }], language)
	return succeeded(submitted.text, submitted.replayedScope === idempotencyKey)
}

function write(
	{ engine, vault }: Inside,
	{ command, input: inputOf }: Extract<Call, { kind: 'write' }>,
	params: object,
	caller: Caller,
	claims: readonly Claim[],
	render: (result: unknown) => string,
): Promise<Answer<Refused>> {
	const input = inputOf(params, caller, vault)
	return engine.submit({
		needs: command.needs(input),
		claims,
		decide(world, now): Decision<string, Refused> {
			const decision = command.decide(world, input, now)
			return 'refused' in decision ? decision : done(render(decision.done))
		},
	})
}

function succeeded(dataJson: string, replayed = false): Reply {
	return { httpStatus: 200, text: success(dataJson), codes: [], replayed }
}

export function refused(faults: readonly Fault[], language: Language, httpStatus = 200, data: object = {}): Reply {
	return { httpStatus, text: failure(faults, language, data), codes: faults.map(({ code }) => code), replayed: false }
}

// biome-ignore lint/suspicious/noExplicitAny: any endpoint has refusals
function refusedBy(endpoint: Endpoint<any, any>, refusals: readonly Refused[], language: Language): Reply {
	const faults = faultsOf(endpoint, refusals)
	const [code = ''] = faults.map((fault) => fault.code)
	return refused(faults, language, 200, endpoint.encodeRefusal?.(code, refusals[0]?.knownNumbers))
}

/** The keys under which this request is the same again (protocol 1.6). */
function claimsOf(
	call: Extract<Call, { kind: 'write' | 'errand' }>,
	params: object,
	owner: number,
	header: string | undefined,
): Claim[] {
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
	return refusals.map(({ refusal, about }) => {
		const listed = endpoint.refusals.find(([name]) => name === refusal)
		if (!listed) throw new Error(`${endpoint.name} does not list the refusal ${refusal}`)
		return { code: codeOf(refusal), field: listed[1], about }
	})
}
