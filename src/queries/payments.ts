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
const countedSales = `
	select
		id, merchant_oid, state, expire_date, late_fee_rate_bps, late_fee_base, grace_days,
		installments + (down_payment > 0)::integer as payments,
		(down_payment = 0)::integer as first_no
	from transaction
	where customer_id = $1 and merchant_id = $2 and state in ('active', 'completed', 'refunded', 'enforcement')
`
/** How many payments a sale has is known without reading them, so the pages before this one are counted and not read. */
const readPage: Statement = {
	name: 'read-payments-page',
	text: `
		with sale as materialized (
			select *, sum(payments) over (order by id desc) - payments as payments_before
			from (${countedSales}) counted
		), page as (
			select
				s.merchant_oid, s.state as transaction_state, s.expire_date, s.late_fee_rate_bps, s.late_fee_base, s.grace_days, p.*
			from sale s
			join payment p on p.transaction_id = s.id
			where s.payments_before < $3::bigint + $4::bigint and s.payments_before + s.payments > $4
				and s.payments_before + p.installment_no - s.first_no between $4 and $3 + $4 - 1
		)
		select *
		from (select coalesce(sum(payments), 0)::bigint as total_count from sale) total
		left join page on true -- past the last page there is still a total
		order by page.transaction_id desc, page.installment_no
	`,
}
const readFilteredPage: Statement = {
	name: 'read-filtered-payments-page',
	text: `
		with chosen as materialized (
			select
				s.merchant_oid, s.state as transaction_state, s.expire_date, s.late_fee_rate_bps, s.late_fee_base, s.grace_days, p.*
			from (${countedSales}) s
			join payment p on p.transaction_id = s.id
			where shown_status(p.state, p.due_date, s.grace_days, p.amount_paid, $6) = any ($5::text[])
		), page as (
			select * from chosen order by transaction_id desc, installment_no limit $3 offset $4
		)
		select *
		from (select count(*) as total_count from chosen) total
		left join page on true
		order by page.transaction_id desc, page.installment_no
	`,
}

interface PageColumns extends PaymentColumns {
	total_count: bigint
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
	const paged = [customerId, merchantId, page.size, (page.no - 1) * page.size]
	const rows = await onSnapshot(pool, (client) => ({
		links: rowsOf(client, readLink, [customerId, merchantId]),
		payments:
			statuses === null
				? rowsOf<PageColumns>(client, readPage, paged)
				: rowsOf<PageColumns>(client, readFilteredPage, [...paged, statuses, today]),
	}))
	if (rows.links.length === 0) return null
	const payments = rows.payments.filter((row) => row.transaction_id !== null).map((row) => shown(row, today))
	return { payments, totalCount: Number(rows.payments[0]?.total_count) }
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
