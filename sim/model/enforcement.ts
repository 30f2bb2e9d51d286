// Enforcement (protocol 2.6, 5.12–5.14, answers section I).

import { applyBalance } from './balance.ts'
import { endStretch, openAmount, overdueFrom, owedOn } from './late-fee.ts'
import { lira, smaller, sum } from './money.ts'
import { record } from './movements.ts'
import { amountIn, dayIn, type Parameters, textIn, textOrNull } from './parameters.ts'
import { endIfNothingIsOpen, findSale, openRows, owedBy, saleStatus, shownRows } from './sale.ts'
import { at, done, type Expected, newName, type Row, refused, type Sale, type State } from './state.ts'

function saleIn(state: State, merchant: number, sent: Parameters): Sale | undefined {
	return findSale(state, merchant, textIn(sent, 'transactionCode'), textIn(sent, 'merchantOid'))
}

export function sendExecution(state: State, merchant: number, sent: Parameters): Expected {
	const sale = saleIn(state, merchant, sent)
	if (!sale) return refused('H300')
	if (!sale.enforced) {
		if (saleStatus(sale, state.today) !== 1) return refused('H305')
		const least = at(state.merchants, merchant).enforcementMinDays
		const enough = openRows(sale).some((row) => state.today - overdueFrom(row, sale.terms) + 1 >= least)
		if (!enough) return refused('H317')
		sale.state = 'enforcement'
		sale.enforced = true
		// What stood in front has left the balance's queue (answers 71).
		applyBalance(state, sale.customer, merchant, state.today)
	}
	return done({ Message: 'RS100', TransactionStatus: saleStatus(sale, state.today) })
}

export function setPaidExecution(state: State, merchant: number, sent: Parameters): Expected {
	const sale = saleIn(state, merchant, sent)
	if (!sale) return refused('H300')
	if (sale.state !== 'enforcement') return refused('H316')
	const [date, amount] = [dayIn(sent, 'paymentDate'), amountIn(sent, 'paymentAmount')]
	if (date > state.today || date < sale.created) return refused('H314')
	if (amount > owedBy(sale, date)) return refused('H319')
	allocate(sale, amount, date)
	endIfNothingIsOpen(sale)
	const reference = textOrNull(sent, 'paymentReferenceCode')
	record(state, merchant, { type: 'EXECUTION_PAYMENT', code: newName('movement'), sale: sale.index, amount, reference })
	return done({
		Message: 'RS100',
		TransactionStatus: saleStatus(sale, state.today),
		RemainingAmount: lira(owedBy(sale, state.today)),
		Payments: shownRows(sale, state.today),
	})
}

/** Every expense, then every late fee, then the instalments, each oldest first (answers 87). */
function allocate(sale: Sale, amount: bigint, date: number): void {
	let left = amount
	const take = (owed: bigint) => {
		const taken = smaller(left, owed)
		left -= taken
		return taken
	}
	const rows = openRows(sale)
	const owed = new Map(rows.map((row) => [row, owedOn(row, sale.terms, date)]))
	for (const row of rows) row.expensePaid += take(owed.get(row)?.expense ?? 0n)
	for (const row of rows) row.feePaid += take(owed.get(row)?.fee ?? 0n)
	for (const row of rows) pay(sale, row, take(openAmount(row)), date)
	if (left > 0n) throw new Error('more was taken than was owed')
}

function pay(sale: Sale, row: Row, taken: bigint, date: number): void {
	if (taken === 0n) return
	if (taken < openAmount(row)) {
		endStretch(row, sale.terms, date)
		row.paid += taken
	} else {
		row.paid += taken
		row.state = 'paid'
		row.paidDate = date
	}
}

export function sendExpense(state: State, merchant: number, sent: Parameters): Expected {
	const sale = saleIn(state, merchant, sent)
	if (!sale) return refused('H300')
	if (sale.state !== 'enforcement') return refused('H316')
	const running = amountIn(sent, 'expenseAmount')
	const paid = sum(sale.rows.map((row) => row.expensePaid))
	if (running < paid) return refused('H318')
	for (const row of openRows(sale)) row.expense = row.expensePaid
	const last = openRows(sale).at(-1)
	if (!last) throw new Error('nothing is open in enforcement')
	last.expense += running - paid
	return done({ Message: 'RS100', Payments: shownRows(sale, state.today) })
}
