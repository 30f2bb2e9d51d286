// Transactions with their payments: one (protocol 5.5), a customer's (5.9), the one of a refund (5.8).

import type { MadeRefund } from '../commands/world.ts'
import type { CustomerId } from '../domain/customer.ts'
import type { MerchantId } from '../domain/merchant.ts'
import { type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import { parseTransactionCode } from '../domain/transaction.ts'
import { onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import { type PaymentColumns, type RefundColumns, refundFrom, type TransactionColumns, transactionsFrom } from '../store/rows.ts'
import { readLink } from './payments.ts'
import type { Reading } from './reading.ts'

const readTransaction: Statement = {
	name: 'read-transaction',
	text: 'select * from transaction where id = $1 and merchant_id = $2 and merchant_oid = $3',
}
const readPayments: Statement = {
	name: 'read-payments',
	text: 'select * from payment where transaction_id = $1 order by installment_no',
}

/** Null where this merchant has no such pair of transactionCode and merchantOid. */
export async function getPaymentsOfTransaction(
	{ pool, clock }: Reading,
	merchantId: MerchantId,
	code: string,
	merchantOid: string,
): Promise<TransactionStatement | null> {
	const id = parseTransactionCode(code)
	const { today } = await clock.now()
	const rows = await onSnapshot(pool, (client) => ({
		transactions: rowsOf<TransactionColumns>(client, readTransaction, [id, merchantId, merchantOid]),
		payments: rowsOf<PaymentColumns>(client, readPayments, [id]),
	}))
	const [transaction] = transactionsFrom(rows.transactions, rows.payments)
	return transaction ? transactionStatement(transaction, today) : null
}

export interface TransactionsPage {
	readonly transactions: readonly TransactionStatement[]
	readonly totalCount: number
}

const readPage: Statement = {
	name: 'read-transactions-page',
	text: `
		select *
		from transaction
		where customer_id = $1 and merchant_id = $2 and state in ('active', 'completed', 'refunded', 'enforcement')
			and ($3::bigint[] is null or id = any ($3))
		order by id desc
		limit $4 offset $5
	`,
}
const readPaymentsOfPage: Statement = {
	name: 'read-payments-of-transactions-page',
	text: `
		select p.*
		from payment p
		join (
			select id
			from transaction
			where customer_id = $1 and merchant_id = $2 and state in ('active', 'completed', 'refunded', 'enforcement')
				and ($3::bigint[] is null or id = any ($3))
			order by id desc
			limit $4 offset $5
		) page on page.id = p.transaction_id
		order by p.transaction_id, p.installment_no
	`,
}
const countTransactions: Statement = {
	name: 'count-transactions',
	text: `
		select count(*) as count
		from transaction
		where customer_id = $1 and merchant_id = $2 and state in ('active', 'completed', 'refunded', 'enforcement')
			and ($3::bigint[] is null or id = any ($3))
	`,
}

/** `codes` null = all. Null where the merchant can see no such customer. */
export async function getCustomerTransactions(
	{ pool, clock }: Reading,
	merchantId: MerchantId,
	customerId: CustomerId,
	codes: readonly string[] | null,
	page: { readonly no: number; readonly size: number },
): Promise<TransactionsPage | null> {
	const { today } = await clock.now()
	const filter = [customerId, merchantId, codes?.map(parseTransactionCode) ?? null]
	const paged = [...filter, page.size, (page.no - 1) * page.size]
	const rows = await onSnapshot(pool, (client) => ({
		links: rowsOf(client, readLink, [customerId, merchantId]),
		transactions: rowsOf<TransactionColumns>(client, readPage, paged),
		payments: rowsOf<PaymentColumns>(client, readPaymentsOfPage, paged),
		counts: rowsOf<{ count: bigint }>(client, countTransactions, filter),
	}))
	if (rows.links.length === 0) return null
	return {
		transactions: transactionsFrom(rows.transactions, rows.payments).map((transaction) =>
			transactionStatement(transaction, today),
		),
		totalCount: Number(rows.counts[0]?.count),
	}
}

const readRefund: Statement = {
	name: 'read-refund',
	text: 'select * from refund where merchant_id = $1 and refund_id = $2',
}
const readRefunded: Statement = {
	name: 'read-refunded-transaction',
	text: 'select t.* from refund r join transaction t on t.id = r.transaction_id where r.merchant_id = $1 and r.refund_id = $2',
}
const readRefundedPayments: Statement = {
	name: 'read-refunded-payments',
	text: `
		select p.*
		from refund r
		join payment p on p.transaction_id = r.transaction_id
		where r.merchant_id = $1 and r.refund_id = $2
		order by p.installment_no
	`,
}

/** The refund as it was made and its transaction as it is now (answers 83); null where there is none. */
export async function checkRefund(
	{ pool, clock }: Reading,
	merchantId: MerchantId,
	refundId: string,
): Promise<{ made: MadeRefund; statement: TransactionStatement } | null> {
	const { today } = await clock.now()
	const rows = await onSnapshot(pool, (client) => ({
		refunds: rowsOf<RefundColumns>(client, readRefund, [merchantId, refundId]),
		transactions: rowsOf<TransactionColumns>(client, readRefunded, [merchantId, refundId]),
		payments: rowsOf<PaymentColumns>(client, readRefundedPayments, [merchantId, refundId]),
	}))
	const [refund] = rows.refunds
	const [transaction] = transactionsFrom(rows.transactions, rows.payments)
	return refund && transaction ? { made: refundFrom(refund), statement: transactionStatement(transaction, today) } : null
}
