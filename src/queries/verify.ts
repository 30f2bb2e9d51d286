// Whether the books are right: everything that can be worked out twice is worked out twice, from the ledger's entries and
// from the rows, all in one moment's snapshot. What it finds it only tells; it changes nothing.

import type pg from 'pg'
import { HOLDS_KEPT_DAYS } from '../domain/exposure.ts'
import { onWholeTables } from '../store/connect.ts'

export interface Invariant {
	readonly en: string
	readonly tr: string
	/** One row for each thing looked at: what it is, what it should be, what it is found to be. */
	readonly text: string
}

export interface Finding {
	readonly invariant: Pick<Invariant, 'en' | 'tr'>
	readonly checked: number
	readonly wrong: number
	/** The first ten that are wrong, each in a line. */
	readonly examples: readonly string[]
}

/** Those that ended long ago hold nothing and may be forgotten; they are left out well before they can be. */
const holdsLookedAt = `(now() at time zone 'Europe/Istanbul')::date - ${HOLDS_KEPT_DAYS - 2}`
const kept = (holds: string): string =>
	`(select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(${holds}) where key::date >= ${holdsLookedAt})`

/** The open principal of customers or of merchants: what is `live`, and what is `pending` by the day until which it is held. */
const exposureOf = (owner: 'customer_id' | 'merchant_id'): string => `
	open as (
		select t.${owner}, t.state, t.expire_date, sum(least(p.principal, p.amount - p.amount_paid)) as principal
		from transaction t
		join payment p on p.transaction_id = t.id and p.state = 'open'
		where t.state in ('pending', 'active', 'enforcement')
		group by t.${owner}, t.state, t.expire_date
	), live as (
		select ${owner}, sum(principal) as principal from open where state <> 'pending' group by ${owner}
	), pending as (
		select ${owner}, jsonb_object_agg(expire_date, principal::text) as holds
		from open
		where state = 'pending' and expire_date >= ${holdsLookedAt}
		group by ${owner}
	)
`

export const invariants: readonly Invariant[] = [
	{
		en: 'the entries of each movement add up to zero',
		tr: 'her hareketin kayıtlarının toplamı sıfırdır',
		text: `
			select 'movement ' || m.id as subject, '0' as expected, coalesce(sum(e.amount)::text, 'no entries') as found
			from movement m
			left join entry e on e.movement_id = m.id
			group by m.id
		`,
	},
	{
		en: 'a movement has the amount that its entries move',
		tr: 'bir hareketin tutarı, kayıtlarının taşıdığı tutardır',
		// A sale and a refund move the order's money to and from the merchant, and the fee beside it.
		text: `
			select
				'movement ' || m.id as subject,
				coalesce(
					case m.type
						when 'sale' then -sum(e.amount) filter (where e.account = 'merchant-payable')
						when 'refund' then sum(e.amount) filter (where e.account in ('merchant-payable', 'enforcement-expenses'))
						when 'expense' then sum(e.amount) filter (where e.account = 'enforcement-expenses')
						else sum(e.amount) filter (where e.amount > 0)
					end,
					0
				)::text as expected,
				m.amount::text as found
			from movement m
			left join entry e on e.movement_id = m.id
			group by m.id
		`,
	},
	{
		en: 'what a customer owes in the ledger is what is open of the instalments',
		tr: 'müşterinin defterdeki borcu, açık taksitlerinin toplamıdır',
		text: `
			with owed as (
				select m.customer_id, sum(e.amount) as amount
				from entry e
				join movement m on m.id = e.movement_id
				where e.account = 'customer-receivable'
				group by m.customer_id
			), open as (
				select t.customer_id, sum(p.amount - p.amount_paid) as amount
				from transaction t
				join payment p on p.transaction_id = t.id and p.state = 'open'
				where t.state in ('active', 'enforcement')
				group by t.customer_id
			)
			select
				'customer ' || c.id as subject, coalesce(open.amount, 0)::text as expected, coalesce(owed.amount, 0)::text as found
			from customer c
			left join owed on owed.customer_id = c.id
			left join open on open.customer_id = c.id
		`,
	},
	{
		en: 'a balance is what was loaded less what was paid out of it',
		tr: 'bakiye, yüklenenlerden bakiyeden ödenenler düşülünce kalandır',
		text: `
			with booked as (
				select m.customer_id, m.merchant_id, -sum(e.amount) as amount
				from entry e
				join movement m on m.id = e.movement_id
				where e.account = 'customer-balance'
				group by m.customer_id, m.merchant_id
			)
			select
				'customer ' || l.customer_id || ' at merchant ' || l.merchant_id as subject,
				coalesce(booked.amount, 0)::text as expected,
				l.balance::text as found
			from customer_link l
			left join booked on booked.customer_id = l.customer_id and booked.merchant_id = l.merchant_id
		`,
	},
	{
		en: 'the instalments of a transaction add up to it',
		tr: 'bir işlemin taksitlerinin toplamı işlemin kendisidir',
		text: `
			select
				'transaction ' || t.id as subject,
				(t.order_amount + t.fee) || ' of which principal ' || t.financed || ' in '
					|| (t.installments + case when t.down_payment > 0 then 1 else 0 end) as expected,
				coalesce(sum(p.amount + p.refunded), 0) || ' of which principal ' || coalesce(sum(p.principal), 0) || ' in ' || count(p) as found
			from transaction t
			left join payment p on p.transaction_id = t.id
			group by t.id
		`,
	},
	{
		en: 'the used limit of a customer is the open principal',
		tr: 'müşterinin kullanılan limiti, açık anaparasıdır',
		text: `
			with ${exposureOf('customer_id')}
			select
				'customer ' || c.id as subject,
				coalesce(live.principal, 0) || ', pending ' || coalesce(pending.holds, '{}') as expected,
				c.active_principal || ', pending ' || ${kept('c.pending_holds')} as found
			from customer c
			left join live on live.customer_id = c.id
			left join pending on pending.customer_id = c.id
		`,
	},
	{
		en: 'the exposure of a merchant with a credit limit is the open principal',
		tr: 'kredi limiti olan üye iş yerinin riski, açık anaparasıdır',
		text: `
			with ${exposureOf('merchant_id')}
			select
				'merchant ' || m.id as subject,
				coalesce(live.principal, 0) || ', pending ' || coalesce(pending.holds, '{}') as expected,
				coalesce(e.active_principal || ', pending ' || ${kept('e.pending_holds')}, 'no exposure kept') as found
			from merchant m
			left join merchant_exposure e on e.merchant_id = m.id
			left join live on live.merchant_id = m.id
			left join pending on pending.merchant_id = m.id
			where m.credit_limit is not null
		`,
	},
	{
		en: 'nothing is negative',
		tr: 'hiçbir tutar eksi değildir',
		text: `
			select
				'payment ' || transaction_id || '-' || installment_no as subject,
				'0' as expected,
				least(0, amount, principal, amount_paid, late_fee_paid, expense, expense_paid, amount - amount_paid)::text as found
			from payment
			union all
			select 'balance of customer ' || customer_id || ' at merchant ' || merchant_id, '0', least(0, balance)::text
			from customer_link
			union all
			select 'used limit of customer ' || id, '0', least(0, active_principal)::text
			from customer
		`,
	},
	{
		en: 'the state of a transaction agrees with its payments',
		tr: 'işlemin durumu ödemeleriyle uyumludur',
		text: `
			select
				'transaction ' || t.id as subject,
				case
					when t.state = 'pending' then 'nothing paid'
					when t.state = 'cancelled' then 'all cancelled'
					when t.state in ('active', 'enforcement') then 'something open'
					else 'nothing open'
				end as expected,
				case
					when t.state = 'pending' and not bool_or(p.state <> 'open' or p.amount_paid > 0) then 'nothing paid'
					when t.state = 'cancelled' and bool_and(p.state = 'cancelled') then 'all cancelled'
					when t.state not in ('pending', 'cancelled') and bool_or(p.state = 'open') then 'something open'
					when t.state not in ('pending', 'cancelled') then 'nothing open'
					else t.state || ' with other payments'
				end as found
			from transaction t
			join payment p on p.transaction_id = t.id
			group by t.id
		`,
	},
	{
		en: 'a payment is paid exactly when nothing of it is open',
		tr: 'bir ödeme, ancak hiçbir kısmı açık değilse ödenmiştir',
		text: `
			select
				'payment ' || transaction_id || '-' || installment_no as subject,
				case when state = 'open' then 'something open' else 'nothing open' end as expected,
				case when amount > amount_paid then 'something open' else 'nothing open' end as found
			from payment
		`,
	},
	{
		en: 'a live transaction knows when its next payment is overdue',
		tr: 'süren bir işlem, sıradaki ödemesinin ne zaman gecikeceğini bilir',
		text: `
			select
				'transaction ' || t.id as subject,
				coalesce(min(p.due_date + 1 + t.grace_days)::text, 'never') as expected,
				coalesce(t.next_overdue_date::text, 'never') as found
			from transaction t
			left join payment p on p.transaction_id = t.id and p.state = 'open' and t.state in ('active', 'enforcement')
			group by t.id
		`,
	},
	{
		en: 'what was taken on a payment is what the movements say',
		tr: 'bir ödemede alınan para, hareketlerde yazandır',
		// Money that came in through enforcement is one movement for several payments: the next invariant has it.
		text: `
			with taken as (
				select
					m.transaction_id,
					m.installment_no,
					sum(m.amount) as amount,
					-sum((select e.amount from entry e where e.movement_id = m.id and e.account = 'late-fee-income')) as late_fee
				from movement m
				where m.installment_no is not null
				group by m.transaction_id, m.installment_no
			)
			select
				'payment ' || p.transaction_id || '-' || p.installment_no as subject,
				coalesce(taken.amount, 0) || ' with late fee ' || coalesce(taken.late_fee, 0) as expected,
				(p.amount_paid + p.late_fee_paid + p.expense_paid) || ' with late fee ' || p.late_fee_paid as found
			from payment p
			left join taken on taken.transaction_id = p.transaction_id and taken.installment_no = p.installment_no
			where not exists (
				select from movement m where m.transaction_id = p.transaction_id and m.type = 'enforcement-payment'
			)
		`,
	},
	{
		en: 'what was taken on all payments of a transaction is what its movements say',
		tr: 'bir işlemin bütün ödemelerinde alınan para, hareketlerinde yazandır',
		text: `
			with taken as (
				select
					m.transaction_id,
					sum(m.amount) as amount,
					-sum((select e.amount from entry e where e.movement_id = m.id and e.account = 'late-fee-income')) as late_fee
				from movement m
				where m.type in ('up-front-payment', 'reported-payment', 'balance-payment', 'enforcement-payment')
				group by m.transaction_id
			)
			select
				'transaction ' || t.id as subject,
				coalesce(taken.amount, 0) || ' with late fee ' || coalesce(taken.late_fee, 0) as expected,
				sum(p.amount_paid + p.late_fee_paid + p.expense_paid) || ' with late fee ' || sum(p.late_fee_paid) as found
			from transaction t
			join payment p on p.transaction_id = t.id
			left join taken on taken.transaction_id = t.id
			group by t.id, taken.amount, taken.late_fee
		`,
	},
	{
		en: 'each activated transaction was booked once, with its fee',
		tr: 'etkinleştirilen her işlem, ücretiyle birlikte bir kez deftere yazılmıştır',
		text: `
			with booked as (
				select
					m.transaction_id,
					-coalesce(sum(e.amount) filter (where e.account = 'merchant-payable'), 0) as amount,
					-coalesce(sum(e.amount) filter (where e.account = 'fee-income'), 0) as fee
				from movement m
				join entry e on e.movement_id = m.id
				where m.type = 'sale'
				group by m.transaction_id
			)
			select
				'transaction ' || t.id as subject,
				case when t.activated_on is null then 'not booked' else t.order_amount || ' with fee ' || t.fee end as expected,
				coalesce(booked.amount || ' with fee ' || booked.fee, 'not booked') as found
			from transaction t
			left join booked on booked.transaction_id = t.id
		`,
	},
	{
		en: 'what was refunded of a transaction is what its refunds say, and was taken off its instalments or is owed back',
		tr: 'bir işlemden iade edilen, iadelerinde yazandır; taksitlerinden düşülmüş ya da müşteriye borçlanılmıştır',
		text: `
			with refunds as (
				select transaction_id, sum(amount) as amount, sum(fee) as fee, sum(to_customer) as to_customer
				from refund
				group by transaction_id
			)
			select
				'transaction ' || t.id as subject,
				coalesce(r.amount, 0) || ' and fee ' || coalesce(r.fee, 0) || ', off the instalments '
					|| coalesce(r.amount + r.fee - r.to_customer, 0) as expected,
				t.refunded_amount || ' and fee ' || t.refunded_fee || ', off the instalments ' || sum(p.refunded) as found
			from transaction t
			join payment p on p.transaction_id = t.id
			left join refunds r on r.transaction_id = t.id
			group by t.id, r.amount, r.fee, r.to_customer
		`,
	},
	{
		en: 'the enforcement expenses in the ledger are what is unpaid of them on the payments',
		tr: 'defterdeki icra masrafları, ödemelerde ödenmemiş olanlardır',
		text: `
			with booked as (
				select m.transaction_id, sum(e.amount) as amount
				from entry e
				join movement m on m.id = e.movement_id
				where e.account = 'enforcement-expenses'
				group by m.transaction_id
			)
			select
				'transaction ' || t.id as subject,
				sum(p.expense - p.expense_paid)::text as expected,
				coalesce(booked.amount, 0)::text as found
			from transaction t
			join payment p on p.transaction_id = t.id
			left join booked on booked.transaction_id = t.id
			group by t.id, booked.amount
		`,
	},
]

/** Checks one invariant after the other, telling each finding as it comes; all see the same moment. */
export async function verify(pool: pg.Pool, tell: (finding: Finding) => void = () => {}): Promise<Finding[]> {
	return onWholeTables(pool, async (run) => {
		const findings: Finding[] = []
		for (const invariant of invariants) {
			// The texts are the constants above; only the way of counting is put around them.
			const { rows } = await run<{ checked: number; wrong: number; examples: string[] | null }>(`
				select
					count(*)::integer as checked,
					count(*) filter (where expected is distinct from found)::integer as wrong,
					(array_agg(subject || ' should be ' || expected || ' but is ' || found order by subject)
						filter (where expected is distinct from found))[1:10] as examples
				from (${invariant.text}) looked_at
			`)
			const [{ checked, wrong, examples }] = rows as [(typeof rows)[number]]
			const finding: Finding = { invariant, checked, wrong, examples: examples ?? [] }
			tell(finding)
			findings.push(finding)
		}
		return findings
	})
}
