// Customers and their limits as merchants set them (protocol 5.1, 5.2.5, 5.2.6, 5.15, 5.16, 5.18, 5.22).

import {
	availableTo,
	customerInfo,
	findCustomer,
	hasOverdue,
	isRisky,
	isTaken,
	isTckn,
	linkOf,
	linkTo,
	register,
	withTckn,
} from './customer.ts'
import { ofAgeFrom } from './dates.ts'
import { amountIn, dayIn, flagIn, type Parameters, textIn, textOrNull } from './parameters.ts'
import { shownPlans, type Wish } from './plan.ts'
import { at, type Customer, done, type Expected, refused, type Source, type State } from './state.ts'

/** The order and what the merchant wishes for it; `customer` undefined: for nobody. */
export function wishFor(state: State, merchant: number, customer: Customer | undefined, sent: Parameters): Wish {
	const availableLimit = amountIn(sent, 'availableLimit')
	const ours = customer ? availableTo(state, customer) : null
	return {
		order: amountIn(sent, 'orderAmount'),
		segment: textOrNull(sent, 'dealerSegment') ?? (customer ? linkOf(customer, merchant).dealerSegment : null),
		noFee: flagIn(sent, 'notCalculateFees'),
		// 5.3 prints it with a capital.
		postpone: flagIn(sent, 'postponeSelected') || flagIn(sent, 'PostponeSelected'),
		revised: amountIn(sent, 'RevisedFeeRate'),
		upFront: customer !== undefined && isRisky(customer) && !flagIn(sent, 'forceRiskFreeEvaluate'),
		available: availableLimit > 0n ? availableLimit : ours,
	}
}

export function getCustomerInformation(state: State, merchant: number, sent: Parameters): Expected {
	const customer = findCustomer(state, merchant, textOrNull(sent, 'customerId'))
	return done({
		CustomerInfo: customer ? customerInfo(state, customer, merchant) : null,
		InstallmentPlans: shownPlans(at(state.merchants, merchant), wishFor(state, merchant, customer, sent), state.today),
	})
}

export function isUnderAge(state: State, sent: Parameters): boolean {
	return state.today < ofAgeFrom(dayIn(sent, 'birthDate'))
}

export function personIn(sent: Parameters) {
	return {
		tckn: textIn(sent, 'tckn'),
		first: textIn(sent, 'shopperName'),
		surname: textIn(sent, 'shopperSurname'),
		email: textIn(sent, 'email'),
		mobile: textIn(sent, 'mobileNumber'),
	}
}

export const suspendedAt = (customer: Customer | undefined, merchant: number): boolean =>
	customer?.links.get(merchant)?.suspended === true

/** 5.2.5 and 5.2.6: a limit by the merchant's word, for a person who may be new. */
export function setLimitOf(state: State, merchant: number, sent: Parameters, source: Source, amount: bigint): Expected {
	if (!isTckn(textIn(sent, 'tckn'))) return refused('H201')
	if (isUnderAge(state, sent)) return refused('H205')
	const known = withTckn(state, textIn(sent, 'tckn'))
	if (suspendedAt(known, merchant)) return refused('H220')
	if (known && hasOverdue(state, known)) return refused('H221')
	if (isTaken(state, textIn(sent, 'mobileNumber'), known)) return refused('H203')
	const customer = known ?? register(state, personIn(sent))
	Object.assign(customer, personIn(sent))
	linkTo(customer, merchant, textOrNull(sent, 'dealerSegment'), textOrNull(sent, 'kdsSegment'))
	customer.limit = { amount, expires: state.today + 365, source, risky: false }
	return done({ CustomerInfo: customerInfo(state, customer, merchant) })
}

export function setCustomerLimit(state: State, merchant: number, sent: Parameters): Expected {
	const expires = sent.limitExpireDate as number | null
	if (expires !== null && expires <= state.today) return refused('H102')
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	if (suspendedAt(customer, merchant)) return refused('H220')
	if (hasOverdue(state, customer)) return refused('H221')
	const amount = amountIn(sent, 'customerLimit')
	customer.limit = { amount, expires: expires ?? state.today + 365, source: 'MANUAL', risky: false }
	return done({ CustomerInfo: customerInfo(state, customer, merchant) })
}

export function changeNumber(state: State, merchant: number, sent: Parameters): Expected {
	// The one call whose refusals say something in Data (answers 13).
	const no = (code: string, more: object = {}) => ({ ...refused(code), data: { message: code, ...more } })
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return no('H223')
	const number = textIn(sent, 'newGsmNo')
	if (customer.mobile === number) return no('H311')
	// The sandbox's bureau knows the present number only (answers 104).
	if (number.endsWith('99')) return no('RS115', { KkbPhones: [customer.mobile] })
	if (isTaken(state, number, customer)) return no('H203')
	customer.mobile = number
	return done({ message: 'RS100' })
}

export function suspend(state: State, merchant: number, sent: Parameters, suspended: boolean): Expected {
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	const link = linkOf(customer, merchant)
	if (link.suspended === suspended) return refused(suspended ? 'H224' : 'H225')
	link.suspended = suspended
	return done({ Message: 'RS100', CustomerInfo: customerInfo(state, customer, merchant) })
}
