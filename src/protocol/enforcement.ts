// Handing over to enforcement (protocol 5.12).

import type { TransactionStatement } from '../domain/statement.ts'
import { endpoint } from './endpoint.ts'
import { statusNumber, transactionNames } from './transactions.ts'

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
