// Plans and rates for nobody in particular (protocol 5.21, 5.23, answers 43, 44, 52). The arithmetic of a plan has its tables in
// test/unit/domain/plan.test.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { done, type Rate, refusedWithoutTrace, setRates } from '../sales.ts'
import { newCustomer, newOrder, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const planPath = '/Index/GetPaymentPlanByDealerSegment'
const ratesPath = '/Index/GetInstallmentRates'

let sandbox: Sandbox
let usual: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	usual = await sandbox.newMerchant()
	await sandbox.startOn('2095-01-31')
})
afterAll(() => sandbox.stop())

interface Plan {
	readonly InstallmentNo: number
	readonly FeeRate: number
	readonly FeeAmount: number
	readonly PostponeMonths: number
	readonly FirstTermDate: string
	readonly TotalAmount: number
	readonly Payments: readonly { readonly TermDate: string; readonly InstallmentPayment: number }[]
}

const plans = async (given: Parameters = {}, at = usual): Promise<Plan[]> =>
	(await done(at, planPath, { orderAmount: '100000', ...given })).InstallmentPlans

/** A merchant with these rates and no others. */
async function merchantWith(...rates: Rate[]): Promise<TestMerchant> {
	const merchant = await sandbox.newMerchant()
	await setRates(sandbox, merchant, rates)
	return merchant
}

describe('the plans for an order', () => {
	it('are one for every number of instalments, with the fee of the usual table', async () => {
		const list = await plans()
		expect(
			list.map(({ InstallmentNo, FeeRate, FeeAmount, TotalAmount }) => [InstallmentNo, FeeRate, FeeAmount, TotalAmount]),
		).toEqual([
			[1, 0, 0, 1000],
			[2, 0, 0, 1000],
			[3, 0, 0, 1000],
			[4, 1.5, 15, 1015],
			[5, 3, 30, 1030],
			[6, 4.5, 45, 1045],
			[7, 6, 60, 1060],
			[8, 7.5, 75, 1075],
			[9, 9, 90, 1090],
			[10, 10.5, 105, 1105],
			[11, 12, 120, 1120],
			[12, 13.5, 135, 1135],
		])
	})

	it('tell each instalment and its date, in the fields of the manual', async () => {
		const answer = await done(usual, planPath, { orderAmount: '71990' })
		expect(Object.keys(answer)).toEqual(['InstallmentPlans'])
		const [, , , four] = answer.InstallmentPlans
		expect(Object.keys(four)).toEqual([
			'InstallmentNo',
			'InstallmentAmount',
			'DownPaymentAmount',
			'FeeAmount',
			'FeeRate',
			'TotalAmount',
			'FirstTermDate',
			'PostponeMonths',
			'Payments',
		])
		expect(four).toEqual({
			InstallmentNo: 4,
			InstallmentAmount: 182.68,
			DownPaymentAmount: 0,
			FeeAmount: 10.8,
			FeeRate: 1.5,
			TotalAmount: 730.7,
			FirstTermDate: '2095-02-28T00:00:00',
			PostponeMonths: 0,
			Payments: [
				{ InstallmentNo: 1, InstallmentPayment: 182.68, TermDate: '2095-02-28T00:00:00' },
				{ InstallmentNo: 2, InstallmentPayment: 182.68, TermDate: '2095-03-31T00:00:00' },
				{ InstallmentNo: 3, InstallmentPayment: 182.67, TermDate: '2095-04-30T00:00:00' },
				{ InstallmentNo: 4, InstallmentPayment: 182.67, TermDate: '2095-05-31T00:00:00' },
			],
		})
	})

	it.each<[what: string, given: Parameters, fee: number, first: string, postponed: number]>([
		['as they are', {}, 15, '2095-02-28', 0],
		['without a fee', { notCalculateFees: true }, 0, '2095-02-28', 0],
		['with a fifth of the fee', { RevisedFeeRate: 20 }, 3, '2095-02-28', 0],
		['with a fee revised to nothing, which is not revised', { RevisedFeeRate: 0 }, 15, '2095-02-28', 0],
		['postponed', { postponeSelected: 'true' }, 15, '2095-03-31', 1],
		['free of risk, which nobody bears here', { forceRiskFreeEvaluate: true }, 15, '2095-02-28', 0],
		['with a basket, which changes nothing', { basketList: [{ skuCode: 'a', skuAmount: 1 }] }, 15, '2095-02-28', 0],
		['with a limit of the merchant’s, which is no parameter of this call', { availableLimit: 1 }, 15, '2095-02-28', 0],
	])('may be asked for %s', async (_, given, fee, first, postponed) => {
		const [, , , four] = await plans(given)
		expect(four).toMatchObject({ FeeRate: 1.5, FeeAmount: fee, FirstTermDate: `${first}T00:00:00`, PostponeMonths: postponed })
		expect(four?.Payments[0]?.TermDate).toBe(`${first}T00:00:00`)
	})

	it.each<[amount: number, possible: number[], why: string]>([
		[99, [], 'below every row'],
		[1_00, [2], 'the least amount of a row belongs to it'],
		[10_00, [2, 3], 'both bounds belong to their rows'],
		[10_01, [3], 'above the first row'],
		[20_00, [3], 'the largest amount of a row belongs to it'],
		[20_01, [], 'above every row'],
	])('of %i kuruş are possible in %j: %s', async (orderAmount, possible) => {
		const merchant = await merchantWith([null, 2, 0, 1, 1_00, 10_00], [null, 3, 0, 1, 10_00, 20_00])
		expect((await plans({ orderAmount }, merchant)).map(({ InstallmentNo }) => InstallmentNo)).toEqual(possible)
	})

	it('have at least a kuruş of the order in every instalment', async () => {
		const merchant = await merchantWith(...Array.from({ length: 6 }, (_, i): Rate => [null, i + 1, 1000, 1, 1, 1_00]))
		expect((await plans({ orderAmount: 4 }, merchant)).map(({ InstallmentNo }) => InstallmentNo)).toEqual([1, 2, 3, 4])
	})

	it('are none where nothing is offered', async () => {
		expect(await plans({ orderAmount: '10000000000000' })).toEqual([])
		expect(await plans({}, await merchantWith())).toEqual([])
	})

	it('do not look at the merchant’s limit', async () => {
		const merchant = await sandbox.newMerchant({ creditLimit: kurus(0) })
		expect(await plans({}, merchant)).toHaveLength(12)
	})

	it('are those that a customer information for nobody tells', async () => {
		const given = { orderAmount: '123457', dealerSegment: 'GOLD', RevisedFeeRate: 50, postponeSelected: true }
		const { InstallmentPlans } = await done(usual, '/Index/GetCustomerInformation', given)
		expect(await plans(given)).toEqual(InstallmentPlans)
	})
})

describe('the rate for a segment', () => {
	const [least, most] = [1_00, 10_000_00]

	it.each<[why: string, rates: Rate[], dealerSegment: string | undefined, rate: number | null, postponeMonths?: number]>([
		['is the one for any segment where it has none', [[null, 3, 300, 1, least, most]], 'GOLD', 3],
		[
			'is the one for any segment where no segment is named',
			[
				[null, 3, 300, 1, least, most],
				['GOLD', 3, 100, 1, least, most],
			],
			undefined,
			3,
		],
		[
			'is the one for any segment where the name is empty',
			[
				[null, 3, 300, 1, least, most],
				['GOLD', 3, 100, 1, least, most],
			],
			'',
			3,
		],
		[
			'is its own, though that is cheaper',
			[
				[null, 3, 300, 1, least, most],
				['GOLD', 3, 100, 1, least, most],
			],
			'GOLD',
			1,
		],
		[
			'is its own, though that is dearer',
			[
				[null, 3, 100, 1, least, most],
				['GOLD', 3, 300, 1, least, most],
			],
			'GOLD',
			3,
		],
		[
			'is the highest of its own',
			[
				['GOLD', 3, 100, 1, least, most],
				['GOLD', 3, 250, 2, least, most],
				['GOLD', 3, 200, 1, least, most],
			],
			'GOLD',
			2.5,
			2,
		],
		[
			'is the highest of those for any segment',
			[
				[null, 3, 100, 1, least, most],
				[null, 3, 250, 1, least, most],
			],
			'GOLD',
			2.5,
		],
		[
			'postpones least where the fee is the same',
			[
				['GOLD', 3, 100, 3, least, most],
				['GOLD', 3, 100, 2, least, most],
			],
			'GOLD',
			1,
			2,
		],
		[
			'is the one for any segment where its own is for other amounts',
			[
				[null, 3, 300, 1, least, most],
				['GOLD', 3, 100, 1, 2_000_00, most],
			],
			'GOLD',
			3,
		],
		['is none where the only ones are another segment’s', [['GOLD', 3, 100, 1, least, most]], 'SILVER', null],
		['is none where the only ones are some segment’s and none is named', [['GOLD', 3, 100, 1, least, most]], undefined, null],
		['is another in another casing', [['GOLD', 3, 100, 1, least, most]], 'Gold', null],
	])('%s', async (_, rates, dealerSegment, rate, postponeMonths = 1) => {
		const list = await plans({ dealerSegment, postponeSelected: true }, await merchantWith(...rates))
		expect(list.map(({ FeeRate, PostponeMonths }) => [FeeRate, PostponeMonths])).toEqual(
			rate === null ? [] : [[rate, postponeMonths]],
		)
	})

	it('is that of the customer’s segment at this merchant where a customer is named, and the plan is sold as it was shown', async () => {
		const merchant = await merchantWith(
			[null, 3, 300, 1, least, most],
			['GOLD', 3, 100, 2, least, most],
			['SILVER', 3, 200, 1, least, most],
		)
		const customerId = await newCustomer(merchant, { dealerSegment: 'GOLD' })
		const order = { orderAmount: '100000', postponeSelected: true }
		for (const [dealerSegment, feeRate] of [
			[undefined, 1],
			['SILVER', 2],
			['BRONZE', 3],
		] as const) {
			const { InstallmentPlans } = await done(merchant, '/Index/GetCustomerInformation', { customerId, dealerSegment, ...order })
			expect(InstallmentPlans).toMatchObject([{ FeeRate: feeRate }])
			const forNobody = await plans({ ...order, dealerSegment: dealerSegment ?? 'GOLD' }, merchant)
			expect(forNobody).toEqual(InstallmentPlans)
			const sold = await done(merchant, '/RequestV2/CreateTransaction', newOrder(customerId, { ...order, dealerSegment }))
			const fields = ({ InstallmentNo, InstallmentPayment, TermDate }: Record<string, unknown>) => ({
				InstallmentNo,
				InstallmentPayment,
				TermDate,
			})
			expect(sold.Payments.map(fields)).toEqual(forNobody[0]?.Payments)
			expect(sold.FeeAmount).toBe(forNobody[0]?.FeeAmount)
		}
	})
})

describe('the rates', () => {
	const row = (
		segment: string | null,
		InstallmentNo: number,
		FeeRate: number,
		MinAmount: number,
		MaxAmount: number,
		PostponeMonths = 1,
	) => ({
		InstallmentNo,
		FeeRate,
		DealerSegment: segment,
		PostponeMonths,
		MinAmount,
		MaxAmount,
	})
	const rates = async (given: Parameters = {}, at = usual) => (await done(at, ratesPath, given)).InstallmentRates

	it('of a new merchant are the usual twelve, in the fields of the manual', async () => {
		const list = await rates()
		expect(list).toEqual(Array.from({ length: 12 }, (_, i) => row(null, i + 1, Math.max(0, i - 2) * 1.5, 1, 250000)))
		expect(Object.keys(list[0])).toEqual([
			'InstallmentNo',
			'FeeRate',
			'DealerSegment',
			'PostponeMonths',
			'MinAmount',
			'MaxAmount',
		])
	})

	describe('of a merchant with segments', () => {
		let merchant: TestMerchant
		beforeAll(async () => {
			merchant = await merchantWith(
				['SILVER', 3, 200, 1, 1_00, 50_00],
				['GOLD', 3, 425, 0, 1_00, 50_00],
				[null, 6, 7, 12, 1, 10_000_000_000_000],
				['GOLD', 3, 150, 1, 1_00, 60_00],
				['GOLD', 3, 100, 1, 1_00, 50_00],
				[null, 3, 300, 1, 1_00, 50_00],
				['GOLD', 3, 100, 1, 50, 70_00],
				['GOLD', 2, 900, 1, 1_00, 50_00],
			)
		})
		const gold = [
			row('GOLD', 3, 1, 0.5, 70),
			row('GOLD', 3, 1, 1, 50),
			row('GOLD', 3, 4.25, 1, 50, 0),
			row('GOLD', 3, 1.5, 1, 60),
		]
		const [goldTwo, anyThree, silver] = [row('GOLD', 2, 9, 1, 50), row(null, 3, 3, 1, 50), row('SILVER', 3, 2, 1, 50)]
		const anySix = row(null, 6, 0.07, 0.01, 100_000_000_000, 12)

		it('are all where none is named: by InstallmentNo, segment with any first, least amount, largest amount, rate', async () => {
			const all = [goldTwo, anyThree, ...gold, silver, anySix]
			expect(await rates({}, merchant)).toEqual(all)
			expect(await rates({ dealerSegment: '' }, merchant)).toEqual(all)
			expect(await rates({ dealerSegment: null }, merchant)).toEqual(all)
		})

		it('are those of the segment named and those for any', async () => {
			expect(await rates({ dealerSegment: 'GOLD' }, merchant)).toEqual([goldTwo, anyThree, ...gold, anySix])
			expect(await rates({ dealerSegment: 'SILVER' }, merchant)).toEqual([anyThree, silver, anySix])
			expect(await rates({ dealerSegment: 'BRONZE' }, merchant)).toEqual([anyThree, anySix])
		})

		it('are the merchant’s own', async () => {
			expect(await rates({ dealerSegment: 'GOLD' })).toHaveLength(12)
		})
	})
})

describe('the calls are refused', () => {
	it.each<[path: string, refused: string[], why: string, given: Parameters]>([
		[planPath, ['H101 orderAmount'], 'when nothing is said', {}],
		[
			planPath,
			[
				'H102 ipAddress',
				'H102 dealerSegment',
				'H102 orderAmount',
				'H102 notCalculateFees',
				'H102 forceRiskFreeEvaluate',
				'H102 postponeSelected',
				'H102 RevisedFeeRate',
				'H102 basketList',
			],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{
				basketList: Array(201).fill({}),
				RevisedFeeRate: 1001,
				postponeSelected: 'evet',
				forceRiskFreeEvaluate: 1,
				notCalculateFees: 'no',
				orderAmount: 0,
				dealerSegment: 'ELEVENCHARS',
				ipAddress: 'here',
			},
		],
		[
			ratesPath,
			['H102 ipAddress', 'H102 dealerSegment'],
			'for every parameter at fault, ipAddress first',
			{ dealerSegment: 'ELEVENCHARS', ipAddress: 'here' },
		],
		[ratesPath, ['H102 dealerSegment'], 'for a list of segments', { dealerSegment: ['GOLD'] }],
	])('%s with %j %s', async (path, refused, _, given) => {
		expect(await refusedWithoutTrace(sandbox, () => usual.client.call(path, given))).toEqual(refused)
	})
})
