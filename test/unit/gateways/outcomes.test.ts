// The table of the simulator: every outcome can be reached by somebody's TCKN.

import { expect, it } from 'vitest'
import { isRegistered, isUsable, outcomeFor } from '../../../sim/outcomes.ts'
import { isTckn } from '../../../src/domain/identity.ts'
import { tcknOf } from '../../sandbox.ts'

const tckns = Array.from({ length: 2_000 }, (_, i) => tcknOf(200_000_000 + i * 7))

it('the last digit of a TCKN is even, so the tenth decides', () => {
	expect(tckns.every(isTckn)).toBe(true)
	expect(new Set(tckns.map((tckn) => Number(tckn[10]) % 2))).toEqual(new Set([0]))
	expect(new Set(tckns.map((tckn) => tckn[9])).size).toBe(10)
})

it('every outcome occurs', () => {
	const kinds = new Set(tckns.map((tckn) => JSON.stringify(outcomeFor(tckn))))
	expect(kinds.size).toBe(9)
})

it('Uyuşmaz is in no register, in any spelling', () => {
	for (const surname of ['UYUSMAZ', 'Uyusmaz', 'Uyuşmaz', 'UYUŞMAZ']) expect(isRegistered(surname)).toBe(false)
	expect(isRegistered('Yılmaz')).toBe(true)
})

it('a number that ends in 99 can’t be used', () => {
	expect(isUsable('5321112299')).toBe(false)
	expect(isUsable('5321112298')).toBe(true)
})
