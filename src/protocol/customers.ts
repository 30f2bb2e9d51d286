// Customers as a merchant sees them, and the plans it can show a shopper (protocol 5.1).

import type { CustomerInfo } from '../domain/customer.ts'
import { maskMobileNumber } from '../domain/identity.ts'
import { ZERO } from '../domain/money.ts'
import type { Offer } from '../domain/offer.ts'
import { endpoint, type OpenSealed } from './endpoint.ts'
import { dateTime, lira, rate } from './envelope.ts'
import { amount, basketList, flag, limitAmount, optional, optionalOr, required, text, wholeNumber } from './fields.ts'

/** What a merchant may say about the plan it wants: the same parameters wherever a plan is made. */
export const planOptions = {
	notCalculateFees: optionalOr('notCalculateFees', flag, false),
	forceRiskFree: optionalOr('forceRiskFreeEvaluate', flag, false),
	postpone: optionalOr('postponeSelected', flag, false),
	revisedFeePercent: optionalOr('RevisedFeeRate', wholeNumber(0, 1000), 0),
	ownAvailableLimit: optionalOr('availableLimit', limitAmount, ZERO),
	dealerSegment: optional('dealerSegment', text(10)),
}

export const getCustomerInformation = endpoint({
	name: 'GetCustomerInformation',
	family: 'Index',
	section: '5.1',
	mark: 'M',
	token: ['merchantId', 'ipAddress', 'customerId', 'orderAmount'],
	tokenMark: 'O',
	fields: {
		customerId: optional('customerId', text(10)),
		orderAmount: required('orderAmount', amount),
		...planOptions,
		basket: optional('basketList', basketList),
	},
	refusals: [],
	encode: ({ customer, offers }: { customer: CustomerInfo | null; offers: readonly Offer[] }, open) => ({
		CustomerInfo: customer && customerInfoModel(customer, open),
		InstallmentPlans: offers.map(installmentPlan),
	}),
})

export function customerInfoModel(info: CustomerInfo, open: OpenSealed) {
	return {
		CustomerId: String(info.customerId),
		CustomerName: info.name,
		CustomerSurname: info.surname,
		CustomerLimit: lira(info.limit),
		UsedLimit: lira(info.used),
		AvailableLimit: lira(info.available),
		LimitExpireDate: info.limitExpireDate && dateTime(info.limitExpireDate),
		LimitSource: info.limitSource,
		CustomerStatus: info.suspended ? 2 : 1,
		CustomerStatusText: info.suspended ? 'Askıda' : 'Aktif',
		HasOverduePayment: info.overdue,
		IsRisky: info.risky,
		DealerSegment: info.dealerSegment,
		KdsSegment: info.kdsSegment,
		GsmNo: maskMobileNumber(open(info.mobileNumberSealed)),
		Balance: lira(info.balance),
	}
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
