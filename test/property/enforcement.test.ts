// What holds for all money that comes in through enforcement, in whatever portions and in whatever order of dates it is reported.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays } from '../../src/domain/calendar.ts'
import { collect, owedInAll } from '../../src/domain/enforcement.ts'
import { kurus, minus, sum } from '../../src/domain/money.ts'
import { type Owed, openAmount, owedOn, type Payment } from '../../src/domain/payment.ts'
import type { EnforcementTransaction, LiveTransaction, Transaction } from '../../src/domain/transaction.ts'
import { date } from '../dates.ts'
import { inEnforcement, type Terms, withExpense } from '../domain-sale.ts'

const terms: fc.Arbitrary<Partial<Terms>> = fc
	.record({
		installments: fc.integer({ min: 1, max: 8 }),
		aboveTheLeast: fc.oneof(fc.bigInt(0n, 100n), fc.bigInt(0n, 10n ** 12n)),
		feeRateBps: fc.integer({ min: 0, max: 3000 }),
		lateFeeRateBps: fc.oneof(fc.constant(425), fc.integer({ min: 0, max: 10_000 })),
		lateFeeBase: fc.constantFrom('open-amount', 'open-principal'),
		graceDays: fc.integer({ min: 0, max: 20 }),
	})
	.map(({ aboveTheLeast, ...rest }) => ({ ...rest, order: BigInt(rest.installments) + aboveTheLeast }))

const sales = fc
	.tuple(terms, fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })))
	.map(([given, expense]) => (expense > 0 ? withExpense(inEnforcement(given), expense) : inEnforcement(given)))

/** Portions of what is owed on a day after the sale, in thousandths; the days jump back and forth. */
const portions = fc.array(fc.record({ share: fc.integer({ min: 1, max: 1000 }), day: fc.integer({ min: 0, max: 400 }) }), {
	maxLength: 8,
})

interface Step {
	readonly before: EnforcementTransaction
	readonly after: Transaction
	readonly money: bigint
	readonly taken: Owed
	readonly on: string
}

function holdsForEveryPortion(check: (steps: readonly Step[], sale: EnforcementTransaction) => void) {
	fc.assert(
		fc.property(sales, portions, (sale, given) => {
			const steps: Step[] = []
			let now: LiveTransaction | Transaction = sale
			for (const { share, day } of [...given, { share: 1000, day: 401 }]) {
				if (now.state !== 'enforcement') break
				const on = addDays(date('2027-01-31'), day)
				const money = (owedInAll(now, on) * BigInt(share)) / 1000n
				if (money === 0n) continue
				const { transaction, taken } = collect(now, kurus(money), on, null)
				steps.push({ before: now, after: transaction, money, taken, on })
				now = transaction
			}
			check(steps, sale)
		}),
	)
}

/** What a payment owed of each kind on a day, and what it was given. */
const partsOf = ({ before, after, on }: Step) =>
	before.payments.map((payment, i) => {
		const paid = after.payments[i] as Payment
		const owed = payment.state === 'open' ? owedOn(payment, before.lateFeeTerms, date(on)) : null
		return {
			owed,
			got: {
				expense: minus(paid.expensePaid, payment.expensePaid),
				lateFee: minus(paid.lateFeePaid, payment.lateFeePaid),
				amount: minus(paid.amountPaid, payment.amountPaid),
			},
		}
	})

it('every kuruş is taken for something, and what the payments got is what was taken', () => {
	holdsForEveryPortion((steps) => {
		for (const step of steps) {
			const parts = partsOf(step)
			for (const kind of ['expense', 'lateFee', 'amount'] as const) {
				expect(sum(parts.map(({ got }) => got[kind]))).toBe(step.taken[kind])
			}
			expect(step.taken.expense + step.taken.lateFee + step.taken.amount).toBe(step.money)
		}
	})
})

it('nothing is begun before all that comes before it is paid: expenses, late fees, amounts, each from the oldest', () => {
	holdsForEveryPortion((steps) => {
		for (const step of steps) {
			const parts = partsOf(step)
			const queue = (['expense', 'lateFee', 'amount'] as const).flatMap((kind) =>
				parts.map(({ owed, got }) => ({ owed: owed?.[kind] ?? 0n, got: got[kind] })),
			)
			let left = step.money
			for (const { owed, got } of queue) {
				expect(got).toBeLessThanOrEqual(owed)
				left -= got
				// What is owed is paid less than in full only by the last of the money.
				if (got < owed) expect(left).toBe(0n)
			}
		}
	})
})

it('what is owed on the day falls by exactly what came in', () => {
	holdsForEveryPortion((steps) => {
		for (const { before, after, money, on } of steps) {
			const left = after.state === 'enforcement' ? owedInAll(after, date(on)) : 0n
			expect(left).toBe(owedInAll(before, date(on)) - money)
		}
	})
})

it('in the end the whole sale and all expenses are paid, and the transaction is completed', () => {
	holdsForEveryPortion((steps, sale) => {
		const { after } = steps.at(-1) as Step
		expect(after.state).toBe('completed')
		expect(sum(steps.map(({ taken }) => taken.amount))).toBe(sale.orderAmount + sale.fee)
		expect(sum(steps.map(({ taken }) => taken.expense))).toBe(sum(sale.payments.map(({ expense }) => expense)))
	})
})

it('a payment is paid exactly when nothing of its amount is open, on the date of the money that closed it', () => {
	holdsForEveryPortion((steps) => {
		for (const { before, after, on } of steps) {
			for (const [i, payment] of after.payments.entries()) {
				expect(payment.state).toBe(payment.amountPaid === payment.amount ? 'paid' : 'open')
				if (payment.state === 'paid' && before.payments[i]?.state === 'open') expect(payment.paidDate).toBe(on)
				if (payment.state === 'paid') expect(openAmount(payment)).toBe(0n)
			}
		}
	})
})
