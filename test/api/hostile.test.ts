// What nobody well-meaning sends: every endpoint with values made from its own definition, nearly right and far off, in both
// kinds of body; codes that look like others; and bytes on a socket that only begin well. No answer is a fault of ours, and what
// is refused leaves no trace.

import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codes } from '../../src/protocol/codes.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import type { Field } from '../../src/protocol/fields.ts'
import type { Answer } from '../../src/sdk/client.ts'
import { type Parameters, signed } from '../../src/sdk/sign.ts'
import { codeOf, namesOf, pendingSale, refund, type Sale } from '../sales.ts'
import {
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant
let customerId: string
let sale: Sale

const today = '2095-03-01'

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
	await sandbox.startOn(today)
	customerId = await newCustomer(merchant, { kdsLimit: 10 ** 12 })
	sale = await newSale(merchant, customerId)
})
afterAll(() => sandbox.stop())

const known = new Set(codes.map(({ code }) => code))

/** Holds for every answer of an endpoint to a body that can be read. */
function expectSane(answer: Answer): void {
	const { httpStatus, headers, Success, Errors, Data, ErrorDetails = [], ...rest } = answer
	expect([httpStatus, rest]).toEqual([200, {}])
	expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
	expect(Success).toBe(Errors.length === 0)
	expect(ErrorDetails.map(({ Code }) => Code)).toEqual(Errors)
	for (const code of Errors) expect(known).toContain(code)
	expect(typeof Data).toBe('object')
}

// What a refused call may leave: a request for a limit begins before it is decided, and so does asking a neighbour.
const mayChange = /^(limit_request|gateway_call) /

const settled = async () => (await sandbox.everything()).filter((row) => !mayChange.test(row))

// values -------------------------------------------------------------------------------------------------------

const noise = fc.oneof(
	fc.constantFrom<unknown>(
		'',
		' ',
		'\0',
		'\ud800',
		'\u202e1000',
		'1\u200b000',
		'１２３',
		'٣',
		'1e3',
		'0x10',
		'+1',
		'-0',
		'NaN',
		'null',
		'[',
		'{"a":1}',
		'__proto__',
		`'; drop table payment; --`,
		'x'.repeat(300),
		'9'.repeat(25),
		-1,
		0.5,
		2 ** 53,
		2 ** 63,
		Number.MAX_VALUE,
		true,
		null,
		[],
		{},
	),
	fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
)

/** Values that the schema of a field takes, or nearly takes. */
function made(field: Field<unknown>): fc.Arbitrary<unknown> {
	return fromSchema(z.toJSONSchema(field.schema, { io: 'input', unrepresentable: 'any' }) as Schema)
}

interface Schema {
	readonly type?: string | readonly string[]
	readonly enum?: readonly string[]
	readonly pattern?: string
	readonly minimum?: number
	readonly maximum?: number
	readonly maxItems?: number
	readonly items?: Schema
	readonly properties?: Readonly<Record<string, Schema>>
}

function fromSchema({ type = [], enum: texts, pattern = '', minimum, maximum = 0, maxItems, items, properties }: Schema) {
	const types = [type].flat()
	const values: fc.Arbitrary<unknown>[] = []
	if (texts)
		values.push(
			fc.constantFrom(...texts),
			fc.constantFrom(...texts).map((text) => text.toLowerCase()),
		)
	if (items) {
		const item = fromSchema(items)
		values.push(fc.array(item, { maxLength: 3 }), item)
		// Small ones: what is too large for any endpoint says nothing about this one.
		if (maxItems !== undefined) values.push(fc.constant(Array(maxItems + 1).fill(items.properties ? {} : '1')))
	}
	if (properties)
		values.push(fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fromSchema(each)]))))
	if (minimum !== undefined) {
		const edges = fc.constantFrom(minimum - 1, minimum, minimum + 1, maximum - 1, maximum, maximum + 1)
		const number = fc.oneof(edges, fc.integer({ min: minimum, max: maximum }), fc.integer({ min: minimum, max: minimum + 1_000 }))
		values.push(
			number,
			number.map(String),
			number.map((some) => `0${some}`),
		)
	} else if (types.includes('boolean')) values.push(fc.boolean(), fc.constantFrom('true', 'FALSE', 'yes', 1))
	else if (/^\^\\d|^\^5/.test(pattern)) values.push(fc.stringMatching(new RegExp(pattern, 'u')))
	else if (types.includes('string')) {
		const longest = Number(/\{1,(\d+)\}\$$/.exec(pattern)?.[1] ?? 100)
		const text = (length: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength: length })
		const unkept = fc.constantFrom('a\0', '\ud800', '\u0085', '\u007f')
		values.push(
			text(8),
			text(longest),
			text(1).map((one) => one.repeat(longest + 1)),
			unkept,
		)
	}
	return values.length > 0 ? fc.oneof(...values) : noise
}

/** Values with which a call gets as far as its decision. */
function usual(): Readonly<Record<string, unknown>> {
	return {
		...newPerson({ testOn: true }),
		...newOrder(customerId),
		...namesOf(sale),
		preDefinedLimit: '5000000',
		customerLimit: '5000000',
		paymentCode: codeOf(sale, 1),
		paymentCodes: [codeOf(sale, 1), codeOf(sale, 2)],
		paymentDate: today,
		reconciliationDate: today,
		balanceAmount: '100',
		refundAmount: '100',
		paymentAmount: '100',
		expenseAmount: '100',
		refundId: 'return-1',
		kkbRefNo: 'K100001',
		pinCode: '123456',
		newGsmNo: newPerson().mobileNumber,
	}
}

type Choice = 'usual' | 'made' | 'noise' | 'absent'

/** For each parameter where its value comes from, and the value in case it is not the usual one. */
function choices(fields: readonly Field<unknown>[]) {
	const choice = fc.oneof(
		{ weight: 6, arbitrary: fc.constant<Choice>('usual') },
		{ weight: 3, arbitrary: fc.constant<Choice>('made') },
		{ weight: 1, arbitrary: fc.constant<Choice>('noise') },
		{ weight: 1, arbitrary: fc.constant<Choice>('absent') },
	)
	return fc.tuple(...fields.map((field) => fc.tuple(choice, made(field), noise)))
}

describe('whatever is sent, the answer is one of the protocol’s, and a refusal leaves no trace:', () => {
	const outcomes = { done: 0, refused: 0 }

	it.each(Object.values(endpoints).map((endpoint) => [endpoint.name, endpoint] as const))('%s', async (_, endpoint) => {
		const fields = Object.values(endpoint.fields) as Field<unknown>[]
		const path = pathOf(endpoint)
		let before = await settled()
		await fc.assert(
			fc.asyncProperty(choices(fields), fc.constantFrom('json', 'form'), async (values, as) => {
				const ordinary = usual()
				const sent: Record<string, unknown> = {}
				for (const [i, { name }] of fields.entries()) {
					const [choice, ofSchema, ofNothing] = values[i] as [Choice, unknown, unknown]
					if (choice === 'absent') continue
					const value = choice === 'usual' ? ordinary[name] : choice === 'made' ? ofSchema : ofNothing
					sent[name] = as === 'form' && typeof value === 'object' ? JSON.stringify(value) : value
				}
				const answer = await merchant.client.call(path, sent, { as: as as 'json' | 'form' })
				expectSane(answer)
				const after = await settled()
				if (!answer.Success) expect(after).toEqual(before)
				outcomes[answer.Success ? 'done' : 'refused']++
				before = after
			}),
			{ seed: 20_950_301, numRuns: 12, endOnFailure: true },
		)
	})

	it('and both happened often', async () => {
		expect(outcomes.done).toBeGreaterThan(20)
		expect(outcomes.refused).toBeGreaterThan(100)
		await sandbox.booksBalance()
	})
})

describe('a code that only looks like another is not that one:', () => {
	const look = async (given: Parameters) =>
		refusalsOf(await merchant.client.call('/Index/GetPaymentsOfTransaction', { ...namesOf(sale), ...given }))
	const number = () => sale.TransactionCode.slice(1)

	it('a transaction’s', async () => {
		expect(await look({})).toEqual([])
		for (const transactionCode of [
			sale.TransactionCode.toLowerCase(),
			` ${sale.TransactionCode}`,
			`${sale.TransactionCode} `,
			`${sale.TransactionCode}\u200b`,
			`\ufeff${sale.TransactionCode}`,
			`T0${number()}`,
			`T+${number()}`,
			`T${number()}.0`,
			`T${number()}-1`,
			number(),
			`\u03a4${number()}`,
			`\uff34${number()}`,
			`T${[...number()].map((digit) => String.fromCodePoint(0x660 + Number(digit))).join('')}`,
			`T${[...number()].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')}`,
			`T${2n ** 63n}`,
			`T${BigInt(number()) + 2n ** 64n}`.slice(0, 20),
		]) {
			expect([transactionCode, await look({ transactionCode })]).toEqual([transactionCode, ['H300 transactionCode']])
		}
	})

	it('a payment’s', async () => {
		const { TransactionCode, MerchantOid: merchantOid } = sale
		for (const end of ['', '-', '-01', '-1 ', '-+1', '-1.0', '--1', '-1-1', '-٣', '-4294967297', '-99999999']) {
			const paymentCode = TransactionCode + end
			const answer = await merchant.client.call('/RequestV2/SetPaidPayment', { paymentCode, merchantOid, paymentDate: today })
			expect([paymentCode, refusalsOf(answer)]).toEqual([paymentCode, ['H310 paymentCode']])
		}
	})

	it('a customer’s', async () => {
		for (const id of [
			`${customerId} `.slice(1),
			customerId.replace('1', '１'),
			'-000000001',
			'+000000001',
			'1e9',
			'0x3b9aca01',
		]) {
			const answer = await merchant.client.call('/Index/GetCustomerPayments', { customerId: id })
			expect([id, refusalsOf(answer)]).toEqual([id, ['H223 customerId']])
		}
	})

	it('a merchant’s own, which keep every difference', async () => {
		const spellings = ['caf\u00e9', 'cafe\u0301', 'CAF\u00c9', 'caf\u00e9 ', 'I\u0307', '\u0130', 'i', '\u0131', '😀', '👩‍👧']
		const sales = []
		for (const merchantOid of spellings) sales.push(await pendingSale(merchant, customerId, { merchantOid }))
		expect(new Set(sales.map(({ TransactionCode }) => TransactionCode)).size).toBe(spellings.length)
		expect(sales.map(({ MerchantOid }) => MerchantOid)).toEqual(spellings)
		for (const refundId of spellings) await refund(merchant, sale, 1, refundId)
	})

	it('and numbers beyond 2^53 keep the digits that tell them apart', async () => {
		const orders = ['9007199254740993', '9007199254740992']
		const sales = []
		for (const merchantOid of orders) sales.push(await pendingSale(merchant, customerId, { merchantOid }))
		const { merchantId, merchantKey, merchantSalt } = merchant.credentials
		for (const { TransactionCode: transactionCode, MerchantOid } of sales) {
			const body = JSON.stringify(
				signed(
					'/Index/GetPaymentsOfTransaction',
					{ transactionCode, merchantOid: MerchantOid },
					{ merchantId, merchantKey, merchantSalt },
				),
			).replace(`"${MerchantOid}"`, MerchantOid)
			const response = await fetch(`${sandbox.url}/Index/GetPaymentsOfTransaction`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body,
			})
			expect(await response.json()).toMatchObject({ Success: true, Data: { MerchantOid } })
		}
	})
})

describe('on a socket', () => {
	const path = '/RequestV2/LoadCustomerBalance'
	const load = (balanceAmount: number) =>
		JSON.stringify(signed(path, { customerId, balanceAmount, paymentDate: today }, merchant.credentials))
	const request = (body: string | Uint8Array, ...headers: string[]) =>
		Buffer.concat([
			Buffer.from(
				[
					`POST ${path} HTTP/1.1`,
					'Host: x',
					'Content-Type: application/json',
					`Content-Length: ${body.length}`,
					...headers,
					'',
					'',
				].join('\r\n'),
			),
			Buffer.from(body),
		])

	/** Writes these bytes and reads until the server closes: the status and the envelope of each answer. */
	function answersTo(bytes: Uint8Array, end = false): Promise<[status: number, Errors: string[]][]> {
		const { hostname, port } = new URL(sandbox.url)
		return new Promise((resolve, reject) => {
			const socket = connect(Number(port), hostname)
			let text = ''
			socket.setEncoding('utf8').on('data', (part) => {
				text += part
			})
			socket.on('error', reject)
			socket.on('close', () => {
				const answers = text.split(/^(?=HTTP\/1\.1 )|(?<=\})(?=HTTP\/1\.1 )/).filter((each) => each !== '')
				resolve(
					answers.map((answer) => {
						const [head = '', body = ''] = answer.split('\r\n\r\n')
						return [Number(head.split(' ')[1]), JSON.parse(body).Errors]
					}),
				)
			})
			socket.write(bytes)
			if (end) socket.end()
		})
	}

	const movements = async () => (await sandbox.everything()).filter((row) => row.startsWith('movement ')).length

	it.each([
		['noise', 'noise\r\n\r\n'],
		['what a wrong Content-Length left over', '{}'],
		['another request that is none', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
	])('a call with %s behind it is answered with what became of it', async (_, behind) => {
		const before = await movements()
		expect(await answersTo(Buffer.concat([request(load(100)), Buffer.from(behind)]))).toEqual([[200, []]])
		expect(await movements()).toBe(before + 1)
		expect(await answersTo(Buffer.concat([request(load(0)), request(load(200)), Buffer.from(behind)]))).toEqual([
			[200, ['H102']],
			[200, []],
		])
		expect(await movements()).toBe(before + 2)
	})

	it('a call that is cut off at any place is not done', async () => {
		const before = await sandbox.everything()
		const whole = request(load(100))
		const places = [1, 5, 40, whole.indexOf('\r\n\r\n'), whole.indexOf('\r\n\r\n') + 4, whole.length - 20, whole.length - 1]
		for (const place of places) expect(await answersTo(whole.subarray(0, place), true)).toEqual([[400, ['H100']]])
		expect(await answersTo(whole.subarray(0, 0), true)).toEqual([])
		expect(await sandbox.everything()).toEqual(before)
	})

	it('two hundred that say half of something do not keep others from being answered', async () => {
		const { hostname, port } = new URL(sandbox.url)
		const whole = request(load(100))
		const slow = Array.from({ length: 200 }, () =>
			connect(Number(port), hostname)
				.on('error', () => {})
				.setNoDelay()
				.unref(),
		)
		for (const [i, socket] of slow.entries()) socket.write(whole.subarray(0, 1 + ((i * 7) % (whole.length - 1))))
		const before = await movements()
		for (let i = 0; i < 5; i++) expect(refusalsOf(await merchant.client.call('/Index/GetErrorCodes'))).toEqual([])
		expect(await movements()).toBe(before)
		for (const socket of slow) socket.destroy()
	})

	it.each<[what: string, status: number, codes: string[], bytes: () => Uint8Array]>([
		['gzip, which is not opened', 400, ['H100'], () => request(gzipSync(load(100)), 'Content-Encoding: gzip')],
		['more than 16 KB of headers', 431, ['H100'], () => request(load(100), ...Array(500).fill(`X-Noise: ${'n'.repeat(40)}`))],
		['2 000 headers', 431, ['H100'], () => request(load(100), ...Array.from({ length: 2_000 }, (_, i) => `X-${i}: noise`))],
		[
			'a chunk of no length',
			400,
			['H100'],
			() => Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`),
		],
		['two lengths', 400, ['H100'], () => request(load(100), 'Content-Length: 1')],
		[
			'a header folded over two lines',
			400,
			['H100'],
			() => request(load(100), 'X-A: b', ' Content-Type: text/plain', 'no colon'),
		],
	])('%s is %i', async (_, status, refused, bytes) => {
		const before = await sandbox.everything()
		expect(await answersTo(bytes(), true)).toEqual([[status, refused]])
		expect(await sandbox.everything()).toEqual(before)
	})

	it('names are what stands there: __proto__ is a name like any other, and of the same name the last one counts', async () => {
		const hidden = load(100).replace('{', '{"__proto__":{"balanceAmount":"500","customerId":"1"},"constructor":{"prototype":{}},')
		expect(await answersTo(request(hidden, 'Connection: close'))).toEqual([[200, []]])
		const twice = load(100).replace('{', '{"balanceAmount":999,"balanceAmount":[1],')
		expect(await answersTo(request(twice, 'Connection: close'))).toEqual([[200, []]])
		const forged = load(100).replace(/}$/, ',"balanceAmount":999}')
		expect(await answersTo(request(forged, 'Connection: close'))).toEqual([[200, ['H105']]])
		expect(Object.keys(Object.prototype)).toEqual([])
		await sandbox.booksBalance()
	})
})
