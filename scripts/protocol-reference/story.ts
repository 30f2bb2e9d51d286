// The examples of the protocol reference: one story, played against a fresh sandbox through the shipped client. Every call of the
// protocol comes up in it. Ids, codes and dates come out the same each time, so that the page can be compared byte for byte.

import type { App } from '../../src/app.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import { type Parameters, signed } from '../../src/sdk/sign.ts'
import { createMerchant } from '../../src/store/merchants.ts'

export type EndpointKey = keyof typeof endpoints

export interface Exchange {
	readonly endpoint: EndpointKey
	/** As sent, the true requestToken in it. */
	readonly body: Parameters
	readonly answer: Pick<Answer, 'Success' | 'Errors' | 'Data' | 'ErrorDetails'>
}

export interface Story {
	/** What each call is shown with, in the order of the story. */
	readonly examples: readonly Exchange[]
	/** One refused call, its texts in both languages. */
	readonly refused: { readonly en: Exchange; readonly tr: Exchange }
}

export const merchant = { merchantId: 'DEMO', merchantKey: 'example-key', merchantSalt: 'example-salt' }

// A sandbox clock goes forward only, so the story happens in years that no machine has reached.
const saleDay = '2050-03-02'
const overdueDay = '2050-04-12'

const ayse = {
	shopperName: 'Ayşe',
	shopperSurname: 'Yılmaz',
	tckn: '10000000214',
	mobileNumber: '5321112233',
	email: 'ayse@example.com',
	birthDate: '1990-05-17',
}
const mehmet = {
	shopperName: 'Mehmet',
	shopperSurname: 'Demir',
	tckn: '10000000146',
	mobileNumber: '5321112244',
	email: 'mehmet@example.com',
	birthDate: '1984-11-03',
	dealerSegment: 'GOLD',
}
const zeynep = {
	shopperName: 'Zeynep',
	shopperSurname: 'Kaya',
	tckn: '10000000528',
	mobileNumber: '5321112255',
	email: 'zeynep@example.com',
	birthDate: '1995-01-29',
	dealerSegment: 'SILVER',
}

/** The sandbox must be fresh: ids start where they start. */
export async function playStory({ url, database }: App): Promise<Story> {
	await createMerchant(database.pool, database.vault, 'Demo shop', { ...merchant, merchantCode: merchant.merchantId })
	const client = new MerchantClient(url, merchant)
	const examples: Exchange[] = []

	async function call(endpoint: EndpointKey, parameters: Parameters, language = 'tr'): Promise<Exchange> {
		const path = pathOf(endpoints[endpoint])
		const body = signed(path, { ipAddress: '203.0.113.7', ...parameters }, merchant)
		const { Success, Errors, Data, ErrorDetails } = await client.send(path, body, { headers: { 'accept-language': language } })
		return { endpoint, body, answer: { Success, Errors, Data, ...(ErrorDetails && { ErrorDetails }) } }
	}

	/** A call that must succeed; its Data. */
	async function make(endpoint: EndpointKey, parameters: Parameters = {}, shown: Exchange[] = []) {
		const exchange = await call(endpoint, parameters)
		if (!exchange.answer.Success) throw new Error(`${endpoint} in the story: ${exchange.answer.Errors}`)
		shown.push(exchange)
		return exchange.answer.Data
	}

	/** The same, and it is an example of the page. */
	const show = (endpoint: EndpointKey, parameters: Parameters = {}) => make(endpoint, parameters, examples)

	async function sell(merchantOid: string, customerId: string, orderAmount: string) {
		const sale = { merchantOid, customerId, orderAmount, selectedInstallment: '3' }
		const { TransactionCode: transactionCode } = await make('createTransaction', sale)
		await make('activateTransaction', { transactionCode, merchantOid })
		return { transactionCode, merchantOid }
	}

	async function moveClock(date: string): Promise<void> {
		const headers = { 'content-type': 'application/json' }
		const response = await fetch(`${url}/sandbox/clock`, { method: 'POST', headers, body: JSON.stringify({ date }) })
		if (!response.ok) throw new Error(`the sandbox clock did not go to ${date}`)
	}

	await moveClock('2050-03-01')
	await show('getErrorCodes')
	await show('getInstallmentRates')
	await show('getPaymentPlanByDealerSegment', { dealerSegment: 'GOLD', orderAmount: '120000' })

	const { KkbRefNo: kkbRefNo } = await show('hasoAuthSendInfo', { ...ayse, testOn: 'true' })
	// A day goes by, for a pin is not sent again within a minute.
	await moveClock(saleDay)
	await show('resendKkbPinCode', { kkbRefNo })
	const confirmed = await show('sendKkbPinCode', { kkbRefNo, pinCode: '123456', testResult: 'B' })
	const ayseId = confirmed.CustomerInfo.CustomerId
	await show('askKkbReportResult', { kkbRefNo })
	const mehmetId = (await show('setPreDefinedLimit', { ...mehmet, preDefinedLimit: '500000' })).CustomerInfo.CustomerId
	const zeynepId = (await show('setLimitFromKds', { ...zeynep, kdsLimit: '1000000', kdsSegment: 'K2' })).CustomerInfo.CustomerId
	await show('setCustomerLimit', { customerId: zeynepId, customerLimit: '1500000', limitExpireDate: '2050-12-31' })
	await show('changeCustomerGsmNo', { customerId: zeynepId, newGsmNo: '5321112266' })
	examples.push(await call('changeCustomerGsmNo', { customerId: zeynepId, newGsmNo: '5321112299' }, 'en'))

	await show('getCustomerInformation', { customerId: ayseId, orderAmount: '120000' })
	const order = { merchantOid: 'order-1001', customerId: ayseId, orderAmount: '120000', selectedInstallment: '4' }
	const basketList = [{ skuCode: 'KB-7', skuAmount: '120000', productName: 'Kahve makinesi' }]
	const sold = await show('createTransaction', { ...order, basketList })
	const sale = { transactionCode: sold.TransactionCode, merchantOid: order.merchantOid }
	await show('activateTransaction', sale)
	const enforced = await sell('order-1002', mehmetId, '90000')
	await sell('order-1003', zeynepId, '60000')

	await moveClock(overdueDay)
	await show('getPaymentsOfTransaction', sale)
	const [first, second, third] = sold.Payments.map(({ paymentCode }: { paymentCode: string }) => paymentCode)
	const report = { merchantOid: sale.merchantOid, paymentDate: overdueDay }
	await show('setPaidPayment', { ...report, paymentCode: first, paymentReferenceCode: 'till-88' })
	await show('setBulkPaidPayment', { ...report, paymentCodes: [second, third], paymentReferenceCode: 'till-89' })
	await show('refundTransaction', { ...sale, refundId: 'refund-17', refundAmount: '20000' })
	await show('checkRefund', { refundId: 'refund-17' })
	await show('getCustomerTransactions', { customerId: ayseId })

	await show('loadCustomerBalance', {
		customerId: zeynepId,
		balanceAmount: '25000',
		paymentDate: overdueDay,
		paymentReferenceCode: 'till-90',
	})
	await show('getCustomerPayments', { customerId: zeynepId, paymentStatuses: [0, 3] })

	await show('sendExecutionTransaction', enforced)
	await show('sendTransactionExpense', { ...enforced, expenseAmount: '15000' })
	await show('setPaidExecutionTransaction', {
		...enforced,
		paymentAmount: '20000',
		paymentDate: overdueDay,
		paymentReferenceCode: 'file-2050/311',
	})
	await show('suspendCustomer', { customerId: mehmetId, reason: 'in enforcement' })
	await show('activateCustomer', { customerId: mehmetId })

	await show('getDailyReconciliation', { reconciliationDate: overdueDay, refundCount: '1', refundAmount: '30000' })
	await show('getDailyReconciliationDetail', { reconciliationDate: overdueDay, pageSize: '3' })

	const unknown = { ...order, merchantOid: 'order-1004', customerId: '1000000099' }
	return {
		examples,
		refused: { en: await call('createTransaction', unknown, 'en'), tr: await call('createTransaction', unknown, 'tr') },
	}
}
