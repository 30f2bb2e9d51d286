// The plans a merchant can offer for an order, one per number of instalments. Asking for plans and making a sale
// both come here, so that a shopper is sold exactly what was shown.

import type { CalendarDate } from './calendar.ts'
import { type Customer, isRisky } from './customer.ts'
import { usedPrincipal } from './exposure.ts'
import { availableLimit } from './limit.ts'
import type { Merchant } from './merchant.ts'
import { type Kurus, minus, smaller, ZERO } from './money.ts'
import { canSplit, downPaymentFor, makePlan, type Plan } from './plan.ts'
import { offeredRates, type RateRow } from './rates.ts'
import type { Order } from './transaction.ts'

/** Who would buy: null for nobody known. The segment is the customer's at this merchant. */
export interface Buyer {
	readonly customer: Customer
	readonly dealerSegment: string | null
}

export interface Offer {
	readonly rate: RateRow
	readonly plan: Plan
}

/**
 * What the buyer's limit can carry today; null where nothing bounds it (nobody, and no limit sent). The limit a merchant sent
 * replaces ours, and may be above ours only where the merchant holds its own limits (answers 37, 38).
 */
export function limitFor(
	order: Pick<Order, 'options'>,
	merchant: Merchant,
	buyer: Buyer | null,
	today: CalendarDate,
): Kurus | null {
	const sent = order.options.ownAvailableLimit
	if (buyer === null) return sent === ZERO ? null : sent
	const { limit, exposure } = buyer.customer
	const ours = availableLimit(limit, usedPrincipal(exposure, today), today)
	if (sent === ZERO) return ours
	return merchant.holdsOwnLimits ? sent : smaller(ours, sent)
}

/** Protocol 2.1, answers 43–49: every possible number of instalments, ascending, also where the limit is too small. */
export function offersFor(
	order: Pick<Order, 'orderAmount' | 'options'>,
	merchant: Merchant,
	buyer: Buyer | null,
	available: Kurus | null,
	today: CalendarDate,
): Offer[] {
	const { rates, planAt } = offering(order, merchant, buyer, available, today)
	return rates.map((rate) => ({ rate, plan: planAt(rate) }))
}

/** The one of them that the order asks for; undefined where it is not among them. */
export function offerFor(
	order: Pick<Order, 'orderAmount' | 'options' | 'installments'>,
	merchant: Merchant,
	buyer: Buyer | null,
	available: Kurus | null,
	today: CalendarDate,
): Offer | undefined {
	const { rates, planAt } = offering(order, merchant, buyer, available, today)
	const rate = rates.find(({ installments }) => installments === order.installments)
	return rate && { rate, plan: planAt(rate) }
}

/** Plans are made one by one, because a sale needs only its own. */
function offering(
	order: Pick<Order, 'orderAmount' | 'options'>,
	merchant: Merchant,
	buyer: Buyer | null,
	available: Kurus | null,
	today: CalendarDate,
): { rates: RateRow[]; planAt: (rate: RateRow) => Plan } {
	const { orderAmount, options } = order
	const downPayment = available === null ? ZERO : downPaymentFor(orderAmount, available, merchant.downPaymentMaxShareBps)
	const financed = minus(orderAmount, downPayment)
	const firstInstallmentUpFront = buyer !== null && isRisky(buyer.customer) && !options.forceRiskFree
	const segment = options.dealerSegment ?? buyer?.dealerSegment ?? null
	return {
		rates: offeredRates(merchant.rates, segment, orderAmount).filter((rate) => canSplit(financed, rate.installments)),
		planAt: (rate) => makePlan({ ...options, orderAmount, date: today, rate, downPayment, firstInstallmentUpFront }),
	}
}
