// The write path on a real PostgreSQL: what a group costs, what the database refuses whatever the code does, and what is
// answered when the database fails in the worst moments.

import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { recordText, startLimitRequest } from '../../src/commands/limit-requests.ts'
import { setCustomerLimit, setLimit } from '../../src/commands/limits.ts'
import { loadCustomerBalance, reportPayments } from '../../src/commands/payments.ts'
import { refundTransaction } from '../../src/commands/refunds.ts'
import { activateTransaction, createTransaction } from '../../src/commands/transactions.ts'
import type { CommandType, Needs, Now, Refused, World } from '../../src/commands/world.ts'
import { type Caller, withSandboxPermissions } from '../../src/domain/merchant.ts'
import { kurus, ZERO } from '../../src/domain/money.ts'
import { done, type Submission } from '../../src/engine/command.ts'
import { Engine } from '../../src/engine/engine.ts'
import { recordAttempt } from '../../src/gateways/record.ts'
import { limits } from '../../src/limits.ts'
import { findPersonSeenBy, getCustomerInformation } from '../../src/queries/customers.ts'
import { findLimitRequest } from '../../src/queries/limit-requests.ts'
import { getCustomerPayments } from '../../src/queries/payments.ts'
import { getInstallmentRates } from '../../src/queries/plans.ts'
import { getDayMovements, getDayTotals } from '../../src/queries/reconciliation.ts'
import { checkRefund, getCustomerTransactions, getPaymentsOfTransaction } from '../../src/queries/transactions.ts'
import type { Answer } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { Streams } from '../../src/store/chain.ts'
import { machineClock } from '../../src/store/clock.ts'
import { connect, planOnce } from '../../src/store/connect.ts'
import { groupStore } from '../../src/store/groups.ts'
import { createMerchant, findCaller } from '../../src/store/merchants.ts'
import { type Purpose, Vault } from '../../src/store/vault.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { date } from '../dates.ts'
import { until } from '../process.ts'
import { masterKey, newCustomer, newOrder, newPerson, type Sandbox, startSandbox, type TestMerchant, tcknOf } from '../sandbox.ts'

const vault = new Vault(masterKey)
const callerOf = (merchantId: number): Caller => ({
	actor: 'merchant',
	merchantId,
	command: 'Test',
	address: null,
	ipAddress: null,
})

/** The write path without HTTP, on one connection that is watched. */
class Lane {
	readonly pool: pg.Pool
	readonly #streamPool: pg.Pool
	readonly engine: Engine<Needs, World, Now, Refused>
	/** How often something was sent after something had been heard, since the last look. */
	#roundTrips = 0
	#statements = 0

	constructor(url: string) {
		this.pool = connect(url, 'writes', { ...limits.database, connections: 1 }, planOnce)
		this.pool.on('connect', (client) => this.#watch(client as unknown as Watched))
		this.#streamPool = connect(url, 'streams', { ...limits.database, connections: 1 })
		const streams = new Streams(this.#streamPool, vault)
		const groups = groupStore(this.pool, machineClock, withSandboxPermissions, streams, limits.database.settleMs)
		this.engine = new Engine(groups, { ...limits.engine, lanes: 1 })
	}

	async end(): Promise<void> {
		await this.pool.end()
		await this.#streamPool.end()
	}

	#watch(client: Watched): void {
		let heard = true
		const { stream } = client.connection
		const { write } = stream
		stream.on('data', () => {
			heard = true
		})
		stream.write = (...words: unknown[]) => {
			if (heard) this.#roundTrips++
			heard = false
			return (write as (...words: unknown[]) => boolean).apply(stream, words)
		}
		const { query } = client
		client.query = (...words: unknown[]) => {
			this.#statements++
			return query.apply(client, words)
		}
	}

	spent(): { roundTrips: number; statements: number } {
		const spent = { roundTrips: this.#roundTrips, statements: this.#statements }
		this.#roundTrips = 0
		this.#statements = 0
		return spent
	}

	/** Carries out the commands of these inputs as one group; their results. */
	group<Input, Result>(type: CommandType<Input, Result>, inputs: readonly Input[]): Promise<Result[]> {
		return Promise.all(inputs.map((input) => this.run(type, input)))
	}

	async run<Input, Result>(type: CommandType<Input, Result>, input: Input): Promise<Result> {
		let result: { done: Result } | undefined
		const answer = await this.engine.submit({
			needs: type.needs(input),
			claims: [],
			decide(world, now) {
				const decision = type.decide(world, input, now)
				if ('refused' in decision) return decision
				result = decision
				return done('')
			},
		})
		if (!result) throw new Error(JSON.stringify(answer))
		return result.done
	}
}
interface Watched {
	readonly connection: { readonly stream: { on(event: 'data', hear: () => void): void; write(...words: unknown[]): boolean } }
	query(...words: unknown[]): unknown
}

const options = {
	notCalculateFees: false,
	forceRiskFree: false,
	postpone: false,
	revisedFeePercent: 0,
	ownAvailableLimit: ZERO,
	dealerSegment: null,
}

let people = 0
let orders = 0

/** Commands of one merchant. */
function inputs(merchantId: number) {
	const caller = callerOf(merchantId)
	const person = () => {
		people++
		const tckn = tcknOf(400_000_000 + people)
		return {
			caller,
			source: 'KDS' as const,
			amount: kurus(5_000_000),
			tckn,
			tcknSealed: vault.sealWithHash(tckn, 'tckn'),
			mobileNumber: vault.sealWithHash(`5${400_000_000 + people}`, 'mobile-number'),
			emailSealed: vault.seal('a@example.com', 'email'),
			name: 'Ayşe',
			surname: 'Öz',
			birthDate: date('1990-01-01'),
			dealerSegment: 'GOLD',
			kdsSegment: null,
		}
	}
	return {
		person,
		request() {
			const { tckn, tcknSealed, mobileNumber, emailSealed, name, surname, birthDate, dealerSegment } = person()
			return {
				caller,
				tckn,
				applicant: { name, surname, birthDate, tckn: tcknSealed, mobileNumber, emailSealed },
				dealerSegment,
				predefinedLimit: null,
				testOn: true,
				contentHash: vault.hash(tckn, 'limit-request'),
				pinHash: vault.hash('123456', 'pin'),
			}
		},
		order(customerId: bigint) {
			orders++
			return {
				caller,
				order: { merchantOid: `o-${orders}`, customerId, orderAmount: kurus(120_000), installments: 6, options },
				basket: [{ skuCode: 'shoe' }],
			}
		},
	}
}

describe('what a group costs', () => {
	let database: FreshDatabase
	let lane: Lane
	let merchantId: number

	beforeAll(async () => {
		database = await freshDatabase()
		lane = new Lane(database.url)
		const { merchantCode } = await createMerchant(lane.pool, vault, 'Test shop')
		merchantId = (await findCaller(lane.pool, vault, merchantCode))?.id as number
		lane.spent()
	})
	afterAll(async () => {
		await lane.end()
		await database.drop()
	})

	it('a group takes two round trips, and no more statements for fifty commands than for one', async () => {
		const { person, order } = inputs(merchantId)
		const spent: unknown[] = []
		for (const size of [1, 50]) {
			const customers = await lane.group(setLimit, Array.from({ length: size }, person))
			spent.push(['limits', lane.spent()])
			const sales = await lane.group(
				createTransaction,
				customers.map(({ customerId }) => order(customerId)),
			)
			spent.push(['sales', lane.spent()])
			await lane.group(
				activateTransaction,
				sales.map(({ transaction }) => ({
					caller: callerOf(merchantId),
					transactionCode: `T${transaction.id}`,
					merchantOid: transaction.merchantOid,
				})),
			)
			spent.push(['activations', lane.spent()])
			await lane.group(
				loadCustomerBalance,
				customers.map(({ customerId }) => ({
					caller: callerOf(merchantId),
					customerId,
					amount: kurus(50_000),
					paymentDate: date('2026-01-01'),
					reference: null,
				})),
			)
			spent.push(['loads', lane.spent()])
		}
		const ofOne = spent.slice(0, 4)
		expect(spent.slice(4)).toEqual(ofOne)
		for (const [what, { roundTrips, statements }] of ofOne as [string, ReturnType<Lane['spent']>][]) {
			expect(roundTrips, what).toBe(2)
			expect(statements, what).toBeLessThanOrEqual(20)
		}
	})

	it('a group in which all is refused takes two round trips too, and writes nothing', async () => {
		const refused = lane.run(createTransaction, inputs(merchantId).order(1n))
		await expect(refused).rejects.toThrow('customer-not-found')
		expect(lane.spent().roundTrips).toBe(2)
	})

	it('a value that a check of the database refuses fails only its own command, and the rest of the group is done', async () => {
		const { person, order } = inputs(merchantId)
		const [first, second, third] = await lane.group(setLimit, [person(), person(), person()])
		const wrong: Submission<Needs, World, Now, Refused> = {
			needs: { merchants: [merchantId], customers: [second?.customerId as bigint] },
			claims: [],
			decide(world) {
				const customer = world.customer(second?.customerId as bigint)
				world.customers.put({ ...customer, exposure: { active: kurus(-1n), pending: new Map() } })
				return done('never')
			},
		}
		const outcomes = await Promise.allSettled([
			lane.run(createTransaction, order(first?.customerId as bigint)),
			lane.engine.submit(wrong),
			lane.run(createTransaction, order(third?.customerId as bigint)),
		])
		expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
		expect(outcomes[1]).toMatchObject({ reason: { code: '23514', constraint: 'customer_active_principal_check' } })
		const { rows } = await lane.pool.query(
			'select c.active_principal, count(t) from customer c left join transaction t on t.customer_id = c.id where c.id = any ($1) group by c.id order by c.id',
			[[first?.customerId, second?.customerId, third?.customerId]],
		)
		expect(rows).toEqual([1n, 0n, 1n].map((count) => ({ active_principal: 0n, count })))
	})
})

describe('the plans of the statements', () => {
	let database: FreshDatabase
	let lane: Lane

	beforeAll(async () => {
		database = await freshDatabase()
		lane = new Lane(database.url)
	})
	afterAll(async () => {
		await lane.end()
		await database.drop()
	})

	/** Values with which any statement can be planned, by the type of its parameter. */
	const sample: Readonly<Record<string, string>> = {
		bigint: '100001',
		integer: '1001',
		uuid: '00000000-0000-4000-8000-000000000001',
		text: 'o-1',
		date: '2027-01-01',
		bytea: '\\x00',
		json: '[]',
		'timestamp with time zone': '2027-01-01T00:00:00Z',
		'bigint[]': '{100001,100002}',
		'integer[]': '{1001}',
		'text[]': '{o-1,overdue}',
		'bytea[]': '{"\\\\x00"}',
	}

	it('prepared while the tables were empty, they find single rows by an index when the tables are large', async () => {
		// Reads have connections of their own, whose statements are not planned once for all.
		const pool = connect(database.url, 'reads', { ...limits.database, connections: 1 })
		const { merchantCode } = await createMerchant(pool, vault, 'Test shop')
		const merchantId = (await findCaller(pool, vault, merchantCode))?.id as number
		const { person, order, request } = inputs(merchantId)
		const reading = { pool, clock: machineClock, permitted: withSandboxPermissions }
		const caller = callerOf(merchantId)
		const { today } = await machineClock.now()
		const page = { no: 1, size: 50 }
		// PostgreSQL would take stock of the tables by itself after a while, and plan anew: here it never does.
		for (const table of growing) await pool.query(`alter table ${table} set (autovacuum_enabled = off)`)
		// Often enough for PostgreSQL to settle on a plan for all values, while nearly nothing is in the tables.
		for (let round = 0; round < 7; round++) {
			const { customerId } = await lane.run(setLimit, person())
			const { transaction } = await lane.run(createTransaction, order(customerId))
			const names = { transactionCode: `T${transaction.id}`, merchantOid: transaction.merchantOid }
			await lane.run(activateTransaction, { caller, ...names })
			await lane.run(loadCustomerBalance, {
				caller,
				customerId,
				amount: kurus(50_000),
				paymentDate: date('2026-01-01'),
				reference: null,
			})
			const claims = [{ owner: merchantId, scope: 'x', key: `${round}`, content: Buffer.of(0) }]
			await lane.engine.submit({ needs: { merchants: [merchantId] }, claims, decide: () => done('') })
			await getCustomerInformation(reading, merchantId, customerId, { orderAmount: kurus(100), options })
			await getPaymentsOfTransaction(reading, merchantId, names.transactionCode, names.merchantOid)
			await getCustomerPayments(reading, merchantId, customerId, null, page)
			await getCustomerPayments(reading, merchantId, customerId, ['overdue'], page)

			await lane.run(setCustomerLimit, { caller, customerId, amount: kurus(6_000_000), expireDate: null })
			const code = `${names.transactionCode}-4`
			const report = { paymentCodes: [code], merchantOid: names.merchantOid, paymentDate: today, reference: null }
			await lane.run(reportPayments, { caller, ...report })
			const refundId = `refund-${round}`
			await lane.run(refundTransaction, { caller, ...names, refundId, amount: kurus(10_000) })
			await checkRefund(reading, merchantId, refundId)
			await getCustomerTransactions(reading, merchantId, customerId, [names.transactionCode], page)
			await getDayTotals(reading, merchantId, today)
			await getDayMovements(reading, merchantId, today, page)
			await getInstallmentRates(reading, merchantId, null)

			const asked = request()
			const id = (await lane.run(startLimitRequest, asked)).request?.id as bigint
			const found = await findLimitRequest(pool, id)
			if (!found) throw new Error(`limit request ${id} is not found`)
			await lane.run(recordText, { keys: found.keys, caller, pinHash: asked.pinHash, sent: true })
			await findPersonSeenBy(reading, merchantId, found.keys.customerId as bigint)
			await recordAttempt(pool, { neighbour: 'sms', operation: 'x', limitRequestId: id, attempt: 1, outcome: 'ok', ms: 1 })
			await findCaller(pool, vault, merchantCode)
		}
		for (let left = 2_000; left > 0; left -= 250) {
			const customers = await lane.group(setLimit, Array.from({ length: 250 }, person))
			const sales = await lane.group(
				createTransaction,
				customers.map(({ customerId }) => order(customerId)),
			)
			await lane.group(startLimitRequest, Array.from({ length: 250 }, request))
			await lane.group(
				activateTransaction,
				sales.map(({ transaction: { id, merchantOid } }) => ({ caller, transactionCode: `T${id}`, merchantOid })),
			)
		}
		expect(await readingWholeTables(lane.pool, pool)).toEqual([])

		// The same where a server starts, or PostgreSQL takes stock, when the tables are large.
		await pool.query(`update transaction set state = 'enforcement', enforcement_on = current_date where id % 5 = 0`)
		await pool.query('analyze')
		expect(await readingWholeTables(lane.pool, pool)).toEqual([])
		await pool.end()
	})

	/** The statements that these connections have prepared, and would carry out by reading more of a table than they need. */
	async function readingWholeTables(...pools: pg.Pool[]): Promise<string[]> {
		const slow: string[] = []
		let looked = 0
		for (const pool of pools) {
			const { rows: prepared } = await pool.query<{ name: string; types: string[] }>(
				`select name, parameter_types::text[] as types from pg_prepared_statements where not name ~ '^(begin|commit|rollback)'`,
			)
			looked += prepared.length
			for (const { name, types } of prepared) {
				const values = types.map((type) => pg.escapeLiteral(sample[type] ?? `no sample of ${type}`)).join(', ')
				const { rows } = await pool.query(`explain (format json) execute ${pg.escapeIdentifier(name)} ${values && `(${values})`}`)
				slow.push(...scans(rows[0]['QUERY PLAN'][0].Plan).map((scan) => `${name}: ${scan}`))
			}
		}
		expect(looked).toBeGreaterThan(45)
		return slow
	}

	interface Plan {
		readonly 'Node Type': string
		readonly 'Relation Name'?: string
		readonly 'Index Name'?: string
		readonly 'Index Cond'?: string
		readonly 'Function Name'?: string
		readonly Plans?: readonly Plan[]
	}

	/** What reads the whole of a table that grows: by itself, by an index without a condition, or hidden in a function. */
	function scans(plan: Plan): string[] {
		const { 'Node Type': node, 'Relation Name': table, 'Index Name': index, 'Function Name': name } = plan
		const whole =
			(node === 'Seq Scan' && table !== undefined && growing.includes(table)) ||
			(index !== undefined && plan['Index Cond'] === undefined) ||
			(node === 'Function Scan' && (name ?? '').startsWith('group_'))
		return [...(whole ? [`${node} ${index ?? table ?? name}`] : []), ...(plan.Plans ?? []).flatMap(scans)]
	}

	const growing = [
		'customer',
		'person',
		'customer_link',
		'transaction',
		'transaction_basket',
		'payment',
		'movement',
		'entry',
		'event',
		'claim',
		'refund',
		'limit_request',
		'gateway_call',
		'write_lane',
	]
})

describe('what was written once', () => {
	let database: FreshDatabase
	let owner: pg.Client

	beforeAll(async () => {
		database = await freshDatabase()
		owner = new pg.Client({ connectionString: database.url })
		await owner.connect()
		await owner.query(`
			insert into movement
			values (1, 'sale', 1001, 1000000001, 100001, null, 5, null, null, '2027-01-01', now(), 1, 1, '');
			insert into entry values (1, 'customer-receivable', 5), (1, 'merchant-payable', -5);
			insert into event (kind, merchant_id, ip_address, business_date, recorded_at, stream, place, mac)
			values ('limit-set', 1001, '203.0.113.9', '2027-01-01', now(), 1, 2, '');
		`)
	})
	afterAll(async () => {
		await owner.end()
		await database.drop()
	})

	it.each(['movement', 'entry', 'event'])(
		'a row of %s can be neither changed nor deleted, not even by the owner of the database',
		async (table) => {
			const before = await owner.query(`select * from ${table}`)
			for (const statement of [
				`update ${table} set ${table === 'event' ? 'merchant_id = 1002' : 'amount = amount + 1'}`,
				`delete from ${table}`,
				`truncate ${table} cascade`,
				// Also where no row is meant, so that no such statement ever finds its way into the code.
				`delete from ${table} where false`,
			]) {
				await expect(owner.query(statement), statement).rejects.toThrow(/(movement|entry|event) is insert-only/)
			}
			expect((await owner.query(`select * from ${table}`)).rows).toEqual(before.rows)
		},
	)
})

describe('when the database fails', () => {
	let sandbox: Sandbox
	let merchant: TestMerchant
	let customerId: string
	let owner: pg.Client

	beforeAll(async () => {
		sandbox = await startSandbox()
		merchant = await sandbox.newMerchant()
		customerId = await newCustomer(merchant)
		owner = new pg.Client({ connectionString: sandbox.databaseUrl })
		await owner.connect()
	})
	afterAll(async () => {
		await owner.end()
		await sandbox.stop()
	})

	afterEach(() => owner.query('rollback'))

	const create = (order: Parameters) => merchant.client.call('/RequestV2/CreateTransaction', order)

	/** The connections of a kind, once so many of them wait for a lock. Not asked by the owner: its transaction would go on seeing the first answer. */
	const waiting = (kind: 'reads' | 'writes', count: number): Promise<{ pid: number }[]> =>
		until(`${count} ${kind} wait`, async () => {
			const { rows } = await sandbox.app.database.pool.query<{ pid: number }>(
				`
					select pid from pg_stat_activity
					where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'
				`,
				[`sonra ${kind}`],
			)
			return rows.length === count && rows
		})

	/** Kills the connections that wait for a lock, so many of a kind, and ends the transaction that holds it. */
	async function killWaiting(kind: 'reads' | 'writes', count = 1): Promise<void> {
		for (const { pid } of await waiting(kind, count)) await owner.query('select pg_terminate_backend($1)', [pid])
		await owner.query('rollback')
	}

	const stored = async (merchantOid: unknown): Promise<number> =>
		(await owner.query('select from transaction where merchant_oid = $1', [merchantOid])).rowCount ?? 0

	function expectUnavailable(answer: Answer): void {
		expect(answer).toMatchObject({ httpStatus: 503, Success: false, Errors: ['H108'], Data: {} })
		expect(answer.headers.get('retry-after')).toBe('1')
		expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
	}

	it('a connection that is lost while a group loads is answered 503 H108, nothing is done, and the next call succeeds', async () => {
		const order = newOrder(customerId)
		await owner.query('begin')
		await owner.query('select from customer where id = $1 for update', [customerId])
		const answer = create(order)
		await killWaiting('writes')
		expectUnavailable(await answer)
		expect(await stored(order.merchantOid)).toBe(0)
		expect(await create(order)).toMatchObject({ Success: true })
		expect(await stored(order.merchantOid)).toBe(1)
	})

	it('a connection that is lost while a group saves, its commit already sent, costs nobody anything: the group is run again', async () => {
		const order = newOrder(customerId)
		await owner.query('begin; lock table event in share mode')
		const answer = create(order)
		await killWaiting('writes')
		expect(await answer).toMatchObject({ Success: true })
		expect(await stored(order.merchantOid)).toBe(1)
	})

	it('a read whose connection is lost is answered 503 H108, and the next one succeeds', async () => {
		await owner.query('begin; lock table customer_link in access exclusive mode')
		const read = () => merchant.client.call('/Index/GetCustomerPayments', { customerId })
		const answer = read()
		await killWaiting('reads')
		expectUnavailable(await answer)
		expect(await read()).toMatchObject({ Success: true })
	})

	it('a statement that fails by a bug is answered 500 H110 without detail, and leaves nothing behind on its connection', async () => {
		await owner.query('alter table rate_row rename to gone')
		const order = newOrder(customerId)
		for (let i = 0; i <= limits.engine.lanes; i++) {
			expect(await create(order)).toMatchObject({ httpStatus: 500, Errors: ['H110'], Data: {} })
		}
		await owner.query('alter table gone rename to rate_row')
		for (let i = 0; i <= limits.engine.lanes; i++) expect(await create(order)).toMatchObject({ Success: true })
		expect(await stored(order.merchantOid)).toBe(1)
	})

	it('a person whom another server makes while a group is being loaded is met as a known one', async () => {
		const person = newPerson()
		await owner.query('begin')
		// What the group locks after the customers.
		await owner.query('select from merchant where code = $1 for update', [merchant.credentials.merchantId])
		const answer = merchant.client.call('/RequestV2/SetLimitFromKds', person)
		await waiting('writes', 1)
		const sealed = (text: unknown, purpose: Purpose) => sandbox.app.database.vault.sealWithHash(String(text), purpose)
		const [tckn, mobile] = [sealed(person.tckn, 'tckn'), sealed(person.mobileNumber, 'mobile-number')]
		await owner.query('insert into customer (id) values (5000000001)')
		await owner.query(`insert into person values (5000000001, 'A', 'B', '1990-01-01', $1, $2, $3, $4, '')`, [
			Buffer.from(tckn.hash, 'hex'),
			tckn.sealed,
			Buffer.from(mobile.hash, 'hex'),
			mobile.sealed,
		])
		await owner.query('commit')
		expect(await answer).toMatchObject({ Success: true, Data: { CustomerInfo: { CustomerId: '5000000001' } } })
		await sandbox.booksBalance()
	})

	it('with every lane lost, what was under way is answered 503, what had to wait is done, and all can be repeated', async () => {
		const orders = Array.from({ length: 20 }, () => newOrder(customerId, { orderAmount: '100' }))
		await owner.query('begin')
		await owner.query('select from customer where id = $1 for update', [customerId])
		const [first, ...rest] = orders
		const pending = [create(first as Parameters)]
		await waiting('writes', 1)
		pending.push(...rest.map(create))
		await killWaiting('writes', limits.engine.lanes)
		const answers = await Promise.all(pending)
		const lost = answers.filter(({ Success }) => !Success)
		expect(lost.length).toBeGreaterThanOrEqual(limits.engine.lanes)
		for (const answer of lost) expectUnavailable(answer)
		for (const order of orders) expect(await create(order)).toMatchObject({ Success: true })
		for (const { merchantOid } of orders) expect(await stored(merchantOid)).toBe(1)
		await sandbox.booksBalance()
	})

	it('a commit that conflicts is tried again, and one that always does is answered 503 H108 with nothing done', async () => {
		await owner.query(`
			create sequence tries;
			grant usage on sequence tries to public;
			create function conflict() returns trigger language plpgsql as $$ begin
				if nextval('tries') <= 2 then raise exception 'conflict' using errcode = '40001'; end if;
				return null;
			end $$;
			create constraint trigger conflict after insert on transaction deferrable initially deferred
				for each row execute function conflict();
		`)
		const late = newOrder(customerId)
		expect(await create(late)).toMatchObject({ Success: true })
		expect((await owner.query('select last_value::integer as tries from tries')).rows).toEqual([{ tries: 3 }])
		expect(await stored(late.merchantOid)).toBe(1)

		await owner.query('alter sequence tries minvalue -1000 restart -1000')
		const never = newOrder(customerId)
		expectUnavailable(await create(never))
		expect((await owner.query('select last_value + 1001 as tries from tries')).rows).toEqual([
			{ tries: String(limits.engine.attemptsAlone) },
		])
		expect(await stored(never.merchantOid)).toBe(0)
		await owner.query('drop trigger conflict on transaction')
	})
})
