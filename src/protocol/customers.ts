// Customers as a merchant sees them (protocol 5.1), marks them (5.16, 5.22) and changes their number (5.15).

import type { CustomerInfo } from '../domain/customer.ts'
import { maskMobileNumber } from '../domain/identity.ts'
import type { Offer } from '../domain/offer.ts'
import { endpoint, type OpenSealed } from './endpoint.ts'
import { dateTime, lira } from './envelope.ts'
import { amount, basketList, mobileNumber, optional, required, text } from './fields.ts'
import { installmentPlan, planOptions } from './plans.ts'

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

const marked = {
	customerId: required('customerId', text(10)),
	reason: optional('reason', text(250)),
}

export const suspendCustomer = endpoint({
	name: 'SuspendCustomer',
	family: 'RequestV2',
	section: '5.16',
	mark: 'O',
	token: ['merchantId', 'customerId', 'ipAddress'],
	tokenMark: 'O',
	fields: marked,
	refusals: [
		['customer-not-found', 'customerId'],
		['already-suspended', 'customerId'],
	],
	encode: (info: CustomerInfo, open) => ({ Message: 'RS100', CustomerInfo: customerInfoModel(info, open) }),
})

export const activateCustomer = endpoint({
	name: 'ActivateCustomer',
	family: 'RequestV2',
	section: '5.22',
	mark: 'O',
	token: ['merchantId', 'customerId', 'ipAddress'],
	tokenMark: 'O',
	fields: marked,
	refusals: [
		['customer-not-found', 'customerId'],
		['not-suspended', 'customerId'],
	],
	encode: (info: CustomerInfo, open) => ({ Message: 'RS100', CustomerInfo: customerInfoModel(info, open) }),
})

/** It stands among the reads, and changes a number all the same (5.15). */
export const changeCustomerGsmNo = endpoint({
	name: 'ChangeCustomerGsmNo',
	family: 'Index',
	section: '5.15',
	mark: 'V',
	token: ['merchantId', 'customerId', 'newGsmNo'],
	tokenMark: 'O',
	fields: {
		customerId: required('customerId', text(10)),
		newGsmNo: required('newGsmNo', mobileNumber),
	},
	refusals: [
		['customer-not-found', 'customerId'],
		['mobile-number-unchanged', 'newGsmNo'],
		['mobile-number-not-usable', 'newGsmNo'],
		['mobile-number-taken', 'newGsmNo'],
	],
	encode: () => ({ message: 'RS100' }),
	encodeRefusal: (message, knownNumbers) => ({ message, ...(knownNumbers && { KkbPhones: knownNumbers }) }),
})
