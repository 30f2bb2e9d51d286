// How many calls a merchant and an address may make (H107), in this process. Where too many were wrong, the next wrong one is
// H107 and costs no look-up; one whose token is right is let in all the same, so nobody can lock a merchant out.

import type { MerchantId } from '../domain/merchant.ts'
import { countedAs } from './addresses.ts'
import { Allowance } from './allowance.ts'

export interface AllowedCalls {
	readonly perMerchantPerSecond: number
	readonly perAddressPerSecond: number
	/** Of one merchant from one address. */
	readonly wrongTokensPerMinute: number
}

/** Each method answers 0, or for how many milliseconds it is too much. */
export class CallLimits {
	readonly #ofMerchant: Allowance
	readonly #ofAddress: Allowance
	readonly #wrongTokens: Allowance
	readonly #wrongCalls: Allowance

	/** `wrongCallsFactor`: how many times as many wrong calls an address may make altogether. */
	constructor(allowed: AllowedCalls, { counted, wrongCallsFactor }: { counted: number; wrongCallsFactor: number }) {
		this.#ofMerchant = new Allowance(allowed.perMerchantPerSecond, 1_000, counted)
		this.#ofAddress = new Allowance(allowed.perAddressPerSecond, 1_000, counted)
		this.#wrongTokens = new Allowance(allowed.wrongTokensPerMinute, 60_000, counted)
		this.#wrongCalls = new Allowance(allowed.wrongTokensPerMinute * wrongCallsFactor, 60_000, counted)
	}

	countAddress(address: string): number {
		return this.#ofAddress.take(countedAs(address))
	}

	/** To be asked once the caller is known to be this merchant: nobody can use up what is another's. */
	countMerchant(merchantId: MerchantId): number {
		return this.#ofMerchant.take(String(merchantId))
	}

	countWrongToken(merchantCode: string, address: string): number {
		return this.countUnknownMerchant(address) || this.#wrongTokens.take(tokensFrom(merchantCode, address))
	}

	countUnknownMerchant(address: string): number {
		return this.#wrongCalls.take(countedAs(address))
	}

	/** Whether one more wrong call would be too much; nothing is counted. */
	wrongWaitMs(merchantCode: string, address: string): number {
		const ofAddressMs = this.#wrongCalls.waitMs(countedAs(address))
		return Math.max(ofAddressMs, this.#wrongTokens.waitMs(tokensFrom(merchantCode, address)))
	}
}

/** No address has a blank in it. */
const tokensFrom = (merchantCode: string, address: string): string => `${countedAs(address)} ${merchantCode}`
