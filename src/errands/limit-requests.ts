// A limit request from one step to the next (protocol 5.2.1–5.2.4): the intent is recorded, a neighbour asked, the result recorded.
// A merchant that repeats and a job that finds the request left behind both take it up where it stands.

import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
	type AskReport,
	abandonRequest,
	askReport,
	type ConfirmPin,
	confirmPin,
	type RequestKeys,
	type ResendPin,
	recordBureauRequest,
	recordIdentity,
	recordReport,
	recordText,
	renewPin,
	resendPin,
	type Standing,
	type StartLimitRequest,
	startLimitRequest,
} from '../commands/limit-requests.ts'
import type { Refused } from '../commands/world.ts'
import { instantText } from '../domain/calendar.ts'
import {
	abandonedBefore,
	isBeingTexted,
	type LimitRequestId,
	nextStep,
	parseLimitRequestCode,
	type Report,
	type TestResult,
} from '../domain/limit-request.ts'
import type { Caller } from '../domain/merchant.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { Answer } from '../engine/command.ts'
import type { Subject } from '../gateways/bureau.ts'
import { Unreachable } from '../gateways/http-call.ts'
import { type FoundRequest, findLeftRequests, findLimitRequest } from '../queries/limit-requests.ts'
import { type Asked, type ErrandDeps, nobody, type Stepped, step } from './steps.ts'

/** A pin that is made here, texted, and known to nobody afterwards. */
interface FreshPin {
	readonly text: string
	readonly hash: string
}

/** How often a repeat looks whether the text of the first call is on its way. */
const TEXTED_LOOK_MS = 50

export class LimitRequests {
	readonly #deps: ErrandDeps

	constructor(deps: ErrandDeps) {
		this.#deps = deps
	}

	async start(input: Omit<StartLimitRequest, 'pinHash'>, asked: Asked<Standing>): Promise<Answer<Refused>> {
		const pin = this.#newPin(input.applicant.tckn.hash)
		const started = await step(this.#deps, startLimitRequest, { ...input, pinHash: pin.hash }, asked, whenTexted(pin))
		return this.#untilTexted(started, pin, asked, input.caller)
	}

	async resend(caller: Caller, code: string, asked: Asked<Standing>): Promise<Answer<Refused>> {
		const keys = await this.#keysOf(code)
		const pin = this.#newPin(keys?.tcknHash ?? '')
		const input: ResendPin = { caller, keys, pinHash: pin.hash }
		let resent = await step(this.#deps, resendPin, input, asked, whenTexted(pin))
		// What comes too early under a key may be the same call again: its answer is kept in the commit that ends the texting.
		let texting = asked.claims.length > 0 && keys !== null
		while (texting && isTooEarly(resent)) {
			texting = keys !== null && (await this.#isTexting(keys.id))
			if (texting) await sleep(TEXTED_LOOK_MS)
			resent = await step(this.#deps, resendPin, input, asked, whenTexted(pin))
		}
		return this.#untilTexted(resent, pin, asked, caller)
	}

	/** Ends by itself: a text that is under way for long counts as left behind. */
	async #isTexting(id: LimitRequestId): Promise<boolean> {
		const { reading } = this.#deps
		const found = await findLimitRequest(reading.pool, id)
		return found !== null && isBeingTexted(found.request, (await reading.clock.now()).atMs)
	}

	async confirm(
		caller: Caller,
		code: string,
		typedPin: string,
		testResult: TestResult | null,
		asked: Asked<Standing>,
	): Promise<Answer<Refused>> {
		const keys = await this.#keysOf(code)
		const input: ConfirmPin = { caller, keys, testResult, pinHash: this.#pinHash(keys?.tcknHash ?? '', typedPin) }
		return this.#untilAsked(await step(this.#deps, confirmPin, input, asked, whenReported), asked, caller)
	}

	async ask(caller: Caller, code: string, testResult: TestResult | null, asked: Asked<Standing>): Promise<Answer<Refused>> {
		const input: AskReport = { caller, keys: await this.#keysOf(code), testResult }
		return this.#untilAsked(await step(this.#deps, askReport, input, asked, whenReported), asked, caller)
	}

	/** Does what the server can do for a request by itself: for a job, when nobody waits. */
	async advance(id: LimitRequestId): Promise<void> {
		const { reading } = this.#deps
		const found = await findLimitRequest(reading.pool, id)
		if (!found) return
		const { request } = found
		const at: Standing = { request, info: null, refusal: null, next: nextStep(request, (await reading.clock.now()).atMs) }
		if (request.state === 'confirmed') await this.#untilAsked({ at }, nobody, null)
		else await this.#untilTexted({ at }, null, nobody, null)
	}

	/** Forgets who asked for what nobody has come back to. */
	async abandonLeft(): Promise<void> {
		const { reading } = this.#deps
		const before = instantText(abandonedBefore((await reading.clock.now()).atMs))
		let ids: readonly LimitRequestId[]
		let last = 0n
		do {
			ids = await findLeftRequests(reading.pool, before, last)
			for (const id of ids) {
				const { keys } = await this.#read(id)
				await step(this.#deps, abandonRequest, { keys, caller: null }, nobody, () => null)
				last = id
			}
		} while (ids.length > 0)
	}

	/** Goes on until a pin is on its way to the shopper, or somebody said no. `pin`: one that the last step may have used. */
	async #untilTexted(
		stepped: Stepped<Standing>,
		pin: FreshPin | null,
		asked: Asked<Standing>,
		caller: Caller | null,
	): Promise<Answer<Refused>> {
		if ('ended' in stepped) return stepped.ended
		const { request, refusal, next } = stepped.at
		if (refusal || !request) return refusedBy(refusal)
		if (pin && isToText(stepped.at, pin)) {
			const { keys, mobileNumber } = await this.#read(request.id)
			const sent = await reached(this.#deps.neighbours.sms.sendPin(request.id, mobileNumber, pin.text).then(() => true))
			const input = { keys, caller, pinHash: pin.hash, sent: sent ?? false }
			const recorded = await step(this.#deps, recordText, input, asked, whenTexted(null))
			// A repeat that came meanwhile was answered, and used up the key: what became of the text is written down all the same.
			if (isAnsweredBefore(recorded)) await step(this.#deps, recordText, input, nobody, whenTexted(null))
			return this.#untilTexted(recorded, null, asked, caller)
		}

		const { neighbours } = this.#deps
		const fresh = this.#newPin(request.tcknHash)
		const pinHash = fresh.hash
		const goOn = async (done: Stepped<Standing>) => this.#untilTexted(done, fresh, asked, caller)
		switch (next) {
			case 'verify-identity': {
				const { keys, subject } = await this.#read(request.id)
				const matches = await reached(neighbours.identity.matches(request.id, subject))
				return goOn(await step(this.#deps, recordIdentity, { keys, caller, matches, pinHash }, asked, whenTexted(fresh)))
			}
			case 'ask-bureau': {
				const { keys, subject } = await this.#read(request.id)
				const taken = (await reached(neighbours.bureau.request(request.id, subject).then(() => true))) ?? false
				return goOn(await step(this.#deps, recordBureauRequest, { keys, caller, taken, pinHash }, asked, whenTexted(fresh)))
			}
			case 'text-pin': {
				const { keys } = await this.#read(request.id)
				return goOn(await step(this.#deps, renewPin, { keys, caller, pinHash }, asked, whenTexted(fresh)))
			}
			default:
				return refusedBy(null)
		}
	}

	/** Goes on until the bureau was asked for the report, once. */
	async #untilAsked(stepped: Stepped<Standing>, asked: Asked<Standing>, caller: Caller | null): Promise<Answer<Refused>> {
		if ('ended' in stepped) return stepped.ended
		const { request, refusal, next } = stepped.at
		if (refusal || !request || next !== 'ask-report') return refusedBy(refusal)
		const { keys, subject } = await this.#read(request.id)
		const input = { keys, caller, report: await this.#askBureau(request.id, subject) }
		const recorded = await step(this.#deps, recordReport, input, asked, (at) => (at.refusal ? null : at))
		return 'ended' in recorded ? recorded.ended : refusedBy(recorded.at.refusal)
	}

	/** Null while there is no report; a bureau that can't be reached has none. */
	async #askBureau(id: LimitRequestId, subject: Subject): Promise<Report | null> {
		const { bureau } = this.#deps.neighbours
		const report = await reached(bureau.report(id))
		// It lost what it had taken: under the same id it is the same request.
		if (report === 'unknown') await reached(bureau.request(id, subject))
		return report === 'unknown' || report === 'not-ready' ? null : report
	}

	async #keysOf(code: string): Promise<RequestKeys | null> {
		const found = await findLimitRequest(this.#deps.reading.pool, parseLimitRequestCode(code))
		return found?.keys ?? null
	}

	async #read(id: LimitRequestId): Promise<{ keys: RequestKeys; subject: Subject; mobileNumber: string }> {
		const found = await findLimitRequest(this.#deps.reading.pool, id)
		if (!found) throw new Error(`limit request ${id} is gone`)
		return { keys: found.keys, subject: this.#subjectOf(found), mobileNumber: this.#mobileNumberOf(found) }
	}

	#subjectOf({ subject: { tcknSealed, ...subject } }: FoundRequest): Subject {
		return { ...subject, tckn: this.#deps.vault.open(tcknSealed, 'tckn') }
	}

	#mobileNumberOf({ request }: FoundRequest): string {
		return 'mobileNumberSealed' in request ? this.#deps.vault.open(request.mobileNumberSealed, 'mobile-number') : ''
	}

	#newPin(tcknHash: string): FreshPin {
		const text = String(randomInt(1_000_000)).padStart(6, '0')
		return { text, hash: this.#pinHash(tcknHash, text) }
	}

	/** The person is part of it, so that equal pins of two people do not look equal. */
	#pinHash(tcknHash: string, pin: string): string {
		return this.#deps.vault.hash(`${tcknHash} ${pin}`, 'pin')
	}
}

/** What a neighbour answers; null where it can't be reached. */
async function reached<T>(call: Promise<T>): Promise<T | null> {
	try {
		return await call
	} catch (error) {
		if (error instanceof Unreachable) return null
		throw error
	}
}

function isToText({ request }: Standing, pin: FreshPin): boolean {
	return request?.state === 'awaiting-pin' && request.pin.hash === pin.hash && request.pin.text === 'under-way'
}

function isTooEarly(stepped: Stepped<Standing>): boolean {
	return 'ended' in stepped && stepped.ended.kind === 'refused' && stepped.ended.refusals[0]?.refusal === 'resend-not-allowed-now'
}

/** Whether a key of the call was used up before this step, which then did nothing. */
function isAnsweredBefore(stepped: Stepped<Standing>): boolean {
	return 'ended' in stepped && !(stepped.ended.kind === 'done' && stepped.ended.replayedScope === null)
}

/** The answer of a call that starts a request or sends a pin, once nothing is left to do for it. */
function whenTexted(pin: FreshPin | null): (at: Standing) => Standing | null {
	return (at) => {
		const isLeft = at.next !== null && at.next !== 'ask-report'
		return at.refusal || isLeft || (pin && isToText(at, pin)) ? null : at
	}
}

/** The answer of a call that asks for the report, unless the bureau must be asked first. */
function whenReported(at: Standing): Standing | null {
	return at.refusal || at.next === 'ask-report' ? null : at
}

/** `null`: nothing was left to do, and nobody waited for an answer. */
function refusedBy(refusal: Refusal | null): Answer<Refused> {
	return { kind: 'refused', refusals: refusal ? [{ refusal }] : [] }
}
