// A commit that was sent and not answered, lost at every moment at which it can be. Each call here would have a second effect if it
// were run twice, and none if a lost one were answered as done: nothing but looking makes it right.

import type pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { setLimit } from '../../src/commands/limits.ts'
import { loadCustomerBalance } from '../../src/commands/payments.ts'
import type { CommandType, Needs, Now, Refused, World } from '../../src/commands/world.ts'
import { type Caller, withSandboxPermissions } from '../../src/domain/merchant.ts'
import { kurus } from '../../src/domain/money.ts'
import { done } from '../../src/engine/command.ts'
import { Engine } from '../../src/engine/engine.ts'
import { Unavailable } from '../../src/engine/fault.ts'
import { limits } from '../../src/limits.ts'
import { verify } from '../../src/queries/verify.ts'
import { Streams } from '../../src/store/chain.ts'
import { machineClock } from '../../src/store/clock.ts'
import { connect } from '../../src/store/connect.ts'
import { forgetLanes } from '../../src/store/fate.ts'
import { groupStore } from '../../src/store/groups.ts'
import { createMerchant, findCaller } from '../../src/store/merchants.ts'
import { Vault } from '../../src/store/vault.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { databaseProxy, type Loss } from '../database-proxy.ts'
import { date } from '../dates.ts'
import { until } from '../process.ts'
import { masterKey, tcknOf } from '../sandbox.ts'

const vault = new Vault(masterKey)
const quick = { ...limits.database, connections: 1, answerTimeoutMs: 500 }

const callerOf = (merchantId: number): Caller => ({
	actor: 'merchant',
	merchantId,
	command: 'Test',
	address: null,
	ipAddress: null,
})

let database: FreshDatabase
let pool: pg.Pool
let merchantId: number
let customerId: bigint

beforeAll(async () => {
	database = await freshDatabase()
	pool = connect(database.url, 'test', { ...limits.database, connections: 1 })
	const { merchantCode } = await createMerchant(pool, vault, 'Test shop')
	merchantId = (await findCaller(pool, vault, merchantCode))?.id as number
	const tckn = tcknOf(500_000_001)
	const person = {
		caller: callerOf(merchantId),
		source: 'KDS' as const,
		amount: kurus(5_000_000),
		tckn,
		tcknSealed: vault.sealWithHash(tckn, 'tckn'),
		mobileNumber: vault.sealWithHash('5500000001', 'mobile-number'),
		emailSealed: vault.seal('a@example.com', 'email'),
		name: 'Ayşe',
		surname: 'Öz',
		birthDate: date('1990-01-01'),
		dealerSegment: 'GOLD',
		kdsSegment: null,
	}
	customerId = (await submit(engineOn(pool), setLimit, person)).customerId
})
afterAll(async () => {
	await pool.end()
	await database.drop()
})

type WritePath = Engine<Needs, World, Now, Refused>

function engineOn(lanePool: pg.Pool, settleMs: number = limits.database.settleMs): WritePath {
	return new Engine(groupStore(lanePool, machineClock, withSandboxPermissions, new Streams(pool, vault), settleMs), {
		...limits.engine,
		lanes: 1,
	})
}

/** `decided`: told after each decision, when the first round trip is over and the second has not begun. */
async function submit<Input, Result>(
	engine: WritePath,
	type: CommandType<Input, Result>,
	input: Input,
	decided: (times: number) => void = () => {},
): Promise<Result> {
	let times = 0
	let result: { done: Result } | undefined
	await engine.submit({
		needs: type.needs(input),
		claims: [],
		decide(world, now) {
			const decision = type.decide(world, input, now)
			times++
			decided(times)
			if ('refused' in decision) return decision
			result = decision
			return done('')
		},
	})
	if (!result) throw new Error('refused')
	return result.done
}

/** Behind a proxy, on one connection at a time. */
async function behindProxy(settleMs?: number) {
	const proxy = await databaseProxy(database.url)
	const lanePool = connect(proxy.url, 'writes', quick)
	onTestFinished(() => lanePool.end())
	const engine = engineOn(lanePool, settleMs)
	let decisions = 0
	return {
		proxy,
		/** Loads a balance of one kuruş, without a reference that would make a repeat the same load; its commit is lost. */
		load(loss: Loss, then = () => {}) {
			const caller = callerOf(merchantId)
			const input = { caller, customerId, amount: kurus(1), paymentDate: date('2026-01-01'), reference: null }
			return submit(engine, loadCustomerBalance, input, (times) => {
				decisions = times
				if (times > 1) return
				proxy.lose(loss)
				then()
			})
		},
		get decisions() {
			return decisions
		},
	}
}

const balance = async () =>
	Number((await pool.query('select coalesce(sum(balance), 0) as balance from customer_link')).rows[0].balance)

async function booksBalance(): Promise<void> {
	expect((await verify(pool)).filter(({ wrong }) => wrong > 0)).toEqual([])
}

/** Until a connection waits for what another one has not let go. */
const somebodyWaits = () =>
	until('a connection waits', async () => {
		const { rowCount } = await pool.query(
			`select from pg_stat_activity
			where datname = current_database() and application_name = 'sonra writes' and wait_event_type = 'Lock'`,
		)
		return (rowCount ?? 0) > 0
	})

it.each<[Loss, number]>([
	['the commit', 2],
	['the answer', 1],
	['the line', 1],
])('where %s is lost, the call is answered as done and is done once, after %i decisions', async (loss, decisions) => {
	const before = await balance()
	const lane = await behindProxy()
	await lane.load(loss)
	expect(lane.decisions).toBe(decisions)
	expect(await balance()).toBe(before + 1)
	await booksBalance()
})

it('a commit that is still on its way is waited for, and counts when it arrives', async () => {
	const before = await balance()
	const lane = await behindProxy()
	const loaded = lane.load('the commit for a while')
	await somebodyWaits()
	await lane.proxy.deliver()
	await loaded
	expect(lane.decisions).toBe(1)
	expect(await balance()).toBe(before + 1)
	await booksBalance()
})

it('a group that was given up and arrives after all is refused by the database: only the one run in its place counts', async () => {
	const before = await balance()
	const lane = await behindProxy()
	const loaded = lane.load('all for a while')
	await somebodyWaits()
	await lane.proxy.deliver()
	await loaded
	expect(lane.decisions).toBe(2)
	expect(await balance()).toBe(before + 1)
	await booksBalance()
})

it('where nobody can look, the call is Unavailable after a while: it may have been done', async () => {
	const before = await balance()
	const lane = await behindProxy(200)
	const failure = await lane.load('the answer', lane.proxy.refuse).catch((error) => error)
	expect(failure).toBeInstanceOf(Unavailable)
	expect(failure.message).toBe('what became of a commit could not be seen')
	expect(await balance()).toBe(before + 1)
	await booksBalance()
})

it('the marks of lanes that ended are forgotten, and a lane that lives goes on', async () => {
	const lanePool = connect(database.url, 'writes', quick)
	onTestFinished(() => lanePool.end())
	const engine = engineOn(lanePool)
	const caller = callerOf(merchantId)
	const load = () =>
		submit(engine, loadCustomerBalance, {
			caller,
			customerId,
			amount: kurus(1),
			paymentDate: date('2026-01-01'),
			reference: null,
		})
	const before = await balance()
	await load()
	await pool.query(`update write_lane set at = at - interval '25 hours'`)
	await forgetLanes(pool, 1)
	expect((await pool.query('select from write_lane')).rowCount).toBe(0)
	await load()
	expect((await pool.query('select last_group from write_lane')).rows).toEqual([{ last_group: 2 }])
	expect(await balance()).toBe(before + 2)
})
