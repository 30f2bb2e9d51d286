// The plans and rates a merchant can offer (protocol 5.21, 5.23), and what it may say about the plan it wants.

import { ZERO } from '../domain/money.ts'
import type { Offer } from '../domain/offer.ts'
import type { RateRow } from '../domain/rates.ts'
import { endpoint } from './endpoint.ts'
import { dateTime, lira, rate } from './envelope.ts'
import { amount, basketList, flag, limitAmount, optional, optionalOr, ours, required, text, wholeNumber } from './fields.ts'

const dealerSegment = optional('dealerSegment', text(10))

const feeOptions = {
	notCalculateFees: optionalOr('notCalculateFees', flag, false),
	forceRiskFree: optionalOr('forceRiskFreeEvaluate', flag, false),
	postpone: optionalOr('postponeSelected', flag, false),
	revisedFeePercent: optionalOr('RevisedFeeRate', wholeNumber(0, 1000), 0),
}

/** What a merchant may say about the plan it wants: the same parameters in plans for a customer and in a sale. */
export const planOptions = {
	...feeOptions,
	ownAvailableLimit: optionalOr('availableLimit', limitAmount, ZERO),
	dealerSegment: ours(dealerSegment),
}

/** One row for each possible number of instalments (answers 48). */
export function installmentPlan({ rate: row, plan }: Offer) {
	const first = plan.rows.find(({ installmentNo }) => installmentNo === 1)
	return {
		InstallmentNo: row.installments,
		InstallmentAmount: first && lira(first.amount),
		DownPaymentAmount: lira(plan.downPayment),
		FeeAmount: lira(plan.fee),
		FeeRate: rate(row.feeRateBps),
		TotalAmount: lira(plan.total),
		FirstTermDate: first && dateTime(first.dueDate),
		PostponeMonths: plan.postponeMonths,
		Payments: plan.rows.map(({ installmentNo, amount, dueDate }) => ({
			InstallmentNo: installmentNo,
			InstallmentPayment: lira(amount),
			TermDate: dateTime(dueDate),
		})),
	}
}

export const getPaymentPlanByDealerSegment = endpoint({
	name: 'GetPaymentPlanByDealerSegment',
	family: 'Index',
	section: '5.21',
	mark: 'V',
	token: ['merchantId', 'ipAddress', 'dealerSegment', 'orderAmount'],
	tokenMark: 'V',
	fields: {
		dealerSegment,
		orderAmount: required('orderAmount', amount),
		...feeOptions,
		basket: optional('basketList', basketList),
	},
	refusals: [],
	encode: (offers: readonly Offer[]) => ({ InstallmentPlans: offers.map(installmentPlan) }),
})

export const getInstallmentRates = endpoint({
	name: 'GetInstallmentRates',
	family: 'Index',
	section: '5.23',
	mark: 'O',
	token: ['merchantId', 'dealerSegment', 'ipAddress'],
	tokenMark: 'O',
	fields: { dealerSegment },
	refusals: [],
	encode: (rates: readonly RateRow[]) => ({
		InstallmentRates: rates.map((row) => ({
			InstallmentNo: row.installments,
			FeeRate: rate(row.feeRateBps),
			DealerSegment: row.dealerSegment,
			PostponeMonths: row.postponeMonths,
			MinAmount: lira(row.minAmount),
			MaxAmount: lira(row.maxAmount),
		})),
	}),
})
