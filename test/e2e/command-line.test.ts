// The command line beside a running server: npm run sonra -- …, each a process of its own on the server's data folder.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { unaltered } from '../../src/queries/chains.ts'
import { invariants } from '../../src/queries/verify.ts'
import { MerchantClient } from '../../src/sdk/client.ts'
import { type MerchantCredentials, signed } from '../../src/sdk/sign.ts'
import { connect } from '../../src/store/connect.ts'
import { createMerchant } from '../../src/store/merchants.ts'
import { vaultOf } from '../database.ts'
import {
	type DataFolder,
	dataFolder,
	type Ending,
	endProcesses,
	nobodysNeighbours,
	run,
	type Server,
	serve,
	until,
} from '../process.ts'
import { newPerson, newSale } from '../sandbox.ts'

let folder: DataFolder
let server: Server
let database: pg.Client

beforeAll(async () => {
	folder = await dataFolder()
	server = await serve({ SONRA_DATA_DIR: folder.path })
	database = new pg.Client(await folder.databaseUrl())
	await database.connect()
})
afterAll(async () => {
	await database.end()
	await endProcesses()
	await folder.remove()
})

/** Runs a command beside the server; `settings` are added to its own. */
function sonra(words: readonly string[], settings: Record<string, string> = {}, input?: string): Promise<Ending> {
	return run(words, { SONRA_DATA_DIR: folder.path, PORT: new URL(server.url).port, ...settings }, input)
}

/** What it prints; it must succeed and have nothing to complain about. */
async function printed(words: readonly string[], input?: string): Promise<string> {
	const { code, stdout, stderr } = await sonra(words, {}, input)
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
	return stdout
}

/** The line it complains with; it must fail, print nothing else and show no stack. */
async function complaint(words: readonly string[], input?: string): Promise<string> {
	const { code, stdout, stderr } = await sonra(words, {}, input)
	expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
	expect(stderr).not.toMatch(/^\s+at /m)
	return stderr.split('\n')[0] as string
}

const called = (merchant: MerchantCredentials) => new MerchantClient(server.url, merchant).call('/Index/GetErrorCodes')

async function created(...words: string[]): Promise<MerchantCredentials> {
	return JSON.parse(await printed(['merchant', 'create', '--name', 'Ayakkabıcı', '--json', ...words]))
}

/** A merchant made without a process of its own, to save the time. */
async function newMerchant(): Promise<MerchantCredentials> {
	const pool = connect(await folder.databaseUrl(), 'test', { ...limits.database, connections: 1 })
	const vault = await vaultOf(await folder.databaseUrl(), Buffer.from(await masterKey(), 'hex'))
	const { merchantCode: merchantId, ...secrets } = await createMerchant(pool, vault, 'Test shop').finally(() => pool.end())
	return { merchantId, ...secrets }
}

const masterKey = async () => (await readFile(join(folder.path, 'master-key'), 'utf8')).trim()

describe('merchant create', () => {
	it('makes a merchant that can call the running server at once', async () => {
		const credentials = await created()
		expect(credentials).toEqual({
			merchantId: expect.stringMatching(/^M\d+$/),
			merchantKey: expect.stringMatching(/^.{40,}$/),
			merchantSalt: expect.stringMatching(/^.{40,}$/),
		})
		expect(await called(credentials)).toMatchObject({ Success: true })
	})

	it('keeps the credentials of a merchant that comes from elsewhere, and no merchantId is given twice', async () => {
		const given = ['--merchant-id', 'eski-1', '--merchant-key', 'gizli anahtar', '--merchant-salt', 'tuz']
		const shown = await printed(['merchant', 'create', '--name', 'Eski', ...given])
		expect(shown).toBe('merchantId    eski-1\nmerchantKey   gizli anahtar\nmerchantSalt  tuz\n')
		expect(await called({ merchantId: 'eski-1', merchantKey: 'gizli anahtar', merchantSalt: 'tuz' })).toMatchObject({
			Success: true,
		})
		expect(await complaint(['merchant', 'create', '--name', 'Yeni', '--merchant-id', 'eski-1'])).toBe(
			'There is a merchant eski-1 already.',
		)
	})
})

it('merchant list shows every merchant, for people and for scripts', async () => {
	const { merchantId } = await created('--state', 'passive')
	const [shown, json] = await Promise.all([printed(['merchant', 'list']), printed(['merchant', 'list', '--json'])])
	expect(shown).toMatch(/^DEMO {17} active {3}Demo shop$/m)
	expect(shown).toMatch(new RegExp(`^${merchantId} +passive {2}Ayakkabıcı$`, 'm'))
	expect(JSON.parse(json)).toContainEqual({ merchantId, name: 'Ayakkabıcı', active: false, createdAt: expect.any(String) })
})

it('merchant rotate gives new credentials: they work at once, the old ones no more', async () => {
	const old = await newMerchant()
	expect(await called(old)).toMatchObject({ Success: true })
	const rotated = JSON.parse(await printed(['merchant', 'rotate', old.merchantId, '--json']))
	expect(rotated.merchantId).toBe(old.merchantId)
	expect(await called(rotated)).toMatchObject({ Success: true })
	expect(await called(old)).toMatchObject({ Errors: ['H105'] })
	// One new secret beside an old one is not enough.
	expect(await called({ ...rotated, merchantSalt: old.merchantSalt })).toMatchObject({ Errors: ['H105'] })
	expect(await called({ ...rotated, merchantKey: old.merchantKey })).toMatchObject({ Errors: ['H105'] })
})

it('merchant rotate --overlap lets the old ones work on, until merchant retire-key', async () => {
	const old = await newMerchant()
	const rotated = JSON.parse(await printed(['merchant', 'rotate', old.merchantId, '--overlap', '7', '--json']))
	for (const each of [old, rotated]) expect(await called(each)).toMatchObject({ Success: true })
	expect(await printed(['merchant', 'retire-key', old.merchantId])).toBe(`Only the newest key of ${old.merchantId} works.\n`)
	await until('the old key is noticed to be gone', async () => (await called(old)).Errors[0] === 'H105')
	expect(await called(rotated)).toMatchObject({ Success: true })
})

describe('merchant set', () => {
	it('changes everything that a merchant may do and its terms, and nothing that was not named', async () => {
		const { merchantId } = await newMerchant()
		const read = async () => (await database.query('select * from merchant where code = $1', [merchantId])).rows[0]
		const before = await read()
		expect(await printed(['merchant', 'set', merchantId, '--grace-days', '3'])).toBe(`${merchantId} is changed.\n`)
		expect(await read()).toEqual({ ...before, grace_days: 3 })

		const words =
			'--name Terzi --state passive --allow-addresses 203.0.113.0/24,2001:db8::1 --credit-limit 250000 --late-fee-rate 2.5 ' +
			'--late-fee-base open-principal --grace-days 5 --pending-life 10 --down-payment 30 --enforcement-after 60 ' +
			'--allow-limits kds,MANUAL --limit-ceiling 40000 --own-limits yes'
		await printed(['merchant', 'set', merchantId, ...words.split(' ')])
		expect(await read()).toEqual({
			...before,
			name: 'Terzi',
			active: false,
			allowed_addresses: ['203.0.113.0/24', '2001:db8::1'],
			credit_limit: '25000000',
			late_fee_rate_bps: 250,
			late_fee_base: 'open-principal',
			grace_days: 5,
			pending_life_days: 10,
			down_payment_max_share_bps: 3000,
			enforcement_min_overdue_days: 60,
			settable_limits: '{KDS,MANUAL}',
			limit_ceiling: '4000000',
			holds_own_limits: true,
		})
		const none =
			'--allow-addresses none --credit-limit none --allow-limits none --limit-ceiling none --own-limits no --state active'
		await printed(['merchant', 'set', merchantId, ...none.split(' ')])
		expect(await read()).toMatchObject({
			active: true,
			allowed_addresses: null,
			credit_limit: null,
			settable_limits: '{}',
			limit_ceiling: null,
			holds_own_limits: false,
		})
	})

	it('reaches the running server in a moment', async () => {
		const merchant = await newMerchant()
		expect(await called(merchant)).toMatchObject({ Success: true })
		await printed(['merchant', 'set', merchant.merchantId, '--state', 'passive'])
		await until('the merchant is refused', async () => (await called(merchant)).Errors[0] === 'H104', 2_000)
	})
})

describe('token', () => {
	const path = '/RequestV2/CreateTransaction'
	const order = {
		merchantOid: 'Ş-1',
		orderAmount: 100_000,
		selectedInstallment: 3,
		customerId: '1000000001',
		ipAddress: '10.0.0.1',
	}

	it('is the one that the client signs with, for a file and for the input, and for DEMO when no merchant is named', async () => {
		const merchant = await newMerchant()
		const parameters = { ...order, merchantId: merchant.merchantId }
		const file = join(folder.path, 'body.json')
		await writeFile(file, JSON.stringify(parameters))
		expect(await printed(['token', path, file])).toBe(`${signed(path, parameters, merchant).requestToken}\n`)
		expect(await printed(['token', path.toLowerCase(), '-'], JSON.stringify(parameters))).toBe(
			await printed(['token', path, file]),
		)
		const demo = JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8'))
		expect(await printed(['token', path, '-'], JSON.stringify(order))).toBe(`${signed(path, order, demo).requestToken}\n`)
	})

	it('--curl prints a call that works, quotes and all', async () => {
		const parameters = { orderAmount: '100000', dealerSegment: "D'or" }
		const line = await printed(['token', '/Index/GetCustomerInformation', '-', '--curl'], JSON.stringify(parameters))
		const [, url = '', body = ''] = /^curl .*(http:\/\/\S+) .*-d '(.+)'\n$/ms.exec(line) ?? []
		expect(url).toBe(`${server.url}/Index/GetCustomerInformation`)
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: body.replaceAll(`'\\''`, "'"),
		})
		expect(await response.json()).toMatchObject({ Success: true })
	})

	it('says in a line what it can’t sign', async () => {
		const lines = await Promise.all([
			complaint(['token', '/RequestV2/NoSuchCall', '-'], '{}'),
			complaint(['token', path, '-'], '{'),
			complaint(['token', path, '-'], '[]'),
			complaint(['token', path, join(folder.path, 'nothing.json')]),
			complaint(['token', path, '-'], '{"merchantId":"NOBODY"}'),
		])
		expect(lines).toEqual([
			'There is no endpoint /RequestV2/NoSuchCall.',
			expect.stringMatching(/^- can’t be read as JSON: /),
			'- must hold a JSON object.',
			expect.stringMatching(/nothing\.json can’t be read as JSON: ENOENT/),
			'There is no merchant NOBODY.',
		])
	})
})

it('clock shows and moves the clock of the running server, but never back', async () => {
	const shown = async () => ((await (await fetch(`${server.url}/sandbox/clock`)).json()) as { businessDate: string }).businessDate
	const today = await shown()
	expect(await printed(['clock'])).toBe(`${today}\n`)
	expect(await printed(['clock', '--date', '2031-02-27'])).toBe('2031-02-27\n')
	expect(await printed(['clock', '--advance', '2'])).toBe('2031-03-01\n')
	expect(await shown()).toBe('2031-03-01')
	expect(await complaint(['clock', '--date', '2031-02-28'])).toBe('The clock only goes forward, or back by --reset.')
	expect(await complaint(['clock', '--date', '2031-02-29'])).toContain('It must be a date like 2027-01-15.')
	expect(await shown()).toBe('2031-03-01')
	expect(await printed(['clock', '--reset'])).toBe(`${today}\n`)
	const production = await sonra(['clock'], {
		SONRA_MODE: 'production',
		SONRA_MASTER_KEY: await masterKey(),
		...nobodysNeighbours,
	})
	expect(production).toMatchObject({ code: 1, stdout: '', stderr: 'In production the clock is the machine’s own.\n' })
})

it('verify tells every invariant and exits with 0, and with 1 while one does not hold', async () => {
	const credentials = await newMerchant()
	const client = new MerchantClient(server.url, credentials)
	const { Data } = await client.call('/RequestV2/SetLimitFromKds', newPerson())
	const { CustomerId } = Data.CustomerInfo
	await newSale({ client, credentials, set: async () => {} }, CustomerId)
	const clean = await printed(['verify'])
	expect(
		clean
			.trimEnd()
			.split('\n')
			.map((line) => line.replace(/ \(\d+\)$/, '')),
	).toEqual([...invariants, unaltered].map(({ en }) => `ok      ${en}`))

	await database.query('update customer set active_principal = active_principal + 1 where id = $1', [CustomerId])
	const wrong = await sonra(['verify'])
	expect(wrong).toMatchObject({ code: 1, stderr: '' })
	expect(wrong.stdout).toContain('WRONG   the used limit of a customer is the open principal')
	expect(wrong.stdout).toMatch(new RegExp(`^ +customer ${CustomerId} should be 120000, .* but is 120001, `, 'm'))
	await database.query('update customer set active_principal = active_principal - 1 where id = $1', [CustomerId])
	expect(await printed(['verify'])).toBe(clean)
})

it('migrate says when there is nothing to do', async () => {
	expect(await printed(['migrate'])).toBe('The schema is up to date.\n')
})

it('--help speaks English, and Turkish where the locale is Turkish', async () => {
	const [english, turkish, create] = await Promise.all([
		sonra(['--help']),
		sonra(['--help'], { LANG: 'tr_TR.UTF-8' }),
		sonra(['merchant', 'create', '--help'], { LC_ALL: 'tr_TR.UTF-8' }),
	])
	expect(english).toMatchObject({ code: 0, stderr: '' })
	for (const command of ['serve', 'migrate', 'merchant', 'token', 'clock', 'verify'])
		expect(english.stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
	expect(english.stdout).toContain('check the books')
	expect(turkish).toMatchObject({ code: 0, stderr: '' })
	expect(turkish.stdout).toContain('defterleri denetler')
	expect(create.stdout).toContain('üye iş yerinin adı')
})

it('an unknown merchant is told in a line', async () => {
	const words = [
		['merchant', 'set', 'NOBODY', '--state', 'active'],
		['merchant', 'rotate', 'NOBODY'],
		['merchant', 'retire-key', 'NOBODY'],
	]
	expect(await Promise.all(words.map((each) => complaint(each)))).toEqual([
		'There is no merchant NOBODY.',
		'There is no merchant NOBODY.',
		'There is no merchant NOBODY.',
	])
	const turkish = await sonra(['merchant', 'rotate', 'NOBODY'], { LANG: 'tr_TR.UTF-8' })
	expect(turkish.stderr).toBe('NOBODY adında bir üye iş yeri yok.\n')
})

it('what the options of a command do not allow is told in a line, with the help', async () => {
	const wrong: [string[], string][] = [
		[['merchant', 'set', 'DEMO', '--grace-days', '91'], 'It must be a whole number from 0 to 90.'],
		[['merchant', 'set', 'DEMO', '--discount', '5'], 'unknown option'],
		[['merchant', 'create'], "required option '--name <name>' not specified"],
		[['merchant', 'create', '--name', 'X', '--merchant-id', 'a'.repeat(21)], 'It must be a text of 1 to 20 characters.'],
		[['clock', '--reset', '--advance', '1'], 'cannot be used with'],
		[['pay'], "unknown command 'pay'"],
	]
	for (const [words, why] of wrong) {
		const { code, stdout, stderr } = await sonra(words)
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
		expect(stderr).toMatch(/^error: .*\n\nUsage: sonra /)
		expect(stderr.split('\n')[0]).toContain(why)
	}
})

it('in production a command needs no neighbours, and says in a line, in Turkish too, why the database does not let it in', async () => {
	const url = await folder.databaseUrl()
	const production = { SONRA_MASTER_KEY: await masterKey(), SONRA_MODE: 'production' }
	const list = (databaseUrl: string, settings: Record<string, string> = {}) =>
		run(['merchant', 'list'], { ...production, DATABASE_URL: databaseUrl, ...settings })
	const [there, nobody, turkish, password, name] = await Promise.all([
		list(url),
		list('postgres://sonra:hunter2@127.0.0.1:1/sonra'),
		list('postgres://sonra:hunter2@127.0.0.1:1/sonra', { LANG: 'tr_TR.UTF-8' }),
		list(url.replace(/:[^:@]+@/, ':hunter2@')),
		list(`${url}_of_nobody`),
	])
	expect(there).toMatchObject({ code: 0, stdout: expect.stringContaining('DEMO'), stderr: '' })
	for (const { code, stdout } of [nobody, turkish, password, name]) expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
	expect([nobody, turkish, password, name].map(({ stderr }) => stderr)).toEqual([
		'DATABASE_URL: The database can’t be reached (ECONNREFUSED).\n',
		'DATABASE_URL: Veritabanına ulaşılamıyor (ECONNREFUSED).\n',
		'DATABASE_URL: The database turned the user away: user or password is wrong, or it is not let in from here (28P01).\n',
		'DATABASE_URL: There is no such database (3D000).\n',
	])
})

it('without a running server a command starts PostgreSQL for itself and stops it again', async () => {
	await database.end()
	server.signal('SIGTERM')
	expect(await server.ended).toMatchObject({ code: 0 })
	expect(await printed(['merchant', 'list'])).toContain('DEMO')
	expect(await folder.postgres()).toBeUndefined()
})
