// The one way in which a transaction changes in the world: what hangs on it (the exposure of its customer and merchant, what
// stands against the customer, the ledger) changes with it.

import { type BalancePayment, payFromBalance } from '../domain/balance.ts'
import type { CalendarDate } from '../domain/calendar.ts'
import type { CustomerId } from '../domain/customer.ts'
import { add, type Exposure, remove } from '../domain/exposure.ts'
import { paymentMovement } from '../domain/ledger.ts'
import type { MerchantId } from '../domain/merchant.ts'
import { minus } from '../domain/money.ts'
import { totalOwed } from '../domain/payment.ts'
import { type ActiveTransaction, contribution, nextOverdueDate, type Transaction, withPayment } from '../domain/transaction.ts'
import type { World } from './world.ts'

export function putTransaction(world: World, transaction: Transaction): void {
	const before = world.transactions.get(transaction.id)
	world.transactions.put(transaction)
	changeExposures(world, before, transaction)
	const overdueDate = nextOverdueDate(transaction)
	if (overdueDate === null) world.concerns.delete(transaction.id)
	else {
		world.concerns.set(transaction.id, {
			transactionId: transaction.id,
			customerId: transaction.customerId,
			nextOverdueDate: overdueDate,
			inEnforcement: transaction.state === 'enforcement',
		})
	}
}

function changeExposures(world: World, before: Transaction | undefined, after: Transaction): void {
	const gone = before ? contribution(before) : null
	const come = contribution(after)
	if (gone?.until === come?.until && gone?.principal === come?.principal) return
	const changed = (exposure: Exposure): Exposure => {
		const without = gone ? remove(exposure, gone) : exposure
		return come ? add(without, come) : without
	}
	const customer = world.customer(after.customerId)
	world.customers.put({ ...customer, exposure: changed(customer.exposure) })
	const merchant = world.merchant(after.merchantId)
	if (merchant.exposure) world.merchants.put({ ...merchant, exposure: changed(merchant.exposure) })
}

/** Applies the balance rule (protocol 2.5) as of a date, and tells what was closed. */
export function payOutOfBalance(
	world: World,
	merchantId: MerchantId,
	customerId: CustomerId,
	on: CalendarDate,
): BalancePayment[] {
	const link = world.link(merchantId, customerId)
	if (!link) throw new Error(`customer ${customerId} is not linked to merchant ${merchantId}`)
	const active = [...world.transactions.all()].filter(
		(transaction): transaction is ActiveTransaction =>
			transaction.state === 'active' && transaction.customerId === customerId && transaction.merchantId === merchantId,
	)
	const paid = payFromBalance(link.balance, active, on)
	let balance = link.balance
	for (const { transaction, payment, taken } of paid) {
		balance = minus(balance, totalOwed(taken))
		// An earlier round may have closed another payment of the same transaction.
		putTransaction(world, withPayment(world.transactions.get(transaction.id) as ActiveTransaction, payment))
		world.movements.add(paymentMovement('balance-payment', transaction, payment.installmentNo, taken, null))
	}
	if (paid.length > 0) world.links.put({ ...link, balance })
	return paid
}
