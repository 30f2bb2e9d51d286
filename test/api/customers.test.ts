// A merchant looks at a customer and at the plans it can offer (protocol 5.1, answers 26–50). What a plan should be is worked
// out here once more, from the protocol's text and not with the server's own functions.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { itReadsItsParameters, noAmount, noBasket, noFeeRate, noFlag, noLimit, noText10 } from '../parameters.ts'
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
} from '../sandbox.ts'

const path = '/Index/GetCustomerInformation'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

function ask(parameters: Parameters, by = merchant): Promise<Answer> {
	return by.client.call(path, { orderAmount: '100000', ...parameters })
}

async function plans(parameters: Parameters, by = merchant) {
	const answer = await ask(parameters, by)
	expect(refusalsOf(answer)).toEqual([])
	return answer.Data.InstallmentPlans
}

/** The plan of so many instalments. */
async function plan(installments: number, parameters: Parameters, by = merchant) {
	const found = (await plans(parameters, by)).filter((row: { InstallmentNo: number }) => row.InstallmentNo === installments)
	expect(found).toHaveLength(1)
	return found[0]
}

const numbersOf = (rows: readonly { InstallmentNo: number }[]) => rows.map((row) => row.InstallmentNo)
const datesOf = (rows: readonly { TermDate: string }[]) => rows.map((row) => row.TermDate.slice(0, 10))

/** A row of a merchant's table of rates; segment null = any. */
interface Rate {
	readonly segment: string | null
	readonly installments: number
	readonly feeRateBps: number
	readonly postponeMonths: number
	readonly min: bigint
	readonly max: bigint
}

/** Puts a table of rates in the place of the merchant's, and sets the share that a down payment may cover. */
async function setTerms(of: TestMerchant, rates: readonly Rate[], shareBps = 0, at = sandbox): Promise<void> {
	await sql(
		at,
		`
			with shop as (
				update merchant set down_payment_max_share_bps = $3 where code = $1 returning id
			), gone as (
				delete from rate_row where merchant_id = (select id from shop)
			)
			insert into rate_row (
				merchant_id, dealer_segment, installments, fee_rate_bps, postpone_months, min_amount, max_amount
			)
			select shop.id, r.segment, r.installments, r.fee_rate_bps, r.postpone_months, r.min, r.max
			from shop, json_to_recordset($2) as r (
				segment text, installments integer, fee_rate_bps integer, postpone_months integer, min bigint, max bigint
			)
		`,
		[
			of.credentials.merchantId,
			JSON.stringify(
				rates.map((rate) => ({
					segment: rate.segment,
					installments: rate.installments,
					fee_rate_bps: rate.feeRateBps,
					postpone_months: rate.postponeMonths,
					min: String(rate.min),
					max: String(rate.max),
				})),
			),
			shareBps,
		],
	)
}

const rate = (
	segment: string | null,
	installments: number,
	feeRateBps: number,
	postponeMonths = 1,
	min = 1n,
	max = 10n ** 13n,
): Rate => ({ segment, installments, feeRateBps, postponeMonths, min, max })

describe('CustomerInfo', () => {
	it.each([
		['none', undefined],
		['null', null],
		['empty', ''],
		['of nobody', '9999999999'],
		['too short', '1'],
		['with a leading 0', '0000000001'],
		['of letters', 'abc'],
		['in Arabic digits', '١٠٠٠٠٠٠٠٠١'],
	])('is null and the plans are those for nobody when the customerId is %s', async (_, customerId) => {
		const { Data } = await ask({ customerId })
		expect(Data.CustomerInfo).toBeNull()
		expect(Data.InstallmentPlans).toEqual(await plans({}))
		expect(Object.keys(Data)).toEqual(['CustomerInfo', 'InstallmentPlans'])
	})

	it('of a customer without a link is null, and its limit, segment and risk change no plan', async () => {
		const other = await sandbox.newMerchant({ downPaymentMaxShareBps: 5_000 })
		await setTerms(other, [rate(null, 1, 0), rate('GOLD', 2, 100), rate(null, 2, 200)], 5_000)
		const person = newPerson({ kdsLimit: '90000', dealerSegment: 'GOLD' })
		const customerId = await newCustomer(merchant, person)
		await sql(sandbox, 'update customer set marked_risky = true where id = $1', [customerId])
		const stranger = await ask({ customerId }, other)
		expect(stranger.Data.CustomerInfo).toBeNull()
		expect(said(stranger)).toEqual(said(await ask({}, other)))
		expect(said(stranger)).toEqual(said(await ask({ customerId: '9999999999' }, other)))

		expect(await newCustomer(other, person)).toBe(customerId)
		const known = await ask({ customerId }, other)
		expect(known.Data.CustomerInfo.CustomerId).toBe(customerId)
		expect(known.Data.InstallmentPlans).not.toEqual(stranger.Data.InstallmentPlans)
	})

	it('shows a limit that was never granted as 0 and null', async () => {
		const customerId = await newCustomer(merchant)
		await sql(sandbox, 'update customer set limit_amount = null, limit_source = null, limit_expire_date = null where id = $1', [
			customerId,
		])
		expect(await customerInfo(merchant, customerId)).toMatchObject({
			CustomerLimit: 0,
			UsedLimit: 0,
			AvailableLimit: 0,
			LimitExpireDate: null,
			LimitSource: null,
		})
	})

	it('shows an expired limit as it was granted, with nothing available', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant, { kdsLimit: '500000' })
		const before = await customerInfo(merchant, customerId)
		await sandbox.clock({ date: '2042-05-19' })
		expect(await customerInfo(merchant, customerId)).toEqual(before)
		await sandbox.clock({ date: '2042-05-20' })
		expect(await customerInfo(merchant, customerId)).toEqual({
			...before,
			CustomerLimit: 5000,
			LimitExpireDate: '2042-05-20T00:00:00',
			AvailableLimit: 0,
		})
	})

	it('shows the limit used by what is financed, without fees, from the order until it is paid', async () => {
		await sandbox.startOn('2041-05-20')
		const customerId = await newCustomer(merchant, { kdsLimit: '500000' })
		const used = async () => {
			const { UsedLimit, AvailableLimit } = await customerInfo(merchant, customerId)
			return [UsedLimit, AvailableLimit]
		}
		expect(await used()).toEqual([0, 5000])
		// 1 200.00 in four with a fee of 18.00: four times 304.50, of which 300.00 is principal.
		const sale = await newSale(merchant, customerId, { selectedInstallment: 4 })
		expect(sale.Payments[0].InstallmentPayment).toBe(304.5)
		expect(await used()).toEqual([1200, 3800])
		const pending = await merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId, { orderAmount: '50001' }))
		expect(refusalsOf(pending)).toEqual([])
		expect(await used()).toEqual([1700.01, 3299.99])

		const [first, second] = sale.Payments
		const paid = await merchant.client.call('/RequestV2/SetPaidPayment', {
			paymentCode: first.paymentCode,
			merchantOid: sale.MerchantOid,
			paymentDate: '2041-05-20',
		})
		expect(refusalsOf(paid)).toEqual([])
		expect(await used()).toEqual([1400.01, 3599.99])
		const loaded = await merchant.client.call('/RequestV2/LoadCustomerBalance', {
			customerId,
			balanceAmount: '30460',
			paymentDate: '2041-05-20',
		})
		expect(loaded.Data.ClosedPayments).toMatchObject([{ paymentCode: second.paymentCode }])
		expect(await used()).toEqual([1100.01, 3899.99])
		expect((await customerInfo(merchant, customerId)).Balance).toBe(0.1)

		// The order never activated holds its part for seven days, and not on the eighth.
		await sandbox.clock({ date: '2041-05-26' })
		expect(await used()).toEqual([1100.01, 3899.99])
		await sandbox.clock({ date: '2041-05-27' })
		expect(await used()).toEqual([600, 4400])
		await sandbox.booksBalance()
	})

	it('shows one limit to all merchants, and to each its own segments and balance', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant()
		const person = newPerson({ kdsSegment: 'K1' })
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, { ...person, dealerSegment: 'SILVER', kdsSegment: 'K2' })
		await newSale(other, customerId)
		const loaded = await merchant.client.call('/RequestV2/LoadCustomerBalance', {
			customerId,
			balanceAmount: '4550',
			paymentDate: '2041-05-20',
		})
		// The sale is the other merchant's: money loaded here does not pay it.
		expect(loaded.Data).toMatchObject({ CustomerBalance: 45.5, ClosedPayments: [] })
		const here = await customerInfo(merchant, customerId)
		expect(here).toMatchObject({ UsedLimit: 1200, DealerSegment: 'GOLD', KdsSegment: 'K1', Balance: 45.5 })
		expect(await customerInfo(other, customerId)).toEqual({ ...here, DealerSegment: 'SILVER', KdsSegment: 'K2', Balance: 0 })
		await sandbox.booksBalance()
	})

	it('tells every merchant of an overdue payment at any of them, from its overdueDate until it is paid', async () => {
		await sandbox.startOn('2041-05-20')
		const other = await sandbox.newMerchant({ graceDays: 2 })
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		const sale = await newSale(other, customerId, { selectedInstallment: 1 })
		await merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId, { selectedInstallment: 1 }))
		const overdue = async () => [
			(await customerInfo(merchant, customerId)).HasOverduePayment,
			(await customerInfo(other, customerId)).HasOverduePayment,
		]
		// Due on 20 June with two days of grace: overdue on the 23rd. The pending order falls behind with nothing.
		await sandbox.clock({ date: '2041-06-22' })
		expect(await overdue()).toEqual([false, false])
		await sandbox.clock({ date: '2041-06-23' })
		expect(await overdue()).toEqual([true, true])
		const paid = await other.client.call('/RequestV2/SetPaidPayment', {
			paymentCode: sale.Payments[0].paymentCode,
			merchantOid: sale.MerchantOid,
			paymentDate: '2041-06-23',
		})
		expect(refusalsOf(paid)).toEqual([])
		expect(await overdue()).toEqual([false, false])
		await sandbox.booksBalance()
	})

	it('shows a suspension by this merchant or by the operator', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		await newCustomer(other, person)
		const status = async (by: TestMerchant) => {
			const { CustomerStatus, CustomerStatusText } = await customerInfo(by, customerId)
			return `${CustomerStatus} ${CustomerStatusText}`
		}
		const link = 'select id from merchant where code = $2'
		await sql(sandbox, `update customer_link set suspended = true where customer_id = $1 and merchant_id = (${link})`, [
			customerId,
			merchant.credentials.merchantId,
		])
		expect([await status(merchant), await status(other)]).toEqual(['2 Askıda', '1 Aktif'])
		await sql(sandbox, 'update customer_link set suspended = false where customer_id = $1', [customerId])
		expect([await status(merchant), await status(other)]).toEqual(['1 Aktif', '1 Aktif'])
		await sql(sandbox, 'update customer set suspended = true where id = $1', [customerId])
		expect([await status(merchant), await status(other)]).toEqual(['2 Askıda', '2 Askıda'])
	})

	it.each([
		['grade A', `limit_source = 'KKB', limit_grade = 'A'`, false],
		['grade C', `limit_source = 'KKB', limit_grade = 'C'`, false],
		['grade D', `limit_source = 'KKB', limit_grade = 'D'`, true],
		['the operator’s mark', 'marked_risky = true', true],
	])('calls a customer with %s risky or not: %s', async (_, change, risky) => {
		const customerId = await newCustomer(merchant)
		expect((await customerInfo(merchant, customerId)).IsRisky).toBe(false)
		await sql(sandbox, `update customer set ${change} where id = $1`, [customerId])
		expect((await customerInfo(merchant, customerId)).IsRisky).toBe(risky)
	})
})

describe('a plan', () => {
	it('has exactly the fields of 5.1', async () => {
		await sandbox.startOn('2041-05-20')
		const row = await plan(4, { orderAmount: '100001', postponeSelected: true })
		expect(row).toEqual({
			InstallmentNo: 4,
			InstallmentAmount: 253.76,
			DownPaymentAmount: 0,
			FeeAmount: 15,
			FeeRate: 1.5,
			TotalAmount: 1015.01,
			FirstTermDate: '2041-07-20T00:00:00',
			PostponeMonths: 1,
			Payments: [
				{ InstallmentNo: 1, InstallmentPayment: 253.76, TermDate: '2041-07-20T00:00:00' },
				{ InstallmentNo: 2, InstallmentPayment: 253.75, TermDate: '2041-08-20T00:00:00' },
				{ InstallmentNo: 3, InstallmentPayment: 253.75, TermDate: '2041-09-20T00:00:00' },
				{ InstallmentNo: 4, InstallmentPayment: 253.75, TermDate: '2041-10-20T00:00:00' },
			],
		})
	})

	it('is there for each number of instalments of the default table, 1 to 12, from 1.00 to 250 000.00', async () => {
		const upToTwelve = Array.from({ length: 12 }, (_, i) => i + 1)
		for (const orderAmount of ['100', '25000000']) expect(numbersOf(await plans({ orderAmount }))).toEqual(upToTwelve)
		for (const orderAmount of ['99', '25000001']) expect(await plans({ orderAmount })).toEqual([])
		expect((await plans({})).map((row: { FeeRate: number }) => row.FeeRate)).toEqual([
			0, 0, 0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12, 13.5,
		])
	})

	it.each([
		// order, instalments, what else is sent: fee, total, first instalment
		['1000.00', 3, {}, 0, 1000, 333.34],
		['1000.00', 4, {}, 15, 1015, 253.75],
		['1000.00', 12, {}, 135, 1135, 94.59],
		['719.99', 7, {}, 43.2, 763.19, 109.03],
		['719.99', 7, { RevisedFeeRate: 0 }, 43.2, 763.19, 109.03],
		['719.99', 7, { RevisedFeeRate: 20 }, 8.64, 728.63, 104.09],
		['719.99', 7, { RevisedFeeRate: '20' }, 8.64, 728.63, 104.09],
		['719.99', 7, { RevisedFeeRate: 100 }, 43.2, 763.19, 109.03],
		['719.99', 7, { RevisedFeeRate: 150 }, 64.8, 784.79, 112.12],
		['719.99', 7, { RevisedFeeRate: 1000 }, 432, 1151.99, 164.57],
		['719.99', 7, { notCalculateFees: true }, 0, 719.99, 102.86],
		['719.99', 7, { notCalculateFees: 'TRUE', RevisedFeeRate: 150 }, 0, 719.99, 102.86],
		['719.99', 7, { notCalculateFees: false, RevisedFeeRate: 150 }, 64.8, 784.79, 112.12],
		// The fee of 1.5 kuruş is rounded to 2 before its share is taken, and the share is rounded once more.
		['1.00', 4, {}, 0.02, 1.02, 0.26],
		['1.00', 4, { RevisedFeeRate: 24 }, 0, 1, 0.25],
		['1.00', 4, { RevisedFeeRate: 25 }, 0.01, 1.01, 0.26],
		['250000.00', 12, { RevisedFeeRate: 150 }, 50_625, 300_625, 25_052.09],
	])('of %s in %i with %j has a fee of %d, a total of %d and a first instalment of %d', async (...line) => {
		const [lira, installments, sent, FeeAmount, TotalAmount, InstallmentAmount] = line
		const row = await plan(installments, { orderAmount: lira.replace('.', ''), ...sent })
		expect(row).toMatchObject({ FeeAmount, TotalAmount, InstallmentAmount })
		expect(row.FeeRate).toBe(Math.max(0, installments - 3) * 1.5)
	})

	it.each([
		// today, instalments, postponeSelected: months postponed, due dates
		['2041-01-31', 4, undefined, 0, ['2041-02-28', '2041-03-31', '2041-04-30', '2041-05-31']],
		['2044-01-31', 2, undefined, 0, ['2044-02-29', '2044-03-31']],
		['2044-02-29', 3, undefined, 0, ['2044-03-29', '2044-04-29', '2044-05-29']],
		['2041-01-31', 2, true, 1, ['2041-03-31', '2041-04-30']],
		['2041-12-31', 2, 'True', 1, ['2042-02-28', '2042-03-31']],
		['2041-12-31', 2, 'false', 0, ['2042-01-31', '2042-02-28']],
	])('made on %s in %i with postponeSelected %s is put off by %i months: %j', async (...line) => {
		const [today, installments, postponeSelected, PostponeMonths, dates] = line
		await sandbox.startOn(today)
		const row = await plan(installments, { postponeSelected })
		expect(datesOf(row.Payments)).toEqual(dates)
		expect(row).toMatchObject({ PostponeMonths, FirstTermDate: `${dates[0]}T00:00:00` })
	})

	it('is not there for more instalments than kuruş are financed', async () => {
		const shop = await sandbox.newMerchant()
		await setTerms(
			shop,
			Array.from({ length: 6 }, (_, i) => rate(null, i + 1, 5_000)),
		)
		expect(numbersOf(await plans({ orderAmount: '1' }, shop))).toEqual([1])
		expect(numbersOf(await plans({ orderAmount: '4' }, shop))).toEqual([1, 2, 3, 4])
		const last = await plan(4, { orderAmount: '4' }, shop)
		expect(last.Payments.map((row: { InstallmentPayment: number }) => row.InstallmentPayment)).toEqual([0.02, 0.02, 0.01, 0.01])
	})

	it('is there also when the limit is too small for it, without a down payment when none is possible', async () => {
		const customerId = await newCustomer(merchant, { kdsLimit: '1000' })
		expect(await plans({ customerId, orderAmount: '100000' })).toEqual(await plans({ orderAmount: '100000' }))
		expect(await plans({ customerId, orderAmount: '100000', availableLimit: '1' })).toEqual(await plans({}))
	})
})

describe('the rate of a plan', () => {
	let shop: TestMerchant
	let gold: string
	let silver: string
	beforeAll(async () => {
		shop = await sandbox.newMerchant()
		await setTerms(shop, [
			rate(null, 1, 0),
			rate(null, 2, 500, 2),
			// GOLD has its own two: cheaper than any segment's, and not both of them hold every amount.
			rate('GOLD', 2, 100, 3, 1n, 200_000n),
			rate('GOLD', 2, 300, 4, 100_000n, 100_000n),
			// Equal rates: the fewest months of postponement.
			rate('GOLD', 3, 250, 6),
			rate('GOLD', 3, 250, 0),
			rate('GOLD', 3, 200, 0),
			// Two for any segment: the dearer one.
			rate(null, 4, 400),
			rate(null, 4, 401),
			// Dearer than any segment's, and all the same its own.
			rate('SILVER', 1, 900),
		])
		gold = await newCustomer(shop, { dealerSegment: 'GOLD' })
		silver = await newCustomer(shop, { dealerSegment: 'SILVER' })
	})

	const nobody = () => undefined
	it.each([
		// whose order, dealerSegment sent, amount in kuruş, fee rates in percent by number of instalments
		['nobody’s', undefined, '50000', { 1: 0, 2: 5, 4: 4.01 }, nobody],
		['nobody’s', 'GOLD', '50000', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, nobody],
		['nobody’s', 'SILVER', '50000', { 1: 9, 2: 5, 4: 4.01 }, nobody],
		['nobody’s', 'BRONZE', '50000', { 1: 0, 2: 5, 4: 4.01 }, nobody],
		['nobody’s', 'gold', '50000', { 1: 0, 2: 5, 4: 4.01 }, nobody],
		['a GOLD customer’s', undefined, '50000', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', '', '99999', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', null, '100000', { 1: 0, 2: 3, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', undefined, '100001', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', undefined, '200000', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', undefined, '200001', { 1: 0, 2: 5, 3: 2.5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', 'SILVER', '50000', { 1: 9, 2: 5, 4: 4.01 }, () => gold],
		['a GOLD customer’s', 'BRONZE', '50000', { 1: 0, 2: 5, 4: 4.01 }, () => gold],
		['a SILVER customer’s', undefined, '50000', { 1: 9, 2: 5, 4: 4.01 }, () => silver],
		['a SILVER customer’s', 'GOLD', '50000', { 1: 0, 2: 1, 3: 2.5, 4: 4.01 }, () => silver],
	])('for %s order with dealerSegment %j of %s kuruş: %j', async (_, dealerSegment, orderAmount, rates, who) => {
		const rows = await plans({ customerId: who(), dealerSegment, orderAmount }, shop)
		const shown = Object.fromEntries(
			rows.map((row: { InstallmentNo: number; FeeRate: number }) => [row.InstallmentNo, row.FeeRate]),
		)
		expect(shown).toEqual(rates)
		expect(numbersOf(rows)).toEqual(Object.keys(rates).map(Number))
	})

	it.each([
		['GOLD', 2, '50000', 3],
		['GOLD', 2, '100000', 4],
		['GOLD', 2, '200001', 2],
		['GOLD', 3, '50000', 0],
		['BRONZE', 2, '50000', 2],
		['BRONZE', 4, '50000', 1],
	])('brings its own months of postponement: %s in %i for %s', async (dealerSegment, installments, orderAmount, months) => {
		await sandbox.startOn('2041-05-20')
		const row = await plan(installments, { dealerSegment, orderAmount, postponeSelected: true }, shop)
		expect(row.PostponeMonths).toBe(months)
		expect(row.FirstTermDate).toBe(`2041-${String(6 + months).padStart(2, '0')}-20T00:00:00`)
		const straight = await plan(installments, { dealerSegment, orderAmount }, shop)
		expect(straight).toMatchObject({ PostponeMonths: 0, FirstTermDate: '2041-06-20T00:00:00' })
	})

	it('follows the segment a customer has at the calling merchant', async () => {
		const other = await sandbox.newMerchant()
		const person = newPerson({ dealerSegment: 'GOLD' })
		const customerId = await newCustomer(shop, person)
		await newCustomer(other, { ...person, dealerSegment: 'SILVER' })
		await setTerms(other, [rate('GOLD', 1, 100), rate('SILVER', 1, 200)])
		expect((await plan(1, { customerId }, other)).FeeRate).toBe(2)
		expect((await plan(2, { customerId, orderAmount: '50000' }, shop)).FeeRate).toBe(1)
	})
})

describe('a down payment', () => {
	it.each([
		// share of the order, order, limit: down payment. In kuruş, exact to the kuruş.
		[0, '100000', '99999', 0],
		[2_500, '100000', '100000', 0],
		[2_500, '100000', '99999', 0.01],
		[2_500, '100000', '75000', 250],
		[2_500, '100000', '74999', 0],
		[3_333, '10000', '6667', 33.33],
		[3_333, '10000', '6666', 0],
		[3_333, '10001', '6668', 33.33],
		[3_333, '10001', '6667', 0],
		[9_999, '10000', '1', 99.99],
		[9_999, '10001', '1', 0],
		[9_999, '10000', '0', 0],
	])('of at most %i basis points: %s with a limit of %s pays %d down', async (shareBps, orderAmount, kdsLimit, down) => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant()
		await setTerms(shop, [rate(null, 1, 1_000)], shareBps)
		const customerId = await newCustomer(shop, { kdsLimit })
		const row = await plan(1, { customerId, orderAmount }, shop)
		const financed = (Number(orderAmount) - Math.round(down * 100)) / 100
		const fee = Math.floor(financed * 10 + 0.5) / 100
		expect(row.DownPaymentAmount).toBe(down)
		expect(row.FeeAmount).toBe(fee)
		expect(row.TotalAmount).toBeCloseTo(Number(orderAmount) / 100 + fee, 6)
		expect(row.Payments.map((payment: { InstallmentNo: number }) => payment.InstallmentNo)).toEqual(down > 0 ? [0, 1] : [1])
		if (down > 0) {
			expect(row.Payments[0]).toEqual({ InstallmentNo: 0, InstallmentPayment: down, TermDate: '2041-05-20T00:00:00' })
			// The amount and the date that are shown are those of the first regular instalment.
			expect(row).toMatchObject({ InstallmentAmount: row.Payments[1].InstallmentPayment, FirstTermDate: '2041-06-20T00:00:00' })
		}
	})

	it('counts from what is left of the limit, and from nothing once it has expired', async () => {
		await sandbox.startOn('2041-05-20')
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 9_000 })
		const customerId = await newCustomer(shop, { kdsLimit: '100000' })
		await newSale(shop, customerId, { orderAmount: '60000' })
		expect((await plan(1, { customerId, orderAmount: '100000' }, shop)).DownPaymentAmount).toBe(600)
		expect((await plan(1, { customerId, orderAmount: '400000' }, shop)).DownPaymentAmount).toBe(3600)
		expect((await plan(1, { customerId, orderAmount: '400001' }, shop)).DownPaymentAmount).toBe(0)
		await sandbox.clock({ date: '2042-05-20' })
		expect((await plan(1, { customerId, orderAmount: '100000' }, shop)).DownPaymentAmount).toBe(0)
	})

	it('is 0 for nobody, unless an availableLimit is sent', async () => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 5_000 })
		expect((await plan(1, {}, shop)).DownPaymentAmount).toBe(0)
		expect((await plan(1, { availableLimit: 0 }, shop)).DownPaymentAmount).toBe(0)
		expect((await plan(1, { availableLimit: 70_000 }, shop)).DownPaymentAmount).toBe(300)
		expect((await plan(1, { availableLimit: 40_000 }, shop)).DownPaymentAmount).toBe(0)
	})

	it('leaves out the plans that have more instalments than kuruş are financed', async () => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 9_999 })
		const customerId = await newCustomer(shop, { kdsLimit: '5' })
		expect(numbersOf(await plans({ customerId, orderAmount: '50000' }, shop))).toEqual([1, 2, 3, 4, 5])
	})
})

describe('an availableLimit in the request', () => {
	let production: Sandbox
	beforeAll(async () => {
		production = await startSandbox('production')
	})
	afterAll(() => production.stop())

	it.each([
		// may hold its own limits, sent, down payment of an order of 1 500.00 with a limit of 1 000.00
		[false, undefined, 500],
		[false, '0', 500],
		[false, '140000', 500],
		[false, '80000', 700],
		[false, '74999', 0],
		[true, undefined, 500],
		[true, '0', 500],
		[true, '140000', 100],
		[true, '150000', 0],
		[true, '80000', 700],
		[true, '74999', 0],
	])(
		'of a merchant that holds its own limits (%s), sent as %s: %d is paid down',
		async (holdsOwnLimits, availableLimit, down) => {
			const shop = await production.newMerchant({ settableLimits: ['KDS'], downPaymentMaxShareBps: 5_000, holdsOwnLimits })
			const customerId = await newCustomer(shop, { kdsLimit: '100000' })
			const { Data } = await ask({ customerId, orderAmount: '150000', availableLimit }, shop)
			for (const row of Data.InstallmentPlans) expect(row.DownPaymentAmount).toBe(down)
			expect(Data.InstallmentPlans).toHaveLength(12)
			expect(Data.CustomerInfo).toMatchObject({ CustomerLimit: 1000, UsedLimit: 0, AvailableLimit: 1000 })
		},
	)

	it('counts in a sandbox for every merchant, above its customer’s limit too', async () => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 5_000, holdsOwnLimits: false })
		const customerId = await newCustomer(shop, { kdsLimit: '100000' })
		const down = async (availableLimit: string) =>
			(await plan(1, { customerId, orderAmount: '150000', availableLimit }, shop)).DownPaymentAmount
		expect([await down('140000'), await down('80000'), await down('0')]).toEqual([100, 700, 500])
	})
})

describe('a risky customer', () => {
	let risky: string
	beforeAll(async () => {
		await sandbox.startOn('2041-01-31')
		risky = await newCustomer(merchant)
		await sql(sandbox, 'update customer set marked_risky = true where id = $1', [risky])
	})

	it.each([
		// what is sent: the due dates of three instalments
		[{}, ['2041-01-31', '2041-03-31', '2041-04-30']],
		[{ forceRiskFreeEvaluate: false }, ['2041-01-31', '2041-03-31', '2041-04-30']],
		[{ forceRiskFreeEvaluate: true }, ['2041-02-28', '2041-03-31', '2041-04-30']],
		[{ postponeSelected: true }, ['2041-01-31', '2041-04-30', '2041-05-31']],
		[{ postponeSelected: true, forceRiskFreeEvaluate: 'true' }, ['2041-03-31', '2041-04-30', '2041-05-31']],
	])('with %j pays on %j', async (sent, dates) => {
		await sandbox.startOn('2041-01-31')
		const row = await plan(3, { customerId: risky, ...sent })
		expect(datesOf(row.Payments)).toEqual(dates)
		expect(row).toMatchObject({ InstallmentAmount: 333.34, FirstTermDate: `${dates[0]}T00:00:00`, TotalAmount: 1000 })
		expect(row.PostponeMonths).toBe('postponeSelected' in sent ? 1 : 0)
	})

	it('pays a down payment as well', async () => {
		const shop = await sandbox.newMerchant({ downPaymentMaxShareBps: 5_000 })
		const customerId = await newCustomer(shop, { kdsLimit: '60000' })
		await sql(sandbox, 'update customer set marked_risky = true where id = $1', [customerId])
		const row = await plan(2, { customerId }, shop)
		expect(row.Payments).toEqual([
			{ InstallmentNo: 0, InstallmentPayment: 400, TermDate: '2041-01-31T00:00:00' },
			{ InstallmentNo: 1, InstallmentPayment: 300, TermDate: '2041-01-31T00:00:00' },
			{ InstallmentNo: 2, InstallmentPayment: 300, TermDate: '2041-03-31T00:00:00' },
		])
	})

	it('changes nothing for the others', async () => {
		const customerId = await newCustomer(merchant)
		expect(await plans({ customerId, forceRiskFreeEvaluate: true })).toEqual(await plans({ customerId }))
	})
})

// What the protocol says, once more ------------------------------------------------------------------------

interface Wanted {
	readonly rates: readonly Rate[]
	readonly segment: string | null
	readonly amount: bigint
	/** null = nothing bounds the order */
	readonly available: bigint | null
	readonly shareBps: number
	readonly risky: boolean
	readonly today: string
	readonly notCalculateFees: boolean
	readonly revisedFeeRate: number
	readonly postpone: boolean
}

const halfUp = (numerator: bigint, denominator: bigint) => (numerator + denominator / 2n) / denominator
const lira = (kurus: bigint) => Number(`${kurus / 100n}.${String(kurus % 100n).padStart(2, '0')}`)

function monthsAfter(date: string, months: number): string {
	const [year, month, day] = date.split('-').map(Number) as [number, number, number]
	const lastDay = new Date(Date.UTC(year, month + months, 0))
	return new Date(Date.UTC(lastDay.getUTCFullYear(), lastDay.getUTCMonth(), Math.min(day, lastDay.getUTCDate())))
		.toISOString()
		.replace(/T.*/, 'T00:00:00')
}

function expectedPlans(wanted: Wanted) {
	const { amount, available, today } = wanted
	const excess = available === null || available >= amount ? 0n : amount - available
	const downPayment = excess * 10_000n <= amount * BigInt(wanted.shareBps) ? excess : 0n
	const financed = amount - downPayment
	const holding = wanted.rates.filter(({ min, max }) => min <= amount && amount <= max)
	const numbers = [...new Set(holding.map(({ installments }) => installments))].sort((a, b) => a - b)
	return numbers.flatMap((n) => {
		const ofNumber = holding.filter(({ installments }) => installments === n)
		const own = ofNumber.filter(({ segment }) => segment !== null && segment === wanted.segment)
		const rows = own.length > 0 ? own : ofNumber.filter(({ segment }) => segment === null)
		if (rows.length === 0 || financed < BigInt(n)) return []
		const feeRateBps = Math.max(...rows.map((row) => row.feeRateBps))
		const months = Math.min(...rows.filter((row) => row.feeRateBps === feeRateBps).map((row) => row.postponeMonths))

		const fullFee = halfUp(financed * BigInt(feeRateBps), 10_000n)
		const revisedFee = wanted.revisedFeeRate > 0 ? halfUp(fullFee * BigInt(wanted.revisedFeeRate), 100n) : fullFee
		const fee = wanted.notCalculateFees ? 0n : revisedFee
		const later = wanted.postpone ? months : 0
		const payments = Array.from({ length: n }, (_, i) => {
			const upFront = i === 0 && wanted.risky
			return {
				InstallmentNo: i + 1,
				InstallmentPayment: lira((financed + fee) / BigInt(n) + (BigInt(i) < (financed + fee) % BigInt(n) ? 1n : 0n)),
				TermDate: upFront ? `${today}T00:00:00` : monthsAfter(today, i + 1 + later),
			}
		})
		return [
			{
				InstallmentNo: n,
				InstallmentAmount: payments[0]?.InstallmentPayment,
				DownPaymentAmount: lira(downPayment),
				FeeAmount: lira(fee),
				FeeRate: lira(BigInt(feeRateBps)),
				TotalAmount: lira(amount + fee),
				FirstTermDate: payments[0]?.TermDate,
				PostponeMonths: later,
				Payments:
					downPayment > 0n
						? [{ InstallmentNo: 0, InstallmentPayment: lira(downPayment), TermDate: `${today}T00:00:00` }, ...payments]
						: payments,
			},
		]
	})
}

const largest = 10n ** 13n
const within = (least: bigint, n: bigint) => (n < least ? least : n > largest ? largest : n)
/** Anything, but mostly just at, below or above one of the given amounts. */
const near = (least: bigint, ...amounts: bigint[]) =>
	fc.oneof(
		...amounts.map((n) => fc.constantFrom(n - 1n, n, n + 1n).map((each) => within(least, each))),
		fc.bigInt(least, largest),
	)
const anySegment = fc.constantFrom(null, 'GOLD', 'SILVER')
const anyFlag = fc.constantFrom(undefined, false, true, 'false', 'TRUE')
const isSet = (flag: unknown) => /^true$/i.test(String(flag))

const scenarios = fc
	.tuple(fc.oneof(fc.bigInt(1n, 3_000n), fc.bigInt(1n, 10n ** 8n), fc.bigInt(1n, largest)), fc.integer({ min: 0, max: 9_999 }))
	.chain(([amount, shareBps]) => {
		const leastFinanced = amount - (amount * BigInt(shareBps)) / 10_000n
		return fc.record({
			amount: fc.constant(amount),
			shareBps: fc.constant(shareBps),
			rates: fc.array(
				fc
					.record({
						segment: anySegment,
						installments: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 60 })),
						feeRateBps: fc.oneof(fc.constantFrom(0, 150), fc.constantFrom(0, 150, 100_000), fc.integer({ min: 0, max: 2_000 })),
						postponeMonths: fc.integer({ min: 0, max: 12 }),
						bounds: fc.tuple(fc.oneof(fc.constant(1n), near(1n, amount)), fc.oneof(fc.constant(largest), near(1n, amount))),
					})
					.map(({ bounds: [a, b], ...row }) => ({ ...row, ...(a < b ? { min: a, max: b } : { min: b, max: a }) })),
				{ minLength: 1, maxLength: 20 },
			),
			buyer: fc.constantFrom('nobody', 'a stranger', 'GOLD', 'SILVER with 1 000.00 used', 'risky GOLD'),
			limit: fc.oneof(fc.constant(0n), near(0n, amount, leastFinanced, amount + 100_000n, leastFinanced + 100_000n)),
			sent: fc.record({
				notCalculateFees: fc.constantFrom(undefined, undefined, false, true),
				forceRiskFreeEvaluate: anyFlag,
				postponeSelected: anyFlag,
				RevisedFeeRate: fc.oneof(fc.constantFrom(undefined, 0, 20, 150), fc.integer({ min: 0, max: 1000 })),
				availableLimit: fc.oneof(fc.constantFrom(undefined, 0n), near(0n, amount, leastFinanced)),
				dealerSegment: fc.constantFrom(undefined, undefined, 'GOLD', 'SILVER', 'BRONZE'),
			}),
		})
	})

describe('every plan is what the protocol’s formulas give', () => {
	it.each(['2041-01-31', '2041-06-30', '2043-12-31', '2044-02-29', '2044-08-30', '2045-11-30'])('on %s', async (today) => {
		await sandbox.startOn(today)
		const elsewhere = await sandbox.newMerchant()
		const shop = await sandbox.newMerchant()
		const buyers: Record<string, { person: Record<string, unknown>; customerId: string; used: bigint; risky: boolean }> = {}
		for (const [name, dealerSegment, used, risky] of [
			['GOLD', 'GOLD', 0n, false],
			['SILVER with 1 000.00 used', 'SILVER', 100_000n, false],
			['risky GOLD', 'GOLD', 0n, true],
		] as const) {
			const person = newPerson({ dealerSegment })
			const customerId = await newCustomer(shop, person)
			await newCustomer(elsewhere, { ...person, dealerSegment: 'BRONZE' })
			if (used > 0n) await newSale(elsewhere, customerId, { orderAmount: String(used) })
			if (risky) await sql(sandbox, 'update customer set marked_risky = true where id = $1', [customerId])
			buyers[name] = { person, customerId, used, risky }
		}
		const stranger = await newCustomer(elsewhere)

		await fc.assert(
			fc.asyncProperty(scenarios, async ({ amount, shareBps, rates, buyer: name, limit, sent }) => {
				await setTerms(shop, rates, shareBps)
				const buyer = buyers[name]
				if (buyer) await newCustomer(shop, { ...buyer.person, kdsLimit: String(limit) })
				const shown = await plans(
					{
						orderAmount: String(amount),
						customerId: buyer?.customerId ?? (name === 'a stranger' ? stranger : undefined),
						...sent,
						availableLimit: sent.availableLimit?.toString(),
					},
					shop,
				)
				const left = buyer && limit > buyer.used ? limit - buyer.used : 0n
				const ours = buyer ? left : null
				expect(shown).toEqual(
					expectedPlans({
						rates,
						segment: sent.dealerSegment ?? (buyer ? String(buyer.person.dealerSegment) : null),
						amount,
						available: sent.availableLimit ? sent.availableLimit : ours,
						shareBps,
						risky: (buyer?.risky ?? false) && !isSet(sent.forceRiskFreeEvaluate),
						today,
						notCalculateFees: sent.notCalculateFees ?? false,
						revisedFeeRate: sent.RevisedFeeRate ?? 0,
						postpone: isSet(sent.postponeSelected),
					}),
				)
			}),
			{ numRuns: 60 },
		)
		await sandbox.booksBalance()
	})
})

describe('GetCustomerInformation', () => {
	itReadsItsParameters(
		{
			customerId: ['O', ...noText10],
			orderAmount: ['Z', ...noAmount],
			notCalculateFees: ['O', ...noFlag],
			forceRiskFreeEvaluate: ['O', ...noFlag],
			postponeSelected: ['O', ...noFlag],
			RevisedFeeRate: ['O', ...noFeeRate],
			availableLimit: ['O', ...noLimit],
			dealerSegment: ['O', ...noText10],
			basketList: ['O', ...noBasket],
		},
		() => ({ orderAmount: '100000' }),
		(parameters) => refusedWithoutTrace(sandbox, () => merchant.client.call(path, parameters)),
	)

	it('takes a basket of up to two hundred rows and makes nothing of it', async () => {
		const basketList = Array.from({ length: 200 }, (_, i) => ({ skuCode: `sku-${i}`, skuAmount: 100 }))
		expect(said(await ask({ basketList }))).toEqual(said(await ask({})))
		expect(said(await ask({ basketList: [] }))).toEqual(said(await ask({})))
	})

	it('reads only: nothing is stored, and the same question has the same answer', async () => {
		const customerId = await newCustomer(merchant)
		const before = await sandbox.everything()
		const first = await ask({ customerId, ipAddress: '10.0.0.1' })
		expect(said(await ask({ customerId }))).toEqual(said(first))
		expect(await sandbox.everything()).toEqual(before)
	})

	it('reads a form as it reads JSON', async () => {
		const customerId = await newCustomer(merchant)
		const question = {
			customerId,
			orderAmount: 71_999,
			notCalculateFees: false,
			forceRiskFreeEvaluate: true,
			postponeSelected: true,
			RevisedFeeRate: 150,
			availableLimit: 60_000,
			dealerSegment: 'GOLD',
			basketList: [{ skuCode: 'a&b', skuAmount: 71_999 }],
		}
		const asJson = await merchant.client.call(path, question)
		expect(asJson.Data.InstallmentPlans).toHaveLength(12)
		expect(said(await merchant.client.call(path, question, { as: 'form' }))).toEqual(said(asJson))
		const wrong = { customerId, RevisedFeeRate: 1001 }
		const refused = await merchant.client.call(path, wrong, { as: 'form' })
		expect(refusalsOf(refused)).toEqual(['H101 orderAmount', 'H102 RevisedFeeRate'])
		expect(said(await merchant.client.call(path, wrong))).toEqual(said(refused))
	})

	it('knows its path and its parameters in any casing', async () => {
		const customerId = await newCustomer(merchant)
		const asPrinted = await merchant.client.call(path, {
			customerId,
			orderAmount: '100000',
			postponeSelected: true,
			RevisedFeeRate: '20',
		})
		const oddly = await merchant.client.call('/INDEX/getcustomerinformation', {
			CUSTOMERID: customerId,
			orderamount: '100000',
			PostponeSelected: true,
			revisedFeeRate: '20',
		})
		expect(said(oddly)).toEqual(said(asPrinted))
		expect(asPrinted.Data.InstallmentPlans[0].PostponeMonths).toBe(1)
	})

	it('leaves the books in balance after all of this', () => sandbox.booksBalance())
})
