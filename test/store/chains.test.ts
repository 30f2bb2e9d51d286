// Whether the chains would tell: a superuser alters, takes away, puts in and moves records with every trigger switched off, and
// `verify` says which. Each test falsifies one thing in a transaction of its own database and puts it back.

import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../src/limits.ts'
import { verifyChains } from '../../src/queries/chains.ts'
import { verify } from '../../src/queries/verify.ts'
import { connect } from '../../src/store/connect.ts'
import { openVault, rotateMasterKey } from '../../src/store/master-key.ts'
import type { Vault } from '../../src/store/vault.ts'
import { freshDatabase } from '../database.ts'
import { masterKey, newCustomer, newOrder, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const tables = ['movement', 'entry', 'event', 'stream', 'stream_roll']

let sandbox: Sandbox
let shop: TestMerchant
let owner: pg.Client

beforeAll(async () => {
	sandbox = await startSandbox()
	shop = await sandbox.newMerchant()
	const customerId = await newCustomer(shop)
	for (let sale = 0; sale < 4; sale++) await newSale(shop, customerId)
	owner = new pg.Client({ connectionString: sandbox.databaseUrl })
	await owner.connect()
	await owner.query(`create schema saved; ${tables.map((name) => `create table saved.${name} as table ${name}`).join(';')}`)
})
afterAll(async () => {
	await owner.end()
	await sandbox.stop()
})

const asSuperuser = (statements: string) =>
	owner.query(`begin; set local session_replication_role = replica; ${statements}; commit`)

afterEach(async () => {
	await asSuperuser(`
		truncate ${tables.join(', ')} cascade;
		${['movement', 'event'].map((name) => `alter table ${name} drop constraint if exists ${name}_chained`).join('; ')};
		${tables.map((name) => `insert into ${name} ${name === 'event' ? 'overriding system value' : ''} select * from saved.${name}`).join('; ')};
		${['movement', 'event'].map((name) => `alter table ${name} add constraint ${name}_chained check (mac is not null) not valid`).join('; ')}
	`)
	expect(await told()).toEqual([])
})

async function told(): Promise<readonly string[]> {
	const { vault, pool } = sandbox.app.database
	return (await verifyChains(pool, vault)).examples
}

/** The records of the stream that has most, in their order. */
async function longest(): Promise<{ stream: number; records: { kind: 'movement' | 'event'; id: string; place: string }[] }> {
	const { rows } = await owner.query(`
		with record as (
			select 'movement' as kind, id::text, stream, place::text from movement union all select 'event', id::text, stream, place::text from event
		)
		select stream, json_agg(json_build_object('kind', kind, 'id', id, 'place', place) order by place::integer) as records
		from record group by stream order by count(*) desc limit 1
	`)
	return rows[0]
}

const nameOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`

it('what nobody touched is found as it was, and every record was looked at', async () => {
	const { vault, pool } = sandbox.app.database
	const { rows } = await owner.query('select (select count(*) from movement) + (select count(*) from event) as records')
	expect(await verifyChains(pool, vault)).toMatchObject({ wrong: 0, checked: Number(rows[0].records) })
	expect(Number(rows[0].records)).toBeGreaterThan(10)
})

describe('a record that was altered', () => {
	it.each([
		['amount', 'amount + 1'],
		['type', `'refund'`],
		['customer_id', 'customer_id + 1'],
		['merchant_id', 'merchant_id + 1'],
		['transaction_id', 'null'],
		['installment_no', '7'],
		['refund_id', `'r'`],
		['payment_reference', `'p'`],
		['business_date', 'business_date - 1'],
		['recorded_at', `recorded_at - interval '1 ms'`],
		['mac', `'\\x00'`],
	])('is named: the %s of a movement', async (column, value) => {
		const movement = (await longest()).records.find(({ kind }) => kind === 'movement') as { kind: string; id: string }
		await asSuperuser(`update movement set ${column} = ${value} where id = ${movement.id}`)
		expect(await told()).toEqual([expect.stringContaining(`${nameOf(movement)} was altered`)])
	})

	it('is named by its movement: an entry whose amount or account is another, that is gone, or that is new', async () => {
		const { id } = (await longest()).records.find(({ kind }) => kind === 'movement') as { id: string }
		for (const statement of [
			`update entry set amount = amount * 2 where movement_id = ${id}`,
			`update entry set account = 'refunds-payable' where movement_id = ${id} and account = 'merchant-payable'`,
			`delete from entry where movement_id = ${id} and account = 'merchant-payable'`,
			`insert into entry values (${id}, 'refunds-payable', 5)`,
		]) {
			await asSuperuser(statement)
			expect(await told(), statement).toEqual([expect.stringContaining(`movement ${id} was altered`)])
			await asSuperuser('truncate entry; insert into entry select * from saved.entry')
		}
	})

	it('is found though the books still balance', async () => {
		const { id } = (await longest()).records.find(({ kind }) => kind === 'movement') as { id: string }
		await asSuperuser(`update movement set recorded_at = recorded_at - interval '1 day' where id = ${id}`)
		expect((await verify(sandbox.app.database.pool)).filter(({ wrong }) => wrong > 0)).toEqual([])
		expect(await told()).toHaveLength(1)
	})

	it.each([
		['kind', `'limit-set'`],
		['actor', `'job'`],
		['merchant_id', 'merchant_id + 1'],
		['customer_id', 'null'],
		['transaction_id', 'null'],
		['address', `'203.0.113.9'`],
		['command', `'Another'`],
		['outcome', `'H105'`],
		['detail', `'{"a":"b"}'`],
		['business_date', 'business_date - 1'],
		['recorded_at', `recorded_at - interval '1 ms'`],
	])('is named: the %s of an event', async (column, value) => {
		const { rows } = await owner.query(`select id from event where kind = 'transaction-created' order by id limit 1`)
		await asSuperuser(`update event set ${column} = ${value} where id = ${rows[0].id}`)
		expect(await told()).toEqual([expect.stringContaining(`event ${rows[0].id} was altered`)])
	})

	it('does not count where a shopper’s address was erased', async () => {
		await asSuperuser('update event set ip_address = null')
		expect(await told()).toEqual([])
	})
})

describe('a record that was taken away', () => {
	it('leaves a gap between two that are named', async () => {
		const { stream, records } = await longest()
		const at = records.findIndex(({ kind }, i) => kind === 'movement' && i > 0 && i < records.length - 1)
		const [before, gone, after] = records.slice(at - 1, at + 2) as [(typeof records)[0], (typeof records)[0], (typeof records)[0]]
		await asSuperuser(`delete from entry where movement_id = ${gone.id}; delete from movement where id = ${gone.id}`)
		expect(await told()).toEqual([
			`stream ${stream}: record ${gone.place} is missing between ${nameOf(before)} and ${nameOf(after)}`,
		])
	})

	it('is missed when those behind it are counted anew', async () => {
		const { stream, records } = await longest()
		const gone = records.find(({ kind }, i) => kind === 'event' && i > 0 && i < records.length - 1) as (typeof records)[0]
		await asSuperuser(`
			delete from event where id = ${gone.id};
			update event set place = place - 1 where stream = ${stream} and place > ${gone.place};
			update movement set place = place - 1 where stream = ${stream} and place > ${gone.place};
			update stream set records = records - 1 where id = ${stream}
		`)
		const after = records[records.indexOf(gone) + 1] as (typeof records)[0]
		expect((await told())[0]).toContain(nameOf(after))
	})

	it('is missed at the end of its stream too, also where the stream is said to be shorter', async () => {
		const { stream, records } = await longest()
		const [before, last] = records.slice(-2) as [(typeof records)[0], (typeof records)[0]]
		await asSuperuser(`delete from ${last.kind} where id = ${last.id}`)
		expect(await told()).toEqual([`stream ${stream}: record ${last.place} is missing after ${nameOf(before)}`])
		await asSuperuser(`update stream set records = records - 1 where id = ${stream}`)
		expect(await told()).toEqual([
			`the end of stream ${stream} was altered, or the records after ${nameOf(before)} were taken away`,
		])
	})

	it('is missed with its whole stream, also where the roll says that there never was one', async () => {
		const { rows } = await owner.query('select max(id) as id from stream')
		const { id } = rows[0]
		await asSuperuser(`
			delete from entry where movement_id in (select id from movement where stream = ${id});
			delete from movement where stream = ${id}; delete from event where stream = ${id}; delete from stream where id = ${id}
		`)
		expect(await told()).toEqual([`stream ${id} is missing`])
		await asSuperuser('update stream_roll set opened = opened - 1')
		expect(await told()).toEqual(['the roll of streams was altered'])
		await asSuperuser('delete from stream_roll')
		expect(await told()).toEqual(['the roll of streams is missing'])
	})

	it('can’t be made good by a server that starts on what was left', async () => {
		await asSuperuser(`update movement set amount = amount + 1, stream = 0; truncate stream, stream_roll`)
		await sandbox.newServer()
		expect(await told()).toContain('the roll of streams is missing')
	})
})

describe('a record that was put in', () => {
	it('is named, whether it has a place of its own or that of another', async () => {
		const { stream, records } = await longest()
		const movement = records.find(({ kind }) => kind === 'movement') as { id: string; place: string }
		const copy = (place: string) => `
			insert into movement
			select 900001, type, merchant_id, customer_id, transaction_id, installment_no, amount, refund_id, payment_reference, business_date,
				recorded_at, stream, ${place}, mac
			from movement where id = ${movement.id};
			insert into entry select 900001, account, amount from entry where movement_id = ${movement.id}
		`
		await asSuperuser(copy('place'))
		expect(await told()).toEqual([expect.stringContaining('movement 900001 was put in')])
		await asSuperuser(`delete from entry where movement_id = 900001; delete from movement where id = 900001`)
		await asSuperuser(copy(String(records.length + 1)))
		expect(await told()).toEqual([
			expect.stringContaining('movement 900001 was altered, or stands where it was not written'),
			`stream ${stream}: record ${records.length + 1} is put in behind its end`,
		])
	})

	it('is found where it claims to be from before there were chains', async () => {
		await asSuperuser(`
			alter table event drop constraint event_chained;
			insert into event (kind, merchant_id, business_date, recorded_at) values ('limit-set', 1001, '2026-01-01', now())
		`)
		expect(await told()).toEqual(['what was there before the chains began was altered: 0 records then, 1 now'])
	})

	it('is found in a stream that nobody opened', async () => {
		await asSuperuser(`
			insert into stream values (99, 1, '');
			insert into event (kind, merchant_id, business_date, recorded_at, stream, place, mac)
			values ('limit-set', 1001, '2026-01-01', now(), 99, 1, '')
		`)
		expect(await told()).toEqual(['stream 99 is not on the roll', expect.stringMatching(/^event \d+ was altered/)])
	})
})

describe('a record that was moved', () => {
	it('is named with the one in whose place it stands', async () => {
		const { records } = await longest()
		const [first, second] = records.filter(({ kind }) => kind === 'movement') as unknown as [{ id: string }, { id: string }]
		await asSuperuser(`
			update movement m set place = o.place, mac = o.mac from movement o
			where (m.id, o.id) in ((${first.id}, ${second.id}), (${second.id}, ${first.id}))
		`)
		expect(await told()).toEqual([
			expect.stringContaining(`movement ${second.id} was altered, or stands`),
			expect.stringContaining(`movement ${first.id} was altered, or stands`),
		])
	})

	it('is named where it took the number of another', async () => {
		const { records } = await longest()
		const [first, second] = records.filter(({ kind }) => kind === 'movement') as unknown as [{ id: string }, { id: string }]
		const swap = (table: string, column: string) => `
			update ${table} set ${column} = 900002 where ${column} = ${first.id};
			update ${table} set ${column} = ${first.id} where ${column} = ${second.id};
			update ${table} set ${column} = ${second.id} where ${column} = 900002
		`
		await asSuperuser(`${swap('movement', 'id')}; ${swap('entry', 'movement_id')}`)
		expect(await told()).toEqual([`movement ${first.id} has the number of another`])
	})
})

describe('what was there before the chains began', () => {
	it('is covered as a whole: nothing of it can be altered, taken away or added to', async () => {
		const database = await freshDatabase()
		const old = new pg.Client({ connectionString: database.url })
		const pool = connect(database.serverUrl, 'test', { ...limits.database, connections: 1 })
		onTestFinished(async () => {
			await Promise.all([old.end(), pool.end()])
			await database.drop()
		})
		await old.connect()
		const insert = (id: number) => `
			insert into movement values (${id}, 'sale', 1001, 1000000001, 100001, null, 5, null, null, '2026-01-01', now());
			insert into entry values (${id}, 'customer-receivable', 5), (${id}, 'merchant-payable', -5);
		`
		await old.query('alter table movement drop constraint movement_chained; alter table event drop constraint event_chained')
		await old.query(insert(1) + insert(2))
		await old.query(
			`insert into event (kind, merchant_id, business_date, recorded_at) values ('limit-set', 1, '2026-01-01', now())`,
		)

		await old.query(
			'create schema kept; create table kept.movement as table movement; create table kept.entry as table entry; create table kept.event as table event',
		)

		const vault = (await openVault(pool, masterKey)) as Vault
		expect(await verifyChains(pool, vault)).toMatchObject({ checked: 3, wrong: 0 })
		for (const [statement, records] of [
			['update movement set amount = 6 where id = 1', 3],
			[`update entry set amount = amount * 2`, 3],
			[`update event set kind = 'pin-resent'`, 3],
			['delete from entry where movement_id = 2; delete from movement where id = 2', 2],
			['delete from event', 2],
			[insert(3), 4],
		] as const) {
			await old.query(`begin; set local session_replication_role = replica; ${statement}`)
			await old.query('commit')
			expect((await verifyChains(pool, vault)).examples, statement).toEqual([
				`what was there before the chains began was altered: 3 records then, ${records} now`,
			])
			await old.query(`
				begin; set local session_replication_role = replica; truncate movement, entry, event cascade;
				insert into movement select * from kept.movement; insert into entry select * from kept.entry;
				insert into event overriding system value select * from kept.event; commit
			`)
			expect((await verifyChains(pool, vault)).examples).toEqual([])
		}
	})
})

describe('no false alarm', () => {
	// What was written meanwhile is not put back: the tables are saved anew.
	const saveAnew = () =>
		owner.query(tables.map((name) => `truncate saved.${name}; insert into saved.${name} select * from ${name}`).join(';'))

	it('is given where connections break while they write, and two servers write at once', async () => {
		const other = await sandbox.newServer()
		const customerId = await newCustomer(shop)
		const orders = Array.from({ length: 60 }, () => newOrder(customerId, { orderAmount: '100' }))
		let going = true
		const breaking = (async () => {
			while (going) {
				await owner.query(
					`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'sonra writes'`,
				)
				await told()
			}
		})()
		for (let i = 0; i < orders.length; i += 10) {
			await Promise.all(orders.slice(i, i + 10).map((order) => shop.client.call('/RequestV2/CreateTransaction', order)))
		}
		going = false
		await breaking
		for (const order of orders) {
			expect(await shop.client.call('/RequestV2/CreateTransaction', order)).toMatchObject({ Success: true })
		}
		expect(await told()).toEqual([])
		await other.stop()
		await saveAnew()
	})

	it('is given after a change of the master key, which leaves the chains as they are', async () => {
		const { pool } = sandbox.app.database
		const newKey = Buffer.alloc(32, 9)
		expect(await rotateMasterKey(pool, masterKey, newKey)).toBe(true)
		const vault = await openVault(pool, newKey)
		expect(await verifyChains(pool, vault as Vault)).toMatchObject({ wrong: 0 })
		expect(await rotateMasterKey(pool, newKey, masterKey)).toBe(true)
	})
})
