// Calling a neighbour in trouble: the end of an attempt, trying again, the circuit. Against the real simulator.

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Neighbours, startNeighbours } from '../../../sim/neighbours.ts'
import type { Subject } from '../../../src/gateways/bureau.ts'
import { type Attempt, type CallLimits, Unreachable } from '../../../src/gateways/http-call.ts'
import { httpNeighbours } from '../../../src/gateways/neighbours.ts'
import { date } from '../../dates.ts'
import { digitOf, Simulator, tcknGraded } from '../../neighbours.ts'

const limits: CallLimits = {
	attempts: 3,
	attemptTimeoutMs: 150,
	callTimeoutMs: 1_000,
	firstRetryMs: 5,
	lastRetryMs: 20,
	circuitFailures: 6,
	circuitOpenMs: 200,
	answerBytes: 1_000,
}

let simulated: Neighbours
let simulator: Simulator
let attempts: Attempt[]
let asked = 0n

beforeAll(async () => {
	simulated = await startNeighbours()
	simulator = new Simulator(simulated.url)
})
afterAll(() => simulated.close())
beforeEach(async () => {
	attempts = []
	await simulator.noFaults()
})

function neighbours(changed: Partial<CallLimits> = {}, url = simulated.url) {
	return httpNeighbours({ bureau: url, identity: url, sms: url }, { ...limits, ...changed }, async (attempt) => {
		attempts.push(attempt)
	})
}

const person = (tenthDigit: number = digitOf.A): Subject => ({
	tckn: tcknGraded(tenthDigit),
	name: 'Ayşe',
	surname: 'Yılmaz',
	birthDate: date('1990-05-17'),
})
const newId = () => ++asked
const outcomes = () => attempts.map(({ attempt, outcome }) => `${attempt} ${outcome}`)

describe('a call', () => {
	it('that meets a passing failure is tried again, and each attempt is recorded', async () => {
		await simulator.fault('bureau', 'error')
		await simulator.fault('bureau', 'garbage')
		const id = newId()
		const subject = person()
		await neighbours().bureau.request(id, subject)
		expect(outcomes()).toEqual(['1 http-503', '2 unreadable', '3 ok'])
		expect(attempts[0]).toMatchObject({ neighbour: 'bureau', operation: 'request', limitRequestId: id })
		expect(await simulator.requestsFor(subject.tckn)).toEqual([{ requestId: `K${id}`, sent: 2, asked: 0 }])
	})

	it('is given up after the last attempt', async () => {
		await expect(neighbours().bureau.request(newId(), person(digitOf.down))).rejects.toBeInstanceOf(Unreachable)
		expect(outcomes()).toEqual(['1 http-503', '2 http-503', '3 http-503'])
	})

	it('whose attempt gets no answer in its time is tried again', async () => {
		await simulator.fault('identity', 'hang')
		expect(await neighbours().identity.matches(newId(), person())).toBe(true)
		expect(outcomes()).toEqual(['1 timed-out', '2 ok'])
		expect(attempts[0]?.ms).toBeGreaterThanOrEqual(140)
	})

	it('has an end, whatever the attempts add up to', async () => {
		await simulator.fault('identity', 'hang', { times: 100 })
		const startedMs = performance.now()
		const call = neighbours({ attempts: 100, callTimeoutMs: 400, circuitFailures: 100 }).identity.matches(newId(), person())
		await expect(call).rejects.toBeInstanceOf(Unreachable)
		expect(performance.now() - startedMs).toBeLessThan(900)
		expect(attempts.length).toBeLessThan(6)
	})

	it('whose answer was lost is one request and one text all the same', async () => {
		await simulator.fault('bureau', 'hang-after')
		await simulator.fault('sms', 'hang-after')
		const { bureau, sms } = neighbours()
		const subject = person()
		await bureau.request(newId(), subject)
		await sms.sendPin(newId(), '5550000001', '123456')
		expect(await simulator.requestsFor(subject.tckn)).toMatchObject([{ sent: 2 }])
		expect(await simulator.pins('5550000001')).toEqual(['123456'])
	})

	it('to nobody is unreachable', async () => {
		await expect(neighbours({}, 'http://127.0.0.1:9').sms.sendPin(newId(), '5550000002', '123456')).rejects.toThrow(
			'sms: send-pin failed',
		)
		expect(outcomes()).toEqual(['1 unreachable', '2 unreachable', '3 unreachable'])
	})

	it('that the neighbour turns down is not tried again', async () => {
		await expect(neighbours({}, `${simulated.url}/nowhere`).identity.matches(newId(), person())).rejects.toBeInstanceOf(
			Unreachable,
		)
		expect(outcomes()).toEqual(['1 http-404'])
	})

	it('reads no more of an answer than its bound', async () => {
		await expect(neighbours({ answerBytes: 5 }).identity.matches(newId(), person())).rejects.toBeInstanceOf(Unreachable)
		expect(outcomes()).toEqual(['1 unreadable', '2 unreadable', '3 unreadable'])
	})
})

describe('the circuit', () => {
	it('opens after many failures in a row, lets nothing through for a while, then one call that closes it', async () => {
		const { identity } = neighbours()
		const ask = () => identity.matches(newId(), person())
		await simulator.fault('identity', 'error', { times: 6 })
		await expect(ask()).rejects.toBeInstanceOf(Unreachable)
		await expect(ask()).rejects.toBeInstanceOf(Unreachable)
		attempts = []
		await expect(ask()).rejects.toBeInstanceOf(Unreachable)
		expect(outcomes()).toEqual(['0 circuit-open'])
		await vi.waitFor(async () => expect(await ask()).toBe(true), { timeout: 2_000, interval: 50 })
		expect(await ask()).toBe(true)
	})

	it('of one neighbour is not that of another', async () => {
		const { identity, sms } = neighbours({ circuitFailures: 1, attempts: 1 })
		await simulator.fault('identity', 'error')
		await expect(identity.matches(newId(), person())).rejects.toBeInstanceOf(Unreachable)
		await sms.sendPin(newId(), '5550000003', '654321')
		expect(outcomes()).toEqual(['1 http-503', '1 ok'])
	})
})

describe('the bureau', () => {
	it.each([
		['A', 50_000_00n],
		['B', 25_000_00n],
		['C', 10_000_00n],
		['D', 5_000_00n],
		['E', 0n],
		['F', 0n],
	] as const)('reports %s with its limit', async (grade, limit) => {
		const { bureau } = neighbours()
		const id = newId()
		await bureau.request(id, person(digitOf[grade]))
		expect(await bureau.report(id)).toEqual({ grade, limit })
	})

	it('has no report yet of some, and knows nothing of what it was not asked', async () => {
		const { bureau } = neighbours()
		const id = newId()
		await bureau.request(id, person(digitOf.neverReady))
		expect(await bureau.report(id)).toBe('not-ready')
		expect(await bureau.report(newId())).toBe('unknown')
		expect(outcomes()).toEqual(['1 ok', '1 ok', '1 ok'])
	})
})

it('nothing that is recorded says whom a call was about', async () => {
	const subject = person()
	const { bureau, identity, sms } = neighbours()
	await identity.matches(newId(), subject)
	await bureau.checkNumber(subject.tckn, '5551112233', '5551112244')
	await sms.sendPin(newId(), '5551112233', '135790')
	const recorded = JSON.stringify(attempts, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
	for (const secret of [subject.tckn, subject.name, subject.surname, '5551112233', '135790']) {
		expect(recorded).not.toContain(secret)
	}
})
