// A customer's transactions, page by page (protocol 5.9).

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Parameters } from '../../src/sdk/sign.ts'
import { done, enforce, lines, look, namesOf, pendingSale, refund, refusedWithoutTrace, reportPaid, type Sale } from '../sales.ts'
import { newCustomer, newPerson, newSale, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const path = '/Index/GetCustomerTransactions'

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

const list = (customerId: string, given: Parameters = {}, at = merchant) => done(at, path, { customerId, ...given })

/** The codes of what is listed, in its order. */
const codes = async (customerId: string, given: Parameters = {}, at = merchant): Promise<string[]> =>
	(await list(customerId, given, at)).Transactions.map(({ TransactionCode }: Sale) => TransactionCode)

describe('the list of transactions', () => {
	it('has each with the fields of a sale, its date and its payments as they are today', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const sold = await newSale(merchant, customerId, { orderAmount: '100000', selectedInstallment: 4 })
		await sandbox.clock({ date: '2095-03-10' })
		await refund(merchant, sold, 100_00)
		const answer = await list(customerId)
		const { Payments, ...fields } = await look(merchant, sold)
		expect(answer).toEqual({
			Transactions: [{ ...fields, Payments, TransactionDate: '2095-01-31T00:00:00' }],
			TotalCount: 1,
			PageNo: 1,
			PageSize: 50,
		})
		expect(Object.keys(answer.Transactions[0])).toEqual([
			'TransactionCode',
			'MerchantOid',
			'CustomerId',
			'TransactionStatus',
			'TransactionStatusText',
			'OrderAmount',
			'DownPaymentAmount',
			'FeeAmount',
			'TotalAmount',
			'ExpireDate',
			'Payments',
			'TransactionDate',
		])
		expect(fields).toMatchObject({ TransactionStatus: 1, OrderAmount: 1000, FeeAmount: 15, TotalAmount: 1015 })
		expect(lines(Payments)).toEqual([
			'1: 253.75 Vadesi Geçmiş Ödeme, late fee 3.59',
			'2: 253.75 Ödenmedi',
			'3: 253.75 Ödenmedi',
			'4: 152.25 Ödenmedi',
		])
	})

	it('is empty for a customer who has bought nothing', async () => {
		expect(await list(await newCustomer(merchant))).toEqual({ Transactions: [], TotalCount: 0, PageNo: 1, PageSize: 50 })
	})

	it('has the newest first, by the day they were made and not by that of their activation', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const oldest = await pendingSale(merchant, customerId)
		const middle = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2095-02-02' })
		const newest = await newSale(merchant, customerId)
		await done(merchant, '/RequestV2/ActivateTransaction', namesOf(oldest))
		const { Transactions } = await list(customerId)
		expect(
			Transactions.map(({ TransactionCode, TransactionDate }: Sale & { TransactionDate: string }) => [
				TransactionCode,
				TransactionDate,
			]),
		).toEqual([
			[newest.TransactionCode, '2095-02-02T00:00:00'],
			[middle.TransactionCode, '2095-01-31T00:00:00'],
			[oldest.TransactionCode, '2095-01-31T00:00:00'],
		])
	})

	it('has those that were activated, whatever became of them, and no pending, cancelled or expired ones', async () => {
		await sandbox.startOn('2095-01-31')
		const customerId = await newCustomer(merchant)
		const expired = await pendingSale(merchant, customerId)
		const enforced = await newSale(merchant, customerId)
		await sandbox.clock({ date: '2095-02-28' })
		const cancelled = await pendingSale(merchant, customerId)
		const refunded = await newSale(merchant, customerId)
		const completed = await newSale(merchant, customerId, { selectedInstallment: 1 })
		const active = await newSale(merchant, customerId)
		const pending = await pendingSale(merchant, customerId)
		await refund(merchant, cancelled, 1200_00)
		await refund(merchant, refunded, 1200_00)
		await reportPaid(merchant, completed, [1], '2095-02-28')
		await sandbox.clock({ date: '2095-03-01' })
		await enforce(merchant, enforced)

		const { Transactions, TotalCount } = await list(customerId)
		expect(TotalCount).toBe(4)
		expect(
			Transactions.map(({ TransactionCode, TransactionStatus, TransactionStatusText }: Record<string, unknown>) => [
				TransactionCode,
				TransactionStatus,
				TransactionStatusText,
			]),
		).toEqual([
			[active.TransactionCode, 1, 'Aktif'],
			[completed.TransactionCode, 2, 'Tamamlandı'],
			[refunded.TransactionCode, 4, 'İade Edildi'],
			[enforced.TransactionCode, 5, 'İcrada'],
		])
		const all = [expired, enforced, cancelled, refunded, completed, active, pending].map((sale) => sale.TransactionCode)
		expect(await codes(customerId, { transactionCodes: all })).toHaveLength(4)
	})

	it('comes page by page, each transaction once and with its own payments', async () => {
		const customerId = await newCustomer(merchant)
		const sales: Sale[] = []
		for (const selectedInstallment of [3, 1, 12, 2, 6])
			sales.push(await newSale(merchant, customerId, { selectedInstallment, orderAmount: '1200' }))
		const all = sales.map((sale) => sale.TransactionCode).reverse()
		const page = async (pageNo: number, pageSize: number) => {
			const { Transactions, ...paging } = await list(customerId, { pageNo, pageSize })
			expect(paging).toEqual({ TotalCount: 5, PageNo: pageNo, PageSize: pageSize })
			for (const { Payments, TransactionCode } of Transactions as Sale[]) {
				expect(Payments.map(({ paymentCode }) => paymentCode)).toEqual(
					sales.find((sale) => sale.TransactionCode === TransactionCode)?.Payments.map(({ paymentCode }) => paymentCode),
				)
			}
			return Transactions.map(({ TransactionCode }: Sale) => TransactionCode)
		}
		expect(await page(1, 2)).toEqual(all.slice(0, 2))
		expect(await page(2, 2)).toEqual(all.slice(2, 4))
		expect(await page(3, 2)).toEqual(all.slice(4))
		expect(await page(4, 2)).toEqual([])
		expect(await page(1, 500)).toEqual(all)
		expect(await page(10 ** 9, 500)).toEqual([])
	})

	it('has nothing of what the customer bought elsewhere, nor what others bought here', async () => {
		const person = newPerson()
		const customerId = await newCustomer(merchant, person)
		expect(await newCustomer(elsewhere, person)).toBe(customerId)
		const here = await newSale(merchant, customerId)
		const there = await newSale(elsewhere, customerId)
		const neighbours = await newSale(merchant, await newCustomer(merchant))
		expect(await codes(customerId)).toEqual([here.TransactionCode])
		expect(await codes(customerId, {}, elsewhere)).toEqual([there.TransactionCode])
		const asked = [here, there, neighbours].map((sale) => sale.TransactionCode)
		expect(await codes(customerId, { transactionCodes: asked })).toEqual([here.TransactionCode])
	})
})

describe('transactionCodes', () => {
	let customerId: string
	let one: string
	let two: string
	let three: string

	beforeAll(async () => {
		customerId = await newCustomer(merchant)
		const sales = []
		for (let i = 0; i < 3; i++) sales.push((await newSale(merchant, customerId, { orderAmount: '1200' })).TransactionCode)
		;[one, two, three] = sales as [string, string, string]
	})

	it.each<[how: string, as: 'json' | 'form', sent: () => Parameters, shows: () => string[]]>([
		['a list, listed newest first all the same', 'json', () => ({ transactionCodes: [one, three] }), () => [three, one]],
		['a list that repeats itself', 'json', () => ({ transactionCodes: [two, two] }), () => [two]],
		['the JSON text of a list', 'json', () => ({ transactionCodes: JSON.stringify([one]) }), () => [one]],
		['one code', 'json', () => ({ transactionCodes: two }), () => [two]],
		['an empty list, which is none sent', 'json', () => ({ transactionCodes: [] }), () => [three, two, one]],
		['null', 'json', () => ({ transactionCodes: null }), () => [three, two, one]],
		['a repeated key', 'form', () => ({ transactionCodes: [one, two] }), () => [two, one]],
		['indexed keys', 'form', () => ({ 'transactionCodes[0]': one, 'transactionCodes[1]': three }), () => [three, one]],
		['codes that are none', 'json', () => ({ transactionCodes: ['T1', 'x', '0', 'T99999999999999999'] }), () => []],
		['codes with a comma between them, which are one', 'json', () => ({ transactionCodes: `${one},${two}` }), () => []],
		['a code in another casing', 'json', () => ({ transactionCodes: one.toLowerCase() }), () => []],
		['500 codes', 'json', () => ({ transactionCodes: Array(500).fill(one) }), () => [one]],
	])('sent as %s in %s', async (_, as, sent, shows) => {
		const answer = await merchant.client.call(path, { customerId, ...sent() }, { as })
		expect(answer.Errors).toEqual([])
		expect(answer.Data.Transactions.map(({ TransactionCode }: Sale) => TransactionCode)).toEqual(shows())
		expect(answer.Data.TotalCount).toBe(shows().length)
	})

	it('are counted and paged', async () => {
		const given = { transactionCodes: [one, two, three], pageSize: 2 }
		expect(await codes(customerId, given)).toEqual([three, two])
		expect(await codes(customerId, { ...given, pageNo: 2 })).toEqual([one])
		expect(await list(customerId, { ...given, transactionCodes: [one, two] })).toMatchObject({ TotalCount: 2 })
	})
})

describe('the call is refused', () => {
	it.each<[refused: string[], why: string, given: () => Promise<Parameters>]>([
		[['H101 customerId'], 'when it does not say whose', async () => ({})],
		[
			['H102 ipAddress', 'H102 customerId', 'H102 transactionCodes', 'H102 pageNo', 'H102 pageSize'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			async () => ({
				pageSize: 501,
				pageNo: 0,
				transactionCodes: ['T'.repeat(21)],
				customerId: '12345678901',
				ipAddress: 'here',
			}),
		],
		[['H102 transactionCodes'], 'for 501 codes', async () => ({ customerId: '1', transactionCodes: Array(501).fill('T1') })],
		[['H102 transactionCodes'], 'for an empty code', async () => ({ customerId: '1', transactionCodes: ['T1', ''] })],
		[['H223 customerId'], 'for a customer that is nobody', async () => ({ customerId: '9999999999' })],
		[['H223 customerId'], 'for a customerId that nobody can have', async () => ({ customerId: 'nobody' })],
		[['H223 customerId'], 'for a customer of another merchant only', async () => ({ customerId: await newCustomer(elsewhere) })],
	])('with %j %s', async (refused, _, given) => {
		const parameters = await given()
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, parameters))).toEqual(refused)
	})
})
