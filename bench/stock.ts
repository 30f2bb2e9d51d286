// Fills a stage with customers and sales that the measurements need, up to millions of them. The sales are made by sets in the
// database (stock.sql); the people are sealed here, as the server seals them.

import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { addDays, businessDate } from '../src/domain/calendar.ts'
import { wholeTablePlans } from '../src/store/connect.ts'
import { historyOf } from '../src/store/records.ts'
import type { Stage } from './stage.ts'

const peopleAtOnce = 5_000
const salesAtOnce = 50_000
/** Sales are up to this old: with five instalments each, about a third are paid off and the others somewhere on the way. */
const oldestMonths = 7

/** The name of what is being filled in, and how much of it is there. */
export type Progress = (what: string, done: number, all: number) => void

export const today = () => businessDate(Date.now())

export async function prepare(stage: Stage): Promise<void> {
	await stage.pool.query(await readFile(new URL('stock.sql', import.meta.url), 'utf8'))
}

/** New customers of both merchants, with a limit that no measurement reaches. Their ids. */
export async function addCustomers(stage: Stage, many: number, progress: Progress = () => {}): Promise<bigint[]> {
	const { pool, merchant, limitedMerchant } = stage
	const all: bigint[] = []
	while (all.length < many) {
		const count = Math.min(peopleAtOnce, many - all.length)
		const { rows } = await pool.query<{ id: bigint }>(`select nextval('customer_id') as id from generate_series(1, $1)`, [count])
		const ids = rows.map(({ id }) => id)
		const people = JSON.stringify(ids.map((id) => person(stage, id)))
		await pool.query('select bench.add_people($1, $2)', [people, [merchant.id, limitedMerchant.id]])
		all.push(...ids)
		progress('customers', all.length, many)
	}
	return all
}

/** The TCKN and the number are made up from the id: as long as real ones, and nobody's. */
function person({ vault }: Stage, id: bigint) {
	const tckn = vault.sealWithHash(`0${id}`, 'tckn')
	const mobileNumber = vault.sealWithHash(`0${id}`, 'mobile-number')
	const bytes = (value: Uint8Array | string) => `\\x${typeof value === 'string' ? value : Buffer.from(value).toString('hex')}`
	return {
		customer_id: String(id),
		name: 'Ayşe',
		surname: `Yılmaz ${id}`,
		birth_date: '1990-05-17',
		tckn_hash: bytes(tckn.hash),
		tckn_sealed: bytes(tckn.sealed),
		mobile_hash: bytes(mobileNumber.hash),
		mobile_sealed: bytes(mobileNumber.sealed),
		email_sealed: bytes(vault.seal(`${id}@example.com`, 'email')),
	}
}

/** `months`: 0 = all made today, and nothing of them paid. */
export async function addSales(
	{ pool }: Stage,
	merchant: { readonly id: number },
	customers: readonly bigint[],
	many: number,
	months = oldestMonths,
	progress: Progress = () => {},
): Promise<void> {
	const client = await pool.connect()
	try {
		// Whole tables are written, and what a server is kept from is right here. Rows that fit by construction are not looked up again.
		await client.query(wholeTablePlans.map((setting) => `set ${setting} = on`).join('; '))
		await client.query(`set session_replication_role = replica; set work_mem = '256MB'; set synchronous_commit = off`)
		// A day back, so that what is due today is never overdue before the measurement ends.
		const day = addDays(today(), months === 0 ? 0 : -1)
		for (let made = 0; made < many; ) {
			const count = Math.min(salesAtOnce, many - made)
			const from = made % customers.length
			const buyers = customers.length > count ? rotated(customers, from, count) : customers
			await client.query('select bench.add_sales($1, $2, $3, $4, $5)', [merchant.id, buyers, count, months, day])
			made += count
			progress('sales', made, many)
		}
	} finally {
		client.release(true)
	}
}

function rotated(customers: readonly bigint[], from: number, count: number): bigint[] {
	return [...customers.slice(from, from + count), ...customers.slice(0, Math.max(0, from + count - customers.length))]
}

/** Makes the sales count as what was there before the chains began, so that verify is clean over them. */
export async function cover({ pool, vault }: Stage): Promise<void> {
	const client = await pool.connect()
	try {
		await client.query('begin')
		const { records, seal } = await historyOf(client, vault)
		await client.query(`update stream set records = $1, seal = decode($2, 'hex') where id = 0`, [records, seal])
		await client.query('commit')
	} finally {
		client.release(true)
	}
}

/** After much was written: what the planner knows, and pages that readers need not look at twice. */
export async function settle(pool: pg.Pool): Promise<void> {
	await pool.query('vacuum (analyze)')
	await pool.query('checkpoint')
}
