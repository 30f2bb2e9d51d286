// A sale's life: its codes on the wire, how it is made, what it holds, and how it ends.

import { expect, it } from 'vitest'
import { addDays } from '../../../src/domain/calendar.ts'
import { kurus, ZERO } from '../../../src/domain/money.ts'
import { close } from '../../../src/domain/payment.ts'
import { isExpired, owedOf, paymentStatement, transactionStatement } from '../../../src/domain/statement.ts'
import {
	activate,
	contribution,
	isLive,
	isLiveState,
	nextOverdueDate,
	parsePaymentCode,
	parseTransactionCode,
	paymentCode,
	sendToEnforcement,
	transactionCode,
	wasActivated,
	wasInEnforcement,
	withPayment,
} from '../../../src/domain/transaction.ts'
import { date } from '../../dates.ts'
import { activated, active, collected, inEnforcement, pending, reported, withExpense } from '../../domain-sale.ts'

it('a code is read back as the number it was made of', () => {
	expect(transactionCode(100_001n)).toBe('T100001')
	expect(parseTransactionCode('T100001')).toBe(100_001n)
	expect(paymentCode({ transactionId: 100_001n, installmentNo: 12 })).toBe('T100001-12')
	expect(parsePaymentCode('T100001-12')).toEqual({ transactionId: 100_001n, installmentNo: 12 })
	expect(parsePaymentCode('T100001-0')).toEqual({ transactionId: 100_001n, installmentNo: 0 })
	expect(parseTransactionCode('T9999999999999999')).toBe(9_999_999_999_999_999n)
})

it.each(['', 'T', '100001', 't100001', 'T0100001', 'T0', 'T10000x', 'xT100001', 'T100001 ', 'T12345678901234567'])(
	'%j is no transaction of ours',
	(code) => {
		expect(parseTransactionCode(code)).toBe(0n)
	},
)

it.each(['', 'T100001', 'T100001-', 'T100001-01', 'T100001-100', 'T100001-1x', 'xT100001-1', 'T-1', 'T100001--1', '100001-1'])(
	'%j is no payment of ours',
	(code) => {
		expect(parsePaymentCode(code)).toEqual({ transactionId: 0n, installmentNo: 0 })
	},
)

it('a new sale is pending for as long as its merchant lets it be, with its terms and its plan', () => {
	const sale = pending({ lateFeeRateBps: 300, graceDays: 2, lateFeeBase: 'open-principal', feeRateBps: 500 })
	expect(sale).toMatchObject({
		state: 'pending',
		id: 100_001n,
		merchantId: 1001,
		createdDate: '2027-01-31',
		expireDate: '2027-02-07',
		downPayment: ZERO,
		financed: kurus(300_00),
		fee: kurus(15_00),
		refunded: { amount: ZERO, fee: ZERO },
		lateFeeTerms: { monthlyRateBps: 300, base: 'open-principal', graceDays: 2 },
	})
	expect(sale.payments.map(({ installmentNo, dueDate }) => [installmentNo, dueDate])).toEqual([
		[1, '2027-02-28'],
		[2, '2027-03-31'],
		[3, '2027-04-30'],
	])
	expect(sale.payments[0]).toEqual({
		state: 'open',
		installmentNo: 1,
		dueDate: '2027-02-28',
		upFront: false,
		amount: kurus(105_00),
		principal: kurus(100_00),
		refunded: ZERO,
		amountPaid: ZERO,
		lateFeePaid: ZERO,
		stretches: [],
		expense: ZERO,
		expensePaid: ZERO,
	})
})

it('money is owed on an active sale and on one in enforcement, and on no other', () => {
	const states = ['pending', 'active', 'enforcement', 'completed', 'refunded', 'cancelled'] as const
	expect(states.filter(isLiveState)).toEqual(['active', 'enforcement'])
	expect([pending(), active(), inEnforcement(), reported(active(), [1, 2, 3], '2027-02-01')].map(isLive)).toEqual([
		false,
		true,
		true,
		false,
	])
	expect([pending(), active(), inEnforcement(), reported(active(), [1, 2, 3], '2027-02-01')].map(wasActivated)).toEqual([
		false,
		true,
		true,
		true,
	])
})

it('a sale in enforcement was there, and so was one that ended there; one that ended before was not', () => {
	const ended = collectedWhole()
	expect(
		[pending(), active(), inEnforcement(), ended, reported(active(), [1, 2, 3], '2027-02-01')].map(wasInEnforcement),
	).toEqual([false, false, true, true, false])
	expect(ended).toMatchObject({ state: 'completed', enforcementOn: '2027-03-10' })
	expect(reported(active(), [1, 2, 3], '2027-02-01')).toMatchObject({ state: 'completed', enforcementOn: null })
})

function collectedWhole() {
	const sale = inEnforcement({ installments: 1 })
	const [payment] = sale.payments
	if (payment?.state !== 'open') throw new Error('nothing is open')
	return withPayment(
		sale,
		close(payment, { amount: payment.amount, lateFee: ZERO, expense: ZERO }, date('2027-03-10'), 'report', null),
	)
}

it('a pending sale holds its principal until it expires, a live one what is open, an ended one nothing', () => {
	expect(contribution(pending({ feeRateBps: 500 }))).toEqual({ until: '2027-02-07', principal: kurus(300_00) })
	expect(contribution(active({ feeRateBps: 500 }))).toEqual({ until: null, principal: kurus(300_00) })
	expect(contribution(reported(active(), [1], '2027-02-01'))).toEqual({ until: null, principal: kurus(200_00) })
	expect(contribution(inEnforcement())).toEqual({ until: null, principal: kurus(300_00) })
	expect(contribution(reported(active(), [1, 2, 3], '2027-02-01'))).toBeNull()
})

it('the next overdue date is the earliest of what is open', () => {
	expect(nextOverdueDate(pending())).toBeNull()
	expect(nextOverdueDate(active())).toBe('2027-03-01')
	expect(nextOverdueDate(active({ graceDays: 3 }))).toBe('2027-03-04')
	expect(nextOverdueDate(reported(active(), [1], '2027-02-01'))).toBe('2027-04-01')
	expect(nextOverdueDate(reported(active(), [2], '2027-02-01'))).toBe('2027-03-01')
	expect(nextOverdueDate(reported(active(), [1, 2, 3], '2027-02-01'))).toBeNull()
	const sale = active()
	expect(nextOverdueDate({ ...sale, payments: [...sale.payments].reverse() })).toBe('2027-03-01')
})

it('what is up front is paid at the till on activation, at its amount and without a fee', () => {
	const sale = activated({ downPayment: 60_00, firstUpFront: true })
	expect(sale).toMatchObject({ state: 'active', activatedOn: '2027-01-31' })
	expect(sale.payments.map(({ installmentNo, state }) => [installmentNo, state])).toEqual([
		[0, 'paid'],
		[1, 'paid'],
		[2, 'open'],
		[3, 'open'],
	])
	expect(sale.payments[0]).toMatchObject({
		amountPaid: kurus(60_00),
		paidDate: '2027-01-31',
		paidBy: 'up-front',
		reference: null,
	})
})

it('activation pays nothing twice, and completes a sale of which nothing stays open', () => {
	const sold = pending({ installments: 1, firstUpFront: true })
	expect(activate(sold, date('2027-01-31'))).toMatchObject({ state: 'completed', enforcementOn: null })
	const [open] = pending({ downPayment: 60_00 }).payments
	if (open?.state !== 'open') throw new Error('nothing is open')
	const paid = close(open, { amount: open.amount, lateFee: ZERO, expense: ZERO }, date('2027-01-30'), 'report', 'till')
	const again = activate(
		{ ...pending({ downPayment: 60_00 }), payments: [paid, ...pending({ downPayment: 60_00 }).payments.slice(1)] },
		date('2027-02-01'),
	)
	expect(again.payments[0]).toBe(paid)
})

it('an order that was refunded whole ends as refunded', () => {
	const sale = active({ installments: 1 })
	const [payment] = sale.payments
	if (payment?.state !== 'open') throw new Error('nothing is open')
	const refunded = { ...sale, refunded: { amount: sale.orderAmount, fee: ZERO } }
	expect(withPayment(refunded, { ...payment, state: 'cancelled' })).toMatchObject({ state: 'refunded' })
	expect(sendToEnforcement(sale, date('2027-04-01'))).toMatchObject({ state: 'enforcement', enforcementOn: '2027-04-01' })
})

it('a pending sale is expired from its expire date on, and only a pending one', () => {
	const sale = pending()
	expect(isExpired(sale, date('2027-02-06'))).toBe(false)
	expect(isExpired(sale, date('2027-02-07'))).toBe(true)
	expect(isExpired(active(), date('2029-02-07'))).toBe(false)
	expect(transactionStatement(sale, date('2027-02-06')).status).toBe('pending')
	expect(transactionStatement(sale, date('2027-02-07'))).toMatchObject({ status: 'expired', transaction: sale })
	expect(transactionStatement(sale, date('2027-02-07')).payments.map(({ status }) => status)).toEqual(Array(3).fill('cancelled'))
	expect(transactionStatement(active(), date('2027-02-07')).status).toBe('active')
})

it('a payment shows as what the day makes of it', () => {
	const sale = active()
	const at = (day: string, transaction = sale as Parameters<typeof transactionStatement>[0]) =>
		transactionStatement(transaction, date(day)).payments.map(({ status }) => status)
	expect(at('2027-02-28')).toEqual(['unpaid', 'unpaid', 'unpaid'])
	expect(at('2027-03-01')).toEqual(['overdue', 'unpaid', 'unpaid'])
	expect(at('2027-03-01', reported(sale, [1], '2027-02-01'))).toEqual(['paid', 'unpaid', 'unpaid'])
	// Before it is activated nothing is due, however late the day is.
	expect(at('2027-02-06', { ...pending({ soldOn: '2027-01-31' }), expireDate: addDays(date('2027-01-31'), 400) })).toEqual([
		'unpaid',
		'unpaid',
		'unpaid',
	])
	expect(at('2027-12-06', { ...pending(), expireDate: date('2028-12-01') })).toEqual(['unpaid', 'unpaid', 'unpaid'])
	const inPart = collected(inEnforcement(), 50_00, '2027-03-10')
	expect(at('2027-02-20', inPart)).toEqual(['part-paid', 'unpaid', 'unpaid'])
})

it('a statement tells all of a payment: its codes, its fee as it stands, what was taken, and when', () => {
	const sale = withExpense(collected(inEnforcement(), 30_00, '2027-03-31'), 20_00)
	const [first, second, third] = transactionStatement(sale, date('2027-04-15')).payments
	expect(first).toMatchObject({
		transactionId: 100_001n,
		merchantOid: 'order',
		paymentCode: 'T100001-1',
		installmentNo: 1,
		amount: kurus(100_00),
		dueDate: '2027-02-28',
		status: 'overdue',
		lateFeeRateBps: 425,
		overdueDate: '2027-03-01',
		expense: ZERO,
		paidTotal: kurus(30_00),
		paidDate: null,
	})
	expect(first?.lateFee).toBeGreaterThan(ZERO)
	expect(second).toMatchObject({ paymentCode: 'T100001-2', expense: ZERO, paidTotal: ZERO, paidDate: null })
	expect(third).toMatchObject({
		paymentCode: 'T100001-3',
		status: 'unpaid',
		lateFee: ZERO,
		expense: kurus(20_00),
		paidTotal: ZERO,
	})
	const paid = reported(active(), [1], '2027-03-10')
	const [closed] = paid.payments
	const shown = paymentStatement(paid, closed as NonNullable<typeof closed>, date('2027-05-01'))
	expect(shown).toMatchObject({ status: 'paid', paidDate: '2027-03-10' })
	expect(owedOf(shown)).toBe(ZERO)
	expect(owedOf(first as NonNullable<typeof first>)).toBe(100_00n + (first?.lateFee ?? 0n) - 30_00n)
	expect(owedOf(third as NonNullable<typeof third>)).toBe(120_00n)
	expect(owedOf({ ...(second as NonNullable<typeof second>), status: 'cancelled' })).toBe(ZERO)
	expect(owedOf(second as NonNullable<typeof second>)).toBeGreaterThan(ZERO)
})

it('of a sale that ended, a payment keeps the late fee that was paid and gets no more', () => {
	const ended = reported(active({ installments: 1 }), [1], '2027-03-10')
	expect(ended.state).toBe('completed')
	const [payment] = ended.payments
	expect(payment?.lateFeePaid).toBeGreaterThan(ZERO)
	expect(transactionStatement(ended, date('2028-03-10')).payments[0]?.lateFee).toBe(payment?.lateFeePaid)
})
