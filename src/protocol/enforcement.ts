// Enforcement: handing over (protocol 5.12), money that came in (5.13), expenses (5.14).

import { sum } from '../domain/money.ts'
import { owedOf, type TransactionStatement } from '../domain/statement.ts'
import { endpoint } from './endpoint.ts'
import { lira } from './envelope.ts'
import { amount, calendarDate, optional, required, text } from './fields.ts'
import { statusNumber, transactionModel, transactionNames } from './transactions.ts'

export const sendExecutionTransaction = endpoint({
	name: 'SendExecutionTransaction',
	family: 'RequestV2',
	section: '5.12',
	mark: 'M',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
	tokenMark: 'M',
	fields: transactionNames,
	refusals: [
		['transaction-not-found', 'transactionCode'],
		['wrong-transaction-state', 'transactionCode'],
		['nothing-overdue', 'transactionCode'],
	],
	encode: ({ status }: TransactionStatement) => ({ Message: 'RS100', TransactionStatus: statusNumber(status) }),
})

export const setPaidExecutionTransaction = endpoint({
	name: 'SetPaidExecutionTransaction',
	family: 'RequestV2',
	section: '5.13',
	mark: 'O',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'paymentAmount', 'paymentDate', 'ipAddress'],
	tokenMark: 'O',
	fields: {
		...transactionNames,
		amount: required('paymentAmount', amount),
		paymentDate: required('paymentDate', calendarDate),
		reference: optional('paymentReferenceCode', text(50)),
	},
	refusals: [
		['transaction-not-found', 'transactionCode'],
		['transaction-not-in-enforcement', 'transactionCode'],
		['payment-date-not-possible', 'paymentDate'],
		['more-than-owed', 'paymentAmount'],
	],
	encode: (statement: TransactionStatement) => ({
		Message: 'RS100',
		TransactionStatus: statusNumber(statement.status),
		RemainingAmount: lira(sum(statement.payments.map(owedOf))),
		Payments: transactionModel(statement).Payments,
	}),
})

export const sendTransactionExpense = endpoint({
	name: 'SendTransactionExpense',
	family: 'RequestV2',
	section: '5.14',
	mark: 'V',
	token: ['merchantId', 'merchantOid', 'transactionCode', 'expenseAmount', 'ipAddress'],
	tokenMark: 'O',
	fields: { ...transactionNames, amount: required('expenseAmount', amount) },
	refusals: [
		['transaction-not-found', 'transactionCode'],
		['transaction-not-in-enforcement', 'transactionCode'],
		['expense-below-paid', 'expenseAmount'],
	],
	encode: (statement: TransactionStatement) => ({ Message: 'RS100', Payments: transactionModel(statement).Payments }),
})
