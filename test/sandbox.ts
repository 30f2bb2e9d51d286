// A sandbox server of its own for a test file, on a fresh database, spoken to through the shipped client.

import type pg from 'pg'
import pino from 'pino'
import { expect } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import type { Config, NeighbourUrls } from '../src/config.ts'
import { limits } from '../src/limits.ts'
import { verifyChains } from '../src/queries/chains.ts'
import { verify } from '../src/queries/verify.ts'
import { type Answer, MerchantClient } from '../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../src/sdk/sign.ts'
import { connect } from '../src/store/connect.ts'
import { changeMerchant, createMerchant, type MerchantSettings } from '../src/store/merchants.ts'
import { freshDatabase } from './database.ts'

export const masterKey = Buffer.alloc(32, 7)

export interface TestMerchant {
	readonly client: MerchantClient
	readonly credentials: MerchantCredentials
	set(settings: MerchantSettings): Promise<void>
}

export interface Sandbox {
	readonly url: string
	/** Of the database's owner, who may do what the server may not. */
	readonly databaseUrl: string
	readonly owner: pg.Pool
	readonly app: App
	newMerchant(settings?: MerchantSettings): Promise<TestMerchant>
	/** Moves the clock; the tests of a file share it. */
	clock(move: { date: string } | { advanceDays: number } | { reset: true }): Promise<string>
	today(): Promise<string>
	/** Where a test begins: the clock on this day, also when a test before it ended later. The machine's own day is the earliest. */
	startOn(date: string): Promise<void>
	/** Every row of every table as text, but for the marks of the groups: what a refusal has to leave as it was. */
	everything(): Promise<string[]>
	/** Another server over the same database, with these settings instead of the sandbox's; it stops with the sandbox. */
	newServer(given?: Partial<Config>): Promise<App>
	/** Fails when any invariant of the books does not hold. */
	booksBalance(): Promise<void>
	stop(): Promise<void>
}

/** Where nobody listens: for a test that needs no neighbours. */
const nowhere = 'http://127.0.0.1:9'
export const noNeighbours: NeighbourUrls = { bureau: nowhere, identity: nowhere, sms: nowhere }

/** For tests that send more wrong tokens than anybody should. */
export const anyCalls = { perMerchantPerSecond: 1_000_000, perAddressPerSecond: 1_000_000, wrongTokensPerMinute: 1_000_000 }

/** `neighbours`: those of the caller instead of the ones a sandbox starts by itself. */
export async function startSandbox(
	mode: 'sandbox' | 'production' = 'sandbox',
	neighbours: NeighbourUrls | null = mode === 'sandbox' ? null : noNeighbours,
): Promise<Sandbox> {
	const database = await freshDatabase()
	const newServer = (given: Partial<Config> = {}) =>
		startApp(
			{
				mode,
				dataDir: '/nonexistent',
				host: '127.0.0.1',
				port: 0,
				databaseUrl: database.serverUrl,
				migrationDatabaseUrl: null,
				masterKey,
				newMasterKey: null,
				logLevel: 'silent',
				neighbours,
				allowedCalls: anyCalls,
				retentionYears: 10,
				trustedProxies: [],
				...given,
			},
			pino({ level: 'silent' }),
		)
	const app = await newServer()
	const owner = connect(database.url, 'test', { ...limits.database, connections: 2 })
	const more: App[] = []
	const { pool, vault } = app.database
	const clockUrl = `${app.url}/sandbox/clock`
	const dateOf = async (response: Response): Promise<string> => {
		expect(response.status).toBe(200)
		return ((await response.json()) as { businessDate: string }).businessDate
	}
	const clock: Sandbox['clock'] = async (move) =>
		dateOf(await fetch(clockUrl, { method: 'POST', body: JSON.stringify(move), headers: { 'content-type': 'application/json' } }))
	return {
		url: app.url,
		databaseUrl: database.url,
		owner,
		app,
		async newMerchant(settings = {}) {
			const { merchantCode, merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Test shop')
			await changeMerchant(pool, merchantCode, settings)
			const credentials = { merchantId: merchantCode, merchantKey, merchantSalt }
			return {
				client: new MerchantClient(app.url, credentials),
				credentials,
				async set(later) {
					await changeMerchant(pool, merchantCode, later)
				},
			}
		},
		clock,
		today: async () => dateOf(await fetch(clockUrl)),
		async startOn(date) {
			await clock({ reset: true })
			expect(await clock({ date })).toBe(date)
		},
		async everything() {
			const tables = await pool.query<{ name: string }>(
				`select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'write_lane' order by 1`,
			)
			const texts = tables.rows.map(async ({ name }) => {
				const { rows } = await pool.query<{ text: string }>(
					`select to_jsonb(t)::text as text from ${name} t ${name === 'event' ? "where kind <> 'calls-refused'" : ''} order by 1`,
				)
				return rows.map(({ text }) => `${name} ${text}`)
			})
			return (await Promise.all(texts)).flat()
		},
		async newServer(given) {
			const server = await newServer(given)
			more.push(server)
			return server
		},
		async booksBalance() {
			const wrong = [...(await verify(pool)), await verifyChains(pool, vault)].filter((finding) => finding.wrong > 0)
			expect(wrong.map(({ invariant, examples }) => ({ [invariant.en]: examples }))).toEqual([])
		},
		async stop() {
			for (const server of [...more, app]) await server.stop()
			await owner.end()
			await database.drop()
		},
	}
}

/** What an answer refuses, each as `H310 paymentCode`; nothing for a success. Fails when the envelope contradicts itself. */
export function refusalsOf({ Success, Errors, Data, ErrorDetails }: Answer): string[] {
	expect(Success).toBe(Errors.length === 0)
	expect(ErrorDetails?.map(({ Code }) => Code) ?? []).toEqual(Errors)
	if (!Success) expect(Data).toEqual({})
	return (ErrorDetails ?? []).map(({ Code, Field }) => (Field === null ? Code : `${Code} ${Field}`))
}

let people = 0

/** The parameters of SetLimitFromKds for a person nobody has seen; what is given replaces its own. */
export function newPerson(given: Parameters = {}): Record<string, unknown> {
	people++
	return {
		shopperName: 'Şükrü Çağrı',
		shopperSurname: 'Öğütçü',
		tckn: tcknOf(100_000_000 + people),
		mobileNumber: `5${String(300_000_000 + people)}`,
		email: `person${people}@example.com`,
		birthDate: '1983-08-17',
		dealerSegment: 'GOLD',
		kdsLimit: '5000000',
		...given,
	}
}

/** A mobile number of nobody, which the simulated bureau lets a person have: it does not end in 99. */
export function freeNumber(): string {
	const free = String(newPerson().mobileNumber)
	return free.endsWith('99') ? freeNumber() : free
}

/** The TCKN that begins with these nine digits. */
export function tcknOf(firstNine: number): string {
	const digits = String(firstNine).padStart(9, '1').split('').map(Number) as number[]
	const at = (i: number) => digits[i] as number
	const tenth = (7 * (at(0) + at(2) + at(4) + at(6) + at(8)) - (at(1) + at(3) + at(5) + at(7)) + 40) % 10
	const eleventh = (digits.reduce((sum, digit) => sum + digit, 0) + tenth) % 10
	return `${digits.join('')}${tenth}${eleventh}`
}

/** A customer with a limit at this merchant; its customerId. */
export async function newCustomer({ client }: Pick<TestMerchant, 'client'>, given: Parameters = {}): Promise<string> {
	const answer = await client.call('/RequestV2/SetLimitFromKds', newPerson(given))
	expect(answer.Errors).toEqual([])
	return answer.Data.CustomerInfo.CustomerId
}

let orders = 0

/** Parameters of CreateTransaction for a new order of 1 200.00 TL in three instalments. */
export function newOrder(customerId: string, given: Parameters = {}): Record<string, unknown> {
	orders++
	return { merchantOid: `order-${orders}`, orderAmount: '120000', selectedInstallment: 3, customerId, ...given }
}

/** An active sale: the Data of CreateTransaction, whose codes the later calls need. */
export async function newSale(merchant: TestMerchant, customerId: string, given: Parameters = {}) {
	const created = await merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId, given))
	expect(created.Errors).toEqual([])
	const { TransactionCode: transactionCode, MerchantOid: merchantOid } = created.Data
	const activated = await merchant.client.call('/RequestV2/ActivateTransaction', { transactionCode, merchantOid })
	expect(activated.Errors).toEqual([])
	return created.Data
}

/** What an answer says, without what differs from call to call. */
export function said({ headers: _, ...answer }: Answer): Omit<Answer, 'headers'> {
	return answer
}

/** Makes a call that must be refused and must leave no trace in the database; what it was refused with. */
export async function refusedWithoutTrace(sandbox: Sandbox, call: () => Promise<Answer>): Promise<string[]> {
	const before = await sandbox.everything()
	const answer = await call()
	expect(await sandbox.everything()).toEqual(before)
	expect(answer).toMatchObject({ httpStatus: 200, Success: false })
	return refusalsOf(answer)
}

/** For what no endpoint can bring about or show; amounts and ids are bigint, dates texts. */
export async function sql<Row>({ owner }: Sandbox, text: string, values: unknown[] = []): Promise<Row[]> {
	return (await owner.query(text, values)).rows as Row[]
}

/** The CustomerInfo that a merchant is shown; null when it can see no such customer. */
export async function customerInfo({ client }: TestMerchant, customerId: string) {
	const answer = await client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100000' })
	expect(answer.Errors).toEqual([])
	return answer.Data.CustomerInfo
}
