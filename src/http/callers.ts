// Who is calling (protocol 1.4, steps 1–4): merchantId, token, network address, state, in this order. Nothing of the request
// is looked at before its token is right.

import type { KeyObject } from 'node:crypto'
import type { BlockList } from 'node:net'
import type { MerchantId } from '../domain/merchant.ts'
import type { Body } from '../protocol/body.ts'
import type { Fault } from '../protocol/endpoint.ts'
import { rightSignature, type SignedCall, signatureHeader } from '../protocol/signature.ts'
import { signedText, tokenKey, tokenMatches } from '../protocol/token.ts'
import type { CallerRecord } from '../store/merchants.ts'
import { addressList, isOn } from './addresses.ts'
import type { CallLimits } from './call-limits.ts'

interface KnownCaller {
	readonly id: MerchantId
	readonly code: string
	readonly active: boolean
	/** The newest first; the one before it while it works too. */
	readonly keys: readonly { readonly key: KeyObject; readonly salt: string }[]
	readonly signatureNeeded: boolean
	/** null = any address. */
	readonly allowed: BlockList | null
	readonly freshUntilMs: number
}

/** `waitMs`: it is one call too many; after so long the next may come. `named`: the merchant that it named, where there is one. */
export type Authenticated =
	| { readonly merchantId: MerchantId }
	| ({ readonly named: MerchantId | null } & ({ readonly fault: Fault } | { readonly waitMs: number }))

export interface CallerStore {
	find(merchantCode: string): Promise<CallerRecord | null>
	/** False when it was used before. */
	useSignature(merchantId: MerchantId, mac: Buffer): Promise<boolean>
}

/** Remembers merchants for a moment. A new key works at once, because a token that fails is tried against the store again. */
export class Callers {
	readonly #store: CallerStore
	readonly #freshMs: number
	readonly #maxKnown: number
	readonly #callLimits: CallLimits
	readonly #known = new Map<string, KnownCaller>()
	readonly #asking = new Map<string, Promise<KnownCaller | null>>()

	constructor(store: CallerStore, { freshMs, known }: { freshMs: number; known: number }, callLimits: CallLimits) {
		this.#store = store
		this.#freshMs = freshMs
		this.#maxKnown = known
		this.#callLimits = callLimits
	}

	/** `token`: the names whose values the requestToken signs. */
	async authenticate(
		body: Body,
		token: readonly string[],
		{ address, ...call }: SignedCall & { address: string },
	): Promise<Authenticated> {
		const code = body.get('merchantId')
		if (code === undefined) return fault(null, 'H101', 'merchantId')
		// A text longer than any merchantId, or with characters that none has, needs no look-up.
		if (typeof code !== 'string' || !/^[^\p{Cc}\p{Cs}]{1,20}$/u.test(code)) return fault(null, 'H103', 'merchantId')

		const signingKey = ({ keys }: KnownCaller) =>
			keys.find(({ key, salt }) => tokenMatches(key, signedText(token, body, salt), body.get('requestToken')))?.key
		const limits = this.#callLimits
		let caller = this.#remembered(code)
		if (!caller || !signingKey(caller)) {
			const waitMs = limits.wrongWaitMs(code, address)
			// Who got too much wrong is looked up no more often than who gets it right, and somebody never heard of not at all.
			if (waitMs > 0 && (caller || !this.#known.has(code))) return { waitMs, named: caller?.id ?? null }
			caller = await this.#ask(code)
		}
		if (!caller) return tooManyOr(limits.countUnknownMerchant(address), null, 'H103', 'merchantId')
		const key = signingKey(caller)
		if (!key) return tooManyOr(limits.countWrongToken(code, address), caller.id, 'H105', 'requestToken')
		if (!(await this.#isSignedWell(caller, key, call))) {
			return tooManyOr(limits.countWrongToken(code, address), caller.id, 'H105', signatureHeader)
		}
		if (caller.allowed && !isOn(caller.allowed, address)) return fault(caller.id, 'H106', null)
		if (!caller.active) return fault(caller.id, 'H104', 'merchantId')
		const waitMs = limits.countMerchant(caller.id)
		return waitMs > 0 ? { waitMs, named: caller.id } : { merchantId: caller.id }
	}

	/** Where there is a signature it must be right and new, whether it is needed or not. */
	async #isSignedWell({ id, signatureNeeded }: KnownCaller, key: KeyObject, call: SignedCall): Promise<boolean> {
		if (call.signature === undefined) return !signatureNeeded
		const mac = rightSignature(key, call, Math.floor(Date.now() / 1_000))
		return mac !== null && (await this.#store.useSignature(id, mac))
	}

	#remembered(code: string): KnownCaller | null {
		const caller = this.#known.get(code)
		return caller && performance.now() < caller.freshUntilMs ? caller : null
	}

	/** One look-up at a time for a merchant, however many calls wait for it. */
	#ask(code: string): Promise<KnownCaller | null> {
		const asking = this.#asking.get(code) ?? this.#lookUp(code).finally(() => this.#asking.delete(code))
		this.#asking.set(code, asking)
		return asking
	}

	async #lookUp(code: string): Promise<KnownCaller | null> {
		const record = await this.#store.find(code)
		this.#known.delete(code)
		if (!record) return null
		const caller: KnownCaller = {
			id: record.id,
			code,
			active: record.active,
			keys: [record, ...(record.oldKey ? [record.oldKey] : [])].map(({ merchantKey, merchantSalt }) => ({
				key: tokenKey(merchantKey),
				salt: merchantSalt,
			})),
			signatureNeeded: record.signatureNeeded,
			allowed: record.allowedAddresses && addressList(record.allowedAddresses),
			freshUntilMs: performance.now() + this.#freshMs,
		}
		const oldest = this.#known.keys().next()
		if (this.#known.size >= this.#maxKnown && !oldest.done) this.#known.delete(oldest.value)
		this.#known.set(code, caller)
		return caller
	}
}

function fault(named: MerchantId | null, code: string, field: string | null): Authenticated {
	return { named, fault: { code, field } }
}

function tooManyOr(waitMs: number, named: MerchantId | null, code: string, field: string): Authenticated {
	return waitMs > 0 ? { named, waitMs } : fault(named, code, field)
}
