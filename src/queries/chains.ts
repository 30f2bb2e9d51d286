// Whether anybody altered what was booked or noted: every record is hashed again under the key and held against its stream. Finds rows
// that were altered, taken away, put in or moved, and says which. What nobody can find this way: docs/security.md.

import type pg from 'pg'
import { macOf, rollSealOf, sealOf } from '../store/chain.ts'
import { onWholeTables, type RunPatiently } from '../store/connect.ts'
import { chained, historyOf, recordsOf, type StoredRecord } from '../store/records.ts'
import type { Vault } from '../store/vault.ts'
import type { Finding } from './verify.ts'

export const unaltered = {
	en: 'no movement, entry or event was altered, taken away, put in or moved',
	tr: 'hiçbir hareket, kayıt ya da olay değiştirilmemiş, silinmemiş, eklenmemiş, yeri değişmemiştir',
}
const maxExamples = 10

/** All as of one moment. */
export async function verifyChains(pool: pg.Pool, vault: Vault): Promise<Finding> {
	return onWholeTables(pool, async (run) => {
		const { rows } = await run<StreamRow>('select id, records, seal from stream order by id')
		const streams = new Map(rows.map((row) => [row.id, row]))
		const check = new Check(vault, streams)
		await checkRoll(run, vault, [...streams.keys()], check)
		await checkHistory(run, vault, streams.get(0), check)
		for await (const record of recordsOf(run, chained)) check.read(record)
		check.endAll()
		const { checked, wrong } = check
		return { invariant: unaltered, checked, wrong: wrong.length, examples: wrong.slice(0, maxExamples) }
	})
}

interface StreamRow {
	readonly id: number
	readonly records: bigint
	readonly seal: Buffer
}

async function checkRoll(run: RunPatiently, vault: Vault, ids: readonly number[], check: Check): Promise<void> {
	const { rows } = await run<{ opened: number; seal: Buffer }>('select opened, seal from stream_roll')
	const [roll] = rows
	if (!roll) return check.tell('the roll of streams is missing')
	if (roll.seal.toString('hex') !== rollSealOf(vault, roll.opened)) check.tell('the roll of streams was altered')
	const known = new Set(ids)
	for (let id = 0; id <= roll.opened; id++) if (!known.has(id)) check.tell(`stream ${id} is missing`)
	for (const id of ids) if (id > roll.opened) check.tell(`stream ${id} is not on the roll`)
}

async function checkHistory(run: RunPatiently, vault: Vault, row: StreamRow | undefined, check: Check): Promise<void> {
	const { records, seal } = await historyOf(run, vault)
	check.checked += records
	if (!row || row.seal.toString('hex') === seal) return
	check.tell(`what was there before the chains began was altered: ${row.records} records then, ${records} now`)
}

const nameOf = ({ kind, id }: StoredRecord): string => `${kind} ${id}`

/** The last record read of a stream. */
interface Reached {
	readonly stream: number
	readonly place: number
	readonly name: string
	readonly mac: string
	/** Of the record before it; null where that is missing, and nobody can say whether this one fits. */
	readonly before: string | null
	readonly fits: boolean
	readonly lastIds: { readonly [kind in StoredRecord['kind']]: bigint }
}

function beginningOf(stream: number): Reached {
	const lastIds = { movement: 0n, event: 0n }
	return { stream, place: 0, name: 'its beginning', mac: '', before: null, fits: true, lastIds }
}

/** Goes through the records in the order in which they were written. */
class Check {
	checked = 0
	readonly wrong: string[] = []
	readonly #vault: Vault
	readonly #streams: ReadonlyMap<number, StreamRow>
	readonly #ended = new Set<number>([0])
	#at: Reached | null = null

	constructor(vault: Vault, streams: ReadonlyMap<number, StreamRow>) {
		this.#vault = vault
		this.#streams = streams
	}

	tell(what: string): void {
		this.wrong.push(what)
	}

	read(record: StoredRecord): void {
		this.checked++
		const stream = record.stream as number
		const place = Number(record.place)
		if (this.#at?.stream !== stream) this.#end(this.#at)
		const last: Reached = this.#at?.stream === stream ? this.#at : beginningOf(stream)

		const isSecond = place === last.place
		if (place > last.place + 1) {
			this.tell(`stream ${stream}: ${recordsFrom(last.place + 1, place - 1)} missing between ${last.name} and ${nameOf(record)}`)
		}
		const before = isSecond ? last.before : place === last.place + 1 ? last.mac : null
		const mac = (record.mac as Buffer).toString('hex')
		const isRight = before === null || macOf(this.#vault, stream, place, before, record.content) === mac
		// Of two in one place only one can be the one that was written there.
		if (isSecond && (last.fits || !isRight)) {
			this.tell(`${nameOf(record)} was put in`)
			return
		}
		// Behind one that is wrong nothing fits, though it may be as it was.
		if (!isRight && last.fits) this.tell(`${nameOf(record)} was altered, or stands where it was not written`)
		else if (isRight && record.id <= last.lastIds[record.kind]) this.tell(`${nameOf(record)} has the number of another`)
		const lastIds = { ...last.lastIds, [record.kind]: record.id }
		this.#at = { stream, place, name: nameOf(record), mac, before, fits: isRight, lastIds }
	}

	/** After the last record: what the streams themselves say. */
	endAll(): void {
		this.#end(this.#at)
		for (const { id } of this.#streams.values()) {
			if (!this.#ended.has(id)) this.#end(beginningOf(id))
		}
	}

	#end(at: Reached | null): void {
		if (!at) return
		const { stream, place, name, mac, fits } = at
		this.#ended.add(stream)
		const row = this.#streams.get(stream)
		// A stream that is missing was told already.
		if (!row) return
		const records = Number(row.records)
		if (records > place) this.tell(`stream ${stream}: ${recordsFrom(place + 1, records)} missing after ${name}`)
		else if (records < place) this.tell(`stream ${stream}: ${recordsFrom(records + 1, place)} put in behind its end`)
		else if (fits && row.seal.toString('hex') !== sealOf(this.#vault, stream, records, mac)) {
			this.tell(`the end of stream ${stream} was altered, or the records after ${name} were taken away`)
		}
	}
}

function recordsFrom(first: number, last: number): string {
	return first === last ? `record ${first} is` : `records ${first} to ${last} are`
}
