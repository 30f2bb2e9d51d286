// Handing an overdue transaction over to enforcement (protocol 2.6, 5.12).

import type { CalendarDate } from '../domain/calendar.ts'
import { overdueDays } from '../domain/late-fee.ts'
import type { Merchant } from '../domain/merchant.ts'
import { overdueDateOf } from '../domain/payment.ts'
import { type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import { type ActiveTransaction, sendToEnforcement, wasInEnforcement } from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
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
