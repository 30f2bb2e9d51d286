// The day's totals and the movements they are the sum of (protocol 5.11, answers section K). Beside single rules there is a merchant
// that keeps books of its own over many days of random business, and compares.

import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	askRefund,
	codeOf,
	done,
	enforce,
	loadBalance,
	namesOf,
	newRefundId,
	payExecution,
	pendingSale,
	refund,
	refusedWithoutTrace,
	reportPaid,
	type Sale,
	sendExpense,
} from '../sales.ts'
import { newCustomer, newOrder, newPerson, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const totalsPath = '/Index/GetDailyReconciliation'
const detailPath = '/Index/GetDailyReconciliationDetail'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
})
// Each test counts the whole of a day, so each has a merchant of its own.
beforeEach(async () => {
	merchant = await sandbox.newMerchant({ downPaymentMaxShareBps: 5000 })
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

interface Movement {
	readonly MovementType: 'TRANSACTION' | 'REFUND' | 'PAYMENT' | 'BALANCE' | 'EXECUTION_PAYMENT'
	readonly MovementCode: string
	readonly Amount: number
	readonly MovementDate: string
}

const nothing = {
	TransactionCount: 0,
	TransactionAmount: 0,
	RefundCount: 0,
	RefundAmount: 0,
	PaymentCount: 0,
	PaymentAmount: 0,
	BalanceLoadCount: 0,
	BalanceLoadAmount: 0,
}
type Totals = typeof nothing

/** The eight totals of a day as the server tells them, without what it says to the merchant's own. */
async function totalsOf(reconciliationDate: string, at = merchant): Promise<Totals> {
	const { IsMatched, Differences, ...totals } = await done(at, totalsPath, { reconciliationDate })
	expect([IsMatched, Differences]).toEqual([null, []])
	return totals
}

/** All movements of a day, page by page. */
async function movementsOf(reconciliationDate: string, pageSize = 500, at = merchant): Promise<Movement[]> {
	const movements: Movement[] = []
	for (let pageNo = 1; ; pageNo++) {
		const page = await done(at, detailPath, { reconciliationDate, pageNo, pageSize })
		expect(page).toMatchObject({ PageNo: pageNo, PageSize: pageSize })
		movements.push(...page.Movements)
		if (page.Movements.length < pageSize) {
			expect(movements).toHaveLength(page.TotalCount)
			return movements
		}
	}
}

const kindOf = {
	TRANSACTION: 'Transaction',
	REFUND: 'Refund',
	PAYMENT: 'Payment',
	EXECUTION_PAYMENT: 'Payment',
	BALANCE: 'BalanceLoad',
} as const

/** Counts by the words of the protocol, in whole kuruş so that nothing is lost on the way. */
function counted(movements: readonly Pick<Movement, 'MovementType' | 'Amount'>[]): Totals {
	const totals: Totals = { ...nothing }
	for (const { MovementType, Amount } of movements) {
		const kind = kindOf[MovementType]
		totals[`${kind}Count`]++
		totals[`${kind}Amount`] = (Math.round(totals[`${kind}Amount`] * 100) + Math.round(Amount * 100)) / 100
	}
	return totals
}

/** Each movement as `PAYMENT T100001-2 400`, the codes that are ours as `M…`. */
const brief = (movements: readonly Movement[]) =>
	movements.map(({ MovementType, MovementCode, Amount }) => `${MovementType} ${MovementCode.replace(/^M\d+$/, 'M…')} ${Amount}`)

describe('the movements of a day', () => {
	it('are of every kind, in the order in which they were recorded, with what names them', async () => {
		await sandbox.startOn('2095-01-31')
		const late = await newSale(merchant, await newCustomer(merchant), { merchantOid: 'late', orderAmount: '30000' })
		const customerId = await newCustomer(merchant)
		const paid = await newSale(merchant, customerId, { merchantOid: 'paid' })
		await sandbox.clock({ date: '2095-03-10' })
		await reportPaid(merchant, paid, [1], '2095-02-10')
		const report = { merchantOid: 'paid', paymentDate: '2095-02-11', paymentReferenceCode: 'kasa 7' }
		await done(merchant, '/RequestV2/SetBulkPaidPayment', { ...report, paymentCodes: [codeOf(paid, 3), codeOf(paid, 2)] })
		const load = { customerId, balanceAmount: 123_45, paymentDate: '2095-02-01', paymentReferenceCode: 'havale 1' }
		await done(merchant, '/RequestV2/LoadCustomerBalance', load)
		await refund(merchant, paid, 70_00, 'iade 1')
		await enforce(merchant, late)
		await sendExpense(merchant, late, 50_00)
		await done(merchant, '/RequestV2/SetPaidExecutionTransaction', {
			...namesOf(late),
			paymentAmount: 60_00,
			paymentDate: '2095-03-01',
			paymentReferenceCode: 'icra 1',
		})

		const none = { transactionCode: null, merchantOid: null, paymentCode: null, paymentReferenceCode: null }
		const ofPaid = { transactionCode: paid.TransactionCode, merchantOid: 'paid', MovementDate: '2095-03-10T00:00:00' }
		const payment = (no: number, paymentReferenceCode: string | null) => ({
			MovementType: 'PAYMENT',
			MovementCode: codeOf(paid, no),
			paymentCode: codeOf(paid, no),
			Amount: 400,
			paymentReferenceCode,
			...ofPaid,
		})
		const ours = expect.stringMatching(/^M\d{1,19}$/)
		const { Movements, ...paging } = await done(merchant, detailPath, { reconciliationDate: '2095-03-10' })
		expect(paging).toEqual({ TotalCount: 6, PageNo: 1, PageSize: 50 })
		// The first was ten days late when it was paid, and is reported for a day on which it was not.
		expect(Movements).toEqual([
			payment(1, null),
			payment(3, 'kasa 7'),
			payment(2, 'kasa 7'),
			{
				...none,
				MovementType: 'BALANCE',
				MovementCode: ours,
				Amount: 123.45,
				MovementDate: '2095-03-10T00:00:00',
				paymentReferenceCode: 'havale 1',
			},
			{ ...none, ...ofPaid, MovementType: 'REFUND', MovementCode: 'iade 1', Amount: 70 },
			{
				...none,
				MovementType: 'EXECUTION_PAYMENT',
				MovementCode: ours,
				transactionCode: late.TransactionCode,
				merchantOid: 'late',
				Amount: 60,
				MovementDate: '2095-03-10T00:00:00',
				paymentReferenceCode: 'icra 1',
			},
		])
		expect(Object.keys(Movements[0])).toEqual([
			'MovementType',
			'MovementCode',
			'transactionCode',
			'merchantOid',
			'paymentCode',
			'Amount',
			'MovementDate',
			'paymentReferenceCode',
		])
		expect(await totalsOf('2095-03-10')).toEqual({
			...nothing,
			RefundCount: 1,
			RefundAmount: 70,
			PaymentCount: 4,
			PaymentAmount: 1260,
			BalanceLoadCount: 1,
			BalanceLoadAmount: 123.45,
		})
		expect(brief(await movementsOf('2095-01-31'))).toEqual([
			`TRANSACTION ${late.TransactionCode} 300`,
			`TRANSACTION ${paid.TransactionCode} 1200`,
		])
	})

	it('of an activation are the sale, then what was paid at the till with it', async () => {
		await sandbox.startOn('2095-03-10')
		const customerId = await newCustomer(merchant, { kdsLimit: '70000' })
		await sandbox.app.database.pool.query('update customer set marked_risky = true where id = $1', [customerId])
		const sale = await newSale(merchant, customerId, { orderAmount: '100000', selectedInstallment: 4 })
		// 300.00 down; 700.00 and a fee of 10.50 in four
		expect(brief(await movementsOf('2095-03-10'))).toEqual([
			`TRANSACTION ${sale.TransactionCode} 1000`,
			`PAYMENT ${sale.TransactionCode}-0 300`,
			`PAYMENT ${sale.TransactionCode}-1 177.63`,
		])
	})

	it('count a sale on the day it is activated, and a sale that never is on no day', async () => {
		await sandbox.startOn('2095-03-10')
		const customerId = await newCustomer(merchant)
		const [sold, cancelled] = [await pendingSale(merchant, customerId), await pendingSale(merchant, customerId)]
		await pendingSale(merchant, customerId)
		expect(await totalsOf('2095-03-10')).toEqual(nothing)
		await sandbox.clock({ date: '2095-03-12' })
		await done(merchant, '/RequestV2/ActivateTransaction', namesOf(sold))
		await refund(merchant, cancelled, 1200_00)
		await sandbox.clock({ date: '2095-04-01' })
		expect(await totalsOf('2095-03-10')).toEqual(nothing)
		expect(await totalsOf('2095-03-12')).toEqual({ ...nothing, TransactionCount: 1, TransactionAmount: 1200 })
	})

	it('count all that was taken on a payment, with late fee and expense, and a refund without its fee', async () => {
		await sandbox.startOn('2095-01-31')
		// 253.75 each, of which 3.75 fee
		const sale = await newSale(merchant, await newCustomer(merchant), { orderAmount: '100000', selectedInstallment: 4 })
		await sandbox.clock({ date: '2095-03-10' })
		await reportPaid(merchant, sale, [1], '2095-03-10') // ten days late: 3.59
		await refund(merchant, sale, 100_00)
		expect(await totalsOf('2095-03-10')).toEqual({
			...nothing,
			PaymentCount: 1,
			PaymentAmount: 257.34,
			RefundCount: 1,
			RefundAmount: 100,
		})
	})

	it('do not count money of the balance a second time, nor expenses', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		await newSale(merchant, customerId, { orderAmount: '30000' })
		const late = await newSale(merchant, await newCustomer(merchant))
		await sandbox.clock({ date: '2095-03-10' })
		const { ClosedPayments } = await loadBalance(merchant, customerId, 250_00, '2095-03-10')
		expect(ClosedPayments).toHaveLength(2)
		await enforce(merchant, late)
		await sendExpense(merchant, late, 50_00)
		await sendExpense(merchant, late, 20_00)
		expect(brief(await movementsOf('2095-03-10'))).toEqual(['BALANCE M… 250'])
	})

	it('count a call that was repeated, or refused, no second time', async () => {
		await sandbox.startOn('2095-03-10')
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		await done(merchant, '/RequestV2/ActivateTransaction', namesOf(sale))
		for (let i = 0; i < 2; i++) {
			await reportPaid(merchant, sale, [1, 2], '2095-03-10')
			const load = { customerId, balanceAmount: 1_00, paymentDate: '2095-03-10', paymentReferenceCode: 'once' }
			await done(merchant, '/RequestV2/LoadCustomerBalance', load)
			await askRefund(merchant, sale, 100_00, 'once')
			await askRefund(merchant, sale, 1200_00)
		}
		expect(brief(await movementsOf('2095-03-10'))).toEqual([
			`TRANSACTION ${sale.TransactionCode} 1200`,
			`PAYMENT ${codeOf(sale, 1)} 400`,
			`PAYMENT ${codeOf(sale, 2)} 400`,
			'BALANCE M… 1',
			'REFUND once 100',
		])
	})

	it('are the merchant’s own: another merchant’s business with the same customer is not among them', async () => {
		await sandbox.startOn('2095-03-10')
		const elsewhere = await sandbox.newMerchant()
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		expect(await newCustomer(elsewhere, person)).toBe(customerId)
		const theirs = await newSale(elsewhere, customerId, { selectedInstallment: 1 })
		await reportPaid(elsewhere, theirs, [1], '2095-03-10')
		await loadBalance(elsewhere, customerId, 5_00, '2095-03-10')
		expect(await totalsOf('2095-03-10')).toEqual(nothing)
		expect(await movementsOf('2095-03-10')).toEqual([])
		expect(await totalsOf('2095-03-10', elsewhere)).toMatchObject({ TransactionCount: 1, PaymentCount: 1, BalanceLoadCount: 1 })
	})

	it.each(['2095-03-09', '2095-03-11', '2999-12-31', '1900-01-01'])(
		'on %s, when there was nothing, are none and all totals 0',
		async (date) => {
			await sandbox.startOn('2095-03-10')
			await newSale(merchant, await newCustomer(merchant))
			expect(await totalsOf(date)).toEqual(nothing)
			expect(await done(merchant, detailPath, { reconciliationDate: date })).toEqual({
				Movements: [],
				TotalCount: 0,
				PageNo: 1,
				PageSize: 50,
			})
		},
	)

	it('come in pages that together are the whole, each row once, whatever the size of a page', async () => {
		await sandbox.startOn('2095-03-10')
		const customerId = await newCustomer(merchant)
		for (let i = 1; i <= 23; i++) await loadBalance(merchant, customerId, i, '2095-03-10')
		const amounts = Array.from({ length: 23 }, (_, i) => (i + 1) / 100)
		for (const pageSize of [1, 7, 22, 23, 24, 500]) {
			const movements = await movementsOf('2095-03-10', pageSize)
			expect(movements.map(({ Amount }) => Amount)).toEqual(amounts)
			expect(new Set(movements.map(({ MovementCode }) => MovementCode)).size).toBe(23)
		}
		const page = async (given: Parameters) => {
			const { Movements, ...rest } = await done(merchant, detailPath, { reconciliationDate: '2095-03-10', ...given })
			return [Movements.length, rest]
		}
		expect(await page({ pageSize: 10, pageNo: 3 })).toEqual([3, { TotalCount: 23, PageNo: 3, PageSize: 10 }])
		expect(await page({ pageSize: 10, pageNo: 4 })).toEqual([0, { TotalCount: 23, PageNo: 4, PageSize: 10 }])
		expect(await page({ pageNo: 10 ** 9, pageSize: 500 })).toEqual([0, { TotalCount: 23, PageNo: 10 ** 9, PageSize: 500 }])
	})
})

describe('the merchant’s own totals', () => {
	const own = {
		transactionCount: 2,
		transactionAmount: 240000,
		refundCount: 1,
		refundAmount: 10001,
		paymentCount: 1,
		paymentAmount: 40000,
		balanceLoadCount: 1,
		balanceLoadAmount: 1,
	}
	const names = Object.keys(own) as (keyof typeof own)[]

	beforeEach(async () => {
		await sandbox.startOn('2095-03-10')
		const customerId = await newCustomer(merchant)
		const sale = await newSale(merchant, customerId)
		await newSale(merchant, customerId)
		await refund(merchant, sale, 100_01)
		await reportPaid(merchant, sale, [1], '2095-03-10')
		await loadBalance(merchant, customerId, 1, '2095-03-10')
	})

	const compared = async (given: Parameters) => {
		const { IsMatched, Differences } = await done(merchant, totalsPath, { reconciliationDate: '2095-03-10', ...given })
		return { IsMatched, Differences }
	}
	const matched = { IsMatched: true, Differences: [] }

	it('are matched when all are right, and the answer has ours in the manual’s order', async () => {
		const answer = await done(merchant, totalsPath, { reconciliationDate: '2095-03-10', ...own })
		expect(Object.entries(answer)).toEqual([
			['TransactionCount', 2],
			['TransactionAmount', 2400],
			['RefundCount', 1],
			['RefundAmount', 100.01],
			['PaymentCount', 1],
			['PaymentAmount', 400],
			['BalanceLoadCount', 1],
			['BalanceLoadAmount', 0.01],
			['IsMatched', true],
			['Differences', []],
		])
	})

	it.each(names)('are matched by %s alone, and differ when that is one more', async (name) => {
		expect(await compared({ [name]: own[name] })).toEqual(matched)
		const inLira = (value: number) => (name.endsWith('Amount') ? value / 100 : value)
		expect(await compared({ [name]: own[name] + 1 })).toEqual({
			IsMatched: false,
			Differences: [{ Field: name, Ours: inLira(own[name]), Yours: inLira(own[name] + 1) }],
		})
	})

	it('differ by what differs only, in the order of the table', async () => {
		const sent = { ...own, balanceLoadAmount: '2', refundCount: '0', transactionAmount: 0 }
		expect(await compared(Object.fromEntries(Object.entries(sent).reverse()))).toEqual({
			IsMatched: false,
			Differences: [
				{ Field: 'transactionAmount', Ours: 2400, Yours: 0 },
				{ Field: 'refundCount', Ours: 1, Yours: 0 },
				{ Field: 'balanceLoadAmount', Ours: 0.01, Yours: 0.02 },
			],
		})
	})

	it('of 0 say something: they match an empty day and differ from a full one', async () => {
		const zeros = Object.fromEntries(names.map((name) => [name, 0]))
		const empty = await done(merchant, totalsPath, { reconciliationDate: '2095-03-11', ...zeros })
		expect(empty).toMatchObject({ ...nothing, IsMatched: true, Differences: [] })
		expect((await compared(zeros)).Differences).toHaveLength(8)
	})

	it('that are not sent are not compared: null, empty and absent', async () => {
		const unsent = { IsMatched: null, Differences: [] }
		expect(await compared({})).toEqual(unsent)
		expect(await compared(Object.fromEntries(names.map((name, i) => [name, i % 2 ? null : ''])))).toEqual(unsent)
	})

	it('may be as large as any amount', async () => {
		expect(await compared({ transactionCount: '10000000000000', transactionAmount: '10000000000000' })).toMatchObject({
			Differences: [
				{ Field: 'transactionCount', Ours: 2, Yours: 10_000_000_000_000 },
				{ Field: 'transactionAmount', Ours: 2400, Yours: 100_000_000_000 },
			],
		})
	})
})

describe('the calls are refused', () => {
	const totals = ['transactionCount', 'transactionAmount', 'refundCount', 'refundAmount']
	const more = ['paymentCount', 'paymentAmount', 'balanceLoadCount', 'balanceLoadAmount']
	const wrong = Object.fromEntries([...totals, ...more].reverse().map((name) => [name, '-1']))

	it.each<[path: string, refused: string[], why: string, given: Parameters]>([
		[totalsPath, ['H101 reconciliationDate'], 'when no day is named', {}],
		[totalsPath, ['H102 reconciliationDate'], 'for a day that is none', { reconciliationDate: '2095-02-29' }],
		[
			totalsPath,
			['ipAddress', 'reconciliationDate', ...totals, ...more].map((name) => `H102 ${name}`),
			'for every parameter at fault, in the order of the table, ipAddress first',
			{ ...wrong, reconciliationDate: 'today', ipAddress: 'here' },
		],
		[totalsPath, ['H102 refundAmount'], 'for an amount in lira', { reconciliationDate: '2095-03-10', refundAmount: '1.50' }],
		[
			totalsPath,
			['H102 paymentCount'],
			'for too large a count',
			{ reconciliationDate: '2095-03-10', paymentCount: '10000000000001' },
		],
		[detailPath, ['H101 reconciliationDate'], 'when no day is named', {}],
		[
			detailPath,
			['H102 ipAddress', 'H102 reconciliationDate', 'H102 pageNo', 'H102 pageSize'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{ pageSize: 501, pageNo: 0, reconciliationDate: '10.03.2095', ipAddress: 'here' },
		],
	])('%s with %j %s', async (path, refused, _, given) => {
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, given))).toEqual(refused)
	})
})

// a merchant that keeps books of its own ------------------------------------------------------------------------

interface Book {
	/** What the merchant wrote down, by day. */
	readonly days: Map<string, Pick<Movement, 'MovementType' | 'Amount'>[]>
	write(day: string, MovementType: Movement['MovementType'], kurus: number): void
}
function newBook(): Book {
	const days: Book['days'] = new Map()
	return {
		days,
		write(day, MovementType, kurus) {
			days.set(day, [...(days.get(day) ?? []), { MovementType, Amount: kurus / 100 }])
		},
	}
}

type Deed = {
	readonly what: 'sell' | 'report' | 'bulk' | 'load' | 'refund' | 'enforce' | 'collect' | 'wait'
	readonly share: number
}
const deeds: fc.Arbitrary<Deed[]> = fc.array(
	fc.record({
		what: fc.constantFrom('sell', 'sell', 'report', 'report', 'bulk', 'load', 'refund', 'enforce', 'collect', 'wait', 'wait'),
		share: fc.integer({ min: 1, max: 1000 }),
	}),
	{ minLength: 25, maxLength: 40 },
)

/** Does what it is told as far as it is possible, and writes down what the answers said. */
async function business(at: TestMerchant, book: Book, list: readonly Deed[]): Promise<void> {
	const customers = [await newCustomer(at), await newCustomer(at)]
	const sales: Sale[] = []
	const pick = <T>(of: readonly T[], share: number): T | undefined => of[share % of.length]
	for (const { what, share } of list) {
		const day = await sandbox.today()
		const sale = pick(sales, share)
		const call = (path: string, parameters: Parameters) => at.client.call(path, parameters)
		if (what === 'wait') await sandbox.clock({ advanceDays: share % 40 })
		else if (what === 'sell') {
			const orderAmount = share * 100 + 7
			const order = newOrder(pick(customers, share) as string, { orderAmount, selectedInstallment: 1 + (share % 6) })
			const created = await call('/RequestV2/CreateTransaction', order)
			if (!created.Success) continue
			sales.push(created.Data)
			await done(at, '/RequestV2/ActivateTransaction', namesOf(created.Data))
			book.write(day, 'TRANSACTION', orderAmount)
		} else if (what === 'load') {
			await loadBalance(at, pick(customers, share) as string, share, day)
			book.write(day, 'BALANCE', share)
		} else if (!sale) continue
		else if (what === 'refund') {
			const answer = await call('/RequestV2/RefundTransaction', {
				...namesOf(sale),
				refundId: newRefundId(),
				refundAmount: share,
			})
			if (answer.Success) book.write(day, 'REFUND', share)
		} else if (what === 'enforce') await call('/RequestV2/SendExecutionTransaction', namesOf(sale))
		else if (what === 'collect') {
			const parameters = { ...namesOf(sale), paymentAmount: share, paymentDate: day }
			const answer = await call('/RequestV2/SetPaidExecutionTransaction', parameters)
			if (answer.Success) book.write(day, 'EXECUTION_PAYMENT', share)
		} else {
			const codes = sale.Payments.map(({ paymentCode }) => paymentCode).slice(0, what === 'bulk' ? 3 : 1)
			const parameters = {
				paymentCodes: codes,
				merchantOid: sale.MerchantOid,
				paymentDate: day,
				paymentReferenceCode: newRefundId(),
			}
			const answer = await call('/RequestV2/SetBulkPaidPayment', parameters)
			if (!answer.Success) continue
			for (const { paidAmount } of answer.Data.paymentfunds) book.write(day, 'PAYMENT', Math.round(paidAmount * 100))
		}
	}
}

it('over many days of random business, the totals of each day are the sum of its movements and what the merchant wrote down', async () => {
	await fc.assert(
		fc.asyncProperty(deeds, fc.integer({ min: 1, max: 30 }), async (list, pageSize) => {
			await sandbox.startOn('2095-01-31')
			const shop = await sandbox.newMerchant()
			const book = newBook()
			await business(shop, book, list)
			for (const [day, written] of book.days) {
				const totals = await totalsOf(day, shop)
				expect(totals).toEqual(counted(await movementsOf(day, pageSize, shop)))
				expect(totals).toEqual(counted(written))
			}
		}),
		{ numRuns: 10 },
	)
}, 120_000)

it('while others write, past days stand still, and today’s movements come to no less than the totals before and no more than those after', async () => {
	await sandbox.startOn('2095-01-31')
	const customers: string[] = []
	for (let i = 0; i < 6; i++) customers.push(await newCustomer(merchant))
	const past: Sale[] = []
	for (const customerId of customers) past.push(await newSale(merchant, customerId))
	await sandbox.clock({ date: '2095-02-10' })
	const [pastTotals, pastMovements] = [await totalsOf('2095-01-31'), await movementsOf('2095-01-31')]
	expect(pastTotals).toEqual(counted(pastMovements))

	const clients = [merchant.client, new MerchantClient((await sandbox.newServer()).url, merchant.credentials)]
	let writing = true
	const writers = customers.map(async (customerId, i) => {
		const at = { ...merchant, client: clients[i % 2] as MerchantClient }
		for (let round = 0; round < 8; round++) {
			await loadBalance(at, customerId, 1 + round, '2095-02-10')
			const sale = await newSale(at, customerId, { orderAmount: '30000' })
			await refund(at, sale, 10_00)
		}
		await reportPaid(at, past[i] as Sale, [3], '2095-02-10')
	})
	let compared = 0
	const readers = [0, 1].map(async () => {
		while (writing) {
			expect(await totalsOf('2095-01-31')).toEqual(pastTotals)
			expect(await movementsOf('2095-01-31', 4)).toEqual(pastMovements)
			const before = await totalsOf('2095-02-10')
			const movements = await movementsInOnePage()
			const after = await totalsOf('2095-02-10')
			const sum = counted(movements)
			for (const name of Object.keys(sum) as (keyof Totals)[]) {
				expect(sum[name]).toBeGreaterThanOrEqual(before[name])
				expect(sum[name]).toBeLessThanOrEqual(after[name])
			}
			compared++
		}
	})
	await Promise.all(writers)
	writing = false
	await Promise.all(readers)
	expect(compared).toBeGreaterThan(0)
	expect(await totalsOf('2095-02-10')).toEqual(counted(await movementsOf('2095-02-10', 7)))
	expect(await totalsOf('2095-02-10')).toMatchObject({
		TransactionCount: 48,
		RefundCount: 48,
		RefundAmount: 480,
		BalanceLoadCount: 48,
		BalanceLoadAmount: 2.16,
		PaymentCount: 6,
	})

	/** One answer: its rows and their count are of one moment. */
	async function movementsInOnePage(): Promise<Movement[]> {
		const { Movements, TotalCount } = await done(merchant, detailPath, { reconciliationDate: '2095-02-10', pageSize: 500 })
		expect(Movements).toHaveLength(TotalCount)
		return Movements
	}
})

it('what came in through enforcement counts among the payments', async () => {
	await sandbox.startOn('2095-01-31')
	const sale = await newSale(merchant, await newCustomer(merchant))
	await sandbox.clock({ date: '2095-03-10' })
	await enforce(merchant, sale)
	await payExecution(merchant, sale, 12_34, '2095-03-10')
	expect(await totalsOf('2095-03-10')).toEqual({ ...nothing, PaymentCount: 1, PaymentAmount: 12.34 })
})
