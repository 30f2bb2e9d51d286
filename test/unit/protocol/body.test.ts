import { describe, expect, it } from 'vitest'
import { type Body, readBody } from '../../../src/protocol/body.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

function read(contentType: string, text: string): Body {
	const result = readBody(contentType, Buffer.from(text))
	if (!result.ok) throw new Error(result.fault)
	return result.body
}

describe('a content type', () => {
	it.each([
		json,
		form,
		'Application/JSON',
		'APPLICATION/X-WWW-FORM-URLENCODED',
		'application/json;charset=utf-8',
		'application/json; charset=UTF-8',
		'application/json; charset="utf-8"',
		'application/json; charset=utf8',
		'application/json; odata=verbose',
	])('may be %s', (contentType) => {
		expect(readBody(contentType, Buffer.from('{}')).ok).toBe(true)
	})

	it.each([
		undefined,
		'',
		'text/plain',
		'text/json',
		'application/jsonp',
		'multipart/form-data; boundary=x',
		'application/json; charset=iso-8859-9',
		'application/json; charset=',
		'application/json; charset',
		'application/json; charset=utf-8; charset=latin1',
		'application/x-www-form-urlencoded; charset=windows-1254',
	])('may not be %s', (contentType) => {
		expect(readBody(contentType, Buffer.from('{}'))).toEqual({ ok: false, fault: 'unsupported-media-type' })
	})
})

describe('a body is unreadable', () => {
	it.each([
		['an empty JSON text', json, ''],
		['broken JSON', json, '{"merchantId":"M1"'],
		['JSON with a trailing comma', json, '{"merchantId":"M1",}'],
		['two JSON values', json, '{}{}'],
		['a JSON list', json, '[{"merchantId":"M1"}]'],
		['a JSON text', json, '"merchantId"'],
		['a JSON number', json, '1'],
		['JSON null', json, 'null'],
		['a form in JSON', json, 'merchantId=M1'],
		[
			'JSON nested beyond reason around a large number',
			json,
			`{"a":${'['.repeat(100_000)}1234567890123456${']'.repeat(100_000)}}`,
		],
		['an escape without digits', form, 'a=%'],
		['an escape with one digit', form, 'a=%4'],
		['an escape that is no number', form, 'a=%zz'],
		['a broken escape in a name', form, '%=a'],
		['an escape that is not UTF-8', form, 'a=%FF'],
		['Latin-5 escapes', form, 'shopperName=%DE%FCkr%FC'],
		['an escaped surrogate', form, 'a=%ED%A0%80'],
		['an overlong escape', form, 'a=%C0%80'],
	])('when it is %s', (_, contentType, text) => {
		expect(readBody(contentType, Buffer.from(text))).toEqual({ ok: false, fault: 'unreadable' })
	})

	it.each([
		['JSON', json, '{"a":"ş"}'],
		['form', form, 'a=ş'],
	])('when the bytes of a %s are not UTF-8', (_, contentType, text) => {
		expect(readBody(contentType, Buffer.from(text)).ok).toBe(true)
		expect(readBody(contentType, Buffer.from(text.replace('ş', '\xfe'), 'latin1'))).toEqual({ ok: false, fault: 'unreadable' })
	})
})

describe('a JSON body', () => {
	it.each([
		['5e4', '50000'],
		['50000.0', '50000'],
		['-1', '-1'],
		['-0', '0'],
		['12.50', '12.5'],
		['1e3', '1000'],
		['9007199254740993', '9007199254740993'],
		['19052314361234567890', '19052314361234567890'],
	])('turns the number %s into the text %s', (number, text) => {
		expect(read(json, `{"n":${number}}`).get('n')).toBe(text)
	})

	it('keeps texts, booleans, lists and objects as they are', () => {
		const body = read(json, '{"text":" 050 ","yes":true,"no":false,"list":[1,"2",null],"object":{"a":1}}')
		expect(body.get('text')).toBe(' 050 ')
		expect(body.get('yes')).toBe(true)
		expect(body.get('no')).toBe(false)
		expect(body.get('list')).toEqual([1, '2', null])
		expect(body.get('object')).toEqual({ a: 1 })
	})

	it('keeps large numbers exact inside lists, and texts that look like them alone', () => {
		const body = read(json, '{"codes":[19052314361234567890,7],"oid":"19052314361234567891","n":12.50}')
		expect(body.get('codes')).toEqual(['19052314361234567890', 7])
		expect(body.get('oid')).toBe('19052314361234567891')
		expect(body.get('n')).toBe('12.5')
	})

	it('does not know what is absent, null or empty', () => {
		const body = read(json, '{"none":null,"empty":"","blank":" "}')
		expect(body.get('absent')).toBeUndefined()
		expect(body.get('none')).toBeUndefined()
		expect(body.get('empty')).toBeUndefined()
		expect(body.get('blank')).toBe(' ')
	})

	it('counts the last of two values under exactly the same name, and does not call that spelled twice', () => {
		const body = read(json, '{"orderAmount":1,"orderAmount":2}')
		expect(body.get('orderAmount')).toBe('2')
		expect(body.spelledTwice('orderAmount')).toBe(false)
	})

	it('may begin with a byte order mark', () => {
		expect(read(json, '\ufeff{"a":"b"}').get('a')).toBe('b')
	})
})

describe('a form body', () => {
	it.each([
		['a blank written as plus', 'a=b+c', 'b c'],
		['a plus written as escape', 'a=b%2Bc', 'b+c'],
		['Turkish letters as they are', 'a=Şükrü', 'Şükrü'],
		['Turkish letters as escapes', 'a=%C5%9E%C3%BCkr%C3%BC', 'Şükrü'],
		['an equals sign in the value', 'a=b=c==', 'b=c=='],
		['empty pairs around it', '&&a=b&', 'b'],
		['an escaped name', '%61=b', 'b'],
		['JSON text', 'a=[1,2]', '[1,2]'],
		['true', 'a=true', 'true'],
	])('reads %s', (_, text, value) => {
		expect(read(form, text).get('a')).toBe(value)
	})

	it.each([
		['a repeated name', 'a=1&b=x&a=3', ['1', '3']],
		['a repeated name with the same value', 'a=1&a=1', ['1', '1']],
		['a single indexed name', 'a[0]=1', ['1']],
		['indexed names in the order of their indexes', 'a[10]=3&a[2]=2&a[0]=1', ['1', '2', '3']],
		['indexed names with escaped brackets', 'a%5B0%5D=1&a%5B1%5D=2', ['1', '2']],
		['names with empty brackets', 'a[]=1&a[]=2', ['1', '2']],
		['one name with empty brackets', 'a[]=1', ['1']],
	])('makes a list of %s', (_, text, list) => {
		expect(read(form, text).get('a')).toEqual(list)
	})

	it.each(['a[0][b]=1', 'a[x]=1', 'a[-1]=1', 'a[0]b=1', 'a[12345678901]=1', 'a[1=1', 'a[[0]]=1', 'a[0]=1&a[x]=2', 'a[x]=&a=1'])(
		'takes %s for an a that is neither text nor list',
		(text) => {
			expect(read(form, text).get('a')).toEqual({})
		},
	)

	it.each(['[0]=1', '[a]=1', 'a]=1', '=1'])('takes %s for no a', (text) => {
		expect(read(form, text).get('a')).toBeUndefined()
	})

	it('says nothing when it is empty', () => {
		expect(read(form, '').get('merchantId')).toBeUndefined()
	})

	it('does not know a name without a value', () => {
		const body = read(form, 'a&b=&=c')
		expect(body.get('a')).toBeUndefined()
		expect(body.get('b')).toBeUndefined()
	})
})

describe('a name', () => {
	it.each([
		[json, '{"MERCHANTID":"M1"}'],
		[form, 'mErChAnTiD=M1'],
	])('matches in any casing (%s)', (contentType, text) => {
		expect(read(contentType, text).get('merchantId')).toBe('M1')
	})

	it.each([
		['a dotted capital I', 'MERCHANTİD', 'merchantId'],
		['a dotless i', 'merchantıd', 'merchantId'],
		['the Kelvin sign', '\u212adsLimit', 'kdsLimit'],
		['a blank before it', ' merchantId', 'merchantId'],
	])('does not match with %s', (_, sent, name) => {
		expect(read(json, JSON.stringify({ [sent]: 'M1' })).get(name)).toBeUndefined()
	})

	it.each([
		['with two values', json, '{"PostponeSelected":true,"postponeSelected":true}'],
		['when one is null', json, '{"PostponeSelected":null,"postponeSelected":true}'],
		['when one is empty', json, '{"postponeSelected":true,"PostponeSelected":""}'],
		['in a form', form, 'postponeSelected=true&POSTPONESELECTED=true'],
		['in a form, indexed', form, 'PostponeSelected[0]=1&postponeSelected[1]=1'],
	])('is spelled twice in two casings %s', (_, contentType, text) => {
		const body = read(contentType, text)
		expect(body.spelledTwice('postponeSelected')).toBe(true)
		expect(body.spelledTwice('postponeselected')).toBe(true)
		expect(body.spelledTwice('other')).toBe(false)
	})

	it('is not spelled twice by repeating it in a form', () => {
		expect(read(form, 'paymentStatuses=1&paymentStatuses=3').spelledTwice('paymentStatuses')).toBe(false)
	})

	it.each([
		[json, '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"toString":"t","a":"b"}'],
		[form, '__proto__[polluted]=yes&__proto__=x&constructor[0]=yes&toString=t&a=b'],
	])('may be __proto__ or constructor and does no harm (%s)', (contentType, text) => {
		const body = read(contentType, text)
		expect(body.get('polluted')).toBeUndefined()
		expect(body.get('hasOwnProperty')).toBeUndefined()
		expect(body.get('toString')).toBe('t')
		expect(body.get('a')).toBe('b')
		expect(({} as { polluted?: string }).polluted).toBeUndefined()
	})
})
