// A merchant sets a customer's limit by its own word (protocol 5.2.6, answers 28–38).

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import type { Answer } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { itReadsItsParameters, noLimit, noText10 } from '../parameters.ts'
import {
	customerInfo,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	refusedWithoutTrace,
	type Sandbox,
	said,
	sql,
	startSandbox,
	type TestMerchant,
	tcknOf,
} from '../sandbox.ts'

const path = '/RequestV2/SetLimitFromKds'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

function setLimit(parameters: Parameters, by = merchant): Promise<Answer> {
	return by.client.call(path, parameters)
}

/** The CustomerInfo of a limit that was set. */
async function limitSet(parameters: Parameters, by = merchant) {
	const answer = await setLimit(parameters, by)
	expect(refusalsOf(answer)).toEqual([])
	expect(Object.keys(answer.Data)).toEqual(['CustomerInfo'])
	return answer.Data.CustomerInfo
}

function refusedLimit(parameters: Parameters, by = merchant): Promise<string[]> {
	return refusedWithoutTrace(sandbox, () => setLimit(parameters, by))
}

/** What is stored of a person beside what CustomerInfo shows. */
async function personStored(customerId: string) {
	const [row] = await sql<{ birth_date: string; email_sealed: Buffer; tckn_sealed: Buffer; mobile_sealed: Buffer }>(
		sandbox,
		'select birth_date, email_sealed, tckn_sealed, mobile_sealed from person where customer_id = $1',
		[customerId],
	)
	if (!row) throw new Error(`nobody is customer ${customerId}`)
	const { vault } = sandbox.app.database
	return {
		birthDate: row.birth_date,
		email: vault.open(row.email_sealed, 'email'),
		tckn: vault.open(row.tckn_sealed, 'tckn'),
		mobileNumber: vault.open(row.mobile_sealed, 'mobile-number'),
	}
}

async function fallBehind(customerId: string, by = merchant): Promise<void> {
	await newSale(by, customerId, { orderAmount: '10000', selectedInstallment: 1 })
	await sandbox.clock({ advanceDays: 40 })
}

describe('a person nobody knew', () => {
	it('is registered with the limit, and the answer has the sixteen fields of CustomerInfo', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson({ mobileNumber: '5161234533', kdsSegment: 'K7', kdsLimit: '123456' })
		const info = await limitSet(person)
		expect(info).toEqual({
			CustomerId: expect.stringMatching(/^[1-9][0-9]{9}$/),
			CustomerName: 'Şükrü Çağrı',
			CustomerSurname: 'Öğütçü',
			CustomerLimit: 1234.56,
			UsedLimit: 0,
			AvailableLimit: 1234.56,
			LimitExpireDate: '2042-05-20T00:00:00',
			LimitSource: 'KDS',
			CustomerStatus: 1,
			CustomerStatusText: 'Aktif',
			HasOverduePayment: false,
			IsRisky: false,
			DealerSegment: 'GOLD',
			KdsSegment: 'K7',
			GsmNo: '516*****33',
			Balance: 0,
		})
		expect(Object.keys(info)).toEqual([
			'CustomerId',
			'CustomerName',
			'CustomerSurname',
			'CustomerLimit',
			'UsedLimit',
			'AvailableLimit',
			'LimitExpireDate',
			'LimitSource',
			'CustomerStatus',
			'CustomerStatusText',
			'HasOverduePayment',
			'IsRisky',
			'DealerSegment',
			'KdsSegment',
			'GsmNo',
			'Balance',
		])
		expect(await customerInfo(merchant, info.CustomerId)).toEqual(info)
		expect(await personStored(info.CustomerId)).toEqual({
			birthDate: '1983-08-17',
			email: person.email,
			tckn: person.tckn,
			mobileNumber: '5161234533',
		})
		await sandbox.booksBalance()
	})

	it('has no KdsSegment where none was sent', async () => {
		expect((await limitSet(newPerson())).KdsSegment).toBeNull()
		expect((await limitSet(newPerson({ kdsSegment: '' }))).KdsSegment).toBeNull()
	})

	it('keeps its names as they were sent, up to a hundred characters of any script', async () => {
		const names = { shopperName: ' Ada  ', shopperSurname: '😀'.repeat(100) }
		expect(await limitSet(newPerson(names))).toMatchObject({ CustomerName: ' Ada  ', CustomerSurname: '😀'.repeat(100) })
	})

	it('is a customer of its own: nobody else’s limit or name is touched', async () => {
		const first = await limitSet(newPerson())
		const second = await limitSet(newPerson({ kdsLimit: '100', shopperName: 'Ayşe' }))
		expect(second.CustomerId).not.toBe(first.CustomerId)
		expect(await customerInfo(merchant, first.CustomerId)).toEqual(first)
	})

	it('whose request arrives thirty times at once is one customer', async () => {
		const people = () => sql(sandbox, 'select from person')
		const known = await people()
		const person = newPerson()
		const infos = await Promise.all(Array.from({ length: 30 }, () => limitSet(person)))
		for (const info of infos) expect(info).toEqual(infos[0])
		expect(await people()).toHaveLength(known.length + 1)
	})

	it('is told of in an event that keeps the shopper’s address', async () => {
		const info = await limitSet(newPerson({ ipAddress: '2001:db8::7' }))
		const events = await sql(sandbox, 'select kind, ip_address from event where customer_id = $1', [info.CustomerId])
		expect(events).toEqual([{ kind: 'limit-set', ip_address: '2001:db8::7' }])
	})
})

describe('a person already known', () => {
	it('takes on the name, number, e-mail, segments and limit that are sent, and stays the same customer', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson({ kdsSegment: 'K1' })
		const before = await limitSet(person)
		await sandbox.clock({ advanceDays: 10 })
		const after = await limitSet({
			...person,
			shopperName: 'Gül',
			shopperSurname: 'Işık',
			mobileNumber: '5559876501',
			email: 'gul@example.org',
			dealerSegment: 'SILVER',
			kdsSegment: 'K2',
			kdsLimit: '777',
		})
		expect(after).toEqual({
			...before,
			CustomerName: 'Gül',
			CustomerSurname: 'Işık',
			GsmNo: '555*****01',
			DealerSegment: 'SILVER',
			KdsSegment: 'K2',
			CustomerLimit: 7.77,
			AvailableLimit: 7.77,
			LimitExpireDate: '2042-05-30T00:00:00',
		})
		expect(await personStored(before.CustomerId)).toEqual({
			birthDate: '1983-08-17',
			email: 'gul@example.org',
			tckn: person.tckn,
			mobileNumber: '5559876501',
		})
	})

	it.each([
		['absent', {}],
		['null', { kdsSegment: null }],
		['empty', { kdsSegment: '' }],
	])('keeps its KdsSegment when that is %s', async (_, kdsSegment) => {
		const person = newPerson({ kdsSegment: 'K1' })
		await limitSet(person)
		const { kdsSegment: __, ...rest } = person
		expect((await limitSet({ ...rest, ...kdsSegment })).KdsSegment).toBe('K1')
	})

	it('keeps its birth date, though the one sent must be of age', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson({ birthDate: '1990-01-02' })
		const { CustomerId } = await limitSet(person)
		await limitSet({ ...person, birthDate: '1970-12-31' })
		expect((await personStored(CustomerId)).birthDate).toBe('1990-01-02')
		expect(await refusedLimit({ ...person, birthDate: '2030-01-01', kdsLimit: '1', shopperName: 'Başka' })).toEqual([
			'H205 birthDate',
		])
	})

	it('may send its own number again, take a new one and come back to the old one', async () => {
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		for (const mobileNumber of [person.mobileNumber, '5559876502', person.mobileNumber]) {
			expect((await limitSet({ ...person, mobileNumber })).CustomerId).toBe(CustomerId)
			expect((await personStored(CustomerId)).mobileNumber).toBe(mobileNumber)
		}
	})

	it('keeps what it has paid ahead at the merchant', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson()
		const { CustomerId: customerId } = await limitSet(person)
		const load = { customerId, balanceAmount: '4550', paymentDate: '2041-05-20' }
		expect(refusalsOf(await merchant.client.call('/RequestV2/LoadCustomerBalance', load))).toEqual([])
		expect((await limitSet(person)).Balance).toBe(45.5)
		expect((await customerInfo(merchant, customerId)).Balance).toBe(45.5)
		await sandbox.booksBalance()
	})

	it('sent again word for word keeps the limit and counts its life from today again', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson()
		const before = await limitSet(person)
		expect(await limitSet(person)).toEqual(before)
		await sandbox.clock({ advanceDays: 1 })
		expect(await limitSet(person)).toEqual({ ...before, LimitExpireDate: '2042-05-21T00:00:00' })
	})
})

describe('a mobile number', () => {
	it('of another customer is refused, for a new person and for a known one, and nothing of the request is kept', async () => {
		const holder = newPerson()
		const held = await limitSet(holder)
		const known = newPerson()
		const before = await limitSet(known)
		for (const person of [newPerson(), known]) {
			const request = { ...person, mobileNumber: holder.mobileNumber, shopperName: 'Başka', kdsLimit: '1' }
			expect(await refusedLimit(request)).toEqual(['H203 mobileNumber'])
		}
		expect(await customerInfo(merchant, before.CustomerId)).toEqual(before)
		expect(await customerInfo(merchant, held.CustomerId)).toEqual(held)
	})

	it('that its customer has given up is free for another', async () => {
		const first = newPerson()
		const second = newPerson()
		const { CustomerId } = await limitSet(first)
		expect(await refusedLimit({ ...second, mobileNumber: first.mobileNumber })).toEqual(['H203 mobileNumber'])
		await limitSet({ ...first, mobileNumber: '5559876503' })
		expect((await limitSet({ ...second, mobileNumber: first.mobileNumber })).CustomerId).not.toBe(CustomerId)
		expect(await refusedLimit(first)).toEqual(['H203 mobileNumber'])
	})

	it('that twenty people claim at once goes to one of them', async () => {
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => setLimit(newPerson({ mobileNumber: '5559876504' })).then(refusalsOf)),
		)
		expect(answers.filter((refused) => refused.length === 0)).toHaveLength(1)
		expect(answers.filter((refused) => refused.length > 0)).toEqual(Array.from({ length: 19 }, () => ['H203 mobileNumber']))
	})

	it('that is given up and claimed at the same moment goes to whoever is heard second, or stays free', async () => {
		const leaving = Array.from({ length: 10 }, () => newPerson())
		for (const person of leaving) await limitSet(person)
		const known = Array.from({ length: 5 }, () => newPerson())
		for (const person of known) await limitSet(person)
		const claiming = leaving.map(({ mobileNumber }, i) => ({ ...(known[i] ?? newPerson()), mobileNumber }))
		const gone = leaving.map((person, i) => ({ ...person, mobileNumber: `555987660${i}` }))
		const answers = await Promise.all([...gone, ...claiming].map((person) => setLimit(person).then(refusalsOf)))
		expect(answers.slice(0, 10)).toEqual(gone.map(() => []))
		for (const [i, refused] of answers.slice(10).entries()) {
			expect([[], ['H203 mobileNumber']]).toContainEqual(refused)
			await limitSet(claiming[i] as Parameters)
		}
	})
})

describe('age', () => {
	it.each([
		// today, born
		['2042-06-15', '2024-06-15', 'on the 18th birthday', true],
		['2042-06-15', '2024-06-16', 'a day before the 18th birthday', false],
		['2042-06-15', '2024-06-15T23:59:59-11:00', 'by the date as it is written, whatever the zone', true],
		['2042-02-28', '2024-02-28', 'born on 28 February', true],
		['2042-02-28', '2024-02-29', 'born on 29 February, in the February of a common year', false],
		['2042-03-01', '2024-02-29', 'born on 29 February, on 1 March', true],
		['2042-03-01', '2024-03-01', 'born on 1 March', true],
		['2042-03-01', '2042-03-02', 'born tomorrow', false],
		['2042-03-01', '1900-01-01', 'very old', true],
	])('on %s, born %s (%s): of age is %s', async (today, birthDate, _, ofAge) => {
		await sandbox.startOn(today)
		if (ofAge) await limitSet(newPerson({ birthDate }))
		else expect(await refusedLimit(newPerson({ birthDate }))).toEqual(['H205 birthDate'])
	})
})

describe('the limit', () => {
	it('of 0 closes: shown as 0 and good for no sale, until a new one is set', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		expect(await limitSet({ ...person, kdsLimit: '0' })).toMatchObject({
			CustomerLimit: 0,
			AvailableLimit: 0,
			LimitSource: 'KDS',
			LimitExpireDate: '2042-05-20T00:00:00',
		})
		const order = newOrder(CustomerId)
		const sell = () => merchant.client.call('/RequestV2/CreateTransaction', order)
		expect(await refusedWithoutTrace(sandbox, sell)).toEqual(['H222 customerId'])
		await limitSet(person)
		expect(refusalsOf(await sell())).toEqual([])
		await sandbox.booksBalance()
	})

	it('may be 0 from the start', async () => {
		expect(await limitSet(newPerson({ kdsLimit: 0 }))).toMatchObject({ CustomerLimit: 0, LimitSource: 'KDS' })
	})

	it('is exact up to 100 000 000 000 lira', async () => {
		expect((await limitSet(newPerson({ kdsLimit: '10000000000000' }))).CustomerLimit).toBe(100_000_000_000)
		expect((await limitSet(newPerson({ kdsLimit: 9_999_999_999_999 }))).CustomerLimit).toBe(99_999_999_999.99)
	})

	it('is replaced before it expires, below what is used too; nothing less than 0 is ever available', async () => {
		const person = newPerson({ kdsLimit: '200000' })
		const { CustomerId } = await limitSet(person)
		await newSale(merchant, CustomerId, { orderAmount: '120000' })
		expect(await limitSet({ ...person, kdsLimit: '50000' })).toMatchObject({
			CustomerLimit: 500,
			UsedLimit: 1200,
			AvailableLimit: 0,
		})
		expect(await limitSet({ ...person, kdsLimit: '120001' })).toMatchObject({ UsedLimit: 1200, AvailableLimit: 0.01 })
		await sandbox.booksBalance()
	})

	it('is good for 365 days: the LimitExpireDate is the first day on which it is not', async () => {
		await sandbox.startOn('2043-03-01')
		const person = newPerson()
		const info = await limitSet(person)
		expect(info.LimitExpireDate).toBe('2044-02-29T00:00:00')
		const { CustomerId } = info
		const sell = () => merchant.client.call('/RequestV2/CreateTransaction', newOrder(CustomerId))

		expect(await sandbox.clock({ advanceDays: 364 })).toBe('2044-02-28')
		expect(await customerInfo(merchant, CustomerId)).toEqual(info)
		expect(refusalsOf(await sell())).toEqual([])

		expect(await sandbox.clock({ advanceDays: 1 })).toBe('2044-02-29')
		expect(await customerInfo(merchant, CustomerId)).toEqual({ ...info, UsedLimit: 1200, AvailableLimit: 0 })
		expect(await refusedWithoutTrace(sandbox, sell)).toEqual(['H222 customerId'])

		expect(await limitSet(person)).toMatchObject({ LimitExpireDate: '2045-02-28T00:00:00', AvailableLimit: 48_800 })
		expect(refusalsOf(await sell())).toEqual([])
		await sandbox.booksBalance()
	})

	it('ends a limit of the bureau’s grade D, and with it the risk; the operator’s mark stays', async () => {
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		await sql(sandbox, `update customer set limit_source = 'KKB', limit_grade = 'D' where id = $1`, [CustomerId])
		expect(await customerInfo(merchant, CustomerId)).toMatchObject({ IsRisky: true, LimitSource: 'KKB' })
		expect(await limitSet(person)).toMatchObject({ IsRisky: false, LimitSource: 'KDS' })
		await sql(sandbox, 'update customer set marked_risky = true where id = $1', [CustomerId])
		expect((await limitSet(person)).IsRisky).toBe(true)
	})
})

describe('another merchant', () => {
	it('sees the customer only after it has sent a limit itself: the same customer, one limit for all', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const person = newPerson({ dealerSegment: 'GOLD', kdsSegment: 'K1', kdsLimit: '500000' })
		const { CustomerId } = await limitSet(person)
		await newSale(merchant, CustomerId)
		expect(await customerInfo(other, CustomerId)).toBeNull()

		const theirs = await limitSet({ ...person, dealerSegment: 'BRONZE', kdsSegment: undefined, kdsLimit: '900000' }, other)
		expect(theirs).toMatchObject({
			CustomerId,
			DealerSegment: 'BRONZE',
			KdsSegment: null,
			CustomerLimit: 9000,
			UsedLimit: 1200,
			AvailableLimit: 7800,
		})
		expect(await customerInfo(other, CustomerId)).toEqual(theirs)
		expect(await customerInfo(merchant, CustomerId)).toEqual({ ...theirs, DealerSegment: 'GOLD', KdsSegment: 'K1' })
		await sandbox.booksBalance()
	})

	it('that is refused gets no link', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		await sql(sandbox, 'update customer set suspended = true where id = $1', [CustomerId])
		expect(await refusedLimit(person, other)).toEqual(['H220 tckn'])
		expect(await customerInfo(other, CustomerId)).toBeNull()
	})

	it('is stopped by the operator’s suspension but not by this merchant’s, which stays in force here', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		await sql(sandbox, 'update customer_link set suspended = true where customer_id = $1', [CustomerId])
		expect(await refusedLimit(person)).toEqual(['H220 tckn'])
		expect(await limitSet(person, other)).toMatchObject({ CustomerStatus: 1, CustomerStatusText: 'Aktif' })
		expect(await customerInfo(merchant, CustomerId)).toMatchObject({ CustomerStatus: 2, CustomerStatusText: 'Askıda' })
		await sql(sandbox, 'update customer set suspended = true where id = $1', [CustomerId])
		expect(await refusedLimit(person, other)).toEqual(['H220 tckn'])
		expect(await customerInfo(other, CustomerId)).toMatchObject({ CustomerStatus: 2, CustomerStatusText: 'Askıda' })
	})

	it('is refused while a payment is overdue here, and not once it is paid', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const { CustomerId } = await limitSet(person)
		const sale = await newSale(merchant, CustomerId, { selectedInstallment: 2 })
		const changed = { ...person, shopperName: 'Başka', email: 'other@example.org', mobileNumber: '5559876505', kdsLimit: '1' }

		// Due on 20 June: overdue from the 21st.
		await sandbox.clock({ date: '2041-06-20' })
		await limitSet(person)
		await sandbox.clock({ date: '2041-06-21' })
		const before = await customerInfo(merchant, CustomerId)
		expect(before.HasOverduePayment).toBe(true)
		expect(await refusedLimit(changed)).toEqual(['H221 tckn'])
		expect(await refusedLimit(changed, other)).toEqual(['H221 tckn'])
		expect(await customerInfo(merchant, CustomerId)).toEqual(before)

		const [first] = sale.Payments
		const paid = await merchant.client.call('/RequestV2/SetPaidPayment', {
			paymentCode: first.paymentCode,
			merchantOid: sale.MerchantOid,
			paymentDate: '2041-06-21',
		})
		expect(refusalsOf(paid)).toEqual([])
		expect(await limitSet(changed, other)).toMatchObject({ CustomerName: 'Başka', HasOverduePayment: false })
		await sandbox.booksBalance()
	})
})

describe('in production', () => {
	let production: Sandbox
	beforeAll(async () => {
		production = await startSandbox('production')
	})
	afterAll(() => production.stop())

	const refusedInProduction = (parameters: Parameters, by: TestMerchant) =>
		refusedWithoutTrace(production, () => setLimit(parameters, by))

	it.each([
		['nothing', [], null, '1', false],
		['no KDS limits', ['PREDEFINED', 'MANUAL'], null, '1', false],
		['no KDS limits', ['PREDEFINED'], null, '0', false],
		['KDS limits without a ceiling', ['KDS'], null, '10000000000000', true],
		['all limits', ['KDS', 'PREDEFINED', 'MANUAL'], null, '1', true],
		['KDS limits up to 10 000.00', ['KDS'], '1000000', '1000000', true],
		['KDS limits up to 10 000.00', ['KDS'], '1000000', '1000001', false],
		['KDS limits up to 0.00', ['KDS'], '0', '0', true],
		['KDS limits up to 0.00', ['KDS'], '0', '1', false],
	] as const)('a merchant allowed %s (%j, ceiling %s) that sets %s kuruş: %s', async (_, sources, ceiling, kdsLimit, done) => {
		const shop = await production.newMerchant({
			settableLimits: sources,
			limitCeiling: ceiling === null ? null : kurus(BigInt(ceiling)),
		})
		const person = newPerson({ kdsLimit })
		if (done) expect((await limitSet(person, shop)).CustomerLimit).toBe(Number(kdsLimit) / 100)
		else expect(await refusedInProduction(person, shop)).toEqual(['H227 kdsLimit'])
	})

	it('a merchant may set no limit until it is told that it may', async () => {
		const shop = await production.newMerchant()
		const person = newPerson({ kdsLimit: '0' })
		expect(await refusedInProduction(person, shop)).toEqual(['H227 kdsLimit'])
		await shop.set({ settableLimits: ['KDS'] })
		await limitSet(person, shop)
		await shop.set({ settableLimits: [] })
		expect(await refusedInProduction({ ...person, shopperName: 'Başka' }, shop)).toEqual(['H227 kdsLimit'])
	})

	it('there is no clock to set', async () => {
		expect((await fetch(`${production.url}/sandbox/clock`)).status).toBe(404)
	})

	it('of several refusalsOf the first is answered: H201, H205, H227, H220, H221, H203', async () => {
		const shop = await production.newMerchant({ settableLimits: ['KDS'], limitCeiling: kurus(5_000_000) })
		const holder = newPerson()
		await limitSet(holder, shop)
		/** Each has an instalment that was due sixty days before it was. */
		const overdue = async () => {
			const person = newPerson()
			const { CustomerId } = await limitSet(person, shop)
			const sale = await newSale(shop, CustomerId)
			const id = sale.TransactionCode.slice(1)
			await sql(production, 'update transaction set next_overdue_date = next_overdue_date - 60 where id = $1', [id])
			await sql(production, 'update payment set due_date = due_date - 60 where transaction_id = $1', [id])
			expect((await customerInfo(shop, CustomerId)).HasOverduePayment).toBe(true)
			return { ...person, CustomerId }
		}
		const behind = await overdue()
		const worst = await overdue()
		await sql(production, 'update customer set suspended = true where id = $1', [worst.CustomerId])
		const known = newPerson()
		const { CustomerId } = await limitSet(known, shop)

		const minor = { birthDate: '2020-01-01' }
		const tooHigh = { kdsLimit: '5000001' }
		const takenNumber = { mobileNumber: holder.mobileNumber }
		// H201 shuts out H220 and H221: a wrong TCKN is nobody's. In each line everything further down holds too.
		const cases: [string, Parameters][] = [
			['H201 tckn', { ...newPerson(), tckn: '12345678901', ...minor, ...tooHigh, ...takenNumber }],
			['H205 birthDate', { ...worst, ...minor, ...tooHigh, ...takenNumber }],
			['H227 kdsLimit', { ...worst, ...tooHigh, ...takenNumber }],
			['H220 tckn', { ...worst, ...takenNumber }],
			['H221 tckn', { ...behind, ...takenNumber }],
			['H203 mobileNumber', { ...known, ...takenNumber }],
		]
		const before = await Promise.all([worst, behind].map((person) => customerInfo(shop, person.CustomerId)))
		for (const [expected, parameters] of cases) {
			const changed = { ...parameters, shopperName: 'Başka', email: 'other@example.org', dealerSegment: 'OTHER' }
			expect(await refusedInProduction(changed, shop)).toEqual([expected])
		}
		expect(await Promise.all([worst, behind].map((person) => customerInfo(shop, person.CustomerId)))).toEqual(before)
		expect((await limitSet(known, shop)).CustomerId).toBe(CustomerId)
		await production.booksBalance()
	})
})

describe('in a sandbox', () => {
	it('every merchant may set every limit, whatever it was allowed', async () => {
		const shop = await sandbox.newMerchant({ settableLimits: [], limitCeiling: kurus(1) })
		expect((await limitSet(newPerson({ kdsLimit: '2' }), shop)).CustomerLimit).toBe(0.02)
	})
})

describe('a TCKN', () => {
	it.each([
		['with a wrong tenth digit', '10000000136'],
		['with a wrong eleventh digit', '10000000147'],
		['of ten digits', '1000000014'],
		['of twelve digits', '100000001460'],
		['beginning with 0', '01000000014'],
		['with a letter', '1000000014O'],
		['with a blank before it', ' 10000000146'],
		['in Arabic digits', '١٠٠٠٠٠٠٠١٤٦'],
		['that is no number', 'none'],
		['of any length', '1'.repeat(5000)],
		['with a NUL', '1000000014\0'],
	])('%s is H201, never H102', async (_, tckn) => {
		expect(await refusedLimit(newPerson({ tckn }))).toEqual(['H201 tckn'])
	})

	it('that is wrong is not mentioned while a parameter is missing', async () => {
		expect(await refusedLimit(newPerson({ tckn: 'wrong', email: undefined }))).toEqual(['H101 email'])
	})

	it('may be sent as a JSON number', async () => {
		const tckn = tcknOf(987_654_321)
		const { CustomerId } = await limitSet(newPerson({ tckn: Number(tckn) }))
		expect((await personStored(CustomerId)).tckn).toBe(tckn)
	})
})

describe('SetLimitFromKds', () => {
	itReadsItsParameters(
		{
			shopperName: ['Z', 'x'.repeat(101), 'a\tb', '\ud800', true, ['Ada'], { a: 1 }],
			shopperSurname: ['Z', 'x'.repeat(101), 'a\u0085b', true, ['Ada']],
			tckn: ['Z', ['10000000146'], { tckn: '10000000146' }, true],
			mobileNumber: ['Z', '05300000001', '+905300000001', '530000000', '4300000001', '530000000O', '530 000 00 01', true],
			email: ['Z', 'nobody', 'a@b', 'a b@example.com', 'a@@example.com', `${'a'.repeat(250)}@b.tr`, true],
			birthDate: ['Z', '1983-02-30', '17.08.1983', '1983-8-17', '1899-12-31', '3000-01-01', '19830817', true],
			dealerSegment: ['Z', ...noText10],
			kdsLimit: ['Z', ...noLimit],
			kdsSegment: ['O', ...noText10],
		},
		newPerson,
		refusedLimit,
	)

	it('reads a form as it reads JSON', async () => {
		await sandbox.startOn('2041-05-20')
		const person = newPerson({ kdsSegment: 'K+1 %', shopperName: 'A & B = Ö', kdsLimit: 250_001 })
		const asForm = await merchant.client.call(path, person, { as: 'form' })
		expect(asForm.Data.CustomerInfo).toMatchObject({ CustomerName: 'A & B = Ö', KdsSegment: 'K+1 %', CustomerLimit: 2500.01 })
		const asJson = await merchant.client.call(path, person)
		expect(said(asJson)).toEqual(said(asForm))
		expect(await personStored(asForm.Data.CustomerInfo.CustomerId)).toMatchObject({ email: person.email })
	})

	it('refuses a form as it refuses JSON', async () => {
		const wrong = newPerson({ mobileNumber: '1', kdsLimit: '-1' })
		const asForm = await merchant.client.call(path, wrong, { as: 'form' })
		expect(refusalsOf(asForm)).toEqual(['H102 mobileNumber', 'H102 kdsLimit'])
		expect(said(await merchant.client.call(path, wrong))).toEqual(said(asForm))
	})

	it('knows its path and its parameters in any casing', async () => {
		const person = newPerson({ kdsSegment: 'K1' })
		const oddly = Object.fromEntries(
			Object.entries(person).map(([name, value], i) => [i % 2 ? name.toUpperCase() : name.toLowerCase(), value]),
		)
		const answer = await merchant.client.call('/requestv2/SETLIMITFROMKDS', oddly)
		expect(refusalsOf(answer)).toEqual([])
		expect(said(await setLimit(person))).toEqual(said(answer))
	})

	it('neither keeps nor echoes a parameter it does not know', async () => {
		const answer = await setLimit(newPerson({ motherName: 'zzz-unknown-zzz' }))
		expect(refusalsOf(answer)).toEqual([])
		expect(JSON.stringify(answer)).not.toContain('zzz-unknown-zzz')
		const found = await sql(sandbox, `select from event where event::text like '%zzz-unknown-zzz%'`)
		expect(found).toEqual([])
	})

	it('leaves the books in balance after all of this', () => sandbox.booksBalance())
})

describe('a refusal', () => {
	it('for a suspended or an overdue customer saves nothing, not even the contact data', async () => {
		await sandbox.startOn('2041-05-20')
		const suspended = newPerson()
		const behind = newPerson()
		const ids = [await newCustomer(merchant, suspended), await newCustomer(merchant, behind)] as const
		await sql(sandbox, 'update customer_link set suspended = true where customer_id = $1', [ids[0]])
		await fallBehind(ids[1])
		for (const [i, person, code] of [
			[0, suspended, 'H220 tckn'],
			[1, behind, 'H221 tckn'],
		] as const) {
			const before = [await customerInfo(merchant, ids[i]), await personStored(ids[i])]
			const changed = { ...person, shopperName: 'Başka', email: 'other@example.org', mobileNumber: '5559876506', kdsLimit: '0' }
			expect(await refusedLimit(changed)).toEqual([code])
			expect([await customerInfo(merchant, ids[i]), await personStored(ids[i])]).toEqual(before)
		}
		await sandbox.booksBalance()
	})
})
