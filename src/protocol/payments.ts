// Payments: the merchant lists them, reports them paid, and loads money ahead of them (protocol 5.10, 5.6, 5.20, 5.19).

import type { BalancePayment } from '../domain/balance.ts'
import type { Kurus } from '../domain/money.ts'
import { type PaidPayment, paidTotal } from '../domain/payment.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { PaymentStatement, PaymentStatus } from '../domain/statement.ts'
import { paymentCode, transactionCode } from '../domain/transaction.ts'
import { endpoint } from './endpoint.ts'
import { dateTime, lira, rate } from './envelope.ts'
import {
	amount,
	calendarDate,
	code20,
	codeList,
	optional,
	optionalOr,
	paymentStatuses,
	required,
	text,
	wholeNumber,
} from './fields.ts'

/** As the wire shows each state: its number and its text. */
export const paymentStates: { readonly [status in PaymentStatus]: readonly [number: number, text: string] } = {
	unpaid: [0, 'Ödenmedi'],
	paid: [1, 'Ödendi'],
	'part-paid': [2, 'Kısmi Ödeme'],
	overdue: [3, 'Vadesi Geçmiş Ödeme'],
	cancelled: [4, 'İptal Edildi'],
}
const statusNames = ['unpaid', 'paid', 'part-paid', 'overdue', 'cancelled'] as const satisfies readonly PaymentStatus[]

/** Reads the numbers of paymentStatuses; none = every status. */
export function statusesNamed(numbers: readonly number[] | null): readonly PaymentStatus[] | null {
	return numbers?.map((number) => statusNames[number] as PaymentStatus) ?? null
}

/** A row of 5.10: the manual's eleven fields in its casing, then ours (answers 61). */
export function paymentRow(payment: PaymentStatement) {
	return {
		paymentCode: payment.paymentCode,
		merchantOid: payment.merchantOid,
		InstallmentNo: payment.installmentNo,
		InstallmentPayment: lira(payment.amount),
		TermDate: dateTime(payment.dueDate),
		PaymentStatus: paymentStates[payment.status][0],
		PaymentStatusText: paymentStates[payment.status][1],
		overdueAmount: lira(payment.lateFee),
		overdueRate: rate(payment.lateFeeRateBps),
		overdueDate: dateTime(payment.overdueDate),
		totalExpenseAmount: lira(payment.expense),
		transactionCode: transactionCode(payment.transactionId),
		paidAmount: lira(payment.paidTotal),
		paidDate: payment.paidDate && dateTime(payment.paidDate),
	}
}

export const paging = {
	pageNo: optionalOr('pageNo', wholeNumber(1, 10 ** 9), 1),
	pageSize: optionalOr('pageSize', wholeNumber(1, 500), 50),
}

export interface PaymentsPage {
	readonly payments: readonly PaymentStatement[]
	readonly totalCount: number
	readonly pageNo: number
	readonly pageSize: number
}

export const getCustomerPayments = endpoint({
	name: 'GetCustomerPayments',
	family: 'Index',
	section: '5.10',
	mark: 'M',
	token: ['merchantId', 'customerId', 'ipAddress'],
	tokenMark: 'M',
	fields: {
		customerId: required('customerId', text(10)),
		statuses: optional('paymentStatuses', paymentStatuses),
		...paging,
	},
	refusals: [['customer-not-found', 'customerId']],
	encode: ({ payments, totalCount, pageNo, pageSize }: PaymentsPage) => ({
		Payments: payments.map(paymentRow),
		TotalCount: totalCount,
		PageNo: pageNo,
		PageSize: pageSize,
	}),
})

const reference = optional('paymentReferenceCode', text(50))

interface ReportedPayment {
	readonly paymentCode: string
	readonly payment: PaidPayment
}

function paymentFund({ paymentCode, payment }: ReportedPayment) {
	return {
		paymentCode,
		installmentPayment: lira(payment.amount),
		overdueAmount: lira(payment.lateFeePaid),
		expenseAmount: lira(payment.expensePaid),
		paidAmount: lira(paidTotal(payment)),
		paymentDate: dateTime(payment.paidDate),
		paymentReferenceCode: payment.reference,
	}
}

function reportRefusals(codes: string): readonly (readonly [Refusal, string])[] {
	return [
		['payment-not-found', codes],
		['payment-of-other-order', 'merchantOid'],
		['transaction-in-enforcement', codes],
		['wrong-transaction-state', codes],
		['payment-cancelled', codes],
		['payment-already-paid', codes],
		['payment-date-not-possible', 'paymentDate'],
	]
}

export const setPaidPayment = endpoint({
	name: 'SetPaidPayment',
	family: 'RequestV2',
	section: '5.6',
	mark: 'M',
	token: ['merchantId', 'merchantOid', 'paymentCode', 'paymentReferenceCode', 'paymentDate', 'ipAddress'],
	tokenMark: 'M',
	fields: {
		paymentCode: required('paymentCode', code20),
		merchantOid: required('merchantOid', code20),
		paymentDate: required('paymentDate', calendarDate),
		reference,
	},
	refusals: reportRefusals('paymentCode'),
	encode: ([reported]: readonly ReportedPayment[]) => ({ Message: 'RS100', paymentfunds: reported && paymentFund(reported) }),
})

export const setBulkPaidPayment = endpoint({
	name: 'SetBulkPaidPayment',
	family: 'RequestV2',
	section: '5.20',
	mark: 'M',
	token: ['merchantId', 'merchantOid', 'paymentReferenceCode', 'paymentDate', 'ipAddress'],
	tokenMark: 'M',
	fields: {
		paymentCodes: required('paymentCodes', codeList(500)),
		merchantOid: required('merchantOid', code20),
		paymentDate: required('paymentDate', calendarDate),
		reference,
	},
	refusals: [['payment-code-repeated', 'paymentCodes'], ...reportRefusals('paymentCodes')],
	encode: (reported: readonly ReportedPayment[]) => ({ Message: 'RS100', paymentfunds: reported.map(paymentFund) }),
})

export const loadCustomerBalance = endpoint({
	name: 'LoadCustomerBalance',
	family: 'RequestV2',
	section: '5.19',
	mark: 'M',
	token: ['merchantId', 'customerId', 'balanceAmount', 'ipAddress'],
	tokenMark: 'M',
	fields: {
		customerId: required('customerId', text(10)),
		amount: required('balanceAmount', amount),
		paymentDate: required('paymentDate', calendarDate),
		reference,
	},
	refusals: [
		['customer-not-found', 'customerId'],
		['payment-date-not-possible', 'paymentDate'],
	],
	encode: ({ balance, paid }: { balance: Kurus; paid: readonly BalancePayment[] }) => ({
		Message: 'RS100',
		CustomerBalance: lira(balance),
		ClosedPayments: paid.map(({ transaction, payment }) => ({
			paymentCode: paymentCode({ transactionId: transaction.id, installmentNo: payment.installmentNo }),
			merchantOid: transaction.merchantOid,
			InstallmentNo: payment.installmentNo,
			paidAmount: lira(paidTotal(payment)),
			overdueAmount: lira(payment.lateFeePaid),
			expenseAmount: lira(payment.expensePaid),
		})),
	}),
})
