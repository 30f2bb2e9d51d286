import { describe, expect, it } from 'vitest'
import {
	type AwaitingPin,
	type ConfirmedRequest,
	grantOf,
	isExpired,
	limitRequestCode,
	mayResend,
	newPin,
	nextStep,
	parseLimitRequestCode,
	stands,
	testReport,
	wakeAfterMs,
} from '../../../src/domain/limit-request.ts'
import { kurus, ZERO } from '../../../src/domain/money.ts'

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

describe('a report', () => {
	it('of E, F or a limit of nothing grants nothing', () => {
		expect(grantOf({ grade: 'E', limit: kurus(100) })).toBeNull()
		expect(grantOf({ grade: 'F', limit: ZERO })).toBeNull()
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
	for (const code of ['', 'K', 'K0', 'K01', 'k1', 'T100001', 'K1 ', `K${'9'.repeat(17)}`, 'K١']) {
		expect(parseLimitRequestCode(code)).toBe(0n)
	}
})
