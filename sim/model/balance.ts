// The balance closes the oldest open instalment while it covers all of it (protocol 2.5, answers section G).

import { linkOf } from './customer.ts'
import type { Day } from './dates.ts'
import { type Owed, owedOn, total } from './late-fee.ts'
import { closeRow, endIfNothingIsOpen, openRows } from './sale.ts'
import { at, type Row, type Sale, type State } from './state.ts'

export interface Closed {
	readonly sale: Sale
	readonly row: Row
	readonly taken: Owed
}

export function applyBalance(state: State, customer: number, merchant: number, on: Day): Closed[] {
	const link = linkOf(at(state.customers, customer), merchant)
	const queue = state.sales
		.filter((sale) => sale.customer === customer && sale.merchant === merchant && sale.state === 'active')
		.flatMap((sale) => openRows(sale).map((row) => ({ sale, row })))
		.sort((a, b) => a.row.due - b.row.due || a.sale.index - b.sale.index || a.row.no - b.row.no)
	const closed: Closed[] = []
	for (const { sale, row } of queue) {
		// Never before the sale itself (answers 72).
		const day = Math.max(on, sale.created)
		const owed = total(owedOn(row, sale.terms, day))
		if (owed > link.balance) break
		link.balance -= owed
		closed.push({ sale, row, taken: closeRow(sale, row, day) })
		endIfNothingIsOpen(sale)
	}
	return closed
}
