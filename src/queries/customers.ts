// What a merchant may know of a customer, and the plans it can offer for an order (protocol 5.1).

import { type CustomerId, type CustomerInfo, customerInfo, type Person } from '../domain/customer.ts'
import type { MerchantId } from '../domain/merchant.ts'
import { type Buyer, limitFor, type Offer, offersFor } from '../domain/offer.ts'
import type { Order } from '../domain/transaction.ts'
import { onConnection, onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import { type CustomerColumns, customerFrom, type LinkColumns, linkFrom, type PersonColumns, personFrom } from '../store/rows.ts'
import { merchantOf, readMerchant } from './plans.ts'
import type { Reading } from './reading.ts'

export interface CustomerInformation {
	/** Null when no customer was asked for, or the merchant can see no such customer. */
	readonly customer: CustomerInfo | null
	readonly offers: readonly Offer[]
}

const readLink: Statement = {
	name: 'read-customer-link',
	text: 'select * from customer_link where customer_id = $1 and merchant_id = $2',
}
const readCustomer: Statement = {
	name: 'read-customer',
	text: `
		select
			c.*,
			exists (select from transaction t where t.customer_id = c.id and t.next_overdue_date <= $2) as overdue
		from customer c
		where c.id = $1
	`,
}
const readPerson: Statement = {
	name: 'read-person',
	text: 'select * from person where customer_id = $1',
}
const readPersonSeen: Statement = {
	name: 'read-person-seen',
	text: `
		select p.*
		from person p
		join customer_link l on l.customer_id = p.customer_id and l.merchant_id = $2
		where p.customer_id = $1
	`,
}

/** Null where the merchant can see no such customer. */
export async function findPersonSeenBy(
	{ pool }: Reading,
	merchantId: MerchantId,
	customerId: CustomerId,
): Promise<Person | null> {
	const rows = await onConnection(pool, (client) => rowsOf<PersonColumns>(client, readPersonSeen, [customerId, merchantId]))
	return rows[0] ? personFrom(rows[0]) : null
}

export async function getCustomerInformation(
	{ pool, clock, permitted }: Reading,
	merchantId: MerchantId,
	customerId: CustomerId,
	order: Pick<Order, 'orderAmount' | 'options'>,
): Promise<CustomerInformation> {
	const { today } = await clock.now()
	const rows = await onSnapshot(pool, (client) => ({
		links: rowsOf<LinkColumns>(client, readLink, [customerId, merchantId]),
		customers: rowsOf<CustomerColumns & { overdue: boolean }>(client, readCustomer, [customerId, today]),
		people: rowsOf<PersonColumns>(client, readPerson, [customerId]),
		...readMerchant(client, merchantId),
	}))
	const [linkRow, customerRow, personRow] = [rows.links[0], rows.customers[0], rows.people[0]]

	let buyer: Buyer | null = null
	let info: CustomerInfo | null = null
	if (linkRow && customerRow && personRow) {
		const customer = customerFrom(customerRow)
		buyer = { customer, dealerSegment: linkRow.dealer_segment }
		info = customerInfo(customer, personFrom(personRow), linkFrom(linkRow), customerRow.overdue, today)
	}
	const merchant = permitted(merchantOf(rows))
	const available = limitFor(order, merchant, buyer, today)
	return { customer: info, offers: offersFor(order, merchant, buyer, available, today) }
}
