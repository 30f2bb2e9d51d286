// A merchant as decisions see it: its terms, its permissions and its exposure. Keys and addresses are not here:
// who may call at all is settled before anything is decided.

import type { Exposure } from './exposure.ts'
import type { LimitSource } from './limit.ts'
import type { Kurus } from './money.ts'
import type { LateFeeBase } from './payment.ts'
import type { RateRow } from './rates.ts'

/** The number of a merchant inside the system; the wire's merchantId is a text of its own. */
export type MerchantId = number

export interface Merchant {
	readonly id: MerchantId
	/** Open principal the merchant may have out; null = unlimited. */
	readonly creditLimit: Kurus | null
	/** Kept only for a merchant with a credit limit, else null. */
	readonly exposure: Exposure | null
	readonly lateFeeRateBps: number
	readonly lateFeeBase: LateFeeBase
	readonly graceDays: number
	readonly pendingLifeDays: number
	/** The largest share of an order that a down payment may cover; 0 = none. */
	readonly downPaymentMaxShareBps: number
	readonly enforcementMinOverdueDays: number
	/** The limits it may set by its own word (answers 31). */
	readonly settableLimits: readonly LimitSource[]
	/** The highest limit it may set; null = any. */
	readonly limitCeiling: Kurus | null
	/** Whether the availableLimit it sends may be above ours (answers 38). */
	readonly holdsOwnLimits: boolean
	readonly rates: readonly RateRow[]
}

/** Who does something for a merchant: itself by a call, or the server by a job. Kept for audit. */
export interface Caller {
	readonly actor: 'merchant' | 'job'
	readonly merchantId: MerchantId
	/** The call or the job. */
	readonly command: string
	/** The network address of the call; null for a job. */
	readonly address: string | null
	/** The shopper's address, as the merchant says; trusted for nothing. */
	readonly ipAddress: string | null
}

export function maySetLimit(merchant: Merchant, source: LimitSource, amount: Kurus): boolean {
	return merchant.settableLimits.includes(source) && (merchant.limitCeiling === null || amount <= merchant.limitCeiling)
}

/** In a sandbox every merchant may set every limit and hold its own (answers 31, 38). */
export function withSandboxPermissions(merchant: Merchant): Merchant {
	return { ...merchant, settableLimits: ['KKB', 'PREDEFINED', 'KDS', 'MANUAL'], limitCeiling: null, holdsOwnLimits: true }
}
