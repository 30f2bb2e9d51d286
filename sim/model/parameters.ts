// What the parameters of each call may be (protocol 1.5 and the tables of section 3): step 5 of the order of refusals.

import { type Day, dayOf } from './dates.ts'

const BAD = Symbol('invalid')
type Reader = (sent: unknown) => unknown

/** Decoded, by name; what was not sent is null. */
export type Parameters = { readonly [name: string]: unknown }

const controlOrLone = /[\p{Cc}\p{Cs}]/u

const text =
	(longest: number): Reader =>
	(sent) => {
		if (typeof sent !== 'string' && typeof sent !== 'number') return BAD
		const read = String(sent)
		return [...read].length > longest || controlOrLone.test(read) ? BAD : read
	}

/** Any text at all: that it is wrong is said later (answers 6, 10). */
const anyText =
	(longest: number): Reader =>
	(sent) => {
		if (typeof sent !== 'string' && typeof sent !== 'number') return BAD
		return [...String(sent)].length > longest ? BAD : String(sent)
	}

const whole =
	(least: bigint, most: bigint): Reader =>
	(sent) => {
		if (typeof sent === 'number' ? !Number.isInteger(sent) || sent < 0 : typeof sent !== 'string' || !/^[0-9]{1,20}$/.test(sent))
			return BAD
		const read = BigInt(sent as string | number)
		return read < least || read > most ? BAD : read
	}

const most = 10n ** 13n
const amount = whole(1n, most)
const limit = whole(0n, most)

const flag: Reader = (sent) => {
	if (typeof sent === 'boolean') return sent
	const read = typeof sent === 'string' ? sent.toLowerCase() : ''
	return read === 'true' || (read === 'false' ? false : BAD)
}

const timeAfterDate = /^[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/

const date: Reader = (sent) => {
	if (typeof sent !== 'string') return BAD
	const day = dayOf(sent.slice(0, 10))
	if (day === null || sent < '1900' || sent >= '3000') return BAD
	return sent.length === 10 || timeAfterDate.test(sent.slice(10)) ? day : BAD
}

const matching =
	(pattern: RegExp, longest = 254): Reader =>
	(sent) => {
		const read = text(longest)(sent)
		return typeof read === 'string' && pattern.test(read) ? read : BAD
	}

/** A list, or one for a list of one. */
const listOf =
	(item: Reader): Reader =>
	(sent) => {
		const items = (Array.isArray(sent) ? sent : [sent]).map(item)
		return items.length > 500 || items.includes(BAD) ? BAD : items
	}

const address: Reader = matching(/^(\d{1,3}\.){3}\d{1,3}$/)

const basket: Reader = (sent) => (Array.isArray(sent) && sent.length <= 200 ? sent : BAD)

/** A name with `?` is optional. */
type Table = { readonly [name: string]: Reader }

const shopper: Table = {
	shopperName: text(100),
	shopperSurname: text(100),
	tckn: anyText(Number.POSITIVE_INFINITY),
	mobileNumber: matching(/^5[0-9]{9}$/),
	email: matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/),
	birthDate: date,
}
const flags: Table = { 'notCalculateFees?': flag, 'forceRiskFreeEvaluate?': flag, 'postponeSelected?': flag }
const revised: Table = { 'RevisedFeeRate?': whole(0n, 1_000n) }
const segment: Table = { 'dealerSegment?': text(10) }
const basketList: Table = { 'basketList?': basket }
const paging: Table = { 'pageNo?': whole(1n, 10n ** 9n), 'pageSize?': whole(1n, 500n) }
const sale: Table = { transactionCode: text(20), merchantOid: text(20) }
const customer: Table = { customerId: text(10) }
const reference: Table = { 'paymentReferenceCode?': text(50) }
const testResult: Table = { 'testResult?': matching(/^([A-F]|RETRY)$/) }
const suspension: Table = { ...customer, 'reason?': text(250) }

export const tables = {
	'/Index/GetCustomerInformation': {
		'customerId?': text(10),
		orderAmount: amount,
		...flags,
		...revised,
		'availableLimit?': limit,
		...segment,
		...basketList,
	},
	'/RequestV2/HasoAuthSendInfo': { ...shopper, ...segment, 'preDefinedLimit?': limit, 'testOn?': flag },
	'/RequestV2/SendKkbPinCode': { kkbRefNo: text(20), pinCode: anyText(10), ...testResult },
	'/RequestV2/AskKkbReportResult': { kkbRefNo: text(20), ...testResult },
	'/RequestV2/ResendKkbPinCode': { kkbRefNo: text(20) },
	'/RequestV2/SetPreDefinedLimit': { ...shopper, dealerSegment: text(10), preDefinedLimit: limit },
	'/RequestV2/SetLimitFromKds': { ...shopper, dealerSegment: text(10), kdsLimit: limit, 'kdsSegment?': text(10) },
	'/Index/ChangeCustomerGsmNo': { ...customer, newGsmNo: matching(/^5[0-9]{9}$/) },
	'/RequestV2/SuspendCustomer': suspension,
	'/RequestV2/ActivateCustomer': suspension,
	'/RequestV2/SetCustomerLimit': { ...customer, customerLimit: limit, 'limitExpireDate?': date },
	'/RequestV2/CreateTransaction': {
		merchantOid: text(20),
		orderAmount: amount,
		selectedInstallment: whole(1n, 10n ** 9n),
		...customer,
		...basketList,
		'notCalculateFees?': flag,
		'forceRiskFreeEvaluate?': flag,
		'PostponeSelected?': flag,
		...revised,
		'availableLimit?': limit,
		...segment,
	},
	'/RequestV2/ActivateTransaction': sale,
	'/Index/GetPaymentsOfTransaction': sale,
	'/Index/GetCustomerTransactions': { ...customer, 'transactionCodes?': listOf(text(20)), ...paging },
	'/RequestV2/RefundTransaction': { ...sale, refundId: text(50), refundAmount: amount },
	'/RequestV2/CheckRefund': { refundId: text(50) },
	'/Index/GetPaymentPlanByDealerSegment': { ...segment, orderAmount: amount, ...flags, ...revised, ...basketList },
	'/Index/GetInstallmentRates': segment,
	'/Index/GetCustomerPayments': { ...customer, 'paymentStatuses?': listOf(whole(0n, 4n)), ...paging },
	'/RequestV2/SetPaidPayment': { paymentCode: text(20), merchantOid: text(20), paymentDate: date, ...reference },
	'/RequestV2/SetBulkPaidPayment': { paymentCodes: listOf(text(20)), merchantOid: text(20), paymentDate: date, ...reference },
	'/RequestV2/LoadCustomerBalance': { ...customer, balanceAmount: amount, paymentDate: date, ...reference },
	'/RequestV2/SendExecutionTransaction': sale,
	'/RequestV2/SetPaidExecutionTransaction': { ...sale, paymentAmount: amount, paymentDate: date, ...reference },
	'/RequestV2/SendTransactionExpense': { ...sale, expenseAmount: amount },
	'/Index/GetDailyReconciliation': {
		reconciliationDate: date,
		'transactionCount?': limit,
		'transactionAmount?': limit,
		'refundCount?': limit,
		'refundAmount?': limit,
		'paymentCount?': limit,
		'paymentAmount?': limit,
		'balanceLoadCount?': limit,
		'balanceLoadAmount?': limit,
	},
	'/Index/GetDailyReconciliationDetail': { reconciliationDate: date, ...paging },
} satisfies { readonly [path: string]: Table }

export type Path = keyof typeof tables

export interface Faults {
	readonly errors: readonly string[]
	readonly fields: readonly string[]
}

/** All that is missing or invalid, ipAddress first and then in the order of the table; or what was sent, decoded. */
export function decode(path: Path, sent: Parameters): { parameters: Parameters } | { faults: Faults } {
	const errors: string[] = []
	const fields: string[] = []
	const parameters: Record<string, unknown> = {}
	for (const [key, read] of Object.entries<Reader>({ 'ipAddress?': address, ...tables[path] })) {
		const name = key.replace('?', '')
		const value = sent[name]
		const missing = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
		parameters[name] = missing ? null : read(value)
		const error = missing ? (key.endsWith('?') ? null : 'H101') : parameters[name] === BAD ? 'H102' : null
		if (error !== null) {
			errors.push(error)
			fields.push(name)
		}
	}
	// It says where a call came from, not what it asks.
	delete parameters.ipAddress
	return errors.length > 0 ? { faults: { errors, fields } } : { parameters }
}

export const textIn = (parameters: Parameters, name: string) => parameters[name] as string
export const textOrNull = (parameters: Parameters, name: string) => parameters[name] as string | null
export const amountIn = (parameters: Parameters, name: string) => (parameters[name] as bigint | null) ?? 0n
export const dayIn = (parameters: Parameters, name: string) => parameters[name] as Day
export const flagIn = (parameters: Parameters, name: string) => parameters[name] === true
