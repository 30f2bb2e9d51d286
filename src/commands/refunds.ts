// Refunding an order, whole or in part (protocol 5.7).

import type { CalendarDate } from '../domain/calendar.ts'
import { refundMovement } from '../domain/ledger.ts'
import type { Kurus } from '../domain/money.ts'
import { type RefundableTransaction, refund, refundable } from '../domain/refund.ts'
import { isExpired, type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import type { Transaction } from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
import { payOutOfBalance, putTransaction } from './transaction-change.ts'
import { findTransaction, needsOfTransaction, type TransactionRef } from './transactions.ts'
import { type CommandType, type MadeRefund, type Refused, refundKey } from './world.ts'

export interface RefundTransaction extends TransactionRef {
	readonly refundId: string
	readonly amount: Kurus
}

export interface RefundResult {
	readonly made: MadeRefund
	readonly statement: TransactionStatement
}

export const refundTransaction: CommandType<RefundTransaction, RefundResult> = {
	name: 'RefundTransaction',

	needs: (input) => ({
		...needsOfTransaction(input),
		refunds: [{ merchantId: input.caller.merchantId, refundId: input.refundId }],
	}),

	decide(world, input, { today }) {
		const { caller, refundId, amount } = input
		const { merchantId } = caller
		if (world.refunds.get(refundKey(merchantId, refundId))) return refuse<Refused>({ refusal: 'refund-already-made' })
		const transaction = findTransaction(world, input)
		if (!transaction) return refuse<Refused>({ refusal: 'transaction-not-found' })
		if (!isRefundable(transaction, amount, today)) return refuse<Refused>({ refusal: 'wrong-transaction-state' })
		if (amount > refundable(transaction)) return refuse<Refused>({ refusal: 'refund-over-refundable' })

		const { id: transactionId, customerId } = transaction
		const refunded = refund(transaction, amount, today)
		const made: MadeRefund = { merchantId, refundId, transactionId, refund: refunded.refund, refundedOn: today }
		putTransaction(world, refunded.transaction)
		world.refunds.put(made)
		// A pending sale was never booked, so there is nothing to take back (answers 109).
		if (transaction.state !== 'pending') world.movements.add(refundMovement(transaction, refundId, refunded.refund))
		const detail = { refundId, amount: String(amount) }
		world.events.add({ kind: 'transaction-refunded', caller, customerId, transactionId, detail })
		payOutOfBalance(world, merchantId, customerId, today)
		return done({ made, statement: transactionStatement(world.transaction(transactionId), today) })
	},
}

/** Any part of an activated sale that is not refunded in full; of a pending one only all of it (answers 77). */
function isRefundable(transaction: Transaction, amount: Kurus, today: CalendarDate): transaction is RefundableTransaction {
	if (transaction.state === 'pending') return !isExpired(transaction, today) && amount === transaction.orderAmount
	return transaction.state !== 'cancelled' && transaction.state !== 'refunded'
}
