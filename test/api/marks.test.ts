// A merchant suspends a customer and takes it back (protocol 5.16, 5.22): what that stops, what it does not, and whose mark is whose
// (answers 29).

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	codeOf,
	done,
	enforce,
	infoOf,
	loadBalance,
	look,
	namesOf,
	newRefundId,
	payExecution,
	refund,
	refusedWithoutTrace,
	type Sale,
	sendExpense,
	words,
} from '../sales.ts'
import {
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	refusalsOf,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

const suspendPath = '/RequestV2/SuspendCustomer'
const activatePath = '/RequestV2/ActivateCustomer'
const day = '2095-03-10'

let sandbox: Sandbox
let merchant: TestMerchant
let elsewhere: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
	elsewhere = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

const suspend = (customerId: string, given: Parameters = {}, at = merchant) =>
	at.client.call(suspendPath, { customerId, ...given })
const activate = (customerId: string, given: Parameters = {}, at = merchant) =>
	at.client.call(activatePath, { customerId, ...given })

/** The operator's mark, which no call of a merchant moves. */
const markByOperator = (customerId: string, suspended: boolean) =>
	sandbox.app.database.pool.query('update customer set suspended = $2 where id = $1', [customerId, suspended])

/** A customer of both merchants. */
async function sharedCustomer(): Promise<string> {
	const person = newPerson()
	const customerId = await newCustomer(merchant, person)
	expect(await newCustomer(elsewhere, person)).toBe(customerId)
	return customerId
}

const active = { CustomerStatus: 1, CustomerStatusText: 'Aktif' }
const suspended = { CustomerStatus: 2, CustomerStatusText: 'Askıda' }

describe('a customer', () => {
	it('is suspended, and active again: both answers have the customer as it is then', async () => {
		const customerId = await newCustomer(merchant)
		const before = await infoOf(merchant, customerId)
		const answer = await suspend(customerId)
		expect(answer.Data).toEqual({ Message: 'RS100', CustomerInfo: { ...before, ...suspended } })
		expect(Object.keys(answer.Data)).toEqual(['Message', 'CustomerInfo'])
		expect(await infoOf(merchant, customerId)).toEqual({ ...before, ...suspended })
		expect((await activate(customerId)).Data).toEqual({ Message: 'RS100', CustomerInfo: before })
		expect(await infoOf(merchant, customerId)).toEqual(before)
	})

	it('is suspended once: H224 says that it is so already, H225 that it is not', async () => {
		const customerId = await newCustomer(merchant)
		expect(await refusedWithoutTrace(sandbox, () => activate(customerId))).toEqual(['H225 customerId'])
		expect(refusalsOf(await suspend(customerId))).toEqual([])
		expect(await refusedWithoutTrace(sandbox, () => suspend(customerId))).toEqual(['H224 customerId'])
		expect(refusalsOf(await activate(customerId))).toEqual([])
		expect(await refusedWithoutTrace(sandbox, () => activate(customerId))).toEqual(['H225 customerId'])
	})

	it('is suspended with a reason, which is kept with the event', async () => {
		const customerId = await newCustomer(merchant)
		const reason = 'Şikâyet №7: ödeme sözü tutulmadı '.padEnd(250, '.')
		expect(refusalsOf(await suspend(customerId, { reason, ipAddress: '203.0.113.9' }))).toEqual([])
		expect(refusalsOf(await activate(customerId))).toEqual([])
		const events = await sandbox.app.database.pool.query(
			'select kind, ip_address, detail from event where customer_id = $1 order by id desc limit 2',
			[customerId],
		)
		expect(events.rows).toEqual([
			{ kind: 'customer-reactivated', ip_address: null, detail: null },
			{ kind: 'customer-suspended', ip_address: '203.0.113.9', detail: { reason } },
		])
	})

	it('is suspended by one of 50 calls at two servers at once', async () => {
		const customerId = await newCustomer(merchant)
		const second = new MerchantClient((await sandbox.newServer()).url, merchant.credentials)
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => (i % 2 ? second : merchant.client).call(suspendPath, { customerId })),
		)
		expect(answers.map(({ Errors }) => Errors.join()).sort()).toEqual(['', ...Array(49).fill('H224')])
	})

	it('is suspended once under an Idempotency-Key, and the answer is replayed', async () => {
		const customerId = await newCustomer(merchant)
		const options = { headers: { 'idempotency-key': `suspend ${customerId}` } }
		const first = await merchant.client.call(suspendPath, { customerId }, options)
		expect(words(await merchant.client.call(suspendPath, { customerId }, options))).toBe(words(first))
	})
})

describe('a merchant’s mark', () => {
	it('holds for that merchant alone', async () => {
		const customerId = await sharedCustomer()
		await suspend(customerId)
		expect(await infoOf(merchant, customerId)).toMatchObject(suspended)
		expect(await infoOf(elsewhere, customerId)).toMatchObject(active)
		await newSale(elsewhere, customerId)
		expect(await refusedWithoutTrace(sandbox, () => activate(customerId, {}, elsewhere))).toEqual(['H225 customerId'])
	})

	it('is one of several: each merchant lifts its own', async () => {
		const customerId = await sharedCustomer()
		await suspend(customerId)
		expect(refusalsOf(await suspend(customerId, {}, elsewhere))).toEqual([])
		expect(refusalsOf(await activate(customerId, {}, elsewhere))).toEqual([])
		expect(await infoOf(elsewhere, customerId)).toMatchObject(active)
		expect(await infoOf(merchant, customerId)).toMatchObject(suspended)
	})

	it('is another than the operator’s, which it neither makes, sees nor lifts', async () => {
		const customerId = await sharedCustomer()
		await markByOperator(customerId, true)
		for (const at of [merchant, elsewhere]) {
			expect(await infoOf(at, customerId)).toMatchObject(suspended)
			const buy = () => at.client.call('/RequestV2/CreateTransaction', newOrder(customerId))
			expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H220 customerId'])
		}
		expect(await refusedWithoutTrace(sandbox, () => activate(customerId))).toEqual(['H225 customerId'])
		expect((await suspend(customerId)).Data.CustomerInfo).toMatchObject(suspended)
		expect((await activate(customerId)).Data.CustomerInfo).toMatchObject(suspended)
		await suspend(customerId)
		await markByOperator(customerId, false)
		expect(await infoOf(merchant, customerId)).toMatchObject(suspended)
		expect(await infoOf(elsewhere, customerId)).toMatchObject(active)
	})
})

describe('a suspension', () => {
	let person: Record<string, unknown>
	let customerId: string
	let created: Record<string, unknown>
	let sold: Sale
	let pending: Sale
	let overdue: Sale
	let enforced: Sale
	const madeBefore = newRefundId()

	beforeAll(async () => {
		await sandbox.startOn('2095-01-31')
		person = newPerson()
		customerId = await newCustomer(merchant, person)
		overdue = await newSale(merchant, customerId, { orderAmount: '30000' })
		enforced = await newSale(merchant, customerId, { orderAmount: '30000' })
		await sandbox.clock({ date: '2095-02-28' })
		sold = await newSale(merchant, customerId, { selectedInstallment: 12 })
		created = newOrder(customerId)
		pending = await done(merchant, '/RequestV2/CreateTransaction', created)
		await refund(merchant, sold, 1_00, madeBefore)
		await sandbox.clock({ date: '2095-03-01' })
		await enforce(merchant, enforced)
		expect(refusalsOf(await suspend(customerId))).toEqual([])
	})

	it.each<[call: string, parameters: () => Parameters]>([
		['/RequestV2/SetLimitFromKds', () => person],
		['/RequestV2/SetPreDefinedLimit', () => ({ ...person, preDefinedLimit: 1 })],
		['/RequestV2/SetCustomerLimit', () => ({ customerId, customerLimit: 1 })],
		['/RequestV2/CreateTransaction', () => newOrder(customerId)],
	])('stops %s, which says so before that the customer is in enforcement or overdue', async (path, parameters) => {
		const call = () => merchant.client.call(path, parameters())
		expect(await refusedWithoutTrace(sandbox, call)).toEqual([
			path.includes('From') || path.includes('Pre') ? 'H220 tckn' : 'H220 customerId',
		])
	})

	it('stops no repeat of a sale that was made before', async () => {
		expect(await done(merchant, '/RequestV2/CreateTransaction', created)).toMatchObject({
			TransactionCode: pending.TransactionCode,
		})
	})

	it('stops neither reads nor what is to happen to sales that were made before', async () => {
		const reads: [string, Parameters][] = [
			['/Index/GetCustomerInformation', { customerId, orderAmount: '100000' }],
			['/Index/GetCustomerPayments', { customerId }],
			['/Index/GetCustomerTransactions', { customerId }],
			['/Index/GetPaymentsOfTransaction', namesOf(sold)],
			['/RequestV2/CheckRefund', { refundId: madeBefore }],
		]
		for (const [path, parameters] of reads) await done(merchant, path, parameters)
		expect((await done(merchant, ...(reads[0] as [string, Parameters]))).InstallmentPlans).not.toEqual([])

		await done(merchant, '/RequestV2/ActivateTransaction', namesOf(pending))
		const report = { merchantOid: sold.MerchantOid, paymentDate: '2095-03-01' }
		await done(merchant, '/RequestV2/SetPaidPayment', { ...report, paymentCode: codeOf(sold, 1) })
		await done(merchant, '/RequestV2/SetBulkPaidPayment', { ...report, paymentCodes: [codeOf(sold, 2), codeOf(sold, 3)] })
		await refund(merchant, sold, 10_00)
		await payExecution(merchant, enforced, 1_00, '2095-03-01')
		await sendExpense(merchant, enforced, 1_00)
		// The balance rule goes on, too: the oldest instalment owes 100.14.
		expect((await loadBalance(merchant, customerId, 100_14, '2095-03-01')).ClosedPayments).toMatchObject([
			{ paymentCode: codeOf(overdue, 1) },
		])
		await sandbox.clock({ date: '2095-04-01' })
		await enforce(merchant, overdue)
		expect(await look(merchant, overdue)).toMatchObject({ TransactionStatus: 5 })
	})

	it('is over when it is lifted', async () => {
		await sandbox.startOn(day)
		const other = await newCustomer(merchant)
		await suspend(other)
		const order = newOrder(other)
		const buy = () => merchant.client.call('/RequestV2/CreateTransaction', order)
		expect(await refusedWithoutTrace(sandbox, buy)).toEqual(['H220 customerId'])
		await activate(other)
		expect(refusalsOf(await buy())).toEqual([])
		await done(merchant, '/RequestV2/SetCustomerLimit', { customerId: other, customerLimit: '200000' })
	})
})

describe.each([suspendPath, activatePath])('%s is refused', (path) => {
	it.each<[refused: string[], why: string, given: () => Promise<Parameters>]>([
		[['H101 customerId'], 'when it does not say whom', async () => ({})],
		[
			['H102 ipAddress', 'H102 customerId', 'H102 reason'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			async () => ({ reason: 'r'.repeat(251), customerId: '12345678901', ipAddress: 'here' }),
		],
		[['H102 reason'], 'for a reason with control characters', async () => ({ customerId: '1', reason: 'a\nb' })],
		[['H223 customerId'], 'for a customer that is nobody', async () => ({ customerId: '9999999999' })],
		[['H223 customerId'], 'for a customerId that nobody can have', async () => ({ customerId: 'nobody' })],
		[['H223 customerId'], 'for a customer of another merchant only', async () => ({ customerId: await newCustomer(elsewhere) })],
	])('with %j %s', async (refused, _, given) => {
		const parameters = await given()
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, parameters))).toEqual(refused)
	})
})
