// What a person may ask of whoever keeps their data: to see all of it, and to be forgotten. After that nothing anywhere says who it was,
// and every kuruş is where it was.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomerId } from '../../src/domain/customer.ts'
import { findPerson, personalData } from '../../src/queries/people.ts'
import { erasePerson } from '../../src/store/erasure.ts'
import { vaultOf } from '../database.ts'
import { digitOf, Simulator, tcknGraded } from '../neighbours.ts'
import { run } from '../process.ts'
import {
	customerInfo,
	masterKey,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	type Sandbox,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let shop: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	shop = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

const database = () => sandbox.app.database
const notebook = () => ({
	streams: database().streams,
	clock: {
		now: async () => ({ atMs: Date.parse(`${await sandbox.today()}T09:00:00Z`), today: (await sandbox.today()) as never }),
	},
	operator: 'tester',
	command: 'person erase',
})

async function erase(by: { customerId: CustomerId } | { tckn: string }, retentionYears = 10) {
	const found = await findPerson(database().pool, database().vault, by)
	if (!found) return { done: 'nobody' as const }
	return erasePerson(database().pool, database().vault, found, retentionYears, notebook())
}

const person = {
	shopperName: 'Feriştah Su',
	shopperSurname: 'Tanrıkulugil',
	birthDate: '1979-03-09',
	dealerSegment: 'PLATINUMX',
	email: 'feristah.tanrikulugil@example.com',
}
const ip = '198.51.100.77'
let customers = 0

/** A customer with a finished sale, whose name and numbers stand wherever they can. */
async function finishedCustomer() {
	const shopper = { ...newPerson(), ...person, ipAddress: ip } as Record<string, string>
	const key = { headers: { 'idempotency-key': `k-${customers++}` } }
	const first = await shop.client.call('/RequestV2/SetLimitFromKds', shopper, key)
	expect(first.Errors).toEqual([])
	const customerId = first.Data.CustomerInfo.CustomerId as string
	const basketList = [{ skuCode: 'wig-of-feristah' }]
	const sale = await newSale(shop, customerId, { selectedInstallment: 1, ipAddress: ip, basketList, dealerSegment: 'PLATINUMX' })
	const paid = await shop.client.call('/RequestV2/SetPaidPayment', {
		paymentCode: sale.Payments[0].paymentCode,
		merchantOid: sale.MerchantOid,
		paymentDate: await sandbox.today(),
		ipAddress: ip,
	})
	expect(paid.Errors).toEqual([])
	return { shopper, customerId, id: BigInt(customerId), sale }
}

/** Where the texts stand in any row of any table, also sealed. */
async function tracesOf(shopper: Record<string, string>): Promise<string[]> {
	const vault = await vaultOf(sandbox.databaseUrl, masterKey)
	const rows = await sandbox.everything()
	const texts = [person.shopperName, person.shopperSurname, person.birthDate, 'PLATINUMX', 'wig-of-feristah', ip]
	const hashes = [vault.hash(String(shopper.tckn), 'tckn'), vault.hash(String(shopper.mobileNumber), 'mobile-number')]
	const masked = `${String(shopper.mobileNumber).slice(0, 3)}*****${String(shopper.mobileNumber).slice(-2)}`
	const found = rows.filter((row) => [...texts, ...hashes, masked].some((text) => row.includes(text)))
	const sealed = await sandbox.owner.query(`
		select tckn_sealed as value, 'tckn' as purpose from person union all select mobile_sealed, 'mobile-number' from person
		union all select email_sealed, 'email' from person union all select tckn_sealed, 'tckn' from limit_request where tckn_sealed is not null
		union all select mobile_sealed, 'mobile-number' from limit_request where mobile_sealed is not null
		union all select email_sealed, 'email' from limit_request where email_sealed is not null
	`)
	const opened = sealed.rows.map(({ value, purpose }) => vault.open(value, purpose))
	return [...found, ...opened.filter((text) => [shopper.tckn, shopper.mobileNumber, person.email].includes(text))]
}

const money = async () =>
	(await sandbox.everything()).filter((row) => /^(movement|entry|payment|refund|merchant_exposure) /.test(row))

describe('a person who is forgotten', () => {
	it('leaves no trace in any table, and every kuruş where it was', async () => {
		const { shopper, customerId, id, sale } = await finishedCustomer()
		expect(await tracesOf(shopper)).not.toEqual([])
		const before = await money()
		const sales = await sandbox.owner.query('select id, order_amount, fee, state from transaction where customer_id = $1', [id])
		expect(await erase({ customerId: id }, 0)).toEqual({ done: 'erased' })
		expect(await tracesOf(shopper)).toEqual([])
		expect(await money()).toEqual(before)
		const after = await sandbox.owner.query('select id, order_amount, fee, state from transaction where customer_id = $1', [id])
		expect(after.rows).toEqual(sales.rows)
		await sandbox.booksBalance()

		// The merchant still finds its sale, and a customer who is nobody.
		const shown = await shop.client.call('/Index/GetPaymentsOfTransaction', {
			transactionCode: sale.TransactionCode,
			merchantOid: sale.MerchantOid,
		})
		expect(shown.Errors).toEqual([])
		expect(await customerInfo(shop, customerId)).toMatchObject({
			CustomerId: customerId,
			CustomerName: '',
			CustomerSurname: '',
			CustomerLimit: 0,
			CustomerStatus: 2,
		})
		expect(await shop.client.call('/RequestV2/CreateTransaction', newOrder(customerId))).toMatchObject({ Success: false })
		await sandbox.booksBalance()
	})

	it('is noted as erased, once, however often it is asked for', async () => {
		const { id } = await finishedCustomer()
		expect(await erase({ customerId: id }, 0)).toEqual({ done: 'erased' })
		const before = await sandbox.everything()
		expect(await erase({ customerId: id }, 0)).toEqual({ done: 'erased-before' })
		expect(await sandbox.everything()).toEqual(before)
		const { rows } = await sandbox.owner.query(
			`select actor, operator from event where customer_id = $1 and kind = 'person-erased'`,
			[id],
		)
		expect(rows).toEqual([{ actor: 'operator', operator: 'tester' }])
	})

	it('comes back under the same TCKN as somebody new, with none of it', async () => {
		const { shopper, customerId, id } = await finishedCustomer()
		await erase({ customerId: id }, 0)
		expect(await erase({ tckn: String(shopper.tckn) }, 0)).toEqual({ done: 'nobody' })
		const again = await newCustomer(shop, {
			...newPerson(),
			tckn: shopper.tckn as string,
			mobileNumber: shopper.mobileNumber as string,
		})
		expect(again).not.toBe(customerId)
		expect(await customerInfo(shop, again)).toMatchObject({ UsedLimit: 0, CustomerStatus: 1 })
		await sandbox.booksBalance()
	})

	it('may be one who only asked for a limit and never became a customer', async () => {
		const tckn = tcknGraded(digitOf.A)
		const mobileNumber = String(newPerson().mobileNumber)
		const asked = { ...newPerson(), ...person, tckn, mobileNumber, shopperSurname: 'Uyuşmaz' }
		expect((await shop.client.call('/RequestV2/HasoAuthSendInfo', asked)).Errors).toEqual(['H202'])
		expect(await findPerson(database().pool, database().vault, { tckn })).toMatchObject({ customerId: null })
		expect(await erase({ tckn })).toEqual({ done: 'erased' })
		expect(await findPerson(database().pool, database().vault, { tckn })).toBeNull()
	})

	it('is granted no limit by a request that was still open', async () => {
		const simulator = new Simulator(sandbox.app.simulatorUrl)
		const asked = newPerson({ tckn: tcknGraded(digitOf.A) })
		const { Data } = await shop.client.call('/RequestV2/HasoAuthSendInfo', asked)
		const pin = await simulator.pin(String(asked.mobileNumber))
		expect(await erase({ tckn: String(asked.tckn) })).toEqual({ done: 'erased' })
		const answer = await shop.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo: Data.KkbRefNo, pinCode: pin })
		expect(answer.Errors).toEqual(['H210'])
		await sandbox.booksBalance()
	})
})

describe('a person is kept', () => {
	it('while a sale is open or a balance is there, whatever the retention', async () => {
		const id = await newCustomer(shop)
		const before = await sandbox.everything()
		const sale = await newSale(shop, id)
		const open = await sandbox.everything()
		expect(await erase({ customerId: BigInt(id) }, 0)).toEqual({ refused: 'money-open' })
		expect(await sandbox.everything()).toEqual(open)
		expect(open).not.toEqual(before)
		for (const { paymentCode } of sale.Payments) {
			await shop.client.call('/RequestV2/SetPaidPayment', {
				paymentCode,
				merchantOid: sale.MerchantOid,
				paymentDate: await sandbox.today(),
			})
		}
		const load = { customerId: id, balanceAmount: '500', paymentDate: await sandbox.today() }
		expect((await shop.client.call('/RequestV2/LoadCustomerBalance', load)).Errors).toEqual([])
		expect(await erase({ customerId: BigInt(id) }, 0)).toEqual({ refused: 'money-open' })
		const pending = await newCustomer(shop)
		await shop.client.call('/RequestV2/CreateTransaction', newOrder(pending))
		expect(await erase({ customerId: BigInt(pending) }, 0)).toEqual({ refused: 'money-open' })
	})

	it('for as many years after the last sale or payment as the law wants, and not a day longer', async () => {
		const { id } = await finishedCustomer()
		const today = await sandbox.today()
		const [year, rest] = [Number(today.slice(0, 4)), today.slice(4)]
		expect(await erase({ customerId: id }, 10)).toEqual({ refused: 'to-be-kept', until: `${year + 10}${rest}` })
		await sandbox.clock({ date: `${year + 3}${rest}` })
		expect(await erase({ customerId: id }, 3)).toEqual({ done: 'erased' })
		await sandbox.clock({ reset: true })
	})
})

describe('what is shown to a person', () => {
	it('is everything: who it is, its limits, sales, payments, movements, requests and what was noted', async () => {
		const { shopper, customerId, id, sale } = await finishedCustomer()
		const found = await findPerson(database().pool, database().vault, { tckn: String(shopper.tckn) })
		expect(found).toMatchObject({ customerId: id })
		const data = JSON.parse(JSON.stringify(await personalData(database().pool, database().vault, found as never)))
		expect(data).toMatchObject({
			customerId,
			tckn: shopper.tckn,
			mobileNumber: shopper.mobileNumber,
			email: person.email,
			person: [{ name: person.shopperName, surname: person.shopperSurname, birth_date: person.birthDate }],
			credit: [{ id: Number(customerId), limit_amount: 5_000_000 }],
			merchants: [{ dealer_segment: 'PLATINUMX', merchant_name: 'Test shop' }],
			transactions: [{ id: Number(sale.TransactionCode.slice(1)), payments: [{ installment_no: 1, state: 'paid' }] }],
			baskets: [{ rows: [{ skuCode: 'wig-of-feristah' }] }],
			movements: [{ type: 'sale' }, { type: 'reported-payment' }],
			limitRequests: [],
			answersKept: [{ scope: 'Idempotency-Key' }],
		})
		expect(data.events.map(({ kind }: { kind: string }) => kind)).toEqual([
			'limit-set',
			'transaction-created',
			'transaction-activated',
			'payment-reported',
		])
		expect(data.movements[0].entries.length).toBeGreaterThanOrEqual(2)
		expect(JSON.stringify(data)).not.toMatch(/_sealed|_hash|"mac"/)
	})

	it('and forgotten, on the command line, with the operator noted', async () => {
		const { shopper, customerId } = await finishedCustomer()
		const settings = { DATABASE_URL: sandbox.databaseUrl, SONRA_MODE: 'sandbox', SONRA_MASTER_KEY: masterKey.toString('hex') }
		const shown = await run(['person', 'export', '--tckn', '-'], settings, `${shopper.tckn}\n`)
		expect(JSON.parse(shown.stdout)).toMatchObject({ customerId, tckn: shopper.tckn })
		const kept = await run(['person', 'erase', customerId], settings)
		expect(kept).toMatchObject({ code: 1, stdout: '' })
		expect(kept.stderr).toMatch(/^The books must be kept until \d{4}-\d\d-\d\d \(SONRA_RETENTION_YEARS\)\.\n$/)
		expect(await run(['person', 'erase', customerId], { ...settings, SONRA_RETENTION_YEARS: '0' })).toMatchObject({
			code: 0,
			stdout: 'Erased. What is left belongs to nobody.\n',
		})
		expect((await run(['person', 'erase', '--tckn', String(shopper.tckn)], settings)).stdout).toBe(
			'Nothing is kept of this person.\n',
		)
		expect((await run(['person', 'export'], settings)).stderr).toBe('Name the person by customerId or by --tckn.\n')
		const { rows } = await sandbox.owner.query(
			`select kind, actor from event where customer_id = $1 and kind like 'person-%' order by id`,
			[customerId],
		)
		expect(rows).toEqual([
			{ kind: 'person-exported', actor: 'operator' },
			{ kind: 'person-erased', actor: 'operator' },
		])
		await sandbox.booksBalance()
	})
})
