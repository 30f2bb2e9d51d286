// From a row of a table to what the domain calls it. The way back is in save.ts; nothing is decided in either.

import type { MadeRefund } from '../commands/world.ts'
import type { CalendarDate } from '../domain/calendar.ts'
import type { Customer, CustomerId, Link, Person } from '../domain/customer.ts'
import type { Exposure } from '../domain/exposure.ts'
import type { BureauGrade, LimitSource } from '../domain/limit.ts'
import type { LimitRequest, Pin } from '../domain/limit-request.ts'
import type { Merchant } from '../domain/merchant.ts'
import { type Kurus, kurus } from '../domain/money.ts'
import type { LateFeeBase, PaidBy, Payment } from '../domain/payment.ts'
import type { RateRow } from '../domain/rates.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { Transaction, TransactionId } from '../domain/transaction.ts'

interface ExposureColumns {
	active_principal: Kurus
	pending_holds: Record<CalendarDate, string>
}

export function exposureFrom(row: ExposureColumns): Exposure {
	const pending = new Map<CalendarDate, Kurus>()
	for (const [until, principal] of Object.entries(row.pending_holds)) pending.set(until as CalendarDate, kurus(BigInt(principal)))
	return { active: row.active_principal, pending }
}

export interface CustomerColumns extends ExposureColumns {
	id: CustomerId
	limit_amount: Kurus | null
	limit_source: LimitSource
	limit_expire_date: CalendarDate
	limit_grade: BureauGrade | null
	marked_risky: boolean
	suspended: boolean
}

export function customerFrom(row: CustomerColumns): Customer {
	const { limit_amount: amount, limit_source: source, limit_expire_date: expireDate, limit_grade: grade } = row
	return {
		id: row.id,
		limit: amount === null ? null : { amount, source, expireDate, grade },
		markedRisky: row.marked_risky,
		suspended: row.suspended,
		exposure: exposureFrom(row),
	}
}

export interface PersonColumns {
	customer_id: CustomerId
	name: string
	surname: string
	birth_date: CalendarDate
	tckn_hash: Buffer
	tckn_sealed: Buffer
	mobile_hash: Buffer
	mobile_sealed: Buffer
	email_sealed: Buffer
}

export function personFrom(row: PersonColumns): Person {
	return {
		customerId: row.customer_id,
		name: row.name,
		surname: row.surname,
		birthDate: row.birth_date,
		tckn: { hash: row.tckn_hash.toString('hex'), sealed: row.tckn_sealed },
		mobileNumber: { hash: row.mobile_hash.toString('hex'), sealed: row.mobile_sealed },
		emailSealed: row.email_sealed,
	}
}

export interface LinkColumns {
	customer_id: CustomerId
	merchant_id: number
	dealer_segment: string | null
	kds_segment: string | null
	suspended: boolean
	balance: Kurus
}

export function linkFrom(row: LinkColumns): Link {
	return {
		customerId: row.customer_id,
		merchantId: row.merchant_id,
		dealerSegment: row.dealer_segment,
		kdsSegment: row.kds_segment,
		suspended: row.suspended,
		balance: row.balance,
	}
}

export interface MerchantColumns {
	id: number
	credit_limit: Kurus | null
	late_fee_rate_bps: number
	late_fee_base: LateFeeBase
	grace_days: number
	pending_life_days: number
	down_payment_max_share_bps: number
	enforcement_min_overdue_days: number
	settable_limits: LimitSource[]
	limit_ceiling: Kurus | null
	holds_own_limits: boolean
}

export function merchantFrom(row: MerchantColumns, exposure: Exposure | null, rates: readonly RateRow[]): Merchant {
	return {
		id: row.id,
		creditLimit: row.credit_limit,
		exposure,
		lateFeeRateBps: row.late_fee_rate_bps,
		lateFeeBase: row.late_fee_base,
		graceDays: row.grace_days,
		pendingLifeDays: row.pending_life_days,
		downPaymentMaxShareBps: row.down_payment_max_share_bps,
		enforcementMinOverdueDays: row.enforcement_min_overdue_days,
		settableLimits: row.settable_limits,
		limitCeiling: row.limit_ceiling,
		holdsOwnLimits: row.holds_own_limits,
		rates,
	}
}

export interface RateColumns {
	merchant_id: number
	dealer_segment: string | null
	installments: number
	fee_rate_bps: number
	postpone_months: number
	min_amount: Kurus
	max_amount: Kurus
}

export function rateFrom(row: RateColumns): RateRow {
	return {
		dealerSegment: row.dealer_segment,
		installments: row.installments,
		feeRateBps: row.fee_rate_bps,
		postponeMonths: row.postpone_months,
		minAmount: row.min_amount,
		maxAmount: row.max_amount,
	}
}

export interface PaymentColumns {
	transaction_id: TransactionId
	installment_no: number
	state: Payment['state']
	due_date: CalendarDate
	up_front: boolean
	amount: Kurus
	refunded: Kurus
	principal: Kurus
	amount_paid: Kurus
	late_fee_paid: Kurus
	stretches: { until: CalendarDate; base: string }[] | null
	expense: Kurus
	expense_paid: Kurus
	paid_date: CalendarDate | null
	paid_by: PaidBy | null
	payment_reference: string | null
}

export function paymentFrom(row: PaymentColumns): Payment {
	const instalment = {
		installmentNo: row.installment_no,
		dueDate: row.due_date,
		upFront: row.up_front,
		amount: row.amount,
		refunded: row.refunded,
		principal: row.principal,
		amountPaid: row.amount_paid,
		lateFeePaid: row.late_fee_paid,
		stretches: row.stretches?.map(({ until, base }) => ({ until, base: kurus(BigInt(base)) })) ?? [],
		expense: row.expense,
		expensePaid: row.expense_paid,
	}
	if (row.state !== 'paid') return { ...instalment, state: row.state }
	// The table's checks make sure that a paid row has both.
	const paidDate = row.paid_date as CalendarDate
	return { ...instalment, state: 'paid', paidDate, paidBy: row.paid_by as PaidBy, reference: row.payment_reference }
}

export interface TransactionColumns {
	id: TransactionId
	merchant_id: number
	customer_id: CustomerId
	merchant_oid: string
	state: Transaction['state']
	created_date: CalendarDate
	expire_date: CalendarDate
	order_amount: Kurus
	down_payment: Kurus
	financed: Kurus
	fee: Kurus
	refunded_amount: Kurus
	refunded_fee: Kurus
	installments: number
	late_fee_rate_bps: number
	late_fee_base: LateFeeBase
	grace_days: number
	not_calculate_fees: boolean
	force_risk_free: boolean
	postpone_selected: boolean
	revised_fee_percent: number
	own_available_limit: Kurus
	dealer_segment: string | null
	activated_on: CalendarDate | null
	enforcement_on: CalendarDate | null
}

function transactionFrom(row: TransactionColumns, payments: readonly Payment[]): Transaction {
	const sale = {
		id: row.id,
		merchantId: row.merchant_id,
		customerId: row.customer_id,
		merchantOid: row.merchant_oid,
		createdDate: row.created_date,
		expireDate: row.expire_date,
		orderAmount: row.order_amount,
		downPayment: row.down_payment,
		financed: row.financed,
		fee: row.fee,
		refunded: { amount: row.refunded_amount, fee: row.refunded_fee },
		installments: row.installments,
		lateFeeTerms: { monthlyRateBps: row.late_fee_rate_bps, base: row.late_fee_base, graceDays: row.grace_days },
		options: {
			notCalculateFees: row.not_calculate_fees,
			forceRiskFree: row.force_risk_free,
			postpone: row.postpone_selected,
			revisedFeePercent: row.revised_fee_percent,
			ownAvailableLimit: row.own_available_limit,
			dealerSegment: row.dealer_segment,
		},
		payments,
	}
	if (row.state === 'pending' || row.state === 'cancelled') return { ...sale, state: row.state }
	// The table's checks make sure that each state has its dates.
	const activatedOn = row.activated_on as CalendarDate
	if (row.state === 'active') return { ...sale, state: 'active', activatedOn }
	if (row.state === 'enforcement')
		return { ...sale, state: 'enforcement', activatedOn, enforcementOn: row.enforcement_on as CalendarDate }
	return { ...sale, state: row.state, activatedOn, enforcementOn: row.enforcement_on }
}

/** Transactions with their payments, from rows that come in the order of transaction and InstallmentNo. */
export function transactionsFrom(rows: readonly TransactionColumns[], payments: readonly PaymentColumns[]): Transaction[] {
	const byTransaction = new Map<TransactionId, Payment[]>()
	for (const row of payments) {
		const list = byTransaction.get(row.transaction_id)
		if (list) list.push(paymentFrom(row))
		else byTransaction.set(row.transaction_id, [paymentFrom(row)])
	}
	return rows.map((row) => transactionFrom(row, byTransaction.get(row.id) ?? []))
}

export interface RefundColumns {
	merchant_id: number
	refund_id: string
	transaction_id: TransactionId
	amount: Kurus
	fee: Kurus
	to_customer: Kurus
	refunded_on: CalendarDate
}

export function refundFrom(row: RefundColumns): MadeRefund {
	return {
		merchantId: row.merchant_id,
		refundId: row.refund_id,
		transactionId: row.transaction_id,
		refund: { amount: row.amount, fee: row.fee, toCustomer: row.to_customer },
		refundedOn: row.refunded_on,
	}
}

/** Instants come as milliseconds since the epoch. */
export interface LimitRequestColumns {
	id: bigint
	merchant_id: number
	customer_id: CustomerId | null
	state: LimitRequest['state']
	tckn_hash: Buffer
	content_hash: Buffer
	test_on: boolean
	predefined_limit: Kurus | null
	started_at_ms: bigint
	dealer_segment: string | null
	name: string
	surname: string
	birth_date: CalendarDate
	tckn_sealed: Buffer
	mobile_hash: Buffer | null
	email_sealed: Buffer
	mobile_sealed: Buffer
	pin_hash: Buffer
	pin_made_at_ms: bigint
	pin_wrong_tries: number
	pin_text: Pin['text']
	resends: number
	confirmed_at_ms: bigint
	refusal: Refusal
}

/** The table's checks make sure that each state has what it needs. */
export function limitRequestFrom(row: LimitRequestColumns): LimitRequest {
	const { state } = row
	const tcknHash = row.tckn_hash.toString('hex')
	const request = {
		id: row.id,
		merchantId: row.merchant_id,
		tcknHash,
		contentHash: row.content_hash.toString('hex'),
		testOn: row.test_on,
		predefinedLimit: row.predefined_limit,
		startedAtMs: Number(row.started_at_ms),
	}
	if (state === 'started') {
		const mobileHash = (row.mobile_hash as Buffer).toString('hex')
		const applicant = {
			name: row.name,
			surname: row.surname,
			birthDate: row.birth_date,
			tckn: { hash: tcknHash, sealed: row.tckn_sealed },
			mobileNumber: { hash: mobileHash, sealed: row.mobile_sealed },
			emailSealed: row.email_sealed,
		}
		return { ...request, state, applicant, dealerSegment: row.dealer_segment }
	}
	if (state === 'refused') return { ...request, state, refusal: row.refusal }
	if (state === 'replaced' || state === 'abandoned') return { ...request, state, customerId: row.customer_id }
	const customerId = row.customer_id as CustomerId
	if (state === 'confirmed') return { ...request, state, customerId, confirmedAtMs: Number(row.confirmed_at_ms) }
	if (state === 'granted' || state === 'rejected') return { ...request, state, customerId }
	const mobileNumberSealed = row.mobile_sealed
	if (state === 'verified') return { ...request, state, customerId, mobileNumberSealed }
	const pin = {
		hash: row.pin_hash.toString('hex'),
		madeAtMs: Number(row.pin_made_at_ms),
		wrongTries: row.pin_wrong_tries,
		text: row.pin_text,
	}
	return { ...request, state, customerId, mobileNumberSealed, pin, resends: row.resends }
}
