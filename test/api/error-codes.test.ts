// The list of codes a merchant can fetch (protocol 5.17) is the list of section 4, and the one the server answers with.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalsOf, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

// Section 4, in its order.
const section4 = `
	RS100 RS110 RS115
	H100 H101 H102 H103 H104 H105 H106 H107 H108 H109 H110
	H201 H202 H203 H205 H210 H211 H212 H213 H215 H216 H217
	H220 H221 H222 H223 H224 H225 H226 H227
	H300 H301 H302 H303 H304 H305 H306 H307 H308 H309 H310 H311
	H312 H313 H314 H315 H316 H317 H318 H319 H320 H321
`

const path = '/Index/GetErrorCodes'

async function listIn(language?: string): Promise<{ errorCode: string; message: string }[]> {
	const headers = language === undefined ? {} : { 'accept-language': language }
	const answer = await merchant.client.call(path, {}, { headers })
	expect(answer.Errors).toEqual([])
	expect(Object.keys(answer.Data)).toEqual(['ErrorCodes'])
	return answer.Data.ErrorCodes
}

it('holds every code of section 4, once and in its order, with the two fields of the manual', async () => {
	const list = await listIn()
	expect(list.map(({ errorCode }) => errorCode)).toEqual(section4.trim().split(/\s+/))
	for (const entry of list) {
		expect(Object.keys(entry)).toEqual(['errorCode', 'message'])
		expect(entry.message).toMatch(/\S.*\.$/)
	}
})

describe('the texts are', () => {
	const turkish = {
		errorCode: 'H312',
		message: 'Bu taksit zaten ödenmiş. Başka bir referans ya da tarihle yeniden bildirilemez.',
	}
	const english = {
		errorCode: 'H312',
		message: 'This instalment is already paid. It can’t be reported again with another reference or date.',
	}

	it.each([
		['Turkish when nothing is asked for', undefined, turkish],
		['Turkish when Turkish is asked for', 'tr-TR', turkish],
		['Turkish when a language is asked for that there is none of', 'de-DE,de;q=0.9', turkish],
		['Turkish when it is preferred to English', 'tr;q=0.9, en;q=0.8', turkish],
		['Turkish when what is asked for can’t be read', ';;=,,q', turkish],
		['English when English is asked for', 'en', english],
		['English when English is preferred', 'de, en-GB;q=0.9, tr;q=0.5', english],
	])('%s', async (_, asked, expected) => {
		expect(await listIn(asked)).toContainEqual(expected)
	})

	it('in one language throughout', async () => {
		const [turkishList, englishList] = [await listIn(), await listIn('en')]
		expect(turkishList.map(({ errorCode }) => errorCode)).toEqual(englishList.map(({ errorCode }) => errorCode))
		for (const [i, entry] of turkishList.entries()) expect(entry.message).not.toBe(englishList[i]?.message)
	})

	it.each(['tr', 'en'])('those a refusal quotes, in %s', async (language) => {
		const list = new Map((await listIn(language)).map((entry) => [entry.errorCode, entry.message]))
		const headers = { 'accept-language': language }
		const answer = await merchant.client.call('/Index/GetCustomerPayments', { pageNo: 0 }, { headers })
		expect(refusalsOf(answer)).toEqual(['H101 customerId', 'H102 pageNo'])
		for (const { Code, Message } of answer.ErrorDetails ?? []) expect(Message).toBe(list.get(Code))
	})
})

it('is for merchants only, and takes nothing but an address', async () => {
	const nobody = { merchantId: 'nobody' }
	expect(refusalsOf(await merchant.client.call(path, nobody))).toEqual(['H103 merchantId'])
	expect(refusalsOf(await merchant.client.send(path, { merchantId: merchant.credentials.merchantId }))).toEqual([
		'H105 requestToken',
	])
	expect(refusalsOf(await merchant.client.call(path, { ipAddress: 'here' }))).toEqual(['H102 ipAddress'])
	expect(refusalsOf(await merchant.client.call(path, { ipAddress: '2001:db8::1', pageNo: 'all', customerId: [] }))).toEqual([])
	expect(refusalsOf(await merchant.client.call(path, { ipAddress: '203.0.113.9' }, { as: 'form' }))).toEqual([])
})
