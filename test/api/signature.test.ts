// The header Sonra-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.path.body">, which a merchant may send beside its token and
// the operator may demand. Signatures are made here by hand.

import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import { signed } from '../../src/sdk/sign.ts'
import { rotateCredentials } from '../../src/store/merchants.ts'
import { forgetUsedSignatures } from '../../src/store/used-signatures.ts'
import { newCustomer, newOrder, refusalsOf, type Sandbox, sql, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

const path = '/Index/GetErrorCodes'
const wrong = ['H105 Sonra-Signature']

let seconds = 0

/** Another moment than any before, so that no two signatures are the same by chance. */
function recently(): number {
	seconds++
	return Math.floor(Date.now() / 1_000) - seconds
}

interface Given {
	readonly t?: number
	readonly key?: string
	readonly signedPath?: string
	readonly signedBody?: string
	readonly asText?: (t: number, mac: string) => string
	readonly by?: TestMerchant
	readonly url?: string
}

/** A call whose token is right; its signature is, but for what is given. */
function call({ t = recently(), by = merchant, url = sandbox.url, ...given }: Given = {}): Promise<Answer> {
	const parameters = signed(path, {}, by.credentials)
	const { signedPath = path, signedBody = JSON.stringify(parameters), key = by.credentials.merchantKey } = given
	const mac = createHmac('sha256', key).update(`${t}.${signedPath}.${signedBody}`, 'utf8').digest('hex')
	const header = (given.asText ?? ((at, v1) => `t=${at},v1=${v1}`))(t, mac)
	return new MerchantClient(url, by.credentials).send(path, parameters, { headers: { 'sonra-signature': header } })
}

const secondsAgo = (ago: number): number => Math.floor(Date.now() / 1_000) - ago

describe('a signature', () => {
	it('that is right is let in', async () => {
		expect(refusalsOf(await call())).toEqual([])
	})

	it.each<[string, Given]>([
		['of another key', { key: 'another key' }],
		['of another path', { signedPath: '/Index/GetInstallmentRates' }],
		['of the path in another casing', { signedPath: path.toLowerCase() }],
		['of another body', { signedBody: '{}' }],
		['more than five minutes old', { t: secondsAgo(310) }],
		['more than five minutes ahead', { t: secondsAgo(-310) }],
		['without its time', { asText: (_t, mac) => `v1=${mac}` }],
		['in capitals', { asText: (t, mac) => `t=${t},v1=${mac.toUpperCase()}` }],
		['cut short', { asText: (t, mac) => `t=${t},v1=${mac.slice(2)}` }],
		['dated anew', { asText: (t, mac) => `t=${t + 1},v1=${mac}` }],
		['that is empty', { asText: () => '' }],
	])('%s is H105 with the header named, though the token is right', async (_, given) => {
		expect(refusalsOf(await call(given))).toEqual(wrong)
	})

	it.each([secondsAgo(280), secondsAgo(-280)])('may be nearly five minutes off', async (t) => {
		expect(refusalsOf(await call({ t }))).toEqual([])
	})

	it('is good once, at whichever server it comes again', async () => {
		const other = await sandbox.newServer()
		const t = recently()
		expect(refusalsOf(await call({ t }))).toEqual([])
		expect(refusalsOf(await call({ t }))).toEqual(wrong)
		expect(refusalsOf(await call({ t, url: other.url }))).toEqual(wrong)
	})

	it('of fifty that come at once lets one in', async () => {
		const t = recently()
		const answers = await Promise.all(Array.from({ length: 50 }, () => call({ t })))
		expect(answers.filter(({ Success }) => Success)).toHaveLength(1)
	})

	it('is asked for after the token and before the address and the state', async () => {
		const shop = await sandbox.newMerchant({ active: false, allowedAddresses: ['203.0.113.9'] })
		expect(refusalsOf(await call({ by: shop, key: 'another key' }))).toEqual(wrong)
		expect(refusalsOf(await call({ by: shop }))).toEqual(['H106'])
		const body = { ...signed(path, {}, shop.credentials), requestToken: 'wrong' }
		expect(refusalsOf(await shop.client.send(path, body, { strong: true }))).toEqual(['H105 requestToken'])
	})

	it('is forgotten when its time is long over, and not before', async () => {
		const { pool } = sandbox.app.database
		const used = async () => (await sql<{ n: bigint }>(sandbox, 'select count(*) as n from used_signature'))[0]?.n
		const t = recently()
		expect(refusalsOf(await call({ t }))).toEqual([])
		const before = await used()
		await forgetUsedSignatures(pool)
		expect(await used()).toBe(before)
		await sql(sandbox, `update used_signature set used_at = used_at - interval '21 minutes'`)
		await forgetUsedSignatures(pool)
		expect(await used()).toBe(0n)
	})
})

describe('a merchant whose calls must be signed', () => {
	it('is refused without a signature, and the client’s own is let in, as JSON and as a form', async () => {
		const shop = await sandbox.newMerchant({ signatureNeeded: true })
		expect(refusalsOf(await shop.client.call(path))).toEqual(wrong)
		for (const as of ['json', 'form'] as const)
			expect(refusalsOf(await shop.client.call(path, {}, { as, strong: true }))).toEqual([])
		await shop.set({ signatureNeeded: false })
		await expect.poll(async () => refusalsOf(await shop.client.call(path)), { interval: 20, timeout: 2_000 }).toEqual([])
	})

	it('repeats a call with a new signature, and nothing happens twice', async () => {
		const shop = await sandbox.newMerchant()
		const customerId = await newCustomer(shop)
		const order = newOrder(customerId)
		const create = (note: string) => shop.client.call('/RequestV2/CreateTransaction', { ...order, note }, { strong: true })
		const first = await create('first')
		expect(first.Errors).toEqual([])
		expect((await create('second')).Data).toEqual(first.Data)
	})

	it('signs with the key that made the token, also while the key before it still works', async () => {
		const shop = await sandbox.newMerchant({ signatureNeeded: true })
		const { pool, vault } = sandbox.app.database
		const { merchantId } = shop.credentials
		const rotated = await rotateCredentials(pool, vault, merchantId, 7)
		if (!rotated) throw new Error('the merchant is gone')
		const renewed = new MerchantClient(sandbox.url, { ...rotated, merchantId })
		for (const client of [shop.client, renewed]) expect(refusalsOf(await client.call(path, {}, { strong: true }))).toEqual([])
		expect(refusalsOf(await call({ by: shop, key: rotated.merchantKey }))).toEqual(wrong)
	})
})
