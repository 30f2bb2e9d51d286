import { describe, expect, it } from 'vitest'
import { readBody } from '../../../src/protocol/body.ts'
import { requestToken, signedText, tokenKey, tokenMatches } from '../../../src/protocol/token.ts'
import { readVectors } from '../../vectors.ts'

interface TokenCase {
	path: string
	merchantKey: string
	merchantSalt: string
	body: object
	requestToken: string
}

// The signing orders of protocol section 3, for the paths of the vectors.
const orders: { [path: string]: string[] } = {
	'/Index/GetErrorCodes': ['merchantId', 'ipAddress'],
	'/Index/GetCustomerPayments': ['merchantId', 'customerId', 'ipAddress'],
	'/RequestV2/SetLimitFromKds': ['merchantId', 'shopperName', 'shopperSurname', 'dealerSegment', 'ipAddress'],
	'/RequestV2/SendExecutionTransaction': ['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
	'/RequestV2/LoadCustomerBalance': ['merchantId', 'customerId', 'balanceAmount', 'ipAddress'],
	'/RequestV2/SetPaidPayment': ['merchantId', 'merchantOid', 'paymentCode', 'paymentReferenceCode', 'paymentDate', 'ipAddress'],
	'/RequestV2/SendKkbPinCode': ['merchantId', 'ipAddress', 'kkbRefNo', 'pinCode'],
}

function bodyOf(contentType: string, text: string) {
	const result = readBody(contentType, Buffer.from(text))
	if (!result.ok) throw new Error(result.fault)
	return result.body
}

const jsonBody = (body: object) => bodyOf('application/json', JSON.stringify(body))

describe('the token of the vectors is made and recognised', () => {
	it.each(readVectors<TokenCase>('tokens').map((vector, at) => ({ at, ...vector })))('case $at: $path', (vector) => {
		const text = signedText(orders[vector.path] ?? [], jsonBody(vector.body), vector.merchantSalt)
		const key = tokenKey(vector.merchantKey)
		expect(requestToken(key, text)).toBe(vector.requestToken)
		expect(tokenMatches(key, text, vector.requestToken)).toBe(true)
	})
})

describe('the signed text', () => {
	const signed = (value: unknown, name = 'a') => signedText([name], jsonBody({ [name]: value }), '.')

	it('joins the values in the given order without separators, the salt last', () => {
		expect(signedText(['b', 'a'], jsonBody({ a: '1', b: '2', c: '3' }), 'salt')).toBe('21salt')
	})

	it.each([
		['a text', ' Şükrü 😀 ', ' Şükrü 😀 .'],
		['a number, as its shortest decimal text', 50_000, '50000.'],
		['a fraction', 12.5, '12.5.'],
		['true', true, 'true.'],
		['false', false, 'false.'],
		['a list, as nothing', ['1'], '.'],
		['an object, as nothing', { a: 1 }, '.'],
		['null, as nothing', null, '.'],
		['an empty text, as nothing', '', '.'],
	])('holds %s', (_, value, text) => {
		expect(signed(value)).toBe(text)
	})

	it('holds what was not sent as nothing', () => {
		expect(signedText(['a', 'b'], jsonBody({ b: '2' }), '.')).toBe('2.')
	})

	it('holds a text in a form as it was meant, not as it was escaped', () => {
		const body = bodyOf('application/x-www-form-urlencoded', 'shopperName=%C5%9E%C3%BCkr%C3%BC+A%2BB&on=True')
		expect(signedText(['shopperName', 'on'], body, '.')).toBe('Şükrü A+BTrue.')
	})

	it.each([
		['2026-11-21', '2026-11-21.'],
		['2026-11-21T10:30:00', '2026-11-21.'],
		['21.11.2026 10:30', '21.11.2026.'],
		['bugün', 'bugün.'],
		['😀😀😀😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀😀😀.'],
		['1\n3456789\n11', '1\n3456789\n.'],
		[20261121103000, '2026112110.'],
		[true, 'true.'],
		[['2026-11-21'], '.'],
	])('holds the first ten characters of the paymentDate %o', (value, text) => {
		expect(signed(value, 'paymentDate')).toBe(text)
	})

	it('holds every other date as sent', () => {
		expect(signed('2026-11-21T10:30:00', 'reconciliationDate')).toBe('2026-11-21T10:30:00.')
	})
})

describe('a token is wrong', () => {
	const key = tokenKey('key')
	const right = requestToken(key, 'text')

	it.each([
		['when it is missing', undefined],
		['when it is for another text', requestToken(key, 'text ')],
		['when it is made with another key', requestToken(tokenKey('Key'), 'text')],
		['when it is cut short', right.slice(0, -1)],
		['when it has more at the end', `${right}=`],
		['when its casing is another', right.toLowerCase()],
		['when a letter is replaced by one of more bytes', `ş${right.slice(1)}`],
		['when it is a list that holds it', [right]],
		['when it is an object', { requestToken: right }],
		['when it is true', true],
	])('%s', (_, sent) => {
		expect(tokenMatches(key, 'text', sent)).toBe(false)
	})

	it('and right when it is exactly that', () => {
		expect(tokenMatches(key, 'text', right)).toBe(true)
	})
})
