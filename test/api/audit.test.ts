// Who did what, when, from where, by which call, and what came of it: kept for every write and for every call that was not let in.

import { userInfo } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RefusalCount } from '../../src/http/refused-calls.ts'
import { type AuditQuestion, audit } from '../../src/queries/audit.ts'
import { MerchantClient } from '../../src/sdk/client.ts'
import { run } from '../process.ts'
import {
	customerInfo,
	masterKey,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let shop: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	shop = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

const anything: AuditQuestion = {
	customerId: null,
	transactionId: null,
	merchantCode: null,
	operator: null,
	address: null,
	kind: null,
	since: null,
	limit: 1_000,
}
const asked = (question: Partial<AuditQuestion>) => audit(sandbox.app.database.pool, { ...anything, ...question })
const idOf = (transactionCode: string) => BigInt(transactionCode.slice(1))

describe('a write', () => {
	it('leaves a note of the merchant, its address, the call and the shopper’s address', async () => {
		const customerId = await newCustomer(shop)
		const sale = await newSale(shop, customerId, { ipAddress: '203.0.113.77' })
		const rows = await asked({ transactionId: idOf(sale.TransactionCode) })
		expect(rows.map(({ kind, command }) => ({ kind, command }))).toEqual([
			{ kind: 'transaction-activated', command: 'ActivateTransaction' },
			{ kind: 'transaction-created', command: 'CreateTransaction' },
		])
		const today = await sandbox.today()
		expect(rows[1]).toMatchObject({
			actor: 'merchant',
			merchantCode: shop.credentials.merchantId,
			operator: null,
			address: '127.0.0.1',
			ipAddress: '203.0.113.77',
			outcome: 'done',
			customerId,
			transactionCode: sale.TransactionCode,
			businessDate: today,
			recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
		})
		expect((await asked({ customerId: BigInt(customerId) })).map(({ kind }) => kind)).toEqual([
			'transaction-activated',
			'transaction-created',
			'limit-set',
		])
	})

	it('of whatever kind leaves one: no call changes anything without', async () => {
		const at = await sandbox.today()
		const customerId = await newCustomer(shop)
		const sale = await newSale(shop, customerId)
		const paid = await newSale(shop, customerId)
		const names = { transactionCode: sale.TransactionCode, merchantOid: sale.MerchantOid }
		const person = newPerson({ testOn: true })
		const started = await shop.client.call('/RequestV2/HasoAuthSendInfo', person)
		const { KkbRefNo: kkbRefNo } = started.Data
		const calls: [string, object][] = [
			['SetLimitFromKds', newPerson()],
			['SetCustomerLimit', { customerId, customerLimit: '6000000' }],
			['HasoAuthSendInfo', newPerson({ testOn: true })],
			['HasoAuthSendInfo', newPerson()],
			['SendKkbPinCode', { kkbRefNo, pinCode: '000000' }],
			['SendKkbPinCode', { kkbRefNo, pinCode: '000000', testResult: 'RETRY' }],
			['AskKkbReportResult', { kkbRefNo, testResult: 'A' }],
			['CreateTransaction', newOrder(customerId)],
			['SetPaidPayment', { paymentCode: paid.Payments[0].paymentCode, merchantOid: paid.MerchantOid, paymentDate: at }],
			['LoadCustomerBalance', { customerId, balanceAmount: '500', paymentDate: at }],
			['RefundTransaction', { ...names, refundId: 'r-1', refundAmount: '1000' }],
			['SuspendCustomer', { customerId, reason: 'asked for it' }],
			['ActivateCustomer', { customerId }],
		]
		for (const [name, parameters] of calls) {
			const before = await sandbox.everything()
			const newest = (await asked({ limit: 1 }))[0]?.id ?? 0n
			await shop.client.call(`/RequestV2/${name}`, { ...parameters })
			const changed = (await sandbox.everything()).filter((row) => !before.includes(row))
			expect(changed.length, name).toBeGreaterThan(0)
			const notes = (await asked({})).filter(({ id }) => id > newest)
			expect(notes.length, name).toBeGreaterThan(0)
			for (const note of notes) expect(note, name).toMatchObject({ actor: 'merchant', command: name, address: '127.0.0.1' })
		}
		await sandbox.booksBalance()
	})

	it('that is refused leaves no note, since nothing was written', async () => {
		const customerId = await newCustomer(shop)
		await shop.client.call('/RequestV2/CreateTransaction', newOrder(customerId, { orderAmount: '9900000000' }))
		expect((await asked({ customerId: BigInt(customerId) })).map(({ kind }) => kind)).toEqual(['limit-set'])
		expect(await customerInfo(shop, customerId)).toMatchObject({ CustomerId: customerId })
	})
})

describe('a call that is not let in', () => {
	it('is counted by address, merchant and code, and noted at the stop at the latest', async () => {
		const closed = await sandbox.newMerchant({ active: false })
		const elsewhere = await sandbox.newMerchant({ allowedAddresses: ['203.0.113.0/24'] })
		const server = await sandbox.newServer({ trustedProxies: [] })
		const path = '/Index/GetInstallmentRates'
		const as = (credentials: object) => new MerchantClient(server.url, { ...shop.credentials, ...credentials }).call(path, {})
		const before = (await asked({ kind: 'calls-refused' })).length
		for (let i = 0; i < 7; i++) expect(await as({ merchantKey: 'wrong' })).toMatchObject({ Errors: ['H105'] })
		for (let i = 0; i < 3; i++) expect(await as({ merchantId: 'nobody' })).toMatchObject({ Errors: ['H103'] })
		expect(await as(closed.credentials)).toMatchObject({ Errors: ['H104'] })
		expect(await as(elsewhere.credentials)).toMatchObject({ Errors: ['H106'] })
		// No write of its own.
		expect(await asked({ kind: 'calls-refused' })).toHaveLength(before)
		await server.stop()
		const noted = (await asked({ kind: 'calls-refused' })).slice(0, 4)
		const of = (merchantCode: string | null, outcome: string, count: string) =>
			expect.objectContaining({ actor: 'merchant', merchantCode, outcome, address: '127.0.0.1', detail: { count } })
		expect(noted).toHaveLength(4)
		expect(noted).toEqual(
			expect.arrayContaining([
				of(shop.credentials.merchantId, 'H105', '7'),
				of(null, 'H103', '3'),
				of(closed.credentials.merchantId, 'H104', '1'),
				of(elsewhere.credentials.merchantId, 'H106', '1'),
			]),
		)
		await sandbox.booksBalance()
	})

	it('never makes more rows than are told apart and one for each code, from however many places it comes', () => {
		const refusals = new RefusalCount(10)
		for (let i = 0; i < 5_000; i++) {
			refusals.add({ address: `203.0.113.${i % 250}`, merchantId: i % 3, code: i % 2 ? 'H105' : 'H103', count: 1 })
		}
		const counted = refusals.take()
		expect(counted).toHaveLength(12)
		expect(
			counted
				.filter(({ address }) => address === null)
				.map(({ code }) => code)
				.sort(),
		).toEqual(['H103', 'H105'])
		expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(5_000)
		expect(refusals.take()).toEqual([])
	})
})

describe('what the operator does', () => {
	const sonra = (...words: string[]) =>
		run(words, { DATABASE_URL: sandbox.databaseUrl, SONRA_MODE: 'sandbox', SONRA_MASTER_KEY: masterKey.toString('hex') })

	it('is noted under the name on the operator’s machine, never with a secret', async () => {
		const made = JSON.parse(
			(await sonra('merchant', 'create', '--name', 'Noted shop', '--merchant-id', 'NOTED', '--json')).stdout,
		)
		await sonra('merchant', 'set', 'NOTED', '--limit-ceiling', '50000')
		await sonra('merchant', 'rotate', 'NOTED', '--overlap', '7')
		await sonra('merchant', 'retire-key', 'NOTED')
		const rows = await asked({ operator: userInfo().username, merchantCode: 'NOTED' })
		expect(rows.map(({ command, kind, detail }) => [command, kind, detail])).toEqual([
			['merchant retire-key', 'merchant-old-key-retired', null],
			['merchant rotate', 'merchant-key-rotated', { overlapDays: '7' }],
			['merchant set', 'merchant-changed', { limitCeiling: '5000000' }],
			['merchant create', 'merchant-changed', { name: 'Noted shop' }],
			['merchant create', 'merchant-made', { code: 'NOTED', name: 'Noted shop' }],
		])
		for (const row of rows) expect(row).toMatchObject({ actor: 'operator', address: null, outcome: 'done' })
		const text = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
		for (const secret of [made.merchantKey, made.merchantSalt]) expect(text).not.toContain(secret)
		await sandbox.booksBalance()
	})

	it('and everybody else did is shown by `audit`, by customer and by transaction', async () => {
		const customerId = await newCustomer(shop)
		const sale = await newSale(shop, customerId)
		const { stdout, code } = await sonra('audit', '--transaction', sale.TransactionCode)
		expect(code).toBe(0)
		expect(stdout.trim().split('\n')).toEqual([
			expect.stringMatching(
				`^\\S+Z  merchant ${shop.credentials.merchantId}  127.0.0.1  ActivateTransaction  transaction-activated  done  ${customerId} ${sale.TransactionCode}$`,
			),
			expect.stringContaining('CreateTransaction  transaction-created  done'),
		])
		const json = JSON.parse((await sonra('audit', '--customer', customerId, '--json', '--limit', '2')).stdout)
		expect(json.map(({ kind }: { kind: string }) => kind)).toEqual(['transaction-activated', 'transaction-created'])
		expect((await sonra('audit', '--customer', 'nobody')).stderr).toContain('There can be none of this name.')
	})
})
