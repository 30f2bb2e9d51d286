import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar.ts'
import type { Kurus } from '../../../src/domain/money.ts'
import { readBody } from '../../../src/protocol/body.ts'
import { contentFingerprint, decode, endpoint, pathOf, spelledTwiceFaults } from '../../../src/protocol/endpoint.ts'
import {
	amount,
	type BasketRow,
	basketList,
	calendarDate,
	code20,
	codeList,
	flag,
	optional,
	optionalOr,
	paymentStatuses,
	required,
	tckn,
	wholeNumber,
} from '../../../src/protocol/fields.ts'

interface Order {
	oid: string
	amount: Kurus
	paidOn: CalendarDate
	codes: readonly string[]
	statuses: readonly number[] | null
	postpone: boolean
	pageNo: number
	basket: readonly BasketRow[] | null
}

const order = endpoint<Order, null>({
	name: 'PlaceOrder',
	family: 'RequestV2',
	section: '0.0',
	mark: 'O',
	token: ['merchantId', 'oid'],
	tokenMark: 'O',
	fields: {
		oid: required('merchantOid', code20),
		amount: required('orderAmount', amount),
		paidOn: required('paymentDate', calendarDate),
		codes: required('paymentCodes', codeList(500)),
		statuses: optional('paymentStatuses', paymentStatuses),
		postpone: optionalOr('PostponeSelected', flag, false),
		pageNo: optionalOr('pageNo', wholeNumber(1, 10), 1),
		basket: optional('basketList', basketList),
	},
	refusals: [],
	encode: () => ({}),
})

function bodyOf(contentType: string, text: string) {
	const result = readBody(contentType, Buffer.from(text))
	if (!result.ok) throw new Error(result.fault)
	return result.body
}

const jsonBody = (body: object) => bodyOf('application/json', JSON.stringify(body))
const good = { merchantOid: 'O1', orderAmount: 50_000, paymentDate: '2026-11-21', paymentCodes: ['P1', 'P2'] }

const decoded = (body: object) => {
	const result = decode(order, jsonBody(body))
	if (!result.ok) throw new Error(JSON.stringify(result.faults))
	return result.params
}

it('has a path of its family and its name', () => {
	expect(pathOf(order)).toBe('/RequestV2/PlaceOrder')
})

describe('the parameters of a call', () => {
	it('are what was sent, and what stands for it where it was not', () => {
		expect(decode(order, jsonBody(good))).toEqual({
			ok: true,
			params: {
				oid: 'O1',
				amount: 50_000n,
				paidOn: '2026-11-21',
				codes: ['P1', 'P2'],
				statuses: null,
				postpone: false,
				pageNo: 1,
				basket: null,
			},
			ipAddress: null,
		})
	})

	it('are the same from a form', () => {
		const form = bodyOf(
			'application/x-www-form-urlencoded',
			`MERCHANTOID=O1&orderamount=050000&paymentDate=2026-11-21T10%3A30&paymentCodes=P1&paymentCodes=P2&ipAddress=%3A%3A1&postponeSelected=TRUE
			&paymentStatuses[1]=3&paymentStatuses[0]=0&basketList=[{"skuCode":"S"}]&colour=red`.replaceAll(/\s/g, ''),
		)
		expect(decode(order, form)).toEqual({
			ok: true,
			params: { ...decoded(good), statuses: [0, 3], postpone: true, basket: [{ skuCode: 'S' }] },
			ipAddress: '::1',
		})
	})

	it('are all reported when they are bad, missing and invalid alike: ipAddress first, then in the order of the table', () => {
		const body = {
			pageNo: 0,
			PostponeSelected: 'evet',
			paymentCodes: [],
			orderAmount: '12.5',
			ipAddress: 'x',
			merchantOid: ['O1'],
		}
		expect(decode(order, jsonBody(body))).toEqual({
			ok: false,
			faults: [
				{ code: 'H102', field: 'ipAddress' },
				{ code: 'H102', field: 'merchantOid' },
				{ code: 'H102', field: 'orderAmount' },
				{ code: 'H101', field: 'paymentDate' },
				{ code: 'H101', field: 'paymentCodes' },
				{ code: 'H102', field: 'PostponeSelected' },
				{ code: 'H102', field: 'pageNo' },
			],
		})
	})

	it.each([
		['null', null],
		['an empty text', ''],
		['an empty list', []],
		['a JSON text of an empty list', '[]'],
	])('are missing, or not sent, when a list is %s', (_, sent) => {
		expect(decode(order, jsonBody({ ...good, paymentCodes: sent }))).toEqual({
			ok: false,
			faults: [{ code: 'H101', field: 'paymentCodes' }],
		})
		expect(decoded({ ...good, paymentStatuses: sent }).statuses).toBeNull()
	})

	it('are invalid, not missing, when a text is an empty list', () => {
		expect(decode(order, jsonBody({ ...good, merchantOid: [] }))).toEqual({
			ok: false,
			faults: [{ code: 'H102', field: 'merchantOid' }],
		})
	})

	it('are invalid when a form repeats one that is no list', () => {
		const form = bodyOf(
			'application/x-www-form-urlencoded',
			'merchantOid=O1&merchantOid=O1&orderAmount=1&paymentDate=2026-11-21&paymentCodes=P1',
		)
		expect(decode(order, form)).toEqual({ ok: false, faults: [{ code: 'H102', field: 'merchantOid' }] })
	})

	it('leave a wrong TCKN to the decision, so that a missing parameter beside it is all that is reported', () => {
		const person = endpoint({
			...order,
			fields: { tckn: required('tckn', tckn), email: required('email', code20) },
		})
		expect(decode(person, jsonBody({ tckn: '12345678901' }))).toEqual({ ok: false, faults: [{ code: 'H101', field: 'email' }] })
	})
})

describe('a parameter spelled twice', () => {
	it('is reported whatever the rest is: merchantId, requestToken and ipAddress first, then in the order of the table', () => {
		const body = jsonBody({
			pageNo: 1,
			PageNo: 1,
			merchantOid: 'O1',
			MerchantOid: 'O1',
			ipAddress: '::1',
			IPAddress: '::1',
			requestToken: 'x',
			RequestToken: 'x',
			merchantId: 'M',
			MerchantId: 'M',
			unknown: 1,
			Unknown: 2,
			orderAmount: 1,
		})
		expect(spelledTwiceFaults(order, body)).toEqual(
			['merchantId', 'requestToken', 'ipAddress', 'merchantOid', 'pageNo'].map((field) => ({ code: 'H102', field })),
		)
	})

	it('is none where every name came once', () => {
		expect(spelledTwiceFaults(order, jsonBody(good))).toEqual([])
	})
})

describe('the fingerprint of a content', () => {
	const fingerprint = (body: object) => contentFingerprint(order, decoded(body)).toString('hex')

	it('is the SHA-256 of this text, for ever: fingerprints are stored', () => {
		const text =
			'["/RequestV2/PlaceOrder",[["basketList",[{"skuCode":"S","skuAmount":1}]],["merchantOid","O1"],' +
			'["orderAmount","50000"],["paymentCodes",["P1","P2"]],["paymentDate","2026-11-21"]]]'
		expect(fingerprint({ ...good, basketList: [{ skuAmount: 1, skuCode: 'S' }] })).toBe(
			createHash('sha256').update(text).digest('hex'),
		)
	})

	it.each([
		[
			'another spelling of a name',
			{ MERCHANTOID: 'O1', orderAmount: 50_000, paymentDate: '2026-11-21', paymentCodes: ['P1', 'P2'] },
		],
		['another order', { paymentCodes: ['P1', 'P2'], paymentDate: '2026-11-21', orderAmount: 50_000, merchantOid: 'O1' }],
		[
			'another way to write a number, a date or a list',
			{ ...good, orderAmount: '050000', paymentDate: '2026-11-21T10:30Z', paymentCodes: '["P1","P2"]' },
		],
		['another address, token and merchant spelling', { ...good, ipAddress: '::1', requestToken: 'x', merchantId: 'M1' }],
		['what is unknown', { ...good, colour: 'red' }],
		['what says the same as nothing', { ...good, PostponeSelected: false, pageNo: '1', paymentStatuses: [] }],
	])('does not see %s', (_, body) => {
		expect(fingerprint(body)).toBe(fingerprint(good))
	})

	it.each([
		['another text', { merchantOid: 'O2' }],
		['another amount', { orderAmount: 50_001 }],
		['another date', { paymentDate: '2026-11-22' }],
		['another list', { paymentCodes: ['P1'] }],
		['another order in a list', { paymentCodes: ['P2', 'P1'] }],
		['codes that are joined', { paymentCodes: ['P1,P2'] }],
		['another flag', { PostponeSelected: true }],
		['a list that was not there', { paymentStatuses: [0] }],
		['a basket', { basketList: [{ skuCode: 'S' }] }],
	])('sees %s', (_, change) => {
		expect(fingerprint({ ...good, ...change })).not.toBe(fingerprint(good))
	})

	it('sees another path', () => {
		const other = contentFingerprint({ ...order, name: 'PlaceOther' }, decoded(good))
		expect(other.toString('hex')).not.toBe(fingerprint(good))
	})

	it('stays the same when a parameter is moved in its table or a new one is added that was not sent', () => {
		const { oid, ...rest } = order.fields
		const later = endpoint({ ...order, fields: { ...rest, note: optional('note', code20), oid } })
		expect(contentFingerprint(later, { ...decoded(good), note: null }).toString('hex')).toBe(fingerprint(good))
	})
})
