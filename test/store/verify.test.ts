// Whether verify would notice: after some stories the books are right; then they are falsified behind the server's back, for
// every invariant at least once, and each falsification is reported under the right name. Put back, the books are right again.

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import { invariants, verify } from '../../src/queries/verify.ts'
import { newCustomer, newOrder, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
/** A connection of the database's owner, who may do anything. */
let owner: pg.Client

beforeAll(async () => {
	sandbox = await startSandbox()
	await tellStories()
	owner = new pg.Client({ connectionString: sandbox.databaseUrl })
	await owner.connect()
	await owner.query(`create schema saved; ${tables.map((name) => `create table saved.${name} as table ${name}`).join(';')}`)
})
afterAll(async () => {
	await owner.end()
	await sandbox.stop()
})

/** A customer with every kind of sale and payment at a merchant without a credit limit, and another at one with a limit. */
async function tellStories(): Promise<void> {
	const shop = await sandbox.newMerchant()
	await sandbox.clock({ date: '2097-01-31' })
	const ali = await newCustomer(shop)
	await newSale(shop, ali, { merchantOid: 'paid ahead' })
	const paidLate = await newSale(shop, ali, { merchantOid: 'paid late' })
	await ok(shop, 'LoadCustomerBalance', { customerId: ali, balanceAmount: '50000', paymentDate: '2097-01-31' })
	await ok(shop, 'CreateTransaction', newOrder(ali, { merchantOid: 'expired' }))
	await sandbox.clock({ date: '2097-03-05' })
	await pay(shop, paidLate, '2097-03-05')
	const other = await newCustomer(shop)
	const sent = await newSale(shop, other, { merchantOid: 'in enforcement' })
	await sandbox.clock({ date: '2097-05-01' })
	await ok(shop, 'SendExecutionTransaction', { transactionCode: sent.TransactionCode, merchantOid: 'in enforcement' })

	const names = { transactionCode: sent.TransactionCode, merchantOid: 'in enforcement' }
	await ok(shop, 'SendTransactionExpense', { ...names, expenseAmount: '10000' })
	await ok(shop, 'SetPaidExecutionTransaction', { ...names, paymentAmount: '12000', paymentDate: '2097-05-01' })

	const refunded = await newSale(shop, await newCustomer(shop), { merchantOid: 'refunded' })
	await ok(shop, 'RefundTransaction', { ...namesOf(refunded), refundId: 'part', refundAmount: '20000' })
	await ok(shop, 'RefundTransaction', { ...namesOf(refunded), refundId: 'rest', refundAmount: '100000' })
	const cut = await newSale(shop, await newCustomer(shop), { merchantOid: 'cut', orderAmount: '100000', selectedInstallment: 4 })
	await ok(shop, 'RefundTransaction', { ...namesOf(cut), refundId: 'cut', refundAmount: '30000' })

	const bounded = await sandbox.newMerchant({ creditLimit: kurus(10_000_000), downPaymentMaxShareBps: 5_000 })
	const can = await newCustomer(bounded, { kdsLimit: '150000' })
	const downPayment = await newSale(bounded, can, { merchantOid: 'with down payment', orderAmount: '200000' })
	expect(downPayment.DownPaymentAmount).toBe(500)
	await pay(bounded, downPayment, '2097-05-01')
	await ok(bounded, 'CreateTransaction', newOrder(can, { merchantOid: 'pending', orderAmount: '30000' }))
	const withdrawn = newOrder(await newCustomer(bounded), { merchantOid: 'cancelled' })
	const { Data } = await bounded.client.call('/RequestV2/CreateTransaction', withdrawn)
	await ok(bounded, 'RefundTransaction', { ...namesOf(Data), refundId: 'withdrawn', refundAmount: withdrawn.orderAmount })
	const completed = await newSale(bounded, await newCustomer(bounded), { merchantOid: 'completed', selectedInstallment: 1 })
	await pay(bounded, completed, '2097-05-01')
}

const namesOf = ({ TransactionCode, MerchantOid }: { TransactionCode: string; MerchantOid: string }) => ({
	transactionCode: TransactionCode,
	merchantOid: MerchantOid,
})

async function ok({ client }: TestMerchant, name: string, parameters: object): Promise<void> {
	const answer = await client.call(`/RequestV2/${name}`, { ...parameters })
	expect(answer.Errors).toEqual([])
}

/** Reports the first instalment that is not up front. */
async function pay(
	merchant: TestMerchant,
	sale: { MerchantOid: string; Payments: { paymentCode: string; InstallmentNo: number }[] },
	paymentDate: string,
) {
	const paymentCode = sale.Payments.find(({ InstallmentNo }) => InstallmentNo === 1)?.paymentCode
	await ok(merchant, 'SetPaidPayment', { paymentCode, merchantOid: sale.MerchantOid, paymentDate, paymentReferenceCode: 'till' })
}

const tables = [
	'merchant',
	'merchant_exposure',
	'rate_row',
	'customer',
	'person',
	'customer_link',
	'transaction',
	'transaction_basket',
	'payment',
	'refund',
	'movement',
	'entry',
]

/** As replica no trigger and no foreign key stands in the way; checks do, and are dropped where they must be. */
async function falsify(statements: string): Promise<void> {
	await owner.query(`begin; set local session_replication_role = replica; ${statements}; commit`)
}

const putBack = () =>
	falsify(
		`truncate ${tables.join(', ')} cascade; ${tables.map((name) => `insert into ${name} select * from saved.${name}`).join('; ')}`,
	)

/** Which invariants do not hold, with what is wrong. */
async function wrong(): Promise<Record<string, readonly string[]>> {
	const findings = await verify(sandbox.app.database.pool)
	return Object.fromEntries(findings.filter((each) => each.wrong > 0).map(({ invariant, examples }) => [invariant.en, examples]))
}

const of = (oid: string) => `(select id from transaction where merchant_oid = '${oid}')`
const movementOf = (type: string, oid: string) =>
	`(select id from movement where type = '${type}' and transaction_id = ${of(oid)} order by id desc limit 1)`
const load = `(select id from movement where type = 'balance-load')`
const customerOf = (oid: string) => `(select customer_id from transaction where merchant_oid = '${oid}')`

interface Falsification {
	readonly what: string
	readonly statements: string
	/** An SQL expression for the subject that must be named. */
	readonly subject: string
	/** Other invariants that the same falsification hurts. */
	readonly also?: readonly string[]
}

const zero = 'the entries of each movement add up to zero'
const amount = 'a movement has the amount that its entries move'
const owes = 'what a customer owes in the ledger is what is open of the instalments'
const balance = 'a balance is what was loaded less what was paid out of it'
const addUp = 'the instalments of a transaction add up to it'
const used = 'the used limit of a customer is the open principal'
const exposure = 'the exposure of a merchant with a credit limit is the open principal'
const negative = 'nothing is negative'
const state = 'the state of a transaction agrees with its payments'
const paid = 'a payment is paid exactly when nothing of it is open'
const overdue = 'a live transaction knows when its next payment is overdue'
const taken = 'what was taken on a payment is what the movements say'
const takenInAll = 'what was taken on all payments of a transaction is what its movements say'
const refunds = 'what was refunded of a transaction is what its refunds say, and was taken off its instalments or is owed back'
const expenses = 'the enforcement expenses in the ledger are what is unpaid of them on the payments'
const booked = 'each activated transaction was booked once, with its fee'

const falsifications: { readonly [invariant: string]: readonly Falsification[] } = {
	[zero]: [
		{
			what: 'an entry is one kuruş too large',
			statements: `update entry set amount = amount + 1 where movement_id = ${load} and account = 'merchant-collections'`,
			subject: `'movement ' || ${load}`,
			also: [amount],
		},
		{
			what: 'a movement lost its entries',
			statements: `delete from entry where movement_id = ${movementOf('balance-payment', 'paid ahead')}`,
			subject: `'movement ' || ${movementOf('balance-payment', 'paid ahead')}`,
			also: [amount, owes, balance],
		},
	],
	[amount]: [
		{
			what: 'a balance load is of another amount than was booked',
			statements: `update movement set amount = amount + 1 where id = ${load}`,
			subject: `'movement ' || ${load}`,
		},
		{
			what: 'a sale is of another amount than was booked',
			statements: `update movement set amount = amount - 1 where id = ${movementOf('sale', 'paid ahead')}`,
			subject: `'movement ' || ${movementOf('sale', 'paid ahead')}`,
		},
	],
	[owes]: [
		{
			what: 'the ledger says that a customer owes more',
			statements: `
				update entry set amount = amount + 500 where movement_id = ${movementOf('sale', 'paid ahead')} and account = 'customer-receivable';
				insert into entry values (${movementOf('sale', 'paid ahead')}, 'refunds-payable', -500)`,
			subject: `'customer ' || ${customerOf('paid ahead')}`,
		},
	],
	[balance]: [
		{
			what: 'a balance is one kuruş more than was loaded',
			statements: `update customer_link set balance = balance + 1 where customer_id = ${customerOf('paid ahead')}`,
			subject: `'customer ' || ${customerOf('paid ahead')} || ' at merchant ' || (select merchant_id from transaction where merchant_oid = 'paid ahead')`,
		},
	],
	[addUp]: [
		{
			what: 'an instalment is one kuruş more',
			statements: `update payment set amount = amount + 1 where transaction_id = ${of('pending')} and installment_no = 2`,
			subject: `'transaction ' || ${of('pending')}`,
		},
		{
			what: 'an instalment is gone',
			statements: `delete from payment where transaction_id = ${of('completed')}`,
			subject: `'transaction ' || ${of('completed')}`,
		},
		{
			what: 'a down payment is gone',
			statements: `delete from payment where transaction_id = ${of('with down payment')} and installment_no = 0`,
			subject: `'transaction ' || ${of('with down payment')}`,
			also: [takenInAll],
		},
	],
	[used]: [
		{
			what: 'a customer uses one kuruş less than is open',
			statements: `update customer set active_principal = active_principal - 1 where id = ${customerOf('in enforcement')}`,
			subject: `'customer ' || ${customerOf('in enforcement')}`,
		},
		{
			what: 'a pending sale holds no limit',
			statements: `update customer set pending_holds = '{}' where id = ${customerOf('pending')}`,
			subject: `'customer ' || ${customerOf('pending')}`,
		},
		{
			what: 'a pending sale holds the limit until another day',
			statements: `update transaction set expire_date = expire_date + 1 where id = ${of('expired')}`,
			subject: `'customer ' || ${customerOf('expired')}`,
		},
	],
	[exposure]: [
		{
			what: 'a merchant’s exposure is one kuruş too small',
			statements: `update merchant_exposure set active_principal = active_principal - 1`,
			subject: `'merchant ' || (select merchant_id from merchant_exposure)`,
		},
		{
			what: 'a merchant with a limit has no exposure',
			statements: `delete from merchant_exposure`,
			subject: `'merchant ' || (select merchant_id from transaction where merchant_oid = 'pending')`,
		},
	],
	[negative]: [
		{
			what: 'a late fee is negative',
			statements: `
				alter table payment drop constraint payment_late_fee_paid_check;
				update payment set late_fee_paid = -1 where transaction_id = ${of('completed')}`,
			subject: `'payment ' || ${of('completed')} || '-1'`,
			also: [taken, takenInAll],
		},
		{
			what: 'a balance is negative',
			statements: `
				alter table customer_link drop constraint customer_link_balance_check;
				update customer_link set balance = -1 where customer_id = ${customerOf('completed')}`,
			subject: `'balance of customer ' || ${customerOf('completed')} || ' at merchant ' || (select merchant_id from merchant_exposure)`,
			also: [balance],
		},
		{
			what: 'a used limit is negative',
			statements: `
				alter table customer drop constraint customer_active_principal_check;
				update customer set active_principal = -1 where id = ${customerOf('completed')}`,
			subject: `'used limit of customer ' || ${customerOf('completed')}`,
			also: [used],
		},
	],
	[state]: [
		{
			what: 'a completed transaction is active again, with nothing open',
			statements: `update transaction set state = 'active', next_overdue_date = '2097-06-02' where id = ${of('completed')}`,
			subject: `'transaction ' || ${of('completed')}`,
			also: [overdue],
		},
		{
			what: 'an active transaction is completed, with something open',
			statements: `update transaction set state = 'completed', next_overdue_date = null where id = ${of('paid late')}`,
			subject: `'transaction ' || ${of('paid late')}`,
			also: [owes, used],
		},
		{
			what: 'a pending transaction is cancelled, its payments are not',
			statements: `update transaction set state = 'cancelled' where id = ${of('pending')}`,
			subject: `'transaction ' || ${of('pending')}`,
			also: [used, exposure],
		},
		{
			what: 'something of a pending transaction is paid',
			statements: `update payment set amount_paid = 1 where transaction_id = ${of('pending')} and installment_no = 1`,
			subject: `'transaction ' || ${of('pending')}`,
			also: [used, exposure, taken, takenInAll],
		},
	],
	[paid]: [
		{
			what: 'an open payment has nothing open',
			statements: `update payment set amount_paid = amount where transaction_id = ${of('in enforcement')} and installment_no = 3`,
			subject: `'payment ' || ${of('in enforcement')} || '-3'`,
			also: [owes, used, takenInAll],
		},
		{
			what: 'a cancelled payment has something open',
			statements: `update payment set state = 'cancelled' where transaction_id = ${of('in enforcement')} and installment_no = 3`,
			subject: `'payment ' || ${of('in enforcement')} || '-3'`,
			also: [owes, used],
		},
	],
	[overdue]: [
		{
			what: 'a transaction believes that it is overdue a day later',
			statements: `update transaction set next_overdue_date = next_overdue_date + 1 where id = ${of('in enforcement')}`,
			subject: `'transaction ' || ${of('in enforcement')}`,
		},
	],
	[taken]: [
		{
			what: 'a payment claims a late fee that nobody paid',
			statements: `update payment set late_fee_paid = late_fee_paid + 1 where transaction_id = ${of('paid late')} and installment_no = 1`,
			subject: `'payment ' || ${of('paid late')} || '-1'`,
			also: [takenInAll],
		},
		{
			what: 'a late fee was booked as an expense',
			statements: `
				update entry set account = 'enforcement-expenses'
				where movement_id = ${movementOf('reported-payment', 'paid late')} and account = 'late-fee-income'`,
			subject: `'payment ' || ${of('paid late')} || '-1'`,
			also: [takenInAll, expenses],
		},
		{
			what: 'a payment’s movement belongs to another instalment',
			statements: `update movement set installment_no = 2 where id = ${movementOf('reported-payment', 'completed')}`,
			subject: `'payment ' || ${of('completed')} || '-1'`,
		},
	],
	[takenInAll]: [
		{
			what: 'a payment in enforcement claims a late fee that nobody paid',
			statements: `update payment set late_fee_paid = late_fee_paid + 1 where transaction_id = ${of('in enforcement')} and installment_no = 1`,
			subject: `'transaction ' || ${of('in enforcement')}`,
		},
	],
	[refunds]: [
		{
			what: 'a refund is gone',
			statements: `delete from refund where refund_id = 'cut'`,
			subject: `'transaction ' || ${of('cut')}`,
		},
		{
			what: 'a refund gave back another fee',
			statements: `update transaction set refunded_fee = refunded_fee - 1 where id = ${of('cut')}`,
			subject: `'transaction ' || ${of('cut')}`,
		},
	],
	[expenses]: [
		{
			what: 'a payment carries an expense that nobody booked',
			statements: `update payment set expense = expense + 1 where transaction_id = ${of('cut')} and installment_no = 1`,
			subject: `'transaction ' || ${of('cut')}`,
		},
	],
	[booked]: [
		{
			what: 'a sale was booked twice',
			statements: `
				insert into movement select -1, type, merchant_id, customer_id, transaction_id, installment_no, amount, refund_id, payment_reference, business_date, recorded_at, stream, place, mac
					from movement where id = ${movementOf('sale', 'completed')};
				insert into entry select -1, account, amount from entry where movement_id = ${movementOf('sale', 'completed')}`,
			subject: `'transaction ' || ${of('completed')}`,
			also: [owes],
		},
		{
			what: 'a sale was never booked',
			statements: `delete from movement where id = ${movementOf('sale', 'completed')}`,
			subject: `'transaction ' || ${of('completed')}`,
			also: [owes],
		},
		{
			what: 'a part of the fee went to the merchant',
			statements: `
				insert into entry values (${movementOf('sale', 'paid late')}, 'fee-income', 7);
				update entry set amount = amount - 7 where movement_id = ${movementOf('sale', 'paid late')} and account = 'merchant-payable'`,
			subject: `'transaction ' || ${of('paid late')}`,
			also: [amount],
		},
		{
			what: 'a transaction has another fee than was booked',
			statements: `update transaction set fee = fee + 1 where id = ${of('completed')}`,
			subject: `'transaction ' || ${of('completed')}`,
			also: [addUp],
		},
		{
			what: 'a pending sale was booked',
			statements: `
				insert into movement select -1, 'sale', merchant_id, customer_id, id, null, order_amount, null, null, created_date, created_at, 1, 1, ''
					from transaction where id = ${of('pending')};
				insert into entry select -1, account, amount from unnest(array['customer-receivable', 'merchant-payable']::account[], array[30000, -30000]) as e (account, amount)`,
			subject: `'transaction ' || ${of('pending')}`,
			also: [owes],
		},
	],
}

it('the books are right after every kind of sale, payment and movement that there is', async () => {
	const findings = await verify(sandbox.app.database.pool)
	expect(findings.map(({ invariant, wrong, examples }) => [invariant.en, wrong, examples])).toEqual(
		invariants.map(({ en }) => [en, 0, []]),
	)
	for (const { invariant, checked } of findings) expect(checked, invariant.en).toBeGreaterThan(0)
	const { rows } = await owner.query(`
		select
			enum_range(null::movement_type)::text[] <@ (select array_agg(type::text) from movement) as every_movement,
			(select array_agg(distinct state order by state)::text from transaction) as states
	`)
	expect(rows).toEqual([{ every_movement: true, states: '{pending,active,completed,cancelled,refunded,enforcement}' }])
})

it('every invariant is falsified below', () => {
	expect(new Set(Object.keys(falsifications))).toEqual(new Set(invariants.map(({ en }) => en)))
})

describe.each(Object.entries(falsifications))('%s', (invariant, cases) => {
	it.each(cases)('is reported when $what', async ({ statements, subject, also = [] }) => {
		expect(await wrong()).toEqual({})
		const { rows } = await owner.query(`select ${subject} as subject`)
		await falsify(statements)
		try {
			const found = await wrong()
			expect(new Set(Object.keys(found))).toEqual(new Set([invariant, ...also]))
			expect(found[invariant]).toEqual([expect.stringMatching(new RegExp(`^${rows[0].subject} should be .+ but is .+$`))])
		} finally {
			await putBack()
		}
		expect(await wrong()).toEqual({})
	})
})

it('of many that are wrong ten are shown and all are counted', async () => {
	await falsify(`update payment set late_fee_paid = late_fee_paid + 1`)
	const finding = (await verify(sandbox.app.database.pool)).find(({ invariant }) => invariant.en === taken)
	expect(finding?.wrong).toBe(finding?.checked)
	expect(finding?.wrong).toBeGreaterThan(10)
	expect(finding?.examples).toHaveLength(10)
	await putBack()
})
