// A server killed with -9 between any two steps of a limit request. Another one goes on where it was, by a job or because the
// merchant repeats, and the bureau has one request.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Neighbours, startNeighbours } from '../../sim/neighbours.ts'
import { MerchantClient } from '../../src/sdk/client.ts'
import { digitOf, Simulator, tcknGraded } from '../neighbours.ts'
import { masterKey, newPerson, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let simulated: Neighbours
let simulator: Simulator
let folder: string
/** The server that lives on, over the same database. */
let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sonra-chaos-'))
	simulated = await startNeighbours()
	simulator = new Simulator(simulated.url)
	const { url } = simulated
	sandbox = await startSandbox('sandbox', { bureau: url, identity: url, sms: url })
	merchant = await sandbox.newMerchant()
})
afterAll(async () => {
	await sandbox.stop()
	await simulated.close()
	await rm(folder, { recursive: true })
})
beforeEach(() => simulator.noFaults())

interface Doomed {
	readonly client: MerchantClient
	kill(): Promise<void>
}

/** A server as a program of its own, to be killed. */
async function startDoomed(): Promise<Doomed> {
	const child = spawn(process.execPath, ['src/cli.ts', 'serve'], {
		env: {
			PATH: process.env.PATH,
			SONRA_MODE: 'sandbox',
			SONRA_DATA_DIR: folder,
			DATABASE_URL: sandbox.databaseUrl,
			SONRA_MASTER_KEY: masterKey.toString('hex'),
			SONRA_BUREAU_URL: simulated.url,
			SONRA_IDENTITY_URL: simulated.url,
			SONRA_SMS_URL: simulated.url,
			SONRA_LOG_LEVEL: 'silent',
			PORT: '0',
		},
		stdio: ['ignore', 'pipe', 'inherit'],
	})
	return {
		client: new MerchantClient(await urlSaidBy(child), merchant.credentials),
		async kill() {
			child.kill('SIGKILL')
			await once(child, 'exit')
		},
	}
}

async function urlSaidBy(child: ChildProcess): Promise<string> {
	let said = ''
	for await (const chunk of child.stdout ?? []) {
		said += chunk
		const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
		if (url !== undefined) return url
	}
	throw new Error(`the server did not start: ${said}`)
}

type Person = Record<string, unknown>

function shopper(): Person {
	const { kdsLimit: _kdsLimit, ...person } = newPerson({ tckn: tcknGraded(digitOf.A) })
	return person
}

/** Kills a server while its call waits for a neighbour that has met this fault. */
async function killedDuring(path: string, kind: string, person: Person): Promise<void> {
	const doomed = await startDoomed()
	await simulator.fault(path, kind, { about: path.startsWith('/sms') ? person.mobileNumber : person.tckn })
	const call = doomed.client.call('/RequestV2/HasoAuthSendInfo', person).then(
		() => 'answered',
		() => 'lost',
	)
	await simulator.untilMet()
	await doomed.kill()
	expect(await call).toBe('lost')
	await simulator.noFaults()
}

/** Makes the jobs that wait for their time due now. */
async function wakeJobs(): Promise<void> {
	await sandbox.app.database.pool.query(
		'select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where locked_at is null), now())',
	)
}

const pinsOf = (person: Person) => simulator.pins(person.mobileNumber)

/** The shopper types the newest pin, and gets the limit; the bureau has had one request. */
async function grants(person: Person): Promise<void> {
	const again = await merchant.client.call('/RequestV2/HasoAuthSendInfo', person)
	const { KkbRefNo: kkbRefNo } = again.Data
	expect(kkbRefNo).toMatch(/^K/)
	const pinCode = await simulator.pin(person.mobileNumber)
	const sent = await merchant.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode })
	expect(sent.Errors).toEqual([])
	expect(sent.Data.CustomerInfo.CustomerLimit).toBe(50_000)
	expect((await simulator.requestsFor(person.tckn)).map(({ requestId }) => requestId)).toEqual([kkbRefNo])
	await sandbox.booksBalance()
}

const steps = [
	['/identity/verifications', 'hang'],
	['/identity/verifications', 'hang-after'],
	['/bureau/requests', 'hang'],
	['/bureau/requests', 'hang-after'],
	['/sms/messages', 'hang'],
	['/sms/messages', 'hang-after'],
] as const

describe('a server killed while it waits for an answer to', () => {
	it.each(steps)('%s (%s): a job of another server finishes the request', async (path, kind) => {
		const person = shopper()
		await killedDuring(path, kind, person)
		const textsBefore = (await pinsOf(person)).length
		// Whoever was texting a pin is left alone for a while.
		if (path === '/sms/messages') await sandbox.clock({ advanceDays: 1 })
		await wakeJobs()
		await vi.waitFor(async () => expect((await pinsOf(person)).length).toBe(textsBefore + 1), { timeout: 10_000 })
		await vi.waitFor(async () => {
			const { rows } = await sandbox.app.database.pool.query(
				`select pin_text from limit_request where state = 'awaiting-pin' and merchant_id = (select id from merchant where code = $1)`,
				[merchant.credentials.merchantId],
			)
			expect(rows).toEqual([{ pin_text: 'sent' }])
		})
		await grants(person)
	})

	it.each(steps.filter(([path]) => path !== '/sms/messages'))('%s (%s): the merchant’s repeat goes on', async (path, kind) => {
		const person = shopper()
		await killedDuring(path, kind, person)
		await grants(person)
		expect(await pinsOf(person)).toHaveLength(1)
	})

	it('/sms/messages: the merchant’s repeat has the KkbRefNo, and the pin on its way is good', async () => {
		const person = shopper()
		await killedDuring('/sms/messages', 'hang-after', person)
		await grants(person)
		expect(await pinsOf(person)).toHaveLength(1)
	})

	it('the report: the limit comes all the same, though nobody asks again', async () => {
		const person = shopper()
		const doomed = await startDoomed()
		const { KkbRefNo: kkbRefNo } = (await doomed.client.call('/RequestV2/HasoAuthSendInfo', person)).Data
		await simulator.fault('/bureau/requests/:id', 'hang-after', { about: kkbRefNo })
		const pinCode = await simulator.pin(person.mobileNumber)
		const call = doomed.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode }).catch(() => 'lost')
		await simulator.untilMet()
		await doomed.kill()
		expect(await call).toBe('lost')
		await untilGranted(kkbRefNo)
	})
})

async function untilGranted(kkbRefNo: string): Promise<void> {
	await vi.waitFor(
		async () => {
			const { rows } = await sandbox.app.database.pool.query('select state from limit_request where id = $1', [kkbRefNo.slice(1)])
			expect(rows[0].state).toBe('granted')
		},
		{ timeout: 15_000 },
	)
}

it('a request whose job died with its process is found by the next server that starts', async () => {
	const person = shopper()
	const { KkbRefNo: kkbRefNo } = (await merchant.client.call('/RequestV2/HasoAuthSendInfo', person)).Data
	await simulator.fault('/bureau/requests/:id', 'error', { times: 3, about: kkbRefNo })
	const pinCode = await simulator.pin(person.mobileNumber)
	const sent = await merchant.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode })
	expect(sent.Data.Message).toBe('RS110')
	await sandbox.app.database.pool.query(
		`update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now() - interval '2 minutes' where key = $1`,
		[`limit-request-${kkbRefNo.slice(1)}`],
	)
	await sandbox.newServer()
	await untilGranted(kkbRefNo)
})

it('a server that stops in the middle answers first', async () => {
	const person = shopper()
	const server = await sandbox.newServer()
	await simulator.fault('/bureau/requests', 'slow', { about: person.tckn })
	const call = new MerchantClient(server.url, merchant.credentials).call('/RequestV2/HasoAuthSendInfo', person)
	await simulator.untilMet()
	await server.stop()
	expect((await call).Data.KkbRefNo).toMatch(/^K/)
	await grants(person)
})

it('the jobs go on after the database has ended every connection', async () => {
	const person = newPerson({ tckn: tcknGraded(digitOf.slow), kdsLimit: undefined })
	const { KkbRefNo: kkbRefNo } = (await merchant.client.call('/RequestV2/HasoAuthSendInfo', person)).Data
	const pinCode = await simulator.pin(person.mobileNumber)
	expect((await merchant.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode })).Data.Message).toBe('RS110')
	await sandbox.app.database.pool
		.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()')
		.catch(() => {})
	await untilGranted(kkbRefNo)
})
