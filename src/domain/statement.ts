// What a transaction and its payments come to on a given day: what every answer shows. Overdue, part-paid, expired and
// the late fee are worked out here and nowhere else (protocol 2.2, answers 53–62).

import type { CalendarDate } from './calendar.ts'
import { type Kurus, minus, plus, ZERO } from './money.ts'
import { lateFeeOn, overdueDateOf, type Payment, paidTotal } from './payment.ts'
import { isLiveState, paymentCode, type Transaction, type TransactionId } from './transaction.ts'

export type TransactionStatus = Transaction['state'] | 'expired'
export type PaymentStatus = 'unpaid' | 'paid' | 'part-paid' | 'overdue' | 'cancelled'

export interface PaymentStatement {
	readonly transactionId: TransactionId
	readonly merchantOid: string
	readonly paymentCode: string
	readonly installmentNo: number
	readonly amount: Kurus
	readonly dueDate: CalendarDate
	readonly status: PaymentStatus
	/** Late fee charged so far, paid or not. */
	readonly lateFee: Kurus
	readonly lateFeeRateBps: number
	readonly overdueDate: CalendarDate
	/** Expense put on the payment, paid or not. */
	readonly expense: Kurus
	/** All money taken on it. */
	readonly paidTotal: Kurus
	readonly paidDate: CalendarDate | null
}

export interface TransactionStatement {
	readonly transaction: Transaction
	readonly status: TransactionStatus
	readonly payments: readonly PaymentStatement[]
}

/** What a payment's statement depends on, beside the payment itself. */
export type Owner = Pick<Transaction, 'id' | 'merchantOid' | 'state' | 'expireDate' | 'lateFeeTerms'>

export function isExpired(transaction: Pick<Owner, 'state' | 'expireDate'>, today: CalendarDate): boolean {
	return transaction.state === 'pending' && today >= transaction.expireDate
}

export function transactionStatement(transaction: Transaction, today: CalendarDate): TransactionStatement {
	return {
		transaction,
		status: isExpired(transaction, today) ? 'expired' : transaction.state,
		payments: transaction.payments.map((payment) => paymentStatement(transaction, payment, today)),
	}
}

export function paymentStatement(transaction: Owner, payment: Payment, today: CalendarDate): PaymentStatement {
	const terms = transaction.lateFeeTerms
	return {
		transactionId: transaction.id,
		merchantOid: transaction.merchantOid,
		paymentCode: paymentCode({ transactionId: transaction.id, installmentNo: payment.installmentNo }),
		installmentNo: payment.installmentNo,
		amount: payment.amount,
		dueDate: payment.dueDate,
		status: paymentStatus(transaction, payment, today),
		lateFee: isLiveState(transaction.state) ? lateFeeOn(payment, terms, today) : payment.lateFeePaid,
		lateFeeRateBps: terms.monthlyRateBps,
		overdueDate: overdueDateOf(payment, terms),
		expense: payment.expense,
		paidTotal: paidTotal(payment),
		paidDate: payment.state === 'paid' ? payment.paidDate : null,
	}
}

/** What a payment still owes as shown; a cancelled one owes nothing (answers 61, 90). */
export function owedOf({ status, amount, lateFee, expense, paidTotal }: PaymentStatement): Kurus {
	return status === 'cancelled' ? ZERO : minus(plus(amount, lateFee, expense), paidTotal)
}

function paymentStatus(transaction: Owner, payment: Payment, today: CalendarDate): PaymentStatus {
	if (payment.state !== 'open') return payment.state
	if (isExpired(transaction, today)) return 'cancelled'
	if (!isLiveState(transaction.state)) return 'unpaid'
	if (today >= overdueDateOf(payment, transaction.lateFeeTerms)) return 'overdue'
	return payment.amountPaid > ZERO ? 'part-paid' : 'unpaid'
}
