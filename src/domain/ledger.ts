// Double entry (protocol 2.7): each movement of money and the entries it is written as. A debit is positive, a credit
// negative, and the entries of a movement add up to zero. Nothing here is ever changed or taken back.

import type { CustomerId } from './customer.ts'
import type { MerchantId } from './merchant.ts'
import { type Kurus, minus, sum, ZERO } from './money.ts'
import { type Owed, totalOwed } from './payment.ts'
import type { Transaction, TransactionId } from './transaction.ts'

export type Account =
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

export type MovementType = 'sale' | 'up-front-payment' | 'reported-payment' | 'balance-load' | 'balance-payment'

export interface Movement {
	readonly type: MovementType
	readonly merchantId: MerchantId
	readonly customerId: CustomerId
	readonly transactionId: TransactionId | null
	readonly installmentNo: number | null
	readonly amount: Kurus
	readonly reference: string | null
	readonly entries: readonly (readonly [Account, Kurus])[]
}

type Header = Omit<Movement, 'entries'>

/** Writes down a movement. Throws when its entries do not balance: that would be a bug, and must stop the write. */
function movement(header: Header, entries: readonly (readonly [Account, Kurus])[]): Movement {
	if (sum(entries.map(([, amount]) => amount)) !== 0n) throw new Error(`the entries of a ${header.type} do not balance`)
	return { ...header, entries: entries.filter(([, amount]) => amount !== ZERO) }
}

const credit = (amount: Kurus): Kurus => minus(ZERO, amount)

/** A sale became due: the customer owes the order and its fee, we owe the merchant the order. */
export function saleMovement(transaction: Transaction): Movement {
	const { id, merchantId, customerId, orderAmount, fee } = transaction
	const owed = sum([orderAmount, fee])
	return movement(
		{ type: 'sale', merchantId, customerId, transactionId: id, installmentNo: null, amount: orderAmount, reference: null },
		[
			['customer-receivable', owed],
			['merchant-payable', credit(orderAmount)],
			['fee-income', credit(fee)],
		],
	)
}

/** A payment was closed with money the merchant collected, or out of the customer's balance. */
export function paymentMovement(
	type: 'up-front-payment' | 'reported-payment' | 'balance-payment',
	transaction: Transaction,
	installmentNo: number,
	taken: Owed,
	reference: string | null,
): Movement {
	const { id, merchantId, customerId } = transaction
	const amount = totalOwed(taken)
	return movement({ type, merchantId, customerId, transactionId: id, installmentNo, amount, reference }, [
		[type === 'balance-payment' ? 'customer-balance' : 'merchant-collections', amount],
		['customer-receivable', credit(taken.amount)],
		['late-fee-income', credit(taken.lateFee)],
		['enforcement-expenses', credit(taken.expense)],
	])
}

/** A customer paid a merchant ahead of any instalment. */
export function balanceLoadMovement(
	merchantId: MerchantId,
	customerId: CustomerId,
	amount: Kurus,
	reference: string | null,
): Movement {
	return movement({ type: 'balance-load', merchantId, customerId, transactionId: null, installmentNo: null, amount, reference }, [
		['merchant-collections', amount],
		['customer-balance', credit(amount)],
	])
}
