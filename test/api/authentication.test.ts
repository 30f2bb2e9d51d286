// Who may call (protocol 1.3, 1.4, steps 1 to 5): merchantId, token, network address, state, and only then the parameters.
// Tokens are made here by hand, from the signing orders as the protocol prints them. And what answers without any token.

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'
import { createMerchant, retireOldKey, rotateCredentials } from '../../src/store/merchants.ts'
import { newCustomer, newPerson, refusalsOf, type Sandbox, sql, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

const codesPath = '/Index/GetErrorCodes'
const loadPath = '/RequestV2/LoadCustomerBalance'

/** A token as protocol 1.3 says it is made. */
function tokenOf({ merchantKey, merchantSalt }: MerchantCredentials, ...values: unknown[]): string {
	return createHmac('sha256', merchantKey)
		.update(values.join('') + merchantSalt, 'utf8')
		.digest('base64')
}

const send = (path: string, body: Parameters, url = sandbox.url) => new MerchantClient(url, merchant.credentials).send(path, body)

// -------------------------------------------------------------------------------------------------------------

interface Signing {
	readonly path: string
	/** The values that are signed, in the protocol's order, after merchantId; all of them differ. */
	readonly values: Parameters
	readonly unsigned: Parameters
	/** What Data says where the call is refused for a reason of its own; nothing for most calls. */
	readonly refusedData?: object
}

const ipAddress = '203.0.113.9'
const signings: Signing[] = [
	{
		path: '/Index/GetCustomerInformation',
		values: { ipAddress, customerId: '4000000001', orderAmount: '50000' },
		unsigned: { notCalculateFees: 'true', RevisedFeeRate: '20', availableLimit: '70000', dealerSegment: 'GOLD' },
	},
	{
		path: '/RequestV2/SetLimitFromKds',
		values: { shopperName: 'Şükrü', shopperSurname: 'Çağrı', dealerSegment: 'GOLD', ipAddress },
		unsigned: { tckn: 'nobody’s', mobileNumber: '5300000001', email: 'a@example.com', birthDate: '1983-08-17', kdsLimit: '1' },
	},
	{
		path: '/RequestV2/HasoAuthSendInfo',
		values: { ipAddress, shopperName: 'Şükrü', shopperSurname: 'Çağrı', tckn: 'nobody’s', mobileNumber: '5300000001' },
		unsigned: { email: 'a@example.com', birthDate: '1983-08-17', dealerSegment: 'GOLD', preDefinedLimit: '1', testOn: 'true' },
	},
	{
		path: '/RequestV2/SendKkbPinCode',
		values: { ipAddress, kkbRefNo: 'K100001', pinCode: '123456' },
		unsigned: { testResult: 'A' },
	},
	{ path: '/RequestV2/AskKkbReportResult', values: { ipAddress, kkbRefNo: 'K100001' }, unsigned: { testResult: 'A' } },
	{ path: '/RequestV2/ResendKkbPinCode', values: { ipAddress, kkbRefNo: 'K100001' }, unsigned: {} },
	{
		path: '/RequestV2/SetPreDefinedLimit',
		values: { shopperName: 'Şükrü', shopperSurname: 'Çağrı', dealerSegment: 'GOLD', ipAddress },
		unsigned: {
			tckn: 'nobody’s',
			mobileNumber: '5300000001',
			email: 'a@example.com',
			birthDate: '1983-08-17',
			preDefinedLimit: '1',
		},
	},
	{
		path: '/Index/ChangeCustomerGsmNo',
		values: { customerId: '4000000001', newGsmNo: '5300000001' },
		unsigned: { ipAddress },
		refusedData: { message: 'H223' },
	},
	{
		path: '/RequestV2/SuspendCustomer',
		values: { customerId: '4000000001', ipAddress },
		unsigned: { reason: 'owes us a call' },
	},
	{
		path: '/RequestV2/ActivateCustomer',
		values: { customerId: '4000000001', ipAddress },
		unsigned: { reason: 'has called' },
	},
	{
		path: '/RequestV2/SetCustomerLimit',
		values: { customerId: '4000000001', customerLimit: '50000', ipAddress },
		unsigned: { limitExpireDate: '2027-11-21' },
	},
	{
		path: '/RequestV2/CreateTransaction',
		values: { merchantOid: 'order-a', customerId: '4000000001', orderAmount: '50000', selectedInstallment: '3', ipAddress },
		unsigned: { RevisedFeeRate: '20', notCalculateFees: 'true', PostponeSelected: 'true', availableLimit: '70000' },
	},
	{
		path: '/RequestV2/ActivateTransaction',
		values: { merchantOid: 'order-a', transactionCode: 'T100001', ipAddress },
		unsigned: {},
	},
	{
		path: '/Index/GetPaymentsOfTransaction',
		values: { merchantOid: 'order-a', transactionCode: 'T100001', ipAddress },
		unsigned: {},
	},
	{
		path: '/Index/GetCustomerPayments',
		values: { customerId: '4000000001', ipAddress },
		unsigned: { paymentStatuses: '[1]', pageNo: '2', pageSize: '7' },
	},
	{
		path: '/RequestV2/SetPaidPayment',
		values: {
			merchantOid: 'order-a',
			paymentCode: 'T100001-1',
			paymentReferenceCode: 'till-1',
			paymentDate: '2026-11-21',
			ipAddress,
		},
		unsigned: {},
	},
	{
		path: loadPath,
		values: { customerId: '4000000001', balanceAmount: '5000', ipAddress },
		unsigned: { paymentDate: '2026-11-21', paymentReferenceCode: 'till-1' },
	},
	{
		path: '/RequestV2/SendExecutionTransaction',
		values: { merchantOid: 'order-a', transactionCode: 'T100001', ipAddress },
		unsigned: {},
	},
	{
		path: '/Index/GetCustomerTransactions',
		values: { customerId: '4000000001', ipAddress },
		unsigned: { transactionCodes: '["T100001"]', pageNo: '2', pageSize: '7' },
	},
	{
		path: '/RequestV2/RefundTransaction',
		values: { merchantOid: 'order-a', transactionCode: 'T100001', refundId: 'return-1', refundAmount: '5000', ipAddress },
		unsigned: {},
	},
	{ path: '/RequestV2/CheckRefund', values: { refundId: 'return-1', ipAddress }, unsigned: {} },
	{
		path: '/Index/GetPaymentPlanByDealerSegment',
		values: { ipAddress, dealerSegment: 'GOLD', orderAmount: '50000' },
		unsigned: { notCalculateFees: 'true', forceRiskFreeEvaluate: 'true', postponeSelected: 'true', RevisedFeeRate: '20' },
	},
	{ path: '/Index/GetInstallmentRates', values: { dealerSegment: 'GOLD', ipAddress }, unsigned: {} },
	{
		path: '/RequestV2/SetBulkPaidPayment',
		values: { merchantOid: 'order-a', paymentReferenceCode: 'till-1', paymentDate: '2026-11-21', ipAddress },
		unsigned: { paymentCodes: '["T100001-1"]' },
	},
	{
		path: '/RequestV2/SetPaidExecutionTransaction',
		values: {
			merchantOid: 'order-a',
			transactionCode: 'T100001',
			paymentAmount: '5000',
			paymentDate: '2026-11-21',
			ipAddress,
		},
		unsigned: { paymentReferenceCode: 'till-1' },
	},
	{
		path: '/RequestV2/SendTransactionExpense',
		values: { merchantOid: 'order-a', transactionCode: 'T100001', expenseAmount: '5000', ipAddress },
		unsigned: {},
	},
	{
		path: '/Index/GetDailyReconciliation',
		values: { reconciliationDate: '2026-11-21', ipAddress },
		unsigned: { transactionCount: '1', transactionAmount: '50000', balanceLoadCount: '0', balanceLoadAmount: '0' },
	},
	{
		path: '/Index/GetDailyReconciliationDetail',
		values: { reconciliationDate: '2026-11-21', ipAddress },
		unsigned: { pageNo: '2', pageSize: '7' },
	},
	{ path: codesPath, values: { ipAddress }, unsigned: {} },
]

describe('the token', () => {
	it('is told here for every endpoint there is', () => {
		expect(signings.map(({ path }) => path).toSorted()).toEqual(Object.values(endpoints).map(pathOf).toSorted())
	})

	describe.each(signings)('of $path', ({ path, values, unsigned, refusedData }) => {
		const names = Object.keys(values)
		const answerTo = async (sent: Parameters, ...signed: unknown[]) => {
			const { merchantId } = merchant.credentials
			const requestToken = tokenOf(merchant.credentials, merchantId, ...signed)
			const answer = await send(path, { merchantId, ...sent, requestToken })
			if (refusedData === undefined || answer.Errors.every((code) => code.startsWith('H1'))) return refusalsOf(answer)
			expect(answer.Data).toEqual(refusedData)
			return refusalsOf({ ...answer, Data: {} })
		}
		const wrong = ['H105 requestToken']
		const all = { ...values, ...unsigned }

		it('signs the values in the protocol’s order, and in no other', async () => {
			const inOrder = Object.values(values)
			expect(await answerTo(all, ...inOrder)).not.toEqual(wrong)
			for (const i of inOrder.keys()) {
				for (let j = 0; j < i; j++) {
					const swapped = inOrder.with(i, inOrder[j]).with(j, inOrder[i])
					expect([names[i], names[j], await answerTo(all, ...swapped)]).toEqual([names[i], names[j], wrong])
				}
			}
		})

		it('signs merchantId first', async () => {
			const { merchantId } = merchant.credentials
			const requestToken = tokenOf(merchant.credentials, ...Object.values(values), merchantId)
			expect(refusalsOf(await send(path, { merchantId, ...all, requestToken }))).toEqual(wrong)
		})

		it.each(names)('holds for this %s and no other', async (name) => {
			const inOrder = Object.values(values)
			const other = name === 'ipAddress' ? '203.0.113.10' : name === 'paymentDate' ? '2026-11-20' : `${values[name]}0`
			expect(await answerTo({ ...all, [name]: other }, ...inOrder)).toEqual(wrong)
			expect(await answerTo({ ...all, [name]: null }, ...inOrder)).toEqual(wrong)
			expect(await answerTo({ ...all, [name]: other }, ...inOrder.with(names.indexOf(name), other))).not.toEqual(wrong)
			expect(await answerTo({ ...all, [name]: null }, ...inOrder.with(names.indexOf(name), ''))).not.toEqual(wrong)
		})

		it('does not look at what is not signed', async () => {
			for (const name of Object.keys(unsigned)) {
				expect(await answerTo({ ...all, [name]: 'anything else' }, ...Object.values(values))).not.toEqual(wrong)
				expect(await answerTo({ ...all, [name]: null }, ...Object.values(values))).not.toEqual(wrong)
			}
		})

		it('is looked at before anything else of the request, and a wrong one changes nothing', async () => {
			const before = await sandbox.everything()
			const { merchantId } = merchant.credentials
			const badly = Object.fromEntries(Object.keys(all).map((name) => [name, '\u0007']))
			for (const sent of [all, badly, { ipAddress: 'nowhere' }, {}]) {
				for (const requestToken of [undefined, '', 'x', ['x'], true, tokenOf(merchant.credentials, 'other'), 'ş'.repeat(44)]) {
					expect(refusalsOf(await send(path, { merchantId, ...sent, requestToken }))).toEqual(wrong)
				}
			}
			expect(await sandbox.everything()).toEqual(before)
		})
	})

	describe('signs a value as it is sent:', () => {
		it.each<[what: string, path: string, sent: Parameters, signed: string[], refused: string[]]>([
			['a text with its leading zeros', '/Index/GetCustomerInformation', { orderAmount: '050000' }, ['050000'], []],
			['a number as its shortest decimal text', '/Index/GetCustomerInformation', { orderAmount: 50_000 }, ['50000'], []],
			['a fraction too', '/Index/GetCustomerInformation', { orderAmount: 12.5 }, ['12.5'], ['H102 orderAmount']],
			['a boolean', '/Index/GetCustomerInformation', { orderAmount: true }, ['true'], ['H102 orderAmount']],
			['a list as nothing', '/Index/GetCustomerInformation', { orderAmount: ['50000'] }, [], ['H102 orderAmount']],
			['an object as nothing', '/Index/GetCustomerInformation', { orderAmount: { a: 1 } }, [], ['H102 orderAmount']],
			['what is not sent as nothing', '/Index/GetCustomerInformation', {}, [], ['H101 orderAmount']],
			['blanks too', '/Index/GetCustomerPayments', { customerId: ' 1 ' }, [' 1 '], ['H223 customerId']],
			['emoji and Turkish letters', '/Index/GetCustomerPayments', { customerId: 'ıİ😀' }, ['ıİ😀'], ['H223 customerId']],
			[
				'paymentDate by its first ten characters',
				'/RequestV2/SetPaidPayment',
				{ paymentCode: 'p', merchantOid: 'o', paymentDate: '2026-11-21T10:30:00+03:00' },
				['o', 'p', '2026-11-21'],
				['H310 paymentCode'],
			],
			[
				'paymentDate so, even when it is no date',
				'/RequestV2/SetPaidPayment',
				{ paymentCode: 'p', merchantOid: 'o', paymentDate: '21.11.2026 10:30' },
				['o', 'p', '21.11.2026'],
				['H102 paymentDate'],
			],
			[
				'a reconciliationDate whole, whatever stands behind the day',
				'/Index/GetDailyReconciliation',
				{ reconciliationDate: '2026-11-21T10:30:00+03:00' },
				['2026-11-21T10:30:00+03:00'],
				[],
			],
			[
				'a list of codes as nothing',
				'/Index/GetCustomerTransactions',
				{ customerId: '1', transactionCodes: ['T1'] },
				['1'],
				['H223 customerId'],
			],
		])('%s', async (_, path, sent, signed, refused) => {
			const { merchantId } = merchant.credentials
			const requestToken = tokenOf(merchant.credentials, merchantId, ...signed)
			expect(refusalsOf(await send(path, { merchantId, ...sent, requestToken }))).toEqual(refused)
		})
	})

	it('is standard base64 of an HMAC-SHA256 under merchantKey, with merchantSalt at the end', async () => {
		const { merchantId, merchantKey, merchantSalt } = merchant.credentials
		const mac = (key: string, text: string) => createHmac('sha256', key).update(text)
		const right = tokenOf(merchant.credentials, merchantId)
		const answerTo = async (requestToken: string) => refusalsOf(await send(codesPath, { merchantId, requestToken }))
		expect(await answerTo(right)).toEqual([])
		for (const requestToken of [
			mac(merchantKey, merchantId + merchantSalt).digest('hex'),
			mac(merchantSalt, merchantId + merchantKey).digest('base64'),
			mac(merchantKey, merchantSalt + merchantId).digest('base64'),
			mac(merchantKey, merchantId).digest('base64'),
			createHmac('sha1', merchantKey)
				.update(merchantId + merchantSalt)
				.digest('base64'),
			right.slice(0, -1),
			` ${right}`,
			right.toLowerCase(),
		]) {
			expect(await answerTo(requestToken)).toEqual(['H105 requestToken'])
		}
	})

	it('of one merchant is none of another', async () => {
		const other = await sandbox.newMerchant()
		const { merchantId } = merchant.credentials
		const requestToken = tokenOf(other.credentials, merchantId)
		expect(refusalsOf(await send(codesPath, { merchantId, requestToken }))).toEqual(['H105 requestToken'])
	})
})

// -------------------------------------------------------------------------------------------------------------

describe('who does not say who it is', () => {
	const requestToken = 'x'
	it.each([[undefined], [null], ['']])('sends %j as merchantId and is refused with H101 alone', async (merchantId) => {
		expect(refusalsOf(await send(loadPath, { merchantId, requestToken, customerId: [] }))).toEqual(['H101 merchantId'])
	})

	it.each<[what: string, merchantId: unknown]>([
		['a merchant there is none of', 'nobody'],
		['a blank', ' '],
		['a list', ['M1001']],
		['an object', { merchantId: 'M1001' }],
		['true', true],
		['false', false],
		['a number there is none of', 4710],
		['more than 20 characters', 'M'.repeat(21)],
		['NUL', 'M1001\0'],
		['a line break', 'M1001\n'],
		['half an emoji', 'M1001\ud83d'],
		['20 emoji', '😀'.repeat(20)],
		['__proto__', '__proto__'],
	])('sends %s as merchantId and is refused with H103 alone', async (_, merchantId) => {
		expect(refusalsOf(await send(loadPath, { merchantId, requestToken, customerId: [] }))).toEqual(['H103 merchantId'])
	})

	it('in another casing is unknown too', async () => {
		const merchantId = merchant.credentials.merchantId.toLowerCase()
		const requestToken = tokenOf(merchant.credentials, merchantId)
		expect(refusalsOf(await send(codesPath, { merchantId, requestToken }))).toEqual(['H103 merchantId'])
	})

	it('may be a number where the merchantId is one', async () => {
		const { pool, vault } = sandbox.app.database
		const { merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Numbered shop', { merchantCode: '4711' })
		const requestToken = tokenOf({ merchantId: '4711', merchantKey, merchantSalt }, '4711')
		expect(refusalsOf(await send(codesPath, { merchantId: 4711, requestToken }))).toEqual([])
	})
})

describe('the order of refusals', () => {
	const elsewhere = { allowedAddresses: ['203.0.113.0/24'] }
	const passive = { active: false }

	// Each merchant is all that the steps from its own on could refuse; each request is wrong in every later way.
	it.each<[refused: string, settings: object, withToken: boolean]>([
		['H105 requestToken', { ...elsewhere, ...passive }, false],
		['H106', { ...elsewhere, ...passive }, true],
		['H104 merchantId', passive, true],
		['H102 customerId', {}, true],
	])('%s, when that and all that comes after it holds', async (refused, settings, withToken) => {
		const shop = await sandbox.newMerchant(settings)
		const { merchantId } = shop.credentials
		const customerId = '12345678901'
		const requestToken = withToken ? tokenOf(shop.credentials, merchantId, customerId, '1') : 'x'
		const load = { merchantId, customerId, balanceAmount: 1, paymentDate: '2999-01-01', requestToken }
		const before = await sandbox.everything()
		const client = new MerchantClient(sandbox.url, shop.credentials)
		const answer = await client.send(loadPath, load, { headers: { 'idempotency-key': '' } })
		expect(refusalsOf(answer)).toEqual([refused])
		expect(await sandbox.everything()).toEqual(before)
	})

	it('after that the parameters, all of them at once, and only then what the request is about', async () => {
		const load = async (given: Parameters) => refusalsOf(await merchant.client.call(loadPath, given))
		const paymentDate = '2999-01-01'
		expect(await load({ paymentDate, ipAddress: '?' })).toEqual(['H102 ipAddress', 'H101 customerId', 'H101 balanceAmount'])
		expect(await load({ customerId: '1', balanceAmount: 1, paymentDate })).toEqual(['H223 customerId'])
	})
})

describe('a merchant with an allow-list', () => {
	it.each<[answered: string[], allowedAddresses: string[]]>([
		[[], ['127.0.0.1']],
		[[], ['203.0.113.7', '127.0.0.1']],
		[[], ['127.0.0.0/8']],
		[[], ['0.0.0.0/0']],
		[['H106'], ['127.0.0.2']],
		[['H106'], ['203.0.113.0/24']],
		[['H106'], ['::1']],
		[['H106'], ['2001:db8::/32', '203.0.113.7']],
	])('is answered with %j where its calls come from 127.0.0.1 and the list is %j', async (answered, allowedAddresses) => {
		const { client } = await sandbox.newMerchant({ allowedAddresses })
		expect(refusalsOf(await client.call(codesPath))).toEqual(answered)
	})

	it('can’t say by itself where it calls from', async () => {
		const { client } = await sandbox.newMerchant({ allowedAddresses: ['203.0.113.9'] })
		const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' }
		expect(refusalsOf(await client.call(codesPath, { ipAddress: '203.0.113.9' }, { headers }))).toEqual(['H106'])
	})
})

describe('a change of a merchant is noticed', () => {
	/** Asks until it is so; a server remembers a merchant for limits.callers.freshMs. */
	const soon = (ask: () => Promise<Answer>, refused: string[]) =>
		expect.poll(async () => refusalsOf(await ask()), { interval: 20, timeout: 2_000 }).toEqual(refused)

	it('when it becomes passive, and when it is active again', async () => {
		const shop = await sandbox.newMerchant()
		const ask = () => shop.client.call(codesPath)
		expect(refusalsOf(await ask())).toEqual([])
		await shop.set({ active: false })
		await soon(ask, ['H104 merchantId'])
		await shop.set({ active: true })
		await soon(ask, [])
	})

	it('when its allow-list is set, and when it is lifted', async () => {
		const shop = await sandbox.newMerchant()
		const ask = () => shop.client.call(codesPath)
		expect(refusalsOf(await ask())).toEqual([])
		await shop.set({ allowedAddresses: ['203.0.113.9'] })
		await soon(ask, ['H106'])
		await shop.set({ allowedAddresses: null })
		await soon(ask, [])
	})

	it('when its key and salt are replaced: the new ones work at once at every server, the old ones soon nowhere', async () => {
		const shop = await sandbox.newMerchant()
		const { merchantId } = shop.credentials
		const urls = [sandbox.url, (await sandbox.newServer()).url]
		const asking = (credentials: MerchantCredentials) => (url: string) => new MerchantClient(url, credentials).call(codesPath)
		const old = asking(shop.credentials)
		for (const url of urls) expect(refusalsOf(await old(url))).toEqual([])

		const { pool, vault } = sandbox.app.database
		const rotated = await rotateCredentials(pool, vault, merchantId, 0)
		if (!rotated) throw new Error('the merchant is gone')
		const renewed = asking({ merchantId, merchantKey: rotated.merchantKey, merchantSalt: rotated.merchantSalt })
		expect(rotated.merchantKey).not.toBe(shop.credentials.merchantKey)
		for (const url of urls) expect(refusalsOf(await renewed(url))).toEqual([])
		for (const url of urls) await soon(() => old(url), ['H105 requestToken'])
		for (const url of urls) expect(refusalsOf(await renewed(url))).toEqual([])
		for (const mixed of [
			{ ...rotated, merchantSalt: shop.credentials.merchantSalt },
			{ ...rotated, merchantKey: shop.credentials.merchantKey },
		]) {
			expect(refusalsOf(await asking({ merchantId, ...mixed })(sandbox.url))).toEqual(['H105 requestToken'])
		}
	})

	it('when its key is replaced with days in between: both work until then, and one before them no more', async () => {
		const shop = await sandbox.newMerchant()
		const { merchantId } = shop.credentials
		const { pool, vault } = sandbox.app.database
		const rotated = async (overlapDays: number) => {
			const credentials = await rotateCredentials(pool, vault, merchantId, overlapDays)
			if (!credentials) throw new Error('the merchant is gone')
			return () => new MerchantClient(sandbox.url, { ...credentials, merchantId }).call(codesPath)
		}
		const first = () => shop.client.call(codesPath)
		const second = await rotated(7)
		expect(refusalsOf(await second())).toEqual([])
		expect(refusalsOf(await first())).toEqual([])

		const third = await rotated(7)
		for (const ask of [second, third]) expect(refusalsOf(await ask())).toEqual([])
		await soon(first, ['H105 requestToken'])

		// The days go by on the machine's clock, not on the sandbox's.
		await sql(sandbox, `update merchant set old_key_until = now() where code = $1`, [merchantId])
		await soon(second, ['H105 requestToken'])
		expect(refusalsOf(await third())).toEqual([])
	})

	it('when the overlap of its keys is ended', async () => {
		const shop = await sandbox.newMerchant()
		const { pool, vault } = sandbox.app.database
		await rotateCredentials(pool, vault, shop.credentials.merchantId, 90)
		expect(refusalsOf(await shop.client.call(codesPath))).toEqual([])
		expect(await retireOldKey(pool, shop.credentials.merchantId)).toBe(true)
		await soon(() => shop.client.call(codesPath), ['H105 requestToken'])
		expect(await retireOldKey(pool, 'NOBODY')).toBe(false)
	})

	it('when it has only just been made', async () => {
		const { pool, vault } = sandbox.app.database
		const credentials = { merchantCode: 'NEWCOMER', merchantKey: 'a key of its own', merchantSalt: 'a salt of its own' }
		const client = new MerchantClient(sandbox.url, { merchantId: 'NEWCOMER', ...credentials })
		expect(refusalsOf(await client.call(codesPath))).toEqual(['H103 merchantId'])
		await createMerchant(pool, vault, 'New shop', credentials)
		expect(refusalsOf(await client.call(codesPath))).toEqual([])
	})
})

// -------------------------------------------------------------------------------------------------------------

async function plain(path: string, method = 'GET', body?: string, url = sandbox.url) {
	const response = await fetch(url + path, { method, ...(body !== undefined && { body }) })
	expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
	return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('without a token', () => {
	it.each(['/livez', '/readyz'])('%s says that all is well', async (path) => {
		expect(await plain(path)).toEqual({ status: 200, body: { status: 'ok' } })
	})

	it('everything else is nobody’s', async () => {
		for (const path of ['/', '/sandbox', '/metrics', '/health']) {
			expect(await plain(path)).toMatchObject({ status: 404, body: { Success: false, Errors: ['H100'], Data: {} } })
		}
	})
})

describe('the sandbox’s clock', () => {
	const path = '/sandbox/clock'
	const move = (body: unknown, url?: string) => plain(path, 'POST', typeof body === 'string' ? body : JSON.stringify(body), url)

	it.each<[what: string, body: unknown]>([
		['nothing', ''],
		['no JSON', 'date=2099-01-01'],
		['null', 'null'],
		['a list', [{ date: '2099-01-01' }]],
		['no key', {}],
		['both keys', { date: '2099-01-01', advanceDays: 1 }],
		['a key and a reset', { advanceDays: 1, reset: true }],
		['a key that is none', { days: 1 }],
		['a key that is none beside one that is', { advanceDays: 1, comment: 'x' }],
		['a key in another casing', { AdvanceDays: 1 }],
		['yesterday', { date: '2098-12-30' }],
		['the year 1900', { date: '1900-01-01' }],
		['a date that is none', { date: '2099-02-29' }],
		['a date that is no text', { date: 20990101 }],
		['no date', { date: null }],
		['a date beyond all plans', { date: '2999-12-31' }],
		['fewer than no days', { advanceDays: -1 }],
		['half a day', { advanceDays: 0.5 }],
		['days as text', { advanceDays: '1' }],
		['days beyond all plans', { advanceDays: 1_000_000_000 }],
		['days to beyond all plans', { advanceDays: 399_999 }],
		['a reset that is not one', { reset: false }],
	])('told %s is 400 H100 and does not move', async (_, body) => {
		await sandbox.startOn('2098-12-31')
		const before = await sandbox.everything()
		const answer = await move(body)
		expect(answer).toMatchObject({ status: 400, body: { Success: false, Errors: ['H100'], Data: {} } })
		expect(answer.body.ErrorDetails).toMatchObject([{ Code: 'H100', Field: null }])
		expect(await sandbox.everything()).toEqual(before)
		expect(await sandbox.today()).toBe('2098-12-31')
	})

	it('may be told what day it is already', async () => {
		await sandbox.startOn('2098-12-31')
		expect((await move({ date: '2098-12-31' })).body.businessDate).toBe('2098-12-31')
	})

	it('goes to a date, goes on by days, and is reset to the machine’s own', async () => {
		const real = (await move({ reset: true })).body
		expect(Math.abs(Date.parse(real.now) - Date.now())).toBeLessThan(60_000)
		expect((await move({ date: '2096-02-28' })).body.businessDate).toBe('2096-02-28')
		expect((await move({ advanceDays: 1 })).body.businessDate).toBe('2096-02-29')
		expect((await move({ advanceDays: 366 })).body.businessDate).toBe('2097-03-01')
		const { body } = await plain(path)
		expect(body.businessDate).toBe('2097-03-01')
		// The time of day goes with it, in the zone of the business.
		const inIstanbul = new Date(Date.parse(body.now) + 3 * 60 * 60 * 1000).toISOString()
		expect(inIstanbul.slice(0, 10)).toBe('2097-03-01')
		expect((await move({ reset: true })).body.businessDate).toBe(real.businessDate)
	})

	it('is kept in the database: each server has it, and moves at once add up', async () => {
		await sandbox.startOn('2098-01-01')
		const urls = [sandbox.url, (await sandbox.newServer()).url]
		await Promise.all(Array.from({ length: 30 }, (_, i) => move({ advanceDays: 1 }, urls[i % 2])))
		for (const url of urls) expect((await plain(path, 'GET', undefined, url)).body.businessDate).toBe('2098-01-31')

		// Whoever asks right after a move is answered by the new day, at whichever server.
		const customerId = await newCustomer(merchant)
		const second = new MerchantClient(urls[1] as string, merchant.credentials)
		for (const day of ['2098-02-01', '2098-02-02', '2098-02-03']) {
			await sandbox.clock({ date: day })
			const load = { customerId, balanceAmount: 1, paymentDate: day }
			expect(refusalsOf(await second.call(loadPath, load))).toEqual([])
			expect(refusalsOf(await merchant.client.call(loadPath, load))).toEqual([])
		}
		await sandbox.booksBalance()
	})
})

describe('in production', () => {
	let production: Sandbox
	beforeAll(async () => {
		production = await startSandbox('production')
	})
	afterAll(() => production.stop())

	it('there is no clock to be moved, by whatever method', async () => {
		for (const [method, body] of [['GET'], ['POST', '{"advanceDays":1}'], ['PUT', '{"reset":true}']]) {
			const answer = await plain('/sandbox/clock', method, body, production.url)
			expect(answer).toMatchObject({ status: 404, body: { Success: false, Errors: ['H100'], Data: {} } })
		}
	})

	it('a merchant may set no limit until the operator allows it', async () => {
		const shop = await production.newMerchant()
		const person = newPerson()
		const before = await production.everything()
		const answer = await shop.client.call('/RequestV2/SetLimitFromKds', person)
		expect(refusalsOf(answer)).toEqual(['H227 kdsLimit'])
		expect(await production.everything()).toEqual(before)
		await shop.set({ settableLimits: ['KDS'] })
		expect((await shop.client.call('/RequestV2/SetLimitFromKds', person)).Errors).toEqual([])
	})

	it('the process lives and is ready', async () => {
		expect(await plain('/livez', 'GET', undefined, production.url)).toMatchObject({ status: 200 })
		expect(await plain('/readyz', 'GET', undefined, production.url)).toMatchObject({ status: 200 })
	})
})
