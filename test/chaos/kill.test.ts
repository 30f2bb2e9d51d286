// Kill -9 under load: the server, its PostgreSQL, both, one session. Whatever was acknowledged is there afterwards, once; whatever
// was not is settled by sending it again; and the books are right. All rounds are on one data folder.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { verify } from '../../src/queries/verify.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { connect } from '../../src/store/connect.ts'
import { childrenOf, type DataFolder, dataFolder, endProcesses, isAlive, type Server, serve, until } from '../process.ts'
import { newOrder, newPerson } from '../sandbox.ts'

const connections = 16

let folder: DataFolder
let server: Server

beforeAll(async () => {
	folder = await dataFolder()
	server = await start()
})
afterAll(async () => {
	await endProcesses()
	await folder.remove()
})

const start = () => serve({ SONRA_DATA_DIR: folder.path, SONRA_LOG_LEVEL: 'silent' })

async function demoClient(): Promise<MerchantClient> {
	return new MerchantClient(server.url, JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8')))
}

/** A write that was sent, and what was answered: null when nothing was, or that nothing was promised (503). */
interface Sent {
	readonly call: (typeof calls)[number]
	readonly parameters: Parameters
	answer: Answer | null
}

/** What the merchant wrote down, over all rounds. */
const journal: Sent[] = []
const customers: string[] = []

/** Sends and writes down; null when there is no promise. */
async function send(client: MerchantClient, call: Sent['call'], parameters: Parameters): Promise<Answer | null> {
	const sent: Sent = { call, parameters, answer: null }
	journal.push(sent)
	const answer = await client.call(`/RequestV2/${call}`, parameters).catch(() => null)
	if (answer?.httpStatus === 503) expect(answer.Errors).toEqual(['H108'])
	else if (answer) {
		expect(answer).toMatchObject({ httpStatus: 200, Errors: [] })
		sent.answer = answer
	}
	return sent.answer
}

/** Sells, activates, reports and loads on many connections, each until it is told to stop or nobody answers any more. */
function load(client: MerchantClient) {
	let stopped = false
	const working = Array.from({ length: connections }, async (_, place) => {
		const customerId = customers[place % customers.length] as string
		// Too little to pay an instalment, however often.
		const loadBalance = () => {
			const paymentReferenceCode = `load ${journal.length}`
			return send(client, 'LoadCustomerBalance', { customerId, balanceAmount: '1', paymentDate: today, paymentReferenceCode })
		}
		// So that not all do the same at the same time.
		for (let i = 0; i < place % 4; i++) await loadBalance()
		while (!stopped) {
			const created = await send(client, 'CreateTransaction', newOrder(customerId, { orderAmount: '300000' }))
			if (!created) return
			const { TransactionCode: transactionCode, MerchantOid: merchantOid, Payments } = created.Data
			if (!(await send(client, 'ActivateTransaction', { transactionCode, merchantOid }))) return
			const { paymentCode } = Payments[0]
			const report = { paymentCode, merchantOid, paymentDate: today, paymentReferenceCode: `till ${merchantOid}` }
			if (!(await send(client, 'SetPaidPayment', report))) return
			if (!(await loadBalance())) return
		}
	})
	return {
		stop() {
			stopped = true
			return Promise.all(working)
		},
	}
}

let today: string

/** All that was sent is sent once more: what was acknowledged is answered as then, what was not is settled now. */
async function repeat(client: MerchantClient, journal: readonly Sent[]): Promise<void> {
	const left = [...journal]
	await Promise.all(
		Array.from({ length: connections }, async () => {
			for (let sent = left.shift(); sent; sent = left.shift()) {
				const answer = await client.call(`/RequestV2/${sent.call}`, sent.parameters)
				expect(answer, sent.call).toMatchObject({ httpStatus: 200, Errors: [] })
				if (sent.answer) expect(essence(sent.call, answer)).toEqual(essence(sent.call, sent.answer))
				sent.answer ??= answer
			}
		}),
	)
}

/** What of an answer stays the same: for a sale the state goes on (protocol 1.6). */
function essence(call: Sent['call'], { Data }: Answer): unknown {
	if (call === 'CreateTransaction') return [Data.TransactionCode, Data.MerchantOid, Data.TotalAmount, Data.Payments.length]
	return call === 'ActivateTransaction' ? Data.Message : Data
}

const calls = ['CreateTransaction', 'ActivateTransaction', 'SetPaidPayment', 'LoadCustomerBalance'] as const

/** How many of each call were sent in all, or were answered. */
function counted(which: (sent: Sent) => boolean = () => true): Record<string, number> {
	return Object.fromEntries(calls.map((call) => [call, journal.filter((sent) => sent.call === call && which(sent)).length]))
}

/** How many of each call have had their effect, by the rows of the database. */
async function stored(): Promise<Record<string, number>> {
	const rows = await look(async (pool) => {
		const { rows } = await pool.query(`
			select
				(select count(*)::integer from transaction) as "CreateTransaction",
				(select count(*)::integer from movement where type = 'sale') as "ActivateTransaction",
				(select count(*)::integer from movement where type = 'reported-payment') as "SetPaidPayment",
				(select count(*)::integer from movement where type = 'balance-load') as "LoadCustomerBalance"
		`)
		return rows
	})
	return rows[0]
}

async function look<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> {
	const pool = connect(await folder.databaseUrl(), 'test', { ...limits.database, connections: 1 })
	return work(pool).finally(() => pool.end())
}

/** Exactly what the journal says is in the database, as the rows tell and as the merchant sees it; and the books are right. */
async function expectExactlyOnce(client: MerchantClient): Promise<void> {
	const sent = counted()
	expect(await stored()).toEqual(sent)
	const wrong = (await look((pool) => verify(pool))).filter((finding) => finding.wrong > 0)
	expect(wrong.map(({ invariant, examples }) => [invariant.en, examples])).toEqual([])

	const seen = { payments: 0, paid: 0, kurus: 0 }
	for (const customerId of customers) {
		const page = { customerId, pageSize: 1 }
		seen.payments += (await client.call('/Index/GetCustomerPayments', page)).Data.TotalCount
		seen.paid += (await client.call('/Index/GetCustomerPayments', { ...page, paymentStatuses: [1] })).Data.TotalCount
		const { Data } = await client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100' })
		seen.kurus += Math.round(Data.CustomerInfo.Balance * 100)
	}
	expect(seen).toEqual({
		payments: 3 * (sent.ActivateTransaction ?? 0),
		paid: sent.SetPaidPayment,
		kurus: sent.LoadCustomerBalance,
	})
}

/** A load, a kill in the middle of it, whatever brings the server back, and the reckoning. */
async function round(kill: () => Promise<void>, comeBack: () => Promise<void>): Promise<void> {
	const client = await demoClient()
	if (customers.length === 0) {
		today = ((await (await fetch(`${server.url}/sandbox/clock`)).json()) as { businessDate: string }).businessDate
		for (let i = 0; i < 8; i++) {
			const { Data } = await client.call('/RequestV2/SetLimitFromKds', newPerson({ kdsLimit: '10000000000' }))
			customers.push(Data.CustomerInfo.CustomerId)
		}
	}
	const earlier = journal.length
	const working = load(client)
	await until('many writes are acknowledged', () => journal.slice(earlier).filter(({ answer }) => answer).length > 150)
	const before = journal.length
	await kill()
	await until('something is lost', () => journal.slice(before - connections).some(({ answer }) => answer === null), 60_000)
	await working.stop()
	await comeBack()

	const again = await demoClient()
	await repeat(again, journal.slice(earlier))
	await expectExactlyOnce(again)
}

const restart = async (): Promise<void> => {
	server = await start()
}

it('the server is killed: the next one finds PostgreSQL as it was', async () => {
	const postgres = await folder.postgres()
	await round(async () => {
		server.signal('SIGKILL')
		await server.ended
	}, restart)
	expect(await folder.postgres()).toBe(postgres)
})

it('PostgreSQL is killed: the server says that it is not ready, starts it again and goes on', async () => {
	const { pid } = server
	const postgres = (await folder.postgres()) as number
	await round(
		async () => {
			process.kill(postgres, 'SIGKILL')
			await until('it is not ready', async () => (await fetch(`${server.url}/readyz`)).status === 503)
			expect((await fetch(`${server.url}/livez`)).status).toBe(200)
		},
		async () => {
			await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).ok)
			expect(server.pid).toBe(pid)
			expect(await folder.postgres()).not.toBe(postgres)
		},
	)
})

it('PostgreSQL is stopped by somebody else, properly: it is started again all the same', async () => {
	const postgres = (await folder.postgres()) as number
	await round(
		async () => {
			process.kill(postgres, 'SIGINT')
			await until('it has ended', async () => !(await isAlive(postgres)))
		},
		async () => {
			await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).ok)
		},
	)
})

it('PostgreSQL freezes: nobody waits for ever, and it goes on where it was when it thaws', async () => {
	const postmaster = (await folder.postgres()) as number
	const processes = [postmaster, ...(await childrenOf(postmaster))]
	let frozenAt = 0
	await round(
		async () => {
			for (const pid of processes) process.kill(pid, 'SIGSTOP')
			frozenAt = Date.now()
		},
		async () => {
			// The last of those that were under way, and of those that waited behind them, has its answer.
			const { answerTimeoutMs, settleMs, connectTimeoutMs } = limits.database
			expect(Date.now() - frozenAt).toBeLessThan(2 * answerTimeoutMs + settleMs + 2 * connectTimeoutMs)
			const client = await demoClient()
			const answer = await client.call('/RequestV2/CreateTransaction', newOrder(customers[0] as string))
			expect(answer).toMatchObject({ httpStatus: 503, Errors: ['H108'] })
			expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
			for (const pid of processes) process.kill(pid, 'SIGCONT')
			await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).ok)
			expect(await folder.postgres()).toBe(postmaster)
		},
	)
}, 120_000)

it('both are killed at once', async () => {
	await round(async () => {
		process.kill((await folder.postgres()) as number, 'SIGKILL')
		server.signal('SIGKILL')
		await server.ended
	}, restart)
})

it('one session of PostgreSQL is killed, and with it all: the server comes back by itself', async () => {
	const { pid } = server
	await round(
		async () => {
			const pool = connect(await folder.databaseUrl(), 'test', { ...limits.database, connections: 1 })
			const { rows } = await pool.query(`select pid from pg_stat_activity where application_name = 'sonra writes' limit 1`)
			await pool.end()
			process.kill(rows[0].pid, 'SIGKILL')
		},
		async () => {
			await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).ok)
			expect(server.pid).toBe(pid)
		},
	)
})

it('the server is told to stop: what it took on it answers, and the rest it has not touched', async () => {
	await round(
		async () => {
			server.signal('SIGTERM')
			expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
			expect(await folder.postgres()).toBeUndefined()
		},
		async () => {
			await restart()
			expect(await stored()).toEqual(counted(({ answer }) => answer !== null))
		},
	)
})
