// The balance rule (protocol 2.5): while the balance covers what the oldest open instalment owes, that instalment is
// closed from it. Never in part, and when the oldest is not covered nothing younger is tried.

import { type CalendarDate, later } from './calendar.ts'
import { type Kurus, minus } from './money.ts'
import { close, type OpenPayment, type Owed, owedOn, type PaidPayment, totalOwed } from './payment.ts'
import type { ActiveTransaction } from './transaction.ts'

export interface BalancePayment {
	readonly transaction: ActiveTransaction
	readonly payment: PaidPayment
	readonly taken: Owed
}

/**
 * What the balance pays, in order. `transactions` are the customer's active ones at the merchant; each payment is judged at
 * `on`, but never before its own order's date (answers 72).
 */
export function payFromBalance(balance: Kurus, transactions: readonly ActiveTransaction[], on: CalendarDate): BalancePayment[] {
	const paid: BalancePayment[] = []
	let left = balance
	for (const { transaction, payment } of oldestFirst(transactions)) {
		const paidDate = later(on, transaction.createdDate)
		const taken = owedOn(payment, transaction.lateFeeTerms, paidDate)
		if (totalOwed(taken) > left) break
		left = minus(left, totalOwed(taken))
		paid.push({ transaction, payment: close(payment, taken, paidDate, 'balance', null), taken })
	}
	return paid
}

/** By due date, then the transaction's age, then InstallmentNo. Transaction ids ascend with age. */
function oldestFirst(transactions: readonly ActiveTransaction[]): { transaction: ActiveTransaction; payment: OpenPayment }[] {
	return transactions
		.flatMap((transaction) =>
			transaction.payments.flatMap((payment) => (payment.state === 'open' ? [{ transaction, payment }] : [])),
		)
		.sort(
			(a, b) =>
				compare(a.payment.dueDate, b.payment.dueDate) ||
				compare(a.transaction.id, b.transaction.id) ||
				a.payment.installmentNo - b.payment.installmentNo,
		)
}

function compare<T extends string | bigint>(a: T, b: T): number {
	return a < b ? -1 : a > b ? 1 : 0
}
