// The records of the chains as they stand in the database: the same texts, worked out by PostgreSQL, that were hashed when they were
// written. Read in batches: there may be more than fit into memory.

import type pg from 'pg'
import { type Content, insertStream, macOf, sealOf, writeRoll } from './chain.ts'
import type { Vault } from './vault.ts'

export interface StoredRecord {
	readonly kind: 'movement' | 'event'
	readonly id: bigint
	/** Null for what was there before there were chains; place and mac too. */
	readonly stream: number | null
	readonly place: bigint | null
	readonly mac: Buffer | null
	readonly content: Content
}

const batchRows = 5_000

const movements = `
	select
		'movement' as kind, m.id, m.stream, m.place, m.mac,
		json_build_array(
			'movement', m.type::text, m.merchant_id::text, m.customer_id::text, m.transaction_id::text, m.installment_no::text,
			m.amount::text, m.refund_id, m.payment_reference, m.business_date::text,
			(extract(epoch from m.recorded_at) * 1000)::bigint::text,
			coalesce((
				select string_agg(e.account || ' ' || e.amount, ', ' order by (e.account || ' ' || e.amount) collate "C")
				from entry e
				where e.movement_id = m.id
			), '')
		)::text as content
	from movement m
`
const events = `
	select
		'event' as kind, v.id, v.stream, v.place, v.mac,
		json_build_array(
			'event', v.kind, v.actor::text, v.operator, v.merchant_id::text, v.customer_id::text, v.transaction_id::text, v.address,
			v.command, v.outcome, v.detail::text, v.business_date::text, (extract(epoch from v.recorded_at) * 1000)::bigint::text
		)::text as content
	from event v
`

/** In the order in which they were written. */
export const chained = `
	select * from (
		${movements} where m.stream is not null
		union all
		${events} where v.stream is not null
	) record
	order by stream, place, kind, id
`
const unchained = [`${movements} where m.stream is null order by m.id`, `${events} where v.stream is null order by v.id`]

/** Needs a transaction. */
export async function* recordsOf(client: pg.ClientBase, text: string): AsyncGenerator<StoredRecord> {
	await client.query(`declare records no scroll cursor for ${text}`)
	for (;;) {
		const { rows } = await client.query<StoredRecord & { content: string }>(`fetch ${batchRows} from records`)
		for (const row of rows) yield { ...row, content: JSON.parse(row.content) }
		if (rows.length < batchRows) break
	}
	await client.query('close records')
}

/** What was there before there were chains, as a stream of its own: its records carry no hashes, only its end does. */
export async function historyOf(client: pg.ClientBase, vault: Vault): Promise<{ records: number; seal: string }> {
	let [records, last] = [0, '']
	for (const text of unchained) {
		for await (const { id, content } of recordsOf(client, text)) {
			records++
			last = macOf(vault, 0, records, last, [String(id), ...content])
		}
	}
	return { records, seal: sealOf(vault, 0, records, last) }
}

/** Once for a database, in the transaction that notes in its data key that it has been done. */
export async function beginChains(client: pg.ClientBase, vault: Vault): Promise<void> {
	const { records, seal } = await historyOf(client, vault)
	await insertStream(client, { id: 0, records, seal: `\\x${seal}` })
	await writeRoll(client, vault, 0)
}
