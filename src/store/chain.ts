// Movements and events are chained: each carries a keyed hash over itself and over the one before it in its stream. Every writer has
// streams of its own, so nobody waits for anybody; whoever alters a row without the key is found by `verify` (queries/chains.ts).

import type pg from 'pg'
import { Conflict } from '../engine/fault.ts'
import { onConnection, rowsOf, type Statement } from './connect.ts'
import type { Vault } from './vault.ts'

/** What makes a row a record of a stream. */
export interface Link {
	readonly stream: number
	readonly place: number
	/** As PostgreSQL reads bytes. */
	readonly mac: string
}

/** What a record says, as texts in a fixed order. */
export type Content = readonly (string | null)[]

type Value = string | number | bigint | null | undefined

function content(...values: readonly Value[]): Content {
	return values.map((value) => (value === null || value === undefined ? null : String(value)))
}

export interface MovementColumns {
	readonly type: string
	readonly merchant_id: number
	readonly customer_id: bigint
	readonly transaction_id: bigint | null
	readonly installment_no: number | null
	readonly amount: bigint
	readonly refund_id: string | null
	readonly payment_reference: string | null
	readonly entries: readonly { readonly account: string; readonly amount: bigint }[]
}

export function movementContent(row: MovementColumns, businessDate: string, atMs: number): Content {
	const entries = row.entries.map(({ account, amount }) => `${account} ${amount}`)
	return content(
		'movement',
		row.type,
		row.merchant_id,
		row.customer_id,
		row.transaction_id,
		row.installment_no,
		row.amount,
		row.refund_id,
		row.payment_reference,
		businessDate,
		atMs,
		entries.sort().join(', '),
	)
}

export interface EventColumns {
	readonly kind: string
	readonly actor: 'merchant' | 'operator' | 'job'
	readonly operator: string | null
	readonly merchant_id: number | null
	readonly customer_id: bigint | null
	readonly transaction_id: bigint | null
	readonly address: string | null
	/** Not part of the chain: it can be erased. */
	readonly ip_address: string | null
	readonly command: string
	readonly outcome: string
	readonly detail: Readonly<Record<string, string>> | null
}

export function eventContent(row: EventColumns, businessDate: string, atMs: number): Content {
	return content(
		'event',
		row.kind,
		row.actor,
		row.operator,
		row.merchant_id,
		row.customer_id,
		row.transaction_id,
		row.address,
		row.command,
		row.outcome,
		row.detail && JSON.stringify(row.detail),
		businessDate,
		atMs,
	)
}

/** `before`: the hash of the record before it; empty for the first of a stream. Hexadecimal digits. */
export function macOf(vault: Vault, stream: number, place: number, before: string, record: Content): string {
	return vault.mac(`${stream} ${place} ${before} ${JSON.stringify(record)}`)
}

export function sealOf(vault: Vault, stream: number, records: number, last: string): string {
	return vault.mac(`end ${stream} ${records} ${last}`)
}

export function rollSealOf(vault: Vault, opened: number): string {
	return vault.mac(`roll ${opened}`)
}

const openTries = 20
/** So many versions of its row pile up at most where a long read keeps PostgreSQL from clearing them away. */
const COMMITS_OF_A_STREAM = 1_000

const bytes = (hex: string): string => `\\x${hex}`

/** One writer's chain, as far as its commits are known. */
export class Stream {
	readonly id: number
	readonly #vault: Vault
	#known = { records: 0, last: '' }
	#commits = 0
	/** With what is written and not known to be committed. */
	#reached: { records: number; last: string } | null = null

	constructor(vault: Vault, id: number) {
		this.#vault = vault
		this.id = id
	}

	link(record: Content): Link {
		const { records, last } = this.#reached ?? this.#known
		const place = records + 1
		const mac = macOf(this.#vault, this.id, place, last, record)
		this.#reached = { records: place, last: mac }
		return { stream: this.id, place, mac: bytes(mac) }
	}

	/** The row of the stream as it is with what was linked. */
	columns(): { id: number; records: number; seal: string } {
		const { records, last } = this.#reached ?? this.#known
		return { id: this.id, records, seal: bytes(sealOf(this.#vault, this.id, records, last)) }
	}

	/** Not to be called where it is not known whether the commit took place: then nothing may follow in this stream. */
	settle(isCommitted: boolean): void {
		if (isCommitted && this.#reached) {
			this.#known = this.#reached
			this.#commits++
		}
		this.#reached = null
	}

	get isSettled(): boolean {
		return this.#reached === null
	}

	get isUsedUp(): boolean {
		return this.#commits >= COMMITS_OF_A_STREAM
	}
}

const updateStream: Statement = {
	name: 'update-stream',
	text: 'update stream set records = $2, seal = $3 where id = $1',
}

/** In the transaction of what was linked. */
export async function writeEnd(client: pg.ClientBase, stream: Stream): Promise<void> {
	const { id, records, seal } = stream.columns()
	await client.query({ ...updateStream, values: [id, records, seal] })
}

const readRoll: Statement = { name: 'read-stream-roll', text: 'select opened, seal from stream_roll' }

// One statement, so that opening needs no commit of its own; of two at once only one finds the roll as it was read.
const openStream: Statement = {
	name: 'open-stream',
	text: `
		with entered as (
			update stream_roll set opened = $1, seal = $4 where opened = $1 - 1 returning opened
		)
		insert into stream (id, records, seal) select opened, $2, $3 from entered
	`,
}
const openUnrolled: Statement = {
	name: 'open-unrolled-stream',
	text: 'insert into stream (id, records, seal) select $1, $2, $3 where not exists (select from stream where id = $1)',
}
const lastStream: Statement = { name: 'last-stream', text: 'select coalesce(max(id), 0) as id from stream' }

/** The streams of a process. A stream is used by one write at a time, and never again by another process. */
export class Streams {
	readonly #pool: pg.Pool
	readonly #vault: Vault
	readonly #idle: Stream[] = []

	constructor(pool: pg.Pool, vault: Vault) {
		this.#pool = pool
		this.#vault = vault
	}

	/** Opens so many beforehand: then no call has to, not even one that is refused. */
	async openAhead(many: number): Promise<void> {
		while (this.#idle.length < many) this.#idle.push(await this.#open())
	}

	async take(): Promise<Stream> {
		return this.#idle.pop() ?? this.#open()
	}

	giveBack(stream: Stream): void {
		if (stream.isSettled && !stream.isUsedUp) this.#idle.push(stream)
	}

	/** Another process that opens one in the same moment may be faster, but not for ever. */
	#open(): Promise<Stream> {
		return onConnection(this.#pool, async (client) => {
			for (let tries = 0; tries < openTries; tries++) {
				const [roll] = await rowsOf<{ opened: number; seal: Buffer }>(client, readRoll)
				// A roll that was tampered with stays as it is, to be found: a seal of ours would make it good.
				const isGood = roll !== undefined && roll.seal.toString('hex') === rollSealOf(this.#vault, roll.opened)
				const before = isGood ? roll.opened : Number((await rowsOf<{ id: number }>(client, lastStream))[0]?.id)
				const stream = new Stream(this.#vault, before + 1)
				const { id, records, seal } = stream.columns()
				const { rowCount } = isGood
					? await client.query({ ...openStream, values: [id, records, seal, bytes(rollSealOf(this.#vault, id))] })
					: await client.query({ ...openUnrolled, values: [id, records, seal] })
				if (rowCount === 1) return stream
			}
			throw new Conflict('other processes kept opening streams')
		})
	}
}

export async function insertStream(client: pg.ClientBase, { id, records, seal }: ReturnType<Stream['columns']>): Promise<void> {
	await client.query('insert into stream (id, records, seal) values ($1, $2, $3)', [id, records, seal])
}

export async function writeRoll(client: pg.ClientBase, vault: Vault, opened: number): Promise<void> {
	await client.query(
		`
			insert into stream_roll (opened, seal) values ($1, $2)
			on conflict (only_row) do update set opened = excluded.opened, seal = excluded.seal
		`,
		[opened, bytes(rollSealOf(vault, opened))],
	)
}
