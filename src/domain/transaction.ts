// A transaction: an order bought in instalments, together with its payments. Each state is a type of its own.
// "Expired" is none of them: it is how a pending transaction looks from its expire date on (protocol 2.2).

import { addDays, type CalendarDate } from './calendar.ts'
import type { CustomerId } from './customer.ts'
import type { Contribution } from './exposure.ts'
import type { Merchant, MerchantId } from './merchant.ts'
import { type Kurus, sum, ZERO } from './money.ts'
import { close, type LateFeeTerms, type OpenPayment, openPrincipal, overdueDateOf, type Payment } from './payment.ts'
import type { Plan } from './plan.ts'

export type TransactionId = bigint

/** What a merchant asks for when it sells: everything that decides the plan (answers 17). */
export interface Order {
	readonly merchantOid: string
	readonly customerId: CustomerId
	readonly orderAmount: Kurus
	readonly installments: number
	readonly options: OrderOptions
}
export interface OrderOptions {
	readonly notCalculateFees: boolean
	readonly forceRiskFree: boolean
	readonly postpone: boolean
	readonly revisedFeePercent: number
	/** The availableLimit the merchant sent; 0 = none. */
	readonly ownAvailableLimit: Kurus
	readonly dealerSegment: string | null
}

interface Sale extends Order {
	readonly id: TransactionId
	readonly merchantId: MerchantId
	readonly createdDate: CalendarDate
	/** The first day on which a transaction still pending is expired. */
	readonly expireDate: CalendarDate
	readonly downPayment: Kurus
	readonly financed: Kurus
	readonly fee: Kurus
	/** What was refunded of the order amount, and of the fee with it. */
	readonly refunded: { readonly amount: Kurus; readonly fee: Kurus }
	readonly lateFeeTerms: LateFeeTerms
	readonly payments: readonly Payment[]
}
export interface PendingTransaction extends Sale {
	readonly state: 'pending'
}
/** Refunded in full while pending. */
export interface CancelledTransaction extends Sale {
	readonly state: 'cancelled'
}
interface Activated extends Sale {
	readonly activatedOn: CalendarDate
}
export interface ActiveTransaction extends Activated {
	readonly state: 'active'
}
export interface EnforcementTransaction extends Activated {
	readonly state: 'enforcement'
	readonly enforcementOn: CalendarDate
}
export interface EndedTransaction extends Activated {
	/** Completed: nothing is open; refunded: refunded in full after activation. */
	readonly state: 'completed' | 'refunded'
	/** null = it never went to enforcement. */
	readonly enforcementOn: CalendarDate | null
}
/** A transaction on which money is still owed. */
export type LiveTransaction = ActiveTransaction | EnforcementTransaction
export type Transaction = PendingTransaction | CancelledTransaction | LiveTransaction | EndedTransaction

// codes on the wire: a code that can be none of ours reads as number 0, which no transaction has -------------

export function transactionCode(id: TransactionId): string {
	return `T${id}`
}

export function parseTransactionCode(code: string): TransactionId {
	return /^T[1-9][0-9]{0,15}$/.test(code) ? BigInt(code.slice(1)) : 0n
}

export interface PaymentKey {
	readonly transactionId: TransactionId
	readonly installmentNo: number
}

export function paymentCode({ transactionId, installmentNo }: PaymentKey): string {
	return `${transactionCode(transactionId)}-${installmentNo}`
}

export function parsePaymentCode(code: string): PaymentKey {
	const parts = /^(T[0-9]+)-(0|[1-9][0-9]?)$/.exec(code)
	return { transactionId: parseTransactionCode(parts?.[1] ?? ''), installmentNo: Number(parts?.[2] ?? 0) }
}

// making one --------------------------------------------------------------------------------------------

export function newTransaction(
	id: TransactionId,
	order: Order,
	merchant: Merchant,
	plan: Plan,
	today: CalendarDate,
): PendingTransaction {
	return {
		...order,
		state: 'pending',
		id,
		merchantId: merchant.id,
		createdDate: today,
		expireDate: addDays(today, merchant.pendingLifeDays),
		downPayment: plan.downPayment,
		financed: plan.financed,
		fee: plan.fee,
		refunded: { amount: ZERO, fee: ZERO },
		lateFeeTerms: { monthlyRateBps: merchant.lateFeeRateBps, base: merchant.lateFeeBase, graceDays: merchant.graceDays },
		payments: plan.rows.map(
			(row): OpenPayment => ({
				state: 'open',
				installmentNo: row.installmentNo,
				dueDate: row.dueDate,
				upFront: row.upFront,
				amount: row.amount,
				principal: row.principal,
				refunded: ZERO,
				amountPaid: ZERO,
				lateFeePaid: ZERO,
				stretches: [],
				expense: ZERO,
				expensePaid: ZERO,
			}),
		),
	}
}

// what it comes to ----------------------------------------------------------------------------------------

export function isLiveState(state: Transaction['state']): boolean {
	return state === 'active' || state === 'enforcement'
}

export function isLive(transaction: Transaction): transaction is LiveTransaction {
	return isLiveState(transaction.state)
}

/** Whether it was ever activated, whatever became of it since. */
export function wasActivated(transaction: Transaction): transaction is LiveTransaction | EndedTransaction {
	return 'activatedOn' in transaction
}

export function wasInEnforcement(transaction: Transaction): boolean {
	return 'enforcementOn' in transaction && transaction.enforcementOn !== null
}

/** What it adds to the exposure of its customer and its merchant (protocol 2.3); null = nothing. */
export function contribution(transaction: Transaction): Contribution | null {
	if (transaction.state !== 'pending' && !isLive(transaction)) return null
	const principal = sum(transaction.payments.map(openPrincipal))
	return { until: transaction.state === 'pending' ? transaction.expireDate : null, principal }
}

/** The earliest day on which an open payment is overdue; null where none is open, or none is owed yet. */
export function nextOverdueDate(transaction: Transaction): CalendarDate | null {
	if (!isLive(transaction)) return null
	let next: CalendarDate | null = null
	for (const payment of transaction.payments) {
		if (payment.state !== 'open') continue
		const date = overdueDateOf(payment, transaction.lateFeeTerms)
		if (next === null || date < next) next = date
	}
	return next
}

// what happens to it ----------------------------------------------------------------------------------------

/** Up-front payments are paid at the till on activation, at their amount (answers 62, 68). */
export function activate(transaction: PendingTransaction, today: CalendarDate): LiveTransaction | EndedTransaction {
	const payments = transaction.payments.map((payment) =>
		payment.state === 'open' && payment.upFront
			? close(payment, { amount: payment.amount, lateFee: ZERO, expense: ZERO }, today, 'up-front', null)
			: payment,
	)
	return settled({ ...transaction, state: 'active', activatedOn: today, payments })
}

export function sendToEnforcement(transaction: ActiveTransaction, today: CalendarDate): EnforcementTransaction {
	return { ...transaction, state: 'enforcement', enforcementOn: today }
}

export function withPayment(transaction: LiveTransaction, payment: Payment): LiveTransaction | EndedTransaction {
	return withPayments(
		transaction,
		transaction.payments.map((other) => (other.installmentNo === payment.installmentNo ? payment : other)),
	)
}

export function withPayments(transaction: LiveTransaction, payments: readonly Payment[]): LiveTransaction | EndedTransaction {
	return settled({ ...transaction, payments })
}

/** A transaction ends when nothing is open any more: refunded where all of the order was, else completed (answers 53). */
function settled(transaction: LiveTransaction): LiveTransaction | EndedTransaction {
	if (transaction.payments.some((payment) => payment.state === 'open')) return transaction
	const enforcementOn = transaction.state === 'enforcement' ? transaction.enforcementOn : null
	return {
		...transaction,
		state: transaction.refunded.amount === transaction.orderAmount ? 'refunded' : 'completed',
		enforcementOn,
	}
}
