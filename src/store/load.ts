// Locks and loads what a group of commands needs, in one round trip. The customers are locked first and in the order of
// their ids: every write goes through that lock, so whatever is read after it can't change before the commit.

import type pg from 'pg'
import type { Concern, Needs, Now, World } from '../commands/world.ts'
import type { Exposure } from '../domain/exposure.ts'
import type { Merchant, MerchantId } from '../domain/merchant.ts'
import type { RateRow } from '../domain/rates.ts'
import type { Claim, KeptClaim } from '../engine/command.ts'
import { Conflict } from '../engine/fault.ts'
import { allOf, inOneWrite, rowsOf, type Statement } from './connect.ts'
import {
	type CustomerColumns,
	customerFrom,
	exposureFrom,
	type LimitRequestColumns,
	type LinkColumns,
	limitRequestFrom,
	linkFrom,
	type MerchantColumns,
	merchantFrom,
	type PaymentColumns,
	type PersonColumns,
	personFrom,
	type RateColumns,
	type RefundColumns,
	rateFrom,
	refundFrom,
	type TransactionColumns,
	transactionsFrom,
} from './rows.ts'

const lockCustomers: Statement = {
	name: 'lock-customers',
	text: `
		select id, limit_amount, limit_source, limit_expire_date, limit_grade, marked_risky, suspended, active_principal, pending_holds
		from customer
		where id in (select id from group_customers($1, $2, $3, $4) as id)
		order by id
		for no key update -- the root of every write: held until the commit, taken in the order of ids
	`,
}
const selectLinks: Statement = {
	name: 'select-links',
	text: `
		select customer_id, merchant_id, dealer_segment, kds_segment, suspended, balance
		from customer_link
		where customer_id in (select id from group_customers($1, $2, $3, $4) as id) and merchant_id = any ($5)
	`,
}
const selectPeople: Statement = {
	name: 'select-people',
	text: `
		select customer_id, name, surname, birth_date, tckn_hash, tckn_sealed, mobile_hash, mobile_sealed, email_sealed
		from person
		where customer_id in (
			select p.customer_id from person p where p.tckn_hash = any ($1)
			union select p.customer_id from person p where p.mobile_hash = any ($2)
			union select unnest($3::bigint[])
		)
	`,
}
const selectConcerns: Statement = {
	name: 'select-concerns',
	text: `
		select id, customer_id, next_overdue_date, state = 'enforcement' as in_enforcement
		from transaction
		where customer_id in (select id from group_customers($1, '{}', $2, '{}') as id) and next_overdue_date <= $3
		union
		select id, customer_id, next_overdue_date, true
		from transaction
		where customer_id in (select id from group_customers($1, '{}', $2, '{}') as id) and state = 'enforcement'
	`,
}
const selectTransactions: Statement = {
	name: 'select-transactions',
	text: `
		select
			id, merchant_id, customer_id, merchant_oid, state, created_date, expire_date, order_amount, down_payment, financed, fee,
			refunded_amount, refunded_fee, installments, late_fee_rate_bps, late_fee_base, grace_days, not_calculate_fees, force_risk_free, postpone_selected,
			revised_fee_percent, own_available_limit, dealer_segment, activated_on, enforcement_on
		from transaction
		where id in (select id from group_transactions($1, $2, $3, $4, $5) as id)
	`,
}
const selectPayments: Statement = {
	name: 'select-payments',
	text: `
		select
			transaction_id, installment_no, state, due_date, up_front, amount, refunded, principal, amount_paid, late_fee_paid,
			stretches, expense, expense_paid, paid_date, paid_by, payment_reference
		from payment
		where transaction_id in (select id from group_transactions($1, $2, $3, $4, $5) as id)
		order by transaction_id, installment_no
	`,
}
const lockMerchants: Statement = {
	name: 'lock-merchants',
	text: `
		select
			id, credit_limit, late_fee_rate_bps, late_fee_base, grace_days, pending_life_days, down_payment_max_share_bps,
			enforcement_min_overdue_days, settable_limits, limit_ceiling, holds_own_limits
		from merchant
		where id = any ($1)
		order by id
		for key share -- many groups at once, but none while the operator gives the merchant a credit limit
	`,
}
const lockExposures: Statement = {
	name: 'lock-exposures',
	text: `
		select merchant_id, active_principal, pending_holds
		from merchant_exposure
		where merchant_id = any ($1)
		order by merchant_id
		for no key update -- one row for all customers of a merchant with a credit limit: changed once per group
	`,
}
const selectRates: Statement = {
	name: 'select-rates',
	text: `
		select merchant_id, dealer_segment, installments, fee_rate_bps, postpone_months, min_amount, max_amount
		from rate_row
		where merchant_id = any ($1)
	`,
}
const selectRefunds: Statement = {
	name: 'select-refunds',
	text: `
		select r.merchant_id, r.refund_id, r.transaction_id, r.amount, r.fee, r.to_customer, r.refunded_on
		from unnest($1::integer[], $2::text[]) as asked (merchant_id, refund_id)
		join refund r on r.merchant_id = asked.merchant_id and r.refund_id = asked.refund_id
	`,
}
const lockLimitRequests: Statement = {
	name: 'lock-limit-requests',
	text: `
		select *, (extract(epoch from started_at) * 1000)::bigint as started_at_ms,
			(extract(epoch from pin_made_at) * 1000)::bigint as pin_made_at_ms,
			(extract(epoch from confirmed_at) * 1000)::bigint as confirmed_at_ms
		from limit_request
		where id in (
			select unnest($1::bigint[])
			union
			select undecided.id
			from unnest($2::integer[], $3::bytea[]) as asked (merchant_id, tckn_hash)
			cross join lateral (
				select r.id
				from limit_request r
				where r.merchant_id = asked.merchant_id and r.tckn_hash = asked.tckn_hash
					and r.state in ('started', 'verified', 'awaiting-pin', 'confirmed')
				limit 1 -- there is never a second one; said so that each is looked up by itself
			) undecided
		)
		order by id
		for no key update -- after the customers, in the order of ids: a person who is no customer yet has no other lock
	`,
}
const selectClaims: Statement = {
	name: 'select-claims',
	text: `
		select c.merchant_id, c.scope, c.key, c.content, c.answer
		from unnest($1::integer[], $2::text[], $3::text[]) as asked (merchant_id, scope, key)
		join claim c on c.merchant_id = asked.merchant_id and c.scope = asked.scope and c.key = asked.key
	`,
}
const takeCustomerIds: Statement = {
	name: 'take-customer-ids',
	text: `select nextval('customer_id') as id from generate_series(1, $1)`,
}
const takeTransactionIds: Statement = {
	name: 'take-transaction-ids',
	text: `select nextval('transaction_id') as id from generate_series(1, $1)`,
}
const takeLimitRequestIds: Statement = {
	name: 'take-limit-request-ids',
	text: `select nextval('limit_request_id') as id from generate_series(1, $1)`,
}

/** Fills the world. Sends everything before it waits for anything; fails with the first statement that failed. */
export async function load(
	client: pg.PoolClient,
	world: World,
	needs: readonly Needs[],
	claims: readonly Claim[],
	now: Now,
	permitted: (merchant: Merchant) => Merchant,
): Promise<KeptClaim[]> {
	const wanted = merge(needs)
	const customers = [wanted.customers, wanted.transactions, wanted.tcknHashes, wanted.mobileHashes]
	const transactions = [
		wanted.transactions,
		wanted.orders.map((order) => order.merchantId),
		wanted.orders.map((order) => order.merchantOid),
		wanted.loads.map((load) => load.merchantId),
		wanted.loads.map((load) => load.customerId),
	]
	const anyTransaction = wanted.transactions.length + wanted.orders.length + wanted.loads.length > 0
	const anyPerson = wanted.tcknHashes.length > 0
	const anyNamed = wanted.customers.length > 0 || anyPerson

	const run = <Row extends pg.QueryResultRow>(when: boolean, statement: Statement, values: unknown[] = []): Promise<Row[]> =>
		when ? rowsOf<Row>(client, statement, values) : Promise.resolve([])

	const sent = inOneWrite(client, () => ({
		begin: run(true, { name: 'begin', text: 'begin' }),
		customers: run<CustomerColumns>(true, lockCustomers, customers),
		merchants: run<MerchantColumns>(true, lockMerchants, [wanted.merchants]),
		exposures: run<Parameters<typeof exposureFrom>[0] & { merchant_id: MerchantId }>(true, lockExposures, [wanted.merchants]),
		links: run<LinkColumns>(true, selectLinks, [...customers, wanted.merchants]),
		people: run<PersonColumns>(anyPerson || wanted.peopleOf.length > 0, selectPeople, [
			wanted.tcknHashes,
			wanted.mobileHashes,
			wanted.peopleOf,
		]),
		concerns: run<ConcernColumns>(anyNamed, selectConcerns, [wanted.customers, wanted.tcknHashes, now.today]),
		transactions: run<TransactionColumns>(anyTransaction, selectTransactions, transactions),
		payments: run<PaymentColumns>(anyTransaction, selectPayments, transactions),
		rates: run<RateColumns>(wanted.orders.length > 0, selectRates, [wanted.merchants]),
		refunds: run<RefundColumns>(wanted.refunds.length > 0, selectRefunds, [
			wanted.refunds.map((refund) => refund.merchantId),
			wanted.refunds.map((refund) => refund.refundId),
		]),
		limitRequests: run<LimitRequestColumns>(
			wanted.limitRequests.length + wanted.undecidedRequests.length > 0,
			lockLimitRequests,
			[
				wanted.limitRequests,
				wanted.undecidedRequests.map((request) => request.merchantId),
				wanted.undecidedRequests.map((request) => Buffer.from(request.tcknHash, 'hex')),
			],
		),
		claims: run<ClaimColumns>(claims.length > 0, selectClaims, [
			claims.map((claim) => claim.owner),
			claims.map((claim) => claim.scope),
			claims.map((claim) => claim.key),
		]),
		customerIds: run<{ id: bigint }>(wanted.newCustomers > 0, takeCustomerIds, [wanted.newCustomers]),
		transactionIds: run<{ id: bigint }>(wanted.newTransactions > 0, takeTransactionIds, [wanted.newTransactions]),
		limitRequestIds: run<{ id: bigint }>(wanted.newLimitRequests > 0, takeLimitRequestIds, [wanted.newLimitRequests]),
	}))
	const rows = await allOf(sent)
	if (hasUnlocked(rows, wanted.transactions)) throw new Conflict('a customer was made while the group was being loaded')

	const exposures = new Map<MerchantId, Exposure>(rows.exposures.map((row) => [row.merchant_id, exposureFrom(row)]))
	const rates = new Map<MerchantId, RateRow[]>(wanted.merchants.map((id) => [id, []]))
	for (const row of rows.rates) rates.get(row.merchant_id)?.push(rateFrom(row))
	for (const row of rows.merchants) {
		world.merchants.load(permitted(merchantFrom(row, exposures.get(row.id) ?? null, rates.get(row.id) ?? [])))
	}
	for (const row of rows.customers) world.customers.load(customerFrom(row))
	for (const row of rows.links) world.links.load(linkFrom(row))
	for (const row of rows.people) world.people.load(personFrom(row))
	for (const row of rows.concerns) world.concerns.set(row.id, concernFrom(row))
	for (const transaction of transactionsFrom(rows.transactions, rows.payments)) world.transactions.load(transaction)
	for (const row of rows.refunds) world.refunds.load(refundFrom(row))
	for (const row of rows.limitRequests) world.limitRequests.load(limitRequestFrom(row))
	world.newCustomerIds.push(...rows.customerIds.map((row) => row.id))
	world.newTransactionIds.push(...rows.transactionIds.map((row) => row.id))
	world.newLimitRequestIds.push(...rows.limitRequestIds.map((row) => row.id))
	return rows.claims.map((row) => ({ ...row, owner: row.merchant_id }))
}

/**
 * Each statement sees what was committed when it began: somebody who was nobody when the customers were locked may be there in
 * the later ones. Only an order's merchantOid may bring a transaction of a customer that is not locked: it is compared, never changed.
 */
function hasUnlocked(
	rows: { customers: { id: bigint }[]; links: Owned[]; people: Owned[]; transactions: (Owned & { id: bigint })[] },
	namedTransactions: readonly bigint[],
): boolean {
	const locked = new Set(rows.customers.map(({ id }) => id))
	const named = new Set(namedTransactions)
	return [...rows.links, ...rows.people, ...rows.transactions.filter(({ id }) => named.has(id))].some(
		(row) => !locked.has(row.customer_id),
	)
}
interface Owned {
	customer_id: bigint
}

interface ConcernColumns {
	id: bigint
	customer_id: bigint
	next_overdue_date: Concern['nextOverdueDate']
	in_enforcement: boolean
}
function concernFrom(row: ConcernColumns): Concern {
	return {
		transactionId: row.id,
		customerId: row.customer_id,
		nextOverdueDate: row.next_overdue_date,
		inEnforcement: row.in_enforcement,
	}
}

interface ClaimColumns {
	merchant_id: MerchantId
	scope: string
	key: string
	content: Buffer
	answer: string
}

function merge(needs: readonly Needs[]) {
	const hashes = (texts: readonly string[]) => texts.map((text) => Buffer.from(text, 'hex'))
	return {
		merchants: [...new Set(needs.flatMap((need) => need.merchants ?? []))],
		customers: [...new Set(needs.flatMap((need) => need.customers ?? []))],
		peopleOf: needs.flatMap((need) => need.peopleOf ?? []),
		transactions: [...new Set(needs.flatMap((need) => need.transactions ?? []))],
		tcknHashes: hashes(needs.flatMap((need) => need.people?.tcknHashes ?? [])),
		mobileHashes: hashes(needs.flatMap((need) => need.people?.mobileHashes ?? [])),
		orders: needs.flatMap((need) => need.orders ?? []),
		refunds: needs.flatMap((need) => need.refunds ?? []),
		loads: needs.flatMap((need) => need.loads ?? []),
		limitRequests: needs.flatMap((need) => need.limitRequests ?? []),
		undecidedRequests: needs.flatMap((need) => need.undecidedRequests ?? []),
		newCustomers: needs.reduce((count, need) => count + (need.newCustomers ?? 0), 0),
		newTransactions: needs.reduce((count, need) => count + (need.newTransactions ?? 0), 0),
		newLimitRequests: needs.reduce((count, need) => count + (need.newLimitRequests ?? 0), 0),
	}
}
