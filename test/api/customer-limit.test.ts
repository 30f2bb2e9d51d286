// Limits set without a decision system: for a customer the merchant knows (protocol 5.18, answers 25, 31, 33, 35, 36), and for a person
// by predefined limit (5.2.5).

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { done, infoOf, pendingSale, refusedWithoutTrace, reportPaid } from '../sales.ts'
import {
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	type Sandbox,
	startSandbox,
	type TestMerchant,
	tcknOf,
} from '../sandbox.ts'

const customerPath = '/RequestV2/SetCustomerLimit'
const preDefinedPath = '/RequestV2/SetPreDefinedLimit'
const day = '2095-03-10'

let sandbox: Sandbox
let merchant: TestMerchant
let elsewhere: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
	elsewhere = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

const setLimit = async (customerId: string, customerLimit: number | string, given: Parameters = {}, at = merchant) =>
	(await done(at, customerPath, { customerId, customerLimit, ...given })).CustomerInfo

/** Parameters of SetPreDefinedLimit for a person nobody has seen. */
function preDefined(given: Parameters = {}): Record<string, unknown> {
	const { kdsLimit: _, ...person } = newPerson()
	return { ...person, preDefinedLimit: '2000000', ...given }
}
const setPreDefined = async (parameters: Parameters, at = merchant) => (await done(at, preDefinedPath, parameters)).CustomerInfo

/** An instalment of the customer, at this merchant, becomes overdue. */
async function fallBehind(customerId: string, at = merchant) {
	const sale = await newSale(at, customerId, { orderAmount: '10000', selectedInstallment: 1 })
	await sandbox.clock({ advanceDays: 40 })
	return sale
}

describe('SetCustomerLimit', () => {
	it('replaces the limit, whatever its source, for 365 days; the answer is the customer as it is then', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant, { kdsLimit: '5000000', kdsSegment: 'K7' })
		const before = await infoOf(merchant, customerId)
		expect(before).toMatchObject({ CustomerLimit: 50000, LimitSource: 'KDS', LimitExpireDate: '2096-03-09T00:00:00' })
		await sandbox.clock({ date: '2095-05-01' })
		const answer = await done(merchant, customerPath, { customerId, customerLimit: '123456' })
		expect(Object.keys(answer)).toEqual(['CustomerInfo'])
		expect(answer.CustomerInfo).toEqual({
			...before,
			CustomerLimit: 1234.56,
			AvailableLimit: 1234.56,
			LimitExpireDate: '2096-04-30T00:00:00',
			LimitSource: 'MANUAL',
		})
		expect(await infoOf(merchant, customerId)).toEqual(answer.CustomerInfo)
	})

	it.each([
		['2095-03-11', '2095-03-11T00:00:00', 'tomorrow is the earliest'],
		['2095-12-31T23:59:59+03:00', '2095-12-31T00:00:00', 'the date of a date-time counts'],
		['2999-12-31', '2999-12-31T00:00:00', 'as late as there are dates'],
	])('takes the limitExpireDate %s: %s, for %s', async (limitExpireDate, shown) => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		expect(await setLimit(customerId, 1_00, { limitExpireDate })).toMatchObject({ LimitExpireDate: shown })
	})

	it('lasts until the day before its limitExpireDate, the first on which it is no longer good', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		await setLimit(customerId, '500000', { limitExpireDate: '2095-03-12' })
		await sandbox.clock({ date: '2095-03-11' })
		await pendingSale(merchant, customerId)
		await sandbox.clock({ date: '2095-03-12' })
		const buy = () => merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId))
		expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H222 customerId'])
		expect(await infoOf(merchant, customerId)).toMatchObject({
			CustomerLimit: 5000,
			AvailableLimit: 0,
			LimitExpireDate: '2095-03-12T00:00:00',
		})
		// A limit that has expired is replaced like any other.
		expect(await setLimit(customerId, '500000')).toMatchObject({ AvailableLimit: 3800, LimitExpireDate: '2096-03-11T00:00:00' })
	})

	it('set again is the same limit, and its days count from today again', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		expect(await setLimit(customerId, 700_00)).toMatchObject({ LimitExpireDate: '2096-03-09T00:00:00' })
		await sandbox.clock({ date: '2095-03-20' })
		expect(await setLimit(customerId, 700_00)).toMatchObject({ CustomerLimit: 700, LimitExpireDate: '2096-03-19T00:00:00' })
	})

	it('of less than is used leaves nothing available, and takes nothing back', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		const used = { CustomerLimit: 1000, UsedLimit: 1200, AvailableLimit: 0 }
		expect(await setLimit(customerId, 1000_00)).toMatchObject(used)
		await reportPaid(merchant, sale, [1], day)
		expect(await infoOf(merchant, customerId)).toMatchObject({ UsedLimit: 800, AvailableLimit: 200 })
	})

	it('of 0 closes the limit: nothing can be sold, until there is another', async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		expect(await setLimit(customerId, 0)).toMatchObject({ CustomerLimit: 0, AvailableLimit: 0, LimitSource: 'MANUAL' })
		const buy = () => merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId))
		expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H222 customerId'])
		await setLimit(customerId, 1199_99)
		expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H302 orderAmount'])
		await setLimit(customerId, 1200_00)
		expect(refusalsOf(await buy())).toEqual([])
	})

	it('sets the one limit of the customer, which every merchant of the customer sees', async () => {
		await sandbox.startOn(day)
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(elsewhere, person)
		await setLimit(customerId, 777_00, {}, elsewhere)
		expect(await infoOf(merchant, customerId)).toMatchObject({ CustomerLimit: 777, LimitSource: 'MANUAL' })
	})

	it('ends the risk of a limit that the bureau granted with grade D, but not the operator’s mark', async () => {
		await sandbox.startOn(day)
		const [graded, marked] = [await newCustomer(merchant), await newCustomer(merchant)]
		const { pool } = sandbox.app.database
		await pool.query(`update customer set limit_source = 'KKB', limit_grade = 'D' where id = $1`, [graded])
		await pool.query('update customer set marked_risky = true where id = $1', [marked])
		for (const each of [graded, marked]) expect(await infoOf(merchant, each)).toMatchObject({ IsRisky: true })
		expect(await setLimit(graded, 1_00)).toMatchObject({ IsRisky: false })
		expect(await setLimit(marked, 1_00)).toMatchObject({ IsRisky: true })
	})

	describe('is refused', () => {
		it.each<[refused: string[], why: string, given: Parameters]>([
			[['H101 customerId', 'H101 customerLimit'], 'when nothing is said', {}],
			[
				['H102 ipAddress', 'H102 customerId', 'H102 customerLimit', 'H102 limitExpireDate'],
				'for every parameter at fault, in the order of the table, ipAddress first',
				{ limitExpireDate: '2095-02-29', customerLimit: '-1', customerId: '12345678901', ipAddress: 'here' },
			],
			[['H102 customerLimit'], 'above the largest amount', { customerId: '9999999999', customerLimit: '10000000000001' }],
			[['H223 customerId'], 'at the largest amount for nobody', { customerId: '9999999999', customerLimit: '10000000000000' }],
			[['H223 customerId'], 'for a customerId that nobody can have', { customerId: 'nobody', customerLimit: 0 }],
		])('with %j %s', async (refused, _, given) => {
			expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(customerPath, given))).toEqual(refused)
		})

		it.each(['2095-03-10', '2095-03-09', '1900-01-01', '2095-03-10T23:59:59'])(
			'for the limitExpireDate %s on 10 March with H102 alone, before all that depends on the customer',
			async (limitExpireDate) => {
				await sandbox.startOn(day)
				const known = await newCustomer(merchant)
				await done(merchant, '/RequestV2/SuspendCustomer', { customerId: known })
				for (const customerId of [known, '9999999999']) {
					const call = () => merchant.client.call(customerPath, { customerId, customerLimit: 1, limitExpireDate })
					expect(await refusedWithoutTrace(sandbox, call)).toEqual(['H102 limitExpireDate'])
				}
			},
		)

		it('for a customer of another merchant only, as for nobody', async () => {
			const customerId = await newCustomer(elsewhere)
			const call = () => merchant.client.call(customerPath, { customerId, customerLimit: 1 })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual(['H223 customerId'])
			expect(await infoOf(elsewhere, customerId)).toMatchObject({ CustomerLimit: 50000 })
		})

		it('for an overdue customer, wherever the payment is overdue, and first for a suspended one', async () => {
			await sandbox.startOn(day)
			const person = newPerson()
			const customerId = await newCustomer(merchant, person)
			await newCustomer(elsewhere, person)
			const sale = await fallBehind(customerId, elsewhere)
			const call = () => merchant.client.call(customerPath, { customerId, customerLimit: 1 })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual(['H221 customerId'])
			await done(merchant, '/RequestV2/SuspendCustomer', { customerId })
			expect(await refusedWithoutTrace(sandbox, call)).toEqual(['H220 customerId'])
			await done(merchant, '/RequestV2/ActivateCustomer', { customerId })
			await reportPaid(elsewhere, sale, [1], await sandbox.today())
			expect(refusalsOf(await call())).toEqual([])
		})
	})
})

describe('SetPreDefinedLimit', () => {
	it('registers a person nobody knew, with a limit of 365 days and no KDS segment', async () => {
		await sandbox.startOn(day)
		const info = await setPreDefined(preDefined({ mobileNumber: '5161234533', preDefinedLimit: '2000001' }))
		expect(info).toEqual({
			CustomerId: expect.stringMatching(/^[1-9][0-9]{9}$/),
			CustomerName: 'Şükrü Çağrı',
			CustomerSurname: 'Öğütçü',
			CustomerLimit: 20000.01,
			UsedLimit: 0,
			AvailableLimit: 20000.01,
			LimitExpireDate: '2096-03-09T00:00:00',
			LimitSource: 'PREDEFINED',
			CustomerStatus: 1,
			CustomerStatusText: 'Aktif',
			HasOverduePayment: false,
			IsRisky: false,
			DealerSegment: 'GOLD',
			KdsSegment: null,
			GsmNo: '516*****33',
			Balance: 0,
		})
		expect(await infoOf(merchant, info.CustomerId)).toEqual(info)
		await newSale(merchant, info.CustomerId)
	})

	it('replaces a limit that has not expired, and what the merchant knows of the person; its KDS segment and mark stay', async () => {
		await sandbox.startOn(day)
		const person = preDefined({ kdsLimit: '5000000', kdsSegment: 'K7' })
		const customerId = await newCustomer(merchant, person)
		await sandbox.clock({ date: '2095-06-01' })
		const changed = {
			shopperName: 'Ayşe',
			shopperSurname: 'Işık',
			mobileNumber: '5169999911',
			email: 'ayse@example.com',
			dealerSegment: 'SILVER',
		}
		const info = await setPreDefined({ ...person, ...changed, birthDate: '1990-01-01' })
		expect(info).toMatchObject({
			CustomerId: customerId,
			CustomerName: 'Ayşe',
			CustomerSurname: 'Işık',
			CustomerLimit: 20000,
			LimitSource: 'PREDEFINED',
			LimitExpireDate: '2096-05-31T00:00:00',
			DealerSegment: 'SILVER',
			KdsSegment: 'K7',
			GsmNo: '516*****11',
		})
		const { pool } = sandbox.app.database
		const { rows } = await pool.query('select birth_date from person where customer_id = $1', [customerId])
		expect(rows).toEqual([{ birth_date: '1983-08-17' }])
	})

	it('makes the customer of another merchant known to this one, as what this one says', async () => {
		await sandbox.startOn(day)
		const person = preDefined({ kdsLimit: '5000000', kdsSegment: 'K7' })
		const customerId = await newCustomer(elsewhere, person)
		const info = await setPreDefined({ ...person, dealerSegment: 'BRONZE' })
		expect(info).toMatchObject({ CustomerId: customerId, DealerSegment: 'BRONZE', KdsSegment: null })
		expect(await infoOf(elsewhere, customerId)).toMatchObject({ CustomerLimit: 20000, DealerSegment: 'GOLD', KdsSegment: 'K7' })
	})

	it('of 0 closes the limit', async () => {
		await sandbox.startOn(day)
		const { CustomerId } = await setPreDefined(preDefined({ preDefinedLimit: 0 }))
		const buy = () => merchant.client.call('/RequestV2/CreateTransaction', newOrder(CustomerId))
		expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H222 customerId'])
	})

	it('sent by 30 calls at once for a person nobody knew registers one', async () => {
		const parameters = preDefined()
		const infos = await Promise.all(Array.from({ length: 30 }, () => setPreDefined(parameters)))
		expect(new Set(infos.map((info) => JSON.stringify(info))).size).toBe(1)
	})

	describe('is refused', () => {
		const names = [
			'shopperName',
			'shopperSurname',
			'tckn',
			'mobileNumber',
			'email',
			'birthDate',
			'dealerSegment',
			'preDefinedLimit',
		]

		it('when nothing is said, for each parameter in the order of the table', async () => {
			expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(preDefinedPath, {}))).toEqual(
				names.map((name) => `H101 ${name}`),
			)
		})

		it('for every parameter at fault, in the order of the table, ipAddress first', async () => {
			const given = {
				preDefinedLimit: '1.5',
				dealerSegment: 'ELEVENCHARS',
				birthDate: '2000-02-30',
				email: 'nobody',
				mobileNumber: '05161234567',
				tckn: ['1'],
				shopperSurname: 's'.repeat(101),
				shopperName: 'a\nb',
				ipAddress: 'here',
			}
			expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(preDefinedPath, given))).toEqual(
				['ipAddress', ...names].map((name) => `H102 ${name}`),
			)
		})

		it('by the first reason that holds, and then saves nothing, not even the contact data', async () => {
			await sandbox.startOn(day)
			const taken = String(newPerson().mobileNumber)
			await newCustomer(merchant, { mobileNumber: taken })
			const person = preDefined({ kdsLimit: '5000000' })
			const customerId = await newCustomer(merchant, person)
			await fallBehind(customerId)
			await done(merchant, '/RequestV2/SuspendCustomer', { customerId })
			const wrong = { ...person, email: 'new@example.com', mobileNumber: taken, birthDate: '2090-01-01', tckn: '12345678901' }
			const call = (right: Parameters) => () => merchant.client.call(preDefinedPath, { ...wrong, ...right })
			const tckn = { tckn: person.tckn }
			const born = { ...tckn, birthDate: '2077-04-19' }
			expect(await refusedWithoutTrace(sandbox, call({}))).toEqual(['H201 tckn'])
			expect(await refusedWithoutTrace(sandbox, call(tckn))).toEqual(['H205 birthDate'])
			expect(await refusedWithoutTrace(sandbox, call({ ...tckn, birthDate: '2077-04-20' }))).toEqual(['H205 birthDate'])
			expect(await refusedWithoutTrace(sandbox, call(born))).toEqual(['H220 tckn'])
			await done(merchant, '/RequestV2/ActivateCustomer', { customerId })
			expect(await refusedWithoutTrace(sandbox, call(born))).toEqual(['H221 tckn'])
			const stranger = { ...born, tckn: tcknOf(987_654_321) }
			expect(await refusedWithoutTrace(sandbox, call(stranger))).toEqual(['H203 mobileNumber'])
		})
	})
})

describe('in production a merchant sets only what the operator allows it', () => {
	let production: Sandbox
	beforeAll(async () => {
		production = await startSandbox('production')
	})
	afterAll(() => production.stop())

	it('no limit at all until it is told; then up to its ceiling', async () => {
		const shop = await production.newMerchant({ settableLimits: ['KDS'] })
		const person = preDefined({ kdsLimit: '5000000' })
		const customerId = await newCustomer(shop, person)
		const byHand = (customerLimit: number) => () => shop.client.call(customerPath, { customerId, customerLimit })
		const preDefinedOf = (preDefinedLimit: number) => () => shop.client.call(preDefinedPath, { ...person, preDefinedLimit })
		expect(await refusedWithoutTrace(production, byHand(1))).toEqual(['H227 customerLimit'])
		expect(await refusedWithoutTrace(production, preDefinedOf(1))).toEqual(['H227 preDefinedLimit'])

		await shop.set({ settableLimits: ['MANUAL', 'PREDEFINED'], limitCeiling: kurus(1000_00) })
		expect(await refusedWithoutTrace(production, byHand(1000_01))).toEqual(['H227 customerLimit'])
		expect(await refusedWithoutTrace(production, preDefinedOf(1000_01))).toEqual(['H227 preDefinedLimit'])
		expect(refusalsOf(await byHand(1000_00)())).toEqual([])
		expect(refusalsOf(await preDefinedOf(1000_00)())).toEqual([])
		await production.booksBalance()
	})

	it('which is said after that the customer is unknown or the person under age, and before that the customer is suspended', async () => {
		const shop = await production.newMerchant({ settableLimits: ['KDS'] })
		const person = preDefined({ kdsLimit: '5000000' })
		const customerId = await newCustomer(shop, person)
		await done(shop, '/RequestV2/SuspendCustomer', { customerId })
		const call = (path: string, parameters: Parameters) => () => shop.client.call(path, parameters)
		const byHand = { customerId, customerLimit: 1 }
		expect(await refusedWithoutTrace(production, call(customerPath, { ...byHand, customerId: '9999999999' }))).toEqual([
			'H223 customerId',
		])
		expect(await refusedWithoutTrace(production, call(customerPath, byHand))).toEqual(['H227 customerLimit'])
		expect(await refusedWithoutTrace(production, call(preDefinedPath, { ...person, birthDate: '2999-01-01' }))).toEqual([
			'H205 birthDate',
		])
		expect(await refusedWithoutTrace(production, call(preDefinedPath, person))).toEqual(['H227 preDefinedLimit'])
		await shop.set({ settableLimits: ['MANUAL', 'PREDEFINED'] })
		expect(await refusedWithoutTrace(production, call(customerPath, byHand))).toEqual(['H220 customerId'])
		expect(await refusedWithoutTrace(production, call(preDefinedPath, person))).toEqual(['H220 tckn'])
	})
})
