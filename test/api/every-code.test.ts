// Every code of protocol section 4, reached by a merchant's own calls: for each a short story that ends with exactly that code.
// A code without a story, or a story without a code, fails here.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kurus } from '../../src/domain/money.ts'
import { codes, messageOf } from '../../src/protocol/codes.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import { Simulator, tcknGraded } from '../neighbours.ts'
import {
	askRefund,
	codeOf,
	enforce,
	namesOf,
	payExecution,
	pendingSale,
	refund,
	reportPaid,
	type Sale,
	sendExpense,
} from '../sales.ts'
import {
	anyCalls,
	freeNumber,
	newCustomer,
	newOrder,
	newPerson,
	newSale,
	noNeighbours,
	type Sandbox,
	sql,
	startSandbox,
	type TestMerchant,
} from '../sandbox.ts'

let sandbox: Sandbox
let simulator: Simulator
let merchant: TestMerchant
let customerId: string

/** Every story begins on this day, with a merchant that has a customer with a limit of 50 000 TL. */
const today = '2095-03-01'

beforeAll(async () => {
	sandbox = await startSandbox()
	simulator = new Simulator(sandbox.app.simulatorUrl)
})
afterAll(() => sandbox.stop())
beforeEach(async () => {
	await sandbox.startOn(today)
	merchant = await sandbox.newMerchant()
	customerId = await newCustomer(merchant)
})

const call = (path: string, parameters: Parameters = {}) => merchant.client.call(path, parameters)

// what happens in several stories ------------------------------------------------------------------------------

/** The parameters of HasoAuthSendInfo for a person nobody has seen. */
const applicant = (given: Parameters = {}) => newPerson({ kdsLimit: undefined, ...given })

const apply = (given: Parameters = {}) => call('/RequestV2/HasoAuthSendInfo', applicant(given))

/** The KkbRefNo of a request of which testResult decides. */
async function testRequest(): Promise<string> {
	return (await apply({ testOn: true })).Data.KkbRefNo
}

const sendPin = (kkbRefNo: string, pinCode: string, more: Parameters = {}) =>
	call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode, ...more })

/** A request, and a pin that is not the one that was texted. */
async function wrongPin(): Promise<[kkbRefNo: string, pinCode: string]> {
	const person = applicant()
	const { Data } = await call('/RequestV2/HasoAuthSendInfo', person)
	const pin = await simulator.pin(person.mobileNumber)
	return [Data.KkbRefNo, pin === '000000' ? '000001' : '000000']
}

const buy = (given: Parameters = {}) => call('/RequestV2/CreateTransaction', newOrder(customerId, given))
const activate = (sale: Sale) => call('/RequestV2/ActivateTransaction', namesOf(sale))
const suspend = () => call('/RequestV2/SuspendCustomer', { customerId })
const changeNumber = (newGsmNo: string) => call('/Index/ChangeCustomerGsmNo', { customerId, newGsmNo })

function report(sale: Sale, installmentNo: number, given: Parameters = {}): Promise<Answer> {
	const parameters = { paymentCode: codeOf(sale, installmentNo), merchantOid: sale.MerchantOid, paymentDate: today, ...given }
	return call('/RequestV2/SetPaidPayment', parameters)
}

/** A sale of which the first instalment is overdue by some days. */
async function overdueSale(): Promise<Sale> {
	const sale = await newSale(merchant, customerId)
	await sandbox.clock({ advanceDays: 40 })
	return sale
}

async function enforcedSale(): Promise<Sale> {
	const sale = await overdueSale()
	await enforce(merchant, sale)
	return sale
}

// the stories --------------------------------------------------------------------------------------------------

const stories: Record<string, readonly [what: string, tell: () => Promise<Answer>, httpStatus?: number]> = {
	RS100: ['a customer is suspended', suspend],
	RS110: [
		'the pin is right, and the report has not come yet',
		async () => sendPin(await testRequest(), '1', { testResult: 'RETRY' }),
	],
	RS115: [
		'a customer’s new number ends in 99, which the bureau does not know',
		() => changeNumber(`${freeNumber().slice(0, 8)}99`),
	],

	H100: ['a path that is none', () => merchant.client.send('/Index/GetEverything', {}), 404],
	H101: ['payments of nobody', () => call('/Index/GetCustomerPayments')],
	H102: ['an amount with a comma', () => call('/Index/GetCustomerInformation', { orderAmount: '1200,00' })],
	H103: ['a merchantId with a slip', () => call('/Index/GetErrorCodes', { merchantId: `${merchant.credentials.merchantId}?` })],
	H104: [
		'a merchant that was made passive',
		async () => (await sandbox.newMerchant({ active: false })).client.call('/Index/GetErrorCodes'),
	],
	H105: [
		'a token under the wrong salt',
		() => new MerchantClient(sandbox.url, { ...merchant.credentials, merchantSalt: 'pepper' }).call('/Index/GetErrorCodes'),
	],
	H106: [
		'a call from an address that is not on the list',
		async () => (await sandbox.newMerchant({ allowedAddresses: ['203.0.113.9'] })).client.call('/Index/GetErrorCodes'),
	],
	H107: [
		'twenty calls in a moment at a server that allows one a second',
		async () => {
			const { url } = await sandbox.newServer({ allowedCalls: { ...anyCalls, perMerchantPerSecond: 1 } })
			const client = new MerchantClient(url, merchant.credentials)
			const answers = await Promise.all(Array.from({ length: 20 }, () => client.call('/Index/GetErrorCodes')))
			return answers.find(({ Success }) => !Success) as Answer
		},
		429,
	],
	H108: [
		'a new number while the bureau is away',
		async () => {
			const number = freeNumber()
			await simulator.fault('bureau', 'error', { times: 3, about: number })
			return changeNumber(number)
		},
		503,
	],
	H109: [
		'two loads of different amounts under one reference',
		async () => {
			const load = { customerId, paymentDate: today, paymentReferenceCode: 'receipt-1' }
			await call('/RequestV2/LoadCustomerBalance', { ...load, balanceAmount: 1_000 })
			return call('/RequestV2/LoadCustomerBalance', { ...load, balanceAmount: 2_000 })
		},
	],
	H110: [
		'a customer whose sealed number was damaged in the database',
		async () => {
			await sql(sandbox, `update person set mobile_sealed = '\\x00' where customer_id = $1`, [customerId])
			return call('/Index/GetCustomerInformation', { customerId, orderAmount: 1_000 })
		},
		500,
	],

	H201: ['a TCKN whose last digit is wrong', () => call('/RequestV2/SetLimitFromKds', newPerson({ tckn: '10000000147' }))],
	H202: ['a surname that the register does not have', () => apply({ shopperSurname: 'Uyuşmaz' })],
	H203: [
		'a limit for somebody with the number of another',
		async () => {
			const first = newPerson()
			await newCustomer(merchant, first)
			return call('/RequestV2/SetLimitFromKds', newPerson({ mobileNumber: first.mobileNumber }))
		},
	],
	H205: ['a shopper who comes of age tomorrow', () => apply({ birthDate: '2077-03-02' })],
	H210: ['the report of a request nobody made', () => call('/RequestV2/AskKkbReportResult', { kkbRefNo: 'K1' })],
	H211: ['a wrong pin', async () => sendPin(...(await wrongPin()))],
	H212: [
		'a pin a day later',
		async () => {
			const [kkbRefNo, pin] = await wrongPin()
			await sandbox.clock({ advanceDays: 1 })
			return sendPin(kkbRefNo, pin)
		},
	],
	H213: [
		'a sixth wrong pin',
		async () => {
			const [kkbRefNo, pin] = await wrongPin()
			for (let i = 0; i < 5; i++) await sendPin(kkbRefNo, pin)
			return sendPin(kkbRefNo, pin)
		},
	],
	H215: ['the bureau grades a shopper E', async () => sendPin(await testRequest(), '1', { testResult: 'E' })],
	H216: ['a shopper for whom the bureau does not answer', () => apply({ tckn: tcknGraded(8) })],
	H217: [
		'another pin in the moment after the first',
		async () => call('/RequestV2/ResendKkbPinCode', { kkbRefNo: await testRequest() }),
	],

	H220: [
		'a sale to a suspended customer',
		async () => {
			await suspend()
			return buy()
		},
	],
	H221: [
		'a sale to a customer with an overdue instalment',
		async () => {
			await overdueSale()
			return buy()
		},
	],
	H222: [
		'a sale to a customer whose limit has expired',
		async () => {
			await sandbox.clock({ advanceDays: 365 })
			return buy()
		},
	],
	H223: ['a sale to a customer of nobody', () => call('/RequestV2/CreateTransaction', newOrder('9999999999'))],
	H224: [
		'a customer is suspended twice',
		async () => {
			await suspend()
			return suspend()
		},
	],
	H225: ['a suspension is lifted that is none', () => call('/RequestV2/ActivateCustomer', { customerId })],
	H226: [
		'a sale to a customer with another in enforcement',
		async () => {
			await enforcedSale()
			return buy()
		},
	],
	H227: [
		'a limit of a merchant whom the operator has allowed none',
		async () => {
			// A sandbox allows everything to everybody.
			const { url } = await sandbox.newServer({ mode: 'production', neighbours: noNeighbours })
			return new MerchantClient(url, merchant.credentials).call('/RequestV2/SetLimitFromKds', newPerson())
		},
	],

	H300: [
		'the activation of a sale there is not',
		() => call('/RequestV2/ActivateTransaction', { transactionCode: 'T1', merchantOid: '1' }),
	],
	H301: [
		'two orders under one merchantOid',
		async () => {
			const { MerchantOid: merchantOid } = await pendingSale(merchant, customerId)
			return buy({ merchantOid, orderAmount: '120001' })
		},
	],
	H302: ['an order of more than the limit', () => buy({ orderAmount: '5000001' })],
	H303: [
		'an order of more than the operator’s limit for the merchant',
		async () => {
			await merchant.set({ creditLimit: kurus(119_999n) })
			return buy()
		},
	],
	H304: ['an order in 13 instalments, where 12 are the most', () => buy({ selectedInstallment: 13 })],
	H305: [
		'the activation of a sale that was cancelled',
		async () => {
			const sale = await pendingSale(merchant, customerId)
			await refund(merchant, sale, 1_200_00)
			return activate(sale)
		},
	],
	H306: [
		'two refunds of more than half the order',
		async () => {
			const sale = await newSale(merchant, customerId)
			await refund(merchant, sale, 600_00)
			return askRefund(merchant, sale, 600_01)
		},
	],
	H307: [
		'a refund is sent twice',
		async () => {
			const sale = await newSale(merchant, customerId)
			await refund(merchant, sale, 100_00, 'return-1')
			return askRefund(merchant, sale, 100_00, 'return-1')
		},
	],
	H308: ['a look at a refund nobody made', () => call('/RequestV2/CheckRefund', { refundId: 'return-1' })],
	H309: [
		'the activation of a sale after a week',
		async () => {
			const sale = await pendingSale(merchant, customerId)
			await sandbox.clock({ advanceDays: 7 })
			return activate(sale)
		},
	],
	H310: [
		'an instalment that the sale does not have',
		async () => {
			const sale = await newSale(merchant, customerId)
			return report(sale, 4)
		},
	],
	H311: [
		'a customer’s number is changed twice',
		async () => {
			const number = freeNumber()
			await changeNumber(number)
			return changeNumber(number)
		},
	],
	H312: [
		'an instalment is reported under two references',
		async () => {
			const sale = await newSale(merchant, customerId)
			await reportPaid(merchant, sale, [1], today)
			return report(sale, 1, { paymentReferenceCode: 'receipt-2' })
		},
	],
	H313: [
		'an instalment that a refund has cancelled',
		async () => {
			const sale = await newSale(merchant, customerId)
			await refund(merchant, sale, 400_00)
			return report(sale, 3)
		},
	],
	H314: [
		'an instalment that is paid tomorrow',
		async () => report(await newSale(merchant, customerId), 1, { paymentDate: '2095-03-02' }),
	],
	H315: ['an instalment of a sale in enforcement', async () => report(await enforcedSale(), 1)],
	H316: [
		'the expenses of a sale that is not in enforcement',
		async () => {
			const sale = await newSale(merchant, customerId)
			return call('/RequestV2/SendTransactionExpense', { ...namesOf(sale), expenseAmount: 10_00 })
		},
	],
	H317: [
		'the enforcement of a sale that is paid on time',
		async () => call('/RequestV2/SendExecutionTransaction', namesOf(await newSale(merchant, customerId))),
	],
	H318: [
		'expenses lowered below what came in for them',
		async () => {
			const sale = await enforcedSale()
			await sendExpense(merchant, sale, 20_00)
			await payExecution(merchant, sale, 15_00, await sandbox.today())
			return call('/RequestV2/SendTransactionExpense', { ...namesOf(sale), expenseAmount: 14_99 })
		},
	],
	H319: [
		'twice the order comes in through enforcement',
		async () => {
			const parameters = { ...namesOf(await enforcedSale()), paymentAmount: 2_400_00, paymentDate: await sandbox.today() }
			return call('/RequestV2/SetPaidExecutionTransaction', parameters)
		},
	],
	H320: [
		'one instalment twice in a list',
		async () => {
			const sale = await newSale(merchant, customerId)
			const paymentCodes = [codeOf(sale, 1), codeOf(sale, 2), codeOf(sale, 1)]
			return call('/RequestV2/SetBulkPaidPayment', { paymentCodes, merchantOid: sale.MerchantOid, paymentDate: today })
		},
	],
	H321: [
		'an instalment of one order under the merchantOid of another',
		async () => {
			const [sale, other] = [await newSale(merchant, customerId), await newSale(merchant, customerId)]
			return report(sale, 1, { merchantOid: other.MerchantOid })
		},
	],
}

it('every code of the protocol has a story here, and every story a code', () => {
	expect(Object.keys(stories)).toEqual(codes.map(({ code }) => code))
})

describe.each(Object.entries(stories))('%s', (code, [what, tell, httpStatus = 200]) => {
	it(`is what is answered to this: ${what}`, async () => {
		const { Success, Errors, Data, ErrorDetails, ...answer } = await tell()
		expect(answer.httpStatus).toBe(httpStatus)
		if (code === 'RS100' || code === 'RS110') {
			expect([Success, Errors, Data.Message]).toEqual([true, [], code])
		} else {
			expect([Success, Errors]).toEqual([false, [code]])
			expect(ErrorDetails?.[0]?.Message).toContain(messageOf(code, 'tr'))
		}
		expect(answer.headers.get('retry-after') !== null).toBe(httpStatus === 429 || httpStatus === 503)
	})
})

it('and after all of them the books balance', () => sandbox.booksBalance())
