// How often something may be done under a key, at times that are given, and what an address is counted as.

import { describe, expect, it } from 'vitest'
import { countedAs } from '../../src/http/addresses.ts'
import { Allowance } from '../../src/http/allowance.ts'

describe('three times in a minute', () => {
	const start = 1_000_000
	const threeTimes = () => {
		const allowance = new Allowance(3, 60_000, 10)
		for (let i = 0; i < 3; i++) expect(allowance.take('a', start)).toBe(0)
		return allowance
	}

	it('is three times at once, and then one each twenty seconds', () => {
		const allowance = threeTimes()
		expect(allowance.take('a', start)).toBe(20_000)
		expect(allowance.take('a', start + 19_000)).toBe(1_000)
		expect(allowance.take('a', start + 20_000)).toBe(0)
		expect(allowance.take('a', start + 20_000)).toBe(20_000)
	})

	it('is three times again after a minute of nothing, and no more after an hour', () => {
		for (const restMs of [60_000, 3_600_000]) {
			const allowance = threeTimes()
			for (let i = 0; i < 3; i++) expect(allowance.take('a', start + restMs)).toBe(0)
			expect(allowance.take('a', start + restMs)).toBe(20_000)
		}
	})

	it('is not made longer by asking, or by what was turned away', () => {
		const allowance = threeTimes()
		for (let i = 0; i < 100; i++) {
			expect(allowance.take('a', start)).toBe(20_000)
			expect(allowance.waitMs('a', start)).toBe(20_000)
			expect(allowance.waitMs('b', start)).toBe(0)
		}
		expect(allowance.take('a', start + 20_000)).toBe(0)
		expect(allowance.take('b', start)).toBe(0)
	})

	it('is so for every key, of which the one silent for longest is forgotten where there are too many', () => {
		const allowance = threeTimes()
		for (let i = 0; i < 9; i++) allowance.take(`b${i}`, start)
		expect(allowance.take('a', start)).toBe(20_000)
		expect(allowance.take('a', start + 20_000)).toBe(0)
		for (let i = 0; i < 9; i++) allowance.take(`c${i}`, start + 20_000)
		expect(allowance.take('a', start + 20_000)).toBe(20_000)
		allowance.take('one too many', start + 20_000)
		expect(allowance.take('a', start + 20_000)).toBe(0)
	})
})

it('a step that is no whole number of milliseconds costs none of the times', () => {
	for (const times of [3, 7, 333, 9_999]) {
		const allowance = new Allowance(times, 1_000, 1)
		for (let i = 0; i < times; i++) expect(allowance.take('a', 123_456_789.123)).toBe(0)
		expect(allowance.take('a', 123_456_789.123)).toBeCloseTo(1_000 / times, 3)
	}
})

it.each([
	['203.0.113.7', '203.0.113.7'],
	['', ''],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
	['2001:0DB8:0001:0002::6', '2001:db8:1:2::/64'],
	['2001:db8:1:2::', '2001:db8:1:2::/64'],
	['2001:db8::6', '2001:db8:0:0::/64'],
	['::1', '0:0:0:0::/64'],
	['::', '0:0:0:0::/64'],
	['fe80::1%eth0', 'fe80:0:0:0::/64'],
	['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
	['1::2:3:4:5:6:7', '1:0:2:3::/64'],
])('the address %j is counted as %j', (address, counted) => {
	expect(countedAs(address)).toBe(counted)
})
