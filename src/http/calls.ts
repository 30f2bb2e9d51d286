// Which command or query carries out which endpoint. Here the decoded parameters of a call become a plain value for the
// inside: codes become ids, personal values are sealed.

import { activateCustomer, suspendCustomer } from '../commands/customers.ts'
import { sendExecutionTransaction, sendTransactionExpense, setPaidExecutionTransaction } from '../commands/enforcement.ts'
import { setCustomerLimit, setLimit } from '../commands/limits.ts'
import { loadCustomerBalance, reportPayments } from '../commands/payments.ts'
import { refundTransaction } from '../commands/refunds.ts'
import { activateTransaction, createTransaction } from '../commands/transactions.ts'
import type { CommandType, Refused } from '../commands/world.ts'
import { parseCustomerId } from '../domain/customer.ts'
import type { Caller } from '../domain/merchant.ts'
import { ZERO } from '../domain/money.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { OrderOptions } from '../domain/transaction.ts'
import { type Answer, type Decision, done, refuse } from '../engine/command.ts'
import type { LimitRequests } from '../errands/limit-requests.ts'
import { changeNumber } from '../errands/mobile-number.ts'
import type { Asked, ErrandDeps } from '../errands/steps.ts'
import type { Language } from '../protocol/codes.ts'
import { contentFingerprint, type Endpoint } from '../protocol/endpoint.ts'
import { endpoints } from '../protocol/endpoints.ts'
import { statusesNamed } from '../protocol/payments.ts'
import { getCustomerInformation } from '../queries/customers.ts'
import { getCustomerPayments } from '../queries/payments.ts'
import { getInstallmentRates, getPaymentPlan } from '../queries/plans.ts'
import type { Reading } from '../queries/reading.ts'
import { getDayMovements, getDayTotals } from '../queries/reconciliation.ts'
import { checkRefund, getCustomerTransactions, getPaymentsOfTransaction } from '../queries/transactions.ts'
import type { Vault } from '../store/vault.ts'

interface ReadCall<P extends object, R> {
	readonly kind: 'read'
	readonly endpoint: Endpoint<P, R>
	run(reading: Reading, params: P, caller: Caller, language: Language): Promise<Decision<R, Refused>>
}
interface WriteCall<P extends object, R, Input> {
	readonly kind: 'write'
	readonly endpoint: Endpoint<P, R>
	readonly command: CommandType<Input, R>
	input(params: P, caller: Caller, vault: Vault): Input
	/** The parameter by which a repeat of this call is known by itself, beside any Idempotency-Key (answers 22). */
	reference?(params: P): string | null
}
/** A call that asks somebody outside on its way. */
interface ErrandCall<P extends object, R> {
	readonly kind: 'errand'
	readonly endpoint: Endpoint<P, R>
	run(errands: Errands, params: P, caller: Caller, asked: Asked<R>): Promise<Answer<Refused>>
}
export interface Errands extends ErrandDeps {
	readonly limitRequests: LimitRequests
}
// The table below holds calls of every type; each is checked against its own where it is written.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Call = ReadCall<any, any> | WriteCall<any, any, any> | ErrandCall<any, any>

const read = <P extends object, R>(endpoint: Endpoint<P, R>, run: ReadCall<P, R>['run']): ReadCall<P, R> => ({
	kind: 'read',
	endpoint,
	run,
})

const write = <P extends object, R, Input>(
	endpoint: Endpoint<P, R>,
	command: CommandType<Input, R>,
	input: WriteCall<P, R, Input>['input'],
	reference?: (params: P) => string | null,
): WriteCall<P, R, Input> => ({ kind: 'write', endpoint, command, input, ...(reference && { reference }) })

const errand = <P extends object, R>(endpoint: Endpoint<P, R>, run: ErrandCall<P, R>['run']): ErrandCall<P, R> => ({
	kind: 'errand',
	endpoint,
	run,
})

export const calls: readonly Call[] = [
	read(endpoints.getErrorCodes, async (_reading, _params, _caller, language) => done(language)),

	errand(endpoints.hasoAuthSendInfo, ({ limitRequests, vault }, params, caller, asked) => {
		const { tckn, tcknSealed, mobileNumber, emailSealed, name, surname, birthDate } = sealedPerson(params, vault)
		const content = contentFingerprint(endpoints.hasoAuthSendInfo, params).toString('hex')
		return limitRequests.start(
			{
				caller,
				tckn,
				applicant: { name, surname, birthDate, tckn: tcknSealed, mobileNumber, emailSealed },
				dealerSegment: params.dealerSegment,
				predefinedLimit: params.preDefinedLimit || null,
				testOn: params.testOn,
				contentHash: vault.hash(content, 'limit-request'),
			},
			asked,
		)
	}),

	errand(endpoints.sendKkbPinCode, ({ limitRequests }, { kkbRefNo, pinCode, testResult }, caller, asked) =>
		limitRequests.confirm(caller, kkbRefNo, pinCode, testResult, asked),
	),

	errand(endpoints.askKkbReportResult, ({ limitRequests }, { kkbRefNo, testResult }, caller, asked) =>
		limitRequests.ask(caller, kkbRefNo, testResult, asked),
	),

	errand(endpoints.resendKkbPinCode, ({ limitRequests }, { kkbRefNo }, caller, asked) =>
		limitRequests.resend(caller, kkbRefNo, asked),
	),

	write(endpoints.setPreDefinedLimit, setLimit, (params, caller, vault) => ({
		...sealedPerson(params, vault),
		caller,
		source: 'PREDEFINED' as const,
		kdsSegment: null,
	})),

	write(endpoints.setLimitFromKds, setLimit, (params, caller, vault) => ({
		...sealedPerson(params, vault),
		caller,
		source: 'KDS' as const,
	})),

	write(endpoints.setCustomerLimit, setCustomerLimit, (params, caller) => ({
		...params,
		caller,
		customerId: parseCustomerId(params.customerId),
	})),

	errand(endpoints.changeCustomerGsmNo, (errands, { customerId, newGsmNo }, caller, asked) => {
		const mobileNumber = errands.vault.sealWithHash(newGsmNo, 'mobile-number')
		return changeNumber(errands, { caller, customerId: parseCustomerId(customerId), mobileNumber }, newGsmNo, asked)
	}),

	write(endpoints.suspendCustomer, suspendCustomer, (params, caller) => ({
		...params,
		caller,
		customerId: parseCustomerId(params.customerId),
	})),

	write(endpoints.activateCustomer, activateCustomer, (params, caller) => ({
		...params,
		caller,
		customerId: parseCustomerId(params.customerId),
	})),

	read(endpoints.getCustomerInformation, async (reading, { customerId, orderAmount, ...params }, { merchantId }) => {
		const order = { orderAmount, options: orderOptions(params) }
		return done(await getCustomerInformation(reading, merchantId, parseCustomerId(customerId ?? ''), order))
	}),

	write(endpoints.createTransaction, createTransaction, (params, caller) => ({
		caller,
		order: {
			merchantOid: params.merchantOid,
			customerId: parseCustomerId(params.customerId),
			orderAmount: params.orderAmount,
			installments: params.installments,
			options: orderOptions(params),
		},
		basket: params.basket ?? [],
	})),

	write(endpoints.activateTransaction, activateTransaction, (params, caller) => ({ ...params, caller })),

	read(endpoints.getPaymentsOfTransaction, async (reading, { transactionCode, merchantOid }, { merchantId }) =>
		found(await getPaymentsOfTransaction(reading, merchantId, transactionCode, merchantOid), 'transaction-not-found'),
	),

	read(endpoints.getCustomerPayments, async (reading, params, { merchantId }) => {
		const { pageNo, pageSize } = params
		const page = await getCustomerPayments(
			reading,
			merchantId,
			parseCustomerId(params.customerId),
			statusesNamed(params.statuses),
			{ no: pageNo, size: pageSize },
		)
		return found(page && { ...page, pageNo, pageSize }, 'customer-not-found')
	}),

	write(endpoints.setPaidPayment, reportPayments, ({ paymentCode, ...params }, caller) => ({
		...params,
		caller,
		paymentCodes: [paymentCode],
	})),

	write(endpoints.setBulkPaidPayment, reportPayments, (params, caller) => ({ ...params, caller })),

	write(
		endpoints.loadCustomerBalance,
		loadCustomerBalance,
		(params, caller) => ({ ...params, caller, customerId: parseCustomerId(params.customerId) }),
		({ reference }) => reference,
	),

	write(endpoints.sendExecutionTransaction, sendExecutionTransaction, (params, caller) => ({ ...params, caller })),

	write(
		endpoints.setPaidExecutionTransaction,
		setPaidExecutionTransaction,
		(params, caller) => ({ ...params, caller }),
		({ reference }) => reference,
	),

	write(endpoints.sendTransactionExpense, sendTransactionExpense, (params, caller) => ({ ...params, caller })),

	write(endpoints.refundTransaction, refundTransaction, (params, caller) => ({ ...params, caller })),

	read(endpoints.checkRefund, async (reading, { refundId }, { merchantId }) =>
		found(await checkRefund(reading, merchantId, refundId), 'refund-not-found'),
	),

	read(endpoints.getCustomerTransactions, async (reading, params, { merchantId }) => {
		const { pageNo, pageSize } = params
		const page = await getCustomerTransactions(reading, merchantId, parseCustomerId(params.customerId), params.transactionCodes, {
			no: pageNo,
			size: pageSize,
		})
		return found(page && { ...page, pageNo, pageSize }, 'customer-not-found')
	}),

	read(endpoints.getPaymentPlanByDealerSegment, async (reading, { orderAmount, ...params }, { merchantId }) =>
		done(
			await getPaymentPlan(reading, merchantId, { orderAmount, options: orderOptions({ ...params, ownAvailableLimit: ZERO }) }),
		),
	),

	read(endpoints.getInstallmentRates, async (reading, { dealerSegment }, { merchantId }) =>
		done(await getInstallmentRates(reading, merchantId, dealerSegment)),
	),

	read(endpoints.getDailyReconciliation, async (reading, { reconciliationDate, ...yours }, { merchantId }) =>
		done({ ours: await getDayTotals(reading, merchantId, reconciliationDate), yours }),
	),

	read(endpoints.getDailyReconciliationDetail, async (reading, { reconciliationDate, pageNo, pageSize }, { merchantId }) => {
		const page = await getDayMovements(reading, merchantId, reconciliationDate, { no: pageNo, size: pageSize })
		return done({ ...page, pageNo, pageSize })
	}),
]

interface PersonParameters {
	readonly tckn: string
	readonly mobileNumber: string
	readonly email: string
}

/** Personal values go on only sealed; the TCKN also as it is, to be checked. */
function sealedPerson<P extends PersonParameters>({ tckn, mobileNumber, email, ...params }: P, vault: Vault) {
	return {
		...params,
		tckn,
		tcknSealed: vault.sealWithHash(tckn, 'tckn'),
		mobileNumber: vault.sealWithHash(mobileNumber, 'mobile-number'),
		emailSealed: vault.seal(email, 'email'),
	}
}

function orderOptions(params: OrderOptions): OrderOptions {
	const { notCalculateFees, forceRiskFree, postpone, revisedFeePercent, ownAvailableLimit, dealerSegment } = params
	return { notCalculateFees, forceRiskFree, postpone, revisedFeePercent, ownAvailableLimit, dealerSegment }
}

function found<R>(result: R | null, refusal: Refusal): Decision<R, Refused> {
	return result === null ? refuse<Refused>({ refusal }) : done(result)
}
