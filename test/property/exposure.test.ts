// What a limit has used, however many sales have expired, and whatever of them has been forgotten.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays } from '../../src/domain/calendar.ts'
import { add, type Exposure, NO_EXPOSURE, remove, usedPrincipal, withoutHoldsBefore } from '../../src/domain/exposure.ts'
import { kurus } from '../../src/domain/money.ts'
import { date } from '../dates.ts'

const days = fc.integer({ min: -60, max: 60 }).map((count) => addDays(date('2027-03-01'), count))
const contributions = fc.array(
	fc.record({ until: fc.option(days, { freq: 4 }), principal: fc.bigInt({ min: 1n, max: 9_000_000n }).map(kurus) }),
	{ maxLength: 12 },
)
const made = contributions.map((all) => all.reduce<Exposure>(add, NO_EXPOSURE))

it('what is used on a day never changes by forgetting the holds that ended before it, whatever comes later', () => {
	fc.assert(
		fc.property(made, days, fc.nat(90), fc.nat(90), contributions, (exposure, day, earlier, later, more) => {
			const forgetful = withoutHoldsBefore(exposure, addDays(day, -earlier))
			for (const today of [day, addDays(day, later)]) {
				expect(usedPrincipal(forgetful, today)).toBe(usedPrincipal(exposure, today))
				const [grown, forgetfulGrown] = [exposure, forgetful].map((each) => more.reduce<Exposure>(add, each))
				expect(usedPrincipal(forgetfulGrown as Exposure, today)).toBe(usedPrincipal(grown as Exposure, today))
			}
		}),
	)
})

it('a hold that still holds can be taken back after others were forgotten', () => {
	fc.assert(
		fc.property(made, days, fc.nat(60), fc.bigInt({ min: 1n, max: 9_000_000n }), (exposure, day, ahead, amount) => {
			const hold = { until: addDays(day, ahead), principal: kurus(amount) }
			const back = remove(withoutHoldsBefore(add(exposure, hold), day), hold)
			expect(usedPrincipal(back, day)).toBe(usedPrincipal(exposure, day))
		}),
	)
})

it('a hold that ended before the day is gone, and no other', () => {
	fc.assert(
		fc.property(made, days, (exposure, day) => {
			const kept = [...exposure.pending].filter(([until]) => until >= day)
			expect([...withoutHoldsBefore(exposure, day).pending]).toEqual(kept)
			expect(withoutHoldsBefore(exposure, day).active).toBe(exposure.active)
		}),
	)
})
