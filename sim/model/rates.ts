// What a merchant may look up without a customer (protocol 5.21, 5.23).

import { wishFor } from './limits.ts'
import { lira } from './money.ts'
import { type Parameters, textOrNull } from './parameters.ts'
import { shownPlans } from './plan.ts'
import { at, done, type Expected, type Rate, type State } from './state.ts'

export function getPlanBySegment(state: State, merchant: number, sent: Parameters): Expected {
	const wish = wishFor(state, merchant, undefined, sent)
	return done({ InstallmentPlans: shownPlans(at(state.merchants, merchant), wish, state.today) })
}

export function getRates(state: State, merchant: number, sent: Parameters): Expected {
	const segment = textOrNull(sent, 'dealerSegment')
	const rates = at(state.merchants, merchant).rates.filter(
		(rate) => segment === null || rate.segment === null || rate.segment === segment,
	)
	return done({
		InstallmentRates: rates.toSorted(inOrder).map(({ n, feeRateBps, segment, postponeMonths, min, max }) => ({
			InstallmentNo: n,
			FeeRate: feeRateBps / 100,
			DealerSegment: segment,
			PostponeMonths: postponeMonths,
			MinAmount: lira(min),
			MaxAmount: lira(max),
		})),
	})
}

/** By n, segment (none first), least, most, rate (answers 52). */
function inOrder(a: Rate, b: Rate): number {
	const segment = (a.segment ?? '') < (b.segment ?? '') ? -1 : (a.segment ?? '') > (b.segment ?? '') ? 1 : 0
	return a.n - b.n || segment || Number(a.min - b.min) || Number(a.max - b.max) || a.feeRateBps - b.feeRateBps
}
