// Reading one transaction with its payments (protocol 5.5).

import type { MerchantId } from '../domain/merchant.ts'
import { type TransactionStatement, transactionStatement } from '../domain/statement.ts'
import { parseTransactionCode } from '../domain/transaction.ts'
import { onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import { type PaymentColumns, type TransactionColumns, transactionsFrom } from '../store/rows.ts'
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
