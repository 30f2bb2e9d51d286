// The server as its operator meets it: real processes on a folder of their own, from the first start to the last stop.
// The tests tell one story, in this order, on one folder.

import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials } from '../../src/sdk/sign.ts'
import { freshDatabase } from '../database.ts'
import {
	type DataFolder,
	dataFolder,
	type Ending,
	endProcesses,
	isAlive,
	nobodysNeighbours,
	run,
	type Server,
	serve,
	until,
} from '../process.ts'
import { newPerson } from '../sandbox.ts'

let folder: DataFolder
let server: Server
let secondStart: Promise<Ending>

const settings = () => ({ SONRA_DATA_DIR: folder.path })

beforeAll(async () => {
	folder = await dataFolder()
	server = await serve(settings())
	// It waits a moment for a server that may be just ending; meanwhile other tests run.
	secondStart = run(['serve'], { ...settings(), PORT: '0' })
})
afterAll(async () => {
	await endProcesses()
	await folder.remove()
})

async function demo(): Promise<MerchantCredentials & { baseUrl: string }> {
	return JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8'))
}

/** What was printed for people, without the lines of the log. */
function linesOf(text: string): string[] {
	return text.split('\n').filter((line) => line !== '' && !line.startsWith('{"level"'))
}

/** One line on stderr, exit code 1, no stack. */
function oneLine({ code, stdout, stderr }: Ending): string {
	expect(linesOf(stdout)).toEqual([])
	expect(stderr).toMatch(/^[^\n]+\n$/)
	expect(code).toBe(1)
	return stderr.trimEnd()
}

describe('a first start', () => {
	it('says where it is, where its data is and whose credentials are where', async () => {
		expect(server.stdout).toContain(`is ready at ${server.url} (sandbox)`)
		expect(server.stdout).toContain(folder.path)
		expect(server.stdout).toContain(join(folder.path, 'demo-merchant.json'))
		expect(server.stderr).toBe('')
	})

	it('prints a curl line with a valid token, and no secret', async () => {
		const [, url = '', body = ''] = /^curl .*(http:\/\/\S+) .*-d '([^']+)'$/ms.exec(server.stdout) ?? []
		const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
		const answer = (await response.json()) as { Success: boolean; Data: { InstallmentPlans: { InstallmentNo: number }[] } }
		expect(answer.Success).toBe(true)
		expect(answer.Data.InstallmentPlans.map(({ InstallmentNo }) => InstallmentNo)).toEqual([
			1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
		])
		const { merchantKey, merchantSalt } = await demo()
		expect(server.stdout).not.toContain(merchantKey)
		expect(server.stdout).not.toContain(merchantSalt)
	})

	it('leaves the credentials of the demo merchant in a file that only its owner reads', async () => {
		const credentials = await demo()
		expect(credentials).toEqual({
			merchantId: 'DEMO',
			merchantKey: expect.stringMatching(/^.{40,}$/),
			merchantSalt: expect.stringMatching(/^.{40,}$/),
			baseUrl: server.url,
		})
		const modes = ['demo-merchant.json', 'master-key', 'postgres-password', '.'].map(
			async (name) => (await stat(join(folder.path, name))).mode & 0o777,
		)
		expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o600, 0o700])
		expect(await new MerchantClient(credentials.baseUrl, credentials).call('/Index/GetErrorCodes')).toMatchObject({
			Success: true,
		})
	})

	it('is alive, ready and on loopback', async () => {
		expect((await fetch(`${server.url}/livez`)).status).toBe(200)
		expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
		expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
	})
})

it('a wrong setting and an impossible data folder are told in one line, in Turkish where the locale is Turkish', async () => {
	const [port, mode, noFolder, turkish] = await Promise.all([
		run(['serve'], { ...settings(), PORT: 'http' }),
		run(['serve'], { ...settings(), SONRA_MODE: 'live' }),
		run(['serve'], { SONRA_DATA_DIR: join(folder.path, 'master-key/data') }),
		run(['serve'], { ...settings(), PORT: 'http', LANG: 'tr_TR.UTF-8' }),
	])
	expect(oneLine(port)).toMatch(/^PORT must be a port number/)
	expect(oneLine(mode)).toMatch(/^SONRA_MODE must be sandbox or production/)
	expect(oneLine(noFolder)).toMatch(/^ENOTDIR: .*master-key\/data/)
	expect(oneLine(turkish)).toMatch(/^PORT .*kapı numarası/)
})

describe('with a DATABASE_URL', () => {
	it('the server is one for production: it wants a master key and neighbours, says no secret, starts no PostgreSQL and has no test clock', async () => {
		const database = await freshDatabase()
		const own = await dataFolder()
		const given = { SONRA_DATA_DIR: join(own.path, 'unused'), DATABASE_URL: database.url }
		expect(oneLine(await run(['serve'], given))).toMatch(/^SONRA_MASTER_KEY must be set in production/)

		const masterKey = 'd'.repeat(64)
		expect(oneLine(await run(['serve'], { ...given, SONRA_MASTER_KEY: masterKey }))).toMatch(
			/^SONRA_BUREAU_URL, SONRA_IDENTITY_URL, SONRA_SMS_URL must be set in production/,
		)
		const production = await serve({ ...given, SONRA_MASTER_KEY: masterKey, ...nobodysNeighbours })
		expect(production.stdout).toContain(`is ready at ${production.url} (production)`)
		expect(production.stdout).not.toContain(new URL(database.url).password)
		expect(production.stdout).not.toContain(masterKey)
		expect((await fetch(`${production.url}/readyz`)).status).toBe(200)
		expect((await fetch(`${production.url}/sandbox/clock`)).status).toBe(404)
		production.signal('SIGTERM')
		expect(await production.ended).toMatchObject({ code: 0, stderr: '' })
		expect(existsSync(given.SONRA_DATA_DIR)).toBe(false)
		await own.remove()
		await database.drop()
	})

	it('a database that can’t be reached is told in one line without its password', async () => {
		const database = inject('databaseUrl')
		const [noServer, noEntry] = await Promise.all(
			['postgres://sonra:hunter2@127.0.0.1:1/sonra', database.replace(/:[^:@]+@/, ':hunter2@')].map(async (url) =>
				oneLine(await run(['serve'], { DATABASE_URL: url, SONRA_MASTER_KEY: 'd'.repeat(64), ...nobodysNeighbours })),
			),
		)
		expect(noServer).toMatch(/^DATABASE_URL: .*ECONNREFUSED/)
		expect(noEntry).toMatch(/^DATABASE_URL: .*user or password is wrong/)
		expect(`${noServer}${noEntry}`).not.toContain('hunter2')
	})
})

it('a second start on the same folder is refused in one line that says who has it, and the first goes on', async () => {
	const line = oneLine(await secondStart)
	expect(line).toContain(`the data folder ${folder.path} is in use by: sonra pid ${server.pid} `)
	expect(line).toContain('SONRA_DATA_DIR')
	expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

it('after kill -9 the next start finds PostgreSQL running, adopts it, and has everything that was acknowledged', async () => {
	const credentials = await demo()
	const before = new MerchantClient(server.url, credentials)
	const { Data } = await before.call('/RequestV2/SetLimitFromKds', newPerson())
	const customerId = Data.CustomerInfo.CustomerId
	await before.call('/RequestV2/LoadCustomerBalance', { customerId, balanceAmount: '7500', paymentDate: '2026-01-05' })

	const postgres = await folder.postgres()
	server.signal('SIGKILL')
	expect(await server.ended).toMatchObject({ signal: 'SIGKILL' })
	expect(await folder.postgres()).toBe(postgres)

	server = await serve(settings())
	expect(await folder.postgres()).toBe(postgres)
	const again = await demo()
	expect(again).toEqual({ ...credentials, baseUrl: server.url })
	const after = new MerchantClient(server.url, again)
	const shown = await after.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100' })
	expect(shown.Data.CustomerInfo).toMatchObject({ CustomerId: customerId, Balance: 75 })
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
	it('stops the server and its PostgreSQL, with exit code 0 and nothing to say on stderr', async () => {
		if (!(await isAlive(server.pid))) server = await serve(settings())
		const postgres = (await folder.postgres()) as number
		expect(await isAlive(postgres)).toBe(true)
		server.signal(signal)
		expect(await server.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
		await until('its PostgreSQL is gone', async () => !(await isAlive(postgres)), 2_000)
		expect(await folder.postgres()).toBeUndefined()
		expect(existsSync(join(folder.path, 'postgres/postmaster.pid'))).toBe(false)
	})
})

it('a port that is taken is told in one line, and no PostgreSQL is left behind', async () => {
	const taken = createServer()
	const port = await new Promise<number>((resolve) =>
		taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
	)
	const line = oneLine(await run(['serve'], { ...settings(), PORT: String(port) }))
	expect(line).toContain(String(port))
	expect(line).toMatch(/another program listens there/)
	expect(await folder.postgres()).toBeUndefined()
	taken.close()
})

it('another master key than the one the folder was made with is refused in one line', async () => {
	const line = oneLine(await run(['serve'], { ...settings(), SONRA_MASTER_KEY: 'c'.repeat(64) }))
	expect(line).toMatch(/^SONRA_MASTER_KEY .* is not the master key of this database/)
	expect(await folder.postgres()).toBeUndefined()
})
