// The plans and rates of a merchant for nobody in particular (protocol 5.21, 5.23).

import type pg from 'pg'
import type { Merchant, MerchantId } from '../domain/merchant.ts'
import { type Offer, offersFor } from '../domain/offer.ts'
import type { RateRow } from '../domain/rates.ts'
import type { Order } from '../domain/transaction.ts'
import { onSnapshot, rowsOf, type Statement } from '../store/connect.ts'
import { type MerchantColumns, merchantFrom, type RateColumns, rateFrom } from '../store/rows.ts'
import type { Reading } from './reading.ts'

const readRow: Statement = {
	name: 'read-merchant',
	text: 'select * from merchant where id = $1',
}
const readRates: Statement = {
	name: 'read-rates',
	text: `
		select *
		from rate_row
		where merchant_id = $1
		order by installments, dealer_segment nulls first, min_amount, max_amount, fee_rate_bps
	`,
}

interface MerchantRows {
	merchants: MerchantColumns[]
	rates: RateColumns[]
}

/** To be sent together with other reads; `merchantOf` makes a merchant of what comes back. */
export function readMerchant(client: pg.ClientBase, id: MerchantId): { [K in keyof MerchantRows]: Promise<MerchantRows[K]> } {
	return { merchants: rowsOf(client, readRow, [id]), rates: rowsOf(client, readRates, [id]) }
}

export function merchantOf({ merchants, rates }: MerchantRows): Merchant {
	const [row] = merchants
	if (!row) throw new Error('a merchant that has called is gone')
	return merchantFrom(row, null, rates.map(rateFrom))
}

export async function getPaymentPlan(
	{ pool, clock, permitted }: Reading,
	merchantId: MerchantId,
	order: Pick<Order, 'orderAmount' | 'options'>,
): Promise<Offer[]> {
	const { today } = await clock.now()
	const rows = await onSnapshot<MerchantRows>(pool, (client) => readMerchant(client, merchantId))
	return offersFor(order, permitted(merchantOf(rows)), null, null, today)
}

/** All rows, or those of a segment and those for any (answers 52). */
export async function getInstallmentRates(
	{ pool }: Reading,
	merchantId: MerchantId,
	dealerSegment: string | null,
): Promise<RateRow[]> {
	const rows = await onSnapshot<MerchantRows>(pool, (client) => readMerchant(client, merchantId))
	return merchantOf(rows).rates.filter(
		(row) => dealerSegment === null || row.dealerSegment === null || row.dealerSegment === dealerSegment,
	)
}
