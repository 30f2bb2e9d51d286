// What `Data` of each endpoint's answer holds, as schemas: the reference is written from them, and a test holds them against
// true answers. A field has the mark of its endpoint unless it says another one; a model's fields say theirs wherever it is shown.

import { z } from 'zod'
import type { Mark } from './codes.ts'
import type { endpoints } from './endpoints.ts'
import { both, type Words } from './words.ts'

declare module 'zod' {
	interface GlobalMeta {
		readonly mark?: Mark
		/** What kind of value it is, as the reference says it. */
		readonly words?: Words
	}
}

const lira = z.number().meta({ words: both('amount in lira', 'lira olarak tutar') })
const percent = z.number().meta({ words: both('percent', 'yüzde') })
const count = z.int().meta({ words: both('whole number', 'tam sayı') })
const dateTime = z
	.string()
	.regex(/^\d{4}-\d\d-\d\dT00:00:00$/)
	.meta({ words: both('date, `yyyy-MM-ddT00:00:00`', 'tarih, `yyyy-MM-ddT00:00:00`') })
const text = z.string().meta({ words: both('text', 'metin') })
const flag = z.boolean().meta({ words: both('`true` or `false`', '`true` ya da `false`') })

function marked<T extends z.ZodType>(mark: Mark, schema: T): T {
	return schema.meta({ mark })
}

const ours = <T extends z.ZodType>(schema: T) => marked('O', schema)

function fixed<const T extends string>(...texts: readonly [T, ...T[]]) {
	const choice = texts.map((each) => `\`${each}\``).join(', ')
	return z.enum(texts).meta({ words: both(choice, choice) })
}

const status = (last: number) =>
	z
		.int()
		.min(0)
		.max(last)
		.meta({ words: both(`whole number, 0–${last}`, `tam sayı, 0–${last}`) })

const customerInfo = z
	.strictObject({
		CustomerId: text,
		CustomerName: text,
		CustomerSurname: text,
		CustomerLimit: marked('V', lira),
		UsedLimit: lira,
		AvailableLimit: lira,
		LimitExpireDate: dateTime.nullable(),
		LimitSource: fixed('KKB', 'PREDEFINED', 'KDS', 'MANUAL').nullable(),
		CustomerStatus: z.union([z.literal(1), z.literal(2)]).meta({ words: both('1 or 2', '1 ya da 2') }),
		CustomerStatusText: fixed('Aktif', 'Askıda'),
		HasOverduePayment: flag,
		IsRisky: flag,
		DealerSegment: text.nullable(),
		KdsSegment: text.nullable(),
		GsmNo: text,
		Balance: lira,
	})
	.meta({ id: 'CustomerInfo', mark: 'M' })

const installmentPlan = z
	.strictObject({
		InstallmentNo: marked('M', count),
		InstallmentAmount: lira,
		DownPaymentAmount: lira,
		FeeAmount: lira,
		FeeRate: percent,
		TotalAmount: lira,
		FirstTermDate: dateTime,
		PostponeMonths: count,
		Payments: z.array(
			z
				.strictObject({ InstallmentNo: count, InstallmentPayment: lira, TermDate: dateTime })
				.meta({ id: 'PlannedPayment', mark: 'O' }),
		),
	})
	.meta({ id: 'InstallmentPlan', mark: 'O' })

const payment = z
	.strictObject({
		paymentCode: text,
		merchantOid: text,
		InstallmentNo: count,
		InstallmentPayment: lira,
		TermDate: dateTime,
		PaymentStatus: status(4),
		PaymentStatusText: text,
		overdueAmount: lira,
		overdueRate: percent,
		overdueDate: dateTime,
		totalExpenseAmount: lira,
		transactionCode: ours(text),
		paidAmount: ours(lira),
		paidDate: ours(dateTime.nullable()),
	})
	.meta({ id: 'Payment', mark: 'M' })

// The numbers of these states are ours; those of payments are the manual’s (protocol 2.2).
const transactionStatus = ours(status(6))

const transactionFields = {
	TransactionCode: text,
	MerchantOid: text,
	CustomerId: text,
	TransactionStatus: transactionStatus,
	TransactionStatusText: text,
	OrderAmount: lira,
	DownPaymentAmount: lira,
	FeeAmount: lira,
	TotalAmount: lira,
	ExpireDate: dateTime,
	Payments: z.array(payment),
}

const transaction = z.strictObject(transactionFields).meta({ id: 'Transaction', mark: 'M' })

const listedTransaction = z
	.strictObject({ ...transactionFields, TransactionDate: dateTime })
	.meta({ id: 'ListedTransaction', mark: 'O' })

const paymentFund = z
	.strictObject({
		paymentCode: text,
		installmentPayment: lira,
		overdueAmount: lira,
		expenseAmount: lira,
		paidAmount: lira,
		paymentDate: dateTime,
		paymentReferenceCode: text.nullable(),
	})
	.meta({ id: 'PaymentFund', mark: 'O' })

const closedPayment = z
	.strictObject({
		paymentCode: text,
		merchantOid: text,
		InstallmentNo: count,
		paidAmount: lira,
		overdueAmount: lira,
		expenseAmount: lira,
	})
	.meta({ id: 'ClosedPayment', mark: 'O' })

const installmentRate = z
	.strictObject({
		InstallmentNo: count,
		FeeRate: percent,
		DealerSegment: text.nullable(),
		PostponeMonths: count,
		MinAmount: lira,
		MaxAmount: lira,
	})
	.meta({ id: 'InstallmentRate', mark: 'O' })

const countOrLira = z.number().meta({ words: both('whole number, or amount in lira', 'tam sayı ya da lira olarak tutar') })

const difference = z.strictObject({ Field: text, Ours: countOrLira, Yours: countOrLira }).meta({ id: 'Difference', mark: 'O' })

const movement = z
	.strictObject({
		MovementType: fixed('TRANSACTION', 'REFUND', 'PAYMENT', 'BALANCE', 'EXECUTION_PAYMENT'),
		MovementCode: text,
		transactionCode: text.nullable(),
		merchantOid: text.nullable(),
		paymentCode: text.nullable(),
		Amount: lira,
		MovementDate: dateTime,
		paymentReferenceCode: text.nullable(),
	})
	.meta({ id: 'Movement', mark: 'O' })

const errorCode = z.strictObject({ errorCode: text, message: text }).meta({ id: 'ErrorCode', mark: 'M' })

const done = fixed('RS100')
const page = { TotalCount: ours(count), PageNo: ours(count), PageSize: ours(count) }

const limitRequest = { KkbRefNo: text.nullable(), CustomerInfo: customerInfo.nullable() }
const limitRequestOutcome = z.strictObject({ Message: fixed('RS100', 'RS110'), ...limitRequest })
const limitSet = z.strictObject({ CustomerInfo: customerInfo })
const customerMarked = z.strictObject({ Message: done, CustomerInfo: customerInfo })

const refund = {
	RefundId: text,
	RefundAmount: lira,
	RefundFeeAmount: lira,
	CustomerRefundAmount: lira,
	TransactionStatus: transactionStatus,
	Payments: z.array(payment),
	Message: done,
}

export const answers: { readonly [name in keyof typeof endpoints]: z.ZodObject } = {
	getCustomerInformation: z.strictObject({
		CustomerInfo: customerInfo.nullable(),
		InstallmentPlans: ours(z.array(installmentPlan)),
	}),
	hasoAuthSendInfo: z.strictObject(limitRequest),
	sendKkbPinCode: limitRequestOutcome,
	askKkbReportResult: limitRequestOutcome,
	resendKkbPinCode: z.strictObject({ KkbRefNo: text }),
	setPreDefinedLimit: limitSet,
	setLimitFromKds: limitSet,
	createTransaction: transaction,
	activateTransaction: z.strictObject({ Message: done, TransactionStatus: transactionStatus, Payments: z.array(payment) }),
	getPaymentsOfTransaction: transaction,
	setPaidPayment: z.strictObject({ Message: done, paymentfunds: paymentFund }),
	refundTransaction: z.strictObject(refund),
	checkRefund: z.strictObject({ ...refund, RefundDate: dateTime }),
	getCustomerTransactions: z.strictObject({ Transactions: ours(z.array(listedTransaction)), ...page }),
	getCustomerPayments: z.strictObject({ Payments: z.array(payment), ...page }),
	getDailyReconciliation: z.strictObject({
		TransactionCount: count,
		TransactionAmount: lira,
		RefundCount: count,
		RefundAmount: lira,
		PaymentCount: count,
		PaymentAmount: lira,
		BalanceLoadCount: count,
		BalanceLoadAmount: lira,
		IsMatched: flag.nullable(),
		Differences: z.array(difference),
	}),
	getDailyReconciliationDetail: z.strictObject({ Movements: z.array(movement), ...page }),
	sendExecutionTransaction: z.strictObject({ Message: done, TransactionStatus: transactionStatus }),
	setPaidExecutionTransaction: z.strictObject({
		Message: done,
		TransactionStatus: transactionStatus,
		RemainingAmount: lira,
		Payments: z.array(payment),
	}),
	sendTransactionExpense: z.strictObject({ Message: done, Payments: z.array(payment) }),
	changeCustomerGsmNo: z.strictObject({ message: done }),
	suspendCustomer: customerMarked,
	getErrorCodes: z.strictObject({ ErrorCodes: z.array(errorCode) }),
	setCustomerLimit: limitSet,
	loadCustomerBalance: z.strictObject({
		Message: done,
		CustomerBalance: lira,
		ClosedPayments: ours(z.array(closedPayment)),
	}),
	setBulkPaidPayment: z.strictObject({ Message: done, paymentfunds: z.array(paymentFund) }),
	getPaymentPlanByDealerSegment: z.strictObject({ InstallmentPlans: ours(z.array(installmentPlan)) }),
	activateCustomer: customerMarked,
	getInstallmentRates: z.strictObject({ InstallmentRates: z.array(installmentRate) }),
}

/** `Data` where ChangeCustomerGsmNo is refused; every other refused call has `{}` (answers 13). */
export const refusedNumber = z.strictObject({ message: text, KkbPhones: z.array(text).optional() })

/** A field of an answer, taken out of what its schema is wrapped in. */
export interface AnswerField {
	readonly name: string
	readonly mark: Mark
	readonly list: boolean
	readonly nullable: boolean
	/** What it is, or is a list of: a model, or a value in words. */
	readonly item: { readonly model: z.ZodObject } | { readonly schema: z.ZodType; readonly words: Words }
}

/** `mark`: that of the model, or of the endpoint whose answer it is. */
export function answerFields(model: z.ZodObject, mark: Mark): AnswerField[] {
	return Object.entries(model.shape as Record<string, z.ZodType>).map(([name, schema]) => {
		const { inner, list, nullable } = unwrapped(schema)
		if (inner instanceof z.ZodObject) {
			return { name, mark: inner === schema ? mark : (schema.meta()?.mark ?? mark), list, nullable, item: { model: inner } }
		}
		const words = inner.meta()?.words
		if (words === undefined) throw new Error(`${name} does not say in words what kind of value it is`)
		return { name, mark: schema.meta()?.mark ?? mark, list, nullable, item: { schema: inner, words } }
	})
}

function unwrapped(schema: z.ZodType): { inner: z.ZodType; list: boolean; nullable: boolean } {
	if (schema instanceof z.ZodNullable) return { ...unwrapped(schema.unwrap() as z.ZodType), nullable: true }
	if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap() as z.ZodType)
	if (schema instanceof z.ZodArray) return { ...unwrapped(schema.element as z.ZodType), list: true }
	return { inner: schema, list: false, nullable: false }
}

/** The name of a model and the mark of its fields. */
export function nameOfModel(model: z.ZodObject): { id: string; mark: Mark } | null {
	const { id, mark } = model.meta() ?? {}
	return id === undefined || mark === undefined ? null : { id, mark }
}

/** Models that several answers have. */
export const sharedModels: readonly z.ZodObject[] = [customerInfo, installmentPlan, transaction, payment, paymentFund]
