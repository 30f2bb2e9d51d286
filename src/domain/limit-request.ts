// A merchant's request for a limit (protocol 5.2.1–5.2.4), from the intent to the limit. Each state has only what it needs:
// who asks is known to the request itself only until that person is a customer.

import type { CalendarDate } from './calendar.ts'
import type { CustomerId, Sealed } from './customer.ts'
import type { BureauGrade } from './limit.ts'
import type { MerchantId } from './merchant.ts'
import { type Kurus, kurus, ZERO } from './money.ts'
import type { Refusal } from './refusals.ts'

export type LimitRequestId = bigint

/** Who asks, as the merchant sent it. */
export interface Applicant {
	readonly name: string
	readonly surname: string
	readonly birthDate: CalendarDate
	readonly tckn: Sealed
	readonly mobileNumber: Sealed
	readonly emailSealed: Uint8Array
}

interface Request {
	readonly id: LimitRequestId
	readonly merchantId: MerchantId
	readonly tcknHash: string
	/** Keyed hash of what the merchant sent. */
	readonly contentHash: string
	/** Neither identity service nor bureau is asked: the merchant says what they would (sandbox only, answers 94). */
	readonly testOn: boolean
	/** What a right pin grants at once; null = the bureau decides. */
	readonly predefinedLimit: Kurus | null
	readonly startedAtMs: number
}

/** The intent is recorded; the identity service has not said yet who this is. */
export interface StartedRequest extends Request {
	readonly state: 'started'
	readonly applicant: Applicant
	/** null = not sent. */
	readonly dealerSegment: string | null
}

interface CustomerRequest extends Request {
	readonly customerId: CustomerId
}
/** The person is a customer; the bureau may or may not have the request. */
export interface VerifiedRequest extends CustomerRequest {
	readonly state: 'verified'
	/** Where pins go: fixed here, so that no later change of a number redirects one (answers 31). */
	readonly mobileNumberSealed: Uint8Array
}
export interface AwaitingPin extends CustomerRequest {
	readonly state: 'awaiting-pin'
	readonly mobileNumberSealed: Uint8Array
	readonly pin: Pin
	readonly resends: number
}
/** The pin was right; the report is awaited. */
export interface ConfirmedRequest extends CustomerRequest {
	readonly state: 'confirmed'
	readonly confirmedAtMs: number
}
export interface GrantedRequest extends CustomerRequest {
	readonly state: 'granted'
}
export interface RejectedRequest extends CustomerRequest {
	readonly state: 'rejected'
}
/** The merchant asked again with other content. */
interface ReplacedRequest extends Request {
	readonly state: 'replaced'
	readonly customerId: CustomerId | null
}
/** Nobody came back to it before the pin was right; who asked is forgotten. */
interface AbandonedRequest extends Request {
	readonly state: 'abandoned'
	readonly customerId: CustomerId | null
}
/** Turned down when the identity service had answered. The merchant has never had its code. */
interface RefusedRequest extends Request {
	readonly state: 'refused'
	readonly refusal: Refusal
}
export type LimitRequest =
	| StartedRequest
	| VerifiedRequest
	| AwaitingPin
	| ConfirmedRequest
	| GrantedRequest
	| RejectedRequest
	| ReplacedRequest
	| AbandonedRequest
	| RefusedRequest
export type UndecidedRequest = StartedRequest | VerifiedRequest | AwaitingPin | ConfirmedRequest

export function isUndecided(request: LimitRequest): request is UndecidedRequest {
	return ['started', 'verified', 'awaiting-pin', 'confirmed'].includes(request.state)
}

/** The kkbRefNo of the wire. */
export function limitRequestCode(id: LimitRequestId): string {
	return `K${id}`
}

/** A code that can be none of ours reads as 0, which no request has. */
export function parseLimitRequestCode(code: string): LimitRequestId {
	return /^K[1-9][0-9]{0,15}$/.test(code) ? BigInt(code.slice(1)) : 0n
}

// the pin -----------------------------------------------------------------------------------------------------

const minuteMs = 60_000
const PIN_LIFE_MS = 5 * minuteMs
const PIN_TRIES = 5
const RESENDS = 3
const RESEND_APART_MS = minuteMs

export interface Pin {
	readonly hash: string
	readonly madeAtMs: number
	readonly wrongTries: number
	/** Whether the SMS service has taken the text. A text under way for long was left behind by a crash. */
	readonly text: 'under-way' | 'sent' | 'failed'
}

export function newPin(hash: string, madeAtMs: number): Pin {
	return { hash, madeAtMs, wrongTries: 0, text: 'under-way' }
}

export function isExpired(pin: Pin, atMs: number): boolean {
	return atMs >= pin.madeAtMs + PIN_LIFE_MS
}

export function isExhausted(pin: Pin): boolean {
	return pin.wrongTries >= PIN_TRIES
}

/** A pin whose text did not go out may be made anew at once (answers 101 speaks of pins that were sent). */
export function mayResend({ pin, resends }: AwaitingPin, atMs: number): boolean {
	return pin.text === 'failed' || (resends < RESENDS && atMs >= pin.madeAtMs + RESEND_APART_MS)
}

/** The same content is the same request as long as its pin is good or was right (answers 24). */
export function stands(request: UndecidedRequest, atMs: number): boolean {
	return request.state !== 'awaiting-pin' || !(isExpired(request.pin, atMs) || isExhausted(request.pin))
}

// the bureau's report -----------------------------------------------------------------------------------------

type ReportGrade = BureauGrade | 'E' | 'F'

export interface Report {
	readonly grade: ReportGrade
	readonly limit: Kurus
}

/** What a report grants; null = the request is rejected (protocol 5.2.2). */
export function grantOf({ grade, limit }: Report): { amount: Kurus; grade: BureauGrade } | null {
	return grade === 'E' || grade === 'F' || limit === ZERO ? null : { amount: limit, grade }
}

const lira = (amount: number): Kurus => kurus(amount * 100)
const testLimits: { readonly [grade in ReportGrade]: Kurus } = {
	A: lira(50_000),
	B: lira(25_000),
	C: lira(10_000),
	D: lira(5_000),
	E: ZERO,
	F: ZERO,
}

/** What the merchant lets the bureau say in a sandbox; RETRY = not ready. */
export type TestResult = ReportGrade | 'RETRY'

export function testReport(result: TestResult | null): Report | null {
	return result === null || result === 'RETRY' ? null : { grade: result, limit: testLimits[result] }
}

// whose turn it is --------------------------------------------------------------------------------------------

/** What the server has to do next by itself. */
export type NextStep = 'verify-identity' | 'ask-bureau' | 'text-pin' | 'ask-report'

/** How long whoever is on a step is left alone; longer than the calls of one step can take (limits.neighbours). */
const RESUME_AFTER_MS = 20_000
/** After this a merchant that does not repeat has given up, and a pin would only surprise the shopper. */
const RESUME_FOR_MS = 10 * minuteMs
const REPORT_AWAITED_MS = 30 * 24 * 60 * minuteMs

/** Null where it is the shopper's or the merchant's turn, or somebody is on it. */
export function nextStep(request: LimitRequest, atMs: number): NextStep | null {
	switch (request.state) {
		case 'started':
			return 'verify-identity'
		case 'verified':
			return 'ask-bureau'
		case 'awaiting-pin':
			return request.pin.text === 'sent' || isBeingTexted(request, atMs) ? null : 'text-pin'
		case 'confirmed':
			return request.testOn ? null : 'ask-report'
		default:
			return null
	}
}

/** Whether somebody is on the text of the present pin. One under way for longer than its call can take was left behind by a crash. */
export function isBeingTexted(request: LimitRequest, atMs: number): boolean {
	if (request.state !== 'awaiting-pin') return false
	const { text, madeAtMs } = request.pin
	return text === 'under-way' && atMs < madeAtMs + RESUME_AFTER_MS
}

/** When the server should look at a request again by itself; null = never. */
export function wakeAfterMs(request: LimitRequest, atMs: number): number | null {
	if (request.state === 'confirmed') {
		const awaitedMs = atMs - request.confirmedAtMs
		if (request.testOn || awaitedMs >= REPORT_AWAITED_MS) return null
		return Math.min(minuteMs, Math.max(2_000, Math.round(awaitedMs / 2)))
	}
	const isUnderWay =
		request.state === 'started' ||
		request.state === 'verified' ||
		(request.state === 'awaiting-pin' && request.pin.text !== 'sent')
	return isUnderWay && atMs < request.startedAtMs + RESUME_FOR_MS ? RESUME_AFTER_MS : null
}

/** After this an undecided request that still holds whom it is about, or where pins go, is abandoned. */
const ABANDONED_AFTER_MS = 7 * 24 * 60 * minuteMs

/** Whose last sign of life, the start or the latest pin, is before this is abandoned. */
export function abandonedBefore(atMs: number): number {
	return atMs - ABANDONED_AFTER_MS
}

/** One whose pin was right holds nobody's data, and waits for its report for ever (see REPORT_AWAITED_MS). */
export function isAbandoned(request: UndecidedRequest, atMs: number): boolean {
	if (request.state === 'confirmed') return false
	const lastSignMs = request.state === 'awaiting-pin' ? request.pin.madeAtMs : request.startedAtMs
	return lastSignMs < abandonedBefore(atMs)
}

/** Requests confirmed, or started and never texted, before these are left to their merchants. */
export function givenUpBefore(atMs: number): { readonly confirmedMs: number; readonly startedMs: number } {
	return { confirmedMs: atMs - REPORT_AWAITED_MS, startedMs: atMs - RESUME_FOR_MS }
}
