// Everything that can be wrong with a request before it means anything (protocol 1.1, 1.2, 1.5, answers A): bodies, addresses,
// names, types. Each answer of this file is checked for its envelope, its X-Request-Id and against telling a secret.

import { request as httpRequest, METHODS } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBody } from '../../src/protocol/body.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { requestToken, signedText, tokenKey } from '../../src/protocol/token.ts'
import { type Parameters, signed, tokenOrder } from '../../src/sdk/sign.ts'
import {
	freeNumber,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let merchant: TestMerchant
let customerId: string

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
	await sandbox.startOn('2096-02-29')
	customerId = await newCustomer(merchant, { kdsLimit: 10 ** 12 })
})
afterAll(() => sandbox.stop())

// asking, and reading what is answered -------------------------------------------------------------------------

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

interface Ask {
	readonly method?: string
	/** null = no Content-Type. */
	readonly type?: string | null
	readonly body?: string | Uint8Array<ArrayBuffer>
	readonly headers?: Readonly<Record<string, string>>
	readonly url?: string
}
interface Reply {
	readonly status: number
	readonly headers: Headers
	/** What is refused, as `H101 customerId`. */
	readonly refused: string[]
	readonly messages: string[]
	// biome-ignore lint/suspicious/noExplicitAny: each endpoint has a Data of its own
	readonly Data: any
}

const said: string[] = []
const requestIds: string[] = []

async function ask(path: string, { method = 'POST', type = json, body, headers = {}, url = sandbox.url }: Ask = {}) {
	const response = await fetch(url + path, {
		method,
		headers: { ...(type !== null && { 'content-type': type }), ...headers },
		...(body !== undefined && { body: typeof body === 'string' ? Buffer.from(body) : body }),
	})
	return readReply(path, response.status, response.headers, await response.text())
}

/** Holds for every answer there is: a status that is no fault of ours, a request id, the envelope, and nothing besides. */
function readReply(path: string, status: number, headers: Headers, text: string): Reply {
	said.push(`${JSON.stringify([...headers])} ${text}`)
	requestIds.push(headers.get('x-request-id') ?? '')
	expect(status).toBeLessThan(500)
	expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
	expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
	const { Success, Errors, Data, ErrorDetails = [], ...rest } = JSON.parse(text)
	expect(rest).toEqual({})
	expect(Success).toBe(Errors.length === 0)
	expect(ErrorDetails.map(({ Code }: { Code: string }) => Code)).toEqual(Errors)
	if (!Success) expect(Data).toEqual(path === changePath && !Errors[0].startsWith('H1') ? { message: Errors[0] } : {})
	for (const detail of ErrorDetails) expect(Object.keys(detail)).toEqual(['Code', 'Message', 'Field'])
	const refused = ErrorDetails.map(({ Code, Field }: { Code: string; Field: string | null }) =>
		Field === null ? Code : `${Code} ${Field}`,
	)
	return { status, headers, refused, messages: ErrorDetails.map(({ Message }: { Message: string }) => Message), Data }
}

/** The JSON text of a call, signed, its parameters as they are written. */
function signedJson(path: string, parameters: string): string {
	const { merchantId, merchantKey, merchantSalt } = merchant.credentials
	const text = `{"merchantId":"${merchantId}"${parameters === '' ? '' : `,${parameters}`}`
	const read = readBody(json, Buffer.from(`${text}}`))
	if (!read.ok) throw new Error('the test wrote no JSON')
	const token = requestToken(tokenKey(merchantKey), signedText(tokenOrder(path) ?? [], read.body, merchantSalt))
	return `${text},"requestToken":"${token}"}`
}

const call = (path: string, parameters: string) => ask(path, { body: signedJson(path, parameters) })
const callWith = (path: string, parameters: Parameters) => call(path, JSON.stringify(parameters).slice(1, -1))

const codesPath = '/Index/GetErrorCodes'
const infoPath = '/Index/GetCustomerInformation'
const listPath = '/Index/GetCustomerPayments'
const loadPath = '/RequestV2/LoadCustomerBalance'
const createPath = '/RequestV2/CreateTransaction'
const limitPath = '/RequestV2/SetLimitFromKds'
/** The one call that says its refusals in Data too (answers 13). */
const changePath = '/Index/ChangeCustomerGsmNo'

// -------------------------------------------------------------------------------------------------------------

describe('a body that can’t be read is 400 H100', () => {
	it.each<[what: string, type: string, body: string | Uint8Array<ArrayBuffer>]>([
		['empty JSON', json, ''],
		['blank JSON', json, ' \r\n'],
		['JSON that ends too early', json, '{"merchantId":"M1"'],
		['JSON with single quotes', json, "{'merchantId':'M1'}"],
		['JSON with a trailing comma', json, '{"merchantId":"M1",}'],
		['JSON with a raw line break in a text', json, '{"merchantId":"M\n1"}'],
		['two JSON objects', json, '{}{}'],
		['a JSON array', json, '[{"merchantId":"M1"}]'],
		['a JSON text', json, '"merchantId"'],
		['a JSON number', json, '1'],
		['JSON null', json, 'null'],
		['NaN', json, '{"orderAmount":NaN}'],
		['a form sent as JSON', json, 'merchantId=M1'],
		['JSON in Latin-5', json, Buffer.from('{"shopperName":"\xde\xfckr\xfc"}', 'latin1')],
		['JSON cut inside a letter', json, Buffer.from('{"shopperName":"ş"}').subarray(0, 17)],
		['JSON with an encoded surrogate', json, Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1')],
		['JSON in UTF-16', json, Buffer.from('\ufeff{"merchantId":"M1"}', 'utf16le')],
		['a form in Latin-5', form, Buffer.from('shopperName=\xde\xfckr\xfc', 'latin1')],
		['a form with Latin-5 escapes', form, 'shopperName=%DE%FCkr%FC'],
		['a form with an escaped surrogate', form, 'a=%ED%A0%80'],
		['a form with half an escape', form, 'merchantId=%4'],
		['a form with an escape of no digits', form, 'merchantId=%zz'],
		['large numbers nested beyond reason', json, `{"a":${'['.repeat(60_000)}1234567890123456${']'.repeat(60_000)}}`],
	])('%s', async (_, type, body) => {
		expect(await ask(codesPath, { type, body })).toMatchObject({ status: 400, refused: ['H100'] })
	})

	it('and with no body at all', async () => {
		expect(await ask(codesPath)).toMatchObject({ status: 400, refused: ['H100'] })
	})

	it('but an empty form is a form, which lacks its merchantId', async () => {
		for (const body of [undefined, '', '&&']) {
			expect(await ask(codesPath, { type: form, ...(body !== undefined && { body }) })).toMatchObject({
				status: 200,
				refused: ['H101 merchantId'],
			})
		}
	})

	it('but a byte order mark does no harm', async () => {
		expect(await ask(codesPath, { body: `\ufeff${signedJson(codesPath, '')}` })).toMatchObject({ refused: [] })
	})
})

describe('the Content-Type', () => {
	it.each([
		null,
		'',
		'json',
		'text/plain',
		'text/json',
		'application/xml',
		'application/jsonp',
		'application/json, application/json',
		'multipart/form-data; boundary=x',
		'application/json; charset=iso-8859-9',
		'application/x-www-form-urlencoded; charset=windows-1254',
	])('%j is 415 H100', async (type) => {
		expect(await ask(codesPath, { type, body: signedJson(codesPath, '') })).toMatchObject({ status: 415, refused: ['H100'] })
		expect(await ask(codesPath, { type })).toMatchObject({ status: 415, refused: ['H100'] })
	})

	it.each(['application/json', 'Application/JSON ; charset="UTF-8"', 'application/json;charset=utf8'])(
		'%j is JSON',
		async (type) => {
			expect(await ask(codesPath, { type, body: signedJson(codesPath, '') })).toMatchObject({ status: 200, refused: [] })
		},
	)

	it.each(['application/x-www-form-urlencoded', 'APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8'])(
		'%j is a form',
		async (type) => {
			const parameters = signed(codesPath, { ipAddress: '203.0.113.9' }, merchant.credentials) as Record<string, string>
			const body = new URLSearchParams(parameters).toString()
			expect(await ask(codesPath, { type, body })).toMatchObject({ status: 200, refused: [] })
		},
	)
})

describe('a body over 256 KiB is 413 H100', () => {
	const noise = Buffer.alloc(400_000, 'noise ')

	it.each([
		['to an endpoint', codesPath, json],
		['as a form', codesPath, form],
		['of no type', codesPath, null],
		['to a path that changes things', loadPath, json],
	])('%s', async (_, path, type) => {
		for (let i = 0; i < 5; i++) {
			expect(await ask(path, { type, body: noise })).toMatchObject({ status: 413, refused: ['H100'] })
		}
	})

	it('of a length that is not said beforehand', async () => {
		const reply = await new Promise<Reply>((resolve, reject) => {
			const sending = httpRequest(sandbox.url + codesPath, { method: 'POST', headers: { 'content-type': json } }, (response) => {
				const parts: Buffer[] = []
				response.on('data', (part) => parts.push(part))
				const headers = new Headers(response.headers as Record<string, string>)
				response.on('end', () =>
					resolve(readReply(codesPath, response.statusCode ?? 0, headers, Buffer.concat(parts).toString())),
				)
			})
			sending.on('error', reject)
			for (let i = 0; i < 40; i++) sending.write(noise.subarray(0, 10_000))
			sending.end()
		})
		expect(reply).toMatchObject({ status: 413, refused: ['H100'] })
	})

	it('and a client that only reads once all is sent gets the answer too', async () => {
		const head = `POST ${codesPath} HTTP/1.1\r\nHost: x\r\nContent-Type: ${json}\r\nContent-Length: ${noise.length}\r\n\r\n`
		expect(await overSocket(Buffer.concat([Buffer.from(head), noise]))).toMatchObject({ status: 413, refused: ['H100'] })
	})

	it('but one of exactly 256 KiB is read', async () => {
		const body = signedJson(codesPath, '')
		const filled = (bytes: number) => body + ' '.repeat(bytes - Buffer.byteLength(body))
		expect(await ask(codesPath, { body: filled(256 * 1024) })).toMatchObject({ status: 200, refused: [] })
		expect(await ask(codesPath, { body: filled(256 * 1024 + 1) })).toMatchObject({ status: 413, refused: ['H100'] })
	})
})

/** Writes bytes to a socket, all of them before anything is read, and reads until the server closes. */
function overSocket(bytes: Uint8Array): Promise<Reply> {
	const { hostname, port } = new URL(sandbox.url)
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname)
		const parts: Buffer[] = []
		socket.pause()
		socket.on('error', reject)
		socket.write(bytes, () => socket.resume())
		socket.on('data', (part) => parts.push(part))
		socket.on('close', () => {
			const [head = '', text = ''] = Buffer.concat(parts).toString().split('\r\n\r\n')
			const [statusLine = '', ...lines] = head.split('\r\n')
			const headers = new Headers(lines.map((line) => line.split(': ') as [string, string]))
			resolve(readReply(codesPath, Number(statusLine.split(' ')[1]), headers, text))
		})
	})
}

describe('what is no HTTP', () => {
	it.each<[what: string, status: number, text: string]>([
		['a line of noise', 400, 'noise\r\n\r\n'],
		['a method that is none', 400, `NOISE ${codesPath} HTTP/1.1\r\nHost: x\r\n\r\n`],
		['two lengths', 400, `POST ${codesPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`],
		[
			'a length and chunks',
			400,
			`POST ${codesPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
		],
		['a header of 20 KB', 431, `POST ${codesPath} HTTP/1.1\r\nHost: x\r\nX-Noise: ${'x'.repeat(20_000)}\r\n\r\n`],
	])('as %s is answered %i H100 in the envelope too', async (_, status, text) => {
		expect(await overSocket(Buffer.from(text))).toMatchObject({ status, refused: ['H100'] })
	})
})

describe('a request', () => {
	const post = (version: string, ...headers: string[]) =>
		overSocket(
			Buffer.from(
				[
					`POST ${codesPath} ${version}`,
					...headers,
					`Content-Type: ${json}`,
					'Content-Length: 2',
					'Connection: close',
					'',
					'{}',
				].join('\r\n'),
			),
		)

	it('without Host is 400 H100, but in HTTP/1.0, which had none', async () => {
		expect(await post('HTTP/1.1')).toMatchObject({ status: 400, refused: ['H100'] })
		expect(await post('HTTP/1.0')).toMatchObject({ status: 200, refused: ['H101 merchantId'] })
	})

	it('that expects what there is not, or wants another protocol, is read like any other', async () => {
		expect(await post('HTTP/1.1', 'Host: x', 'Expect: tea')).toMatchObject({ status: 200, refused: ['H101 merchantId'] })
		expect(await post('HTTP/1.1', 'Host: x', 'Upgrade: h2c')).toMatchObject({ status: 200, refused: ['H101 merchantId'] })
	})
})

describe('an address', () => {
	it.each([
		'/',
		'/Index',
		'/Index/',
		'/Index/GetEverything',
		'/RequestV2/GetCustomerPayments',
		'/Index/LoadCustomerBalance',
		'/Index/GetErrorCodes/',
		'/Index/GetErrorCodes/1',
		'//Index/GetErrorCodes',
		'/Index/GetErrorCodes%00',
		'/Index/GetErrorCodes%20',
		'/Index/GetErrorCodes;x=1',
		'/%C4%B0ndex/GetErrorCodes',
		'/Index/GetErrorCode\u017f',
		'/Index/%zz',
		'/Index/%FF',
		'/Index/__proto__',
		`/Index/${'x'.repeat(200)}`,
	])('%s is nobody’s: 404 H100', async (path) => {
		expect(await ask(path, { body: signedJson(codesPath, '') })).toMatchObject({ status: 404, refused: ['H100'] })
	})

	it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('asked with %s is 405 H100, and POST is allowed', async (method) => {
		for (const path of [codesPath, loadPath.toUpperCase()]) {
			const reply = await ask(path, { method, type: null })
			expect(reply).toMatchObject({ status: 405, refused: ['H100'] })
			expect(reply.headers.get('allow')).toBe('POST')
		}
	})

	it.each(METHODS.filter((method) => !['POST', 'HEAD', 'CONNECT'].includes(method)))(
		'asked with %s, and something in the body, is 405 H100 too, whatever stands behind a question mark',
		async (method) => {
			const head = `${method} ${codesPath}?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n`
			const reply = await overSocket(Buffer.from(`${head}noise`))
			expect([reply.status, reply.refused, reply.headers.get('allow')]).toEqual([405, ['H100'], 'POST'])
		},
	)

	it('of the sandbox and of the health checks is 405 for what it can’t be asked with, too', async () => {
		for (const [path, allow] of [
			['/sandbox/clock', 'GET, HEAD, POST'],
			['/readyz', 'GET, HEAD'],
		] as const) {
			const reply = await ask(path, { method: 'DELETE', type: null })
			expect([reply.status, reply.refused, reply.headers.get('allow')]).toEqual([405, ['H100'], allow])
		}
	})

	it('that is nobody’s is 404 with every method', async () => {
		for (const method of ['GET', 'TRACE', 'PROPFIND', 'QUERY']) {
			const reply = await overSocket(Buffer.from(`${method} /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
			expect(reply).toMatchObject({ status: 404, refused: ['H100'] })
		}
	})

	it('asked with HEAD is 405 with no body', async () => {
		const response = await fetch(sandbox.url + codesPath, { method: 'HEAD' })
		expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', ''])
		expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
	})

	it('is the same in every casing', async () => {
		for (const path of ['/INDEX/GETERRORCODES', '/index/geterrorcodes', '/inDEX/gETeRRORcODES']) {
			expect(await ask(path, { body: signedJson(codesPath, '') })).toMatchObject({ status: 200, refused: [] })
		}
	})

	it('says nothing by its query string', async () => {
		const body = signedJson(listPath, `"customerId":"${customerId}"`)
		expect(await ask(`${listPath}?customerId=1&pageNo=0&x=%zz`, { body })).toMatchObject({ status: 200, refused: [] })
		const query = new URLSearchParams(signed(codesPath, {}, merchant.credentials) as Record<string, string>)
		expect(await ask(`${codesPath}?${query}`, { body: '{}' })).toMatchObject({ status: 200, refused: ['H101 merchantId'] })
	})
})

// -------------------------------------------------------------------------------------------------------------

describe('a name', () => {
	it('is the same in every casing of its ASCII letters, and in no other', async () => {
		const parameters = {
			CUSTOMERID: customerId,
			OrderAmount: 50_000,
			revisedfeerate: 20,
			POSTPONESELECTED: true,
			IPADDRESS: '::1',
		}
		const body = JSON.stringify(signed(infoPath, parameters, merchant.credentials))
		const upper = body.replace('"merchantId"', '"MERCHANTID"').replace('"requestToken"', '"RequestToken"')
		expect(await ask(infoPath, { body: upper })).toMatchObject({
			refused: [],
			Data: { CustomerInfo: { CustomerId: customerId }, InstallmentPlans: { 3: { FeeAmount: 1.5, PostponeMonths: 1 } } },
		})
		// Kelvin sign, long s, dotted and dotless i: letters that fold to one of ours elsewhere.
		expect(await call(listPath, '"customer\u0131d":"1","customer\u0130d":"1"')).toMatchObject({ refused: ['H101 customerId'] })
		const long = `"customerId":"${customerId}","orderAmount":50000,"po\u017ftponeSelected":"nonsense"`
		expect(await call(infoPath, long)).toMatchObject({ refused: [] })
		expect(await callWith(limitPath, newPerson({ '\u212adsSegment': ['nonsense'] }))).toMatchObject({ refused: [] })
	})

	it('that nobody knows is ignored, whatever stands under it', async () => {
		const strange = '"a":{"b":[1e400,"\\u0000"]},"":1,"constructor":{"prototype":1},"toString":[],"__PROTO__":[],"__proto__":1'
		expect(await call(listPath, `"customerId":"${customerId}",${strange}`)).toMatchObject({ refused: [] })
	})

	it('is never found by __proto__', async () => {
		expect(await ask(listPath, { body: '{"__proto__":{"merchantId":"M1"}}' })).toMatchObject({ refused: ['H101 merchantId'] })
		expect(await call(listPath, `"__proto__":{"customerId":"${customerId}"}`)).toMatchObject({ refused: ['H101 customerId'] })
		expect(await ask(listPath, { type: form, body: '__proto__[merchantId]=M1' })).toMatchObject({ refused: ['H101 merchantId'] })
	})

	it.each<[what: string, refused: string[], type: string, path: string, body: string]>([
		['a parameter', ['H102 customerId'], json, listPath, '{"customerId":"1","CustomerID":"1"}'],
		['a parameter that is empty once', ['H102 customerId'], json, listPath, '{"customerId":"","CUSTOMERID":null}'],
		['merchantId', ['H102 merchantId'], json, listPath, '{"merchantId":"M1","MerchantId":"M1"}'],
		['requestToken', ['H102 requestToken'], json, listPath, '{"requestToken":"a","RequestToken":"b"}'],
		['ipAddress', ['H102 ipAddress'], json, codesPath, '{"ipAddress":"::1","IPAddress":"::1"}'],
		['a list in a form', ['H102 paymentStatuses'], form, listPath, 'paymentStatuses=1&PaymentStatuses=3'],
		['an indexed list in a form', ['H102 paymentStatuses'], form, listPath, 'paymentStatuses[0]=1&PaymentStatuses[1]=3'],
		[
			'several',
			['H102 merchantId', 'H102 requestToken', 'H102 ipAddress', 'H102 customerId', 'H102 pageSize'],
			form,
			listPath,
			'pageSize=1&PAGESIZE=1&customerId=1&CustomerId=1&ipaddress=1&ipAddress=1&requesttoken=1&requestToken=1&merchantid=1&merchantId=1',
		],
	])('in two casings is H102 alone, though nothing else is right: %s', async (_, refused, type, path, body) => {
		expect(await ask(path, { type, body })).toMatchObject({ status: 200, refused })
	})

	it('in two casings is nobody’s business where it is no parameter', async () => {
		expect(await call(codesPath, '"customerId":"1","CustomerId":"2","x":1,"X":1')).toMatchObject({ refused: [] })
	})

	it('twice in exactly the same casing: the last one counts in JSON, and a form has a list', async () => {
		const { Data } = await call(infoPath, '"orderAmount":"x","orderAmount":[],"orderAmount":50000')
		expect(Data.InstallmentPlans[0].TotalAmount).toBe(500)
		const parameters = signed(listPath, { customerId: '' }, merchant.credentials) as Record<string, string>
		const body = `${new URLSearchParams(parameters)}&customerId=${customerId}&customerId=${customerId}`
		expect(await ask(listPath, { type: form, body: body.replace('customerId=&', '') })).toMatchObject({
			refused: ['H102 customerId'],
		})
	})
})

// -------------------------------------------------------------------------------------------------------------

describe('an amount', () => {
	it.each(['50000', '"50000"', '5e4', '5E+4', '50000.0', '"050000"', '"00000000000000050000"'])(
		'written %s is 500.00',
		async (written) => {
			const { refused, Data } = await call(infoPath, `"orderAmount":${written}`)
			expect(refused).toEqual([])
			expect(Data.InstallmentPlans[0].TotalAmount).toBe(500)
		},
	)

	it.each([
		'0',
		'-0',
		'"0"',
		'-1',
		'"-1"',
		'"+1"',
		'12.5',
		'"12.5"',
		'"12,5"',
		'"12.0"',
		'"1e3"',
		'"0x10"',
		'" 5"',
		'"5 "',
		'"5\\u0000"',
		'"1.000"',
		'"1_000"',
		'"٥"',
		'"５"',
		'"½"',
		'10000000000001',
		'"10000000000001"',
		'100000000000000',
		'1e14',
		'1e21',
		'1e400',
		'-1e400',
		'1e-7',
		'12345678901234567890',
		'123456789012345678901234567890',
		'"000000000000000050000"',
		'"Infinity"',
		'"NaN"',
		'true',
		'[50000]',
		'{"a":50000}',
	])('written %s is H102', async (written) => {
		expect(await call(infoPath, `"orderAmount":${written}`)).toMatchObject({ status: 200, refused: ['H102 orderAmount'] })
	})

	it('may be 10^13, and is answered to the kuruş', async () => {
		const path = loadPath
		const body = signedJson(path, `"customerId":"${customerId}","balanceAmount":9999999999999,"paymentDate":"2096-02-29"`)
		const response = await fetch(sandbox.url + path, { method: 'POST', headers: { 'content-type': json }, body })
		expect(await response.text()).toContain('"CustomerBalance":99999999999.99,')
		const { refused } = await call(
			path,
			`"customerId":"${customerId}","balanceAmount":1e13,"paymentDate":"2096-02-29","x":"${'9'.repeat(16)}"`,
		)
		expect(refused).toEqual([])
	})

	it('of 0 is one where it says something', async () => {
		expect(await callWith(infoPath, { orderAmount: 50_000, availableLimit: 0, RevisedFeeRate: '0' })).toMatchObject({
			refused: [],
		})
	})
})

describe('a number, a flag or a text', () => {
	const order = '"orderAmount":50000'
	it.each<[refused: string[], path: string, parameters: string]>([
		[[], infoPath, `${order},"RevisedFeeRate":1000,"notCalculateFees":"TRUE","postponeSelected":"False"`],
		[['H102 RevisedFeeRate'], infoPath, `${order},"RevisedFeeRate":1001`],
		[['H102 RevisedFeeRate'], infoPath, `${order},"RevisedFeeRate":-1`],
		[['H102 RevisedFeeRate'], infoPath, `${order},"RevisedFeeRate":"1.5"`],
		[['H102 notCalculateFees'], infoPath, `${order},"notCalculateFees":1`],
		[['H102 notCalculateFees'], infoPath, `${order},"notCalculateFees":"yes"`],
		[['H102 forceRiskFreeEvaluate'], infoPath, `${order},"forceRiskFreeEvaluate":[true]`],
		[['H102 postponeSelected'], infoPath, `${order},"postponeSelected":{}`],
		[['H102 availableLimit'], infoPath, `${order},"availableLimit":10000000000001`],
		[['H102 customerId'], infoPath, `${order},"customerId":true`],
		[['H102 customerId'], infoPath, `${order},"customerId":["1000000001"]`],
		[['H102 customerId'], infoPath, `${order},"customerId":{"0":"1"}`],
		[['H102 customerId', 'H102 dealerSegment'], infoPath, `${order},"customerId":12345678901,"dealerSegment":"elevenchars"`],
		[['H102 ipAddress'], infoPath, `${order},"ipAddress":["::1"]`],
		[['H102 ipAddress'], infoPath, `${order},"ipAddress":2130706433`],
		[['H102 ipAddress'], infoPath, `${order},"ipAddress":"127.0.0.01"`],
		[[], infoPath, `${order},"ipAddress":"::ffff:203.0.113.9"`],
		[['H102 pageSize'], listPath, '"customerId":1,"pageSize":0'],
		[['H102 pageSize'], listPath, '"customerId":1,"pageSize":1000000000'],
		[['H102 pageSize'], listPath, '"customerId":1,"pageSize":501'],
		[['H102 pageNo'], listPath, '"customerId":1,"pageNo":0'],
		[['H102 pageNo', 'H102 pageSize'], listPath, '"customerId":1,"pageSize":false,"pageNo":"١"'],
		[['H223 customerId'], listPath, '"customerId":1,"pageNo":"007","pageSize":500'],
		[['H223 customerId'], listPath, '"customerId":" ","pageNo":null,"pageSize":""'],
		[['H102 selectedInstallment'], createPath, `"merchantOid":"x","customerId":"1",${order},"selectedInstallment":0`],
		[['H102 selectedInstallment'], createPath, `"merchantOid":"x","customerId":"1",${order},"selectedInstallment":1000000001`],
		[['H223 customerId'], createPath, `"merchantOid":"x","customerId":"1",${order},"selectedInstallment":"1000000000"`],
	])('%j: %s with %s', async (refused, path, parameters) => {
		expect(await call(path, parameters)).toMatchObject({ status: 200, refused })
	})
})

describe('a date', () => {
	// A good one goes on to the customer, who is unknown.
	const dated = (paymentDate: string) => call(loadPath, `"customerId":"1","balanceAmount":1,"paymentDate":${paymentDate}`)

	it.each([
		'2096-02-29',
		'2000-02-29',
		'1900-01-01',
		'2999-12-31',
		'2096-02-29T00:00',
		'2096-02-29T23:59:59',
		'2096-02-29 23:59:59.123456789',
		'2096-02-29T23:59:59Z',
		'2096-02-29T00:00:00.0+03:00',
		'2096-02-29T00:00-0300',
	])('may be written %s', async (date) => {
		expect((await dated(`"${date}"`)).refused).toEqual(['H223 customerId'])
	})

	it.each([
		'2095-02-29',
		'2100-02-29',
		'2096-02-30',
		'2096-04-31',
		'2096-13-01',
		'2096-00-10',
		'2096-01-00',
		'1899-12-31',
		'3000-01-01',
		'2096-2-29',
		'20960229',
		'29.02.2096',
		'02/29/2096',
		' 2096-02-29',
		'2096-02-29 ',
		'2096-02-29T',
		'2096-02-29T10',
		'2096-02-29T24:00',
		'2096-02-29T23:60',
		'2096-02-29T23:59:60',
		'2096-02-29  10:30',
		'2096-02-29T10:30+3',
		'+002096-02-29',
		'２０９６-02-29',
		'2096-02-29\\n',
		'2096-02-29\\u0000',
		'today',
	])('may not be written %j', async (date) => {
		expect((await dated(`"${date}"`)).refused).toEqual(['H102 paymentDate'])
	})

	it.each(['20960229', '3982262400000', 'true', '["2096-02-29"]', '{"date":"2096-02-29"}'])('may not be %s', async (value) => {
		expect((await dated(value)).refused).toEqual(['H102 paymentDate'])
	})

	it('of birth on 29 February is of age on 1 March', async () => {
		await sandbox.startOn('2098-02-28')
		const child = { ...newPerson(), birthDate: '2080-02-29' }
		expect((await callWith(limitPath, child)).refused).toEqual(['H205 birthDate'])
		await sandbox.clock({ date: '2098-03-01' })
		expect((await callWith(limitPath, child)).refused).toEqual([])
		expect((await callWith(limitPath, { ...newPerson(), birthDate: '2081-02-29' })).refused).toEqual(['H102 birthDate'])
	})
})

describe('a TCKN', () => {
	const good = String(newPerson().tckn)
	const lastDigit = (Number(good.at(-1)) + 1) % 10
	it.each([
		['with a wrong last digit', good.slice(0, 10) + lastDigit],
		['with two digits in each other’s place', good.slice(0, 7) + good[8] + good[7] + good.slice(9)],
		['of ten digits', good.slice(1)],
		['of twelve digits', `${good}0`],
		['with a leading 0', `0${good.slice(1)}`],
		['with blanks', ` ${good}`],
		['of Arabic digits', '١٠٠٠٠٠٠٠١٤٦'],
		['of letters', 'nobody'],
		['of one letter', 'x'],
		['with NUL', '\0'.repeat(11)],
		['of lone surrogates', '\ud800'.repeat(11)],
		['of 200 000 letters', 'x'.repeat(200_000)],
	])('%s is H201, and what is missing besides is H101 alone', async (_, tckn) => {
		expect((await callWith(limitPath, newPerson({ tckn }))).refused).toEqual(['H201 tckn'])
		expect((await callWith(limitPath, newPerson({ tckn, email: null }))).refused).toEqual(['H101 email'])
		expect((await callWith(limitPath, newPerson({ tckn, email: 'nowhere' }))).refused).toEqual(['H102 email'])
	})

	it('may be a number, but no list, object or boolean', async () => {
		expect((await callWith(limitPath, newPerson({ tckn: Number(good) }))).refused).toEqual([])
		for (const tckn of [[good], { tckn: good }, true]) {
			expect((await callWith(limitPath, newPerson({ tckn }))).refused).toEqual(['H102 tckn'])
		}
		expect((await callWith(limitPath, newPerson({ tckn: '' }))).refused).toEqual(['H101 tckn'])
	})
})

describe('a text', () => {
	beforeAll(() => sandbox.startOn('2096-02-29'))

	it.each([
		['Turkish letters', 'İıŞşĞğÜüÖöÇç'],
		['letters outside the basic plane', '𐰤𐰀𐰢𐰁 😀'],
		['combining marks, left as they are', 'I\u0307s\u0327'],
		['quotes, tags and wild cards', `O'Neil "Ali" <b> & % _ \\ ; --`],
		['a plus sign and an equals sign', 'A+B=C&D'],
		['blanks at both ends', ' Ayşe '],
		['one blank', ' '],
		['joiners and direction marks', 'a\u200db\u202ec'],
		['100 letters of two UTF-16 units each', '😀'.repeat(100)],
	])('may have %s, signed and answered as sent', async (_, shopperName) => {
		for (const as of ['json', 'form'] as const) {
			const answer = await merchant.client.call(limitPath, newPerson({ shopperName, shopperSurname: shopperName }), { as })
			expect(answer.Data.CustomerInfo).toMatchObject({ CustomerName: shopperName, CustomerSurname: shopperName })
		}
	})

	it.each([
		['NUL', 'Ay\0şe'],
		['a line break', 'Ay\nşe'],
		['DEL', 'Ay\x7fşe'],
		['a C1 control', 'Ay\x85şe'],
		['a lone high surrogate', 'Ay\ud83dşe'],
		['a lone low surrogate', 'Ay\ude00şe'],
		['101 letters', 'x'.repeat(101)],
	])('may not have %s', async (_, shopperName) => {
		expect((await callWith(limitPath, newPerson({ shopperName }))).refused).toEqual(['H102 shopperName'])
	})

	it.each([
		['emoji', '😀'.repeat(20)],
		['one blank', ' '],
		['Turkish letters', 'Sipariş №1 İıĞğ'],
		['quotes', `'; drop table x;--`],
		['a number beyond 2^53', '19052314361234567890'],
	])('as merchantOid may have %s, and is found again', async (_, merchantOid) => {
		const created = await callWith(createPath, newOrder(customerId, { merchantOid }))
		expect(created.Data).toMatchObject({ MerchantOid: merchantOid })
		const names = { merchantOid, transactionCode: created.Data.TransactionCode }
		const read = await callWith('/Index/GetPaymentsOfTransaction', names)
		expect(read.Data).toMatchObject({ MerchantOid: merchantOid, Payments: [{ merchantOid }, { merchantOid }, { merchantOid }] })
	})

	it('as merchantOid may be a JSON number, and not one digit of it is rounded', async () => {
		const order = newOrder(customerId)
		const { merchantOid: _, ...rest } = order
		const created = await call(createPath, `"merchantOid":19052314361234567891,${JSON.stringify(rest).slice(1, -1)}`)
		expect(created.Data).toMatchObject({ MerchantOid: '19052314361234567891' })
	})

	it.each([
		['21 emoji', '😀'.repeat(21)],
		['NUL', 'order\0'],
		['a tab', 'order\t1'],
		['half an emoji', 'order\ud83d'],
	])('as merchantOid may not have %s', async (_, merchantOid) => {
		expect((await callWith(createPath, newOrder(customerId, { merchantOid }))).refused).toEqual(['H102 merchantOid'])
	})
})

describe('a basketList', () => {
	beforeAll(() => sandbox.startOn('2096-02-29'))

	const kept = async (basketList: unknown, as: 'json' | 'form' = 'json') => {
		const answer = await merchant.client.call(createPath, newOrder(customerId, { basketList }), { as })
		expect(answer.Errors).toEqual([])
		const { rows } = await sandbox.app.database.pool.query<{ rows: unknown }>(
			'select rows from transaction_basket where transaction_id = $1',
			[answer.Data.TransactionCode.slice(1)],
		)
		return rows[0]?.rows
	}
	const row = {
		skuCode: 'A-1',
		skudefinitionId: 17,
		skuAmount: 129_900,
		skuMerchant: 'Mağaza "1"',
		skuMerchantContributionRate: 10,
		productName: 'Kulaklık 😀',
		productUrl: 'https://shop.example/a?b=1&c=2',
		productImage: '',
	}

	it.each(['json', 'form'] as const)('is kept as it came in %s, but for what it does not know', async (as) => {
		const { productImage: _, ...sent } = row
		expect(await kept([{ ...row, secret: 'x', SKUCODE: 'A-1' }, {}], as)).toEqual([sent, {}])
		expect(await kept(JSON.stringify([row]), as)).toEqual([sent])
	})

	it('keeps no __proto__, nothing nested, and no character that the database does not take', async () => {
		const text = `[{"__proto__":{"skuCode":"p"},"constructor":1,"skuCode":"a\\u0000b\\ud800c","productName":["x"],"productUrl":{"y":1}}]`
		const order = JSON.stringify(newOrder(customerId)).slice(1, -1)
		const { refused, Data } = await call(createPath, `${order},"basketList":${text}`)
		expect(refused).toEqual([])
		const { rows } = await sandbox.app.database.pool.query('select rows from transaction_basket where transaction_id = $1', [
			Data.TransactionCode.slice(1),
		])
		expect(rows).toEqual([{ rows: [{ skuCode: 'a\ufffdb\ufffdc' }] }])
	})

	it.each<[refused: string[], what: string, basketList: unknown]>([
		[[], 'an empty list', []],
		[[], '200 rows', Array(200).fill(row)],
		[[], 'an amount of 0', [{ skuAmount: 0 }]],
		[[], 'an amount as text', [{ SKUAMOUNT: '0100' }]],
		[['H102 basketList'], '201 rows', Array(201).fill({})],
		[['H102 basketList'], 'an amount below 0', [{ skuAmount: -1 }]],
		[['H102 basketList'], 'an amount with decimals', [{ skuAmount: 12.5 }]],
		[['H102 basketList'], 'an amount beyond 10^13', [{ skuAmount: '10000000000001' }]],
		[['H102 basketList'], 'an amount that is a list', [{ skuAmount: [1] }]],
		[['H102 basketList'], 'a row that is a text', ['A-1']],
		[['H102 basketList'], 'a row that is nothing', [null]],
		[['H102 basketList'], 'a row that is a list', [[row]]],
		[['H102 basketList'], 'one row without a list', row],
		[['H102 basketList'], 'a text', 'A-1'],
		[['H102 basketList'], 'true', true],
	])('%j for %s', async (refused, _, basketList) => {
		expect((await callWith(createPath, newOrder(customerId, { basketList }))).refused).toEqual(refused)
	})
})

// -------------------------------------------------------------------------------------------------------------

describe('whatever is sent under whatever name', () => {
	const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
	const nasty = [
		'"\\u0000"',
		'"\\ud800"',
		'"\\udc00\\ud800"',
		'"\\uffff\\ufffe"',
		'"😀"',
		'" "',
		'"\\u0007\\u001b[2J"',
		'"%00"',
		`"'; drop table payment;--"`,
		'"__proto__"',
		'{"__proto__":{"a":1}}',
		'[{"__proto__":[]},null,[[]]]',
		'"[{\\"__proto__\\":1}]"',
		'"[[[["',
		'-1',
		'1e400',
		'99999999999999999999999999',
		'9223372036854775808',
		'"9223372036854775808"',
		'12.345',
		'true',
		'null',
		'[]',
		'{}',
		deep,
		`"${'9'.repeat(20)}"`,
		`"${'x'.repeat(10_000)}"`,
	]
	const endpoint = Object.values(endpoints)
	let usual: Record<string, unknown>

	beforeAll(async () => {
		await sandbox.startOn('2096-02-29')
		const buyer = await newCustomer(merchant)
		const sale = await newSale(merchant, buyer)
		const requested = await merchant.client.call('/RequestV2/HasoAuthSendInfo', { ...newPerson(), testOn: true })
		expect(requested.Errors).toEqual([])
		usual = {
			...newPerson(),
			...newOrder(buyer),
			merchantOid: sale.MerchantOid,
			transactionCode: sale.TransactionCode,
			paymentCode: `${sale.TransactionCode}-1`,
			paymentDate: '2096-02-29',
			balanceAmount: '1',
			paymentStatuses: [0],
			preDefinedLimit: '5000000',
			customerLimit: '5000000',
			limitExpireDate: '2097-02-28',
			reason: 'of the shop’s own',
			newGsmNo: freeNumber(),
			testOn: true,
			testResult: 'RETRY',
			kkbRefNo: requested.Data.KkbRefNo,
			pinCode: '123456',
			transactionCodes: [sale.TransactionCode],
			refundId: 'return-1',
			refundAmount: '1',
			paymentCodes: [`${sale.TransactionCode}-1`],
			paymentAmount: '1',
			expenseAmount: '1',
			reconciliationDate: '2096-02-29',
			transactionCount: '1',
			transactionAmount: '120000',
			refundCount: '0',
			paymentCount: '0',
			balanceLoadCount: '1',
			balanceLoadAmount: '1',
			pageNo: '1',
			pageSize: '1',
		}
	})

	it.each(endpoint.map((each) => [each.name, each] as const))('%s answers in order', async (_, each) => {
		const path = pathOf(each)
		const names = Object.values(each.fields).map(({ name }) => name)
		// What stands around the one bad value is good, so that a value which is let through gets all the way.
		const { refused } = await callWith(path, Object.fromEntries(names.map((name) => [name, usual[name]])))
		expect(refused.filter((refusal) => refusal.startsWith('H1'))).toEqual([])
		const calls = ['merchantId', 'requestToken', 'ipAddress', ...names].flatMap((at) =>
			nasty.map((value) => {
				const others = names.filter((name) => name !== at && usual[name] !== undefined)
				const parameters = [...others.map((name) => `${JSON.stringify(name)}:${JSON.stringify(usual[name])}`), `"${at}":${value}`]
				const body = signedJson(path, parameters.join(','))
				// What stands last under exactly the same name counts: here the bad token.
				return at === 'requestToken' ? body.replace(/}$/, `,"requestToken":${value}}`) : body
			}),
		)
		for (let i = 0; i < calls.length; i += 20) {
			const replies = await Promise.all(calls.slice(i, i + 20).map((body) => ask(path, { body })))
			for (const { status } of replies) expect(status).toBe(200)
		}
	})

	it('any JSON at all', async () => {
		const value = fc.jsonValue({ maxDepth: 4, stringUnit: fc.constantFrom('a', '0', '\0', '\ud800', '😀', '"', '[', ']', 'ş') })
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...endpoint), fc.array(value, { maxLength: 12 }), async (each, values) => {
				const names = ['ipAddress', ...Object.values(each.fields).map(({ name }) => name)]
				const parameters = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(values[i] ?? usual[name] ?? null)}`)
				const { status } = await call(pathOf(each), parameters.join(','))
				expect(status).toBe(200)
			}),
			{ numRuns: 150 },
		)
	})

	it('any bytes at all', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(json, form), async (bytes, type) => {
				const { status } = await ask(listPath, { type, body: new Uint8Array(bytes) })
				expect([200, 400]).toContain(status)
			}),
			{ numRuns: 100 },
		)
	})

	it('and the books balance', () => sandbox.booksBalance())
})

// -------------------------------------------------------------------------------------------------------------

describe('the texts of refusals', () => {
	it.each([
		['404', '/nowhere', {}],
		['400', codesPath, { body: '' }],
		['415', codesPath, { type: null }],
		['405', codesPath, { method: 'GET' }],
		['413', codesPath, { body: 'x'.repeat(300_000) }],
		['H101', codesPath, { body: '{}' }],
	])('are Turkish, or English where that is preferred: %s', async (_, path, given: Ask) => {
		const message = async (headers: Record<string, string>) => (await ask(path, { ...given, headers })).messages[0]
		const turkish = await message({})
		expect(turkish).toMatch(/kontrol edin|Hangisi/)
		expect(await message({ 'accept-language': 'tr-TR,tr;q=0.9,en;q=0.8' })).toBe(turkish)
		expect(await message({ 'accept-language': 'en-US,en;q=0.9' })).toMatch(/could not be read|is missing/)
	})
})

describe('when the database can’t be reached', () => {
	it('the answer is 503 H108 with Retry-After, the process lives but is not ready, and later the same request is done', async () => {
		const alone = await startSandbox()
		const shop = await alone.newMerchant()
		const buyer = await newCustomer(shop)
		const load = { customerId: buyer, balanceAmount: 100, paymentDate: await alone.today(), paymentReferenceCode: 'once' }
		const name = new URL(alone.databaseUrl).pathname.slice(1)
		const administrator = new pg.Client({ connectionString: alone.databaseUrl.replace(/[^/]*$/, 'postgres') })
		await administrator.connect()
		await administrator.query(`alter database ${name} allow_connections false`)
		await administrator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
		for (const [path, parameters] of [
			[listPath, { customerId: buyer }],
			[loadPath, load],
			[codesPath, { merchantId: 'somebody new' }],
		] as const) {
			const answer = await shop.client.call(path, parameters)
			expect(answer).toMatchObject({ httpStatus: 503, Success: false, Errors: ['H108'], Data: {} })
			expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d?$/)
			expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
		}
		const health = async (path: string) => {
			const response = await fetch(alone.url + path)
			return [path, response.status, Object.keys(JSON.parse(await response.text()))]
		}
		expect(await health('/livez')).toEqual(['/livez', 200, ['status']])
		expect(await health('/readyz')).toEqual(['/readyz', 503, ['status']])

		await administrator.query(`alter database ${name} allow_connections true`)
		await administrator.end()
		expect(await health('/readyz')).toEqual(['/readyz', 200, ['status']])
		for (let i = 0; i < 2; i++) expect((await shop.client.call(loadPath, load)).Data).toMatchObject({ CustomerBalance: 1 })
		await alone.booksBalance()
		await alone.stop()
	})
})

// These look at everything that was answered above.
describe('no answer', () => {
	it('has the request id of another', () => {
		expect(requestIds.length).toBeGreaterThan(1_000)
		expect(new Set(requestIds).size).toBe(requestIds.length)
	})

	it('tells a key, a salt, a TCKN, a mobile number or an e-mail address', async () => {
		const person = newPerson()
		const answers = [
			await callWith(limitPath, person),
			await callWith(limitPath, { ...person, merchantKey: merchant.credentials.merchantKey }),
			await callWith(limitPath, { ...person, tckn: `${person.tckn}0` }),
			await callWith(limitPath, { ...person, mobileNumber: `0${person.mobileNumber}` }),
			await callWith(infoPath, { orderAmount: 1, customerId: person.tckn }),
		]
		expect(answers.map(({ refused }) => refused)).toEqual([[], [], ['H201 tckn'], ['H102 mobileNumber'], ['H102 customerId']])
		expect(answers[0]?.Data.CustomerInfo.GsmNo).toBe(String(person.mobileNumber).replace(/^(...).*(..)$/, '$1*****$2'))
		const { merchantKey, merchantSalt } = merchant.credentials
		const everything = said.join('\n')
		for (const secret of [merchantKey, merchantSalt, String(person.tckn), String(person.mobileNumber), '@example.com']) {
			expect(secret.length).toBeGreaterThan(9)
			expect(everything).not.toContain(secret)
		}
		expect(everything).not.toMatch(/\b(postgres|select |at .*\.ts:\d)/)
	})
})
