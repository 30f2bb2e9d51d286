// A merchant's own mark on a customer: suspended, or not (protocol 5.16, 5.22); the operator's mark is another matter. And a
// customer's new mobile number (5.15).

import { type CustomerId, type CustomerInfo, customerInfo, type Sealed } from '../domain/customer.ts'
import type { Caller } from '../domain/merchant.ts'
import { done, refuse } from '../engine/command.ts'
import type { CommandType, Refused } from './world.ts'

export interface MarkCustomer {
	readonly caller: Caller
	readonly customerId: CustomerId
	readonly reason: string | null
}

function markCustomer(suspended: boolean): CommandType<MarkCustomer, CustomerInfo> {
	return {
		name: suspended ? 'SuspendCustomer' : 'ActivateCustomer',

		needs: ({ caller, customerId }) => ({ merchants: [caller.merchantId], customers: [customerId], peopleOf: [customerId] }),

		decide(world, { caller, customerId, reason }, { today }) {
			const seen = world.linkedCustomer(caller.merchantId, customerId)
			if (!seen) return refuse<Refused>({ refusal: 'customer-not-found' })
			if (seen.link.suspended === suspended)
				return refuse<Refused>({ refusal: suspended ? 'already-suspended' : 'not-suspended' })

			const link = { ...seen.link, suspended }
			world.links.put(link)
			const kind = suspended ? 'customer-suspended' : 'customer-reactivated'
			world.events.add({ kind, caller, customerId, transactionId: null, detail: reason === null ? null : { reason } })
			return done(customerInfo(seen.customer, world.person(customerId), link, world.isOverdue(customerId, today), today))
		},
	}
}

export const suspendCustomer = markCustomer(true)
export const activateCustomer = markCustomer(false)

export interface ChangeMobileNumber {
	readonly caller: Caller
	readonly customerId: CustomerId
	readonly mobileNumber: Sealed
	/** The numbers the bureau knows for the person instead; null = it knows nothing against this one. */
	readonly knownNumbers: readonly string[] | null
}

/** What was texted to the old number stays good, and is not sent to the new one (answers 31). */
export const changeMobileNumber: CommandType<ChangeMobileNumber, null> = {
	name: 'ChangeMobileNumber',

	needs: ({ caller, customerId, mobileNumber }) => ({
		merchants: [caller.merchantId],
		customers: [customerId],
		peopleOf: [customerId],
		people: { tcknHashes: [], mobileHashes: [mobileNumber.hash] },
	}),

	decide(world, { caller, customerId, mobileNumber, knownNumbers }) {
		if (!world.linkedCustomer(caller.merchantId, customerId)) return refuse<Refused>({ refusal: 'customer-not-found' })
		const person = world.person(customerId)
		if (person.mobileNumber.hash === mobileNumber.hash) return refuse<Refused>({ refusal: 'mobile-number-unchanged' })
		if (knownNumbers) return refuse<Refused>({ refusal: 'mobile-number-not-usable', knownNumbers })
		const holder = world.personBy((other) => other.mobileNumber.hash === mobileNumber.hash)
		if (holder) return refuse<Refused>({ refusal: 'mobile-number-taken' })

		world.people.put({ ...person, mobileNumber })
		world.events.add({ kind: 'mobile-number-changed', caller, customerId, transactionId: null, detail: null })
		return done(null)
	},
}
