// Refunds (protocol 5.7, 5.8).

import type { CalendarDate } from '../domain/calendar.ts'
import type { Kurus } from '../domain/money.ts'
import type { TransactionStatement } from '../domain/statement.ts'
import { endpoint } from './endpoint.ts'
import { dateTime, lira } from './envelope.ts'
import { amount, required, text } from './fields.ts'
import { statusNumber, transactionModel, transactionNames } from './transactions.ts'

interface RefundShown {
	readonly made: {
		readonly refundId: string
		readonly refund: { readonly amount: Kurus; readonly fee: Kurus; readonly toCustomer: Kurus }
		readonly refundedOn: CalendarDate
	}
	/** The transaction as it is now (answers 83). */
	readonly statement: TransactionStatement
}

function refundModel({ made: { refundId, refund }, statement }: RefundShown) {
	return {
		RefundId: refundId,
		RefundAmount: lira(refund.amount),
		RefundFeeAmount: lira(refund.fee),
		CustomerRefundAmount: lira(refund.toCustomer),
		TransactionStatus: statusNumber(statement.status),
		Payments: transactionModel(statement).Payments,
		Message: 'RS100',
	}
}

const refundId = required('refundId', text(50))

export const refundTransaction = endpoint({
	name: 'RefundTransaction',
	family: 'RequestV2',
	section: '5.7',
	mark: 'V',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'refundId', 'refundAmount', 'ipAddress'],
	tokenMark: 'O',
	fields: { ...transactionNames, refundId, amount: required('refundAmount', amount) },
	refusals: [
		['refund-already-made', 'refundId'],
		['transaction-not-found', 'transactionCode'],
		['wrong-transaction-state', 'transactionCode'],
		['refund-over-refundable', 'refundAmount'],
	],
	encode: refundModel,
})

export const checkRefund = endpoint({
	name: 'CheckRefund',
	family: 'RequestV2',
	section: '5.8',
	mark: 'V',
	token: ['merchantId', 'refundId', 'ipAddress'],
	tokenMark: 'O',
	fields: { refundId },
	refusals: [['refund-not-found', 'refundId']],
	encode: (shown: RefundShown) => ({ ...refundModel(shown), RefundDate: dateTime(shown.made.refundedOn) }),
})
