import { describe, expect, it } from 'vitest'
import {
	type AwaitingPin,
	abandonedBefore,
	type ConfirmedRequest,
	givenUpBefore,
	grantOf,
	isAbandoned,
	isBeingTexted,
	isExpired,
	isUndecided,
	type LimitRequest,
	limitRequestCode,
	mayResend,
	newPin,
	nextStep,
	parseLimitRequestCode,
	type StartedRequest,
	stands,
	testReport,
	type VerifiedRequest,
	wakeAfterMs,
} from '../../../src/domain/limit-request.ts'
import { kurus, ZERO } from '../../../src/domain/money.ts'
import { date } from '../../dates.ts'

const startedAtMs = 1_800_000_000_000
const second = 1_000
const minute = 60 * second

const request = {
	id: 100001n,
	merchantId: 1,
	tcknHash: 'aa',
	contentHash: 'bb',
	testOn: false,
	predefinedLimit: null,
	startedAtMs,
	customerId: 1000000001n,
}
const awaitingPin = (pin = {}, resends = 0): AwaitingPin => ({
	...request,
	state: 'awaiting-pin',
	mobileNumberSealed: new Uint8Array(),
	pin: { ...newPin('cc', startedAtMs), text: 'sent', ...pin },
	resends,
})
const confirmed = (testOn = false): ConfirmedRequest => ({ ...request, testOn, state: 'confirmed', confirmedAtMs: startedAtMs })
const after = (ms: number) => startedAtMs + ms

describe('a pin', () => {
	it('is good for five minutes, and not one millisecond longer', () => {
		expect(isExpired(newPin('cc', startedAtMs), after(5 * minute - 1))).toBe(false)
		expect(isExpired(newPin('cc', startedAtMs), after(5 * minute))).toBe(true)
	})

	it('may be sent again a minute after the last one, three times', () => {
		expect(mayResend(awaitingPin(), after(minute - 1))).toBe(false)
		expect(mayResend(awaitingPin(), after(minute))).toBe(true)
		expect(mayResend(awaitingPin({}, 2), after(minute))).toBe(true)
		expect(mayResend(awaitingPin({}, 3), after(minute))).toBe(false)
	})

	it('whose text did not go out may be sent again at once, and is not counted', () => {
		expect(mayResend(awaitingPin({ text: 'failed' }, 3), after(0))).toBe(true)
	})

	it('that expired or had five wrong tries leaves no request to repeat; one that was right does', () => {
		expect(stands(awaitingPin({ wrongTries: 4 }), after(minute))).toBe(true)
		expect(stands(awaitingPin({ wrongTries: 5 }), after(minute))).toBe(false)
		expect(stands(awaitingPin(), after(5 * minute))).toBe(false)
		expect(stands(confirmed(), after(60 * minute))).toBe(true)
	})
})

describe('the next step', () => {
	it('is nobody’s while a text is on its way, and the server’s when it was left or failed', () => {
		expect(nextStep(awaitingPin({ text: 'under-way' }), after(20 * second - 1))).toBeNull()
		expect(nextStep(awaitingPin({ text: 'under-way' }), after(20 * second))).toBe('text-pin')
		expect(nextStep(awaitingPin({ text: 'failed' }), after(0))).toBe('text-pin')
		expect(nextStep(awaitingPin(), after(minute))).toBeNull()
	})

	it('is to ask for the report, but never for a request that is only tried out', () => {
		expect(nextStep(confirmed(), after(0))).toBe('ask-report')
		expect(nextStep(confirmed(true), after(0))).toBeNull()
		expect(wakeAfterMs(confirmed(true), after(0))).toBeNull()
	})

	it('is looked at ever more rarely, at least once a minute, for thirty days', () => {
		expect([0, 10 * second, minute, 60 * minute].map((ms) => wakeAfterMs(confirmed(), after(ms)))).toEqual([
			2 * second,
			5 * second,
			30 * second,
			minute,
		])
		expect(wakeAfterMs(confirmed(), after(30 * 24 * 60 * minute))).toBeNull()
	})

	it('of a request that was never texted is the server’s for ten minutes', () => {
		expect(wakeAfterMs(awaitingPin({ text: 'failed' }), after(10 * minute - 1))).toBe(20 * second)
		expect(wakeAfterMs(awaitingPin({ text: 'failed' }), after(10 * minute))).toBeNull()
		expect(wakeAfterMs(awaitingPin(), after(0))).toBeNull()
	})
})

describe('a request', () => {
	const verified: VerifiedRequest = { ...request, state: 'verified', mobileNumberSealed: Buffer.from('m') }
	const { customerId: _, ...bare } = request
	const started: StartedRequest = {
		...bare,
		state: 'started',
		dealerSegment: null,
		applicant: {
			name: 'a',
			surname: 'b',
			birthDate: date('1990-01-01'),
			tckn: { hash: 'aa', sealed: Buffer.from('t') },
			mobileNumber: { hash: 'cc', sealed: Buffer.from('m') },
			emailSealed: Buffer.from('e'),
		},
	}
	const decided: LimitRequest[] = [
		{ ...request, state: 'granted' },
		{ ...request, state: 'rejected' },
		{ ...request, state: 'replaced' },
		{ ...request, state: 'abandoned' },
		{ ...bare, state: 'refused', refusal: 'under-age' },
	]

	it('is undecided until somebody said yes or no, or nobody came back', () => {
		expect([started, verified, awaitingPin(), confirmed()].map(isUndecided)).toEqual([true, true, true, true])
		expect(decided.map(isUndecided)).toEqual(decided.map(() => false))
	})

	it('that was only started or verified goes on with the identity service or the bureau, for ten minutes', () => {
		expect(nextStep(started, after(0))).toBe('verify-identity')
		expect(nextStep(verified, after(0))).toBe('ask-bureau')
		for (const each of [started, verified]) {
			expect(wakeAfterMs(each, after(10 * minute - 1))).toBe(20 * second)
			expect(wakeAfterMs(each, after(10 * minute))).toBeNull()
			expect(stands(each, after(60 * minute))).toBe(true)
			expect(isBeingTexted(each, after(0))).toBe(false)
		}
	})

	it('that is decided is nobody’s turn', () => {
		for (const each of decided) {
			expect(nextStep(each, after(0)), each.state).toBeNull()
			expect(wakeAfterMs(each, after(0)), each.state).toBeNull()
			expect(isBeingTexted(each, after(0)), each.state).toBe(false)
		}
	})

	it('is being texted for twenty seconds, and not when the text is out or failed', () => {
		expect(newPin('cc', startedAtMs)).toEqual({ hash: 'cc', madeAtMs: startedAtMs, wrongTries: 0, text: 'under-way' })
		expect(isBeingTexted(awaitingPin({ text: 'under-way' }), after(20 * second - 1))).toBe(true)
		expect(isBeingTexted(awaitingPin({ text: 'under-way' }), after(20 * second))).toBe(false)
		for (const text of ['sent', 'failed'] as const) expect(isBeingTexted(awaitingPin({ text }), after(0))).toBe(false)
	})

	it('is abandoned seven days after its start or its latest pin, but never once the pin was right', () => {
		const week = 7 * 24 * 60 * minute
		expect(abandonedBefore(after(week))).toBe(startedAtMs)
		for (const each of [started, verified, awaitingPin()]) {
			expect(isAbandoned(each, after(week)), each.state).toBe(false)
			expect(isAbandoned(each, after(week + 1)), each.state).toBe(true)
		}
		expect(isAbandoned(awaitingPin({ madeAtMs: after(minute) }), after(week + minute))).toBe(false)
		expect(isAbandoned(confirmed(), after(10 * week))).toBe(false)
	})

	it('is left to its merchant after ten minutes without a text, and after thirty days without a report', () => {
		expect(givenUpBefore(after(0))).toEqual({ confirmedMs: after(-30 * 24 * 60 * minute), startedMs: after(-10 * minute) })
		expect(wakeAfterMs(confirmed(), after(30 * 24 * 60 * minute - 1))).toBe(minute)
	})
})

describe('a report', () => {
	it('of E, F or a limit of nothing grants nothing', () => {
		expect(grantOf({ grade: 'E', limit: kurus(100) })).toBeNull()
		expect(grantOf({ grade: 'F', limit: kurus(100) })).toBeNull()
		expect(grantOf({ grade: 'A', limit: ZERO })).toBeNull()
		expect(grantOf({ grade: 'D', limit: kurus(500_000) })).toEqual({ amount: 500_000n, grade: 'D' })
	})

	it('is what testResult says, and none for RETRY', () => {
		expect(testReport('B')).toEqual({ grade: 'B', limit: 2_500_000n })
		expect(testReport('RETRY')).toBeNull()
		expect(testReport(null)).toBeNull()
	})
})

it('a KkbRefNo carries the id, and what is none reads as 0', () => {
	expect(parseLimitRequestCode(limitRequestCode(100001n))).toBe(100001n)
	for (const code of ['', 'xK1', 'K', 'K0', 'K01', 'k1', 'T100001', 'K1 ', `K${'9'.repeat(17)}`, 'K١']) {
		expect(parseLimitRequestCode(code)).toBe(0n)
	}
})
