// Events: one for every accepted write, in its commit; and counts of the calls that were not let in. Who did what, from where, and
// what came of it. What merchants and jobs do is noted by save.ts, what the operator does by `noting`.

import type pg from 'pg'
import type { Now } from '../commands/world.ts'
import { instantText } from '../domain/calendar.ts'
import type { Event } from '../domain/event.ts'
import { type EventColumns, eventContent, type Stream, type Streams, writeEnd } from './chain.ts'
import type { Clock } from './clock.ts'
import { onConnection, type Statement } from './connect.ts'

export const insertEvents: Statement = {
	name: 'insert-events',
	text: `
		insert into event (
			kind, actor, operator, merchant_id, customer_id, transaction_id, address, ip_address, command, outcome, detail,
			stream, place, mac, business_date, recorded_at
		)
		select
			kind, actor, operator, merchant_id, customer_id, transaction_id, address, ip_address, command, outcome, detail,
			stream, place, mac, $2, $3
		from json_populate_recordset(null::event, $1)
	`,
}

export function eventColumns({ kind, caller, customerId, transactionId, detail }: Event): EventColumns {
	return {
		kind,
		actor: caller.actor,
		operator: null,
		merchant_id: caller.merchantId,
		customer_id: customerId,
		transaction_id: transactionId,
		address: caller.address,
		ip_address: caller.ipAddress,
		command: caller.command,
		outcome: 'done',
		detail,
	}
}

/** What the operator did, or what the server did without a merchant. */
export interface Note {
	readonly kind: string
	/** Where it is neither the operator nor the server. */
	readonly actor?: 'merchant'
	readonly merchantId?: number | null
	readonly customerId?: bigint | null
	readonly address?: string | null
	readonly outcome?: string
	/** Never a secret, never personal data. */
	readonly detail?: Readonly<Record<string, string>> | null
}

/** Who notes, and where. */
export interface Notebook {
	readonly streams: Streams
	readonly clock: Clock
	/** The user name on the operator's machine; null for the server itself. */
	readonly operator: string | null
	/** The words of the command line, or the name of the job. */
	readonly command: string
}

/** Does something in one transaction together with the notes of it. Without a notebook nothing is noted. */
export function noting<T>(
	pool: pg.Pool,
	notebook: Notebook | undefined,
	work: (client: pg.PoolClient, note: (note: Note) => void) => Promise<T>,
): Promise<T> {
	return onConnection(pool, async (client) => {
		const notes: Note[] = []
		await client.query('begin')
		const result = await work(client, (note) => notes.push(note))
		if (notebook === undefined || notes.length === 0) {
			await client.query('commit')
			return result
		}
		const stream = await notebook.streams.take()
		await writeNotes(client, notebook, notes, stream)
		await client.query('commit')
		stream.settle(true)
		notebook.streams.giveBack(stream)
		return result
	})
}

async function writeNotes(client: pg.PoolClient, { clock, operator, command }: Notebook, notes: readonly Note[], stream: Stream) {
	const now: Now = await clock.now()
	const rows = notes.map((note) => {
		const columns: EventColumns = {
			kind: note.kind,
			actor: note.actor ?? (operator === null ? 'job' : 'operator'),
			operator,
			merchant_id: note.merchantId ?? null,
			customer_id: note.customerId ?? null,
			transaction_id: null,
			address: note.address ?? null,
			ip_address: null,
			command,
			outcome: note.outcome ?? 'done',
			detail: note.detail ?? null,
		}
		return {
			...columns,
			customer_id: note.customerId?.toString() ?? null,
			...stream.link(eventContent(columns, now.today, now.atMs)),
		}
	})
	await client.query({ ...insertEvents, values: [JSON.stringify(rows), now.today, instantText(now.atMs)] })
	await writeEnd(client, stream)
}
