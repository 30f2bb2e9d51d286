// TCKN and mobile numbers. The numbers are made up; each wrong one is wrong in one way only.

import { describe, expect, it } from 'vitest'
import { isMobileNumber, isTckn, maskMobileNumber } from '../../../src/domain/identity.ts'

describe('a TCKN', () => {
	it.each([
		['10000000146', 'one with many zeros'],
		['12345678950', 'all digits in turn'],
		['11111111110', 'all the same digit'],
		['19090909018', 'even places that outweigh seven times the odd ones'],
	])('may be %s: %s', (text) => {
		expect(isTckn(text)).toBe(true)
	})

	it.each([
		['10000000034', 'its tenth digit is wrong, though the eleventh goes with it'],
		['10000000147', 'its eleventh digit is wrong'],
		['01000000046', 'it starts with 0'],
		['00000000000', 'it starts with 0, though both check digits are right'],
		['1000000014', 'it has ten digits'],
		['100000001460', 'it has twelve'],
		['x10000000146', 'something stands in front'],
		['1000000014a', 'it has a letter'],
		['10000000146\n', 'a line end follows'],
		['١٠٠٠٠٠٠٠١٤٦', 'its digits are not ASCII'],
		['', 'it is empty'],
	])('is not %j: %s', (text) => {
		expect(isTckn(text)).toBe(false)
	})

	it('is refused when any one digit of it is mistyped', () => {
		const right = '10000000146'
		const mistyped = Array.from(right).flatMap((digit, place) =>
			Array.from('0123456789')
				.filter((other) => other !== digit)
				.map((other) => right.slice(0, place) + other + right.slice(place + 1)),
		)
		expect(mistyped).toHaveLength(99)
		expect(mistyped.filter(isTckn)).toEqual([])
	})
})

describe('a mobile number', () => {
	it('is ten digits starting with 5', () => {
		expect(isMobileNumber('5161234533')).toBe(true)
	})

	it.each([
		['05161234533', 'a leading 0'],
		['905161234533', 'a country code'],
		['+905161234533', 'a country code'],
		['4161234533', 'no mobile operator'],
		['516123453', 'nine digits'],
		['51612345333', 'eleven digits'],
		['516 123 45', 'blanks'],
		['5161234533\n', 'a line end'],
		['٥١٦١٢٣٤٥٣٣', 'digits that are not ASCII'],
		['', 'nothing at all'],
	])('is not %j: %s', (text) => {
		expect(isMobileNumber(text)).toBe(false)
	})

	it('is shown with five digits hidden', () => {
		expect(maskMobileNumber('5161234533')).toBe('516*****33')
	})
})
