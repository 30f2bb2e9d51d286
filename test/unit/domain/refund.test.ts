// Refunds by tables worked out by hand (protocol 5.7, answers section H).

import { describe, expect, it } from 'vitest'
import { kurus, plus } from '../../../src/domain/money.ts'
import { type RefundableTransaction, refund, refundable } from '../../../src/domain/refund.ts'
import type { Transaction } from '../../../src/domain/transaction.ts'
import { date } from '../../dates.ts'
import { active, collected, inEnforcement, lines, lira, pending, reported, type Terms, withExpense } from '../../domain-sale.ts'

const today = '2027-03-10'

/** Refunds these amounts one after the other; what each gave, and the sale after the last. */
function refunded(sale: Transaction, amounts: readonly number[], on = today) {
	let transaction = sale
	const refunds = amounts.map((amount) => {
		const made = refund(transaction as RefundableTransaction, kurus(amount), date(on))
		transaction = made.transaction
		return made.refund
	})
	return { transaction, refunds }
}

/** What a single refund comes to: the state of the sale, its lines and what the customer gets back. */
function after(sale: Transaction, amount: number, on = today) {
	const { transaction, refunds } = refunded(sale, [amount], on)
	const [{ toCustomer, expenseFallen }] = refunds as [(typeof refunds)[number]]
	return [transaction.state, `${lira(toCustomer)} to the customer`, ...lines(transaction, on)].concat(
		expenseFallen > 0n ? [`${lira(expenseFallen)} of expenses fall`] : [],
	)
}

describe('the share of the fee that goes with a refund', () => {
	type Row = [why: string, terms: Partial<Terms>, refunds: number[], shares: number[]]
	const order = { order: 1000_00, installments: 4 }

	it.each<Row>([
		['of everything is the fee', { ...order, feeRateBps: 150 }, [1000_00], [15_00]],
		['is the fee’s part for the order’s part', { ...order, feeRateBps: 150 }, [300_00, 700_00], [4_50, 10_50]],
		['is nothing where there is no fee', order, [300_00, 700_00], [0, 0]],
		['rounds half a kuruş up: 0.5 of 0.01', { order: 2_00, feeRateBps: 50 }, [1_00, 1_00], [1, 0]],
		['rounds less than half a kuruş down: 0.495 of 0.01', { order: 2_00, feeRateBps: 50 }, [99, 1_01], [0, 1]],
		[
			'is what is left with the refund that completes the order: 4 kuruş in thirds',
			{ order: 3_00, feeRateBps: 133 },
			[1_00, 1_00, 1_00],
			[1, 1, 2],
		],
		['is what is left, though it is less: 5 kuruş in thirds', { order: 3_00, feeRateBps: 167 }, [1_00, 1_00, 1_00], [2, 2, 1]],
		[
			'never takes more than is left: sixths of 0.03 are half a kuruş each',
			{ order: 6_00, feeRateBps: 50, installments: 6 },
			[1_00, 1_00, 1_00, 1_00, 1_00, 1_00],
			[1, 1, 1, 0, 0, 0],
		],
		[
			'is all of it with the last refund, however small that is',
			{ order: 3_00, feeRateBps: 100 },
			[1, 1, 1, 1, 2_95, 1],
			[0, 0, 0, 0, 3, 0],
		],
		[
			'is taken over the order, though the fee was charged on what the down payment left',
			{ ...order, feeRateBps: 600, downPayment: 500_00 },
			[500_00, 250_00, 250_00],
			[15_00, 7_50, 7_50],
		],
	])('%s', (_, terms, amounts, shares) => {
		const sale = active(terms)
		const { transaction, refunds } = refunded(sale, amounts)
		expect(refunds.map(({ amount }) => amount)).toEqual(amounts.map(kurus))
		expect(refunds.map(({ fee }) => fee)).toEqual(shares.map(kurus))
		expect(transaction.refunded).toEqual({ amount: sale.orderAmount, fee: sale.fee })
		expect(refundable(transaction)).toBe(0n)
	})
})

describe('a refund comes off the open instalments', () => {
	// 1000.00 in 4 with a fee of 15.00: 253.75 each
	const sale = active({ order: 1000_00, installments: 4, feeRateBps: 150, soldOn: '2027-02-28' })

	it.each<[why: string, refund: number, shown: string[]]>([
		[
			'the last first',
			100_00,
			['1: 253.75 unpaid', '2: 253.75 unpaid', '3: 253.75 unpaid', '4: 152.25 unpaid'], // less 101.50
		],
		[
			'and backwards',
			300_00,
			['1: 253.75 unpaid', '2: 253.75 unpaid', '3: 203.00 unpaid', '4: 0.00 cancelled'], // less 304.50
		],
		[
			'which are cancelled when brought to zero, to the kuruş',
			250_00,
			['1: 253.75 unpaid', '2: 253.75 unpaid', '3: 253.75 unpaid', '4: 0.00 cancelled'],
		],
		[
			'one kuruş less leaves the last open with a kuruş',
			249_99,
			['1: 253.75 unpaid', '2: 253.75 unpaid', '3: 253.75 unpaid', '4: 0.01 unpaid'],
		],
		[
			'down to the first',
			999_00,
			['1: 1.01 unpaid', '2: 0.00 cancelled', '3: 0.00 cancelled', '4: 0.00 cancelled'], // less 1013.985, which is 1013.99
		],
	])('%s', (_, amount, shown) => {
		expect(after(sale, amount)).toEqual(['active', '0.00 to the customer', ...shown])
	})

	it('all of them when all is refunded, and the sale is refunded', () => {
		expect(after(sale, 1000_00)).toEqual([
			'refunded',
			'0.00 to the customer',
			'1: 0.00 cancelled',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
			'4: 0.00 cancelled',
		])
	})
})

describe('a refund of a sale of 300.00, partly paid', () => {
	const paidFirst = reported(active(), [1], '2027-02-28')
	const paidTwo = reported(active(), [1, 2], '2027-02-28')
	const paidLast = reported(active(), [3], '2027-02-28')
	const paidAll = reported(active(), [1, 2, 3], '2027-02-28')
	const [unpaid, gone, taken] = ['100.00 unpaid', '0.00 cancelled', '100.00 paid, 100.00 taken']

	it.each<[why: string, sale: Transaction, refund: number, result: string[]]>([
		[
			'takes from what is open as long as that is enough',
			paidFirst,
			150_00,
			['active', '0.00 to the customer', `1: ${taken}`, '2: 50.00 unpaid', `3: ${gone}`],
		],
		[
			'completes the sale when it takes the last that was open',
			paidFirst,
			200_00,
			['completed', '0.00 to the customer', `1: ${taken}`, `2: ${gone}`, `3: ${gone}`],
		],
		[
			'owes the customer what the open instalments can’t take',
			paidFirst,
			200_01,
			['completed', '0.01 to the customer', `1: ${taken}`, `2: ${gone}`, `3: ${gone}`],
		],
		[
			'of everything cancels what is open and gives back what was paid',
			paidTwo,
			300_00,
			['refunded', '200.00 to the customer', `1: ${taken}`, `2: ${taken}`, `3: ${gone}`],
		],
		[
			'skips an instalment that was paid ahead',
			paidLast,
			120_00,
			['active', '0.00 to the customer', '1: 80.00 overdue, late fee 1.42', `2: ${gone}`, `3: ${taken}`],
		],
		[
			'of a completed sale goes to the customer, and the sale stays completed',
			paidAll,
			299_99,
			['completed', '299.99 to the customer', `1: ${taken}`, `2: ${taken}`, `3: ${taken}`],
		],
		[
			'of all of a completed sale makes it refunded',
			paidAll,
			300_00,
			['refunded', '300.00 to the customer', `1: ${taken}`, `2: ${taken}`, `3: ${taken}`],
		],
		[
			'takes from the last, though an older one is overdue',
			active(),
			150_00,
			['active', '0.00 to the customer', '1: 100.00 overdue, late fee 1.42', '2: 50.00 unpaid', `3: ${gone}`],
		],
		[
			'takes from nothing else',
			active(),
			100_00,
			['active', '0.00 to the customer', '1: 100.00 overdue, late fee 1.42', `2: ${unpaid}`, `3: ${gone}`],
		],
	])('%s', (_, sale, amount, result) => {
		expect(after(sale, amount)).toEqual(result)
	})

	it('of a completed sale makes it refunded with the part that completes the order', () => {
		const { transaction, refunds } = refunded(paidAll, [100_00, 150_00, 50_00])
		expect(refunds.map(({ toCustomer }) => toCustomer)).toEqual([100_00n, 150_00n, 50_00n])
		expect(transaction.state).toBe('refunded')
	})
})

describe('what was paid at the till comes back last', () => {
	// 1000.00, of which 100.00 down; 900.00 and a fee of 54.00 in three: 318.00 each, the first of them up front
	const sale = active({
		order: 1000_00,
		downPayment: 100_00,
		feeRateBps: 600,
		firstUpFront: true,
		soldOn: '2027-02-28',
	})
	const [down, first] = ['0: 100.00 paid, 100.00 taken', '1: 318.00 paid, 318.00 taken']

	it.each<[refund: number, why: string, result: string[]]>([
		[
			500_00,
			'with a fee of 27.00, comes off what is open',
			['active', '0.00 to the customer', down, first, '2: 109.00 unpaid', '3: 0.00 cancelled'],
		],
		[
			700_00,
			'with a fee of 37.80, is 101.80 more than what is open',
			['completed', '101.80 to the customer', down, first, '2: 0.00 cancelled', '3: 0.00 cancelled'],
		],
		[
			1000_00,
			'with a fee of 54.00, gives back both',
			['refunded', '418.00 to the customer', down, first, '2: 0.00 cancelled', '3: 0.00 cancelled'],
		],
	])('a refund of %i kuruş, %s', (amount, _, result) => {
		expect(after(sale, amount)).toEqual(result)
	})
})

describe('a pending sale', () => {
	it('refunded in full is cancelled, with its up-front rows, and nobody gets anything back', () => {
		const sale = pending({ downPayment: 30_00, feeRateBps: 300, firstUpFront: true })
		expect(after(sale, 300_00)).toEqual([
			'cancelled',
			'0.00 to the customer',
			'0: 0.00 cancelled',
			'1: 0.00 cancelled',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('can’t be refunded in part', () => {
		expect(() => refund(pending(), kurus(299_99), date(today))).toThrow('in full')
	})
})

describe('more than is left', () => {
	it.each([
		['of a new sale', active(), 300_01],
		['of a pending sale', pending(), 300_01],
		['after a refund', refunded(active(), [100_00]).transaction, 200_01],
		['of a completed sale', reported(active(), [1, 2, 3], '2027-02-28'), 300_01],
	])('%s can’t be refunded', (_, sale, amount) => {
		expect(() => refund(sale as RefundableTransaction, kurus(amount), date(today))).toThrow(RangeError)
	})
})

describe('the late fee of an overdue instalment', () => {
	// 300.00; on 10 April the first is 41 days late, 5.81 (5.8083…), the second ten, 1.42 (1.4166…)
	const on = '2027-04-10'

	it('falls when the instalment is brought to zero', () => {
		expect(after(active(), 200_00, on)).toEqual([
			'active',
			'0.00 to the customer',
			'1: 100.00 overdue, late fee 5.81',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('stays up to the day of the refund when the instalment is only cut, and runs on what is left', () => {
		const { transaction } = refunded(active(), [140_00], on)
		expect(lines(transaction, on)).toEqual([
			'1: 100.00 overdue, late fee 5.81',
			'2: 60.00 overdue, late fee 1.42',
			'3: 0.00 cancelled',
		])
		// a day on 60.00 is 0.085, thirty are 2.55
		expect(lines(transaction, '2027-05-10')[1]).toBe('2: 60.00 overdue, late fee 3.97')
	})

	it('falls for good: the cancelled instalment owes nothing on any later day', () => {
		expect(lines(refunded(active(), [200_00], on).transaction, '2029-01-01').slice(1)).toEqual([
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('that was paid is not given back, not even by a refund of everything', () => {
		const sale = reported(active(), [1], on)
		expect(after(sale, 300_00, on)).toEqual([
			'refunded',
			'100.00 to the customer',
			'1: 100.00 paid, late fee 5.81, 105.81 taken',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('that was paid in enforcement stays on the instalment that the refund cancels', () => {
		// expenses none; 5.81 and 1.42 of late fees, and nothing of the amounts
		const sale = collected(inEnforcement({}, on), 7_23, on)
		expect(after(sale, 300_00, on)).toEqual([
			'refunded',
			'0.00 to the customer',
			'1: 0.00 cancelled, late fee 5.81, 5.81 taken',
			'2: 0.00 cancelled, late fee 1.42, 1.42 taken',
			'3: 0.00 cancelled',
		])
	})
})

describe('an instalment part-paid in enforcement', () => {
	// on 10 March the first is ten days late: 1.42 of late fee, and 40.00 of its 100.00
	const sale = collected(inEnforcement(), 41_42, today)

	it('is cut by what is open of it, and is paid with what was paid when nothing is left', () => {
		const { transaction } = refunded(sale, [260_00])
		expect(transaction.state).toBe('completed')
		expect(lines(transaction, today)).toEqual([
			'1: 40.00 paid, late fee 1.42, 41.42 taken',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
		expect(transaction.payments[0]).toMatchObject({ state: 'paid', paidDate: today, paidBy: 'refund', refunded: 60_00n })
	})

	it('stays open with what is left, and keeps its late fee up to the refund', () => {
		expect(after(sale, 230_00, '2027-03-20')).toEqual([
			'enforcement',
			'0.00 to the customer',
			// ten days on 100.00 and ten on 60.00: 1.42 and 0.85
			'1: 70.00 overdue, late fee 2.27, 41.42 taken',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('is all given back by a refund of everything, but for the late fee', () => {
		expect(after(sale, 300_00)).toEqual([
			'refunded',
			'40.00 to the customer',
			'1: 40.00 paid, late fee 1.42, 41.42 taken',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled',
		])
	})

	it('loses the late fee that is unpaid when the refund takes the rest', () => {
		expect(after(sale, 260_00, '2027-03-20')[2]).toBe('1: 40.00 paid, late fee 1.42, 41.42 taken')
	})
})

describe('an enforcement expense', () => {
	it('moves from the instalment that the refund cancels to the last that is still open', () => {
		const sale = withExpense(inEnforcement(), 50_00)
		expect(lines(sale, today)[2]).toBe('3: 100.00 unpaid, expense 50.00')
		expect(after(sale, 130_00)).toEqual([
			'enforcement',
			'0.00 to the customer',
			'1: 100.00 overdue, late fee 1.42',
			'2: 70.00 unpaid, expense 50.00',
			'3: 0.00 cancelled',
		])
	})

	it('stays where it is when that instalment is only cut', () => {
		expect(after(withExpense(inEnforcement(), 50_00), 99_99).at(-1)).toBe('3: 0.01 unpaid, expense 50.00')
	})

	it('moves on with every refund, and falls when nothing is open any more', () => {
		const { transaction, refunds } = refunded(withExpense(inEnforcement(), 50_00), [100_00, 100_00, 100_00])
		expect(refunds.map(({ expenseFallen }) => expenseFallen)).toEqual([0n, 0n, 50_00n])
		expect(transaction.state).toBe('refunded')
		expect(lines(transaction, today)).toEqual(['1: 0.00 cancelled', '2: 0.00 cancelled', '3: 0.00 cancelled'])
	})

	it('that was paid stays on its instalment; only the rest moves', () => {
		const sale = collected(withExpense(inEnforcement(), 50_00), 20_00, today)
		expect(after(sale, 100_00)).toEqual([
			'enforcement',
			'0.00 to the customer',
			'1: 100.00 overdue, late fee 1.42',
			'2: 100.00 unpaid, expense 30.00',
			'3: 0.00 cancelled, expense 20.00, 20.00 taken',
		])
	})

	it('falls only with its unpaid part', () => {
		const sale = collected(withExpense(inEnforcement(), 50_00), 20_00, today)
		expect(after(sale, 300_00)).toEqual([
			'refunded',
			'0.00 to the customer',
			'1: 0.00 cancelled',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled, expense 20.00, 20.00 taken',
			'30.00 of expenses fall',
		])
	})

	it('falls from an instalment that the refund leaves paid', () => {
		// 50.00 of expenses, 1.42 of late fee, 40.00 of the first; then new expenses of 25.00
		const sale = withExpense(collected(withExpense(inEnforcement(), 50_00), 91_42, today), 75_00)
		expect(after(sale, 260_00)).toEqual([
			'completed',
			'0.00 to the customer',
			'1: 40.00 paid, late fee 1.42, 41.42 taken',
			'2: 0.00 cancelled',
			'3: 0.00 cancelled, expense 50.00, 50.00 taken',
			'25.00 of expenses fall',
		])
	})
})

it('a refund tells what it took and gave: order, fee, and what goes to the customer', () => {
	const sale = reported(active({ order: 1000_00, installments: 4, feeRateBps: 150, soldOn: '2027-02-28' }), [1], '2027-02-28')
	const { transaction, refunds } = refunded(sale, [800_00])
	// 812.00, of which 761.25 come off three instalments
	expect(refunds).toEqual([{ amount: 800_00n, fee: 12_00n, toCustomer: 50_75n, expenseFallen: 0n }])
	expect(transaction.refunded).toEqual({ amount: 800_00n, fee: 12_00n })
	expect(transaction.payments.map(({ amount, refunded }) => plus(amount, refunded))).toEqual([253_75n, 253_75n, 253_75n, 253_75n])
	expect([transaction.orderAmount, transaction.fee]).toEqual([1000_00n, 15_00n])
})
