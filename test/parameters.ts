// What holds for the parameters of every endpoint (protocol 1.4 step 5, answers 7 and 8), as tests over the endpoint's table.

import { describe, expect, it } from 'vitest'
import type { Parameters } from '../src/sdk/sign.ts'

/** The parameters of a section in the order of its table: whether each must be sent, and values that are not possible. */
export type ParameterTable = Readonly<Record<string, readonly [must: 'Z' | 'O', ...impossible: readonly unknown[]]>>

const noAddress = ['10.0.0', '10.0.0.256', 'localhost', '10.0.0.1:80', 'fe80::1%eth0', ['10.0.0.1'], true]
export const noFlag = ['yes', '1', 1, 'evet', ['true'], { true: true }]
export const noAmount = ['0', 0, '-1', '+1', '1.5', 1.5, '1e3', '5 000', ' 5', '٥', '10000000000001', true, ['1'], { a: 1 }]
export const noLimit = noAmount.filter((value) => value !== '0' && value !== 0)
export const noFeeRate = ['1001', 1001, '-1', '1.5', '20%', true, ['20']]
export const noBasket = [
	'none',
	'{}',
	{},
	true,
	[1],
	['x'],
	[[]],
	[{ skuAmount: '-1' }],
	[{ skuAmount: 1.5 }],
	[{ skuAmount: '10000000000001' }],
	Array(201).fill({}),
]
export const noCode20 = ['x'.repeat(21), 'a\tb', '\ud800', true, ['a'], { a: 'a' }]
export const noText10 = ['ELEVENCHARS', 'a\nb', true, ['a'], { a: 'a' }]

/** `call` makes a call that must be refused and tells with what; `good` gives parameters with which it would succeed. */
export function itReadsItsParameters(
	table: ParameterTable,
	good: () => Parameters,
	call: (parameters: Parameters) => Promise<string[]>,
): void {
	const names = Object.keys(table)
	const needed = names.filter((name) => table[name]?.[0] === 'Z')
	const impossible = (name: string) => table[name]?.[1]
	// Sent the other way round: the answer follows the table and not the body.
	const backwards = (parameters: Parameters) => Object.fromEntries(Object.entries(parameters).reverse())

	describe('answers for all its parameters at once', () => {
		it('when nothing is sent: H101 for each that is required, in the order of the table', async () => {
			expect(await call({})).toEqual(needed.map((name) => `H101 ${name}`))
		})

		it('when null and empty texts are sent, which count as not sent', async () => {
			expect(await call(Object.fromEntries(names.map((name, i) => [name, i % 2 ? null : ''])))).toEqual(
				needed.map((name) => `H101 ${name}`),
			)
		})

		it('when all are impossible: H102 for each, ipAddress first and then in the order of the table', async () => {
			const parameters = { ipAddress: 'here', ...Object.fromEntries(names.map((name) => [name, impossible(name)])) }
			expect(await call(backwards(parameters))).toEqual(['ipAddress', ...names].map((name) => `H102 ${name}`))
		})

		it.each([0, 1])('when every second is missing and the others impossible, starting with the one at %i', async (start) => {
			const sent = names.filter((_, i) => i % 2 === start)
			const parameters = { ipAddress: 'here', ...Object.fromEntries(sent.map((name) => [name, impossible(name)])) }
			const expected = names.flatMap((name) =>
				sent.includes(name) ? [`H102 ${name}`] : needed.includes(name) ? [`H101 ${name}`] : [],
			)
			expect(await call(backwards(parameters))).toEqual(['H102 ipAddress', ...expected])
		})
	})

	const each = [['ipAddress', noAddress] as const, ...names.map((name) => [name, table[name]?.slice(1) ?? []] as const)]
	it.each(each)('takes no impossible %s', async (name, values) => {
		for (const value of values) {
			expect({ value, refused: await call({ ...good(), [name]: value }) }).toEqual({ value, refused: [`H102 ${name}`] })
		}
	})
}
