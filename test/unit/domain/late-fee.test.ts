// The late fee against the shared vectors, then day by day on one instalment, then on one whose open amount changes on the way.

import { describe, expect, it } from 'vitest'
import { lateFee, lateFeeOver, overdueDate, overdueDays } from '../../../src/domain/late-fee.ts'
import { kurus } from '../../../src/domain/money.ts'
import { owedOn } from '../../../src/domain/payment.ts'
import { refund } from '../../../src/domain/refund.ts'
import { date } from '../../dates.ts'
import { active, collected, inEnforcement, lines, stillOpen, type Terms, withExpense } from '../../domain-sale.ts'
import { readVectors } from '../../vectors.ts'

interface LateFeeVector {
	input: { openAmount: number; monthlyRateBps: number; termDate: string; graceDays: number; onDate: string }
	expected: { overdueDate: string; days: number; lateFee: number }
}

describe('the shared vectors', () => {
	it.each(readVectors<LateFeeVector>('late-fees'))(
		'$input.openAmount kuruş due on $input.termDate, on $input.onDate',
		({ input, expected }) => {
			const overdue = overdueDate(date(input.termDate), input.graceDays)
			const on = date(input.onDate)
			expect(overdue).toBe(expected.overdueDate)
			expect(overdueDays(overdue, on)).toBe(expected.days)
			expect(lateFee(kurus(input.openAmount), input.monthlyRateBps, overdue, on)).toBe(kurus(expected.lateFee))
		},
	)
})

describe('an instalment is overdue', () => {
	it.each([
		['2026-01-31', 0, '2026-02-01'],
		['2026-01-31', 5, '2026-02-06'],
		['2026-12-31', 0, '2027-01-01'],
		['2024-02-28', 0, '2024-02-29'],
	])('due on %s with %i days of grace, from %s', (dueDate, graceDays, expected) => {
		expect(overdueDate(date(dueDate), graceDays)).toBe(expected)
	})
})

describe('for an instalment of 1000.00 overdue from 1 April at 4.25 % a month', () => {
	it.each([
		['2026-03-01', 0, 0, 'long before'],
		['2026-03-31', 0, 0, 'the last good day'],
		['2026-04-01', 1, 1_42, 'the first day counts in full: 1.4166…'],
		['2026-04-02', 2, 2_83, '2.8333…'],
		['2026-04-30', 30, 42_50, 'thirty days are a month'],
		['2026-05-01', 31, 43_92, 'the 31st day costs more, whatever the calendar month'],
		['2027-03-31', 365, 517_08, 'a year is 365 days, not twelve months'],
	])('on %s, %i days, the fee is %i kuruş: %s', (on, days, fee) => {
		expect(overdueDays(date('2026-04-01'), date(on))).toBe(days)
		expect(lateFee(kurus(1000_00), 425, date('2026-04-01'), date(on))).toBe(kurus(fee))
	})
})

describe('the late fee', () => {
	it.each([
		['rounds half a kuruş up', 300_00, 5, 1],
		['is nothing while below half a kuruş', 299_99, 5, 0],
		['is nothing at no rate', 1000_00, 0, 0],
		['is nothing when nothing is open', 0, 425, 0],
	])('%s', (_, openAmount, monthlyRateBps, fee) => {
		const day = date('2026-04-01')
		expect(lateFee(kurus(openAmount), monthlyRateBps, day, day)).toBe(kurus(fee))
	})

	it('is not computed on a negative amount', () => {
		const day = date('2026-04-01')
		expect(() => lateFee(kurus(-1), 425, day, day)).toThrow(RangeError)
	})
})

describe('stretches of days with another amount open, overdue from 1 April at 4.25 % a month', () => {
	type Amounts = readonly [until: string, open: number][]
	const fee = (amounts: Amounts, openSince: number, on: string, monthlyRateBps = 425) =>
		lateFeeOver(
			amounts.map(([until, open]) => ({ until: date(until), base: kurus(open) })),
			kurus(openSince),
			monthlyRateBps,
			date('2026-04-01'),
			date(on),
		)

	it.each([
		['2026-03-31', 0, 'nothing before it is overdue'],
		['2026-04-01', 1_42, 'the first day on the whole amount: 1.4166…'],
		['2026-04-05', 7_08, 'five days on the whole amount, and no day after: 7.0833…'],
		['2026-04-10', 14_17, 'the last day of the whole amount: 14.1666…'],
		['2026-04-11', 15_02, '14.17 stay, and a day on 600.00 is 0.85'],
		['2026-04-30', 31_17, '14.17 and twenty days on 600.00: 17.00'],
		['2026-05-10', 39_67, '14.17 and thirty days on 600.00: 25.50'],
	])('of 1000.00, of which 400.00 went on 10 April: on %s the fee is %i kuruş: %s', (on, expected) => {
		expect(fee([['2026-04-10', 1000_00]], 600_00, on)).toBe(kurus(expected))
	})

	it.each([
		['2026-04-10', 14_17],
		['2026-04-20', 22_67],
		['2026-04-30', 25_50],
		['2026-05-30', 34_00],
	])('of 1000.00, then 600.00 until 20 April, then 200.00: on %s the fee is %i kuruş', (on, expected) => {
		const amounts: Amounts = [
			['2026-04-10', 1000_00],
			['2026-04-20', 600_00],
		]
		// ten days on 600.00 are 8.50; on 200.00 ten days are 2.83 and forty 11.33
		expect(fee(amounts, 200_00, on)).toBe(kurus(expected))
	})

	it('are each rounded by themselves: three single days cost 0.14 each, where three days at once cost 0.43', () => {
		const days: Amounts = [
			['2026-04-01', 100_02],
			['2026-04-02', 100_01],
		]
		expect(fee(days, 100_00, '2026-04-03')).toBe(42n)
		expect(fee([], 100_00, '2026-04-03')).toBe(43n)
	})

	it('are each rounded half up: three half kuruş on single days are three, at once they are two', () => {
		const days: Amounts = [
			['2026-04-01', 300_02],
			['2026-04-02', 300_01],
		]
		expect(fee(days, 300_00, '2026-04-03', 5)).toBe(3n)
		expect(fee([], 300_00, '2026-04-03', 5)).toBe(2n)
	})

	it('cost nothing while nothing was open', () => {
		expect(fee([['2026-04-10', 0]], 600_00, '2026-04-11')).toBe(85n)
	})
})

/** One instalment of 1000.00, due 31 January 2027. A day on 1000.00 costs 1.4166…, ten cost 14.17. */
const single: Partial<Terms> = { order: 1000_00, installments: 1, soldOn: '2026-12-31' }
const late = (given: Partial<Terms> = {}) => inEnforcement({ ...single, ...given }, '2027-02-01')

describe('an instalment of 1000.00 that was due on 31 January', () => {
	it('of which 400.00 are paid on 10 February costs less from the 11th on', () => {
		const sale = collected(late(), 414_17, '2027-02-10')
		expect(lines(sale, '2027-02-10')).toEqual(['1: 1000.00 overdue, late fee 14.17, 414.17 taken'])
		expect(lines(sale, '2027-02-11')).toEqual(['1: 1000.00 overdue, late fee 15.02, 414.17 taken'])
		expect(lines(sale, '2027-03-02')).toEqual(['1: 1000.00 overdue, late fee 31.17, 414.17 taken'])
	})

	it('of which 400.00 are refunded on 10 February costs less from the 11th on', () => {
		const sale = refund(late(), kurus(400_00), date('2027-02-10')).transaction
		expect(lines(sale, '2027-02-10')).toEqual(['1: 600.00 overdue, late fee 14.17'])
		expect(lines(sale, '2027-02-11')).toEqual(['1: 600.00 overdue, late fee 15.02'])
		expect(lines(sale, '2027-03-02')).toEqual(['1: 600.00 overdue, late fee 31.17'])
	})

	it('begins no new stretch when only late fee was paid: 20 days are rounded once', () => {
		const sale = collected(late(), 14_17, '2027-02-10')
		// twice 14.17 would be 28.34
		expect(lines(sale, '2027-02-20')).toEqual(['1: 1000.00 overdue, late fee 28.33, 14.17 taken'])
	})

	it('begins no new stretch when only an expense was paid', () => {
		const sale = collected(withExpense(late(), 50_00), 50_00, '2027-02-10')
		expect(lines(sale, '2027-02-20')).toEqual(['1: 1000.00 overdue, late fee 28.33, expense 50.00, 50.00 taken'])
	})

	it('begins one new stretch when its amount changes twice on a day', () => {
		const sale = collected(collected(late(), 114_17, '2027-02-10'), 300_00, '2027-02-10')
		expect(sale.payments[0]?.stretches).toEqual([{ until: '2027-02-10', base: 1000_00n }])
		expect(lines(sale, '2027-02-11')).toEqual(['1: 1000.00 overdue, late fee 15.02, 414.17 taken'])
	})

	it('is charged on what is open when it falls due, when part of it was paid before', () => {
		// 300.00 in three, the second due 31 March: 1.42 and 100.00 for the first, 40.00 for the second
		const sale = collected(inEnforcement({}, '2027-03-10'), 141_42, '2027-03-10')
		expect(sale.payments[1]?.stretches).toEqual([])
		expect(lines(sale, '2027-03-31')[1]).toBe('2: 100.00 part-paid, 40.00 taken')
		expect(lines(sale, '2027-04-30')[1]).toBe('2: 100.00 overdue, late fee 2.55, 40.00 taken')
	})

	it.each<[rule: Terms['lateFeeBase'], tenDays: string, after: string]>([
		['open-amount', '15.02', '15.87'],
		['open-principal', '14.17', '15.02'],
	])('holding a fee of 60.00 is charged on its %s: %s for ten days', (lateFeeBase, tenDays, after) => {
		const sale = late({ feeRateBps: 600, lateFeeBase })
		expect(lines(sale, '2027-02-10')).toEqual([`1: 1060.00 overdue, late fee ${tenDays}`])
		// 600.00 stay open, all of it principal: the fee part goes first
		const money = 460_00 + Number(tenDays.replace('.', ''))
		const shown = lines(collected(sale, money, '2027-02-10'), '2027-02-11')
		expect(shown).toEqual([expect.stringContaining(`late fee ${after}, `)])
	})
})

describe('a payment dated back', () => {
	/** What the instalment owes, as amount and late fee. */
	const owed = (sale: Parameters<typeof lines>[0], on: string) => {
		const live = sale.state === 'active' ? stillOpen(sale, 'active') : stillOpen(sale, 'enforcement')
		const [payment] = live.payments
		if (payment?.state !== 'open') throw new Error('the instalment is not open')
		const { amount, lateFee } = owedOn(payment, live.lateFeeTerms, date(on))
		return [amount, lateFee]
	}

	it.each([
		['2027-01-31', 0, 'before it was overdue'],
		['2027-02-01', 1_42, 'one day on 1000.00'],
		['2027-02-10', 14_17, 'ten days on 1000.00, none of the days up to the refund'],
		['2027-02-19', 26_92, 'nineteen days on 1000.00'],
		['2027-02-20', 28_33, 'twenty, which is what the refund fixed'],
		['2027-02-21', 29_18, 'and a day on 600.00'],
	])('before a refund of 400.00 on 20 February: on %s 600.00 and %i kuruş of late fee are owed: %s', (on, fee) => {
		const sale = refund(active(single), kurus(400_00), date('2027-02-20')).transaction
		expect(owed(sale, on)).toEqual([600_00n, kurus(fee)])
	})

	it('before an earlier part payment owes no late fee where more of it was paid already', () => {
		const sale = collected(late(), 428_33, '2027-02-20')
		expect(owed(sale, '2027-02-10')).toEqual([600_00n, 0n])
		expect(owed(sale, '2027-02-20')).toEqual([600_00n, 0n])
		expect(owed(sale, '2027-02-21')).toEqual([600_00n, 85n])
	})

	it('in part leaves the days already fixed as they are', () => {
		const sale = collected(collected(late(), 428_33, '2027-02-20'), 100_00, '2027-02-10')
		expect(sale.payments[0]?.stretches).toEqual([{ until: '2027-02-20', base: 1000_00n }])
		// 28.33 and a day on 500.00, 0.7083…
		expect(owed(sale, '2027-02-21')).toEqual([500_00n, 71n])
	})

	it('in part fixes the days up to its date, and the days since then count on what it left', () => {
		const sale = collected(late(), 414_17, '2027-02-10')
		// reported on 20 February: ten days on 1000.00 are paid, ten on 600.00 are 8.50
		expect(owed(sale, '2027-02-20')).toEqual([600_00n, 8_50n])
	})
})
