// Selling on instalments (protocol 5.3–5.5), and the list of a customer's transactions (5.9).

import { plus } from '../domain/money.ts'
import type { TransactionStatement, TransactionStatus } from '../domain/statement.ts'
import { transactionCode } from '../domain/transaction.ts'
import { endpoint } from './endpoint.ts'
import { dateTime, lira } from './envelope.ts'
import { amount, basketList, code20, codeList, flag, optional, optionalOr, required, text, wholeNumber } from './fields.ts'
import { paging, paymentRow } from './payments.ts'
import { planOptions } from './plans.ts'

/** As the wire shows each state: its number and its text. */
export const transactionStates: { readonly [status in TransactionStatus]: readonly [number: number, text: string] } = {
	pending: [0, 'Onay Bekliyor'],
	active: [1, 'Aktif'],
	completed: [2, 'Tamamlandı'],
	cancelled: [3, 'İptal Edildi'],
	refunded: [4, 'İade Edildi'],
	enforcement: [5, 'İcrada'],
	expired: [6, 'Süresi Doldu'],
}

export function statusNumber(status: TransactionStatus): number {
	return transactionStates[status][0]
}

export function transactionModel({ transaction, status, payments }: TransactionStatement) {
	const { orderAmount, downPayment, fee } = transaction
	return {
		TransactionCode: transactionCode(transaction.id),
		MerchantOid: transaction.merchantOid,
		CustomerId: String(transaction.customerId),
		TransactionStatus: transactionStates[status][0],
		TransactionStatusText: transactionStates[status][1],
		OrderAmount: lira(orderAmount),
		DownPaymentAmount: lira(downPayment),
		FeeAmount: lira(fee),
		TotalAmount: lira(plus(orderAmount, fee)),
		ExpireDate: dateTime(transaction.expireDate),
		Payments: payments.map(paymentRow),
	}
}

export const createTransaction = endpoint({
	name: 'CreateTransaction',
	family: 'RequestV2',
	section: '5.3',
	mark: 'M',
	token: ['merchantId', 'merchantOid', 'customerId', 'orderAmount', 'selectedInstallment', 'ipAddress'],
	tokenMark: 'O',
	fields: {
		merchantOid: required('merchantOid', code20),
		orderAmount: required('orderAmount', amount),
		installments: required('selectedInstallment', wholeNumber(1, 10 ** 9)),
		customerId: required('customerId', text(10)),
		basket: optional('basketList', basketList),
		...planOptions,
		// As this section of the manual prints it; elsewhere it is postponeSelected.
		postpone: optionalOr('PostponeSelected', flag, false),
	},
	refusals: [
		['merchant-oid-used', 'merchantOid'],
		['customer-not-found', 'customerId'],
		['customer-suspended', 'customerId'],
		['customer-in-enforcement', 'customerId'],
		['customer-overdue', 'customerId'],
		['no-valid-limit', 'customerId'],
		['instalment-option-not-offered', 'selectedInstallment'],
		['customer-limit-insufficient', 'orderAmount'],
		['merchant-limit-insufficient', 'orderAmount'],
	],
	encode: transactionModel,
})

export const transactionNames = {
	transactionCode: required('transactionCode', code20),
	merchantOid: required('merchantOid', code20),
}

export const activateTransaction = endpoint({
	name: 'ActivateTransaction',
	family: 'RequestV2',
	section: '5.4',
	mark: 'O',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
	tokenMark: 'O',
	fields: transactionNames,
	refusals: [
		['transaction-not-found', 'transactionCode'],
		['transaction-expired', 'transactionCode'],
		['wrong-transaction-state', 'transactionCode'],
	],
	encode: (statement: TransactionStatement) => ({
		Message: 'RS100',
		TransactionStatus: statusNumber(statement.status),
		Payments: transactionModel(statement).Payments,
	}),
})

export const getPaymentsOfTransaction = endpoint({
	name: 'GetPaymentsOfTransaction',
	family: 'Index',
	section: '5.5',
	mark: 'M',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
	tokenMark: 'M',
	fields: transactionNames,
	refusals: [['transaction-not-found', 'transactionCode']],
	encode: transactionModel,
})

export interface TransactionsPage {
	readonly transactions: readonly TransactionStatement[]
	readonly totalCount: number
	readonly pageNo: number
	readonly pageSize: number
}

export const getCustomerTransactions = endpoint({
	name: 'GetCustomerTransactions',
	family: 'Index',
	section: '5.9',
	mark: 'V',
	token: ['merchantId', 'customerId', 'ipAddress'],
	tokenMark: 'V',
	fields: {
		customerId: required('customerId', text(10)),
		transactionCodes: optional('transactionCodes', codeList(500)),
		...paging,
	},
	refusals: [['customer-not-found', 'customerId']],
	encode: ({ transactions, totalCount, pageNo, pageSize }: TransactionsPage) => ({
		Transactions: transactions.map((statement) => ({
			...transactionModel(statement),
			TransactionDate: dateTime(statement.transaction.createdDate),
		})),
		TotalCount: totalCount,
		PageNo: pageNo,
		PageSize: pageSize,
	}),
})
