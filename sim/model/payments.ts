// Money for instalments (protocol 5.6, 5.10, 5.19, 5.20).

import { applyBalance } from './balance.ts'
import { findCustomer, linkOf } from './customer.ts'
import { wire } from './dates.ts'
import { lira } from './money.ts'
import { record } from './movements.ts'
import { page } from './paging.ts'
import { amountIn, dayIn, type Parameters, textIn, textOrNull } from './parameters.ts'
import { closeRow, endIfNothingIsOpen, saleStatus, shownRow } from './sale.ts'
import { done, type Expected, newName, type Row, refused, type Sale, type State } from './state.ts'
import { activatedSales } from './transactions.ts'

interface Found {
	readonly sale: Sale
	readonly row: Row
}

function findPayment(state: State, merchant: number, code: string): Found | undefined {
	for (const sale of state.sales) {
		if (sale.merchant !== merchant) continue
		const row = sale.rows.find(({ name }) => name.text === code)
		if (row) return { sale, row }
	}
	return undefined
}

const sameReport = ({ reported }: Row, sent: Parameters): boolean =>
	reported !== null &&
	reported.date === dayIn(sent, 'paymentDate') &&
	reported.reference === textOrNull(sent, 'paymentReferenceCode')

/** The first refusal that holds for one payment; null where it can be closed, or was, by this very report. */
function refusalFor(state: State, found: Found | undefined, sent: Parameters): string | null {
	if (!found) return 'H310'
	const { sale, row } = found
	if (sale.oid !== textIn(sent, 'merchantOid')) return 'H321'
	if (sameReport(row, sent)) return null
	const status = saleStatus(sale, state.today)
	if (status === 5) return 'H315'
	if ([0, 3, 6].includes(status)) return 'H305'
	if (row.state === 'cancelled') return 'H313'
	if (row.state === 'paid') return 'H312'
	const date = dayIn(sent, 'paymentDate')
	return date > state.today || date < sale.created ? 'H314' : null
}

function report(state: State, { sale, row }: Found, sent: Parameters): void {
	if (sameReport(row, sent)) return
	const [date, reference] = [dayIn(sent, 'paymentDate'), textOrNull(sent, 'paymentReferenceCode')]
	const taken = closeRow(sale, row, date)
	row.reported = { date, reference }
	endIfNothingIsOpen(sale)
	const amount = taken.amount + taken.fee + taken.expense
	record(state, sale.merchant, { type: 'PAYMENT', code: row.name, sale: sale.index, payment: row.name, amount, reference })
}

function fund({ row }: Found, sent: Parameters) {
	return {
		paymentCode: row.name,
		installmentPayment: lira(row.amount),
		overdueAmount: lira(row.feePaid),
		expenseAmount: lira(row.expensePaid),
		paidAmount: lira(row.paid + row.feePaid + row.expensePaid),
		paymentDate: wire(dayIn(sent, 'paymentDate')),
		paymentReferenceCode: textOrNull(sent, 'paymentReferenceCode'),
	}
}

/** All the reported rows first, then the balance once (answers 73). */
function reportAll(state: State, found: readonly Found[], sent: Parameters): void {
	for (const each of found) report(state, each, sent)
	const sale = found[0]?.sale
	if (sale) applyBalance(state, sale.customer, sale.merchant, state.today)
}

export function setPaidPayment(state: State, merchant: number, sent: Parameters): Expected {
	const found = findPayment(state, merchant, textIn(sent, 'paymentCode'))
	const refusal = refusalFor(state, found, sent)
	if (!found || refusal !== null) return refused(refusal ?? 'H310')
	reportAll(state, [found], sent)
	return done({ Message: 'RS100', paymentfunds: fund(found, sent) })
}

export function setBulkPaidPayment(state: State, merchant: number, sent: Parameters): Expected {
	const codes = sent.paymentCodes as string[]
	const repeated = new Set(codes.filter((code, i) => codes.indexOf(code) !== i))
	if (repeated.size > 0) return refused(...[...repeated].map(() => 'H320'))
	const found = codes.map((code) => findPayment(state, merchant, code))
	const refusals = found.map((each) => refusalFor(state, each, sent)).filter((refusal) => refusal !== null)
	if (refusals.length > 0) return refused(...refusals)
	reportAll(state, found as Found[], sent)
	return done({ Message: 'RS100', paymentfunds: (found as Found[]).map((each) => fund(each, sent)) })
}

export function loadBalance(state: State, merchant: number, sent: Parameters): Expected {
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	const date = dayIn(sent, 'paymentDate')
	if (date > state.today) return refused('H314')
	const link = linkOf(customer, merchant)
	const amount = amountIn(sent, 'balanceAmount')
	link.balance += amount
	record(state, merchant, {
		type: 'BALANCE',
		code: newName('movement'),
		amount,
		reference: textOrNull(sent, 'paymentReferenceCode'),
	})
	const closed = applyBalance(state, customer.index, merchant, date)
	return done({
		Message: 'RS100',
		CustomerBalance: lira(link.balance),
		ClosedPayments: closed.map(({ sale, row, taken }) => ({
			paymentCode: row.name,
			merchantOid: sale.oid,
			InstallmentNo: row.no,
			paidAmount: lira(taken.amount + taken.fee + taken.expense),
			overdueAmount: lira(taken.fee),
			expenseAmount: lira(taken.expense),
		})),
	})
}

export function getCustomerPayments(state: State, merchant: number, sent: Parameters): Expected {
	const customer = findCustomer(state, merchant, textIn(sent, 'customerId'))
	if (!customer) return refused('H223')
	const statuses = sent.paymentStatuses as bigint[] | null
	const rows = activatedSales(state, merchant, customer.index)
		.flatMap((sale) => sale.rows.map((row) => shownRow(sale, row, state.today)))
		.filter(({ PaymentStatus }) => statuses === null || statuses.includes(BigInt(PaymentStatus)))
	const { items, ...paging } = page(rows, sent)
	return done({ Payments: items, ...paging })
}
