// What of a limit is used: open principal for good, that of pending sales until the day they expire.

import { expect, it } from 'vitest'
import { add, NO_EXPOSURE, remove, usedPrincipal, withoutHoldsBefore } from '../../../src/domain/exposure.ts'
import { kurus } from '../../../src/domain/money.ts'
import { date } from '../../dates.ts'

const hold = (until: string | null, principal: number) => ({
	until: until === null ? null : date(until),
	principal: kurus(principal),
})

it('is nothing at first, and is what was added', () => {
	expect(usedPrincipal(NO_EXPOSURE, date('2027-01-01'))).toBe(0n)
	const exposure = add(add(NO_EXPOSURE, hold(null, 500)), hold('2027-01-08', 300))
	expect(exposure).toEqual({ active: 500n, pending: new Map([['2027-01-08', 300n]]) })
	expect(usedPrincipal(exposure, date('2027-01-01'))).toBe(800n)
	expect(NO_EXPOSURE).toEqual({ active: 0n, pending: new Map() })
})

it('lets go of a pending sale on its expire date, by itself', () => {
	const exposure = add(add(NO_EXPOSURE, hold('2027-01-08', 300)), hold('2027-01-09', 20))
	expect(usedPrincipal(exposure, date('2027-01-07'))).toBe(320n)
	expect(usedPrincipal(exposure, date('2027-01-08'))).toBe(20n)
	expect(usedPrincipal(exposure, date('2027-01-09'))).toBe(0n)
})

it('keeps sales that expire on one day together, and no day on which nothing is held', () => {
	const two = add(add(NO_EXPOSURE, hold('2027-01-08', 300)), hold('2027-01-08', 40))
	expect(two.pending).toEqual(new Map([['2027-01-08', 340n]]))
	expect(remove(two, hold('2027-01-08', 40)).pending).toEqual(new Map([['2027-01-08', 300n]]))
	expect(remove(two, hold('2027-01-08', 340)).pending).toEqual(new Map())
	expect(remove(add(two, hold(null, 7)), hold(null, 7))).toEqual(two)
})

it('forgets holds that ended before a day, and not those of the day itself', () => {
	const exposure = add(add(add(NO_EXPOSURE, hold('2027-01-08', 1)), hold('2027-01-09', 2)), hold(null, 4))
	expect(withoutHoldsBefore(exposure, date('2027-01-09'))).toEqual({ active: 4n, pending: new Map([['2027-01-09', 2n]]) })
})
