// Sales as plain values, for tests of the rules: made, activated and paid by the domain itself, and shown as lines to be read.

import type { CalendarDate } from '../src/domain/calendar.ts'
import { collect, withExpenses } from '../src/domain/enforcement.ts'
import type { Caller, Merchant } from '../src/domain/merchant.ts'
import { type Kurus, kurus, ZERO } from '../src/domain/money.ts'
import { close, type LateFeeBase, owedOn } from '../src/domain/payment.ts'
import { makePlan } from '../src/domain/plan.ts'
import { transactionStatement } from '../src/domain/statement.ts'
import {
	type ActiveTransaction,
	activate,
	type EndedTransaction,
	type EnforcementTransaction,
	type LiveTransaction,
	newTransaction,
	type PendingTransaction,
	sendToEnforcement,
	type Transaction,
	withPayment,
} from '../src/domain/transaction.ts'
import { date } from './dates.ts'

/** A merchant's own call from nowhere in particular. */
export const callerOf = (merchantId: number): Caller => ({
	actor: 'merchant',
	merchantId,
	command: 'Test',
	address: null,
	ipAddress: null,
})

export interface Terms {
	/** Kuruş. */
	readonly order: number | bigint
	readonly installments: number
	/** Basis points on what is financed. */
	readonly feeRateBps: number
	readonly downPayment: number | bigint
	readonly firstUpFront: boolean
	readonly soldOn: string
	readonly lateFeeRateBps: number
	readonly lateFeeBase: LateFeeBase
	readonly graceDays: number
}

/** 300.00 TL on 31 January 2027 in three instalments without a fee, due 28 February, 31 March and 30 April; 4.25 % late fee. */
const usual: Terms = {
	order: 300_00,
	installments: 3,
	feeRateBps: 0,
	downPayment: 0,
	firstUpFront: false,
	soldOn: '2027-01-31',
	lateFeeRateBps: 425,
	lateFeeBase: 'open-amount',
	graceDays: 0,
}

export function pending(given: Partial<Terms> = {}): PendingTransaction {
	const terms = { ...usual, ...given }
	const orderAmount = kurus(terms.order)
	const options = { notCalculateFees: false, postpone: false, revisedFeePercent: 0 }
	const plan = makePlan({
		...options,
		orderAmount,
		date: date(terms.soldOn),
		rate: { installments: terms.installments, feeRateBps: terms.feeRateBps, postponeMonths: 1 },
		downPayment: kurus(terms.downPayment),
		firstInstallmentUpFront: terms.firstUpFront,
	})
	const order = {
		merchantOid: 'order',
		customerId: 1_000_000_001n,
		orderAmount,
		installments: terms.installments,
		options: { ...options, forceRiskFree: false, ownAvailableLimit: ZERO, dealerSegment: null },
	}
	return newTransaction(100_001n, order, merchantWith(terms), plan, date(terms.soldOn))
}

function merchantWith({ lateFeeRateBps, lateFeeBase, graceDays }: Terms): Merchant {
	return {
		id: 1001,
		creditLimit: null,
		exposure: null,
		lateFeeRateBps,
		lateFeeBase,
		graceDays,
		pendingLifeDays: 7,
		downPaymentMaxShareBps: 0,
		enforcementMinOverdueDays: 1,
		settableLimits: [],
		limitCeiling: null,
		holdsOwnLimits: false,
		rates: [],
	}
}

/** Activated on the day it was sold; completed at once where all of it is up front. */
export function activated(given: Partial<Terms> = {}): LiveTransaction | EndedTransaction {
	const sold = pending(given)
	return activate(sold, sold.createdDate)
}

/** Activated on the day it was sold; something must be open then. */
export function active(given: Partial<Terms> = {}): ActiveTransaction {
	return stillOpen(activated(given), 'active')
}

/** A sale of which something is still open, as what it must be. */
export function stillOpen<State extends Transaction['state']>(
	transaction: Transaction,
	state: State,
): Extract<Transaction, { state: State }> {
	if (transaction.state !== state) throw new Error(`the sale is ${transaction.state}, not ${state}`)
	return transaction as Extract<Transaction, { state: State }>
}

/** The instalments with these numbers reported paid, one after the other. */
export function reported(transaction: ActiveTransaction, numbers: readonly number[], on: string): Transaction {
	return numbers.reduce<Transaction>((sale, no) => {
		const live = stillOpen(sale, 'active')
		const payment = live.payments.find(({ installmentNo }) => installmentNo === no)
		if (payment?.state !== 'open') throw new Error(`instalment ${no} is not open`)
		const taken = owedOn(payment, live.lateFeeTerms, date(on))
		return withPayment(live, close(payment, taken, date(on), 'report', null))
	}, transaction)
}

export function inEnforcement(given: Partial<Terms> = {}, on = '2027-03-10'): EnforcementTransaction {
	return sendToEnforcement(active(given), date(on))
}

/** Money that came in through enforcement; something must stay open. */
export function collected(transaction: EnforcementTransaction, money: number | bigint, on: string): EnforcementTransaction {
	return stillOpen(collect(transaction, kurus(money), date(on), null).transaction, 'enforcement')
}

export function withExpense(transaction: EnforcementTransaction, total: number | bigint): EnforcementTransaction {
	return withExpenses(transaction, kurus(total)).transaction
}

/** An amount as people write it: 1234.05. */
export function lira(amount: Kurus): string {
	const digits = String(amount).padStart(3, '0')
	return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/**
 * The payments on a day, one line each: `2: 103.00 part-paid, late fee 1.20, expense 5.00, 46.20 taken`. What is nothing is
 * left out.
 */
export function lines(transaction: Transaction, on: string | CalendarDate): string[] {
	return transactionStatement(transaction, date(on)).payments.map((row) =>
		[
			`${row.installmentNo}: ${lira(row.amount)} ${row.status}`,
			...(row.lateFee > ZERO ? [`late fee ${lira(row.lateFee)}`] : []),
			...(row.expense > ZERO ? [`expense ${lira(row.expense)}`] : []),
			...(row.paidTotal > ZERO ? [`${lira(row.paidTotal)} taken`] : []),
		].join(', '),
	)
}
