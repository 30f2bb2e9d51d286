// A customer's payments at a merchant, page by page (protocol 5.10). The status filter is shown_status of the schema, which
// repeats the rule of domain/statement.ts; a test holds the two together.

import type { CalendarDate } from '../domain/calendar.ts'
import type { CustomerId } from '../domain/customer.ts'
import type { MerchantId } from '../domain/merchant.ts'
import type { LateFeeBase } from '../domain/payment.ts'
import { type PaymentStatement, type PaymentStatus, paymentStatement } from '../domain/statement.ts'
import type { Transaction } from '../domain/transaction.ts'
import { onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import { type PaymentColumns, paymentFrom } from '../store/rows.ts'
import type { Reading } from './reading.ts'

export interface PaymentsPage {
	readonly payments: readonly PaymentStatement[]
	readonly totalCount: number
}

export const readLink: Statement = {
	name: 'read-link',
	text: 'select from customer_link where customer_id = $1 and merchant_id = $2',
}
const readPage: Statement = {
	name: 'read-payments-page',
	text: `
		select
			t.merchant_oid, t.state as transaction_state, t.expire_date, t.late_fee_rate_bps, t.late_fee_base, t.grace_days, p.*
		from transaction t
		join payment p on p.transaction_id = t.id
		where t.customer_id = $1 and t.merchant_id = $2 and t.state in ('active', 'completed', 'refunded', 'enforcement')
			and ($3::text[] is null or shown_status(p.state, p.due_date, t.grace_days, p.amount_paid, $4) = any ($3))
		order by t.id desc, p.installment_no
		limit $5 offset $6
	`,
}
const countAll: Statement = {
	name: 'count-payments',
	text: `
		select count(*) as count
		from transaction t
		join payment p on p.transaction_id = t.id
		where t.customer_id = $1 and t.merchant_id = $2 and t.state in ('active', 'completed', 'refunded', 'enforcement')
			and ($3::text[] is null or shown_status(p.state, p.due_date, t.grace_days, p.amount_paid, $4) = any ($3))
	`,
}

interface PageColumns extends PaymentColumns {
	merchant_oid: string
	transaction_state: Transaction['state']
	expire_date: CalendarDate
	late_fee_rate_bps: number
	late_fee_base: LateFeeBase
	grace_days: number
}

/** `statuses` null = all. Null where the merchant can see no such customer. */
export async function getCustomerPayments(
	{ pool, clock }: Reading,
	merchantId: MerchantId,
	customerId: CustomerId,
	statuses: readonly PaymentStatus[] | null,
	page: { readonly no: number; readonly size: number },
): Promise<PaymentsPage | null> {
	const { today } = await clock.now()
	const filter = [customerId, merchantId, statuses, today]
	const rows = await onSnapshot(pool, (client) => ({
		links: rowsOf(client, readLink, [customerId, merchantId]),
		payments: rowsOf<PageColumns>(client, readPage, [...filter, page.size, (page.no - 1) * page.size]),
		counts: rowsOf<{ count: bigint }>(client, countAll, filter),
	}))
	if (rows.links.length === 0) return null
	return { payments: rows.payments.map((row) => shown(row, today)), totalCount: Number(rows.counts[0]?.count) }
}

function shown(row: PageColumns, today: CalendarDate): PaymentStatement {
	const owner = {
		id: row.transaction_id,
		merchantOid: row.merchant_oid,
		state: row.transaction_state,
		expireDate: row.expire_date,
		lateFeeTerms: { monthlyRateBps: row.late_fee_rate_bps, base: row.late_fee_base, graceDays: row.grace_days },
	}
	return paymentStatement(owner, paymentFrom(row), today)
}
