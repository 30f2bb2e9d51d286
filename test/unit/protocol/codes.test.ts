import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../../src/domain/refusals.ts'
import { codeOf, codes, messageOf, preferredLanguage } from '../../../src/protocol/codes.ts'

// Section 4 of the protocol, copied: code and mark, in its order.
const section4 = `
	RS100 M, RS110 O, RS115 V,
	H100 O, H101 O, H102 O, H103 O, H104 O, H105 O, H106 O, H107 O, H108 O, H109 O, H110 O,
	H201 O, H202 O, H203 O, H205 O, H210 O, H211 O, H212 O, H213 O, H215 O, H216 O, H217 O,
	H220 O, H221 O, H222 O, H223 V, H224 O, H225 O, H226 O, H227 O,
	H300 O, H301 O, H302 O, H303 O, H304 O, H305 O, H306 O, H307 M, H308 V, H309 O, H310 O, H311 V,
	H312 O, H313 O, H314 O, H315 O, H316 O, H317 O, H318 O, H319 O, H320 O, H321 O
`

// Exhaustive by its type: a refusal that is added to the domain does not compile here before it has a code.
const codeOfRefusal: Record<Refusal, string> = {
	'limit-expire-date-not-later': 'H102',
	'tckn-invalid': 'H201',
	'identity-not-verified': 'H202',
	'mobile-number-taken': 'H203',
	'under-age': 'H205',
	'limit-request-not-found': 'H210',
	'pin-wrong': 'H211',
	'pin-expired': 'H212',
	'pin-tries-exhausted': 'H213',
	'limit-request-rejected': 'H215',
	'bureau-unreachable': 'H216',
	'resend-not-allowed-now': 'H217',
	'mobile-number-not-usable': 'RS115',
	'customer-suspended': 'H220',
	'customer-overdue': 'H221',
	'no-valid-limit': 'H222',
	'customer-not-found': 'H223',
	'already-suspended': 'H224',
	'not-suspended': 'H225',
	'customer-in-enforcement': 'H226',
	'limit-not-allowed-to-merchant': 'H227',
	'transaction-not-found': 'H300',
	'merchant-oid-used': 'H301',
	'customer-limit-insufficient': 'H302',
	'merchant-limit-insufficient': 'H303',
	'instalment-option-not-offered': 'H304',
	'wrong-transaction-state': 'H305',
	'refund-over-refundable': 'H306',
	'refund-already-made': 'H307',
	'refund-not-found': 'H308',
	'transaction-expired': 'H309',
	'payment-not-found': 'H310',
	'mobile-number-unchanged': 'H311',
	'payment-already-paid': 'H312',
	'payment-cancelled': 'H313',
	'payment-date-not-possible': 'H314',
	'transaction-in-enforcement': 'H315',
	'transaction-not-in-enforcement': 'H316',
	'nothing-overdue': 'H317',
	'expense-below-paid': 'H318',
	'more-than-owed': 'H319',
	'payment-code-repeated': 'H320',
	'payment-of-other-order': 'H321',
}

describe('the codes', () => {
	it('are those of section 4 with their marks, in its order', () => {
		expect(codes.map(({ code, mark }) => `${code} ${mark}`)).toEqual(section4.trim().split(/,\s+/))
	})

	it('stand for every refusal exactly once', () => {
		const named = codes.flatMap(({ code, refusal }) => (refusal === null ? [] : [[refusal, code]]))
		expect(named).toHaveLength(Object.keys(codeOfRefusal).length)
		expect(Object.fromEntries(named)).toEqual(codeOfRefusal)
	})

	it.each(Object.entries(codeOfRefusal) as [Refusal, string][])('say %s as %s', (refusal, code) => {
		expect(codeOf(refusal)).toBe(code)
	})

	it.each(codes.map(({ code, tr, en }) => [code, tr, en]))('have whole sentences in both languages: %s', (code, tr, en) => {
		expect(messageOf(code, 'tr')).toBe(tr)
		expect(messageOf(code, 'en')).toBe(en)
		for (const text of [tr, en]) expect(text).toMatch(/^\p{L}[^\n]{3,160}\.$/u)
		expect(tr).not.toBe(en)
	})

	it('do not repeat a text', () => {
		expect(new Set(codes.flatMap(({ tr, en }) => [tr, en])).size).toBe(2 * codes.length)
	})

	it('throw for a code that is none', () => {
		expect(() => messageOf('H999', 'tr')).toThrow('H999')
	})
})

describe('the language of the texts', () => {
	it.each([
		undefined,
		'',
		'tr',
		'tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7',
		'de-DE,de;q=0.9',
		'*',
		'en;q=0',
		'en;q=0.5,tr;q=0.5',
		'tr;q=0.6, en;q=0.5',
		'tr-CY, en;q=0.999',
		'*;q=0.8, en;q=0.5',
		'english',
		'en;q=2',
		'en;q=high',
		'garbage;;;,,=',
	])('is Turkish for %o', (acceptLanguage) => {
		expect(preferredLanguage(acceptLanguage)).toBe('tr')
	})

	it.each([
		'en',
		'EN-us',
		'en-US,en;q=0.9,tr;q=0.8',
		'tr;q=0.8,en;q=0.9',
		'tr;q=0.8 , en ; q=0.9',
		'de, en;q=0.1',
		'en-GB;q=0.3, en;q=0.9, tr;q=0.5',
		'en;q=0.9, en-GB;q=0.3, tr;q=0.5',
		'en;q=0.5, tr;q=0.001',
		'*, tr;q=0.5',
		'tr;q=0, *;q=0.1',
	])('is English for %o', (acceptLanguage) => {
		expect(preferredLanguage(acceptLanguage)).toBe('en')
	})
})
