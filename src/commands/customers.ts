// A merchant's own mark on a customer: suspended, or not (protocol 5.16, 5.22). The operator's mark is another matter.

import { type CustomerId, type CustomerInfo, customerInfo } from '../domain/customer.ts'
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
