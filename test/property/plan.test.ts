// What holds for every plan, whatever its terms. The oracles are written differently from the code: rounding as a pair of
// inequalities, due dates by a table of month lengths.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays } from '../../src/domain/calendar.ts'
import { kurus, minus, plus, sum, ZERO } from '../../src/domain/money.ts'
import { downPaymentFor, makePlan, type Plan, type PlanTerms } from '../../src/domain/plan.ts'
import { date } from '../dates.ts'

const amounts = fc.oneof(fc.bigInt(0n, 1000n), fc.bigInt(0n, 10n ** 13n)).map(kurus)

const terms: fc.Arbitrary<PlanTerms> = fc
	.record({
		installments: fc.integer({ min: 1, max: 36 }),
		feeRateBps: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000 })),
		postponeMonths: fc.integer({ min: 0, max: 6 }),
		aboveTheLeast: amounts,
		downPayment: fc.oneof(fc.constant(ZERO), amounts),
		dayNo: fc.integer({ min: 0, max: 40_000 }),
		notCalculateFees: fc.boolean(),
		revisedFeePercent: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1000 })),
		postpone: fc.boolean(),
		firstInstallmentUpFront: fc.boolean(),
	})
	.map(({ installments, feeRateBps, postponeMonths, aboveTheLeast, dayNo, ...rest }) => ({
		...rest,
		orderAmount: plus(kurus(installments), aboveTheLeast, rest.downPayment),
		date: addDays(date('2000-01-01'), dayNo),
		rate: { installments, feeRateBps, postponeMonths },
	}))

const instalments = (plan: Plan) => plan.rows.filter((row) => row.installmentNo > 0)

function holdsForEveryPlan(check: (plan: Plan, terms: PlanTerms) => void) {
	fc.assert(fc.property(terms, (each) => check(makePlan(each), each)))
}

it('rows add up to the total, principal to what is financed and fee parts to the fee, to the kuruş', () => {
	holdsForEveryPlan((plan, { orderAmount, downPayment }) => {
		expect(sum(plan.rows.map((row) => row.amount))).toBe(plan.total)
		expect(sum(plan.rows.map((row) => row.principal))).toBe(plan.financed)
		expect(sum(plan.rows.map((row) => row.fee))).toBe(plan.fee)
		expect(plan.downPayment).toBe(downPayment)
		expect(plan.financed + plan.downPayment).toBe(orderAmount)
		expect(plan.total - plan.fee).toBe(orderAmount)
	})
})

it('each amount is its principal and its fee, no instalment is without principal and no fee part is negative', () => {
	holdsForEveryPlan((plan) => {
		for (const row of instalments(plan)) {
			expect(row.principal + row.fee).toBe(row.amount)
			expect(row.principal).toBeGreaterThan(0n)
			expect(row.fee).toBeGreaterThanOrEqual(0n)
		}
	})
})

it('instalments never grow and differ by at most one kuruş, and so do their principal parts', () => {
	holdsForEveryPlan((plan) => {
		for (const part of ['amount', 'principal'] as const) {
			const parts = instalments(plan).map((row) => row[part])
			expect(parts).toEqual(parts.toSorted((a, b) => Number(b - a)))
			expect((parts[0] as bigint) - (parts.at(-1) as bigint)).toBeLessThanOrEqual(1n)
		}
	})
})

/** Whether q is numerator / denominator rounded to the nearest whole, a half upwards. */
function isRoundedHalfUp(q: bigint, numerator: bigint, denominator: bigint): boolean {
	return (2n * q - 1n) * denominator <= 2n * numerator && 2n * numerator < (2n * q + 1n) * denominator
}

it('the fee is the rate on what is financed, rounded half up, and a revised fee its share, rounded once more', () => {
	holdsForEveryPlan((plan, each) => {
		const { fee: original } = makePlan({ ...each, notCalculateFees: false, revisedFeePercent: 0 })
		expect(isRoundedHalfUp(original, plan.financed * BigInt(each.rate.feeRateBps), 10_000n)).toBe(true)
		if (each.notCalculateFees) expect(plan.fee).toBe(0n)
		else expect(isRoundedHalfUp(plan.fee, original * BigInt(each.revisedFeePercent || 100), 100n)).toBe(true)
	})
})

function daysInMonth(year: number, month: number): number {
	const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
	return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] as number
}

it('due dates never drift: each is the day of the order in its own month, or the last day of that month', () => {
	holdsForEveryPlan((plan, each) => {
		const [year, month, day] = each.date.split('-').map(Number) as [number, number, number]
		for (const row of plan.rows) {
			if (row.upFront) {
				expect(row.dueDate).toBe(each.date)
				continue
			}
			const months = year * 12 + month - 1 + row.installmentNo + (each.postpone ? each.rate.postponeMonths : 0)
			const last = daysInMonth(Math.floor(months / 12), months % 12)
			const expected = [Math.floor(months / 12), (months % 12) + 1, Math.min(day, last)]
			expect(row.dueDate).toBe(expected.map((part) => String(part).padStart(2, '0')).join('-'))
		}
	})
})

it('paying the first instalment up front changes its due date and nothing else', () => {
	holdsForEveryPlan((_, each) => {
		const upFront = instalments(makePlan({ ...each, firstInstallmentUpFront: true }))
		const later = instalments(makePlan({ ...each, firstInstallmentUpFront: false }))
		expect(upFront[0]).toEqual({ ...later[0], dueDate: each.date, upFront: true })
		expect(upFront.slice(1)).toEqual(later.slice(1))
		expect(later.some((row) => row.upFront)).toBe(false)
	})
})

it('instalments are numbered from 1, and a row 0 is there exactly when there is a down payment', () => {
	holdsForEveryPlan((plan, { downPayment, rate }) => {
		const first = downPayment > ZERO ? 0 : 1
		const numbers = Array.from({ length: rate.installments + 1 - first }, (_, i) => first + i)
		expect(plan.rows.map((row) => row.installmentNo)).toEqual(numbers)
	})
})

it('a down payment brings the order down to the limit exactly and never exceeds its share, and is nothing only when it must be', () => {
	const share = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_999 }))
	const nearby = fc.tuple(amounts, amounts).map(([a, b]) => [plus(a, kurus(1)), a < b ? minus(b, a) : minus(a, b)] as const)
	fc.assert(
		fc.property(nearby, share, ([orderAmount, available], maxShareBps) => {
			const paid = downPaymentFor(orderAmount, available, maxShareBps)
			const withinShare = (amount: bigint) => amount * 10_000n <= orderAmount * BigInt(maxShareBps)
			if (paid > ZERO) {
				expect(orderAmount - paid).toBe(available)
				expect(withinShare(paid)).toBe(true)
			} else {
				expect(paid).toBe(0n)
				expect(orderAmount <= available || !withinShare(orderAmount - available)).toBe(true)
			}
		}),
	)
})
