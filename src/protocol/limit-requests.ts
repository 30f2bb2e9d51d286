// Asking for a limit with the shopper's consent by pin (protocol 5.2.1–5.2.4).

import type { CustomerInfo } from '../domain/customer.ts'
import { type LimitRequest, limitRequestCode } from '../domain/limit-request.ts'
import { ZERO } from '../domain/money.ts'
import type { Refusal } from '../domain/refusals.ts'
import { customerInfoModel } from './customers.ts'
import { endpoint, type OpenSealed } from './endpoint.ts'
import { code20, flag, limitAmount, oneOf, optional, optionalOr, pinCode, required, sandboxOnly, text } from './fields.ts'
import { shopper } from './limits.ts'

/** `request` null: a limit stood already and none was needed. `info`: once a limit stands. */
interface RequestedLimit {
	readonly request: LimitRequest | null
	readonly info: CustomerInfo | null
}

function requestModel({ request, info }: RequestedLimit, open: OpenSealed) {
	return {
		KkbRefNo: request && limitRequestCode(request.id),
		CustomerInfo: info && customerInfoModel(info, open),
	}
}

const token = ['merchantId', 'ipAddress', 'kkbRefNo']
const kkbRefNo = required('kkbRefNo', code20)
const testResult = optional('testResult', oneOf('A', 'B', 'C', 'D', 'E', 'F', 'RETRY'))
const notFound: readonly [Refusal, string] = ['limit-request-not-found', 'kkbRefNo']
const rejected: readonly [Refusal, string] = ['limit-request-rejected', 'kkbRefNo']
const unreachable: readonly [Refusal, null] = ['bureau-unreachable', null]

export const hasoAuthSendInfo = endpoint({
	name: 'HasoAuthSendInfo',
	family: 'RequestV2',
	section: '5.2.1',
	mark: 'V',
	token: ['merchantId', 'ipAddress', 'shopperName', 'shopperSurname', 'tckn', 'mobileNumber'],
	tokenMark: 'O',
	fields: {
		...shopper,
		dealerSegment: optional('dealerSegment', text(10)),
		preDefinedLimit: optionalOr('preDefinedLimit', limitAmount, ZERO),
		testOn: sandboxOnly(optionalOr('testOn', flag, false)),
	},
	refusals: [
		['tckn-invalid', 'tckn'],
		['identity-not-verified', 'tckn'],
		['under-age', 'birthDate'],
		['limit-not-allowed-to-merchant', 'preDefinedLimit'],
		['mobile-number-taken', 'mobileNumber'],
		['customer-suspended', 'tckn'],
		unreachable,
		// Another call with other content took its place while this one was under way.
		notFound,
	],
	encode: requestModel,
})

/** What a request has come to. Without a limit, the report is not ready. */
function outcomeModel(result: RequestedLimit, open: OpenSealed) {
	return { Message: result.info ? 'RS100' : 'RS110', ...requestModel(result, open) }
}

export const sendKkbPinCode = endpoint({
	name: 'SendKkbPinCode',
	family: 'RequestV2',
	section: '5.2.2',
	mark: 'M',
	token: [...token, 'pinCode'],
	tokenMark: 'M',
	fields: { kkbRefNo, pinCode: required('pinCode', pinCode), testResult },
	refusals: [notFound, ['pin-tries-exhausted', 'pinCode'], ['pin-expired', 'pinCode'], ['pin-wrong', 'pinCode'], rejected],
	encode: outcomeModel,
})

export const askKkbReportResult = endpoint({
	name: 'AskKkbReportResult',
	family: 'RequestV2',
	section: '5.2.3',
	mark: 'V',
	token,
	tokenMark: 'V',
	fields: { kkbRefNo, testResult },
	refusals: [notFound, rejected],
	encode: outcomeModel,
})

export const resendKkbPinCode = endpoint({
	name: 'ResendKkbPinCode',
	family: 'RequestV2',
	section: '5.2.4',
	mark: 'O',
	token,
	tokenMark: 'O',
	fields: { kkbRefNo },
	refusals: [notFound, ['resend-not-allowed-now', 'kkbRefNo'], unreachable],
	encode: ({ request }: RequestedLimit) => ({ KkbRefNo: request && limitRequestCode(request.id) }),
})
