import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readBody, type Sent } from '../../../src/protocol/body.ts'
import {
	amount,
	basketList,
	calendarDate,
	code20,
	codeList,
	email,
	type FieldType,
	flag,
	ipAddress,
	limitAmount,
	mobileNumber,
	optional,
	optionalOr,
	paymentStatuses,
	pinCode,
	required,
	sentFor,
	tckn,
	text,
	wholeNumber,
} from '../../../src/protocol/fields.ts'

const refused = { ok: false }

function read<T>(type: FieldType<T>, sent: Sent) {
	return required('x', type).read(sent)
}

/** As read() after a JSON body: what a JSON value means. */
function readJson<T>(type: FieldType<T>, json: string) {
	const result = readBody('application/json', Buffer.from(`{"x":${json}}`))
	if (!result.ok) throw new Error(result.fault)
	return read(type, result.body.get('x') ?? '')
}

const scalars: [string, FieldType<unknown>][] = [
	['amount', amount],
	['limitAmount', limitAmount],
	['wholeNumber', wholeNumber(0, 10)],
	['code20', code20],
	['text', text(10)],
	['tckn', tckn],
	['mobileNumber', mobileNumber],
	['email', email],
	['calendarDate', calendarDate],
	['pinCode', pinCode],
	['ipAddress', ipAddress],
]

describe('a list, an object or a boolean is refused', () => {
	it.each(scalars)('where a %s belongs', (_, type) => {
		expect(read(type, ['1'])).toEqual(refused)
		expect(read(type, { a: '1' })).toEqual(refused)
		expect(read(type, true)).toEqual(refused)
	})

	it('where a flag belongs, but for the boolean', () => {
		expect(read(flag, ['true'])).toEqual(refused)
		expect(read(flag, { true: true })).toEqual(refused)
		expect(read(flag, false)).toEqual({ ok: true, value: false })
	})
})

describe('an amount', () => {
	it.each([
		['"50000"', 50_000n],
		['50000', 50_000n],
		['5e4', 50_000n],
		['50000.0', 50_000n],
		['"050000"', 50_000n],
		['"00000000000000000001"', 1n],
		['1', 1n],
		['10000000000000', 10n ** 13n],
		['"10000000000000"', 10n ** 13n],
	])('sent as %s is %s kuruş', (json, value) => {
		expect(readJson(amount, json)).toEqual({ ok: true, value })
	})

	it.each([
		'"12.5"',
		'12.5',
		'"1e3"',
		'"-1"',
		'-1',
		'"+1"',
		'" 5"',
		'"5 "',
		'"5\\n"',
		'"٥"',
		'"５"',
		'"1.000"',
		'"1,000"',
		'"0x10"',
		'"1_000"',
		'"elli"',
		'"0"',
		'"000"',
		'0',
		'-0',
		'10000000000001',
		'"100000000000000"',
		'1e14',
		'1e21',
		'1e400',
		'"000000000000000000001"',
		'"99999999999999999999"',
	])('sent as %s is refused', (json) => {
		expect(readJson(amount, json)).toEqual(refused)
	})

	it('may be 0 for a limit, and is bounded there too', () => {
		expect(readJson(limitAmount, '0')).toEqual({ ok: true, value: 0n })
		expect(readJson(limitAmount, '"00"')).toEqual({ ok: true, value: 0n })
		expect(readJson(limitAmount, '10000000000000')).toEqual({ ok: true, value: 10n ** 13n })
		expect(readJson(limitAmount, '10000000000001')).toEqual(refused)
		expect(readJson(limitAmount, '-1')).toEqual(refused)
	})
})

describe('a whole number', () => {
	const pageSize = wholeNumber(1, 500)

	it.each([
		['1', 1],
		['"1"', 1],
		['500', 500],
		['"0500"', 500],
	])('sent as %s is %s', (json, value) => {
		expect(readJson(pageSize, json)).toEqual({ ok: true, value })
	})

	it.each(['0', '501', '1000000000', '"-1"', '1.5', '"1.0"', '"99999999999999999999"', '" 1"', '"abc"'])('refuses %s', (json) => {
		expect(readJson(pageSize, json)).toEqual(refused)
	})
})

describe('a flag', () => {
	it.each<[Sent, boolean]>([
		[true, true],
		[false, false],
		['true', true],
		['TRUE', true],
		['True', true],
		['false', false],
		['fAlSe', false],
	])('sent as %o is %s', (sent, value) => {
		expect(read(flag, sent)).toEqual({ ok: true, value })
	})

	it.each(['1', '0', 'yes', 'evet', ' true', 'true\n', 'null'])('refuses %o', (sent) => {
		expect(read(flag, sent)).toEqual(refused)
	})
})

describe('a code of 20 characters', () => {
	it.each([
		['a', 'one letter'],
		['12345678901234567890', '20 digits'],
		['ğüşiöçĞÜŞİÖÇ', 'Turkish letters'],
		['😀'.repeat(20), '20 emoji, which are 40 UTF-16 units'],
		[' ', 'one blank'],
		[' a ', 'blanks around it, which stay'],
		['e\u0301', 'a combining accent, which is not composed'],
	])('may be %o: %s', (sent) => {
		expect(read(code20, sent)).toEqual({ ok: true, value: sent })
	})

	it.each([
		['123456789012345678901', '21 digits'],
		['😀'.repeat(21), '21 emoji'],
		['', 'nothing'],
		['a\0', 'NUL'],
		['a\nb', 'a line break'],
		['ab\n', 'a line break at the end'],
		['\t', 'a tab'],
		['\x7f', 'DEL'],
		['\x85', 'a control character beyond ASCII'],
		['a\ud800', 'a lone high surrogate'],
		['\udc00a', 'a lone low surrogate'],
		['\ude00\ud83d', 'surrogates the wrong way round'],
	])('may not be %o: %s', (sent) => {
		expect(read(code20, sent)).toEqual(refused)
	})

	it('may be a JSON number, exactly as its digits say', () => {
		expect(readJson(code20, '19052314361234567890')).toEqual({ ok: true, value: '19052314361234567890' })
		expect(readJson(code20, '190523143612345678901')).toEqual(refused)
	})
})

describe('a TCKN', () => {
	it.each(['10000000146', '12345678901', 'abc', '1', 'ş'.repeat(50)])(
		'is carried to the decision as it is, right or wrong: %s',
		(sent) => {
			expect(read(tckn, sent)).toEqual({ ok: true, value: sent })
		},
	)

	it('is shortened rather than refused, and never gets right by that', () => {
		expect(read(tckn, '10000000146'.padEnd(200_000, ' '))).toEqual({ ok: true, value: '10000000146'.padEnd(50, ' ') })
	})

	it.each([
		['1\0', '1\ufffd'],
		['1\ud800', '1\ufffd'],
		[`${'1'.repeat(49)}😀`, `${'1'.repeat(49)}\ufffd`],
	])('comes without what a database can’t hold: %o', (sent, value) => {
		expect(read(tckn, sent)).toEqual({ ok: true, value })
	})
})

describe('a mobile number', () => {
	it('is 10 digits that start with 5, sent as text or number', () => {
		expect(readJson(mobileNumber, '"5161112233"')).toEqual({ ok: true, value: '5161112233' })
		expect(readJson(mobileNumber, '5161112233')).toEqual({ ok: true, value: '5161112233' })
	})

	it.each([
		'05161112233',
		'905161112233',
		'+905161112233',
		'516111223',
		'51611122334',
		'4161112233',
		'516 111 22 33',
		'516111223٣',
	])('is not %s', (sent) => {
		expect(read(mobileNumber, sent)).toEqual(refused)
	})
})

describe('an e-mail address', () => {
	it.each(['s@example.com', 'a.b+c@sub.example.com.tr', 'şükrü@örnek.com', `${'a'.repeat(242)}@example.com`])(
		'may be %s',
		(sent) => {
			expect(read(email, sent)).toEqual({ ok: true, value: sent })
		},
	)

	it.each([
		's',
		'@example.com',
		's@',
		's@example',
		's@@example.com',
		's s@example.com',
		's@example.com\n',
		's\0@example.com',
		`${'a'.repeat(243)}@example.com`,
	])('may not be %o', (sent) => {
		expect(read(email, sent)).toEqual(refused)
	})
})

describe('a date', () => {
	it.each([
		'2026-11-21',
		'2026-11-21T10:30',
		'2026-11-21T10:30:00',
		'2026-11-21 10:30:00',
		'2026-11-21T10:30:00.1',
		'2026-11-21T10:30:00.1234567',
		'2026-11-21T23:59:59Z',
		'2026-11-21T23:59:59.999Z',
		'2026-11-21T00:00:00+03:00',
		'2026-11-21T00:00:00-1100',
	])('sent as %s is 2026-11-21: the date as written, whatever the zone', (sent) => {
		expect(read(calendarDate, sent)).toEqual({ ok: true, value: '2026-11-21' })
	})

	it.each(['1900-01-01', '2999-12-31', '2028-02-29'])('may be %s', (sent) => {
		expect(read(calendarDate, sent)).toEqual({ ok: true, value: sent })
	})

	it.each([
		'2026-02-30',
		'2026-02-29',
		'2026-02-30T10:00',
		'2026-13-01',
		'1899-12-31',
		'3000-01-01',
		'20261121',
		'2026-1-1',
		'21.11.2026',
		'2026-11-21T',
		'2026-11-21T10',
		'2026-11-21T24:00',
		'2026-11-21T10:60',
		'2026-11-21T10:30:60',
		'2026-11-21T10:30:00.',
		'2026-11-21T10:30:00 +03:00',
		'2026-11-21Z',
		'2026-11-21x',
		' 2026-11-21',
		'2026-11-21 ',
		'2026-11-21\n',
		'٢٠٢٦-11-21',
		'bugün',
	])('may not be %o', (sent) => {
		expect(read(calendarDate, sent)).toEqual(refused)
	})
})

describe('a pin', () => {
	it.each(['012345', '1', 'abc', ' ', '1\n2', '1234567890'])('may be any text of up to 10: %o', (sent) => {
		expect(read(pinCode, sent)).toEqual({ ok: true, value: sent })
	})

	it('may hold what no pin holds, made harmless', () => {
		expect(read(pinCode, '1\0\ud800')).toEqual({ ok: true, value: '1\ufffd\ufffd' })
	})

	it('may not be longer than 10', () => {
		expect(read(pinCode, '12345678901')).toEqual(refused)
	})
})

describe('an IP address', () => {
	it.each(['85.34.78.112', '::1', '2001:db8::8a2e:370:7334', '::ffff:85.34.78.112'])('may be %s', (sent) => {
		expect(read(ipAddress, sent)).toEqual({ ok: true, value: sent })
	})

	it.each([
		'85.34.78',
		'85.34.78.256',
		'85.34.78.112:443',
		'localhost',
		'fe80::1%eth0',
		'[::1]',
		'10.0.0.0/8',
		' 85.34.78.112',
		'1',
	])('may not be %s', (sent) => {
		expect(read(ipAddress, sent)).toEqual(refused)
	})
})

describe('a list', () => {
	it.each<[string, Sent, number[]]>([
		['a list of numbers', [0, 3], [0, 3]],
		['a list of texts', ['0', '3'], [0, 3]],
		['a JSON text of a list', '[0,3]', [0, 3]],
		['a JSON text of a list of texts, with blanks', ' [ "0", "3" ] ', [0, 3]],
		['one scalar', '3', [3]],
		['a list of one', [4], [4]],
	])('may be sent as %s', (_, sent, value) => {
		expect(read(paymentStatuses, sent)).toEqual({ ok: true, value })
	})

	it.each<[string, Sent]>([
		['text with commas', '1,3'],
		['an item that is out of bounds', [5]],
		['an item that is negative', [-1]],
		['an item that is not whole', [1.5]],
		['an item that is null', [null]],
		['an item that is empty', ['']],
		['an item that is a list', [[1]]],
		['an item that is a JSON text of a list', ['[1]']],
		['an item that is a boolean', [true]],
		['a boolean', true],
		['a text of a boolean', 'true'],
		['an object', { '0': 1 }],
		['a JSON text of an object', '{"0":1}'],
		['a broken JSON text', '[1,'],
		['more than 500 items', Array(501).fill(1)],
	])('is refused with %s', (_, sent) => {
		expect(read(paymentStatuses, sent)).toEqual(refused)
	})

	it('holds codes as they are, up to its bound', () => {
		expect(read(codeList(2), ['P1', 'P2'])).toEqual({ ok: true, value: ['P1', 'P2'] })
		expect(read(codeList(2), ['P1', 'P2', 'P3'])).toEqual(refused)
		expect(read(codeList(2), ['P1', 'P'.repeat(21)])).toEqual(refused)
		expect(read(codeList(2), '[19052314361234567890]')).toEqual({ ok: true, value: ['19052314361234567890'] })
	})

	it('takes comma text for one code, and a code that begins with a bracket too', () => {
		expect(read(codeList(500), 'P1,P2')).toEqual({ ok: true, value: ['P1,P2'] })
		expect(read(codeList(500), '[P1')).toEqual({ ok: true, value: ['[P1'] })
	})

	it('that is empty counts as not sent, a text that merely looks empty to a scalar does not', () => {
		const result = readBody('application/json', Buffer.from('{"none":[],"text":"[]","some":"[1]"}'))
		if (!result.ok) throw new Error(result.fault)
		expect(sentFor(optional('none', paymentStatuses), result.body)).toBeUndefined()
		expect(sentFor(optional('text', paymentStatuses), result.body)).toBeUndefined()
		expect(sentFor(optional('some', paymentStatuses), result.body)).toEqual(['1'])
		expect(sentFor(optional('text', code20), result.body)).toBe('[]')
		expect(sentFor(optional('none', code20), result.body)).toEqual([])
	})
})

describe('a basket', () => {
	it('keeps the eight known fields of a row, in any casing, spelled as the manual does', () => {
		const row = {
			SKUCODE: 'S1',
			skuDefinitionId: 7,
			SkuAmount: '0100',
			skumerchant: 'M',
			skuMerchantContributionRate: 12.5,
			ProductName: 'Çaydanlık',
			producturl: true,
			productImage: 'x'.repeat(5000),
			colour: 'red',
		}
		expect(read(basketList, [row])).toEqual({
			ok: true,
			value: [
				{
					skuCode: 'S1',
					skudefinitionId: 7,
					skuAmount: 100,
					skuMerchant: 'M',
					skuMerchantContributionRate: 12.5,
					productName: 'Çaydanlık',
					productUrl: true,
					productImage: 'x'.repeat(5000),
				},
			],
		})
	})

	it('may be one JSON text, as in a form', () => {
		expect(read(basketList, '[{"skuCode":"S1","skuAmount":100},{}]')).toEqual({
			ok: true,
			value: [{ skuCode: 'S1', skuAmount: 100 }, {}],
		})
	})

	it.each([0, '0', 10 ** 13, '10000000000000', 5e4])('takes the skuAmount %o', (skuAmount) => {
		expect(read(basketList, [{ skuAmount }])).toEqual({ ok: true, value: [{ skuAmount: Number(skuAmount) }] })
	})

	it.each([-1, '-1', 12.5, '12,5', 10 ** 13 + 1, true, [], {}])('refuses the skuAmount %o', (skuAmount) => {
		expect(read(basketList, [{ skuAmount }])).toEqual(refused)
	})

	it('leaves out what is null, empty or nested in an unchecked field', () => {
		expect(
			read(basketList, [{ skuCode: null, skuAmount: '', productName: '', productUrl: { a: 1 }, productImage: [1] }]),
		).toEqual({
			ok: true,
			value: [{}],
		})
	})

	it('makes unchecked texts harmless for the database', () => {
		expect(read(basketList, [{ skuCode: 'a\0b', productName: 'c\ud800' }])).toEqual({
			ok: true,
			value: [{ skuCode: 'a\ufffdb', productName: 'c\ufffd' }],
		})
	})

	it('drops __proto__ and constructor like any other name', () => {
		const result = read(basketList, '[{"__proto__":{"skuCode":"S1"},"constructor":"x"}]')
		expect(result).toEqual({ ok: true, value: [{}] })
		expect(result.ok && result.value[0]?.skuCode).toBeUndefined()
	})

	it('holds 200 rows and no more', () => {
		expect(read(basketList, Array(200).fill({})).ok).toBe(true)
		expect(read(basketList, Array(201).fill({}))).toEqual(refused)
	})

	it.each<[string, Sent]>([
		['a text', 'S1'],
		['an object that is no list', { skuCode: 'S1' }],
		['a row that is a text', ['S1']],
		['a row that is a list', [['S1']]],
		['a row that is null', [null]],
	])('is refused when it is %s', (_, sent) => {
		expect(read(basketList, sent)).toEqual(refused)
	})
})

describe('a field', () => {
	it('knows what stands for it when it is not sent', () => {
		expect(required('pageNo', wholeNumber(1, 10))).toMatchObject({
			name: 'pageNo',
			required: true,
			list: false,
			fallback: undefined,
		})
		expect(optional('pageNo', wholeNumber(1, 10))).toMatchObject({ name: 'pageNo', required: false, fallback: null })
		expect(optionalOr('pageNo', wholeNumber(1, 10), 1)).toMatchObject({ name: 'pageNo', required: false, fallback: 1 })
		expect(optional('codes', codeList(1))).toMatchObject({ list: true })
	})

	it.each([
		...scalars,
		['flag', flag],
		['codeList', codeList(5)],
		['paymentStatuses', paymentStatuses],
		['basketList', basketList],
	] as [string, FieldType<unknown>][])('of type %s can be published as JSON Schema', (_, type) => {
		expect(z.toJSONSchema(type.schema, { io: 'input' })).toHaveProperty('type')
	})

	it('publishes an amount as a number or digits within its bounds', () => {
		expect(z.toJSONSchema(amount.schema, { io: 'input' })).toMatchObject({
			type: ['integer', 'string'],
			pattern: '^[0-9]{1,20}$',
			minimum: 1,
			maximum: 10 ** 13,
		})
	})
})
