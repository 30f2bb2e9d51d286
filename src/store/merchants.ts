// Merchants as the operator makes and changes them, and as a caller is recognised. Keys and salts leave the database sealed
// and are opened here.

import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { LimitSource } from '../domain/limit.ts'
import type { MerchantId } from '../domain/merchant.ts'
import type { Kurus } from '../domain/money.ts'
import type { LateFeeBase } from '../domain/payment.ts'
import { defaultRateRows, type RateRow } from '../domain/rates.ts'
import { onConnection } from './connect.ts'
import { type Notebook, noting } from './notes.ts'
import { type RateColumns, rateFrom } from './rows.ts'
import type { Vault } from './vault.ts'

/** What a merchant needs to call. The wire's merchantId is the code. */
export interface Credentials {
	readonly merchantCode: string
	readonly merchantKey: string
	readonly merchantSalt: string
}

/** A merchant as a caller is checked against. */
export interface CallerRecord extends Credentials {
	readonly id: MerchantId
	readonly active: boolean
	/** IPv4/IPv6 addresses or ranges; null = any. */
	readonly allowedAddresses: readonly string[] | null
	/** What it signed with before the last rotation, as long as that works too. */
	readonly oldKey: Pick<Credentials, 'merchantKey' | 'merchantSalt'> | null
	/** Whether its calls must carry a Sonra-Signature. */
	readonly signatureNeeded: boolean
}

/** What the operator may set; what is left out stays as it is. */
export interface MerchantSettings {
	readonly name?: string
	readonly active?: boolean
	readonly allowedAddresses?: readonly string[] | null
	/** null = unlimited. */
	readonly creditLimit?: Kurus | null
	readonly lateFeeRateBps?: number
	readonly lateFeeBase?: LateFeeBase
	readonly graceDays?: number
	readonly pendingLifeDays?: number
	readonly downPaymentMaxShareBps?: number
	readonly enforcementMinOverdueDays?: number
	readonly settableLimits?: readonly LimitSource[]
	readonly limitCeiling?: Kurus | null
	readonly holdsOwnLimits?: boolean
	readonly signatureNeeded?: boolean
}

export interface MerchantSummary {
	readonly merchantCode: string
	readonly name: string
	readonly active: boolean
	readonly createdAt: string
}

const newSecret = (): string => randomBytes(32).toString('base64url')

/** Makes a merchant with the default rate table; given credentials are taken over from the service it comes from. */
export async function createMerchant(
	pool: pg.Pool,
	vault: Vault,
	name: string,
	given: Partial<Credentials> = {},
	notebook?: Notebook,
): Promise<Credentials> {
	const merchantKey = given.merchantKey ?? newSecret()
	const merchantSalt = given.merchantSalt ?? newSecret()
	const merchantCode = await noting(pool, notebook, async (client, note) => {
		const { rows } = await client.query<{ id: MerchantId; code: string }>(
			`
				with new as (select nextval('merchant_id')::integer as id)
				insert into merchant (id, code, name, key_sealed, salt_sealed)
				select id, coalesce($1, 'M' || id), $2, $3, $4 from new
				returning id, code
			`,
			[given.merchantCode, name, vault.seal(merchantKey, 'merchant-key'), vault.seal(merchantSalt, 'merchant-salt')],
		)
		const { id, code } = rows[0] as { id: MerchantId; code: string }
		await insertRates(client, id, defaultRateRows())
		note({ kind: 'merchant-made', merchantId: id, detail: { code, name } })
		return code
	})
	return { merchantCode, merchantKey, merchantSalt }
}

async function insertRates(client: pg.PoolClient, id: MerchantId, rows: readonly RateRow[]): Promise<void> {
	await client.query(
		`
			insert into rate_row (
				merchant_id, dealer_segment, installments, fee_rate_bps, postpone_months, min_amount, max_amount
			)
			select $1, * from unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[])
		`,
		[
			id,
			rows.map((row) => row.dealerSegment),
			rows.map((row) => row.installments),
			rows.map((row) => row.feeRateBps),
			rows.map((row) => row.postponeMonths),
			rows.map((row) => row.minAmount),
			rows.map((row) => row.maxAmount),
		],
	)
}

/** The table of fee rates in the order of protocol 5.23; null where there is no such merchant. */
export async function ratesOf(pool: pg.Pool, merchantCode: string): Promise<RateRow[] | null> {
	return onConnection(pool, async (client) => {
		const { rows } = await client.query<RateColumns | { installments: null }>(
			`
				select r.*
				from merchant m
				left join rate_row r on r.merchant_id = m.id
				where m.code = $1
				order by r.installments, r.dealer_segment nulls first, r.min_amount, r.max_amount, r.fee_rate_bps
			`,
			[merchantCode],
		)
		return rows.length === 0 ? null : rows.filter((row) => row.installments !== null).map(rateFrom)
	})
}

/** Puts these rates in the place of all that there are. False where there is no such merchant. */
export async function replaceRates(
	pool: pg.Pool,
	merchantCode: string,
	rows: readonly RateRow[],
	notebook?: Notebook,
): Promise<boolean> {
	return noting(pool, notebook, async (client, note) => {
		// One replacement after the other, or two at once would leave the rows of both. Sales go on meanwhile with the old rates.
		const found = await client.query<{ id: MerchantId }>('select id from merchant where code = $1 for no key update', [
			merchantCode,
		])
		const id = found.rows[0]?.id
		if (id !== undefined) {
			await client.query('delete from rate_row where merchant_id = $1', [id])
			await insertRates(client, id, rows)
			note({ kind: 'merchant-rates-replaced', merchantId: id, detail: { rates: String(rows.length) } })
		}
		return id !== undefined
	})
}

/**
 * New key and salt. The old ones work beside them for so many days by the machine's clock, and those before them no more. Null where
 * there is no such merchant.
 */
export async function rotateCredentials(
	pool: pg.Pool,
	vault: Vault,
	merchantCode: string,
	overlapDays: number,
	notebook?: Notebook,
): Promise<Credentials | null> {
	const credentials = { merchantCode, merchantKey: newSecret(), merchantSalt: newSecret() }
	return noting(pool, notebook, async (client, note) => {
		const { rows } = await client.query<{ id: MerchantId }>(
			`
				update merchant
				set
					key_sealed = $2, salt_sealed = $3, old_key_sealed = case when $4 > 0 then key_sealed end,
					old_salt_sealed = case when $4 > 0 then salt_sealed end,
					old_key_until = case when $4 > 0 then now() + $4 * interval '1 day' end
				where code = $1
				returning id
			`,
			[
				merchantCode,
				vault.seal(credentials.merchantKey, 'merchant-key'),
				vault.seal(credentials.merchantSalt, 'merchant-salt'),
				overlapDays,
			],
		)
		if (!rows[0]) return null
		note({ kind: 'merchant-key-rotated', merchantId: rows[0].id, detail: { overlapDays: String(overlapDays) } })
		return credentials
	})
}

/** Only the newest key and salt work from here on. False where there is no such merchant. */
export async function retireOldKey(pool: pg.Pool, merchantCode: string, notebook?: Notebook): Promise<boolean> {
	return noting(pool, notebook, async (client, note) => {
		const { rows } = await client.query<{ id: MerchantId }>(
			'update merchant set old_key_sealed = null, old_salt_sealed = null, old_key_until = null where code = $1 returning id',
			[merchantCode],
		)
		if (rows[0]) note({ kind: 'merchant-old-key-retired', merchantId: rows[0].id })
		return rows[0] !== undefined
	})
}

const changes: { readonly [K in keyof Required<MerchantSettings>]: string } = {
	name: 'update merchant set name = $2 where id = $1',
	active: 'update merchant set active = $2 where id = $1',
	allowedAddresses: 'update merchant set allowed_addresses = $2 where id = $1',
	creditLimit: 'update merchant set credit_limit = $2 where id = $1',
	lateFeeRateBps: 'update merchant set late_fee_rate_bps = $2 where id = $1',
	lateFeeBase: 'update merchant set late_fee_base = $2 where id = $1',
	graceDays: 'update merchant set grace_days = $2 where id = $1',
	pendingLifeDays: 'update merchant set pending_life_days = $2 where id = $1',
	downPaymentMaxShareBps: 'update merchant set down_payment_max_share_bps = $2 where id = $1',
	enforcementMinOverdueDays: 'update merchant set enforcement_min_overdue_days = $2 where id = $1',
	settableLimits: 'update merchant set settable_limits = $2 where id = $1',
	limitCeiling: 'update merchant set limit_ceiling = $2 where id = $1',
	holdsOwnLimits: 'update merchant set holds_own_limits = $2 where id = $1',
	signatureNeeded: 'update merchant set signature_needed = $2 where id = $1',
}

/** False where there is no such merchant. */
export async function changeMerchant(
	pool: pg.Pool,
	merchantCode: string,
	settings: MerchantSettings,
	notebook?: Notebook,
): Promise<boolean> {
	return noting(pool, notebook, async (client, note) => {
		// Excludes every group that writes for this merchant, so that its exposure can be counted.
		const { rows } = await client.query<{ id: MerchantId }>('select id from merchant where code = $1 for update', [merchantCode])
		const id = rows[0]?.id
		if (id !== undefined) {
			for (const name of Object.keys(settings) as (keyof MerchantSettings)[]) {
				await client.query(changes[name], [id, settings[name]])
			}
			if (settings.creditLimit !== undefined) await countExposure(client, id)
			const detail = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
			if (Object.keys(detail).length > 0) note({ kind: 'merchant-changed', merchantId: id, detail })
		}
		return id !== undefined
	})
}

/** From here on the groups keep the exposure, as long as there is a limit. */
async function countExposure(client: pg.PoolClient, id: MerchantId): Promise<void> {
	await client.query('delete from merchant_exposure where merchant_id = $1', [id])
	await client.query(
		`
			with open as (
				select t.state, t.expire_date, sum(least(p.principal, p.amount - p.amount_paid)) as principal
				from transaction t
				join payment p on p.transaction_id = t.id and p.state = 'open'
				where t.merchant_id = $1 and t.state in ('pending', 'active', 'enforcement')
				group by t.state, t.expire_date
			)
			insert into merchant_exposure (merchant_id, active_principal, pending_holds)
			select
				id,
				(select coalesce(sum(principal), 0) from open where state <> 'pending'),
				(select coalesce(jsonb_object_agg(expire_date, principal::text), '{}') from open where state = 'pending')
			from merchant
			where id = $1 and credit_limit is not null
		`,
		[id],
	)
}

export async function listMerchants(pool: pg.Pool): Promise<MerchantSummary[]> {
	return onConnection(pool, async (client) => {
		const { rows } = await client.query('select code, name, active, created_at::text from merchant order by id')
		return rows.map((row) => ({ merchantCode: row.code, name: row.name, active: row.active, createdAt: row.created_at }))
	})
}

/** Null where there is no such merchant. */
export async function findCaller(pool: pg.Pool, vault: Vault, merchantCode: string): Promise<CallerRecord | null> {
	return onConnection(pool, async (client) => {
		const { rows } = await client.query({
			name: 'find-caller',
			text: `
				select
					id, code, active, key_sealed, salt_sealed, allowed_addresses, signature_needed,
					case when old_key_until > now() then old_key_sealed end as old_key_sealed,
					case when old_key_until > now() then old_salt_sealed end as old_salt_sealed
				from merchant
				where code = $1
			`,
			values: [merchantCode],
		})
		const row = rows[0]
		if (!row) return null
		const opened = (keySealed: Buffer, saltSealed: Buffer) => ({
			merchantKey: vault.open(keySealed, 'merchant-key'),
			merchantSalt: vault.open(saltSealed, 'merchant-salt'),
		})
		return {
			id: row.id,
			merchantCode: row.code,
			...opened(row.key_sealed, row.salt_sealed),
			active: row.active,
			allowedAddresses: row.allowed_addresses,
			oldKey: row.old_key_sealed && opened(row.old_key_sealed, row.old_salt_sealed),
			signatureNeeded: row.signature_needed,
		}
	})
}
