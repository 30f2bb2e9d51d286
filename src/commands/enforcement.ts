// Enforcement: handing an overdue transaction over, and the money and expenses that follow (protocol 2.6, 5.12–5.14).

import type { CalendarDate } from '../domain/calendar.ts'
import { collect, expensesPaid, owedInAll, withExpenses } from '../domain/enforcement.ts'
import { overdueDays } from '../domain/late-fee.ts'
import { enforcementPaymentMovement, expenseMovement } from '../domain/ledger.ts'
import type { Merchant } from '../domain/merchant.ts'
import { type Kurus, ZERO } from '../domain/money.ts'
import { overdueDateOf } from '../domain/payment.ts'
import { type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import { type ActiveTransaction, sendToEnforcement, wasInEnforcement } from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
import { isPossibleDate } from './payments.ts'
import { payOutOfBalance, putTransaction } from './transaction-change.ts'
import { findTransaction, needsOfTransaction, type TransactionRef } from './transactions.ts'
import type { CommandType, Refused } from './world.ts'

export const sendExecutionTransaction: CommandType<TransactionRef, TransactionStatement> = {
	name: 'SendExecutionTransaction',

	needs: needsOfTransaction,

	decide(world, ref, { today }) {
		const { caller } = ref
		const transaction = findTransaction(world, ref)
		if (!transaction) return refuse<Refused>({ refusal: 'transaction-not-found' })
		if (wasInEnforcement(transaction)) return done(transactionStatement(transaction, today))
		if (transaction.state !== 'active') return refuse<Refused>({ refusal: 'wrong-transaction-state' })
		if (!isOverdueEnough(transaction, world.merchant(caller.merchantId), today))
			return refuse<Refused>({ refusal: 'nothing-overdue' })

		const { id: transactionId, customerId } = transaction
		const sent = sendToEnforcement(transaction, today)
		putTransaction(world, sent)
		world.events.add({ kind: 'transaction-sent-to-enforcement', caller, customerId, transactionId, detail: null })
		// What stood in front of the balance's queue has left it.
		payOutOfBalance(world, caller.merchantId, customerId, today)
		return done(transactionStatement(sent, today))
	},
}

/** Some open payment is overdue for as long as the merchant must wait (answers 92). */
function isOverdueEnough(transaction: ActiveTransaction, merchant: Merchant, today: CalendarDate): boolean {
	return transaction.payments.some(
		(payment) =>
			payment.state === 'open' &&
			overdueDays(overdueDateOf(payment, transaction.lateFeeTerms), today) >= merchant.enforcementMinOverdueDays,
	)
}

export interface SetPaidExecution extends TransactionRef {
	readonly amount: Kurus
	readonly paymentDate: CalendarDate
	readonly reference: string | null
}

export const setPaidExecutionTransaction: CommandType<SetPaidExecution, TransactionStatement> = {
	name: 'SetPaidExecutionTransaction',

	needs: needsOfTransaction,

	decide(world, payment, { today }) {
		const { caller, amount, paymentDate, reference } = payment
		const transaction = findTransaction(world, payment)
		if (!transaction) return refuse<Refused>({ refusal: 'transaction-not-found' })
		if (transaction.state !== 'enforcement') return refuse<Refused>({ refusal: 'transaction-not-in-enforcement' })
		if (!isPossibleDate(paymentDate, transaction, today)) return refuse<Refused>({ refusal: 'payment-date-not-possible' })
		if (amount > owedInAll(transaction, paymentDate)) return refuse<Refused>({ refusal: 'more-than-owed' })

		const { id: transactionId, customerId } = transaction
		const collected = collect(transaction, amount, paymentDate, reference)
		putTransaction(world, collected.transaction)
		world.movements.add(enforcementPaymentMovement(transaction, collected.taken, reference))
		const detail = { amount: String(amount), paymentDate }
		world.events.add({ kind: 'enforcement-payment-reported', caller, customerId, transactionId, detail })
		return done(transactionStatement(collected.transaction, today))
	},
}

export interface SendExpense extends TransactionRef {
	/** The running total. */
	readonly amount: Kurus
}

export const sendTransactionExpense: CommandType<SendExpense, TransactionStatement> = {
	name: 'SendTransactionExpense',

	needs: needsOfTransaction,

	decide(world, expense, { today }) {
		const { caller, amount } = expense
		const transaction = findTransaction(world, expense)
		if (!transaction) return refuse<Refused>({ refusal: 'transaction-not-found' })
		if (transaction.state !== 'enforcement') return refuse<Refused>({ refusal: 'transaction-not-in-enforcement' })
		if (amount < expensesPaid(transaction)) return refuse<Refused>({ refusal: 'expense-below-paid' })

		const { id: transactionId, customerId } = transaction
		const changed = withExpenses(transaction, amount)
		if (changed.change !== ZERO) {
			putTransaction(world, changed.transaction)
			world.movements.add(expenseMovement(transaction, changed.change))
			world.events.add({ kind: 'expense-sent', caller, customerId, transactionId, detail: { total: String(amount) } })
		}
		return done(transactionStatement(changed.transaction, today))
	},
}
