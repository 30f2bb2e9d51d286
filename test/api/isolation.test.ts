// A merchant can see, name and move nothing of another's. Every endpoint has a row below: with the other merchant's ids it must answer,
// to the letter, what it answers to ids that do not exist, and must leave everything as it was.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import type { Answer } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	codeOf,
	done,
	enforce,
	infoOf,
	loadBalance,
	look,
	namesOf,
	payExecution,
	pendingSale,
	refund,
	reportPaid,
	type Sale,
	setRates,
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

const today = '2095-03-10'

let sandbox: Sandbox
/** Whose business it is. */
let owner: TestMerchant
/** Who is after it. */
let stranger: TestMerchant

/** A customer of the owner only. */
let theirCustomer: string
/** A customer of both, with sales and a balance at the owner only. */
let sharedCustomer: string
/** The owner's sales, one in each state. */
let theirSales: Sale[]
const theirRefund = 'refund of the owner'
/** The KkbRefNo of a limit request of the owner, whose pin is not confirmed yet. */
let theirRequest: string

/** A customer of the stranger only, and a sale in each state that matters. */
let ownCustomer: string
let ownActive: Sale
let ownPending: Sale
let ownEnforced: Sale

beforeAll(async () => {
	sandbox = await startSandbox()
	owner = await sandbox.newMerchant()
	stranger = await sandbox.newMerchant()
	await setRates(sandbox, owner, [
		[null, 3, 0, 1, 1, 1_000_000],
		[null, 1, 0, 1, 1, 1_000_000],
		['OWNERS', 3, 999, 1, 1, 1_000_000],
	])
	await sandbox.startOn('2095-01-31')
	theirCustomer = await newCustomer(owner)
	theirRequest = (await done(owner, '/RequestV2/HasoAuthSendInfo', newPerson({ testOn: true }))).KkbRefNo
	const person = newPerson()
	sharedCustomer = await newCustomer(owner, person)
	ownCustomer = await newCustomer(stranger)
	await newCustomer(stranger, { ...person, kdsSegment: 'K1' })
	const [enforced, completed, refunded] = [
		await newSale(owner, theirCustomer),
		await newSale(owner, sharedCustomer, { selectedInstallment: 1 }),
		await newSale(owner, sharedCustomer),
	]
	await reportPaid(owner, completed, [1], '2095-01-31')
	await refund(owner, refunded, 1200_00, theirRefund)
	const expired = await pendingSale(owner, theirCustomer)
	ownEnforced = await newSale(stranger, await newCustomer(stranger))
	await sandbox.clock({ date: '2095-02-28' })
	const active = await newSale(owner, sharedCustomer)
	await loadBalance(owner, sharedCustomer, 1_00, '2095-02-28')
	await sandbox.clock({ date: today })
	await enforce(owner, enforced)
	await payExecution(owner, enforced, 1_00, today)
	await newSale(owner, sharedCustomer)
	const pending = await pendingSale(owner, sharedCustomer)
	theirSales = [pending, expired, active, enforced, completed, refunded]
	await enforce(stranger, ownEnforced)
	ownActive = await newSale(stranger, ownCustomer)
	ownPending = await pendingSale(stranger, ownCustomer)
	await sandbox.booksBalance()
})
afterAll(() => sandbox.stop())

const nobody = '9999999999'
const noSale = { transactionCode: 'T999999999', merchantOid: 'no such order' }

/** The same call twice: with ids of the owner, and with ids that nothing has. */
type Pair = readonly [theirs: Parameters, none: Parameters]
type Row = () => readonly Pair[]

/** The names of a sale in every mixture of the owner's, the stranger's and none. */
const pairsOfNames = (own: () => Sale, rest: Parameters = {}): readonly Pair[] => {
	const ours = namesOf(own())
	return theirSales.flatMap((sale): Pair[] => [
		[
			{ ...namesOf(sale), ...rest },
			{ ...noSale, ...rest },
		],
		[
			{ transactionCode: sale.TransactionCode, merchantOid: ours.merchantOid, ...rest },
			{ transactionCode: noSale.transactionCode, merchantOid: ours.merchantOid, ...rest },
		],
		[
			{ transactionCode: ours.transactionCode, merchantOid: sale.MerchantOid, ...rest },
			{ transactionCode: ours.transactionCode, merchantOid: noSale.merchantOid, ...rest },
		],
	])
}

const ofCustomer = (rest: Parameters = {}): readonly Pair[] => [
	[
		{ customerId: theirCustomer, ...rest },
		{ customerId: nobody, ...rest },
	],
]

const ofRequest = (rest: Parameters = {}): readonly Pair[] => [
	[
		{ kkbRefNo: theirRequest, ...rest },
		{ kkbRefNo: 'K999999', ...rest },
	],
]

/** Nothing that another merchant could have is named. */
const namesNothing: Row = () => []

const rows: { readonly [name in keyof typeof endpoints]: Row } = {
	getCustomerInformation: () => ofCustomer({ orderAmount: '100000' }),
	// A person is named by what stands on an identity card, by whoever has it: see below.
	setPreDefinedLimit: namesNothing,
	setLimitFromKds: namesNothing,
	setCustomerLimit: () => ofCustomer({ customerLimit: 1 }),
	changeCustomerGsmNo: () => ofCustomer({ newGsmNo: '5321119988' }),
	hasoAuthSendInfo: namesNothing,
	sendKkbPinCode: () => ofRequest({ pinCode: '123456' }),
	askKkbReportResult: () => ofRequest(),
	resendKkbPinCode: () => ofRequest(),
	suspendCustomer: () => ofCustomer(),
	activateCustomer: () => ofCustomer(),
	createTransaction: () => [
		...ofCustomer({ merchantOid: 'new', orderAmount: 1, selectedInstallment: 1 }),
		...ofCustomer({ merchantOid: theirSales[0]?.MerchantOid, orderAmount: '120000', selectedInstallment: 3 }),
	],
	activateTransaction: () => pairsOfNames(() => ownPending),
	getPaymentsOfTransaction: () => pairsOfNames(() => ownActive),
	setPaidPayment: () =>
		[...theirSales, ownActive].flatMap((sale): Pair[] => {
			const [at, own] = [{ paymentDate: today }, ownActive.MerchantOid]
			return [
				[
					{
						...at,
						paymentCode: codeOf(sale, 1),
						merchantOid: sale === ownActive ? theirSales[0]?.MerchantOid : sale.MerchantOid,
					},
					{ ...at, paymentCode: sale === ownActive ? codeOf(sale, 1) : 'T999999999-1', merchantOid: noSale.merchantOid },
				],
				[
					{ ...at, paymentCode: codeOf(sale, 9), merchantOid: own },
					{ ...at, paymentCode: 'T999999999-9', merchantOid: own },
				],
			]
		}),
	setBulkPaidPayment: () =>
		theirSales.flatMap((sale): Pair[] => {
			const [at, own] = [{ paymentDate: today }, { paymentDate: today, merchantOid: ownActive.MerchantOid }]
			return [
				[
					{ ...at, paymentCodes: [codeOf(sale, 1), codeOf(sale, 2)], merchantOid: sale.MerchantOid },
					{ ...at, paymentCodes: ['T999999999-1', 'T999999999-2'], merchantOid: noSale.merchantOid },
				],
				[
					{ ...own, paymentCodes: [codeOf(ownActive, 1), codeOf(sale, 1)] },
					{ ...own, paymentCodes: [codeOf(ownActive, 1), 'T999999999-1'] },
				],
				[
					{ ...at, paymentCodes: [codeOf(ownActive, 1)], merchantOid: sale.MerchantOid },
					{ ...at, paymentCodes: [codeOf(ownActive, 1)], merchantOid: noSale.merchantOid },
				],
			]
		}),
	loadCustomerBalance: () => ofCustomer({ balanceAmount: 1, paymentDate: today }),
	refundTransaction: () => [
		...pairsOfNames(() => ownActive, { refundId: 'new', refundAmount: 1 }),
		...pairsOfNames(() => ownActive, { refundId: theirRefund, refundAmount: 1 }),
	],
	checkRefund: () => [[{ refundId: theirRefund }, { refundId: 'no such refund' }]],
	getCustomerTransactions: () => [
		...ofCustomer(),
		[{ customerId: sharedCustomer }, { customerId: sharedCustomer, transactionCodes: [noSale.transactionCode] }],
		[
			{ customerId: ownCustomer, transactionCodes: theirSales.map((sale) => sale.TransactionCode) },
			{ customerId: ownCustomer, transactionCodes: [noSale.transactionCode] },
		],
	],
	getCustomerPayments: () => [
		...ofCustomer(),
		[{ customerId: sharedCustomer }, { customerId: sharedCustomer, paymentStatuses: [2] }],
	],
	sendExecutionTransaction: () => pairsOfNames(() => ownActive),
	setPaidExecutionTransaction: () => pairsOfNames(() => ownEnforced, { paymentAmount: 1, paymentDate: today }),
	sendTransactionExpense: () => pairsOfNames(() => ownEnforced, { expenseAmount: 1 }),
	getDailyReconciliation: () => [[{ reconciliationDate: '2095-02-28' }, { reconciliationDate: '2094-02-28' }]],
	getDailyReconciliationDetail: () => [[{ reconciliationDate: '2095-02-28' }, { reconciliationDate: '2094-02-28' }]],
	getPaymentPlanByDealerSegment: () => [
		[
			{ orderAmount: '100000', dealerSegment: 'OWNERS' },
			{ orderAmount: '100000', dealerSegment: 'NOBODYS' },
		],
	],
	getInstallmentRates: () => [[{ dealerSegment: 'OWNERS' }, { dealerSegment: 'NOBODYS' }]],
	getErrorCodes: namesNothing,
}

/** All that an answer says; the ids that were sent and are repeated in it, which tell the sender nothing, are struck out. */
function said({ headers: _, ...answer }: Answer, sent: Parameters): string {
	const ids = Object.entries(sent).flatMap(([name, value]) => (/Codes?$/.test(name) ? [value].flat() : []))
	return ids.reduce<string>((text, id) => text.replaceAll(`${id}: `, '…: '), JSON.stringify(answer))
}

describe('the ids of another merchant', () => {
	it.each(Object.keys(endpoints) as (keyof typeof endpoints)[])('are for %s as if they did not exist', async (name) => {
		expect(Object.keys(rows), `${name} needs a row in this file`).toContain(name)
		const path = pathOf(endpoints[name])
		const before = await sandbox.everything()
		for (const [theirs, none] of rows[name]()) {
			const [withTheirs, withNone] = [await stranger.client.call(path, theirs), await stranger.client.call(path, none)]
			expect({ sent: theirs, said: said(withTheirs, theirs) }).toEqual({ sent: theirs, said: said(withNone, none) })
		}
		expect(await sandbox.everything()).toEqual(before)
	})

	it('are the owner’s, who gets an answer with each of them', async () => {
		// The rows above would prove nothing if these ids were wrong.
		for (const sale of theirSales) await look(owner, sale)
		await done(owner, '/RequestV2/CheckRefund', { refundId: theirRefund })
		// Not H210: the request is there, only its pin is too old by now.
		const latePin = await owner.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo: theirRequest, pinCode: '123456' })
		expect(latePin.Errors).toEqual(['H212'])
		for (const customerId of [theirCustomer, sharedCustomer]) {
			expect(await infoOf(owner, customerId)).toMatchObject({ CustomerId: customerId })
			expect((await done(owner, '/Index/GetCustomerTransactions', { customerId })).TotalCount).toBeGreaterThan(0)
			expect((await done(owner, '/Index/GetCustomerPayments', { customerId })).TotalCount).toBeGreaterThan(0)
		}
		const totals = await done(owner, '/Index/GetDailyReconciliation', { reconciliationDate: '2095-02-28' })
		expect(totals).toMatchObject({ TransactionCount: 1, BalanceLoadCount: 1 })
		const { InstallmentRates } = await done(owner, '/Index/GetInstallmentRates', { dealerSegment: 'OWNERS' })
		expect(InstallmentRates).toHaveLength(3)
	})
})

describe('what is a merchant’s own name for something is free for every other merchant', () => {
	it('the merchantOid of a sale', async () => {
		const [theirs] = theirSales as [Sale]
		const order = newOrder(ownCustomer, { merchantOid: theirs.MerchantOid })
		const sold = await done(stranger, '/RequestV2/CreateTransaction', order)
		expect(sold.TransactionCode).not.toBe(theirs.TransactionCode)
		expect(sold).toMatchObject({ MerchantOid: theirs.MerchantOid, CustomerId: ownCustomer })
		expect((await look(owner, theirs)).CustomerId).not.toBe(ownCustomer)
	})

	it('the merchantOid of a sale and the refundId of its refund, also when both use them at the same moment', async () => {
		const names = Array.from({ length: 20 }, (_, i) => `at once ${i}`)
		const sell = (at: TestMerchant, customerId: string, orderAmount: number) =>
			names.map(async (merchantOid): Promise<Sale> => {
				const order = newOrder(customerId, { merchantOid, orderAmount })
				return done(at, '/RequestV2/CreateTransaction', order)
			})
		const [own, theirs] = [await newCustomer(stranger), await newCustomer(owner)]
		const [ofStranger, ofOwner] = await Promise.all([
			Promise.all(sell(stranger, own, 300)),
			Promise.all(sell(owner, theirs, 600)),
		])
		for (const sale of ofStranger) expect(sale).toMatchObject({ OrderAmount: 3, CustomerId: own })
		for (const sale of ofOwner) expect(sale).toMatchObject({ OrderAmount: 6, CustomerId: theirs })
		const undo = (at: TestMerchant, sales: readonly Sale[], amount: number) =>
			Promise.all(sales.map((sale) => refund(at, sale, amount, sale.MerchantOid)))
		const undone = await Promise.all([undo(stranger, ofStranger, 300), undo(owner, ofOwner, 600)])
		for (const [i, amount] of [3, 6].entries()) {
			expect(undone[i]?.map(({ RefundAmount }) => RefundAmount)).toEqual(Array(20).fill(amount))
		}
	})

	it('a refundId', async () => {
		const sold = await newSale(stranger, ownCustomer)
		expect(await refund(stranger, sold, 1_00, theirRefund)).toMatchObject({ RefundAmount: 1 })
		expect(await done(owner, '/RequestV2/CheckRefund', { refundId: theirRefund })).toMatchObject({ RefundAmount: 1200 })
	})

	it('a paymentReferenceCode and an Idempotency-Key', async () => {
		const load = (at: TestMerchant, customerId: string, balanceAmount: number, headers: Record<string, string> = {}) => {
			const parameters = { customerId, balanceAmount, paymentDate: today, paymentReferenceCode: `shared ${balanceAmount % 10}` }
			return at.client.call('/RequestV2/LoadCustomerBalance', parameters, { headers })
		}
		const first = await load(owner, theirCustomer, 11)
		expect(first.Data).toMatchObject({ CustomerBalance: 0.11 })
		expect((await load(stranger, ownCustomer, 21)).Data).toMatchObject({ CustomerBalance: 0.21 })
		const key = { 'idempotency-key': 'shared' }
		expect((await load(owner, theirCustomer, 12, key)).Data).toMatchObject({ CustomerBalance: 0.23 })
		const second = await load(stranger, ownCustomer, 22, key)
		expect(second.Data).toMatchObject({ CustomerBalance: 0.43 })
		expect(second.headers.get('idempotency-replayed')).toBeNull()
	})
})

describe('a person whom both merchants know', () => {
	it('has segments, a mark and a balance at each; only limit, use and arrears are the person’s', async () => {
		await done(owner, '/RequestV2/SuspendCustomer', { customerId: sharedCustomer })
		expect(await infoOf(owner, sharedCustomer)).toMatchObject({
			CustomerStatus: 2,
			Balance: 1,
			KdsSegment: null,
			UsedLimit: 3600,
		})
		expect(await infoOf(stranger, sharedCustomer)).toMatchObject({
			CustomerStatus: 1,
			Balance: 0,
			KdsSegment: 'K1',
			UsedLimit: 3600,
		})
		await done(owner, '/RequestV2/ActivateCustomer', { customerId: sharedCustomer })
	})

	it('is told of by a limit that is set as by one for a stranger, but for what is the person’s', async () => {
		const person = newPerson({ kdsSegment: 'K7' })
		const customerId = await newCustomer(owner, person)
		await newSale(owner, customerId, { orderAmount: '10000', selectedInstallment: 1 })
		await loadBalance(owner, customerId, 1_00, today)
		const { kdsSegment: _, ...known } = person
		const parameters = { ...known, dealerSegment: 'NEW', preDefinedLimit: '5000000' }
		const unknown = { ...parameters, tckn: newPerson().tckn, mobileNumber: newPerson().mobileNumber }
		const path = '/RequestV2/SetPreDefinedLimit'
		const forKnown = (await done(stranger, path, parameters)).CustomerInfo
		const forUnknown = (await done(stranger, path, unknown)).CustomerInfo
		const persons = { CustomerId: customerId, GsmNo: forKnown.GsmNo, UsedLimit: 100, AvailableLimit: 49900 }
		expect(forKnown).toEqual({ ...forUnknown, ...persons })
	})

	it('can’t be bought from by one merchant with what was loaded at another', async () => {
		const person = newPerson()
		const customerId = await newCustomer(owner, person)
		await newCustomer(stranger, person)
		await loadBalance(owner, customerId, 5000_00, today)
		const sold = await newSale(stranger, customerId)
		expect((await look(stranger, sold)).Payments.map(({ paidAmount }: { paidAmount: number }) => paidAmount)).toEqual([0, 0, 0])
		expect(
			refusalsOf(
				await stranger.client.call('/RequestV2/LoadCustomerBalance', { customerId, balanceAmount: 1, paymentDate: today }),
			),
		).toEqual([])
		expect((await infoOf(owner, customerId)).Balance).toBe(5000)
		await sandbox.booksBalance()
	})
})
