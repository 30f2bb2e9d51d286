// The plan against the shared vectors, then rule by rule on one order of 1000.00 TL.

import { describe, expect, it } from 'vitest'
import { kurus, ZERO } from '../../../src/domain/money.ts'
import { canSplit, downPaymentFor, makePlan, type PlanTerms } from '../../../src/domain/plan.ts'
import { date } from '../../dates.ts'
import { readVectors } from '../../vectors.ts'

interface PlanVector {
	input: {
		orderAmount: number
		installments: number
		feeRateBps: number
		date: string
		downPayment: number
		notCalculateFees: boolean
		revisedFeeRate: number
		postponeMonths: number
		firstInstallmentUpFront: boolean
	}
	expected: {
		downPayment: number
		financed: number
		fee: number
		total: number
		rows: { installmentNo: number; amount: number; principal: number; fee: number; dueDate: string }[]
	}
}

describe('the shared vectors', () => {
	it.each(readVectors<PlanVector>('plans'))('$input.orderAmount kuruş in $input.installments from $input.date', (vector) => {
		const { input, expected } = vector
		const plan = makePlan({
			orderAmount: kurus(input.orderAmount),
			date: date(input.date),
			rate: { installments: input.installments, feeRateBps: input.feeRateBps, postponeMonths: input.postponeMonths },
			downPayment: kurus(input.downPayment),
			notCalculateFees: input.notCalculateFees,
			revisedFeePercent: input.revisedFeeRate,
			postpone: input.postponeMonths > 0,
			firstInstallmentUpFront: input.firstInstallmentUpFront,
		})
		expect(plan).toEqual({
			downPayment: kurus(expected.downPayment),
			financed: kurus(expected.financed),
			fee: kurus(expected.fee),
			total: kurus(expected.total),
			postponeMonths: input.postponeMonths,
			rows: expected.rows.map((row) => ({
				installmentNo: row.installmentNo,
				amount: kurus(row.amount),
				// The vectors call the whole down payment principal; answers 40 says it is none, for it uses no limit.
				principal: row.installmentNo === 0 ? ZERO : kurus(row.principal),
				fee: kurus(row.fee),
				dueDate: row.dueDate,
				upFront: row.installmentNo === 0 || (row.installmentNo === 1 && input.firstInstallmentUpFront),
			})),
		})
	})
})

/** 1000.00 TL on 31 January 2026 in 4 instalments at 6 %, unless said otherwise. */
function plan(differences: Partial<PlanTerms> & { installments?: number; feeRateBps?: number; postponeMonths?: number }) {
	const { installments = 4, feeRateBps = 600, postponeMonths = 1, ...rest } = differences
	return makePlan({
		orderAmount: kurus(1000_00),
		date: date('2026-01-31'),
		rate: { installments, feeRateBps, postponeMonths },
		downPayment: ZERO,
		notCalculateFees: false,
		revisedFeePercent: 0,
		postpone: false,
		firstInstallmentUpFront: false,
		...rest,
	})
}

describe('the fee', () => {
	it.each<[why: string, differences: Parameters<typeof plan>[0], fee: number]>([
		['is the rate on the order', {}, 60_00],
		['is charged on what is financed, not on the down payment', { downPayment: kurus(200_00) }, 48_00],
		['is nothing when it is not to be calculated', { notCalculateFees: true }, 0],
		['is nothing then, whatever share of it was asked for', { notCalculateFees: true, revisedFeePercent: 50 }, 0],
		['is a fifth at 20', { revisedFeePercent: 20 }, 12_00],
		['is the same at 100', { revisedFeePercent: 100 }, 60_00],
		['may be raised', { revisedFeePercent: 150 }, 90_00],
		['is unchanged at 0', { revisedFeePercent: 0 }, 60_00],
		['rounds half a kuruş up', { orderAmount: kurus(1_00), feeRateBps: 150 }, 2],
		['is rounded before a share of it is taken', { orderAmount: kurus(1_00), feeRateBps: 150, revisedFeePercent: 20 }, 0],
		['rounds half a kuruş of the share up as well', { orderAmount: kurus(1_00), feeRateBps: 500, revisedFeePercent: 50 }, 3],
	])('%s', (_, differences, fee) => {
		expect(plan(differences).fee).toBe(kurus(fee))
	})
})

describe('due dates', () => {
	const dueDates = (differences: Parameters<typeof plan>[0]) => plan(differences).rows.map((row) => row.dueDate)

	it.each<[why: string, differences: Parameters<typeof plan>[0], dates: string[]]>([
		['are the same day of the following months, or their last', {}, ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']],
		[
			'are all later by the months of postponement',
			{ postpone: true, postponeMonths: 2 },
			['2026-04-30', '2026-05-31', '2026-06-30', '2026-07-31'],
		],
		[
			'stay where they are when postponement was not chosen',
			{ postpone: false, postponeMonths: 2 },
			['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
		],
		[
			'leave the first month empty when the first instalment is paid up front',
			{ firstInstallmentUpFront: true },
			['2026-01-31', '2026-03-31', '2026-04-30', '2026-05-31'],
		],
		[
			'never postpone what is paid up front',
			{ firstInstallmentUpFront: true, postpone: true },
			['2026-01-31', '2026-04-30', '2026-05-31', '2026-06-30'],
		],
		[
			"put the down payment on the order's date, never postponed",
			{ downPayment: kurus(100_00), postpone: true, installments: 2 },
			['2026-01-31', '2026-03-31', '2026-04-30'],
		],
	])('%s', (_, differences, dates) => {
		expect(dueDates(differences)).toEqual(dates)
	})
})

describe('rows', () => {
	it('carry the fee as what principal leaves of the amount', () => {
		const { rows } = plan({ orderAmount: kurus(10), installments: 3, feeRateBps: 1000 })
		expect(rows.map(({ amount, principal, fee }) => [amount, principal, fee])).toEqual([
			[4n, 4n, 0n],
			[4n, 3n, 1n],
			[3n, 3n, 0n],
		])
	})

	it('begin with the down payment, which is no credit and carries no fee', () => {
		const { rows, financed, total } = plan({ downPayment: kurus(200_00), installments: 1 })
		expect(rows).toEqual([
			{ installmentNo: 0, amount: 200_00n, principal: 0n, fee: 0n, dueDate: '2026-01-31', upFront: true },
			{ installmentNo: 1, amount: 848_00n, principal: 800_00n, fee: 48_00n, dueDate: '2026-02-28', upFront: false },
		])
		expect(financed).toBe(800_00n)
		expect(total).toBe(1048_00n)
	})

	it('are the instalments alone where there is no down payment', () => {
		expect(plan({}).rows.map((row) => row.installmentNo)).toEqual([1, 2, 3, 4])
	})

	it('are up front only where they are paid on activation', () => {
		const upFront = plan({ firstInstallmentUpFront: true, downPayment: kurus(1) }).rows.map((row) => row.upFront)
		expect(upFront).toEqual([true, true, false, false, false])
	})
})

describe('a plan is not made', () => {
	it.each<[why: string, differences: Parameters<typeof plan>[0]]>([
		['with fewer kuruş than instalments', { orderAmount: kurus(3), installments: 4 }],
		['with nothing financed', { downPayment: kurus(1000_00) }],
		['with a negative down payment', { downPayment: kurus(-1) }],
		['with no instalments', { installments: 0 }],
	])('%s', (_, differences) => {
		expect(() => plan(differences)).toThrow(RangeError)
	})
})

describe('an amount can be split', () => {
	it.each([
		[12, 12, true],
		[11, 12, false],
		[1, 1, true],
		[0, 1, false],
	])('of %i kuruş into %i: %s', (financed, installments, possible) => {
		expect(canSplit(kurus(financed), installments)).toBe(possible)
	})
})

describe('the down payment', () => {
	const third = 3333

	it.each([
		['is nothing where the limit suffices', 1000_00, 1000_00, third, 0],
		['is what the limit lacks', 1000_00, 900_00, third, 100_00],
		['may be the largest share to the kuruş', 1000_00, 666_70, third, 333_30],
		['is not possible one kuruş above it', 1000_00, 666_69, third, 0],
		['is measured without rounding', 100, 66, 3399, 0],
		['is not possible where the merchant does not allow it', 1000_00, 900_00, 0, 0],
		['is not possible at all without a limit', 1000_00, 0, third, 0],
		['is nothing for an order far below the limit', 1_00, 5000_00, third, 0],
	])('%s', (_, orderAmount, available, maxShareBps, downPayment) => {
		expect(downPaymentFor(kurus(orderAmount), kurus(available), maxShareBps)).toBe(kurus(downPayment))
	})
})
