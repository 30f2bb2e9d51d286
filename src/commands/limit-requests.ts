// The steps of a limit request (protocol 5.2.1–5.2.4). Between two of them somebody outside is asked; each finds the request as
// it is now, so a step that comes late or twice changes nothing.

import { type CalendarDate, comesOfAge } from '../domain/calendar.ts'
import { ADULT_AGE_YEARS, type CustomerId, type CustomerInfo, customerInfo, isSuspended } from '../domain/customer.ts'
import type { EventKind } from '../domain/event.ts'
import { NO_EXPOSURE } from '../domain/exposure.ts'
import { isTckn } from '../domain/identity.ts'
import { isValid, type Limit, newLimit } from '../domain/limit.ts'
import {
	type Applicant,
	type AwaitingPin,
	type ConfirmedRequest,
	type GrantedRequest,
	grantOf,
	isAbandoned,
	isExhausted,
	isExpired,
	isUndecided,
	type LimitRequest,
	type LimitRequestId,
	limitRequestCode,
	mayResend,
	type NextStep,
	newPin,
	nextStep,
	type RejectedRequest,
	type Report,
	type StartedRequest,
	stands,
	type TestResult,
	testReport,
	type UndecidedRequest,
	type VerifiedRequest,
	wakeAfterMs,
} from '../domain/limit-request.ts'
import { type Caller, type MerchantId, maySetLimit } from '../domain/merchant.ts'
import { type Kurus, ZERO } from '../domain/money.ts'
import type { Refusal } from '../domain/refusals.ts'
import { type Decision, done, refuse } from '../engine/command.ts'
import type { CommandType, Needs, Now, Refused, World } from './world.ts'

/** How a limit request stands after a step. */
export interface Standing {
	/** Null where none was needed. */
	readonly request: LimitRequest | null
	/** The customer, once a limit stands that answers the merchant. */
	readonly info: CustomerInfo | null
	/** What the merchant is told, though the step was done: a wrong pin was counted, a person was not verified. */
	readonly refusal: Refusal | null
	readonly next: NextStep | null
}

function standing(request: LimitRequest, now: Now, refusal: Refusal | null = null, info: CustomerInfo | null = null): Standing {
	return { request, info, refusal, next: nextStep(request, now.atMs) }
}

/** A request and whose rows it concerns, found before it is locked. */
export interface RequestKeys {
	readonly id: LimitRequestId
	readonly merchantId: MerchantId
	readonly customerId: CustomerId | null
	readonly tcknHash: string
	/** Null once the person is a customer. */
	readonly mobileHash: string | null
}

/** `null`: there is no such request. */
function needsOf(keys: RequestKeys | null): Needs {
	if (keys === null) return {}
	const { id, merchantId, customerId, tcknHash, mobileHash } = keys
	const request = { merchants: [merchantId], limitRequests: [id] }
	if (customerId !== null) return { ...request, customers: [customerId], peopleOf: [customerId] }
	const mobileHashes = mobileHash === null ? [] : [mobileHash]
	return { ...request, people: { tcknHashes: [tcknHash], mobileHashes }, newCustomers: 1 }
}

// starting ----------------------------------------------------------------------------------------------------

export interface StartLimitRequest {
	readonly caller: Caller
	/** As typed: it may turn out to be no TCKN at all. */
	readonly tckn: string
	readonly applicant: Applicant
	readonly dealerSegment: string | null
	readonly predefinedLimit: Kurus | null
	readonly testOn: boolean
	readonly contentHash: string
	/** Of a pin that is used if this step is the one that makes it. */
	readonly pinHash: string
}

export const startLimitRequest: CommandType<StartLimitRequest, Standing> = {
	name: 'StartLimitRequest',

	needs: ({ caller, applicant }) => ({
		merchants: [caller.merchantId],
		people: { tcknHashes: [applicant.tckn.hash], mobileHashes: [applicant.mobileNumber.hash] },
		undecidedRequests: [{ merchantId: caller.merchantId, tcknHash: applicant.tckn.hash }],
		newCustomers: 1,
		newLimitRequests: 1,
	}),

	decide(world, input, now) {
		const { caller, applicant, contentHash, testOn, predefinedLimit, dealerSegment } = input
		if (!isTckn(input.tckn)) return refuse<Refused>({ refusal: 'tckn-invalid' })
		const earlier = world.undecidedRequest(caller.merchantId, applicant.tckn.hash)
		if (earlier?.contentHash === contentHash && stands(earlier, now.atMs)) return done(standing(earlier, now))

		const known = world.personBy((person) => person.tckn.hash === applicant.tckn.hash)
		if (known || testOn) {
			const refusal = admissionRefusal(world, caller.merchantId, applicant, predefinedLimit, now.today)
			if (refusal) return refuse<Refused>({ refusal })
		}
		if (known && predefinedLimit === null && isValid(world.customer(known.customerId).limit, now.today)) {
			link(world, caller.merchantId, known.customerId, dealerSegment)
			addEvent(world, 'limit-requested', caller, known.customerId, { standing: 'valid' })
			return done({ request: null, info: infoOf(world, caller.merchantId, known.customerId, now), refusal: null, next: null })
		}

		if (earlier) put(world, ended(earlier, 'replaced'), caller, now)
		const request = {
			id: world.newLimitRequestId(),
			merchantId: caller.merchantId,
			tcknHash: applicant.tckn.hash,
			contentHash,
			testOn,
			predefinedLimit,
			startedAtMs: now.atMs,
		}
		const started: StartedRequest = { ...request, state: 'started', applicant, dealerSegment }
		return done(known || testOn ? admit(world, started, caller, input.pinHash, now) : put(world, started, caller, now))
	},
}

/** Undecided for good. */
function ended(request: UndecidedRequest, state: 'replaced' | 'abandoned'): LimitRequest {
	return { ...bare(request), state, customerId: 'customerId' in request ? request.customerId : null }
}

/** What every state of a request has. */
function bare({ id, merchantId, tcknHash, contentHash, testOn, predefinedLimit, startedAtMs }: LimitRequest) {
	return { id, merchantId, tcknHash, contentHash, testOn, predefinedLimit, startedAtMs }
}

/** Keeps a request, and sees to it that somebody comes back to it where the server has more to do. */
function put(world: World, request: LimitRequest, caller: Caller, now: Now, refusal: Refusal | null = null): Standing {
	keep(world, request, caller)
	comeBack(world, request, now)
	return standing(request, now, refusal)
}

function keep(world: World, request: LimitRequest, caller: Caller): void {
	world.limitRequests.put(request)
	const customerId = 'customerId' in request ? request.customerId : null
	addEvent(world, 'limit-request-changed', caller, customerId, { request: limitRequestCode(request.id), state: request.state })
}

function comeBack(world: World, request: LimitRequest, now: Now): void {
	const afterMs = wakeAfterMs(request, now.atMs)
	if (afterMs !== null) world.wakeUps.add({ limitRequestId: request.id, afterMs })
}

function addEvent(
	world: World,
	kind: EventKind,
	caller: Caller,
	customerId: CustomerId | null,
	detail: Readonly<Record<string, string>> | null = null,
): void {
	world.events.add({ kind, caller, customerId, transactionId: null, detail })
}

/** Why this person can't ask at this merchant, once it is known who it is (answers 103, 31). */
function admissionRefusal(
	world: World,
	merchantId: MerchantId,
	{ tckn, mobileNumber, birthDate }: Applicant,
	predefinedLimit: Kurus | null,
	today: CalendarDate,
): Refusal | null {
	const known = world.personBy((person) => person.tckn.hash === tckn.hash)
	if (today < comesOfAge(birthDate, ADULT_AGE_YEARS)) return 'under-age'
	if (predefinedLimit !== null && !maySetLimit(world.merchant(merchantId), 'PREDEFINED', predefinedLimit)) {
		return 'limit-not-allowed-to-merchant'
	}
	const holder = world.personBy((person) => person.mobileNumber.hash === mobileNumber.hash)
	if (holder && holder.customerId !== known?.customerId) return 'mobile-number-taken'
	if (known && isSuspended(world.customer(known.customerId), world.link(merchantId, known.customerId) ?? null)) {
		return 'customer-suspended'
	}
	return null
}

/** Registers whoever is new and links them to the merchant; a known customer keeps what is known of them (answers 102). */
function admit(world: World, request: StartedRequest, caller: Caller, pinHash: string, now: Now): Standing {
	const { applicant, merchantId, dealerSegment } = request
	const known = world.personBy((person) => person.tckn.hash === applicant.tckn.hash)
	const customerId = known?.customerId ?? world.newCustomerId()
	if (!known) {
		world.customers.put({ id: customerId, limit: null, markedRisky: false, suspended: false, exposure: NO_EXPOSURE })
		world.people.put({ customerId, ...applicant })
	}
	link(world, merchantId, customerId, dealerSegment)
	addEvent(world, 'limit-requested', caller, customerId)
	const mobileNumberSealed = (known ?? applicant).mobileNumber.sealed
	const verified: VerifiedRequest = { ...bare(request), state: 'verified', customerId, mobileNumberSealed }
	const asksBureau = request.predefinedLimit === null && !request.testOn
	return put(world, asksBureau ? verified : withPin(verified, pinHash, 0, now), caller, now)
}

/** A segment that is not sent stays as it is (answers 32). */
function link(world: World, merchantId: MerchantId, customerId: CustomerId, dealerSegment: string | null): void {
	const present = world.link(merchantId, customerId) ?? {
		merchantId,
		customerId,
		dealerSegment: null,
		kdsSegment: null,
		suspended: false,
		balance: ZERO,
	}
	world.links.put({ ...present, dealerSegment: dealerSegment ?? present.dealerSegment })
}

function withPin(request: VerifiedRequest | AwaitingPin, pinHash: string, resends: number, now: Now): AwaitingPin {
	const { customerId, mobileNumberSealed } = request
	const pin = newPin(pinHash, now.atMs)
	return { ...bare(request), state: 'awaiting-pin', customerId, mobileNumberSealed, pin, resends }
}

function infoOf(world: World, merchantId: MerchantId, customerId: CustomerId, { today }: Now): CustomerInfo {
	const seen = world.linkedCustomer(merchantId, customerId)
	if (!seen) throw new Error(`customer ${customerId} is not linked to merchant ${merchantId}`)
	return customerInfo(seen.customer, world.person(customerId), seen.link, world.isOverdue(customerId, today), today)
}

// what the neighbours said ------------------------------------------------------------------------------------

interface OwnStep {
	readonly keys: RequestKeys
	/** The merchant that waits for the answer; null where nobody does any more, and the server goes on by itself. */
	readonly caller: Caller | null
}

function ownStep<Input extends OwnStep>(
	name: string,
	decide: (world: World, request: LimitRequest, input: Input, caller: Caller, now: Now) => Standing,
): CommandType<Input, Standing> {
	return {
		name,
		needs: ({ keys }) => needsOf(keys),
		decide(world, input, now) {
			const request = world.limitRequests.get(input.keys.id)
			if (!request) throw new Error(`limit request ${input.keys.id} was not loaded`)
			const { merchantId } = request
			const server: Caller = { actor: 'job', merchantId, command: name, address: null, ipAddress: null }
			return done(decide(world, request, input, input.caller ?? server, now))
		},
	}
}

export interface RecordIdentity extends OwnStep {
	/** Null where the identity service could not be reached. */
	readonly matches: boolean | null
	readonly pinHash: string
}

export const recordIdentity = ownStep<RecordIdentity>('RecordIdentity', (world, request, { matches, pinHash }, caller, now) => {
	if (request.state !== 'started') return standing(request, now, refusalOf(request))
	const { merchantId, applicant, predefinedLimit } = request
	const refusal =
		matches === false ? 'identity-not-verified' : admissionRefusal(world, merchantId, applicant, predefinedLimit, now.today)
	if (refusal) return put(world, { ...bare(request), state: 'refused', refusal }, caller, now, refusal)
	if (matches === null) return unreached(world, request, now)
	return admit(world, request, caller, pinHash, now)
})

function refusalOf(request: LimitRequest): Refusal | null {
	if (request.state === 'refused') return request.refusal
	if (request.state === 'rejected') return 'limit-request-rejected'
	return request.state === 'replaced' || request.state === 'abandoned' ? 'limit-request-not-found' : null
}

function unreached(world: World, request: LimitRequest, now: Now): Standing {
	comeBack(world, request, now)
	return standing(request, now, 'bureau-unreachable')
}

export interface RecordBureauRequest extends OwnStep {
	/** Whether the bureau has the request. */
	readonly taken: boolean
	readonly pinHash: string
}

export const recordBureauRequest = ownStep<RecordBureauRequest>(
	'RecordBureauRequest',
	(world, request, { taken, pinHash }, caller, now) => {
		if (request.state !== 'verified') return standing(request, now, refusalOf(request))
		return taken ? put(world, withPin(request, pinHash, 0, now), caller, now) : unreached(world, request, now)
	},
)

export interface RenewPin extends OwnStep {
	readonly pinHash: string
}

/** A pin in the place of one whose text did not go out: a text can't be sent again, since nobody knows its pin. */
export const renewPin = ownStep<RenewPin>('RenewPin', (world, request, { pinHash }, caller, now) => {
	if (request.state !== 'awaiting-pin' || nextStep(request, now.atMs) !== 'text-pin') {
		return standing(request, now, refusalOf(request))
	}
	return put(world, withPin(request, pinHash, request.resends, now), caller, now)
})

export interface RecordText extends OwnStep {
	readonly pinHash: string
	readonly sent: boolean
}

export const recordText = ownStep<RecordText>('RecordText', (world, request, { pinHash, sent }, caller, now) => {
	if (request.state !== 'awaiting-pin' || request.pin.hash !== pinHash) return standing(request, now, refusalOf(request))
	const pin = { ...request.pin, text: sent ? ('sent' as const) : ('failed' as const) }
	return put(world, { ...request, pin }, caller, now, sent ? null : 'bureau-unreachable')
})

export interface RecordReport extends OwnStep {
	/** Null where there is none yet. */
	readonly report: Report | null
}

export const recordReport = ownStep<RecordReport>('RecordReport', (world, request, { report }, caller, now) => {
	if (request.state === 'confirmed') return decideBy(world, request, caller, report, now)
	const info = request.state === 'granted' ? infoOf(world, request.merchantId, request.customerId, now) : null
	return standing(request, now, refusalOf(request), info)
})

/** Forgets who asked, where nobody has come back to the request for long. */
export const abandonRequest = ownStep<OwnStep>('AbandonRequest', (world, request, _input, caller, now) => {
	if (!isUndecided(request) || !isAbandoned(request, now.atMs)) return standing(request, now, refusalOf(request))
	return put(world, ended(request, 'abandoned'), caller, now)
})

/** E, F and a limit of 0 leave the limit that stands as it is (answers 97). */
function decideBy(world: World, request: ConfirmedRequest, caller: Caller, report: Report | null, now: Now): Standing {
	if (report === null) {
		comeBack(world, request, now)
		return standing(request, now)
	}
	const granted = grantOf(report)
	if (granted) return grant(world, request, caller, newLimit(granted.amount, 'KKB', now.today, granted.grade), now)
	const { customerId } = request
	addEvent(world, 'limit-request-rejected', caller, customerId, { grade: report.grade })
	return put(world, { ...bare(request), state: 'rejected', customerId }, caller, now, 'limit-request-rejected')
}

function grant(world: World, request: AwaitingPin | ConfirmedRequest, caller: Caller, limit: Limit, now: Now): Standing {
	const { customerId, merchantId } = request
	world.customers.put({ ...world.customer(customerId), limit })
	const { source, amount, expireDate } = limit
	addEvent(world, 'limit-set', caller, customerId, { source, amount: String(amount), expireDate })
	const granted: LimitRequest = { ...bare(request), state: 'granted', customerId }
	keep(world, granted, caller)
	return standing(granted, now, null, infoOf(world, merchantId, customerId, now))
}

// what the merchant says --------------------------------------------------------------------------------------

interface MerchantStep {
	readonly caller: Caller
	/** Null where no request has this code. */
	readonly keys: RequestKeys | null
}

/** The merchant's own request, once it has got the code of it. */
function own(world: World, { caller, keys }: MerchantStep) {
	const request = keys && world.limitRequests.get(keys.id)
	if (!request || request.merchantId !== caller.merchantId) return null
	return request.state === 'awaiting-pin' ||
		request.state === 'confirmed' ||
		request.state === 'granted' ||
		request.state === 'rejected'
		? request
		: null
}

const notFound = refuse<Refused>({ refusal: 'limit-request-not-found' })

export interface ConfirmPin extends MerchantStep {
	/** Of the pin as it was typed. */
	readonly pinHash: string
	readonly testResult: TestResult | null
}

export const confirmPin: CommandType<ConfirmPin, Standing> = {
	name: 'ConfirmPin',

	needs: ({ keys }) => needsOf(keys),

	decide(world, input, now) {
		const request = own(world, input)
		if (!request) return notFound
		if (request.state !== 'awaiting-pin') return reported(world, request, input, now)
		const { pin, predefinedLimit, customerId, testOn } = request
		if (isExhausted(pin)) return refuse<Refused>({ refusal: 'pin-tries-exhausted' })
		if (isExpired(pin, now.atMs)) return refuse<Refused>({ refusal: 'pin-expired' })
		if (pin.hash !== input.pinHash && !(testOn && input.testResult !== null)) {
			const counted = { ...request, pin: { ...pin, wrongTries: pin.wrongTries + 1 } }
			return done(put(world, counted, input.caller, now, 'pin-wrong'))
		}
		addEvent(world, 'pin-confirmed', input.caller, customerId)
		if (predefinedLimit !== null) {
			return done(grant(world, request, input.caller, newLimit(predefinedLimit, 'PREDEFINED', now.today), now))
		}
		const confirmed: ConfirmedRequest = { ...bare(request), state: 'confirmed', customerId, confirmedAtMs: now.atMs }
		put(world, confirmed, input.caller, now)
		return reported(world, confirmed, input, now)
	},
}

export interface AskReport extends MerchantStep {
	readonly testResult: TestResult | null
}

export const askReport: CommandType<AskReport, Standing> = {
	name: 'AskReport',

	needs: ({ keys }) => needsOf(keys),

	decide(world, input, now) {
		const request = own(world, input)
		return !request || request.state === 'awaiting-pin' ? notFound : reported(world, request, input, now)
	},
}

/** What a request whose pin was right comes to; asked again, a decided one answers the same (answers 96). */
function reported(
	world: World,
	request: ConfirmedRequest | GrantedRequest | RejectedRequest,
	{ caller, testResult }: AskReport,
	now: Now,
): Decision<Standing, Refused> {
	if (request.state === 'rejected') return refuse<Refused>({ refusal: 'limit-request-rejected' })
	if (request.state === 'granted') {
		return done(standing(request, now, null, infoOf(world, request.merchantId, request.customerId, now)))
	}
	const report = request.testOn ? testReport(testResult) : null
	return done(report === null ? standing(request, now) : decideBy(world, request, caller, report, now))
}

export interface ResendPin extends MerchantStep {
	readonly pinHash: string
}

export const resendPin: CommandType<ResendPin, Standing> = {
	name: 'ResendPin',

	needs: ({ keys }) => needsOf(keys),

	decide(world, input, now) {
		const request = own(world, input)
		if (request?.state !== 'awaiting-pin') return notFound
		if (!mayResend(request, now.atMs)) return refuse<Refused>({ refusal: 'resend-not-allowed-now' })
		const { pin, resends, customerId } = request
		// One whose text did not go out was none.
		const again = pin.text === 'failed' ? resends : resends + 1
		addEvent(world, 'pin-resent', input.caller, customerId)
		return done(put(world, withPin(request, input.pinHash, again, now), input.caller, now))
	},
}
