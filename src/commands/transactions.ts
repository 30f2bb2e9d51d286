// Making a sale and making it count (protocol 5.3, 5.4).

import type { CalendarDate } from '../domain/calendar.ts'
import { isSuspended } from '../domain/customer.ts'
import { usedPrincipal } from '../domain/exposure.ts'
import { paymentMovement, saleMovement } from '../domain/ledger.ts'
import { isValid } from '../domain/limit.ts'
import type { Caller, Merchant } from '../domain/merchant.ts'
import { type Kurus, plus, ZERO } from '../domain/money.ts'
import { type Buyer, limitFor, offerFor } from '../domain/offer.ts'
import type { Refusal } from '../domain/refusals.ts'
import { isExpired, type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import {
	activate,
	newTransaction,
	type Order,
	parseTransactionCode,
	type Transaction,
	wasActivated,
} from '../domain/transaction.ts'
import { done, refuse } from '../engine/command.ts'
import { payOutOfBalance, putTransaction } from './transaction-change.ts'
import type { CommandType, Needs, Refused, World } from './world.ts'

export interface CreateTransaction {
	readonly caller: Caller
	readonly order: Order
	readonly basket: readonly object[]
}

export const createTransaction: CommandType<CreateTransaction, TransactionStatement> = {
	name: 'CreateTransaction',

	needs: ({ caller, order }) => ({
		merchants: [caller.merchantId],
		customers: [order.customerId],
		orders: [{ merchantId: caller.merchantId, merchantOid: order.merchantOid }],
		newTransactions: 1,
	}),

	decide(world, { caller, order, basket }, { today }) {
		const earlier = world.transactionOf(caller.merchantId, order.merchantOid)
		if (earlier) {
			return isSameOrder(earlier, order)
				? done(transactionStatement(earlier, today))
				: refuse<Refused>({ refusal: 'merchant-oid-used' })
		}
		const merchant = world.merchant(caller.merchantId)
		const seen = world.linkedCustomer(caller.merchantId, order.customerId)
		if (!seen) return refuse<Refused>({ refusal: 'customer-not-found' })
		const standing = standingRefusal(world, seen, today)
		if (standing) return refuse<Refused>({ refusal: standing })

		const buyer: Buyer = { customer: seen.customer, dealerSegment: seen.link.dealerSegment }
		const available = limitFor(order, merchant, buyer, today) ?? ZERO
		const offer = offerFor(order, merchant, buyer, available, today)
		if (!offer) return refuse<Refused>({ refusal: 'instalment-option-not-offered' })
		if (offer.plan.financed > available) return refuse<Refused>({ refusal: 'customer-limit-insufficient' })
		if (exceedsMerchantLimit(merchant, offer.plan.financed, today))
			return refuse<Refused>({ refusal: 'merchant-limit-insufficient' })

		const transaction = newTransaction(world.newTransactionId(), order, merchant, offer.plan, today)
		putTransaction(world, transaction)
		if (basket.length > 0) world.baskets.add({ transactionId: transaction.id, rows: basket })
		const { id: transactionId, customerId } = transaction
		world.events.add({ kind: 'transaction-created', caller, customerId, transactionId, detail: null })
		return done(transactionStatement(transaction, today))
	},
}

/** The same request again: everything that decides the plan is equal; basket and address only describe (answers 17). */
function isSameOrder(transaction: Transaction, order: Order): boolean {
	const sent = transaction.options
	const options = order.options
	return (
		transaction.customerId === order.customerId &&
		transaction.orderAmount === order.orderAmount &&
		transaction.installments === order.installments &&
		sent.notCalculateFees === options.notCalculateFees &&
		sent.forceRiskFree === options.forceRiskFree &&
		sent.postpone === options.postpone &&
		sent.revisedFeePercent === options.revisedFeePercent &&
		sent.ownAvailableLimit === options.ownAvailableLimit &&
		sent.dealerSegment === options.dealerSegment
	)
}

type Seen = NonNullable<ReturnType<World['linkedCustomer']>>

/** Why nothing may be sold to this customer today, whatever the order. */
function standingRefusal(world: World, { customer, link }: Seen, today: CalendarDate): Refusal | null {
	if (isSuspended(customer, link)) return 'customer-suspended'
	if (world.isInEnforcement(customer.id)) return 'customer-in-enforcement'
	if (world.isOverdue(customer.id, today)) return 'customer-overdue'
	if (!isValid(customer.limit, today)) return 'no-valid-limit'
	return null
}

function exceedsMerchantLimit(merchant: Merchant, financed: Kurus, today: CalendarDate): boolean {
	if (merchant.creditLimit === null || merchant.exposure === null) return false
	return plus(usedPrincipal(merchant.exposure, today), financed) > merchant.creditLimit
}

export interface TransactionRef {
	readonly caller: Caller
	readonly transactionCode: string
	readonly merchantOid: string
}

export const activateTransaction: CommandType<TransactionRef, TransactionStatement> = {
	name: 'ActivateTransaction',

	needs: needsOfTransaction,

	decide(world, ref, { today }) {
		const { caller } = ref
		const transaction = findTransaction(world, ref)
		if (!transaction) return refuse<Refused>({ refusal: 'transaction-not-found' })
		if (wasActivated(transaction)) return done(transactionStatement(transaction, today))
		if (isExpired(transaction, today)) return refuse<Refused>({ refusal: 'transaction-expired' })
		if (transaction.state !== 'pending') return refuse<Refused>({ refusal: 'wrong-transaction-state' })

		const { id: transactionId, customerId } = transaction
		const activated = activate(transaction, today)
		putTransaction(world, activated)
		world.movements.add(saleMovement(activated))
		for (const { state, installmentNo, amount } of activated.payments) {
			const taken = { amount, lateFee: ZERO, expense: ZERO }
			if (state === 'paid') world.movements.add(paymentMovement('up-front-payment', activated, installmentNo, taken, null))
		}
		world.events.add({ kind: 'transaction-activated', caller, customerId, transactionId, detail: null })
		payOutOfBalance(world, caller.merchantId, customerId, today)
		return done(transactionStatement(world.transaction(transactionId), today))
	},
}

export function needsOfTransaction({ caller, transactionCode }: TransactionRef): Needs {
	return { merchants: [caller.merchantId], transactions: [parseTransactionCode(transactionCode)] }
}

/** The transaction a merchant means: both of its names must fit, and it must be the merchant's own. */
export function findTransaction(world: World, { caller, transactionCode, merchantOid }: TransactionRef): Transaction | null {
	const transaction = world.transactions.get(parseTransactionCode(transactionCode))
	return transaction?.merchantId === caller.merchantId && transaction.merchantOid === merchantOid ? transaction : null
}
