// Every endpoint there is.

import { getCustomerInformation } from './customers.ts'
import { sendExecutionTransaction } from './enforcement.ts'
import { getErrorCodes } from './error-codes.ts'
import { setLimitFromKds } from './limits.ts'
import { getCustomerPayments, loadCustomerBalance, setPaidPayment } from './payments.ts'
import { activateTransaction, createTransaction, getPaymentsOfTransaction } from './transactions.ts'

export const endpoints = {
	getCustomerInformation,
	setLimitFromKds,
	createTransaction,
	activateTransaction,
	getPaymentsOfTransaction,
	setPaidPayment,
	getCustomerPayments,
	sendExecutionTransaction,
	getErrorCodes,
	loadCustomerBalance,
}
