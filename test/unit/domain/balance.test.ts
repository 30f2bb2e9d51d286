// What a balance pays (protocol 2.5): the oldest open instalment as long as it is covered whole, and nothing after the first that is not.

import { expect, it } from 'vitest'
import { payFromBalance } from '../../../src/domain/balance.ts'
import { kurus } from '../../../src/domain/money.ts'
import { date } from '../../dates.ts'
import { active, reported, stillOpen } from '../../domain-sale.ts'

const paidBy = (balance: number, transactions: Parameters<typeof payFromBalance>[1], on = '2027-02-01') =>
	payFromBalance(kurus(balance), transactions, date(on)).map(({ transaction, payment, taken }) => [
		transaction.id,
		payment.installmentNo,
		taken.amount + taken.lateFee,
		payment.paidDate,
	])

it('pays what it covers, the oldest first, to the last kuruş', () => {
	expect(paidBy(99_99, [active()])).toEqual([])
	expect(paidBy(100_00, [active()])).toEqual([[100_001n, 1, 100_00n, '2027-02-01']])
	expect(paidBy(299_99, [active()]).map(([, no]) => no)).toEqual([1, 2])
	expect(paidBy(300_00, [active()]).map(([, no]) => no)).toEqual([1, 2, 3])
	expect(paidBy(300_00, [])).toEqual([])
})

it('takes the late fee with the instalment, and stops where it does not reach', () => {
	expect(paidBy(100_00, [active()], '2027-03-10')).toEqual([])
	expect(paidBy(101_42, [active()], '2027-03-10')).toEqual([[100_001n, 1, 101_42n, '2027-03-10']])
	expect(paidBy(101_41, [active()], '2027-03-10')).toEqual([])
})

it('leaves a younger instalment alone though it is covered, while an older one is not', () => {
	const dear = { ...active(), id: 1n }
	const cheap = { ...active({ order: 3_00, soldOn: '2027-02-05' }), id: 2n }
	expect(paidBy(50_00, [dear, cheap])).toEqual([])
})

it('closes payments as paid by the balance, without a reference', () => {
	const [{ payment } = { payment: undefined }] = payFromBalance(kurus(100_00), [active()], date('2027-02-01'))
	expect(payment).toMatchObject({ state: 'paid', paidBy: 'balance', reference: null, amountPaid: 100_00n })
})

it('goes by due date, then the older sale, then the number of the instalment, in whatever order they come', () => {
	const older = { ...active(), id: 5n }
	const younger = { ...active(), id: 6n }
	const sooner = { ...active({ soldOn: '2027-01-15' }), id: 9n }
	const order = [
		[9n, 1],
		[5n, 1],
		[6n, 1],
		[9n, 2],
		[5n, 2],
		[6n, 2],
		[9n, 3],
		[5n, 3],
		[6n, 3],
	]
	for (const transactions of [
		[older, younger, sooner],
		[sooner, younger, older],
		[younger, older, sooner],
	]) {
		expect(paidBy(900_00, transactions).map(([id, no]) => [id, no])).toEqual(order)
	}
	const sameDay = { ...older, payments: older.payments.map((payment) => ({ ...payment, dueDate: date('2027-02-28') })).reverse() }
	expect(paidBy(300_00, [sameDay]).map(([, no]) => no)).toEqual([1, 2, 3])
})

it('passes over what is paid already', () => {
	const sale = stillOpen(reported(active(), [1], '2027-02-01'), 'active')
	expect(paidBy(100_00, [sale]).map(([, no]) => no)).toEqual([2])
})

it('never dates a payment before its own order', () => {
	expect(paidBy(100_00, [active({ soldOn: '2027-02-10' })], '2027-02-01')).toEqual([[100_001n, 1, 100_00n, '2027-02-10']])
	expect(paidBy(100_00, [active({ soldOn: '2027-02-10' })], '2027-02-11')).toEqual([[100_001n, 1, 100_00n, '2027-02-11']])
})
