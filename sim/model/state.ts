// What the model remembers: plain data, so that it can be cloned to ask "what if these calls came in another order".

import type { Day } from './dates.ts'

/** A code that the server makes up: null until it has said it. Afterwards it must always be this one. */
export interface Name {
	readonly nameOf: 'customer' | 'sale' | 'payment' | 'request' | 'movement'
	text: string | null
}

export function newName(nameOf: Name['nameOf']): Name {
	return { nameOf, text: null }
}

export interface Rate {
	/** Null: for any. */
	readonly segment: string | null
	readonly n: number
	readonly feeRateBps: number
	readonly postponeMonths: number
	readonly min: bigint
	readonly max: bigint
}

/** What a sale keeps of its merchant's terms for ever (answers 51). */
export interface LateFeeTerms {
	readonly lateFeeRateBps: number
	readonly graceDays: number
	readonly lateFeeBase: 'open-amount' | 'open-principal'
}

export interface Merchant {
	readonly index: number
	terms: LateFeeTerms
	pendingLifeDays: number
	downPaymentShareBps: number
	enforcementMinDays: number
	/** Null: unlimited. */
	creditLimit: bigint | null
	rates: readonly Rate[]
}

export type Source = 'KKB' | 'PREDEFINED' | 'KDS' | 'MANUAL'

interface Limit {
	readonly amount: bigint
	/** The first day on which it is good no more. */
	readonly expires: Day
	readonly source: Source
	/** Granted with grade D. */
	readonly risky: boolean
}

/** What one merchant may see and hold of a customer. */
export interface Link {
	dealerSegment: string | null
	kdsSegment: string | null
	suspended: boolean
	balance: bigint
}

export interface Customer {
	readonly index: number
	readonly name: Name
	readonly tckn: string
	first: string
	surname: string
	email: string
	mobile: string
	limit: Limit | null
	/** By the merchant's index. */
	readonly links: Map<number, Link>
}

/** Days on which one open amount was the base of the late fee. */
interface Stretch {
	readonly from: Day
	readonly to: Day
	readonly base: bigint
}

export interface Row {
	readonly name: Name
	/** 0: the down payment. */
	readonly no: number
	readonly due: Day
	readonly upFront: boolean
	/** Less refunds. */
	amount: bigint
	readonly principal: bigint
	/** Of the amount. */
	paid: bigint
	feePaid: bigint
	expense: bigint
	expensePaid: bigint
	state: 'open' | 'paid' | 'cancelled'
	paidDate: Day | null
	/** By which report it was closed, if by one. */
	reported: { readonly reference: string | null; readonly date: Day } | null
	/** The stretches that are over, and when the one that still runs began; null while it begins at the overdue date. */
	readonly stretches: Stretch[]
	runsFrom: Day | null
}

export interface Sale {
	readonly index: number
	readonly name: Name
	readonly merchant: number
	readonly customer: number
	readonly oid: string
	/** The parameters that tell whether a repeat is the same (answers 17). */
	readonly content: string
	readonly order: bigint
	readonly down: bigint
	readonly fee: bigint
	readonly terms: LateFeeTerms
	readonly created: Day
	readonly expires: Day
	state: 'pending' | 'active' | 'enforcement' | 'ended' | 'cancelled'
	/** Enforcement began once; a repeat of it succeeds also when it is over. */
	enforced: boolean
	refunded: bigint
	refundedFee: bigint
	readonly rows: Row[]
}

export interface Refund {
	readonly merchant: number
	readonly id: string
	readonly sale: number
	readonly amount: bigint
	readonly fee: bigint
	readonly toCustomer: bigint
	readonly date: Day
}

export interface Movement {
	readonly merchant: number
	readonly recorded: Day
	readonly type: 'TRANSACTION' | 'REFUND' | 'PAYMENT' | 'BALANCE' | 'EXECUTION_PAYMENT'
	/** Null: the server's own. */
	readonly code: Name | string
	readonly sale: number | null
	readonly payment: Name | null
	readonly amount: bigint
	readonly reference: string | null
}

export interface LimitRequest {
	readonly index: number
	readonly name: Name
	readonly merchant: number
	readonly customer: number
	/** The parameters but ipAddress. */
	readonly content: string
	readonly testOn: boolean
	/** 0n: the bureau decides. */
	readonly predefined: bigint
	/** Where its pins go. */
	mobile: string
	/** On the server's clock. */
	pinSentAt: number
	wrongPins: number
	resends: number
	state: 'awaiting-pin' | 'confirmed' | 'granted' | 'rejected' | 'replaced'
}

export interface State {
	today: Day
	readonly merchants: Merchant[]
	readonly customers: Customer[]
	readonly sales: Sale[]
	readonly refunds: Refund[]
	readonly movements: Movement[]
	readonly requests: LimitRequest[]
	/** First answers under a reference, and answers under an Idempotency-Key. */
	readonly kept: Map<string, { readonly content: string; readonly answer: Expected }>
	/** Every code the server has made up so far: no two things have the same. */
	readonly names: Set<string>
	/** Days on which calls came at once: in which order their movements were recorded can't be known. */
	readonly mixedDays: Set<Day>
}

/** What the model says a call is answered. */
export interface Expected {
	readonly errors: readonly string[]
	/** Of which parameters, where the protocol says it; null where it does not. */
	readonly fields: readonly string[] | null
	readonly data: unknown
	readonly replayed: boolean
}

export function newState(today: Day): State {
	return {
		today,
		merchants: [],
		customers: [],
		sales: [],
		refunds: [],
		movements: [],
		requests: [],
		kept: new Map(),
		names: new Set(),
		mixedDays: new Set(),
	}
}

export function done(data: object): Expected {
	return { errors: [], fields: null, data, replayed: false }
}

export function refused(...errors: string[]): Expected {
	return { errors, fields: null, data: {}, replayed: false }
}

/** What must be there. */
export function at<T>(list: readonly T[], index: number): T {
	const found = list[index]
	if (found === undefined) throw new Error(`the model has nothing at ${index}`)
	return found
}
