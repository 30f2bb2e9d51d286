// Double entry (protocol 2.7): each movement of money and the entries it is written as. A debit is positive, a credit
// negative, and the entries of a movement add up to zero. Nothing here is ever changed or taken back.

import type { CustomerId } from './customer.ts'
import type { MerchantId } from './merchant.ts'
import { type Kurus, minus, plus, sum, ZERO } from './money.ts'
import { type Owed, totalOwed } from './payment.ts'
import type { Refund } from './refund.ts'
import type { Transaction, TransactionId } from './transaction.ts'

type Account =
	| 'customer-receivable'
	| 'fee-income'
	| 'late-fee-income'
	/** what we owe the merchant */
	| 'merchant-payable'
	/** what the merchant collected for us */
	| 'merchant-collections'
	| 'customer-balance'
	| 'refunds-payable'
	| 'enforcement-expenses'

type MovementType =
	| 'sale'
	| 'up-front-payment'
	| 'reported-payment'
	| 'balance-load'
	| 'balance-payment'
	| 'refund'
	| 'enforcement-payment'
	| 'expense'

export interface Movement {
	readonly type: MovementType
	readonly merchantId: MerchantId
	readonly customerId: CustomerId
	readonly transactionId: TransactionId | null
	readonly installmentNo: number | null
	readonly amount: Kurus
	/** The merchant's refundId. */
	readonly refundId: string | null
	/** The merchant's paymentReferenceCode. */
	readonly reference: string | null
	readonly entries: readonly (readonly [Account, Kurus])[]
}

type Entries = readonly (readonly [Account, Kurus])[]
type Details = Partial<Pick<Movement, 'installmentNo' | 'refundId' | 'reference'>>

/** Writes down a movement. Throws when its entries do not balance: that would be a bug, and must stop the write. */
function movement(
	type: MovementType,
	of: Pick<Movement, 'merchantId' | 'customerId' | 'transactionId'>,
	amount: Kurus,
	entries: Entries,
	{ installmentNo = null, refundId = null, reference = null }: Details = {},
): Movement {
	if (sum(entries.map(([, entry]) => entry)) !== ZERO) throw new Error(`the entries of a ${type} do not balance`)
	const { merchantId, customerId, transactionId } = of
	const kept = entries.filter(([, entry]) => entry !== ZERO)
	return { type, merchantId, customerId, transactionId, installmentNo, amount, refundId, reference, entries: kept }
}

const credit = (amount: Kurus): Kurus => minus(ZERO, amount)

const ofTransaction = ({ id, merchantId, customerId }: Transaction) => ({ merchantId, customerId, transactionId: id })

/** A sale became due: the customer owes the order and its fee, we owe the merchant the order. */
export function saleMovement(transaction: Transaction): Movement {
	const { orderAmount, fee } = transaction
	return movement('sale', ofTransaction(transaction), orderAmount, [
		['customer-receivable', plus(orderAmount, fee)],
		['merchant-payable', credit(orderAmount)],
		['fee-income', credit(fee)],
	])
}

/** What was taken on payments, whoever paid it. */
function takenFromCustomer(taken: Owed): Entries {
	return [
		['customer-receivable', credit(taken.amount)],
		['late-fee-income', credit(taken.lateFee)],
		['enforcement-expenses', credit(taken.expense)],
	]
}

/** A payment was closed with money the merchant collected, or out of the customer's balance. */
export function paymentMovement(
	type: 'up-front-payment' | 'reported-payment' | 'balance-payment',
	transaction: Transaction,
	installmentNo: number,
	taken: Owed,
	reference: string | null,
): Movement {
	const amount = totalOwed(taken)
	const from: Account = type === 'balance-payment' ? 'customer-balance' : 'merchant-collections'
	const entries: Entries = [[from, amount], ...takenFromCustomer(taken)]
	return movement(type, ofTransaction(transaction), amount, entries, { installmentNo, reference })
}

/** Money that came in through enforcement, for several payments at once. */
export function enforcementPaymentMovement(transaction: Transaction, taken: Owed, reference: string | null): Movement {
	const amount = totalOwed(taken)
	const entries: Entries = [['merchant-collections', amount], ...takenFromCustomer(taken)]
	return movement('enforcement-payment', ofTransaction(transaction), amount, entries, { reference })
}

/** A customer paid a merchant ahead of any instalment. */
export function balanceLoadMovement(
	merchantId: MerchantId,
	customerId: CustomerId,
	amount: Kurus,
	reference: string | null,
): Movement {
	const entries: Entries = [
		['merchant-collections', amount],
		['customer-balance', credit(amount)],
	]
	return movement('balance-load', { merchantId, customerId, transactionId: null }, amount, entries, { reference })
}

/** An order was refunded: the merchant is owed less, the fee is given up, and what was not open any more goes back to the customer. */
export function refundMovement(
	transaction: Transaction,
	refundId: string,
	{ amount, fee, toCustomer, expenseFallen }: Refund,
): Movement {
	const entries: Entries = [
		['merchant-payable', plus(amount, expenseFallen)],
		['fee-income', fee],
		['customer-receivable', minus(toCustomer, plus(amount, fee))],
		['refunds-payable', credit(toCustomer)],
		['enforcement-expenses', credit(expenseFallen)],
	]
	return movement('refund', ofTransaction(transaction), amount, entries, { refundId })
}

/** The merchant laid out an expense of enforcement, or (negative) took it back. */
export function expenseMovement(transaction: Transaction, change: Kurus): Movement {
	return movement('expense', ofTransaction(transaction), change, [
		['enforcement-expenses', change],
		['merchant-payable', credit(change)],
	])
}
