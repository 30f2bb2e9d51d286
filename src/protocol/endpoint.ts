// What an endpoint is: one value that says its path, its token, its parameters, its refusals and what it answers.
// Routing, reading, the token check, OpenAPI and the client all come from these values; nothing else spells a wire name.

import { hash } from 'node:crypto'
import type { Refusal } from '../domain/refusals.ts'
import type { Body } from './body.ts'
import type { Mark } from './codes.ts'
import { type Field, ipAddress, optional, sentFor } from './fields.ts'

/** Decrypts a personal value as it is stored. */
export type OpenSealed = (sealed: Uint8Array) => string

/** `P`: the decoded parameters. `R`: the result that is encoded into `Data`. */
export interface Endpoint<P extends object, R> {
	readonly name: string
	readonly family: 'Index' | 'RequestV2'
	/** The section of the manual: '5.3'. */
	readonly section: string
	readonly mark: Mark
	/** Wire names in signing order, without the salt. */
	readonly token: readonly string[]
	readonly tokenMark: Mark
	/** In the order of the section's table. merchantId, ipAddress and requestToken stand in no table. */
	readonly fields: { readonly [K in keyof P]: Field<P[K]> }
	/** The endpoint's own refusals in order of precedence, each with the wire name of the parameter at fault. */
	readonly refusals: readonly (readonly [refusal: Refusal, field: string | null])[]
	encode(result: R, open: OpenSealed): object
	/** `Data` of a refused answer; `{}` without it (answers 13). */
	encodeRefusal?(code: string, knownNumbers: readonly string[] | undefined): object
}

/** The definition itself: it is here for its types, so that a result or a parameter can't be forgotten. */
export function endpoint<P extends object, R>(definition: Endpoint<P, R>): Endpoint<P, R> {
	return definition
}

export function pathOf({ family, name }: { readonly family: string; readonly name: string }): string {
	return `/${family}/${name}`
}

/** One entry of `Errors` and of `ErrorDetails`. */
export interface Fault {
	readonly code: string
	readonly field: string | null
	/** Which of several things in the request it is about: its message begins with it (answers 9). */
	readonly about?: string | undefined
}

const callerAddress = optional('ipAddress', ipAddress)

/** H102 for every parameter that came in two casings. To be answered alone and before the merchant is looked up (answers 2). */
export function spelledTwiceFaults<P extends object, R>(endpoint: Endpoint<P, R>, body: Body): Fault[] {
	return ['merchantId', 'requestToken', callerAddress.name, ...fieldsOf(endpoint).map(([, { name }]) => name)]
		.filter((name) => body.spelledTwice(name))
		.map((name) => ({ code: 'H102', field: name }))
}

/**
 * The parameters of a call (protocol 1.4, step 5).
 * H101 for every missing and H102 for every invalid one, all together: ipAddress first, then in the order of the table.
 */
export function decode<P extends object, R>(
	endpoint: Endpoint<P, R>,
	body: Body,
	inSandbox = false,
): { ok: true; params: P; ipAddress: string | null } | { ok: false; faults: Fault[] } {
	const faults: Fault[] = []
	function take<T>(field: Field<T>): T | undefined {
		const sent = sentFor(field, body)
		if (sent === undefined) {
			if (field.required) faults.push({ code: 'H101', field: field.name })
			return field.fallback
		}
		const read = field.read(sent)
		if (read.ok && (inSandbox || !field.sandboxOnly || read.value === field.fallback)) return read.value
		faults.push({ code: 'H102', field: field.name })
		return undefined
	}
	const ipAddress = take(callerAddress) ?? null
	const params = Object.fromEntries(fieldsOf(endpoint).map(([key, field]) => [key, take(field)])) as P
	return faults.length > 0 ? { ok: false, faults } : { ok: true, params, ipAddress }
}

/**
 * SHA-256 over the path and the decoded parameters without ipAddress: what makes a repeat "the same again" (answers 22, 23).
 * Fingerprints are kept for ever, so a parameter that is added later, or moved in its table, must not change those of today:
 * names are sorted, and what equals "not sent" is left out.
 */
export function contentFingerprint<P extends object, R>(endpoint: Endpoint<P, R>, params: P): Buffer {
	const content = fieldsOf(endpoint)
		.filter(([key, field]) => params[key] !== field.fallback)
		.map(([key, field]) => [field.name, params[key]] as const)
		.sort(([a], [b]) => (a < b ? -1 : 1))
	const exact = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
	return hash('sha256', JSON.stringify([pathOf(endpoint), content], exact), 'buffer')
}

function fieldsOf<P extends object, R>({ fields }: Endpoint<P, R>): [key: keyof P, field: Field<unknown>][] {
	return Object.entries(fields) as [keyof P, Field<unknown>][]
}
