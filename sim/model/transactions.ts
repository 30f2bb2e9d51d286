// Selling (protocol 5.3–5.5, 5.9).

import { applyBalance } from './balance.ts'
import { exposureOf, findCustomer, hasOverdue, hasValidLimit, isInEnforcement } from './customer.ts'
import { wire } from './dates.ts'
import { suspendedAt, wishFor } from './limits.ts'
import { record } from './movements.ts'
import { page } from './paging.ts'
import { amountIn, flagIn, type Parameters, textIn, textOrNull } from './parameters.ts'
import { planFor } from './plan.ts'
import { endIfNothingIsOpen, findSale, saleStatus, shownRows, shownSale, wasActivated } from './sale.ts'
import { at, done, type Expected, newName, openRow, refused, type Sale, type State } from './state.ts'

/** What makes a repeat the same (answers 17): absent is false is 0. */
function contentOf(sent: Parameters): string {
	const amounts = ['orderAmount', 'selectedInstallment', 'RevisedFeeRate', 'availableLimit'].map((name) =>
		String(amountIn(sent, name)),
	)
	const flags = ['notCalculateFees', 'forceRiskFreeEvaluate', 'PostponeSelected'].map((name) => flagIn(sent, name))
	return JSON.stringify([textIn(sent, 'customerId'), ...amounts, ...flags, textOrNull(sent, 'dealerSegment')])
}

export function createTransaction(state: State, merchant: number, sent: Parameters): Expected {
	const oid = textIn(sent, 'merchantOid')
	const before = state.sales.find((sale) => sale.merchant === merchant && sale.oid === oid)
	if (before) return before.content === contentOf(sent) ? done(shownSale(state, before)) : refused('H301')
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	if (suspendedAt(customer, merchant)) return refused('H220')
	if (isInEnforcement(state, customer)) return refused('H226')
	if (hasOverdue(state, customer)) return refused('H221')
	if (!hasValidLimit(state, customer)) return refused('H222')
	const by = at(state.merchants, merchant)
	const wish = wishFor(state, merchant, customer, sent)
	const plan = planFor(by, wish, Number(amountIn(sent, 'selectedInstallment')), state.today)
	if (!plan) return refused('H304')
	if (wish.available !== null && plan.financed > wish.available) return refused('H302')
	if (by.creditLimit !== null && exposureOf(state, merchant) + plan.financed > by.creditLimit) return refused('H303')
	const rows = plan.rows.map(({ no, due, amount, principal, upFront }) =>
		openRow({ name: newName('payment'), no, due, upFront, amount, principal }),
	)
	const sale: Sale = {
		index: state.sales.length,
		name: newName('sale'),
		merchant,
		customer: customer.index,
		oid,
		content: contentOf(sent),
		order: wish.order,
		down: plan.down,
		fee: plan.fee,
		terms: { ...by.terms },
		created: state.today,
		expires: state.today + by.pendingLifeDays,
		state: 'pending',
		enforced: false,
		refunded: 0n,
		refundedFee: 0n,
		rows,
	}
	state.sales.push(sale)
	return done(shownSale(state, sale))
}

export function activateTransaction(state: State, merchant: number, sent: Parameters): Expected {
	const sale = findSale(state, merchant, textIn(sent, 'transactionCode'), textIn(sent, 'merchantOid'))
	if (!sale) return refused('H300')
	const status = saleStatus(sale, state.today)
	if (status === 6) return refused('H309')
	if (status === 3) return refused('H305')
	if (!wasActivated(sale)) activate(state, sale)
	return done({ Message: 'RS100', TransactionStatus: saleStatus(sale, state.today), Payments: shownRows(sale, state.today) })
}

function activate(state: State, sale: Sale): void {
	sale.state = 'active'
	record(state, sale.merchant, { type: 'TRANSACTION', code: sale.name, sale: sale.index, amount: sale.order })
	for (const row of sale.rows.filter(({ upFront }) => upFront)) {
		row.paid = row.amount
		row.state = 'paid'
		row.paidDate = state.today
		record(state, sale.merchant, { type: 'PAYMENT', code: row.name, sale: sale.index, payment: row.name, amount: row.amount })
	}
	endIfNothingIsOpen(sale)
	applyBalance(state, sale.customer, sale.merchant, state.today)
}

export function getPaymentsOfTransaction(state: State, merchant: number, sent: Parameters): Expected {
	const sale = findSale(state, merchant, textIn(sent, 'transactionCode'), textIn(sent, 'merchantOid'))
	return sale ? done(shownSale(state, sale)) : refused('H300')
}

/** A customer's activated sales at a merchant, the newest first. */
export function activatedSales(state: State, merchant: number, customer: number): Sale[] {
	return state.sales.filter((sale) => sale.merchant === merchant && sale.customer === customer && wasActivated(sale)).reverse()
}

export function getCustomerTransactions(state: State, merchant: number, sent: Parameters): Expected {
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	const codes = sent.transactionCodes as string[] | null
	const sales = activatedSales(state, merchant, customer.index).filter(
		(sale) => codes === null || codes.includes(sale.name.text as string),
	)
	const { items, ...paging } = page(sales, sent)
	return done({
		Transactions: items.map((sale) => ({ ...shownSale(state, sale), TransactionDate: wire(sale.created) })),
		...paging,
	})
}
