// Limits a merchant sets by its own word (protocol 5.2.5, 5.2.6, 5.18).

import type { CustomerInfo } from '../domain/customer.ts'
import type { Refusal } from '../domain/refusals.ts'
import { customerInfoModel } from './customers.ts'
import { endpoint, type OpenSealed } from './endpoint.ts'
import { calendarDate, email, limitAmount, mobileNumber, optional, required, tckn, text } from './fields.ts'

/** Who the shopper is: the same parameters wherever a person may be registered. */
export const shopper = {
	name: required('shopperName', text(100)),
	surname: required('shopperSurname', text(100)),
	tckn: required('tckn', tckn),
	mobileNumber: required('mobileNumber', mobileNumber),
	email: required('email', email),
	birthDate: required('birthDate', calendarDate),
}

const shopperToken = ['merchantId', 'shopperName', 'shopperSurname', 'dealerSegment', 'ipAddress']

function limitRefusals(limitField: string): readonly (readonly [Refusal, string])[] {
	return [
		['tckn-invalid', 'tckn'],
		['under-age', 'birthDate'],
		['limit-not-allowed-to-merchant', limitField],
		['customer-suspended', 'tckn'],
		['customer-overdue', 'tckn'],
		['mobile-number-taken', 'mobileNumber'],
	]
}

const encode = (info: CustomerInfo, open: OpenSealed) => ({ CustomerInfo: customerInfoModel(info, open) })

export const setPreDefinedLimit = endpoint({
	name: 'SetPreDefinedLimit',
	family: 'RequestV2',
	section: '5.2.5',
	mark: 'O',
	token: shopperToken,
	tokenMark: 'O',
	fields: {
		...shopper,
		dealerSegment: required('dealerSegment', text(10)),
		amount: required('preDefinedLimit', limitAmount),
	},
	refusals: limitRefusals('preDefinedLimit'),
	encode,
})

export const setLimitFromKds = endpoint({
	name: 'SetLimitFromKds',
	family: 'RequestV2',
	section: '5.2.6',
	mark: 'M',
	token: shopperToken,
	tokenMark: 'M',
	fields: {
		...shopper,
		dealerSegment: required('dealerSegment', text(10)),
		amount: required('kdsLimit', limitAmount),
		kdsSegment: optional('kdsSegment', text(10)),
	},
	refusals: limitRefusals('kdsLimit'),
	encode,
})

export const setCustomerLimit = endpoint({
	name: 'SetCustomerLimit',
	family: 'RequestV2',
	section: '5.18',
	mark: 'O',
	token: ['merchantId', 'customerId', 'customerLimit', 'ipAddress'],
	tokenMark: 'O',
	fields: {
		customerId: required('customerId', text(10)),
		amount: required('customerLimit', limitAmount),
		expireDate: optional('limitExpireDate', calendarDate),
	},
	refusals: [
		['limit-expire-date-not-later', 'limitExpireDate'],
		['customer-not-found', 'customerId'],
		['limit-not-allowed-to-merchant', 'customerLimit'],
		['customer-suspended', 'customerId'],
		['customer-overdue', 'customerId'],
	],
	encode,
})
