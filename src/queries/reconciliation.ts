// The movements of a day and their totals (protocol 5.11). Both are read from the same rows by the same mapping, so the totals are
// always the sum of the detail.

import type { CalendarDate } from '../domain/calendar.ts'
import type { MerchantId } from '../domain/merchant.ts'
import { type Kurus, kurus } from '../domain/money.ts'
import type { TransactionId } from '../domain/transaction.ts'
import { onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import type { Reading } from './reading.ts'

type Kind = 'TRANSACTION' | 'REFUND' | 'PAYMENT' | 'BALANCE' | 'EXECUTION_PAYMENT'

const readTotals: Statement = {
	name: 'read-day-totals',
	text: `
		select reconciled_as(type) as kind, count(*) as count, sum(amount)::bigint as amount
		from movement
		where merchant_id = $1 and business_date = $2 and reconciled_as(type) is not null
		group by kind
	`,
}
const readMovements: Statement = {
	name: 'read-day-movements',
	text: `
		select
			m.id, reconciled_as(m.type) as kind, m.transaction_id, t.merchant_oid, m.installment_no, m.amount, m.business_date,
			m.refund_id, m.payment_reference
		from movement m
		left join transaction t on t.id = m.transaction_id
		where m.merchant_id = $1 and m.business_date = $2 and reconciled_as(m.type) is not null
		order by m.id
		limit $3 offset $4
	`,
}
const countMovements: Statement = {
	name: 'count-day-movements',
	text: `
		select count(*) as count
		from movement
		where merchant_id = $1 and business_date = $2 and reconciled_as(type) is not null
	`,
}

interface Sum {
	readonly count: number
	readonly amount: Kurus
}

const NOTHING: Sum = { count: 0, amount: kurus(0) }

/** A day to come has nothing yet. */
export async function getDayTotals({ pool }: Reading, merchantId: MerchantId, date: CalendarDate) {
	const { totals } = await onSnapshot(pool, (client) => ({
		totals: rowsOf<{ kind: Kind; count: bigint; amount: Kurus }>(client, readTotals, [merchantId, date]),
	}))
	const of = (...kinds: Kind[]): Sum =>
		totals
			.filter(({ kind }) => kinds.includes(kind))
			.reduce<Sum>((sum, row) => ({ count: sum.count + Number(row.count), amount: kurus(sum.amount + row.amount) }), NOTHING)
	const [transactions, refunds, payments, loads] = [
		of('TRANSACTION'),
		of('REFUND'),
		of('PAYMENT', 'EXECUTION_PAYMENT'),
		of('BALANCE'),
	]
	return {
		transactionCount: transactions.count,
		transactionAmount: transactions.amount,
		refundCount: refunds.count,
		refundAmount: refunds.amount,
		paymentCount: payments.count,
		paymentAmount: payments.amount,
		balanceLoadCount: loads.count,
		balanceLoadAmount: loads.amount,
	}
}

interface MovementColumns {
	id: bigint
	kind: Kind
	transaction_id: TransactionId | null
	merchant_oid: string | null
	installment_no: number | null
	amount: Kurus
	business_date: CalendarDate
	refund_id: string | null
	payment_reference: string | null
}

export async function getDayMovements(
	{ pool }: Reading,
	merchantId: MerchantId,
	date: CalendarDate,
	page: { readonly no: number; readonly size: number },
) {
	const rows = await onSnapshot(pool, (client) => ({
		movements: rowsOf<MovementColumns>(client, readMovements, [merchantId, date, page.size, (page.no - 1) * page.size]),
		counts: rowsOf<{ count: bigint }>(client, countMovements, [merchantId, date]),
	}))
	return {
		totalCount: Number(rows.counts[0]?.count),
		movements: rows.movements.map((row) => ({
			id: row.id,
			type: row.kind,
			transactionId: row.transaction_id,
			merchantOid: row.merchant_oid,
			installmentNo: row.installment_no,
			amount: row.amount,
			date: row.business_date,
			refundId: row.refund_id,
			reference: row.payment_reference,
		})),
	}
}
