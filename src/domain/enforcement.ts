// Money and expenses of a transaction in enforcement (protocol 2.6, answers section I). Money goes to every open expense first, then
// to every late fee, then to the instalments, each time the oldest first (Turkish Code of Obligations, art. 100).

import type { CalendarDate } from './calendar.ts'
import { type Kurus, minus, plus, smaller, sum, ZERO } from './money.ts'
import { fixLateFee, type Owed, openAmount, owedOn, type Payment, totalOwed } from './payment.ts'
import { type EndedTransaction, type EnforcementTransaction, type LiveTransaction, withPayments } from './transaction.ts'

/** All that is owed on a day. */
export function owedInAll(
	{ payments, lateFeeTerms }: Pick<LiveTransaction, 'payments' | 'lateFeeTerms'>,
	on: CalendarDate,
): Kurus {
	return sum(payments.map((payment) => (payment.state === 'open' ? totalOwed(owedOn(payment, lateFeeTerms, on)) : ZERO)))
}

/** Spreads money over what is owed on `on`. Throws when it is more than that: the caller has refused it. */
export function collect(
	transaction: EnforcementTransaction,
	money: Kurus,
	on: CalendarDate,
	reference: string | null,
): { transaction: LiveTransaction | EndedTransaction; taken: Owed } {
	if (money > owedInAll(transaction, on)) throw new RangeError(`${money} kuruş is more than what is owed`)
	const { lateFeeTerms } = transaction
	const owed = transaction.payments.map((payment) => (payment.state === 'open' ? owedOn(payment, lateFeeTerms, on) : null))
	let left = money
	const take = (part: keyof Owed): Kurus[] =>
		owed.map((each) => {
			const taken = smaller(each?.[part] ?? ZERO, left)
			left = minus(left, taken)
			return taken
		})
	const expense = take('expense')
	const lateFee = take('lateFee')
	const amount = take('amount')

	const payments = transaction.payments.map((payment, i): Payment => {
		if (payment.state !== 'open') return payment
		const paid = { expense: expense[i] as Kurus, lateFee: lateFee[i] as Kurus, amount: amount[i] as Kurus }
		if (totalOwed(paid) === ZERO) return payment
		const changed = {
			...(paid.amount === ZERO ? payment : fixLateFee(payment, lateFeeTerms, on)),
			amountPaid: plus(payment.amountPaid, paid.amount),
			lateFeePaid: plus(payment.lateFeePaid, paid.lateFee),
			expensePaid: plus(payment.expensePaid, paid.expense),
		}
		if (openAmount(changed) > ZERO) return changed
		return { ...changed, state: 'paid', paidDate: on, paidBy: 'enforcement', reference }
	})
	return {
		transaction: withPayments(transaction, payments),
		taken: { expense: sum(expense), lateFee: sum(lateFee), amount: sum(amount) },
	}
}

/** What was paid of the expenses so far. */
export function expensesPaid({ payments }: Pick<LiveTransaction, 'payments'>): Kurus {
	return sum(payments.map((payment) => payment.expensePaid))
}

/** The running total of the expenses becomes `total`; the difference goes to the last instalment still open (answers 88, 89). */
export function withExpenses(
	transaction: EnforcementTransaction,
	total: Kurus,
): { transaction: EnforcementTransaction; change: Kurus } {
	const change = minus(total, sum(transaction.payments.map((payment) => payment.expense)))
	const last = transaction.payments.findLast((payment) => payment.state === 'open')
	const payments = transaction.payments.map((payment) =>
		payment === last ? { ...payment, expense: plus(payment.expense, change) } : payment,
	)
	return { transaction: { ...transaction, payments }, change }
}
