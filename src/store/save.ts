// Saves what a group of commands changed and commits, in one round trip: one statement per table that changed, each taking
// its rows as one JSON text. Ledger and events are only ever inserted; the database refuses anything else.

import pg from 'pg'
import type { MadeRefund, Now, World } from '../commands/world.ts'
import { addDays, businessDate, instantText } from '../domain/calendar.ts'
import type { Customer, Link, Person } from '../domain/customer.ts'
import { type Exposure, HOLDS_KEPT_DAYS, withoutHoldsBefore } from '../domain/exposure.ts'
import type { Movement } from '../domain/ledger.ts'
import type { Applicant, LimitRequest, Pin } from '../domain/limit-request.ts'
import type { Payment } from '../domain/payment.ts'
import { nextOverdueDate, type Transaction, type TransactionId } from '../domain/transaction.ts'
import type { KeptClaim } from '../engine/command.ts'
import { Conflict } from '../engine/fault.ts'
import { eventContent, movementContent, type Stream, writeEnd } from './chain.ts'
import { inOneWrite, type Statement } from './connect.ts'
import { leaveMark, type Mark, Unanswered } from './fate.ts'
import { eventColumns, insertEvents } from './notes.ts'
import { insertWakeUps, lastOfEach, wakeUpColumns } from './wake-ups.ts'

const insertCustomers: Statement = {
	name: 'insert-customers',
	text: `
		insert into customer (
			id, limit_amount, limit_source, limit_expire_date, limit_grade, marked_risky, suspended, active_principal, pending_holds
		)
		select id, limit_amount, limit_source, limit_expire_date, limit_grade, marked_risky, suspended, active_principal, pending_holds
		from json_populate_recordset(null::customer, $1)
		order by id
	`,
}
const updateCustomers: Statement = {
	name: 'update-customers',
	text: `
		update customer c
		set
			limit_amount = r.limit_amount, limit_source = r.limit_source, limit_expire_date = r.limit_expire_date,
			limit_grade = r.limit_grade, marked_risky = r.marked_risky, suspended = r.suspended,
			active_principal = r.active_principal, pending_holds = r.pending_holds
		from json_populate_recordset(null::customer, $1) r
		where c.id = r.id
	`,
}
const insertPeople: Statement = {
	name: 'insert-people',
	text: `
		insert into person (
			customer_id, name, surname, birth_date, tckn_hash, tckn_sealed, mobile_hash, mobile_sealed, email_sealed
		)
		select customer_id, name, surname, birth_date, tckn_hash, tckn_sealed, mobile_hash, mobile_sealed, email_sealed
		from json_populate_recordset(null::person, $1)
		order by tckn_hash -- two processes that meet the same new people wait for each other in the same order
	`,
}
const updatePeople: Statement = {
	name: 'update-people',
	text: `
		update person p
		set
			name = r.name, surname = r.surname, mobile_hash = r.mobile_hash, mobile_sealed = r.mobile_sealed,
			email_sealed = r.email_sealed
		from json_populate_recordset(null::person, $1) r
		where p.customer_id = r.customer_id
	`,
}
const insertLinks: Statement = {
	name: 'insert-links',
	text: `
		insert into customer_link (customer_id, merchant_id, dealer_segment, kds_segment, suspended, balance)
		select customer_id, merchant_id, dealer_segment, kds_segment, suspended, balance
		from json_populate_recordset(null::customer_link, $1)
	`,
}
const updateLinks: Statement = {
	name: 'update-links',
	text: `
		update customer_link l
		set dealer_segment = r.dealer_segment, kds_segment = r.kds_segment, suspended = r.suspended, balance = r.balance
		from json_populate_recordset(null::customer_link, $1) r
		where l.customer_id = r.customer_id and l.merchant_id = r.merchant_id
	`,
}
const insertTransactions: Statement = {
	name: 'insert-transactions',
	text: `
		insert into transaction (
			id, merchant_id, customer_id, merchant_oid, state, created_date, created_at, expire_date, order_amount, down_payment,
			financed, fee, refunded_amount, refunded_fee, installments, late_fee_rate_bps, late_fee_base, grace_days, not_calculate_fees, force_risk_free,
			postpone_selected, revised_fee_percent, own_available_limit, dealer_segment, activated_on, enforcement_on,
			next_overdue_date
		)
		select
			id, merchant_id, customer_id, merchant_oid, state, created_date, $2, expire_date, order_amount, down_payment,
			financed, fee, refunded_amount, refunded_fee, installments, late_fee_rate_bps, late_fee_base, grace_days, not_calculate_fees, force_risk_free,
			postpone_selected, revised_fee_percent, own_available_limit, dealer_segment, activated_on, enforcement_on,
			next_overdue_date
		from json_populate_recordset(null::transaction, $1)
		order by merchant_id, merchant_oid -- as for people
	`,
}
const updateTransactions: Statement = {
	name: 'update-transactions',
	text: `
		update transaction t
		set
			state = r.state, refunded_amount = r.refunded_amount, refunded_fee = r.refunded_fee,
			activated_on = r.activated_on, enforcement_on = r.enforcement_on, next_overdue_date = r.next_overdue_date
		from json_populate_recordset(null::transaction, $1) r
		where t.id = r.id
	`,
}
const insertPayments: Statement = {
	name: 'insert-payments',
	text: `
		insert into payment (
			transaction_id, installment_no, state, due_date, up_front, amount, refunded, principal, amount_paid,
			late_fee_paid, stretches, expense, expense_paid, paid_date, paid_by, payment_reference
		)
		select
			transaction_id, installment_no, state, due_date, up_front, amount, refunded, principal, amount_paid,
			late_fee_paid, stretches, expense, expense_paid, paid_date, paid_by, payment_reference
		from json_populate_recordset(null::payment, $1)
	`,
}
const updatePayments: Statement = {
	name: 'update-payments',
	text: `
		update payment p
		set
			state = r.state, amount = r.amount, refunded = r.refunded, amount_paid = r.amount_paid,
			late_fee_paid = r.late_fee_paid, stretches = r.stretches, expense = r.expense, expense_paid = r.expense_paid, paid_date = r.paid_date,
			paid_by = r.paid_by, payment_reference = r.payment_reference
		from json_populate_recordset(null::payment, $1) r
		where p.transaction_id = r.transaction_id and p.installment_no = r.installment_no
	`,
}
const insertRefunds: Statement = {
	name: 'insert-refunds',
	text: `
		insert into refund (merchant_id, refund_id, transaction_id, amount, fee, to_customer, refunded_on)
		select merchant_id, refund_id, transaction_id, amount, fee, to_customer, refunded_on
		from json_populate_recordset(null::refund, $1)
		order by merchant_id, refund_id -- as for people
	`,
}
const insertBaskets: Statement = {
	name: 'insert-baskets',
	text: `
		insert into transaction_basket (transaction_id, rows)
		select transaction_id, rows from json_populate_recordset(null::transaction_basket, $1)
	`,
}
const updateExposures: Statement = {
	name: 'update-exposures',
	text: `
		update merchant_exposure e
		set active_principal = r.active_principal, pending_holds = r.pending_holds
		from json_populate_recordset(null::merchant_exposure, $1) r
		where e.merchant_id = r.merchant_id
	`,
}
const insertMovements: Statement = {
	name: 'insert-movements',
	text: `
		with moved as materialized (
			select nextval('movement_id') as id, r.*
			from json_to_recordset($1) as r (
				type movement_type, merchant_id integer, customer_id bigint, transaction_id bigint, installment_no integer,
				amount bigint, refund_id text, payment_reference text, entries json, stream integer, place bigint, mac bytea
			)
		), kept as (
			insert into movement (
				id, type, merchant_id, customer_id, transaction_id, installment_no, amount, refund_id, payment_reference,
				stream, place, mac, business_date, recorded_at
			)
			select
				id, type, merchant_id, customer_id, transaction_id, installment_no, amount, refund_id, payment_reference,
				stream, place, mac, $2, $3
			from moved
		)
		insert into entry (movement_id, account, amount)
		select moved.id, e.account, e.amount
		from moved, json_to_recordset(moved.entries) as e (account account, amount bigint)
	`,
}
const insertLimitRequests: Statement = {
	name: 'insert-limit-requests',
	text: `
		insert into limit_request
		select r.* from json_populate_recordset(null::limit_request, $1) r
		order by r.merchant_id, r.tckn_hash -- as for people
	`,
}
const updateLimitRequests: Statement = {
	name: 'update-limit-requests',
	text: `
		update limit_request l
		set
			customer_id = r.customer_id, state = r.state, dealer_segment = r.dealer_segment, name = r.name, surname = r.surname,
			birth_date = r.birth_date, tckn_sealed = r.tckn_sealed, mobile_hash = r.mobile_hash, email_sealed = r.email_sealed,
			mobile_sealed = r.mobile_sealed, pin_hash = r.pin_hash, pin_made_at = r.pin_made_at,
			pin_wrong_tries = r.pin_wrong_tries, pin_text = r.pin_text, resends = r.resends, confirmed_at = r.confirmed_at,
			refusal = r.refusal
		from json_populate_recordset(null::limit_request, $1) r
		where l.id = r.id
	`,
}
const insertClaims: Statement = {
	name: 'insert-claims',
	text: `
		insert into claim (merchant_id, scope, key, content, answer, recorded_at)
		select merchant_id, scope, key, content, answer, $2
		from json_populate_recordset(null::claim, $1)
		order by merchant_id, scope, key -- as for people
	`,
}

/**
 * Sends everything before it waits for anything; fails with the first statement that failed, and then nothing is kept. Throws
 * Unanswered when the connection ended without saying what became of the commit.
 */
export async function save(
	client: pg.PoolClient,
	world: World,
	claims: readonly KeptClaim[],
	now: Now,
	mark: Mark,
	stream: Stream,
): Promise<void> {
	const at = instantText(now.atMs)
	const newTransactions = world.transactions.inserted()
	const changedTransactions = world.transactions.updated()
	const sent: Promise<unknown>[] = []
	const write = (statement: Statement, rows: readonly object[], ...rest: string[]): void => {
		if (rows.length > 0) sent.push(client.query({ ...statement, values: [JSON.stringify(rows, exact), ...rest] }))
	}

	const commit = inOneWrite(client, () => {
		write(insertCustomers, world.customers.inserted().map(customerColumns))
		write(updateCustomers, afterOf(world.customers.updated()).map(customerColumns))
		write(insertPeople, world.people.inserted().map(personColumns))
		write(updatePeople, afterOf(world.people.updated()).map(personColumns))
		write(insertLinks, world.links.inserted().map(linkColumns))
		write(updateLinks, afterOf(world.links.updated()).map(linkColumns))
		write(insertTransactions, newTransactions.map(transactionColumns), at)
		write(updateTransactions, afterOf(changedTransactions).map(transactionColumns))
		write(
			insertPayments,
			newTransactions.flatMap(({ id, payments }) => payments.map((payment) => paymentColumns(id, payment))),
		)
		write(updatePayments, changedTransactions.flatMap(changedPayments))
		write(
			insertBaskets,
			world.baskets.added.map((basket) => ({ transaction_id: basket.transactionId, rows: basket.rows })),
		)
		write(insertRefunds, world.refunds.inserted().map(refundColumns))
		write(
			updateExposures,
			afterOf(world.merchants.updated()).flatMap(({ id, exposure }) =>
				exposure ? [{ merchant_id: id, ...exposureColumns(exposure) }] : [],
			),
		)
		// Before the new ones: a request that is replaced leaves its place to the one that replaces it.
		write(updateLimitRequests, afterOf(world.limitRequests.updated()).map(limitRequestColumns))
		write(insertLimitRequests, world.limitRequests.inserted().map(limitRequestColumns))
		write(insertWakeUps, lastOfEach(world.wakeUps.added).map(wakeUpColumns))
		write(
			insertMovements,
			world.movements.added
				.map(movementColumns)
				.map((row) => ({ ...row, ...stream.link(movementContent(row, now.today, now.atMs)) })),
			now.today,
			at,
		)
		write(
			insertEvents,
			world.events.added.map(eventColumns).map((row) => ({ ...row, ...stream.link(eventContent(row, now.today, now.atMs)) })),
			now.today,
			at,
		)
		if (!stream.isSettled) sent.push(writeEnd(client, stream))
		write(insertClaims, claims.map(claimColumns), at)
		sent.push(client.query({ ...leaveMark, values: [mark.lane, mark.group] }))
		return client.query({ name: 'commit', text: 'commit' })
	})

	const [committed, ...settled] = await Promise.allSettled([commit, ...sent])
	if (committed.status === 'rejected') {
		if (!isRefusal(committed.reason)) throw new Unanswered('the commit was not answered', { cause: committed.reason })
		stream.settle(false)
		throw committed.reason
	}
	stream.settle(committed.value.command === 'COMMIT')
	// A statement that failed is answered, and so is the commit behind it: with a rollback.
	for (const result of settled) if (result.status === 'rejected') throw result.reason
	if (committed.value.command !== 'COMMIT') throw new Conflict('the transaction was rolled back')
}

/** A commit can be refused in so many words; any other end of it leaves open what it did. */
function isRefusal(reason: unknown): boolean {
	return reason instanceof pg.DatabaseError && reason.severity === 'ERROR'
}

/** Amounts and ids go as texts: a JSON number would lose their last digits. */
function exact(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value
}

const bytes = (value: Uint8Array): string => `\\x${Buffer.from(value).toString('hex')}`
const hashBytes = (hash: string): string => `\\x${hash}`

function afterOf<Row>(changes: readonly { after: Row }[]): Row[] {
	return changes.map(({ after }) => after)
}

/**
 * Holds that ended long ago are not written again, or the map would grow by one for each day on which a customer let a sale expire.
 * By the machine's clock, behind which no business day ever goes; the days are for machines whose clocks differ.
 */
function exposureColumns(exposure: Exposure) {
	const { active, pending } = withoutHoldsBefore(exposure, addDays(businessDate(Date.now()), -HOLDS_KEPT_DAYS))
	return { active_principal: active, pending_holds: Object.fromEntries(pending) }
}

function customerColumns({ id, limit, markedRisky, suspended, exposure }: Customer) {
	return {
		id,
		limit_amount: limit?.amount,
		limit_source: limit?.source,
		limit_expire_date: limit?.expireDate,
		limit_grade: limit?.grade,
		marked_risky: markedRisky,
		suspended,
		...exposureColumns(exposure),
	}
}

function personColumns(person: Person) {
	return {
		customer_id: person.customerId,
		name: person.name,
		surname: person.surname,
		birth_date: person.birthDate,
		tckn_hash: hashBytes(person.tckn.hash),
		tckn_sealed: bytes(person.tckn.sealed),
		mobile_hash: hashBytes(person.mobileNumber.hash),
		mobile_sealed: bytes(person.mobileNumber.sealed),
		email_sealed: bytes(person.emailSealed),
	}
}

function linkColumns(link: Link) {
	return {
		customer_id: link.customerId,
		merchant_id: link.merchantId,
		dealer_segment: link.dealerSegment,
		kds_segment: link.kdsSegment,
		suspended: link.suspended,
		balance: link.balance,
	}
}

function transactionColumns(transaction: Transaction) {
	const { lateFeeTerms, options } = transaction
	return {
		id: transaction.id,
		merchant_id: transaction.merchantId,
		customer_id: transaction.customerId,
		merchant_oid: transaction.merchantOid,
		state: transaction.state,
		created_date: transaction.createdDate,
		expire_date: transaction.expireDate,
		order_amount: transaction.orderAmount,
		down_payment: transaction.downPayment,
		financed: transaction.financed,
		fee: transaction.fee,
		refunded_amount: transaction.refunded.amount,
		refunded_fee: transaction.refunded.fee,
		installments: transaction.installments,
		late_fee_rate_bps: lateFeeTerms.monthlyRateBps,
		late_fee_base: lateFeeTerms.base,
		grace_days: lateFeeTerms.graceDays,
		not_calculate_fees: options.notCalculateFees,
		force_risk_free: options.forceRiskFree,
		postpone_selected: options.postpone,
		revised_fee_percent: options.revisedFeePercent,
		own_available_limit: options.ownAvailableLimit,
		dealer_segment: options.dealerSegment,
		activated_on: 'activatedOn' in transaction ? transaction.activatedOn : null,
		enforcement_on: 'enforcementOn' in transaction ? transaction.enforcementOn : null,
		next_overdue_date: nextOverdueDate(transaction),
	}
}

function paymentColumns(transactionId: TransactionId, payment: Payment) {
	return {
		transaction_id: transactionId,
		installment_no: payment.installmentNo,
		state: payment.state,
		due_date: payment.dueDate,
		up_front: payment.upFront,
		amount: payment.amount,
		refunded: payment.refunded,
		principal: payment.principal,
		amount_paid: payment.amountPaid,
		late_fee_paid: payment.lateFeePaid,
		stretches: payment.stretches.length > 0 ? payment.stretches : null,
		expense: payment.expense,
		expense_paid: payment.expensePaid,
		paid_date: payment.state === 'paid' ? payment.paidDate : null,
		paid_by: payment.state === 'paid' ? payment.paidBy : null,
		payment_reference: payment.state === 'paid' ? payment.reference : null,
	}
}

/** Rows are values: a payment that is still the same object has not changed. */
function changedPayments({ before, after }: { before: Transaction; after: Transaction }) {
	return after.payments.filter((payment, i) => payment !== before.payments[i]).map((payment) => paymentColumns(after.id, payment))
}

function movementColumns(movement: Movement) {
	return {
		type: movement.type,
		merchant_id: movement.merchantId,
		customer_id: movement.customerId,
		transaction_id: movement.transactionId,
		installment_no: movement.installmentNo,
		amount: movement.amount,
		refund_id: movement.refundId,
		payment_reference: movement.reference,
		entries: movement.entries.map(([account, amount]) => ({ account, amount })),
	}
}

function refundColumns({ merchantId, refundId, transactionId, refund, refundedOn }: MadeRefund) {
	return {
		merchant_id: merchantId,
		refund_id: refundId,
		transaction_id: transactionId,
		amount: refund.amount,
		fee: refund.fee,
		to_customer: refund.toCustomer,
		refunded_on: refundedOn,
	}
}

function limitRequestColumns(request: LimitRequest) {
	return {
		id: request.id,
		merchant_id: request.merchantId,
		customer_id: 'customerId' in request ? request.customerId : null,
		state: request.state,
		tckn_hash: hashBytes(request.tcknHash),
		content_hash: hashBytes(request.contentHash),
		test_on: request.testOn,
		predefined_limit: request.predefinedLimit,
		started_at: instantText(request.startedAtMs),
		...(request.state === 'started' && applicantColumns(request.applicant)),
		dealer_segment: request.state === 'started' ? request.dealerSegment : null,
		...('mobileNumberSealed' in request && { mobile_sealed: bytes(request.mobileNumberSealed) }),
		...(request.state === 'awaiting-pin' && { ...pinColumns(request.pin), resends: request.resends }),
		confirmed_at: request.state === 'confirmed' ? instantText(request.confirmedAtMs) : null,
		refusal: request.state === 'refused' ? request.refusal : null,
	}
}

function applicantColumns(applicant: Applicant) {
	return {
		name: applicant.name,
		surname: applicant.surname,
		birth_date: applicant.birthDate,
		tckn_sealed: bytes(applicant.tckn.sealed),
		mobile_hash: hashBytes(applicant.mobileNumber.hash),
		mobile_sealed: bytes(applicant.mobileNumber.sealed),
		email_sealed: bytes(applicant.emailSealed),
	}
}

function pinColumns({ hash, madeAtMs, wrongTries, text }: Pin) {
	return { pin_hash: hashBytes(hash), pin_made_at: instantText(madeAtMs), pin_wrong_tries: wrongTries, pin_text: text }
}

function claimColumns(claim: KeptClaim) {
	return {
		merchant_id: claim.owner,
		scope: claim.scope,
		key: claim.key,
		content: bytes(claim.content),
		answer: claim.answer,
	}
}
