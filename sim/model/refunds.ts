// Refunds (protocol 5.7, 5.8, answers section H).

import { applyBalance } from './balance.ts'
import { wire } from './dates.ts'
import { endStretch, openAmount } from './late-fee.ts'
import { halfUp, lira, smaller } from './money.ts'
import { record } from './movements.ts'
import { amountIn, type Parameters, textIn } from './parameters.ts'
import { endIfNothingIsOpen, findSale, isLive, openRows, saleStatus, shownRows } from './sale.ts'
import { at, done, type Expected, type Refund, type Row, refused, type Sale, type State } from './state.ts'

export function refundTransaction(state: State, merchant: number, sent: Parameters): Expected {
	const id = textIn(sent, 'refundId')
	if (findRefund(state, merchant, id)) return refused('H307')
	const sale = findSale(state, merchant, textIn(sent, 'transactionCode'), textIn(sent, 'merchantOid'))
	if (!sale) return refused('H300')
	const amount = amountIn(sent, 'refundAmount')
	const status = saleStatus(sale, state.today)
	if ([3, 4, 6].includes(status) || (status === 0 && amount !== sale.order)) return refused('H305')
	if (amount > sale.order - sale.refunded) return refused('H306')
	const refund = makeRefund(state, sale, id, amount)
	state.refunds.push(refund)
	return done({ ...shownRefund(state, refund), Message: 'RS100' })
}

export function checkRefund(state: State, merchant: number, sent: Parameters): Expected {
	const refund = findRefund(state, merchant, textIn(sent, 'refundId'))
	if (!refund) return refused('H308')
	return done({ ...shownRefund(state, refund), Message: 'RS100', RefundDate: wire(refund.date) })
}

function findRefund(state: State, merchant: number, id: string): Refund | undefined {
	return state.refunds.find((refund) => refund.merchant === merchant && refund.id === id)
}

/** The amounts as they were, the rows as they are (answers 83). */
function shownRefund(state: State, { id, amount, fee, toCustomer, sale }: Refund) {
	const of = at(state.sales, sale)
	return {
		RefundId: id,
		RefundAmount: lira(amount),
		RefundFeeAmount: lira(fee),
		CustomerRefundAmount: lira(toCustomer),
		TransactionStatus: saleStatus(of, state.today),
		Payments: shownRows(of, state.today),
	}
}

function makeRefund(state: State, sale: Sale, id: string, amount: bigint): Refund {
	const feeLeft = sale.fee - sale.refundedFee
	const completes = amount === sale.order - sale.refunded
	const fee = completes ? feeLeft : smaller(feeLeft, halfUp(sale.fee * amount, sale.order))
	sale.refunded += amount
	sale.refundedFee += fee
	const toCustomer = takeOff(sale, amount + fee, state.today)
	if (sale.state === 'pending') {
		sale.state = 'cancelled'
	} else {
		record(state, sale.merchant, { type: 'REFUND', code: id, sale: sale.index, amount })
		if (isLive(sale)) endIfNothingIsOpen(sale)
		applyBalance(state, sale.customer, sale.merchant, state.today)
	}
	return { merchant: sale.merchant, id, sale: sale.index, amount, fee, toCustomer, date: state.today }
}

/** From the last open instalment backwards; what they can't take. */
function takeOff(sale: Sale, amount: bigint, today: number): bigint {
	let left = amount
	let homelessExpense = 0n
	for (const row of openRows(sale).reverse()) {
		const taken = smaller(left, openAmount(row))
		if (taken === 0n) break
		left -= taken
		if (taken < openAmount(row)) {
			endStretch(row, sale.terms, today)
			row.amount -= taken
		} else {
			row.amount -= taken
			homelessExpense += row.expense - row.expensePaid
			row.expense = row.expensePaid
			endRow(row, today)
		}
	}
	const last = openRows(sale).at(-1)
	if (last) last.expense += homelessExpense
	return left
}

/** Cancelled, or paid where part of it had been (answers 79). */
function endRow(row: Row, today: number): void {
	row.state = row.amount > 0n ? 'paid' : 'cancelled'
	if (row.state === 'paid') row.paidDate = today
}
