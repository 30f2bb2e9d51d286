// Asking for a limit with the shopper's pin (protocol 5.2.1–5.2.4, answers 23, 24 and section J).

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { digitOf, Simulator, tcknGraded } from '../neighbours.ts'
import { newCustomer, newPerson, refusalsOf, type Sandbox, sql, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let simulator: Simulator
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	simulator = new Simulator(sandbox.app.simulatorUrl)
})
afterAll(() => sandbox.stop())
beforeEach(async () => {
	merchant = await sandbox.newMerchant()
	await sandbox.clock({ reset: true })
	await simulator.noFaults()
})

type Person = Record<string, unknown>

/** The parameters of HasoAuthSendInfo for a person nobody has seen, of whom the bureau says this. */
function shopper(outcome: keyof typeof digitOf = 'A', given: Person = {}): Person {
	const { kdsLimit: _kdsLimit, ...person } = newPerson({ tckn: tcknGraded(digitOf[outcome]), ...given })
	return person
}

const start = (person: Person, by = merchant) => by.client.call('/RequestV2/HasoAuthSendInfo', person)
const send = (kkbRefNo: string, pinCode: string, more: Person = {}, by = merchant) =>
	by.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode, ...more })
const ask = (kkbRefNo: string, more: Person = {}) => merchant.client.call('/RequestV2/AskKkbReportResult', { kkbRefNo, ...more })
const resend = (kkbRefNo: string) => merchant.client.call('/RequestV2/ResendKkbPinCode', { kkbRefNo })

async function started(person: Person, by = merchant): Promise<string> {
	const answer = await start(person, by)
	expect(answer.Errors).toEqual([])
	expect(answer.Data).toEqual({ KkbRefNo: expect.stringMatching(/^K\d{6,}$/), CustomerInfo: null })
	return answer.Data.KkbRefNo
}

const wrongPin = (pin: string): string => (pin === '000000' ? '000001' : '000000')

describe('a limit request', () => {
	it.each([
		['A', 50_000, false],
		['B', 25_000, false],
		['C', 10_000, false],
		['D', 5_000, true],
	] as const)('of somebody whom the bureau grades %s grants a limit when the pin is right', async (grade, amount, risky) => {
		const person = shopper(grade)
		const kkbRefNo = await started(person)
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect(answer.Errors).toEqual([])
		expect(answer.Data).toMatchObject({
			Message: 'RS100',
			KkbRefNo: kkbRefNo,
			CustomerInfo: {
				CustomerName: person.shopperName,
				CustomerLimit: amount,
				AvailableLimit: amount,
				LimitSource: 'KKB',
				IsRisky: risky,
				DealerSegment: 'GOLD',
			},
		})
		const today = await sandbox.today()
		const days = (Date.parse(answer.Data.CustomerInfo.LimitExpireDate.slice(0, 10)) - Date.parse(today)) / 86_400_000
		expect(days).toBe(90)
		expect(await simulator.requestsFor(person.tckn)).toEqual([{ requestId: kkbRefNo, sent: 1, asked: 1 }])
		await sandbox.booksBalance()
	})

	it.each(['E', 'F'] as const)('graded %s is rejected and leaves the limit that stands as it is', async (grade) => {
		const person = shopper(grade)
		const customerId = await newCustomer(merchant, { ...person, kdsLimit: '700000' })
		await sandbox.clock({ advanceDays: 365 })
		const kkbRefNo = await started(person)
		expect(refusalsOf(await send(kkbRefNo, await simulator.pin(person.mobileNumber)))).toEqual(['H215 kkbRefNo'])
		expect(refusalsOf(await send(kkbRefNo, 'whatever'))).toEqual(['H215 kkbRefNo'])
		expect(refusalsOf(await ask(kkbRefNo))).toEqual(['H215 kkbRefNo'])
		const info = await merchant.client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '10000' })
		expect(info.Data.CustomerInfo).toMatchObject({ CustomerLimit: 7000, LimitSource: 'KDS', AvailableLimit: 0 })
	})

	it('answers a known customer with a valid limit at once, and links the merchant', async () => {
		const person = shopper('A')
		const customerId = await newCustomer(await sandbox.newMerchant(), { ...person, kdsLimit: '123400' })
		const answer = await start({ ...person, shopperName: 'Another', dealerSegment: 'SILVER' })
		expect(answer.Data).toMatchObject({
			KkbRefNo: null,
			CustomerInfo: { CustomerId: customerId, CustomerName: person.shopperName, CustomerLimit: 1234, DealerSegment: 'SILVER' },
		})
		expect(await simulator.requestsFor(person.tckn)).toEqual([])
		expect((await start({ ...person, dealerSegment: undefined })).Data.CustomerInfo.DealerSegment).toBe('SILVER')
	})

	it('keeps the stored name, e-mail and number of a known customer, and texts the pin to the stored number', async () => {
		const person = shopper('B')
		const customerId = await newCustomer(await sandbox.newMerchant(), { ...person, kdsLimit: '0' })
		const other = shopper('B')
		const kkbRefNo = await started({ ...person, shopperName: 'Other', mobileNumber: other.mobileNumber })
		expect(await simulator.pins(other.mobileNumber)).toEqual([])
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect(answer.Data.CustomerInfo).toMatchObject({
			CustomerId: customerId,
			CustomerName: person.shopperName,
			GsmNo: `${String(person.mobileNumber).slice(0, 3)}*****${String(person.mobileNumber).slice(-2)}`,
		})
	})

	it('never texts a pin to a number that was changed meanwhile', async () => {
		const person = shopper('A')
		const customerId = await newCustomer(merchant, { ...person, kdsLimit: '0' })
		const kkbRefNo = await started(person)
		const newGsmNo = String(shopper().mobileNumber)
		expect((await merchant.client.call('/Index/ChangeCustomerGsmNo', { customerId, newGsmNo })).Errors).toEqual([])
		await sandbox.clock({ advanceDays: 1 })
		expect((await resend(kkbRefNo)).Errors).toEqual([])
		expect(await simulator.pins(newGsmNo)).toEqual([])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(2)
	})

	it('with a limit of the merchant’s own asks no bureau, and grants that limit for a year when the pin is right', async () => {
		const person = shopper('down', { preDefinedLimit: '150000' })
		const kkbRefNo = await started(person)
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect(answer.Data.CustomerInfo).toMatchObject({ CustomerLimit: 1500, LimitSource: 'PREDEFINED' })
		expect(await simulator.requestsFor(person.tckn)).toEqual([])
		const again = await started({ ...person, preDefinedLimit: '200000' })
		expect(again).not.toBe(kkbRefNo)
		const raised = await send(again, await simulator.pin(person.mobileNumber))
		expect(raised.Data.CustomerInfo.CustomerLimit).toBe(2000)
		await sandbox.booksBalance()
	})

	it('grants the limit by itself when the report comes, also when the merchant never asks again', async () => {
		const person = shopper('slow')
		const kkbRefNo = await started(person)
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect(answer.Data).toEqual({ Message: 'RS110', KkbRefNo: kkbRefNo, CustomerInfo: null })
		await vi.waitFor(
			async () => {
				const { rows } = await sandbox.app.database.pool.query(`select state from limit_request where id = $1`, [
					kkbRefNo.slice(1),
				])
				expect(rows[0].state).toBe('granted')
			},
			{ timeout: 20_000, interval: 200 },
		)
		expect((await ask(kkbRefNo)).Data.CustomerInfo).toMatchObject({ CustomerLimit: 50_000, LimitSource: 'KKB' })
		expect(await simulator.requestsFor(person.tckn)).toMatchObject([{ requestId: kkbRefNo, sent: 1 }])
		const noted = await sql(
			sandbox,
			`select actor, command, address from event where kind = 'limit-set' order by id desc limit 1`,
		)
		expect(noted).toEqual([{ actor: 'job', command: 'RecordReport', address: null }])
	})

	it('is known to its own merchant only', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const other = await sandbox.newMerchant()
		const pin = await simulator.pin(person.mobileNumber)
		expect(refusalsOf(await send(kkbRefNo, pin, {}, other))).toEqual(['H210 kkbRefNo'])
		expect((await send(kkbRefNo, pin)).Errors).toEqual([])
	})
})

describe('HasoAuthSendInfo refuses', () => {
	const young = '2015-01-01'

	it('a wrong TCKN before everything, then a mismatch, then age, then a taken number', async () => {
		const taken = String(newPerson().mobileNumber)
		await newCustomer(merchant, { mobileNumber: taken })
		const all = shopper('A', { shopperSurname: 'Uyuşmaz', birthDate: young, mobileNumber: taken })
		const before = await sandbox.everything()
		expect(refusalsOf(await start({ ...all, tckn: '12345678901' }))).toEqual(['H201 tckn'])
		expect(await sandbox.everything()).toEqual(before)
		expect(refusalsOf(await start(all))).toEqual(['H202 tckn'])
		expect(refusalsOf(await start({ ...all, shopperSurname: 'Kaya' }))).toEqual(['H205 birthDate'])
		expect(refusalsOf(await start({ ...all, shopperSurname: 'Kaya', birthDate: '1990-01-01' }))).toEqual(['H203 mobileNumber'])
		const left = (await sandbox.everything()).filter((row) => /^(person|customer)/.test(row))
		expect(left).toEqual(before.filter((row) => /^(person|customer)/.test(row)))
		expect(await simulator.requestsFor(all.tckn)).toEqual([])
	})

	it('of a known customer: age, then a number of somebody else, then suspension, and changes nothing', async () => {
		const taken = String(newPerson().mobileNumber)
		await newCustomer(merchant, { mobileNumber: taken })
		const person = shopper('A', { birthDate: '1990-01-01' })
		const customerId = await newCustomer(merchant, { ...person, kdsLimit: '0' })
		await merchant.client.call('/RequestV2/SuspendCustomer', { customerId })
		const before = await sandbox.everything()
		expect(refusalsOf(await start({ ...person, birthDate: young, mobileNumber: taken }))).toEqual(['H205 birthDate'])
		expect(refusalsOf(await start({ ...person, mobileNumber: taken }))).toEqual(['H203 mobileNumber'])
		expect(refusalsOf(await start(person))).toEqual(['H220 tckn'])
		expect(await sandbox.everything()).toEqual(before)
	})

	it('with H216 where the bureau can’t be reached, and a repeat goes on with the same request', async () => {
		const person = shopper('A')
		await simulator.fault('/bureau/requests', 'error', { times: 3, about: person.tckn })
		expect(refusalsOf(await start(person))).toEqual(['H216'])
		const kkbRefNo = await started(person)
		expect(await simulator.requestsFor(person.tckn)).toEqual([{ requestId: kkbRefNo, sent: 1, asked: 0 }])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(1)
		expect((await send(kkbRefNo, await simulator.pin(person.mobileNumber))).Errors).toEqual([])
	})

	it.each(['/identity/verifications', '/sms/messages'])('with H216 where %s fails, and a repeat goes on', async (path) => {
		const person = shopper('A')
		await simulator.fault(path, 'error', { times: 3, about: path.startsWith('/sms') ? person.mobileNumber : person.tckn })
		expect(refusalsOf(await start(person))).toEqual(['H216'])
		const kkbRefNo = await started(person)
		expect(await simulator.requestsFor(person.tckn)).toEqual([{ requestId: kkbRefNo, sent: 1, asked: 0 }])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(1)
	})

	it('a person under 18 with H205 and not H216 also where the identity service is away', async () => {
		const person = shopper('A', { birthDate: young })
		await simulator.fault('identity', 'error', { times: 3, about: person.tckn })
		expect(refusalsOf(await start(person))).toEqual(['H205 birthDate'])
	})

	it('nobody while trying again helps', async () => {
		const person = shopper('A')
		await simulator.fault('/bureau/requests', 'garbage', { about: person.tckn })
		await simulator.fault('/bureau/requests', 'error', { about: person.tckn })
		const kkbRefNo = await started(person)
		expect(await simulator.requestsFor(person.tckn)).toEqual([{ requestId: kkbRefNo, sent: 2, asked: 0 }])
	})

	it('every missing and invalid parameter in one answer', async () => {
		const answer = await start({
			...shopper(),
			shopperName: undefined,
			mobileNumber: '0532',
			testOn: 'maybe',
			preDefinedLimit: '-1',
		})
		expect(refusalsOf(answer)).toEqual(['H101 shopperName', 'H102 mobileNumber', 'H102 preDefinedLimit', 'H102 testOn'])
	})
})

describe('the same request again', () => {
	it('answers the same KkbRefNo with no new pin and no new bureau request', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		expect(await started({ ...person, ipAddress: '203.0.113.9' })).toBe(kkbRefNo)
		expect(await simulator.pins(person.mobileNumber)).toEqual([pin])
		expect(await simulator.requestsFor(person.tckn)).toMatchObject([{ sent: 1 }])
	})

	it('sent many times at once is one request with one pin', async () => {
		const person = shopper('A')
		const codes = await Promise.all(Array.from({ length: 8 }, () => started(person)))
		expect(new Set(codes).size).toBe(1)
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(1)
		expect(await simulator.requestsFor(person.tckn)).toHaveLength(1)
	})

	it('goes on answering it after the pin was confirmed, until the report has come', async () => {
		const person = shopper('neverReady')
		const kkbRefNo = await started(person)
		await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		await sandbox.clock({ advanceDays: 1 })
		expect(await started(person)).toBe(kkbRefNo)
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(1)
	})

	it('with other content replaces it: the old KkbRefNo is H210, its pin is worth nothing', async () => {
		const person = shopper('A')
		const old = await started(person)
		const oldPin = await simulator.pin(person.mobileNumber)
		const kkbRefNo = await started({ ...person, email: 'other@example.com' })
		expect(kkbRefNo).not.toBe(old)
		expect(refusalsOf(await send(old, oldPin))).toEqual(['H210 kkbRefNo'])
		expect(refusalsOf(await resend(old))).toEqual(['H210 kkbRefNo'])
		expect((await send(kkbRefNo, await simulator.pin(person.mobileNumber))).Errors).toEqual([])
	})

	it('after its pin has expired is a new request', async () => {
		const person = shopper('A')
		const old = await started(person)
		await sandbox.clock({ advanceDays: 1 })
		expect(await started(person)).not.toBe(old)
	})

	it('after its pin had five wrong tries is a new request', async () => {
		const person = shopper('A')
		const old = await started(person)
		const wrong = wrongPin(await simulator.pin(person.mobileNumber))
		for (let i = 0; i < 5; i++) await send(old, wrong)
		expect(await started(person)).not.toBe(old)
	})

	it('of two merchants for one new person is two requests for one customer', async () => {
		const other = await sandbox.newMerchant()
		const person = shopper('C')
		const codes = await Promise.all([started(person), started(person, other)])
		expect(new Set(codes).size).toBe(2)
		const pins = await simulator.pins(person.mobileNumber)
		expect(pins).toHaveLength(2)
		const { rows } = await sandbox.app.database.pool.query(
			`select count(distinct customer_id)::integer as customers from limit_request where id = any ($1)`,
			[codes.map((code) => code.slice(1))],
		)
		expect(rows[0].customers).toBe(1)
	})
})

describe('SendKkbPinCode', () => {
	it('answers five wrong pins with H211 and from the sixth try on H213, the right pin included', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		for (let i = 0; i < 5; i++) expect(refusalsOf(await send(kkbRefNo, wrongPin(pin)))).toEqual(['H211 pinCode'])
		expect(refusalsOf(await send(kkbRefNo, pin))).toEqual(['H213 pinCode'])
		await sandbox.clock({ advanceDays: 1 })
		expect(refusalsOf(await send(kkbRefNo, pin))).toEqual(['H213 pinCode'])
		expect((await resend(kkbRefNo)).Data).toEqual({ KkbRefNo: kkbRefNo })
		expect((await send(kkbRefNo, await simulator.pin(person.mobileNumber))).Errors).toEqual([])
	})

	it('counts wrong pins that come at once', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		const answers = await Promise.all(Array.from({ length: 12 }, () => send(kkbRefNo, wrongPin(pin))))
		const codes = answers.flatMap(({ Errors }) => Errors).sort()
		expect(codes).toEqual([...Array(5).fill('H211'), ...Array(7).fill('H213')])
	})

	it('changes nothing but the count of wrong pins', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const before = await sandbox.everything()
		await send(kkbRefNo, wrongPin(await simulator.pin(person.mobileNumber)))
		const changed = (await sandbox.everything()).filter((row) => !before.includes(row))
		expect(changed.map((row) => row.split(' ', 1)[0])).toEqual(['event', 'limit_request', 'stream'])
		expect(changed[0]).toContain('"kind": "limit-request-changed"')
		expect(changed[1]).toMatch(/"pin_wrong_tries": 1/)
	})

	it('refuses an expired pin with H212, also a right one, and H213 before it', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		await sandbox.clock({ advanceDays: 1 })
		expect(refusalsOf(await send(kkbRefNo, await simulator.pin(person.mobileNumber)))).toEqual(['H212 pinCode'])
	})

	it.each(['K1', 'K999999999', 'k100001', 'T100001', 'x'])('answers %s with H210', async (kkbRefNo) => {
		expect(refusalsOf(await send(kkbRefNo, '123456'))).toEqual(['H210 kkbRefNo'])
	})

	it('sent again after the pin was right answers what the request has come to, whatever the pin', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const first = await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect((await send(kkbRefNo, 'no pin')).Data).toEqual(first.Data)
		expect((await ask(kkbRefNo)).Data).toEqual(first.Data)
	})

	it('keeps no pin and nobody’s number where it could be read', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		await send(kkbRefNo, pin)
		for (const row of await sandbox.everything()) {
			expect(row).not.toContain(`"${pin}"`)
			expect(row).not.toContain(String(person.tckn))
			expect(row).not.toContain(String(person.mobileNumber))
		}
		const calls = await sandbox.app.database.pool.query(
			'select neighbour, operation, attempt, outcome from gateway_call where limit_request_id = $1 order by id',
			[kkbRefNo.slice(1)],
		)
		expect(calls.rows).toEqual([
			{ neighbour: 'identity', operation: 'verify', attempt: 1, outcome: 'ok' },
			{ neighbour: 'bureau', operation: 'request', attempt: 1, outcome: 'ok' },
			{ neighbour: 'sms', operation: 'send-pin', attempt: 1, outcome: 'ok' },
			{ neighbour: 'bureau', operation: 'report', attempt: 1, outcome: 'ok' },
		])
	})
})

describe('AskKkbReportResult', () => {
	it('answers H210 before the pin was right, RS110 while the report is awaited', async () => {
		const person = shopper('neverReady')
		const kkbRefNo = await started(person)
		expect(refusalsOf(await ask(kkbRefNo))).toEqual(['H210 kkbRefNo'])
		await send(kkbRefNo, await simulator.pin(person.mobileNumber))
		expect((await ask(kkbRefNo)).Data).toEqual({ Message: 'RS110', KkbRefNo: kkbRefNo, CustomerInfo: null })
		await simulator.fault('bureau', 'error', { times: 3, about: kkbRefNo })
		expect((await ask(kkbRefNo)).Data.Message).toBe('RS110')
	})
})

describe('a bureau that lost a request', () => {
	it('is asked again under the same id, and its report counts', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		await simulator.forget()
		expect((await send(kkbRefNo, await simulator.pin(person.mobileNumber))).Data.Message).toBe('RS110')
		expect(await simulator.requestsFor(person.tckn)).toMatchObject([{ requestId: kkbRefNo, sent: 1 }])
		expect((await ask(kkbRefNo)).Data.CustomerInfo.CustomerLimit).toBe(50_000)
	})
})

describe('ResendKkbPinCode', () => {
	it('makes a new pin that voids the old one, at most three times and at least a minute apart', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		expect(refusalsOf(await resend(kkbRefNo))).toEqual(['H217 kkbRefNo'])
		for (let i = 0; i < 3; i++) {
			await sandbox.clock({ advanceDays: 1 })
			expect((await resend(kkbRefNo)).Data).toEqual({ KkbRefNo: kkbRefNo })
			expect(refusalsOf(await resend(kkbRefNo))).toEqual(['H217 kkbRefNo'])
		}
		await sandbox.clock({ advanceDays: 1 })
		expect(refusalsOf(await resend(kkbRefNo))).toEqual(['H217 kkbRefNo'])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(4)
	})

	it('voids the old pin', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		const old = await simulator.pin(person.mobileNumber)
		await sandbox.clock({ advanceDays: 1 })
		await resend(kkbRefNo)
		const fresh = await simulator.pin(person.mobileNumber)
		if (fresh !== old) expect(refusalsOf(await send(kkbRefNo, old))).toEqual(['H211 pinCode'])
		expect((await send(kkbRefNo, fresh)).Errors).toEqual([])
		expect(refusalsOf(await resend(kkbRefNo))).toEqual(['H210 kkbRefNo'])
	})

	it('whose text did not go out is H216 and may be sent again at once', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		await sandbox.clock({ advanceDays: 1 })
		await simulator.fault('sms', 'error', { times: 3, about: person.mobileNumber })
		expect(refusalsOf(await resend(kkbRefNo))).toEqual(['H216'])
		expect((await resend(kkbRefNo)).Data).toEqual({ KkbRefNo: kkbRefNo })
		expect((await send(kkbRefNo, await simulator.pin(person.mobileNumber))).Errors).toEqual([])
	})
})

describe('with testOn', () => {
	const testing = (given: Person = {}) => shopper('down', { shopperSurname: 'Uyuşmaz', testOn: true, ...given })

	it.each([
		['A', 50_000],
		['B', 25_000],
		['C', 10_000],
		['D', 5_000],
	])('testResult %s decides, and neither identity service nor bureau is asked', async (testResult, amount) => {
		const person = testing()
		const kkbRefNo = await started(person)
		const answer = await send(kkbRefNo, 'any', { testResult })
		expect(answer.Data.CustomerInfo).toMatchObject({ CustomerLimit: amount, IsRisky: testResult === 'D' })
		expect(await simulator.requestsFor(person.tckn)).toEqual([])
	})

	it.each(['E', 'F'])('testResult %s is H215', async (testResult) => {
		expect(refusalsOf(await send(await started(testing()), 'any', { testResult }))).toEqual(['H215 kkbRefNo'])
	})

	it('RETRY and no testResult are RS110, and only a later testResult decides', async () => {
		const person = testing()
		const kkbRefNo = await started(person)
		expect((await send(kkbRefNo, 'any', { testResult: 'RETRY' })).Data.Message).toBe('RS110')
		expect((await ask(kkbRefNo)).Data.Message).toBe('RS110')
		expect((await ask(kkbRefNo, { testResult: 'RETRY' })).Data.Message).toBe('RS110')
		const { rows } = await sandbox.app.database.pool.query('select from graphile_worker.jobs where key = $1', [
			`limit-request-${kkbRefNo.slice(1)}`,
		])
		// The one for a text that might have failed is still there, and will find nothing to do.
		expect(rows.length).toBeLessThanOrEqual(1)
		expect((await ask(kkbRefNo, { testResult: 'C' })).Data.CustomerInfo.CustomerLimit).toBe(10_000)
		expect((await ask(kkbRefNo, { testResult: 'E' })).Data.CustomerInfo.CustomerLimit).toBe(10_000)
	})

	it('the right pin without testResult is RS110, and a wrong one H211', async () => {
		const person = testing()
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		expect(refusalsOf(await send(kkbRefNo, wrongPin(pin)))).toEqual(['H211 pinCode'])
		expect((await send(kkbRefNo, pin)).Data.Message).toBe('RS110')
	})

	it('testResult skips H211 only', async () => {
		const person = testing()
		const kkbRefNo = await started(person)
		const pin = await simulator.pin(person.mobileNumber)
		for (let i = 0; i < 5; i++) await send(kkbRefNo, wrongPin(pin))
		expect(refusalsOf(await send(kkbRefNo, pin, { testResult: 'A' }))).toEqual(['H213 pinCode'])
		const late = await started(testing())
		await sandbox.clock({ advanceDays: 1 })
		expect(refusalsOf(await send(late, 'any', { testResult: 'A' }))).toEqual(['H212 pinCode'])
		expect(refusalsOf(await send('K1', 'any', { testResult: 'A' }))).toEqual(['H210 kkbRefNo'])
	})

	it.each(['RETRY', 'E', 'A'])(
		'and a limit of the merchant’s own, %s lets any pin pass and the limit is that one',
		async (testResult) => {
			const kkbRefNo = await started(testing({ preDefinedLimit: '99900' }))
			const answer = await send(kkbRefNo, 'any', { testResult })
			expect(answer.Data.CustomerInfo).toMatchObject({ CustomerLimit: 999, LimitSource: 'PREDEFINED' })
		},
	)

	it('not sent at the start, testResult is ignored', async () => {
		const person = shopper('B')
		const kkbRefNo = await started(person)
		expect(refusalsOf(await send(kkbRefNo, 'any', { testResult: 'A' }))).toEqual(['H211 pinCode'])
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber), { testResult: 'E' })
		expect(answer.Data.CustomerInfo.CustomerLimit).toBe(25_000)
	})

	it('under 18 and a taken number are still refused, and nothing is kept', async () => {
		const taken = String(newPerson().mobileNumber)
		await newCustomer(merchant, { mobileNumber: taken })
		const before = await sandbox.everything()
		expect(refusalsOf(await start(testing({ birthDate: '2015-01-01' })))).toEqual(['H205 birthDate'])
		expect(refusalsOf(await start(testing({ mobileNumber: taken })))).toEqual(['H203 mobileNumber'])
		expect(refusalsOf(await send('K1', 'any', { testResult: 'G' }))).toEqual(['H102 testResult'])
		expect(await sandbox.everything()).toEqual(before)
	})
})

describe('an Idempotency-Key', () => {
	const keyed = (key: string, person: Person) =>
		merchant.client.call('/RequestV2/HasoAuthSendInfo', person, { headers: { 'idempotency-key': key } })

	it('replays the answer, also when the request has been replaced since', async () => {
		const person = shopper('A')
		const first = await keyed('a', person)
		await started({ ...person, email: 'other@example.com' })
		const again = await keyed('a', person)
		expect(again.Data).toEqual(first.Data)
		expect(again.headers.get('idempotency-replayed')).toBe('true')
		expect(refusalsOf(await keyed('a', { ...person, email: 'third@example.com' }))).toEqual(['H109 Idempotency-Key'])
	})

	it('is not used up by a refusal, and a wrong pin is one', async () => {
		const person = shopper('A')
		await simulator.fault('/bureau/requests', 'error', { times: 3, about: person.tckn })
		expect(refusalsOf(await keyed('b', person))).toEqual(['H216'])
		await simulator.noFaults()
		const { KkbRefNo: kkbRefNo } = (await keyed('b', person)).Data
		const pin = await simulator.pin(person.mobileNumber)
		const headers = { 'idempotency-key': 'c' }
		const sendKeyed = (pinCode: string) => merchant.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode }, { headers })
		expect(refusalsOf(await sendKeyed(wrongPin(pin)))).toEqual(['H211 pinCode'])
		expect((await sendKeyed(pin)).Errors).toEqual([])
		expect((await sendKeyed(pin)).headers.get('idempotency-replayed')).toBe('true')
	})

	it('makes a resend safe to repeat', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		await sandbox.clock({ advanceDays: 1 })
		const headers = { 'idempotency-key': 'd' }
		const again = () => merchant.client.call('/RequestV2/ResendKkbPinCode', { kkbRefNo }, { headers })
		expect((await again()).Data).toEqual((await again()).Data)
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(2)
	})

	it('of a resend answers a repeat that comes while the text is under way, once it is sent', async () => {
		const person = shopper('A')
		const kkbRefNo = await started(person)
		await sandbox.clock({ advanceDays: 1 })
		const again = (key: string) =>
			merchant.client.call('/RequestV2/ResendKkbPinCode', { kkbRefNo }, { headers: { 'idempotency-key': key } })
		await simulator.fault('/sms/messages', 'slow', { about: person.mobileNumber })
		const first = again('e')
		await simulator.untilMet()
		const [repeat, other] = [again('e'), again('f')]
		expect((await first).Data).toEqual({ KkbRefNo: kkbRefNo })
		expect((await repeat).Data).toEqual({ KkbRefNo: kkbRefNo })
		expect((await repeat).headers.get('idempotency-replayed')).toBe('true')
		expect(refusalsOf(await other)).toEqual(['H217 kkbRefNo'])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(2)
	})

	it('that a repeat has used up before the text was sent does not lose that it was: no second pin follows', async () => {
		const person = shopper('A')
		await simulator.fault('/sms/messages', 'slow', { about: person.mobileNumber })
		const first = keyed('g', person)
		await simulator.untilMet()
		const repeat = await keyed('g', person)
		expect(repeat.Data).toEqual({ KkbRefNo: expect.stringMatching(/^K/), CustomerInfo: null })
		expect((await first).Data).toEqual(repeat.Data)
		const { rows } = await sandbox.app.database.pool.query('select pin_text from limit_request where id = $1', [
			repeat.Data.KkbRefNo.slice(1),
		])
		expect(rows).toEqual([{ pin_text: 'sent' }])
		expect(await simulator.pins(person.mobileNumber)).toHaveLength(1)
	})
})

describe('in production', () => {
	let production: Sandbox
	let strict: TestMerchant

	beforeAll(async () => {
		const { url } = simulator
		production = await startSandbox('production', { bureau: url, identity: url, sms: url })
		strict = await production.newMerchant()
	})
	afterAll(() => production.stop())

	it('testOn is H102, together with the other parameters, and testResult means nothing', async () => {
		const person = shopper('B')
		expect(refusalsOf(await start({ ...person, email: 'none', testOn: true }, strict))).toEqual(['H102 email', 'H102 testOn'])
		const kkbRefNo = await started({ ...person, testOn: false }, strict)
		expect(refusalsOf(await send(kkbRefNo, 'any', { testResult: 'A' }, strict))).toEqual(['H211 pinCode'])
		const answer = await send(kkbRefNo, await simulator.pin(person.mobileNumber), { testResult: 'E' }, strict)
		expect(answer.Data.CustomerInfo.CustomerLimit).toBe(25_000)
	})

	it('a limit of the merchant’s own needs the operator’s leave: H227 after H205, before H203', async () => {
		const person = shopper('A', { preDefinedLimit: '100000' })
		expect(refusalsOf(await start(person, strict))).toEqual(['H227 preDefinedLimit'])
		expect(refusalsOf(await start({ ...person, birthDate: '2015-01-01' }, strict))).toEqual(['H205 birthDate'])
		await strict.set({ settableLimits: ['PREDEFINED'] })
		await started(person, strict)
	})
})
