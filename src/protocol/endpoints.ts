// Every endpoint there is, in the order of the manual.

import { activateCustomer, changeCustomerGsmNo, getCustomerInformation, suspendCustomer } from './customers.ts'
import { sendExecutionTransaction, sendTransactionExpense, setPaidExecutionTransaction } from './enforcement.ts'
import { getErrorCodes } from './error-codes.ts'
import { askKkbReportResult, hasoAuthSendInfo, resendKkbPinCode, sendKkbPinCode } from './limit-requests.ts'
import { setCustomerLimit, setLimitFromKds, setPreDefinedLimit } from './limits.ts'
import { getCustomerPayments, loadCustomerBalance, setBulkPaidPayment, setPaidPayment } from './payments.ts'
import { getInstallmentRates, getPaymentPlanByDealerSegment } from './plans.ts'
import { getDailyReconciliation, getDailyReconciliationDetail } from './reconciliation.ts'
import { checkRefund, refundTransaction } from './refunds.ts'
import { activateTransaction, createTransaction, getCustomerTransactions, getPaymentsOfTransaction } from './transactions.ts'

export const endpoints = {
	getCustomerInformation,
	hasoAuthSendInfo,
	sendKkbPinCode,
	askKkbReportResult,
	resendKkbPinCode,
	setPreDefinedLimit,
	setLimitFromKds,
	createTransaction,
	activateTransaction,
	getPaymentsOfTransaction,
	setPaidPayment,
	refundTransaction,
	checkRefund,
	getCustomerTransactions,
	getCustomerPayments,
	getDailyReconciliation,
	getDailyReconciliationDetail,
	sendExecutionTransaction,
	setPaidExecutionTransaction,
	sendTransactionExpense,
	changeCustomerGsmNo,
	suspendCustomer,
	getErrorCodes,
	setCustomerLimit,
	loadCustomerBalance,
	setBulkPaidPayment,
	getPaymentPlanByDealerSegment,
	activateCustomer,
	getInstallmentRates,
}
