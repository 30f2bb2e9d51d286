// One call from its body to the text of its answer, in the order of protocol 1.4. Nothing here knows a particular endpoint.

import type { Needs, Now, Refused, World } from '../commands/world.ts'
import { type Claim, type Decision, done } from '../engine/command.ts'
import type { Engine } from '../engine/engine.ts'
import { readBody } from '../protocol/body.ts'
import { codeOf, type Language } from '../protocol/codes.ts'
import { contentFingerprint, decode, type Endpoint, type Fault, spelledTwiceFaults } from '../protocol/endpoint.ts'
import { failure, success } from '../protocol/envelope.ts'
import type { Reading } from '../queries/reading.ts'
import type { Vault } from '../store/vault.ts'
import type { Callers } from './callers.ts'
import type { Call } from './calls.ts'

export interface Inside {
	readonly engine: Engine<Needs, World, Now, Refused>
	readonly reading: Reading
	readonly callers: Callers
	readonly vault: Vault
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
	const decoded = decode(endpoint, read.body)
	if (!decoded.ok) return refused(decoded.faults, language)

	const caller = { merchantId: authenticated.merchantId, ipAddress: decoded.ipAddress }
	const open = (sealed: Uint8Array) => inside.vault.open(sealed, 'mobile-number')
	if (call.kind === 'read') {
		const result = await call.run(inside.reading, decoded.params, caller, language)
		if ('refused' in result) return refused(faultsOf(endpoint, result.refused), language)
		return succeeded(JSON.stringify(endpoint.encode(result.done, open)))
	}

	if (request.idempotencyKey !== undefined && !/^[\x20-\x7e]{1,255}$/.test(request.idempotencyKey)) {
		return refused([{ code: 'H102', field: idempotencyKey }], language)
	}
	const input = call.input(decoded.params, caller, inside.vault)
	const submitted = await inside.engine.submit({
		needs: call.command.needs(input),
		claims: claimsOf(call, decoded.params, caller.merchantId, request.idempotencyKey),
		decide(world, now): Decision<string, Refused> {
			const decision = call.command.decide(world, input, now)
			return 'refused' in decision ? decision : done(JSON.stringify(endpoint.encode(decision.done, open)))
		},
	})
	if (submitted.kind === 'refused') return refused(faultsOf(endpoint, submitted.refusals), language)
	if (submitted.kind === 'conflict') return refused([{ code: 'H109', field: fieldOfClaim(submitted.scope) }], language)
	return succeeded(submitted.text, submitted.replayedScope === idempotencyKey)
}

function succeeded(dataJson: string, replayed = false): Reply {
	return { httpStatus: 200, text: success(dataJson), codes: [], replayed }
}

export function refused(faults: readonly Fault[], language: Language, httpStatus = 200): Reply {
	return { httpStatus, text: failure(faults, language), codes: faults.map(({ code }) => code), replayed: false }
}

/** The keys under which this request is the same again (protocol 1.6). */
function claimsOf(
	{ endpoint, reference }: Extract<Call, { kind: 'write' }>,
	params: object,
	owner: number,
	header: string | undefined,
): Claim[] {
	const ofCall = reference?.(params) ?? null
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
