// Forgetting a person (KVKK): whatever says who it was is overwritten, everywhere; what the ledger and the sales say stays, of a
// customer who is nobody any more. Whoever comes with the same TCKN later is somebody new.

import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { addMonths, type CalendarDate, later } from '../domain/calendar.ts'
import type { CustomerId } from '../domain/customer.ts'
import { rowsOf, type Statement, wholeTablePlans } from './connect.ts'
import { type Notebook, noting } from './notes.ts'
import type { Vault } from './vault.ts'

export type Erasure =
	| { readonly done: 'erased' | 'erased-before' | 'nobody' }
	/** Money is open: that of a sale, or a balance. */
	| { readonly refused: 'money-open' }
	/** The law has the books kept until then. */
	| { readonly refused: 'to-be-kept'; readonly until: CalendarDate }

const lockCustomer: Statement = {
	name: 'lock-customer-to-erase',
	text: 'select id from customer where id = $1 for no key update -- as every write does',
}
const readMoney: Statement = {
	name: 'read-open-money',
	text: `
		select
			exists (
				select from transaction t
				where t.customer_id = $1 and (t.state in ('active', 'enforcement') or (t.state = 'pending' and t.expire_date > $2))
			) or exists (select from customer_link l where l.customer_id = $1 and l.balance > 0) as is_open,
			(select max(t.created_date) from transaction t where t.customer_id = $1) as last_sale,
			(select max(m.business_date) from movement m where m.customer_id = $1) as last_movement,
			(select p.erased_at is not null from person p where p.customer_id = $1) as is_erased
	`,
}

const blindings: readonly string[] = [
	`update customer set limit_amount = null, limit_source = null, limit_expire_date = null, limit_grade = null, suspended = true where id = $1`,
	`update customer_link set dealer_segment = null, kds_segment = null where customer_id = $1`,
	`update transaction set dealer_segment = null where customer_id = $1`,
	`update transaction_basket b set rows = '[]' from transaction t where t.id = b.transaction_id and t.customer_id = $1`,
	`update event set ip_address = null where customer_id = $1 and ip_address is not null`,
]

/**
 * Of a claim these fields say who somebody is, and the digest of what was asked could tell whether a guess is right; the rest is what
 * the merchant was told of its own sale. A repeat under such a key is H109 from here on.
 */
const blindClaims = `
	update claim
	set
		content = sha256(content || $2),
		answer = regexp_replace(answer, '"(CustomerName|CustomerSurname|GsmNo|DealerSegment|KdsSegment)":"(?:[^"\\\\]|\\\\.)*"', '"\\1":""', 'g')
	where answer like '%"' || $1::bigint || '"%'
`

// An undecided one ends here: nobody is left whom it could grant a limit.
const blindRequests = `
	update limit_request
	set
		state = case when state in ('started', 'verified', 'awaiting-pin', 'confirmed') then 'abandoned' else state end,
		tckn_hash = sha256(tckn_hash || $3), content_hash = sha256(content_hash || $3), dealer_segment = null, name = null,
		surname = null, birth_date = null, tckn_sealed = null, mobile_hash = null, email_sealed = null, mobile_sealed = null,
		pin_hash = null, pin_made_at = null, pin_wrong_tries = null, pin_text = null, resends = null, confirmed_at = null
	where customer_id = $1 or tckn_hash = $2
`

export interface ToErase {
	/** Null: somebody who asked for a limit and never became a customer. */
	readonly customerId: CustomerId | null
	readonly tcknHash: string
}

/** All of it in one commit, with the note of it. Done again it changes nothing. */
export function erasePerson(
	pool: pg.Pool,
	vault: Vault,
	{ customerId, tcknHash }: ToErase,
	retentionYears: number,
	notebook: Notebook,
): Promise<Erasure> {
	return noting<Erasure>(pool, notebook, async (client, note) => {
		const { today } = await notebook.clock.now()
		// Claims and movements have no index by customer, and this is seldom.
		await client.query(wholeTablePlans.map((setting) => `set local ${setting} = on`).join('; '))
		await client.query('set local statement_timeout = 0')
		if (customerId !== null) {
			await rowsOf(client, lockCustomer, [customerId])
			const [money] = await rowsOf<MoneyRow>(client, readMoney, [customerId, today])
			if (money?.is_erased) return { done: 'erased-before' }
			if (money?.is_open) return { refused: 'money-open' }
			const until = keptUntil(money, retentionYears)
			if (until !== null && today < until) return { refused: 'to-be-kept', until }
			await blindPerson(client, vault, customerId)
			for (const text of blindings) await client.query(text, [customerId])
			await client.query(blindClaims, [customerId, randomBytes(32)])
		}
		const hash = Buffer.from(tcknHash, 'hex')
		const { rowCount } = await client.query(blindRequests, [customerId, hash, randomBytes(32)])
		if (customerId === null && rowCount === 0) return { done: 'nobody' }
		note({ kind: 'person-erased', customerId })
		return { done: 'erased' }
	})
}

interface MoneyRow {
	is_open: boolean
	last_sale: CalendarDate | null
	last_movement: CalendarDate | null
	is_erased: boolean | null
}

/** Null where nothing was ever sold or paid. */
function keptUntil(money: MoneyRow | undefined, retentionYears: number): CalendarDate | null {
	const { last_sale: sale = null, last_movement: movement = null } = money ?? {}
	const last = sale && movement ? later(sale, movement) : (sale ?? movement)
	return last && addMonths(last, 12 * retentionYears)
}

/** Random hashes, which nobody's TCKN or number has, and sealed nothing. */
async function blindPerson(client: pg.ClientBase, vault: Vault, customerId: CustomerId): Promise<void> {
	await client.query(
		`
			update person
			set
				name = '', surname = '', birth_date = '1900-01-01', tckn_hash = $2, tckn_sealed = $3, mobile_hash = $4,
				mobile_sealed = $5, email_sealed = $6, erased_at = now()
			where customer_id = $1
		`,
		[
			customerId,
			randomBytes(32),
			vault.seal('', 'tckn'),
			randomBytes(32),
			vault.seal('', 'mobile-number'),
			vault.seal('', 'email'),
		],
	)
}
