// Daily reconciliation: the totals of a day (protocol 5.11.1) and the movements they are the sum of (5.11.2).

import type { CalendarDate } from '../domain/calendar.ts'
import type { Kurus } from '../domain/money.ts'
import { paymentCode, type TransactionId, transactionCode } from '../domain/transaction.ts'
import { endpoint } from './endpoint.ts'
import { dateTime, lira } from './envelope.ts'
import { calendarDate, limitAmount, optional, required, wholeNumber } from './fields.ts'
import { paging } from './payments.ts'

/** What the manual counts apart. Money through enforcement counts as payment too (answers 106). */
export interface DayTotals {
	readonly transactionCount: number
	readonly transactionAmount: Kurus
	readonly refundCount: number
	readonly refundAmount: Kurus
	readonly paymentCount: number
	readonly paymentAmount: Kurus
	readonly balanceLoadCount: number
	readonly balanceLoadAmount: Kurus
}

export interface DayMovement {
	readonly id: bigint
	readonly type: 'TRANSACTION' | 'REFUND' | 'PAYMENT' | 'BALANCE' | 'EXECUTION_PAYMENT'
	readonly transactionId: TransactionId | null
	readonly merchantOid: string | null
	readonly installmentNo: number | null
	readonly amount: Kurus
	readonly date: CalendarDate
	readonly refundId: string | null
	readonly reference: string | null
}

const reconciliationDate = required('reconciliationDate', calendarDate)
const count = (name: string) => optional(name, wholeNumber(0, 10 ** 13))
const total = (name: string) => optional(name, limitAmount)

const ownTotals = {
	transactionCount: count('transactionCount'),
	transactionAmount: total('transactionAmount'),
	refundCount: count('refundCount'),
	refundAmount: total('refundAmount'),
	paymentCount: count('paymentCount'),
	paymentAmount: total('paymentAmount'),
	balanceLoadCount: count('balanceLoadCount'),
	balanceLoadAmount: total('balanceLoadAmount'),
}

export const getDailyReconciliation = endpoint({
	name: 'GetDailyReconciliation',
	family: 'Index',
	section: '5.11.1',
	mark: 'O',
	token: ['merchantId', 'reconciliationDate', 'ipAddress'],
	tokenMark: 'O',
	fields: { reconciliationDate, ...ownTotals },
	refusals: [],
	encode: ({ ours, yours }: { ours: DayTotals; yours: { readonly [K in keyof DayTotals]: DayTotals[K] | null } }) => {
		const names = Object.keys(ownTotals) as (keyof DayTotals)[]
		const sent = names.filter((name) => yours[name] !== null)
		const differing = sent.filter((name) => yours[name] !== ours[name])
		return {
			...Object.fromEntries(names.map((name) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, shown(ours[name])])),
			IsMatched: sent.length === 0 ? null : differing.length === 0,
			Differences: differing.map((name) => ({ Field: name, Ours: shown(ours[name]), Yours: shown(yours[name]) })),
		}
	},
})

/** Counts as they are, amounts in lira. */
function shown(value: number | Kurus | null): number | object | null {
	return typeof value === 'bigint' ? lira(value) : value
}

export interface MovementsPage {
	readonly movements: readonly DayMovement[]
	readonly totalCount: number
	readonly pageNo: number
	readonly pageSize: number
}

export const getDailyReconciliationDetail = endpoint({
	name: 'GetDailyReconciliationDetail',
	family: 'Index',
	section: '5.11.2',
	mark: 'O',
	token: ['merchantId', 'reconciliationDate', 'ipAddress'],
	tokenMark: 'O',
	fields: { reconciliationDate, ...paging },
	refusals: [],
	encode: ({ movements, totalCount, pageNo, pageSize }: MovementsPage) => ({
		Movements: movements.map(movementModel),
		TotalCount: totalCount,
		PageNo: pageNo,
		PageSize: pageSize,
	}),
})

function movementModel(movement: DayMovement) {
	const { transactionId, installmentNo } = movement
	const transaction = transactionId === null ? null : transactionCode(transactionId)
	const payment = transactionId === null || installmentNo === null ? null : paymentCode({ transactionId, installmentNo })
	return {
		MovementType: movement.type,
		// The refund's and the payment's own name, the sale's code, else a number of ours (answers 110).
		MovementCode: movement.refundId ?? payment ?? (movement.type === 'TRANSACTION' ? transaction : `M${movement.id}`),
		transactionCode: transaction,
		merchantOid: movement.merchantOid,
		paymentCode: payment,
		Amount: lira(movement.amount),
		MovementDate: dateTime(movement.date),
		paymentReferenceCode: movement.reference,
	}
}
