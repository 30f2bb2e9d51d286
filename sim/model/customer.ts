// Customers and their one limit (protocol 2.3, answers section C): what is used is worked out anew from the open rows each time.

import { wire } from './dates.ts'
import { openPrincipal } from './late-fee.ts'
import { larger, lira, sum } from './money.ts'
import { isOverdue, saleStatus } from './sale.ts'
import { type Customer, type Link, newName, type Sale, type State } from './state.ts'

const holding = [0, 1, 5]

function openPrincipalOf(state: State, which: (sale: Sale) => boolean): bigint {
	const sales = state.sales.filter((sale) => which(sale) && holding.includes(saleStatus(sale, state.today)))
	return sum(sales.flatMap((sale) => sale.rows.map(openPrincipal)))
}

const usedBy = (state: State, customer: Customer): bigint => openPrincipalOf(state, (sale) => sale.customer === customer.index)

export const exposureOf = (state: State, merchant: number): bigint => openPrincipalOf(state, (sale) => sale.merchant === merchant)

/** A limit of 0 is none (answers 33). */
export function hasValidLimit(state: State, { limit }: Customer): boolean {
	return limit !== null && limit.amount > 0n && state.today < limit.expires
}

export function availableTo(state: State, customer: Customer): bigint {
	return hasValidLimit(state, customer) ? larger(0n, (customer.limit?.amount ?? 0n) - usedBy(state, customer)) : 0n
}

/** At all merchants (answers 28). */
export function hasOverdue(state: State, customer: Customer): boolean {
	return state.sales.some(
		(sale) => sale.customer === customer.index && sale.rows.some((row) => isOverdue(sale, row, state.today)),
	)
}

export function isInEnforcement(state: State, customer: Customer): boolean {
	return state.sales.some((sale) => sale.customer === customer.index && sale.state === 'enforcement')
}

export const isRisky = ({ limit }: Customer): boolean => limit?.risky === true

export function customerInfo(state: State, customer: Customer, merchant: number) {
	const link = linkOf(customer, merchant)
	return {
		CustomerId: customer.name,
		CustomerName: customer.first,
		CustomerSurname: customer.surname,
		CustomerLimit: lira(customer.limit?.amount ?? 0n),
		UsedLimit: lira(usedBy(state, customer)),
		AvailableLimit: lira(availableTo(state, customer)),
		LimitExpireDate: customer.limit === null ? null : wire(customer.limit.expires),
		LimitSource: customer.limit?.source ?? null,
		CustomerStatus: link.suspended ? 2 : 1,
		CustomerStatusText: link.suspended ? 'Askıda' : 'Aktif',
		HasOverduePayment: hasOverdue(state, customer),
		IsRisky: isRisky(customer),
		DealerSegment: link.dealerSegment,
		KdsSegment: link.kdsSegment,
		GsmNo: `${customer.mobile.slice(0, 3)}*****${customer.mobile.slice(-2)}`,
		Balance: lira(link.balance),
	}
}

/** The customer of this id, as long as this merchant may see it. */
export function findCustomer(state: State, merchant: number, id: string | null): Customer | undefined {
	return state.customers.find((customer) => customer.name.text === id && id !== null && customer.links.has(merchant))
}

export function linkOf(customer: Customer, merchant: number): Link {
	const link = customer.links.get(merchant)
	if (!link) throw new Error('the merchant has no link to this customer')
	return link
}

/** Makes the link where there is none; a segment that was not sent stays as it was (answers 32). */
export function linkTo(
	customer: Customer,
	merchant: number,
	dealerSegment: string | null,
	kdsSegment: string | null = null,
): void {
	const link = customer.links.get(merchant) ?? { dealerSegment: null, kdsSegment: null, suspended: false, balance: 0n }
	link.dealerSegment = dealerSegment ?? link.dealerSegment
	link.kdsSegment = kdsSegment ?? link.kdsSegment
	customer.links.set(merchant, link)
}

export type Person = Pick<Customer, 'tckn' | 'first' | 'surname' | 'email' | 'mobile'>

export function register(state: State, person: Person): Customer {
	const customer: Customer = {
		...person,
		index: state.customers.length,
		name: newName('customer'),
		limit: null,
		links: new Map(),
	}
	state.customers.push(customer)
	return customer
}

export const withTckn = (state: State, tckn: string) => state.customers.find((customer) => customer.tckn === tckn)

export function isTaken(state: State, mobile: string, by: Customer | undefined): boolean {
	return state.customers.some((customer) => customer.mobile === mobile && customer !== by)
}

export function isTckn(text: string): boolean {
	if (!/^[1-9]\d{10}$/.test(text)) return false
	const digits = [...text].map(Number)
	const of = (...places: number[]) => places.reduce((total, place) => total + (digits[place] as number), 0)
	const tenth = (7 * of(0, 2, 4, 6, 8) - of(1, 3, 5, 7) + 100) % 10
	return digits[9] === tenth && digits[10] === of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) % 10
}
