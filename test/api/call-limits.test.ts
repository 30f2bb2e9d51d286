// How many calls are too many (H107), and where a call comes from. The servers here believe a proxy at 127.0.0.1, which is the
// test: every story has addresses of its own.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'
import { rotateCredentials } from '../../src/store/merchants.ts'
import { anyCalls, refusalsOf, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

const codesPath = '/Index/GetErrorCodes'
const trustedProxies = ['127.0.0.1']

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

/** The calls of a merchant that a proxy passes on from an address to a server. */
function from(address: string, url: string, credentials: MerchantCredentials = merchant.credentials) {
	const client = new MerchantClient(url, credentials)
	const headers = { 'x-forwarded-for': address }
	return {
		right: () => client.call(codesPath, {}, { headers }),
		wrong: (given: Parameters = {}) =>
			client.send(codesPath, { merchantId: credentials.merchantId, requestToken: 'a guess', ...given }, { headers }),
	}
}

function expectTooMany(answer: Answer): void {
	expect(answer).toMatchObject({ httpStatus: 429, Success: false, Errors: ['H107'], Data: {} })
	expect(refusalsOf(answer)).toEqual(['H107'])
	expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
	expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
}

/** Makes calls until one is too many; how many were not. */
async function untilTooMany(call: () => Promise<Answer>): Promise<number> {
	for (let count = 0; count < 50; count++) {
		const answer = await call()
		if (answer.Errors[0] !== 'H107') continue
		expectTooMany(answer)
		return count
	}
	throw new Error('it was never too much')
}

describe('calls of one merchant', () => {
	let url: string
	beforeAll(async () => {
		url = (await sandbox.newServer({ allowedCalls: { ...anyCalls, perMerchantPerSecond: 2 }, trustedProxies })).url
	})

	it('beyond its allowance are 429 H107 from wherever they come, and go on as soon as Retry-After says', async () => {
		const started = performance.now()
		const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => from(`203.0.113.${i}`, url).right()))
		const seconds = (performance.now() - started) / 1_000
		const tooMany = answers.filter(({ Success }) => !Success)
		for (const answer of tooMany) expectTooMany(answer)
		expect(answers.length - tooMany.length).toBeGreaterThanOrEqual(2)
		expect(answers.length - tooMany.length).toBeLessThanOrEqual(2 + 2 * seconds + 1)
		expect(tooMany[0]?.headers.get('retry-after')).toBe('1')
		await expect.poll(async () => (await from('203.0.113.1', url).right()).Errors, { interval: 100, timeout: 2_000 }).toEqual([])
	})

	it('can’t be used up by another merchant, nor by somebody without its key', async () => {
		const shop = await sandbox.newMerchant()
		const others = [from('203.0.113.1', url), from('203.0.113.1', url, shop.credentials)]
		await Promise.all(Array.from({ length: 10 }, () => others[0]?.right()))
		for (let i = 0; i < 10; i++) expect(refusalsOf((await others[1]?.wrong()) as Answer)).toEqual(['H105 requestToken'])
		expect(refusalsOf((await others[1]?.right()) as Answer)).toEqual([])
	})
})

describe('calls of one address', () => {
	let url: string
	beforeAll(async () => {
		url = (await sandbox.newServer({ allowedCalls: { ...anyCalls, perAddressPerSecond: 1 }, trustedProxies })).url
	})

	it.each([
		['203.0.113.50', '203.0.113.50', '203.0.113.51'],
		['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1'],
	])('beyond its allowance are 429 H107, whatever they say: %s is %s, and is not %s', async (address, same, other) => {
		const started = performance.now()
		const calls = [
			from(address, url).right,
			from(same, url).wrong,
			from(same, url, { ...merchant.credentials, merchantId: '?' }).wrong,
		]
		const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => (calls[i % 3] as () => Promise<Answer>)()))
		const seconds = (performance.now() - started) / 1_000
		const tooMany = answers.filter(({ Errors }) => Errors[0] === 'H107')
		for (const answer of tooMany) expectTooMany(answer)
		expect(answers.length - tooMany.length).toBeLessThanOrEqual(1 + seconds + 1)
		expect(refusalsOf(await from(other, url).right())).toEqual([])
	})

	it('are turned away before their bodies are read, and in the language that is asked for', async () => {
		const headers = { 'x-forwarded-for': '203.0.113.60', 'accept-language': 'en' }
		const sendTooLarge = () => fetch(url + codesPath, { method: 'POST', headers, body: Buffer.alloc(300_000) })
		expect((await sendTooLarge()).status).toBe(413)
		// Again and again, for a machine so slow that a second has gone by.
		await expect
			.poll(async () => (await (await sendTooLarge()).json()) as Answer, { interval: 1, timeout: 5_000 })
			.toMatchObject({ Errors: ['H107'], ErrorDetails: [{ Message: expect.stringMatching(/^Too many requests/) }] })
	})

	it('do not stand in the way of those who watch the server', async () => {
		const headers = { 'x-forwarded-for': '203.0.113.61' }
		for (let i = 0; i < 5; i++) expect((await fetch(`${url}/readyz`, { headers })).status).toBe(200)
		expect(refusalsOf(await from('203.0.113.61', url).right())).toEqual([])
	})
})

describe('wrong calls', () => {
	let url: string
	const perMinute = 3
	/** Of an address altogether. */
	const altogether = 15
	beforeAll(async () => {
		url = (await sandbox.newServer({ allowedCalls: { ...anyCalls, wrongTokensPerMinute: perMinute }, trustedProxies })).url
	})

	it('for one merchant from one address are H105 so many times, and then 429 H107 and without a trace', async () => {
		const before = await sandbox.everything()
		const { wrong } = from('203.0.113.70', url)
		for (let i = 0; i < perMinute; i++) expect(refusalsOf(await wrong())).toEqual(['H105 requestToken'])
		for (let i = 0; i < 5; i++) expectTooMany(await wrong())
		expect(Number((await wrong()).headers.get('retry-after'))).toBeGreaterThan(10)
		expect(await sandbox.everything()).toEqual(before)
	})

	it('never lock the merchant out: its right token is taken at any other address, and at the very same one', async () => {
		expect(await untilTooMany(from('203.0.113.71', url).wrong)).toBe(perMinute)
		for (const address of ['203.0.113.72', '203.0.113.71', '203.0.113.71']) {
			expect(refusalsOf(await from(address, url).right())).toEqual([])
		}
		expectTooMany(await from('203.0.113.71', url).wrong())
		// Nor are those of others there, who make mistakes of their own.
		const shop = await sandbox.newMerchant()
		expect(refusalsOf(await from('203.0.113.71', url, shop.credentials).right())).toEqual([])
		expect(refusalsOf(await from('203.0.113.71', url, shop.credentials).wrong())).toEqual(['H105 requestToken'])
	})

	it('of a merchant whose keys are replaced end with the first call under the new ones', async () => {
		const shop = await sandbox.newMerchant()
		expect(await untilTooMany(from('203.0.113.73', url, shop.credentials).wrong)).toBe(perMinute)
		const { pool, vault } = sandbox.app.database
		const rotated = await rotateCredentials(pool, vault, shop.credentials.merchantId, 0)
		const renewed = from('203.0.113.73', url, { ...shop.credentials, ...rotated })
		await expect.poll(async () => (await renewed.right()).Errors, { interval: 20, timeout: 2_000 }).toEqual([])
	})

	it('from one address are counted together, over all merchants and those that do not exist', async () => {
		const address = '203.0.113.80'
		const shops = await Promise.all([1, 2, 3].map(() => sandbox.newMerchant()))
		for (const { credentials } of shops) expect(await untilTooMany(from(address, url, credentials).wrong)).toBe(perMinute)
		let invented = 0
		const guess = () => from(address, url).wrong({ merchantId: `guess-${invented++}` })
		expect(await untilTooMany(guess)).toBe(altogether - shops.length * perMinute)
		expectTooMany(await from(address, url).wrong())
		for (const { credentials } of shops) expect(refusalsOf(await from(address, url, credentials).right())).toEqual([])
	})

	it('make an address wait with a merchant this server has not heard of yet, who is let in anywhere else', async () => {
		const newcomer = await sandbox.newMerchant()
		let invented = 0
		const guess = () => from('203.0.113.81', url).wrong({ merchantId: `guess-${invented++}` })
		expect(await untilTooMany(guess)).toBe(altogether)
		expectTooMany(await from('203.0.113.81', url, newcomer.credentials).right())
		expect(refusalsOf(await from('203.0.113.82', url, newcomer.credentials).right())).toEqual([])
		expect(refusalsOf(await from('203.0.113.81', url, newcomer.credentials).right())).toEqual([])
	})
})

describe('behind a proxy that is trusted, a call comes', () => {
	let url: string
	let shop: TestMerchant
	beforeAll(async () => {
		url = (await sandbox.newServer({ trustedProxies: ['127.0.0.0/8', '10.0.0.7'] })).url
		shop = await sandbox.newMerchant({ allowedAddresses: ['203.0.113.9', '2001:db8::/32'] })
	})

	it.each<[what: string, forwardedFor: string, refused: string[]]>([
		['from where the proxy says', '203.0.113.9', []],
		['from an IPv6 address it says', '2001:db8::9', []],
		['from an IPv4 address written as IPv6', '::ffff:203.0.113.9', []],
		['through several of them', '203.0.113.9, 10.0.0.7', []],
		['from the last one that is not trusted, whatever that one says', '203.0.113.9, 198.51.100.1', ['H106']],
		['from a forged address no more than from its own', '203.0.113.9, 198.51.100.1, 10.0.0.7', ['H106']],
		['from the proxy where it says nothing', '', ['H106']],
		['from the proxy where it says noise', 'noise', ['H106']],
		['from the proxy where it says an address with a port', '203.0.113.9:443', ['H106']],
	])('%s', async (_, forwardedFor, refused) => {
		expect(refusalsOf(await from(forwardedFor, url, shop.credentials).right())).toEqual(refused)
	})

	it('from the proxy for all others, who may be allowed too', async () => {
		const beside = await sandbox.newMerchant({ allowedAddresses: ['127.0.0.1'] })
		expect(refusalsOf(await from('noise', url, beside.credentials).right())).toEqual([])
		expect(refusalsOf(await from('203.0.113.9', url, beside.credentials).right())).toEqual(['H106'])
	})

	it('but where none is, from the proxy and nowhere else', async () => {
		expect(refusalsOf(await from('203.0.113.9', sandbox.url, shop.credentials).right())).toEqual(['H106'])
	})
})
