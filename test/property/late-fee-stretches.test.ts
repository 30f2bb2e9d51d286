// The late fee of an instalment whose open amount changes, against a ledger kept day by day: it writes down what is open at the end of
// every single day, and only then asks how many days in a row saw the same amount.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, type CalendarDate } from '../../src/domain/calendar.ts'
import { lateFee, lateFeeOver, type Stretch } from '../../src/domain/late-fee.ts'
import { type Kurus, kurus, minus, plus } from '../../src/domain/money.ts'
import {
	close,
	fixLateFee,
	type LateFeeTerms,
	lateFeeOn,
	type OpenPayment,
	overdueDateOf,
	owedOn,
} from '../../src/domain/payment.ts'
import { date } from '../dates.ts'
import { active, type Terms } from '../domain-sale.ts'

const dueDate = date('2027-01-31')

const terms: fc.Arbitrary<Partial<Terms>> = fc.record({
	order: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.bigInt(1n, 10n ** 12n)),
	feeRateBps: fc.integer({ min: 0, max: 3000 }),
	lateFeeRateBps: fc.oneof(fc.constant(425), fc.integer({ min: 0, max: 10_000 })),
	graceDays: fc.integer({ min: 0, max: 20 }),
	soldOn: fc.constant('2026-12-31'),
	installments: fc.constant(1),
})

/** On a day counted from the due date, a part of what is open then is paid or refunded. */
interface Change {
	readonly day: number
	readonly share: number
	readonly refunded: boolean
}
const changes = fc
	.array(
		fc.record({ day: fc.integer({ min: -10, max: 200 }), share: fc.integer({ min: 1, max: 999 }), refunded: fc.boolean() }),
		{ maxLength: 6 },
	)
	.map((list) => list.toSorted((a, b) => a.day - b.day))

const openOf = (payment: OpenPayment) => minus(payment.amount, payment.amountPaid)

function changed(payment: OpenPayment, by: Kurus, refunded: boolean, lateFeeTerms: LateFeeTerms, on: CalendarDate): OpenPayment {
	const fixed = fixLateFee(payment, lateFeeTerms, on)
	return refunded ? { ...fixed, amount: minus(fixed.amount, by) } : { ...fixed, amountPaid: plus(fixed.amountPaid, by) }
}

/** The instalment after these changes in the order of their days, and what was open at the end of the days that saw one. */
function story(given: Partial<Terms>, list: readonly Change[]) {
	const { payments, lateFeeTerms } = active(given)
	let payment = payments[0] as OpenPayment
	const openAfter = new Map<CalendarDate, Kurus>()
	const atFirst = openOf(payment)
	for (const { day, share, refunded } of list) {
		const on = addDays(dueDate, day)
		const by = kurus((openOf(payment) * BigInt(share)) / 1000n)
		if (by === 0n) continue
		payment = changed(payment, by, refunded, lateFeeTerms, on)
		openAfter.set(on, openOf(payment))
	}
	return { payment, lateFeeTerms, atFirst, openAfter }
}

type Story = ReturnType<typeof story>

/** A change counts from the next day: the open amount of a day is what was open at the end of the day before it. */
function dayByDay({ payment, lateFeeTerms, atFirst, openAfter }: Story, on: CalendarDate): bigint {
	let open: bigint = atFirst
	const runs: { open: bigint; days: bigint }[] = []
	const overdue = overdueDateOf(payment, lateFeeTerms)
	for (let day = addDays(dueDate, -10); day <= on; day = addDays(day, 1)) {
		const last = runs.at(-1)
		if (day >= overdue) {
			if (last?.open === open) last.days++
			else runs.push({ open, days: 1n })
		}
		open = openAfter.get(day) ?? open
	}
	return runs.reduce((fee, run) => {
		const exact = run.open * BigInt(lateFeeTerms.monthlyRateBps) * run.days
		return fee + exact / 300_000n + (exact % 300_000n >= 150_000n ? 1n : 0n)
	}, 0n)
}

it('is what the days come to, each run of days with one open amount rounded by itself', () => {
	fc.assert(
		fc.property(terms, changes, fc.integer({ min: 0, max: 60 }), (given, list, later) => {
			const told = story(given, list)
			const on = addDays(dueDate, Math.max(0, list.at(-1)?.day ?? 0) + later)
			expect(lateFeeOn(told.payment, told.lateFeeTerms, on)).toBe(dayByDay(told, on))
		}),
	)
})

it('on a day in between, dated back, is what that day came to then: no later day is charged', () => {
	fc.assert(
		fc.property(terms, changes, fc.integer({ min: -10, max: 200 }), (given, list, day) => {
			const told = story(given, list)
			const on = addDays(dueDate, day)
			const then = story(
				given,
				list.filter((change) => change.day < day),
			)
			expect(lateFeeOn(told.payment, told.lateFeeTerms, on)).toBe(lateFeeOn(then.payment, then.lateFeeTerms, on))
		}),
	)
})

it('of a payment dated back is fixed when it closes the instalment: no day after its date is ever charged', () => {
	fc.assert(
		fc.property(terms, changes, fc.integer({ min: -10, max: 200 }), fc.nat(1000), (given, list, day, later) => {
			const { payment, lateFeeTerms } = story(given, list)
			const on = addDays(dueDate, day)
			const owed = owedOn(payment, lateFeeTerms, on)
			const paid = close(payment, owed, on, 'report', null)
			expect(owed.amount).toBe(openOf(payment))
			expect(lateFeeOn(paid, lateFeeTerms, addDays(on, later))).toBe(owed.lateFee)
		}),
	)
})

it('never falls from one day to the next, and by no change on its own day', () => {
	fc.assert(
		fc.property(terms, changes, fc.integer({ min: -10, max: 260 }), (given, list, day) => {
			const { payment, lateFeeTerms } = story(given, list)
			const on = addDays(dueDate, day)
			const fee = lateFeeOn(payment, lateFeeTerms, on)
			expect(lateFeeOn(payment, lateFeeTerms, addDays(on, 1))).toBeGreaterThanOrEqual(fee)
			if (list.every((change) => change.day <= day) && openOf(payment) > 1n) {
				expect(lateFeeOn(changed(payment, kurus(1), false, lateFeeTerms, on), lateFeeTerms, on)).toBe(fee)
			}
		}),
	)
})

it('over any stretches is the sum of each by itself, however long ago they ended', () => {
	const lengths = fc.array(fc.record({ days: fc.integer({ min: 1, max: 60 }), base: fc.bigInt(0n, 10n ** 12n) }), {
		maxLength: 8,
	})
	fc.assert(
		fc.property(
			lengths,
			fc.bigInt(0n, 10n ** 12n),
			fc.integer({ min: 0, max: 10_000 }),
			fc.nat(200),
			(list, base, rate, later) => {
				const overdue = date('2027-02-01')
				const stretches: Stretch[] = []
				let from = overdue
				let expected = 0n
				for (const stretch of list) {
					const until = addDays(from, stretch.days - 1)
					stretches.push({ until, base: kurus(stretch.base) })
					expected += lateFee(kurus(stretch.base), rate, from, until)
					from = addDays(until, 1)
				}
				const on = addDays(from, later - 1)
				expected += lateFee(kurus(base), rate, from, on)
				expect(lateFeeOver(stretches, kurus(base), rate, overdue, on)).toBe(expected)
			},
		),
	)
})
