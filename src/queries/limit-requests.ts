// A limit request with whom it is about, for the calls that its next step needs. Nothing is locked: the step itself looks again.

import type pg from 'pg'
import type { RequestKeys } from '../commands/limit-requests.ts'
import type { CalendarDate } from '../domain/calendar.ts'
import type { LimitRequest, LimitRequestId } from '../domain/limit-request.ts'
import { onConnection, rowsOf, type Statement } from '../store/connect.ts'
import { type LimitRequestColumns, limitRequestFrom } from '../store/rows.ts'

export interface FoundRequest {
	readonly request: LimitRequest
	readonly keys: RequestKeys
	readonly subject: {
		readonly tcknSealed: Uint8Array
		readonly name: string
		readonly surname: string
		readonly birthDate: CalendarDate
	}
}

const findRequest: Statement = {
	name: 'find-limit-request',
	text: `
		select l.*, (extract(epoch from l.started_at) * 1000)::bigint as started_at_ms,
			(extract(epoch from l.pin_made_at) * 1000)::bigint as pin_made_at_ms,
			(extract(epoch from l.confirmed_at) * 1000)::bigint as confirmed_at_ms,
			coalesce(l.tckn_sealed, p.tckn_sealed) as subject_tckn_sealed,
			coalesce(l.name, p.name) as subject_name,
			coalesce(l.surname, p.surname) as subject_surname,
			coalesce(l.birth_date, p.birth_date) as subject_birth_date
		from limit_request l
		left join person p on p.customer_id = l.customer_id
		where l.id = $1
	`,
}

interface FoundColumns extends LimitRequestColumns {
	subject_tckn_sealed: Buffer
	subject_name: string
	subject_surname: string
	subject_birth_date: CalendarDate
}

const selectLeftRequests: Statement = {
	name: 'select-left-limit-requests',
	text: `
		select id
		from limit_request
		where state in ('started', 'verified', 'awaiting-pin', 'confirmed') and state <> 'confirmed' -- in the words of the index
			and coalesce(pin_made_at, started_at) < $1 and id > $2
		order by id
		limit 1000
	`,
}

/** Requests that may be abandoned (see isAbandoned), by their last sign of life; some of those after this id. */
export async function findLeftRequests(pool: pg.Pool, before: string, after: LimitRequestId): Promise<LimitRequestId[]> {
	const rows = await onConnection(pool, (client) => rowsOf<{ id: LimitRequestId }>(client, selectLeftRequests, [before, after]))
	return rows.map(({ id }) => id)
}

/** Null where there is no such request. */
export async function findLimitRequest(pool: pg.Pool, id: LimitRequestId): Promise<FoundRequest | null> {
	const [row] = await onConnection(pool, (client) => rowsOf<FoundColumns>(client, findRequest, [id]))
	if (!row) return null
	return {
		request: limitRequestFrom(row),
		keys: {
			id,
			merchantId: row.merchant_id,
			customerId: row.customer_id,
			tcknHash: row.tckn_hash.toString('hex'),
			mobileHash: row.mobile_hash?.toString('hex') ?? null,
		},
		subject: {
			tcknSealed: row.subject_tckn_sealed,
			name: row.subject_name,
			surname: row.subject_surname,
			birthDate: row.subject_birth_date,
		},
	}
}
