// What happened, one event for every accepted write, kept for audit beside the effect it tells of.

import type { CustomerId } from './customer.ts'
import type { Caller } from './merchant.ts'
import type { TransactionId } from './transaction.ts'

export type EventKind =
	| 'limit-set'
	| 'limit-request-changed'
	| 'limit-requested'
	| 'pin-resent'
	| 'pin-confirmed'
	| 'limit-request-rejected'
	| 'mobile-number-changed'
	| 'customer-suspended'
	| 'customer-reactivated'
	| 'transaction-created'
	| 'transaction-activated'
	| 'payment-reported'
	| 'balance-loaded'
	| 'transaction-refunded'
	| 'transaction-sent-to-enforcement'
	| 'enforcement-payment-reported'
	| 'expense-sent'

export interface Event {
	readonly kind: EventKind
	readonly caller: Caller
	/** Null while the person is no customer. */
	readonly customerId: CustomerId | null
	readonly transactionId: TransactionId | null
	/** What the rows do not tell by themselves; never personal data. */
	readonly detail: Readonly<Record<string, string>> | null
}
