// Money and expenses in enforcement by tables worked out by hand (protocol 2.6, answers section I).

import { describe, expect, it } from 'vitest'
import { collect, expensesPaid, owedInAll, withExpenses } from '../../../src/domain/enforcement.ts'
import { kurus } from '../../../src/domain/money.ts'
import { refund } from '../../../src/domain/refund.ts'
import { type EnforcementTransaction, sendToEnforcement } from '../../../src/domain/transaction.ts'
import { date } from '../../dates.ts'
import { active, collected, inEnforcement, lines, lira, reported, stillOpen, type Terms, withExpense } from '../../domain-sale.ts'

const today = '2027-04-10'

/**
 * 300.00 in three, due 28 February, 31 March and 30 April. On 10 April the first is 41 days late, 5.81 (5.8083…), the second ten,
 * 1.42 (1.4166…); with expenses of 50.00 on the third, 357.23 are owed.
 */
const sale = withExpense(inEnforcement({}, today), 50_00)

describe('money goes to expenses, then to late fees, then to instalments, each time the oldest first', () => {
	const [first, second, third] = [
		'1: 100.00 overdue, late fee 5.81',
		'2: 100.00 overdue, late fee 1.42',
		'3: 100.00 unpaid, expense 50.00',
	]

	it.each<[money: string, why: string, shown: string[]]>([
		['0.01', 'goes to the expenses', [first, second, `${third}, 0.01 taken`]],
		['50.00', 'is the expenses', [first, second, `${third}, 50.00 taken`]],
		['50.01', 'begins the older late fee', [`${first}, 0.01 taken`, second, `${third}, 50.00 taken`]],
		['55.81', 'is the older late fee', [`${first}, 5.81 taken`, second, `${third}, 50.00 taken`]],
		['55.82', 'begins the younger late fee', [`${first}, 5.81 taken`, `${second}, 0.01 taken`, `${third}, 50.00 taken`]],
		['57.23', 'is both late fees, and no instalment', [`${first}, 5.81 taken`, `${second}, 1.42 taken`, `${third}, 50.00 taken`]],
		['57.24', 'begins the oldest instalment', [`${first}, 5.82 taken`, `${second}, 1.42 taken`, `${third}, 50.00 taken`]],
		['157.22', 'leaves a kuruş of the oldest', [`${first}, 105.80 taken`, `${second}, 1.42 taken`, `${third}, 50.00 taken`]],
		[
			'157.23',
			'pays the oldest',
			['1: 100.00 paid, late fee 5.81, 105.81 taken', `${second}, 1.42 taken`, `${third}, 50.00 taken`],
		],
		[
			'200.00',
			'begins the second, which is overdue and shows so',
			['1: 100.00 paid, late fee 5.81, 105.81 taken', `${second}, 44.19 taken`, `${third}, 50.00 taken`],
		],
		[
			'357.22',
			'leaves a kuruş of the third, which is not yet due and shows as part-paid',
			[
				'1: 100.00 paid, late fee 5.81, 105.81 taken',
				'2: 100.00 paid, late fee 1.42, 101.42 taken',
				'3: 100.00 part-paid, expense 50.00, 149.99 taken',
			],
		],
	])('%s %s', (money, _, shown) => {
		expect(lines(collected(sale, Number(money.replace('.', '')), today), today)).toEqual(shown)
	})

	it('all that is owed completes the transaction', () => {
		const { transaction, taken } = collect(sale, kurus(357_23), date(today), 'dosya 17')
		expect(transaction.state).toBe('completed')
		expect(taken).toEqual({ expense: 50_00n, lateFee: 7_23n, amount: 300_00n })
		expect(lines(transaction, today)).toEqual([
			'1: 100.00 paid, late fee 5.81, 105.81 taken',
			'2: 100.00 paid, late fee 1.42, 101.42 taken',
			'3: 100.00 paid, expense 50.00, 150.00 taken',
		])
		for (const payment of transaction.payments) {
			expect(payment).toMatchObject({ paidDate: today, paidBy: 'enforcement', reference: 'dosya 17' })
		}
		expect(transaction).toMatchObject({ enforcementOn: today })
	})

	it('what was taken is told by what it was for', () => {
		const takenOf = (money: number) => collect(sale, kurus(money), date(today), null).taken
		expect(takenOf(20_00)).toEqual({ expense: 20_00n, lateFee: 0n, amount: 0n })
		expect(takenOf(53_00)).toEqual({ expense: 50_00n, lateFee: 3_00n, amount: 0n })
		expect(takenOf(100_00)).toEqual({ expense: 50_00n, lateFee: 7_23n, amount: 42_77n })
	})

	it('an instalment is its fee part and its principal part together', () => {
		// 103.00 each; on 10 March the first is ten days late: 1.46 (1.4591…)
		const withFee = inEnforcement({ feeRateBps: 300 })
		expect(lines(collected(withFee, 150_00, '2027-03-10'), '2027-03-10')).toEqual([
			'1: 103.00 paid, late fee 1.46, 104.46 taken',
			'2: 103.00 part-paid, 45.54 taken',
			'3: 103.00 unpaid',
		])
	})

	it('several payments come to the same as one on that day', () => {
		const inParts = [12_34, 45_67, 1, 100_00, 41_98].reduce((now, money) => collected(now, money, today), sale)
		expect(inParts.payments).toEqual(collected(sale, 200_00, today).payments)
	})

	it('passes over instalments that were paid or cancelled before', () => {
		const paidAhead = sendToEnforcement(
			stillOpen(reported(active({ installments: 4, order: 400_00 }), [2], '2027-02-10'), 'active'),
			date(today),
		)
		const cut = stillOpen(refund(paidAhead, kurus(100_00), date(today)).transaction, 'enforcement')
		// 5.81, 100.00 and a tenth of the third
		expect(lines(collected(cut, 115_81, today), today)).toEqual([
			'1: 100.00 paid, late fee 5.81, 105.81 taken',
			'2: 100.00 paid, 100.00 taken',
			'3: 100.00 part-paid, 10.00 taken',
			'4: 0.00 cancelled',
		])
	})
})

describe('what is owed in all', () => {
	it.each([
		['2027-01-31', '350.00', 'nothing late yet'],
		['2027-02-28', '350.00', 'the first is due'],
		['2027-03-01', '350.14', 'and late'],
		['2027-03-31', '354.39', '31 days: 4.39'],
		['2027-04-01', '354.67', '32 days and one: 4.53 and 0.14'],
		['2027-04-10', '357.23', ''],
		['2027-05-01', '363.31', '62, 31 and one: 8.78, 4.39 and 0.14'],
	])('on %s is %s: %s', (on, owed) => {
		expect(lira(owedInAll(sale, date(on)))).toBe(owed)
	})

	it.each([
		['2027-02-28', 350_00],
		['2027-04-10', 357_23],
		['2027-05-01', 363_31],
	])('on %s, %i kuruş, can be collected to the last kuruş, and no more', (on, owed) => {
		expect(collect(sale, kurus(owed), date(on), null).transaction.state).toBe('completed')
		expect(() => collect(sale, kurus(owed + 1), date(on), null)).toThrow(RangeError)
	})

	it('falls by what is collected, on the day it is', () => {
		const rest = collected(sale, 123_45, today)
		expect(owedInAll(rest, date(today))).toBe(kurus(357_23 - 123_45))
	})
})

describe('money dated before the transaction went to enforcement', () => {
	it('owes the late fees of its own date', () => {
		// ten days of the first: 1.42
		const { transaction, taken } = collect(sale, kurus(351_42), date('2027-03-10'), null)
		expect(transaction.state).toBe('completed')
		expect(taken).toEqual({ expense: 50_00n, lateFee: 1_42n, amount: 300_00n })
		expect(lines(transaction, today)[0]).toBe('1: 100.00 paid, late fee 1.42, 101.42 taken')
		expect(transaction.payments[0]).toMatchObject({ paidDate: '2027-03-10' })
	})

	it('leaves the late fee of the days since then on what it left open', () => {
		// 50.00, 1.42 and 40.00 of the first; 31 days on 60.00 are 2.64 (2.635)
		expect(lines(collected(sale, 91_42, '2027-03-10'), today)).toEqual([
			'1: 100.00 overdue, late fee 4.06, 41.42 taken',
			'2: 100.00 overdue, late fee 1.42',
			'3: 100.00 unpaid, expense 50.00, 50.00 taken',
		])
	})

	it('after money of a later date owes no late fee twice', () => {
		// 50.00, 5.81, 1.42 and 10.00 of the first were paid on 10 April
		const later = collected(sale, 67_23, today)
		expect(owedInAll(later, date('2027-03-10'))).toBe(290_00n)
		expect(collect(later, kurus(290_00), date('2027-03-10'), null).taken).toEqual({ expense: 0n, lateFee: 0n, amount: 290_00n })
	})
})

describe('the running total of the expenses', () => {
	const expenses = (transaction: EnforcementTransaction) => transaction.payments.map(({ expense }) => lira(expense))
	const plain = inEnforcement({}, today)

	it.each<[why: string, totals: number[], change: number, shown: string[]]>([
		['puts it on the last instalment', [50_00], 50_00, ['0.00', '0.00', '50.00']],
		['grows by the difference', [50_00, 80_00], 30_00, ['0.00', '0.00', '80.00']],
		['falls by the difference', [50_00, 80_00, 30_00], -50_00, ['0.00', '0.00', '30.00']],
		['changes nothing when it is the same', [50_00, 50_00], 0, ['0.00', '0.00', '50.00']],
	])('%s', (_, totals, change, shown) => {
		const before = totals.slice(0, -1).reduce(withExpense, plain)
		const changed = withExpenses(before, kurus(totals.at(-1) ?? 0))
		expect(changed.change).toBe(BigInt(change))
		expect(expenses(changed.transaction)).toEqual(shown)
	})

	it('sits on the last instalment that is still open', () => {
		const lastPaid = sendToEnforcement(stillOpen(reported(active(), [3], '2027-02-10'), 'active'), date(today))
		expect(expenses(withExpense(lastPaid, 50_00))).toEqual(['0.00', '50.00', '0.00'])
		const lastCancelled = stillOpen(refund(plain, kurus(100_00), date(today)).transaction, 'enforcement')
		expect(expenses(withExpense(lastCancelled, 50_00))).toEqual(['0.00', '50.00', '0.00'])
	})

	it('may fall to what was paid of it, and what was paid counts wherever it sits', () => {
		const partPaid = collected(withExpense(plain, 50_00), 20_00, today)
		expect(expensesPaid(partPaid)).toBe(20_00n)
		const lowered = withExpenses(partPaid, kurus(20_00))
		expect(lowered.change).toBe(-30_00n)
		expect(lines(lowered.transaction, today)[2]).toBe('3: 100.00 unpaid, expense 20.00, 20.00 taken')

		// the third instalment goes: the 20.00 that were paid stay with it, 30.00 move to the second
		const moved = stillOpen(refund(partPaid, kurus(100_00), date(today)).transaction, 'enforcement')
		expect(expensesPaid(moved)).toBe(20_00n)
		expect(expenses(moved)).toEqual(['0.00', '30.00', '20.00'])
		expect(expenses(withExpense(moved, 80_00))).toEqual(['0.00', '60.00', '20.00'])
		expect(expenses(withExpense(moved, 20_00))).toEqual(['0.00', '0.00', '20.00'])
	})

	it('bears no late fee', () => {
		const terms: Partial<Terms> = { installments: 1, order: 100_00 }
		expect(lines(withExpense(inEnforcement(terms, today), 900_00), today)).toEqual(
			lines(inEnforcement(terms, today), today).map((line) => `${line}, expense 900.00`),
		)
	})
})
