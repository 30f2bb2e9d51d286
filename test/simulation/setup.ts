// What one run of the simulation is drawn from, beside its steps: when it begins, how its merchants are set, and how it weighs the
// actions. All of it is plain data, so that a story can be written down and played again.

import fc from 'fast-check'
import type { Merchant, Rate } from '../../sim/model/state.ts'
import { actionNames } from './actions.ts'

export interface Setup {
	readonly start: string
	readonly merchants: readonly Terms[]
	readonly people: number
	/** How many times its usual weight each action has. */
	readonly weights: readonly number[]
}

export type Terms = Omit<Merchant, 'index' | 'rates'> & { readonly rates: keyof typeof rateTables }

/** One thing that happens: `what` is taken modulo all weights, `picks` decide the rest. */
export interface Step {
	readonly what: number
	readonly picks: readonly number[]
}

const rate = (
	segment: string | null,
	n: number,
	feeRateBps: number,
	postponeMonths = 1,
	min = 100n,
	max = 25_000_000n,
): Rate => ({ segment, n, feeRateBps, postponeMonths, min, max })

export const rateTables = {
	usual: Array.from({ length: 12 }, (_, i) => rate(null, i + 1, Math.max(0, i - 2) * 150)),
	/** Segments, ranges that overlap and leave gaps, several rows for the same n. */
	varied: [
		rate(null, 1, 0, 1, 1n),
		rate(null, 2, 333, 2, 1n, 50_000n),
		rate(null, 2, 111, 1, 50_000n),
		rate('GOLD', 2, 77, 3, 1_000n),
		rate('GOLD', 2, 77, 0, 2_000n),
		rate(null, 3, 1_234, 12, 3n),
		rate('SILVER', 3, 1_999, 1, 1n, 333_333n),
		rate('GOLD', 6, 0, 1, 100n),
		rate(null, 9, 9_999, 6, 1n),
		rate(null, 36, 4_321, 1, 36n),
	],
} as const satisfies Record<string, readonly Rate[]>

const terms: fc.Arbitrary<Terms> = fc.record({
	terms: fc.record({
		lateFeeRateBps: fc.constantFrom(425, 0, 1, 300, 9_999),
		graceDays: fc.constantFrom(0, 1, 3, 31, 90),
		lateFeeBase: fc.constantFrom('open-amount', 'open-principal'),
	}),
	pendingLifeDays: fc.constantFrom(7, 1, 28),
	downPaymentShareBps: fc.constantFrom(0, 2_000, 5_000, 9_999),
	enforcementMinDays: fc.constantFrom(1, 1, 5, 30),
	creditLimit: fc.constantFrom(null, null, 3_000_000n, 30_000_000n),
	rates: fc.constantFrom('usual', 'varied'),
})

/** Far from the machine's own day, which moves on; with leap years, and every month's end. */
const start = fc.oneof(
	fc.constantFrom('2031-01-31', '2032-02-28', '2032-02-29', '2031-12-31', '2035-08-31', '2036-01-30'),
	fc.record({ month: fc.integer({ min: 1, max: 36 }), day: fc.integer({ min: 1, max: 28 }) }).map(({ month, day }) => {
		const two = (number: number) => String(number).padStart(2, '0')
		return `${2031 + Math.floor((month - 1) / 12)}-${two(((month - 1) % 12) + 1)}-${two(day)}`
	}),
)

const weights = fc.array(fc.constantFrom(0, 0.3, 1, 1, 3, 8), { minLength: actionNames.length, maxLength: actionNames.length })

export function setups(minLength: number, maxLength: number, people: number): fc.Arbitrary<Setup> {
	return fc.noBias(
		fc.record({
			start,
			merchants: fc.array(terms, { minLength, maxLength }),
			people: fc.integer({ min: 1, max: people }),
			weights: fc.noShrink(weights),
		}),
	)
}

const number = fc.nat(0xffff)

export const steps: fc.Arbitrary<Step> = fc.noBias(
	fc.record({ what: number, picks: fc.array(number, { minLength: 16, maxLength: 16 }) }),
)

/** The step that only lets a day pass. */
export const nextDay: Step = { what: -1, picks: [] }
