// What the server's role can do to the database: every statement here is really tried, as the server connects.

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WrongSetting } from '../../src/config.ts'
import { readyGiven } from '../../src/schema.ts'
import { rights } from '../../src/store/privileges.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { newCustomer, newSale, type Sandbox, startSandbox } from '../sandbox.ts'

const denied = { code: '42501' }

async function connected(url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url })
	await client.connect()
	onTestFinished(() => client.end())
	return client
}

describe('the role of a server', () => {
	let sandbox: Sandbox
	let server: pg.Client

	beforeAll(async () => {
		sandbox = await startSandbox()
		const shop = await sandbox.newMerchant()
		await newSale(shop, await newCustomer(shop))
		server = new pg.Client({ connectionString: sandbox.app.database.url })
		await server.connect()
	})
	afterAll(async () => {
		await server.end()
		await sandbox.stop()
	})

	it('is not the owner’s, and no superuser’s', async () => {
		const { rows } = await server.query(`
			select current_user as name, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
			from pg_roles where rolname = current_user
		`)
		const no = { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false, rolbypassrls: false }
		expect(rows).toEqual([{ name: 'sonra_server', ...no }])
		expect(sandbox.app.database.servesAsOwner).toBe(false)
	})

	it.each(['movement', 'entry', 'event'])('can’t change, delete or empty what is in %s', async (table) => {
		const { rows } = await server.query(`select count(*)::integer as count from ${table}`)
		expect(rows[0].count).toBeGreaterThan(0)
		const column = table === 'entry' ? 'amount = amount' : table === 'event' ? 'kind = kind' : 'amount = amount'
		for (const statement of [
			`update ${table} set ${column}`,
			`delete from ${table}`,
			`truncate ${table} cascade`,
			`alter table ${table} disable trigger all`,
			`drop trigger ${table}_insert_only on ${table}`,
			`drop table ${table} cascade`,
		]) {
			await expect(server.query(statement), statement).rejects.toMatchObject(denied)
		}
	})

	it('can’t put its triggers to sleep', async () => {
		await expect(server.query('set session_replication_role = replica')).rejects.toMatchObject(denied)
	})

	it.each([
		'create table mine (n integer)',
		'create schema mine',
		'create function public.mine() returns integer language sql as $$ select 1 $$',
		'alter table customer add column mine integer',
		'alter table payment drop constraint payment_pkey cascade',
		'drop table merchant cascade',
		'create index mine on customer (limit_amount)',
		'create trigger mine before insert on payment for each row execute function refuse_change()',
		'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
		`alter sequence movement_id restart`,
		`select setval('movement_id', 1)`,
		'create role mine',
		'alter role sonra_server superuser',
		'set role sonra',
		`insert into migration (name, sha256) values ('9999_mine.sql', '')`,
		'delete from server_role',
		'update graphile_worker.migrations set breaking = true',
		'drop schema graphile_worker cascade',
		`copy movement to program 'true'`,
		`select pg_read_file('PG_VERSION')`,
	])('can’t %s', async (statement) => {
		await expect(server.query(statement)).rejects.toMatchObject(denied)
	})

	it('has on every table the rights that are written down for it, and no other', async () => {
		const { rows } = await server.query<{ name: string; may: string[] }>(`
			select c.relname as name, array_agg(p.may order by p.place) as may
			from pg_class c
			cross join lateral (
				select may, place
				from unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'])
					with ordinality as p (may, place)
				where has_table_privilege(c.oid, may)
				union all
				select format('update (%s)', a.attname), 10 + a.attnum
				from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
					and has_column_privilege(c.oid, a.attnum, 'update') and not has_table_privilege(c.oid, 'update')
			) p
			where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
			group by c.relname
		`)
		expect(Object.fromEntries(rows.map(({ name, may }) => [name, may]))).toEqual(rights)
	})

	it('can empty a shopper’s address in an event, and put nothing else in its place', async () => {
		await expect(server.query(`update event set ip_address = '203.0.113.9'`)).rejects.toThrow('event is insert-only')
		await server.query('update event set ip_address = null')
	})
})

describe('a role of the operator’s own', () => {
	let database: FreshDatabase
	const name = `clerk_${randomBytes(4).toString('hex')}`
	const clerkUrl = () => {
		const url = new URL(database.url)
		url.username = name
		url.password = 'clerk'
		return url.href
	}

	beforeAll(async () => {
		database = await freshDatabase()
		const owner = new pg.Client({ connectionString: database.url })
		await owner.connect()
		await owner.query(`create role ${name} login password 'clerk'`).finally(() => owner.end())
	})
	afterAll(async () => {
		const owner = new pg.Client({ connectionString: database.url })
		await owner.connect()
		await owner.query(`drop owned by ${name}; drop role ${name}`).finally(() => owner.end())
		await database.drop()
	})

	it('is told what to do as long as nobody has given it its rights', async () => {
		const failed = readyGiven(clerkUrl(), null)
		await expect(failed).rejects.toThrow(WrongSetting)
		await expect(failed).rejects.toThrow('SONRA_MIGRATION_DATABASE_URL')
	})

	it('is given them with the owner’s address, and needs that no more', async () => {
		expect(await readyGiven(clerkUrl(), database.url)).toMatchObject({ servesAsOwner: false, migrated: [] })
		expect(await readyGiven(clerkUrl(), null)).toEqual({ url: clerkUrl(), ownerUrl: null, servesAsOwner: false, migrated: [] })
		const clerk = await connected(clerkUrl())
		await expect(clerk.query('delete from movement')).rejects.toMatchObject(denied)
		await expect(clerk.query('create table mine ()')).rejects.toMatchObject(denied)
		await clerk.query(`begin; select graphile_worker.add_job('nobody', '{}'); rollback`)
	})

	it('loses what it was given beside them the next time they are given', async () => {
		await readyGiven(clerkUrl(), database.url)
		const owner = await connected(database.url)
		await owner.query(`grant delete on movement to ${name}; update server_role set given = 'otherwise'`)
		await readyGiven(clerkUrl(), database.url)
		const { rows } = await owner.query('select has_table_privilege($1, $2, $3) as may', [name, 'movement', 'delete'])
		expect(rows).toEqual([{ may: false }])
	})

	it('may wait for a new version of the schema, which only the owner brings', async () => {
		await readyGiven(clerkUrl(), database.url)
		const owner = await connected(database.url)
		const { rows } = await owner.query('delete from migration where name = (select max(name) from migration) returning *')
		await expect(readyGiven(clerkUrl(), null)).rejects.toThrow('sonra migrate')
		await owner.query('insert into migration select * from json_populate_recordset(null::migration, $1)', [JSON.stringify(rows)])
		expect(await readyGiven(clerkUrl(), null)).toMatchObject({ migrated: [] })
	})

	it('is no other than the owner where DATABASE_URL names that one, and a start says so', async () => {
		expect(await readyGiven(database.url, null)).toMatchObject({ ownerUrl: database.url, servesAsOwner: true })
	})

	it('gets its rights once when many processes start at once', async () => {
		const owner = await connected(database.url)
		await owner.query(`update server_role set given = 'otherwise'`)
		const ready = await Promise.all(Array.from({ length: 6 }, () => readyGiven(clerkUrl(), database.url)))
		expect(new Set(ready.map(({ url }) => url))).toEqual(new Set([clerkUrl()]))
	})
})
