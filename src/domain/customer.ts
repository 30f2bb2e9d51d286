// A customer: one person, known by TCKN, with one limit for all merchants. Split in three, because they are read at
// different times: the credit side (every sale), the person (who it is), the link (what one merchant may see and hold).

import type { CalendarDate } from './calendar.ts'
import { type Exposure, usedPrincipal } from './exposure.ts'
import { availableLimit, type Limit, type LimitSource } from './limit.ts'
import type { MerchantId } from './merchant.ts'
import { type Kurus, ZERO } from './money.ts'

/** Ten digits; the wire's customerId is its text. */
export type CustomerId = bigint

export interface Customer {
	readonly id: CustomerId
	/** null = never had one. */
	readonly limit: Limit | null
	/** The operator's mark; a limit of grade D makes risky by itself. */
	readonly markedRisky: boolean
	/** The operator's mark, for all merchants. */
	readonly suspended: boolean
	readonly exposure: Exposure
}

/** A personal value as it is kept: a keyed hash to find it by, and its sealed text. */
export interface Sealed {
	readonly hash: string
	readonly sealed: Uint8Array
}

export interface Person {
	readonly customerId: CustomerId
	readonly name: string
	readonly surname: string
	readonly birthDate: CalendarDate
	readonly tckn: Sealed
	readonly mobileNumber: Sealed
	readonly emailSealed: Uint8Array
}

export interface Link {
	readonly customerId: CustomerId
	readonly merchantId: MerchantId
	readonly dealerSegment: string | null
	readonly kdsSegment: string | null
	/** This merchant's own mark. */
	readonly suspended: boolean
	/** Money paid to this merchant ahead of any instalment. */
	readonly balance: Kurus
}

export const ADULT_AGE_YEARS = 18

export function isSuspended(customer: Customer, link: Link | null): boolean {
	return customer.suspended || (link?.suspended ?? false)
}

export function isRisky(customer: Customer): boolean {
	return customer.markedRisky || customer.limit?.grade === 'D'
}

/** Reads the wire's customerId. A text that can name no customer reads as 0, which no customer has. */
export function parseCustomerId(text: string): CustomerId {
	return /^[1-9][0-9]{9}$/.test(text) ? BigInt(text) : 0n
}

/** A customer as one merchant sees it on one day (protocol 5.1, CustomerInfo). */
export interface CustomerInfo {
	readonly customerId: CustomerId
	readonly name: string
	readonly surname: string
	readonly limit: Kurus
	readonly used: Kurus
	readonly available: Kurus
	readonly limitExpireDate: CalendarDate | null
	readonly limitSource: LimitSource | null
	readonly suspended: boolean
	readonly overdue: boolean
	readonly risky: boolean
	readonly dealerSegment: string | null
	readonly kdsSegment: string | null
	readonly mobileNumberSealed: Uint8Array
	readonly balance: Kurus
}

export function customerInfo(
	customer: Customer,
	person: Person,
	link: Link,
	overdue: boolean,
	today: CalendarDate,
): CustomerInfo {
	const used = usedPrincipal(customer.exposure, today)
	return {
		customerId: customer.id,
		name: person.name,
		surname: person.surname,
		limit: customer.limit?.amount ?? ZERO,
		used,
		available: availableLimit(customer.limit, used, today),
		limitExpireDate: customer.limit?.expireDate ?? null,
		limitSource: customer.limit?.source ?? null,
		suspended: isSuspended(customer, link),
		overdue,
		risky: isRisky(customer),
		dealerSegment: link.dealerSegment,
		kdsSegment: link.kdsSegment,
		mobileNumberSealed: person.mobileNumber.sealed,
		balance: link.balance,
	}
}
