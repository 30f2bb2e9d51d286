// The table of the simulator: every outcome can be reached by somebody's TCKN.

import { readFileSync } from 'node:fs'
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

it.each(['sandbox.md', 'sandbox.tr.md'])('the examples of docs/%s are TCKNs with the digit of their row', (page) => {
	const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')
	const rows = [...text.matchAll(/^\| (\d) \| .* \| `(\d+)` \|$/gm)]
	expect(rows.map(([, digit]) => digit)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
	for (const [, digit, tckn = ''] of rows) {
		expect(isTckn(tckn)).toBe(true)
		expect(tckn[9]).toBe(digit)
	}
})
