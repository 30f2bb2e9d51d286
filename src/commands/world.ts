// What a group of commands may see and change: the rows of the business, by kind. store/ fills it and saves it.
// A customer is locked before anything that hangs on it, so nothing here can change under a decision.

import type { CalendarDate } from '../domain/calendar.ts'
import type { Customer, CustomerId, Link, Person } from '../domain/customer.ts'
import type { Event } from '../domain/event.ts'
import type { Movement } from '../domain/ledger.ts'
import { isUndecided, type LimitRequest, type LimitRequestId, type UndecidedRequest } from '../domain/limit-request.ts'
import type { Merchant, MerchantId } from '../domain/merchant.ts'
import type { Refund } from '../domain/refund.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { Transaction, TransactionId } from '../domain/transaction.ts'
import type { CommandType as EngineCommandType, Now as EngineNow } from '../engine/command.ts'
import { World as EngineWorld, Log, Rows } from '../engine/world.ts'

export type Now = EngineNow<CalendarDate>
/** A refusal, and which of several things in the request it is about. */
export interface Refused {
	readonly refusal: Refusal
	readonly about?: string
	/** The mobile numbers known for the person, where the one sent can't be used. */
	readonly knownNumbers?: readonly string[]
}
export type CommandType<Input, Result> = EngineCommandType<Input, Needs, World, Now, Result, Refused>

/**
 * What a command needs to see. Naming a transaction or a person brings, and locks, its customer too; naming a transaction
 * brings whatever else its customer's balance at that merchant might pay.
 */
export interface Needs {
	readonly merchants?: readonly MerchantId[]
	/** Brings what stands against them too. */
	readonly customers?: readonly CustomerId[]
	/** Who these customers are. */
	readonly peopleOf?: readonly CustomerId[]
	/** People found by the hash of their TCKN or of their mobile number; brings what stands against them too. */
	readonly people?: { readonly tcknHashes: readonly string[]; readonly mobileHashes: readonly string[] }
	readonly transactions?: readonly TransactionId[]
	readonly orders?: readonly { readonly merchantId: MerchantId; readonly merchantOid: string }[]
	readonly refunds?: readonly { readonly merchantId: MerchantId; readonly refundId: string }[]
	/** Customers whose active transactions at a merchant a balance load may pay. */
	readonly loads?: readonly { readonly merchantId: MerchantId; readonly customerId: CustomerId }[]
	readonly limitRequests?: readonly LimitRequestId[]
	/** What a merchant has undecided for a person, known by the hash of the TCKN. */
	readonly undecidedRequests?: readonly { readonly merchantId: MerchantId; readonly tcknHash: string }[]
	readonly newCustomers?: number
	readonly newTransactions?: number
	readonly newLimitRequests?: number
}

/** A transaction that speaks against its customer: when it became, or becomes, overdue, or that it is in enforcement. */
export interface Concern {
	readonly transactionId: TransactionId
	readonly customerId: CustomerId
	readonly nextOverdueDate: CalendarDate
	readonly inEnforcement: boolean
}

export interface MadeRefund {
	readonly merchantId: MerchantId
	readonly refundId: string
	readonly transactionId: TransactionId
	readonly refund: Pick<Refund, 'amount' | 'fee' | 'toCustomer'>
	readonly refundedOn: CalendarDate
}

export interface Basket {
	readonly transactionId: TransactionId
	readonly rows: readonly object[]
}

/** When the server is to look at a limit request again; kept in the same commit as whatever makes it necessary. */
export interface WakeUp {
	readonly limitRequestId: LimitRequestId
	readonly afterMs: number
}

export class World extends EngineWorld {
	readonly merchants = new Rows<MerchantId, Merchant>(this, (merchant) => merchant.id)
	readonly customers = new Rows<CustomerId, Customer>(this, (customer) => customer.id)
	readonly people = new Rows<CustomerId, Person>(this, (person) => person.customerId)
	readonly links = new Rows<string, Link>(this, (link) => linkKey(link.merchantId, link.customerId))
	readonly transactions = new Rows<TransactionId, Transaction>(this, (transaction) => transaction.id)
	readonly concerns = new Map<TransactionId, Concern>()
	readonly refunds = new Rows<string, MadeRefund>(this, (refund) => refundKey(refund.merchantId, refund.refundId))
	readonly limitRequests = new Rows<LimitRequestId, LimitRequest>(this, (request) => request.id)
	readonly wakeUps = new Log<WakeUp>(this)
	readonly baskets = new Log<Basket>(this)
	readonly movements = new Log<Movement>(this)
	readonly events = new Log<Event>(this)
	/** Ids that no other group has, as many as were asked for. */
	readonly newCustomerIds: CustomerId[] = []
	readonly newTransactionIds: TransactionId[] = []
	readonly newLimitRequestIds: LimitRequestId[] = []

	merchant(id: MerchantId): Merchant {
		const merchant = this.merchants.get(id)
		if (!merchant) throw new Error(`merchant ${id} was not loaded`)
		return merchant
	}

	customer(id: CustomerId): Customer {
		const customer = this.customers.get(id)
		if (!customer) throw new Error(`customer ${id} was not loaded`)
		return customer
	}

	transaction(id: TransactionId): Transaction {
		const transaction = this.transactions.get(id)
		if (!transaction) throw new Error(`transaction ${id} was not loaded`)
		return transaction
	}

	link(merchantId: MerchantId, customerId: CustomerId): Link | undefined {
		return this.links.get(linkKey(merchantId, customerId))
	}

	/** The customer, for a merchant that may see it. */
	linkedCustomer(merchantId: MerchantId, customerId: CustomerId): { customer: Customer; link: Link } | null {
		const customer = this.customers.get(customerId)
		const link = this.link(merchantId, customerId)
		return customer && link ? { customer, link } : null
	}

	person(customerId: CustomerId): Person {
		const person = this.people.get(customerId)
		if (!person) throw new Error(`person ${customerId} was not loaded`)
		return person
	}

	newCustomerId(): CustomerId {
		return taken(this.newCustomerIds)
	}

	newTransactionId(): TransactionId {
		return taken(this.newTransactionIds)
	}

	newLimitRequestId(): LimitRequestId {
		return taken(this.newLimitRequestIds)
	}

	undecidedRequest(merchantId: MerchantId, tcknHash: string): UndecidedRequest | undefined {
		for (const request of this.limitRequests.all()) {
			if (isUndecided(request) && request.merchantId === merchantId && request.tcknHash === tcknHash) return request
		}
		return undefined
	}

	personBy(is: (person: Person) => boolean): Person | undefined {
		for (const person of this.people.all()) if (is(person)) return person
		return undefined
	}

	transactionOf(merchantId: MerchantId, merchantOid: string): Transaction | undefined {
		for (const transaction of this.transactions.all()) {
			if (transaction.merchantOid === merchantOid && transaction.merchantId === merchantId) return transaction
		}
		return undefined
	}

	isOverdue(customerId: CustomerId, today: CalendarDate): boolean {
		return this.#concernsOf(customerId).some((concern) => concern.nextOverdueDate <= today)
	}

	isInEnforcement(customerId: CustomerId): boolean {
		return this.#concernsOf(customerId).some((concern) => concern.inEnforcement)
	}

	#concernsOf(customerId: CustomerId): Concern[] {
		return [...this.concerns.values()].filter((concern) => concern.customerId === customerId)
	}
}

const linkKey = (merchantId: MerchantId, customerId: CustomerId): string => `${merchantId} ${customerId}`

export const refundKey = (merchantId: MerchantId, refundId: string): string => `${merchantId} ${refundId}`

function taken<Id>(ids: Id[]): Id {
	const id = ids.shift()
	if (id === undefined) throw new Error('a command took an id it had not asked for')
	return id
}
