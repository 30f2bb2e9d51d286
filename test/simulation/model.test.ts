// The model against the shared vectors: what judges the server has to be right about plans and late fees itself.

import { expect, it } from 'vitest'
import { dayOf, textOf } from '../../sim/model/dates.ts'
import { feeUpTo, overdueFrom } from '../../sim/model/late-fee.ts'
import { planFor } from '../../sim/model/plan.ts'
import { type Merchant, newName, type Row } from '../../sim/model/state.ts'
import { readVectors } from '../vectors.ts'

interface PlanCase {
	readonly input: {
		readonly orderAmount: number
		readonly installments: number
		readonly feeRateBps: number
		readonly date: string
		readonly downPayment: number
		readonly notCalculateFees: boolean
		readonly revisedFeeRate: number
		readonly postponeMonths: number
		readonly firstInstallmentUpFront: boolean
	}
	readonly expected: {
		readonly financed: number
		readonly fee: number
		readonly rows: readonly { installmentNo: number; amount: number; principal: number; dueDate: string }[]
	}
}

it.each(readVectors<PlanCase>('plans'))('plans as the shared vectors do (%#)', ({ input, expected }) => {
	const n = input.installments
	const { feeRateBps, postponeMonths } = input
	const any = { segment: null, min: 1n, max: 10n ** 13n }
	const terms = { lateFeeRateBps: 425, graceDays: 0, lateFeeBase: 'open-amount' } as const
	const merchant: Merchant = {
		index: 0,
		terms,
		pendingLifeDays: 7,
		downPaymentShareBps: 9_999,
		enforcementMinDays: 1,
		creditLimit: null,
		rates: [{ ...any, n, feeRateBps, postponeMonths }],
	}
	const wish = {
		order: BigInt(input.orderAmount),
		segment: null,
		noFee: input.notCalculateFees,
		postpone: true,
		revised: BigInt(input.revisedFeeRate),
		upFront: input.firstInstallmentUpFront,
		available: BigInt(input.orderAmount - input.downPayment),
	}
	const plan = planFor(merchant, wish, n, dayOf(input.date) as number)
	expect(plan?.financed).toBe(BigInt(expected.financed))
	expect(plan?.fee).toBe(BigInt(expected.fee))
	expect(
		plan?.rows.map(({ no, amount, principal, due }) => ({
			installmentNo: no,
			amount: Number(amount),
			// The vectors call the whole down payment principal; answers 40 says it is none, for it uses no limit.
			principal: Number(no === 0 ? amount : principal),
			dueDate: textOf(due),
		})),
	).toEqual(expected.rows.map(({ installmentNo, amount, principal, dueDate }) => ({ installmentNo, amount, principal, dueDate })))
})

interface LateFeeCase {
	readonly input: {
		readonly openAmount: number
		readonly monthlyRateBps: number
		readonly termDate: string
		readonly graceDays: number
		readonly onDate: string
	}
	readonly expected: { readonly overdueDate: string; readonly lateFee: number }
}

it.each(readVectors<LateFeeCase>('late-fees'))('charges late fees as the shared vectors do (%#)', ({ input, expected }) => {
	const terms = { lateFeeRateBps: input.monthlyRateBps, graceDays: input.graceDays, lateFeeBase: 'open-amount' } as const
	const row: Row = {
		name: newName('payment'),
		no: 1,
		due: dayOf(input.termDate) as number,
		upFront: false,
		amount: BigInt(input.openAmount),
		principal: BigInt(input.openAmount),
		paid: 0n,
		feePaid: 0n,
		expense: 0n,
		expensePaid: 0n,
		state: 'open',
		paidDate: null,
		reported: null,
		stretches: [],
		runsFrom: null,
	}
	expect(textOf(overdueFrom(row, terms))).toBe(expected.overdueDate)
	expect(feeUpTo(row, terms, dayOf(input.onDate) as number)).toBe(BigInt(expected.lateFee))
})
