// Everything that is kept of a person, opened: what the person may ask to see (KVKK 11). Rows come as they are in the database, so that
// a column that is new can't be forgotten here.

import type pg from 'pg'
import type { CustomerId } from '../domain/customer.ts'
import { onConnection, wholeTablePlans } from '../store/connect.ts'
import type { Vault } from '../store/vault.ts'

export interface FoundPerson {
	/** Null: asked for a limit and never became a customer. */
	readonly customerId: CustomerId | null
	readonly tcknHash: string
}

/** Null where nothing is kept under this customerId or TCKN. */
export async function findPerson(
	pool: pg.Pool,
	vault: Vault,
	by: { readonly customerId: CustomerId } | { readonly tckn: string },
): Promise<FoundPerson | null> {
	return onConnection(pool, async (client) => {
		if ('customerId' in by) {
			const { rows } = await client.query<{ hash: string }>(
				`select encode(tckn_hash, 'hex') as hash from person where customer_id = $1`,
				[by.customerId],
			)
			return rows[0] ? { customerId: by.customerId, tcknHash: rows[0].hash } : null
		}
		const tcknHash = vault.hash(by.tckn, 'tckn')
		const { rows } = await client.query<{ customer_id: CustomerId | null }>(
			`
				(select customer_id from person where tckn_hash = $1)
				union all
				(select customer_id from limit_request where tckn_hash = $1 order by customer_id nulls last limit 1)
				limit 1
			`,
			[Buffer.from(tcknHash, 'hex')],
		)
		return rows[0] ? { customerId: rows[0].customer_id, tcknHash } : null
	})
}

/** What says nothing about anybody. */
const leftOut = `array['tckn_hash', 'mobile_hash', 'content_hash', 'pin_hash', 'tckn_sealed', 'mobile_sealed', 'email_sealed', 'stream', 'place', 'mac']`

const parts: Readonly<Record<string, string>> = {
	person: `select to_jsonb(r) - ${leftOut} as row from person r where customer_id = $1`,
	credit: `select to_jsonb(r) as row from customer r where id = $1`,
	merchants: `
		select to_jsonb(r) || jsonb_build_object('merchant_name', m.name) as row
		from customer_link r join merchant m on m.id = r.merchant_id where r.customer_id = $1 order by r.merchant_id
	`,
	transactions: `
		select to_jsonb(r) || jsonb_build_object(
			'payments', (select jsonb_agg(to_jsonb(p) order by p.installment_no) from payment p where p.transaction_id = r.id),
			'refunds', (select jsonb_agg(to_jsonb(f) order by f.refund_id) from refund f where f.transaction_id = r.id)
		) as row
		from transaction r where r.customer_id = $1 order by r.id
	`,
	baskets: `
		select json_build_object('transaction_id', r.transaction_id, 'rows', r.rows) as row
		from transaction_basket r join transaction t on t.id = r.transaction_id where t.customer_id = $1 order by t.id
	`,
	movements: `
		select (to_jsonb(r) - ${leftOut}) || jsonb_build_object(
			'entries', (select jsonb_agg(to_jsonb(e) - 'movement_id' order by e.account) from entry e where e.movement_id = r.id)
		) as row
		from movement r where r.customer_id = $1 order by r.id
	`,
	events: `select to_jsonb(r) - ${leftOut} as row from event r where customer_id = $1 order by id`,
	answersKept: `
		select json_build_object('scope', r.scope, 'key', r.key, 'answer', r.answer) as row
		from claim r where r.answer like '%"' || $1::bigint || '"%' order by r.recorded_at
	`,
}
const requests = `
	select to_jsonb(r) - ${leftOut} as row, tckn_sealed, mobile_sealed, email_sealed
	from limit_request r where customer_id = $1 or tckn_hash = $2 order by id
`

interface SealedRow {
	row: object
	tckn_sealed: Buffer | null
	mobile_sealed: Buffer | null
	email_sealed: Buffer | null
}

/** All as of one moment; amounts are kuruş. */
export async function personalData(pool: pg.Pool, vault: Vault, { customerId, tcknHash }: FoundPerson): Promise<object> {
	const opened = ({ tckn_sealed: tckn, mobile_sealed: mobile, email_sealed: email }: Omit<SealedRow, 'row'>) => ({
		...(tckn && { tckn: vault.open(tckn, 'tckn') }),
		...(mobile && { mobileNumber: vault.open(mobile, 'mobile-number') }),
		...(email && { email: vault.open(email, 'email') }),
	})
	return onConnection(pool, async (client) => {
		await client.query('begin isolation level repeatable read read only')
		await client.query(wholeTablePlans.map((setting) => `set local ${setting} = on`).join('; '))
		await client.query('set local statement_timeout = 0')
		const data: Record<string, unknown> = { customerId: customerId === null ? null : String(customerId) }
		const { rows: sealed } = await client.query<Omit<SealedRow, 'row'>>(
			'select tckn_sealed, mobile_sealed, email_sealed from person where customer_id = $1',
			[customerId],
		)
		Object.assign(data, ...sealed.map(opened))
		for (const [name, text] of Object.entries(parts)) {
			const { rows } = await client.query<{ row: object }>(text, [customerId])
			data[name] = rows.map(({ row }) => row)
		}
		const { rows } = await client.query<SealedRow>(requests, [customerId, Buffer.from(tcknHash, 'hex')])
		data.limitRequests = rows.map(({ row, ...values }) => ({ ...row, ...opened(values) }))
		await client.query('commit')
		return data
	})
}
