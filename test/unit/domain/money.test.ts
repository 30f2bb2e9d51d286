// Amounts and their three ways of being divided: half up, in basis points, evenly. All figures are kuruş.

import { describe, expect, it } from 'vitest'
import { bpsOf, divideHalfUp, kurus, larger, minus, plus, smaller, splitEvenly, sum, ZERO } from '../../../src/domain/money.ts'

describe('an amount', () => {
	it('is made of a whole number of kuruş', () => {
		expect(kurus(719_99)).toBe(71999n)
		expect(kurus(71999n)).toBe(71999n)
		expect(kurus(-1)).toBe(-1n)
		expect(ZERO).toBe(0n)
	})

	it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('is never made of %d', (n) => {
		expect(() => kurus(n)).toThrow(new RangeError(`not a whole amount in kuruş: ${n}`))
	})

	it('is added, subtracted and compared to the kuruş, however large', () => {
		const large = kurus(10n ** 30n + 1n)
		expect(plus(large, kurus(1), kurus(2))).toBe(10n ** 30n + 4n)
		expect(plus()).toBe(0n)
		expect(minus(kurus(1), large)).toBe(-(10n ** 30n))
		expect(sum(new Set([kurus(1), kurus(2), large]))).toBe(10n ** 30n + 4n)
		expect([smaller(large, kurus(1)), smaller(kurus(1), large)]).toEqual([1n, 1n])
		expect([larger(large, kurus(1)), larger(kurus(1), large)]).toEqual([large, large])
	})
})

describe('division half up', () => {
	it.each([
		[0n, 3n, 0n],
		[1n, 3n, 0n],
		[2n, 3n, 1n],
		[1n, 2n, 1n],
		[3n, 2n, 2n],
		[5n, 2n, 3n],
		[49n, 100n, 0n],
		[50n, 100n, 1n],
		[149n, 100n, 1n],
		[150n, 100n, 2n],
		[6n, 3n, 2n],
		[1n, 1n, 1n],
	])('makes %d / %d into %d', (numerator, denominator, quotient) => {
		expect(divideHalfUp(numerator, denominator)).toBe(quotient)
	})

	it.each([
		[-1n, 2n],
		[1n, -2n],
		[1n, 0n],
	])('refuses %d / %d', (numerator, denominator) => {
		const message = `cannot divide ${numerator} by ${denominator} half up`
		expect(() => divideHalfUp(numerator, denominator)).toThrow(new RangeError(message))
	})
})

describe('a share in basis points', () => {
	it.each([
		[100_00, 10_000, 100_00],
		[100_00, 0, 0],
		[719_99, 600, 43_20], // 4319.94 kuruş
		[1_00, 150, 2], // 1.5 kuruş
		[1_00, 149, 1], // 1.49 kuruş
	])('of %i kuruş at %i basis points is %i kuruş', (amount, rateBps, share) => {
		expect(bpsOf(kurus(amount), rateBps)).toBe(kurus(share))
	})
})

describe('an even split', () => {
	it.each([
		[1000_00, 3, [333_34, 333_33, 333_33]],
		[1000_01, 3, [333_34, 333_34, 333_33]],
		[1000_02, 3, [333_34, 333_34, 333_34]],
		[2, 4, [1, 1, 0, 0]],
		[5, 1, [5]],
		[0, 2, [0, 0]],
	])('of %i kuruş into %i gives the first parts the kuruş that are left', (total, parts, amounts) => {
		expect(splitEvenly(kurus(total), parts)).toEqual(amounts.map(kurus))
	})

	it.each([0, -1, 1.5])('into %d parts is refused', (parts) => {
		expect(() => splitEvenly(kurus(100), parts)).toThrow(RangeError)
	})

	it('of a negative amount is refused', () => {
		expect(() => splitEvenly(kurus(-1), 1)).toThrow(RangeError)
	})
})
