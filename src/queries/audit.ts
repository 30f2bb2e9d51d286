// Who did what: the events, the newest first, of a customer, of a transaction, or by whatever else is known.

import type pg from 'pg'
import { onConnection, wholeTablePlans } from '../store/connect.ts'

/** What is null is not asked for. */
export interface AuditQuestion {
	readonly customerId: bigint | null
	readonly transactionId: bigint | null
	readonly merchantCode: string | null
	readonly operator: string | null
	readonly address: string | null
	readonly kind: string | null
	/** On this business date and after it. */
	readonly since: string | null
	readonly limit: number
}

export interface AuditRow {
	readonly id: bigint
	readonly recordedAt: string
	readonly businessDate: string
	readonly actor: 'merchant' | 'operator' | 'job'
	/** The merchant it was done by or for, or that was named. */
	readonly merchantCode: string | null
	readonly operator: string | null
	readonly address: string | null
	/** The shopper's, as the merchant sent it. */
	readonly ipAddress: string | null
	readonly command: string | null
	readonly kind: string
	readonly outcome: string
	readonly customerId: string | null
	readonly transactionCode: string | null
	readonly detail: Readonly<Record<string, string>> | null
}

export async function audit(pool: pg.Pool, asked: AuditQuestion): Promise<AuditRow[]> {
	return onConnection(pool, async (client) => {
		await client.query('begin read only')
		// A question that names no customer reads the whole table.
		await client.query(wholeTablePlans.map((setting) => `set local ${setting} = on`).join('; '))
		await client.query('set local statement_timeout = 0')
		const { rows } = await client.query<AuditRow>(
			`
				select
					e.id, to_char(e.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt", e.business_date as "businessDate",
					e.actor, m.code as "merchantCode", e.operator, e.address, e.ip_address as "ipAddress", e.command, e.kind, e.outcome,
					e.customer_id::text as "customerId", 'T' || e.transaction_id as "transactionCode", e.detail
				from event e
				left join merchant m on m.id = e.merchant_id
				where ($1::bigint is null or e.customer_id = $1)
					-- by its customer, whose events are found by an index
					and ($2::bigint is null or (e.customer_id = (select t.customer_id from transaction t where t.id = $2) and e.transaction_id = $2))
					and ($3::text is null or m.code = $3)
					and ($4::text is null or e.operator = $4)
					and ($5::text is null or e.address = $5 or e.ip_address = $5)
					and ($6::text is null or e.kind = $6)
					and ($7::date is null or e.business_date >= $7)
				order by e.id desc
				limit $8
			`,
			[
				asked.customerId,
				asked.transactionId,
				asked.merchantCode,
				asked.operator,
				asked.address,
				asked.kind,
				asked.since,
				asked.limit,
			],
		)
		await client.query('commit')
		return rows
	})
}
