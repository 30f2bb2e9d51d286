// The model of the protocol: what a call must be answered, written from protocol.md and answers.md alone. It shares no line with
// the server. This file has the order of refusals (protocol 1.4) and what it means to repeat a call (1.6).

import { sendExecution, sendExpense, setPaidExecution } from './enforcement.ts'
import { askReport, resendPin, sendPin, startRequest } from './limit-requests.ts'
import { changeNumber, getCustomerInformation, setCustomerLimit, setLimitOf, suspend } from './limits.ts'
import { getDailyReconciliation, getDailyReconciliationDetail } from './movements.ts'
import { amountIn, decode, type Parameters, type Path } from './parameters.ts'
import { getCustomerPayments, loadBalance, setBulkPaidPayment, setPaidPayment } from './payments.ts'
import { getPlanBySegment, getRates } from './rates.ts'
import { checkRefund, refundTransaction } from './refunds.ts'
import { type Expected, refused, type State } from './state.ts'
import { activateTransaction, createTransaction, getCustomerTransactions, getPaymentsOfTransaction } from './transactions.ts'

export interface Call {
	/** The merchant's index. */
	readonly merchant: number
	readonly path: Path
	readonly parameters: Parameters
	/** The header. */
	readonly idempotencyKey: string | null
	/** What is wrong before the parameters are looked at. */
	readonly spoiled: 'merchantId' | 'requestToken' | null
	/** The server's clock. */
	readonly atMs: number
	/** Of SendKkbPinCode. */
	readonly pinIsRight: boolean
	/** The bureau can't be reached. */
	readonly bureauSilent: boolean
}

type Step7 = (state: State, merchant: number, sent: Parameters, call: Call) => Expected

const step7: { readonly [path in Path]: Step7 } = {
	'/Index/GetCustomerInformation': getCustomerInformation,
	'/RequestV2/HasoAuthSendInfo': (state, merchant, sent, { atMs, bureauSilent }) =>
		startRequest(state, merchant, sent, { content: textOf(sent), atMs, silent: bureauSilent }),
	'/RequestV2/SendKkbPinCode': (state, merchant, sent, { atMs, pinIsRight }) => sendPin(state, merchant, sent, atMs, pinIsRight),
	'/RequestV2/AskKkbReportResult': askReport,
	'/RequestV2/ResendKkbPinCode': (state, merchant, sent, { atMs }) => resendPin(state, merchant, sent, atMs),
	'/RequestV2/SetPreDefinedLimit': (state, merchant, sent) =>
		setLimitOf(state, merchant, sent, 'PREDEFINED', amountIn(sent, 'preDefinedLimit')),
	'/RequestV2/SetLimitFromKds': (state, merchant, sent) => setLimitOf(state, merchant, sent, 'KDS', amountIn(sent, 'kdsLimit')),
	'/Index/ChangeCustomerGsmNo': changeNumber,
	'/RequestV2/SuspendCustomer': (state, merchant, sent) => suspend(state, merchant, sent, true),
	'/RequestV2/ActivateCustomer': (state, merchant, sent) => suspend(state, merchant, sent, false),
	'/RequestV2/SetCustomerLimit': setCustomerLimit,
	'/RequestV2/CreateTransaction': createTransaction,
	'/RequestV2/ActivateTransaction': activateTransaction,
	'/Index/GetPaymentsOfTransaction': getPaymentsOfTransaction,
	'/Index/GetCustomerTransactions': getCustomerTransactions,
	'/RequestV2/RefundTransaction': refundTransaction,
	'/RequestV2/CheckRefund': checkRefund,
	'/Index/GetPaymentPlanByDealerSegment': getPlanBySegment,
	'/Index/GetInstallmentRates': getRates,
	'/Index/GetCustomerPayments': getCustomerPayments,
	'/RequestV2/SetPaidPayment': setPaidPayment,
	'/RequestV2/SetBulkPaidPayment': setBulkPaidPayment,
	'/RequestV2/LoadCustomerBalance': loadBalance,
	'/RequestV2/SendExecutionTransaction': sendExecution,
	'/RequestV2/SetPaidExecutionTransaction': setPaidExecution,
	'/RequestV2/SendTransactionExpense': sendExpense,
	'/Index/GetDailyReconciliation': getDailyReconciliation,
	'/Index/GetDailyReconciliationDetail': getDailyReconciliationDetail,
}

/** What the call is answered. A refused one leaves the state as it is, but for a wrong pin and a bureau that is silent. */
export function answer(state: State, call: Call): Expected {
	const { merchant, path } = call
	if (call.spoiled === 'merchantId') return refused('H103')
	if (call.spoiled === 'requestToken') return refused('H105')
	const read = decode(path, call.parameters)
	if ('faults' in read) return { ...refused(...read.faults.errors), fields: read.faults.fields }
	const content = textOf({ path, ...read.parameters })
	const places = [keyPlace(call), referencePlace(call, read.parameters)].filter((place) => place !== null)
	for (const place of places) {
		const kept = state.kept.get(place)
		if (!kept) continue
		if (kept.content !== content) return refused('H109')
		// Found under its reference, it is the first answer under this key.
		for (const other of places) if (!state.kept.has(other)) state.kept.set(other, kept)
		return { ...kept.answer, replayed: place.startsWith('key') }
	}
	const answered = step7[path](state, merchant, read.parameters, call)
	if (answered.errors.length === 0) for (const place of places) state.kept.set(place, { content, answer: answered })
	return answered
}

function keyPlace({ merchant, path, idempotencyKey }: Call): string | null {
	return idempotencyKey === null || path.startsWith('/Index/') ? null : `key ${merchant} ${idempotencyKey}`
}

/** Where a merchant's own reference is remembered (answers 22). */
function referencePlace({ merchant, path }: Call, { paymentReferenceCode }: Parameters): string | null {
	if (path !== '/RequestV2/LoadCustomerBalance' && path !== '/RequestV2/SetPaidExecutionTransaction') return null
	return paymentReferenceCode === null ? null : `reference ${merchant} ${path} ${paymentReferenceCode}`
}

function textOf(sent: Parameters): string {
	return JSON.stringify(sent, (_name, value) => (typeof value === 'bigint' ? String(value) : value))
}
