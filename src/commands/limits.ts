// Setting a customer's limit: for a person, by the word of the merchant or its decision system (protocol 5.2.5, 5.2.6), and for a
// customer it already knows (5.18).

import { type CalendarDate, comesOfAge } from '../domain/calendar.ts'
import {
	ADULT_AGE_YEARS,
	type Customer,
	type CustomerId,
	type CustomerInfo,
	customerInfo,
	isSuspended,
	type Link,
	type Person,
	type Sealed,
} from '../domain/customer.ts'
import { NO_EXPOSURE } from '../domain/exposure.ts'
import { isTckn } from '../domain/identity.ts'
import { type LimitSource, newLimit } from '../domain/limit.ts'
import { type Caller, maySetLimit } from '../domain/merchant.ts'
import { type Kurus, ZERO } from '../domain/money.ts'
import { done, refuse } from '../engine/command.ts'
import type { CommandType, Refused, World } from './world.ts'

export interface SetLimit {
	readonly caller: Caller
	readonly source: LimitSource
	readonly amount: Kurus
	/** As typed: it may turn out to be no TCKN at all. */
	readonly tckn: string
	readonly tcknSealed: Sealed
	readonly mobileNumber: Sealed
	readonly emailSealed: Uint8Array
	readonly name: string
	readonly surname: string
	readonly birthDate: CalendarDate
	readonly dealerSegment: string
	/** null = leave it as it is. */
	readonly kdsSegment: string | null
}

export const setLimit: CommandType<SetLimit, CustomerInfo> = {
	name: 'SetLimit',

	needs: ({ caller, tcknSealed, mobileNumber }) => ({
		merchants: [caller.merchantId],
		people: { tcknHashes: [tcknSealed.hash], mobileHashes: [mobileNumber.hash] },
		newCustomers: 1,
	}),

	decide(world, input, { today }) {
		const { caller, amount, source } = input
		const known = find(world, input)
		const refusal = refusalOf(world, input, known, today)
		if (refusal) return refuse<Refused>({ refusal })

		const id = known?.customer.id ?? world.newCustomerId()
		const limit = newLimit(amount, source, today)
		const customer: Customer = known
			? { ...known.customer, limit }
			: { id, limit, markedRisky: false, suspended: false, exposure: NO_EXPOSURE }
		const person: Person = {
			customerId: id,
			name: input.name,
			surname: input.surname,
			birthDate: known?.person.birthDate ?? input.birthDate,
			tckn: known?.person.tckn ?? input.tcknSealed,
			mobileNumber: input.mobileNumber,
			emailSealed: input.emailSealed,
		}
		const link: Link = {
			customerId: id,
			merchantId: caller.merchantId,
			dealerSegment: input.dealerSegment,
			kdsSegment: input.kdsSegment ?? known?.link?.kdsSegment ?? null,
			suspended: known?.link?.suspended ?? false,
			balance: known?.link?.balance ?? ZERO,
		}
		world.customers.put(customer)
		world.people.put(person)
		world.links.put(link)
		const detail = { source, amount: String(amount), expireDate: limit.expireDate }
		world.events.add({ kind: 'limit-set', caller, customerId: id, transactionId: null, detail })
		return done(customerInfo(customer, person, link, world.isOverdue(id, today), today))
	},
}

interface Known {
	readonly customer: Customer
	readonly person: Person
	readonly link: Link | undefined
}

function find(world: World, { caller, tcknSealed }: SetLimit): Known | null {
	const person = world.personBy((other) => other.tckn.hash === tcknSealed.hash)
	if (!person) return null
	return { person, customer: world.customer(person.customerId), link: world.link(caller.merchantId, person.customerId) }
}

function refusalOf(world: World, input: SetLimit, known: Known | null, today: CalendarDate): Refused['refusal'] | null {
	if (!isTckn(input.tckn)) return 'tckn-invalid'
	if (today < comesOfAge(input.birthDate, ADULT_AGE_YEARS)) return 'under-age'
	if (!maySetLimit(world.merchant(input.caller.merchantId), input.source, input.amount)) return 'limit-not-allowed-to-merchant'
	if (known && isSuspended(known.customer, known.link ?? null)) return 'customer-suspended'
	if (known && world.isOverdue(known.customer.id, today)) return 'customer-overdue'
	const holder = world.personBy((other) => other.mobileNumber.hash === input.mobileNumber.hash)
	if (holder && holder.customerId !== known?.customer.id) return 'mobile-number-taken'
	return null
}

export interface SetCustomerLimit {
	readonly caller: Caller
	readonly customerId: CustomerId
	readonly amount: Kurus
	/** null = as long as any limit lives. */
	readonly expireDate: CalendarDate | null
}

export const setCustomerLimit: CommandType<SetCustomerLimit, CustomerInfo> = {
	name: 'SetCustomerLimit',

	needs: ({ caller, customerId }) => ({ merchants: [caller.merchantId], customers: [customerId], peopleOf: [customerId] }),

	decide(world, { caller, customerId, amount, expireDate }, { today }) {
		if (expireDate !== null && expireDate <= today) return refuse<Refused>({ refusal: 'limit-expire-date-not-later' })
		const seen = world.linkedCustomer(caller.merchantId, customerId)
		if (!seen) return refuse<Refused>({ refusal: 'customer-not-found' })
		const { customer, link } = seen
		if (!maySetLimit(world.merchant(caller.merchantId), 'MANUAL', amount)) {
			return refuse<Refused>({ refusal: 'limit-not-allowed-to-merchant' })
		}
		if (isSuspended(customer, link)) return refuse<Refused>({ refusal: 'customer-suspended' })
		if (world.isOverdue(customerId, today)) return refuse<Refused>({ refusal: 'customer-overdue' })

		const limit = newLimit(amount, 'MANUAL', today)
		const changed = { ...customer, limit: { ...limit, expireDate: expireDate ?? limit.expireDate } }
		world.customers.put(changed)
		const detail = { source: limit.source, amount: String(amount), expireDate: changed.limit.expireDate }
		world.events.add({ kind: 'limit-set', caller, customerId, transactionId: null, detail })
		return done(customerInfo(changed, world.person(customerId), link, world.isOverdue(customerId, today), today))
	},
}
