// What the server's role may do in the database: what it does, and nothing else. It can't change the schema, and what has been
// booked or noted it can't change or take away; whoever holds only this role can lie about the future, not about the past.

import { createHash, createHmac } from 'node:crypto'
import pg from 'pg'

type Client = pg.Client | pg.PoolClient

/** Beside reading, which it may do everywhere. What has columns in parentheses may be changed in these only: to forget a person. */
export const rights: Readonly<Record<string, readonly string[]>> = {
	merchant: ['insert', 'update'],
	merchant_exposure: ['insert', 'update', 'delete'],
	rate_row: ['insert', 'delete'],
	customer: ['insert', 'update'],
	person: ['insert', 'update'],
	customer_link: ['insert', 'update'],
	transaction: ['insert', 'update'],
	transaction_basket: ['insert', 'update (rows)'],
	payment: ['insert', 'update'],
	movement: ['insert'],
	entry: ['insert'],
	refund: ['insert'],
	event: ['insert', 'update (ip_address)'],
	write_lane: ['insert', 'update', 'delete'],
	stream: ['insert', 'update'],
	stream_roll: ['insert', 'update'],
	claim: ['insert', 'update (content)', 'update (answer)'],
	limit_request: ['insert', 'update'],
	used_signature: ['insert', 'delete'],
	gateway_call: ['insert', 'delete'],
	sandbox_clock: ['update'],
	data_key: ['insert', 'update'],
}

/** Two numbers that only have to differ from the other advisory locks of Sonra (see claim.ts and migrate.ts). */
const LOCK = [0x50a7a, 4] as const

/** Whether this connection's role owns the tables or, where there are none yet, may make them. */
export async function mayMigrate(client: Client): Promise<boolean> {
	const { rows } = await client.query<{ may: boolean }>(`
		select coalesce(
			(select pg_has_role(c.relowner, 'member') from pg_class c where c.oid = to_regclass('migration')),
			has_schema_privilege('public', 'create')
		) as may
	`)
	return rows[0]?.may === true
}

/**
 * Gives a role exactly its rights, on the owner's connection and after every migration. Where it has been given them already nothing is
 * touched: a grant makes every running server plan its statements anew.
 */
export async function grantToServer(client: Client, role: string): Promise<void> {
	await client.query('select pg_advisory_lock($1, $2)', [...LOCK])
	try {
		const statements = await statementsFor(client, pg.escapeIdentifier(role))
		const given = createHash('sha256')
			.update(statements.join())
			.update(await objectsOf(client, role))
			.digest('hex')
		const { rowCount } = await client.query('select from server_role where name = $1 and given = $2', [role, given])
		if (rowCount === 1) return
		await client.query(['begin', ...statements].join(';\n'))
		await client.query(
			'insert into server_role (name, given) values ($1, $2) on conflict (name) do update set given = excluded.given',
			[role, given],
		)
		await client.query('commit')
	} catch (error) {
		await client.query('rollback')
		throw error
	} finally {
		await client.query('select pg_advisory_unlock($1, $2)', [...LOCK])
	}
}

async function statementsFor(client: Client, role: string): Promise<string[]> {
	const { rows: hidden } = await client.query<{ name: string }>(`
		select c.oid::regclass::text as name
		from pg_class c
		where c.relnamespace = 'graphile_worker'::regnamespace and c.relrowsecurity
		order by 1
	`)
	return [
		'revoke create on schema public from public',
		`revoke all on schema public, graphile_worker from ${role}`,
		`revoke all on all tables in schema public, graphile_worker from ${role}`,
		`revoke all on all sequences in schema public, graphile_worker from ${role}`,
		`grant usage on schema public, graphile_worker to ${role}`,
		`grant select on all tables in schema public to ${role}`,
		`grant usage on all sequences in schema public to ${role}`,
		...Object.entries(rights).map(([table, may]) => `grant ${may.join(', ')} on ${table} to ${role}`),
		`grant select, insert, update, delete on all tables in schema graphile_worker to ${role}`,
		`revoke insert, update, delete on graphile_worker.migrations from ${role}`,
		// graphile-worker hides the rows of its tables from everybody but their owner.
		...hidden.flatMap(({ name }) => [
			`drop policy if exists ${role} on ${name}`,
			`create policy ${role} on ${name} to ${role} using (true) with check (true)`,
		]),
	]
}

/** What the rights are given on, and to whom: a table or a role that was made anew has none, whatever its name. */
async function objectsOf(client: Client, role: string): Promise<string> {
	const { rows } = await client.query<{ oids: string }>(
		`
			select (select oid from pg_roles where rolname = $1) || ':' || string_agg(oid::text, ' ' order by oid) as oids
			from pg_class
			where relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace) and relkind in ('r', 'v', 'S')
		`,
		[role],
	)
	return rows[0]?.oids ?? ''
}

// the embedded database ---------------------------------------------------------------------------------------

const EMBEDDED_ROLE = 'sonra_server'

/**
 * The address under which the server uses an embedded database. Its password is made of the owner's, so that there is no other file to
 * guard: whoever reads that one has everything anyway.
 */
export function serverUrlOf(ownerUrl: string): string {
	const url = new URL(ownerUrl)
	url.password = createHmac('sha256', url.password).update(EMBEDDED_ROLE).digest('hex')
	url.username = EMBEDDED_ROLE
	return url.href
}

/** Makes that role in the cluster, once. */
export async function makeServerRole(client: Client, ownerUrl: string): Promise<string> {
	const { rowCount } = await client.query('select from pg_roles where rolname = $1', [EMBEDDED_ROLE])
	if (rowCount === 1) return EMBEDDED_ROLE
	try {
		await client.query(`create role ${EMBEDDED_ROLE} login password ${pg.escapeLiteral(new URL(serverUrlOf(ownerUrl)).password)}`)
	} catch (error) {
		// Another process that started in the same moment has made it.
		if (!['42710', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error
	}
	return EMBEDDED_ROLE
}
