// Limits a merchant sets by its own word (protocol 5.2.6).

import type { CustomerInfo } from '../domain/customer.ts'
import { customerInfoModel } from './customers.ts'
import { endpoint } from './endpoint.ts'
import { calendarDate, email, limitAmount, mobileNumber, optional, required, tckn, text } from './fields.ts'

export const setLimitFromKds = endpoint({
	name: 'SetLimitFromKds',
	family: 'RequestV2',
	section: '5.2.6',
	mark: 'M',
	token: ['merchantId', 'shopperName', 'shopperSurname', 'dealerSegment', 'ipAddress'],
	tokenMark: 'M',
	fields: {
		name: required('shopperName', text(100)),
		surname: required('shopperSurname', text(100)),
		tckn: required('tckn', tckn),
		mobileNumber: required('mobileNumber', mobileNumber),
		email: required('email', email),
		birthDate: required('birthDate', calendarDate),
		dealerSegment: required('dealerSegment', text(10)),
		amount: required('kdsLimit', limitAmount),
		kdsSegment: optional('kdsSegment', text(10)),
	},
	refusals: [
		['tckn-invalid', 'tckn'],
		['under-age', 'birthDate'],
		['limit-not-allowed-to-merchant', 'kdsLimit'],
		['customer-suspended', 'tckn'],
		['customer-overdue', 'tckn'],
		['mobile-number-taken', 'mobileNumber'],
	],
	encode: (info: CustomerInfo, open) => ({ CustomerInfo: customerInfoModel(info, open) }),
})
