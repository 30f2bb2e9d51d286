// A sale and its rows as they are seen on a day (protocol 2.2, answers section E). Overdue and expired are never stored.

import { type Day, wire } from './dates.ts'
import { feeUpTo, openAmount, overdueFrom, owedOn, total } from './late-fee.ts'
import { larger, lira, sum } from './money.ts'
import { at, type Row, type Sale, type State } from './state.ts'

const saleTexts = ['Onay Bekliyor', 'Aktif', 'Tamamlandı', 'İptal Edildi', 'İade Edildi', 'İcrada', 'Süresi Doldu']
const rowTexts = ['Ödenmedi', 'Ödendi', 'Kısmi Ödeme', 'Vadesi Geçmiş Ödeme', 'İptal Edildi']

export function saleStatus(sale: Sale, today: Day): number {
	if (sale.state === 'pending') return today < sale.expires ? 0 : 6
	if (sale.state === 'cancelled') return 3
	if (sale.state === 'ended') return sale.refunded === sale.order ? 4 : 2
	return sale.state === 'active' ? 1 : 5
}

/** Activated, whatever became of it. */
export const wasActivated = (sale: Sale): boolean => sale.state !== 'pending' && sale.state !== 'cancelled'

export const isLive = (sale: Sale): boolean => sale.state === 'active' || sale.state === 'enforcement'

export const openRows = (sale: Sale): Row[] => sale.rows.filter((row) => row.state === 'open')

export function isOverdue(sale: Sale, row: Row, today: Day): boolean {
	return isLive(sale) && row.state === 'open' && today >= overdueFrom(row, sale.terms)
}

export function owedBy(sale: Sale, day: Day): bigint {
	return sum(openRows(sale).map((row) => total(owedOn(row, sale.terms, day))))
}

/** Nothing open any more: the sale is over. */
export function endIfNothingIsOpen(sale: Sale): void {
	if (openRows(sale).length === 0) sale.state = 'ended'
}

function rowStatus(sale: Sale, row: Row, today: Day): number {
	if (row.state === 'cancelled' || saleStatus(sale, today) === 6) return 4
	if (row.state === 'paid') return 1
	if (isOverdue(sale, row, today)) return 3
	return row.paid > 0n ? 2 : 0
}

export function shownRow(sale: Sale, row: Row, today: Day) {
	const status = rowStatus(sale, row, today)
	const running = isLive(sale) && row.state === 'open'
	return {
		paymentCode: row.name,
		merchantOid: sale.oid,
		InstallmentNo: row.no,
		InstallmentPayment: lira(row.amount),
		TermDate: wire(row.due),
		PaymentStatus: status,
		PaymentStatusText: rowTexts[status],
		overdueAmount: lira(running ? larger(row.feePaid, feeUpTo(row, sale.terms, today)) : row.feePaid),
		overdueRate: sale.terms.lateFeeRateBps / 100,
		overdueDate: wire(overdueFrom(row, sale.terms)),
		totalExpenseAmount: lira(row.expense),
		transactionCode: sale.name,
		paidAmount: lira(row.paid + row.feePaid + row.expensePaid),
		paidDate: row.paidDate === null ? null : wire(row.paidDate),
	}
}

export function shownRows(sale: Sale, today: Day) {
	return sale.rows.map((row) => shownRow(sale, row, today))
}

export function shownSale(state: State, sale: Sale) {
	const status = saleStatus(sale, state.today)
	return {
		TransactionCode: sale.name,
		MerchantOid: sale.oid,
		CustomerId: at(state.customers, sale.customer).name,
		TransactionStatus: status,
		TransactionStatusText: saleTexts[status],
		OrderAmount: lira(sale.order),
		DownPaymentAmount: lira(sale.down),
		FeeAmount: lira(sale.fee),
		TotalAmount: lira(sale.order + sale.fee),
		ExpireDate: wire(sale.expires),
		Payments: shownRows(sale, state.today),
	}
}

export function findSale(state: State, merchant: number, code: string, oid: string): Sale | undefined {
	return state.sales.find((sale) => sale.merchant === merchant && sale.name.text === code && sale.oid === oid)
}

/** What a live row takes when it is closed in full; how much of each. */
export function closeRow(sale: Sale, row: Row, day: Day) {
	const owed = owedOn(row, sale.terms, day)
	if (openAmount(row) !== owed.amount) throw new Error('a row that is not open can not be closed')
	row.paid += owed.amount
	row.feePaid += owed.fee
	row.expensePaid += owed.expense
	row.state = 'paid'
	row.paidDate = day
	return owed
}
