// A purchase on instalments against a Sonra sandbox, in plain Node.js (20 or newer).
//   node examples/purchase.mjs [demo-merchant.json]
//   node examples/purchase.mjs token KEY SALT VALUE ...     prints one requestToken

import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as ''. */
function requestToken(key, salt, values) {
	return createHmac('sha256', key)
		.update(values.join('') + salt)
		.digest('base64')
}

const [first = 'data/demo-merchant.json', ...rest] = process.argv.slice(2)
if (first === 'token') {
	const [key, salt, ...values] = rest
	console.log(requestToken(key, salt, values))
	process.exit()
}

const merchant = JSON.parse(readFileSync(first, 'utf8'))

/** `signed`: the names whose values make up the token of this path, in the order of the reference. */
async function call(path, signed, parameters) {
	const body = { merchantId: merchant.merchantId, ...parameters }
	body.requestToken = requestToken(
		merchant.merchantKey,
		merchant.merchantSalt,
		signed.map((name) => body[name] ?? ''),
	)
	const response = await fetch(merchant.baseUrl + path, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	})
	const answer = await response.json()
	if (!answer.Success) throw new Error(`${path}: ${JSON.stringify(answer.ErrorDetails)}`)
	return answer.Data
}

const { CustomerInfo: customer } = await call(
	'/RequestV2/SetLimitFromKds',
	['merchantId', 'shopperName', 'shopperSurname', 'dealerSegment', 'ipAddress'],
	{
		shopperName: 'Ayşe',
		shopperSurname: 'Yılmaz',
		tckn: '10000000146',
		mobileNumber: '5321112233',
		email: 'ayse@example.com',
		birthDate: '1990-05-17',
		dealerSegment: 'GOLD',
		kdsLimit: '1000000', // kuruş: 10 000.00 TL
	},
)
console.log(`customer ${customer.CustomerId} can buy for ${customer.AvailableLimit} TL`)

// The order number is yours. Sent again, it answers the same sale and makes no second one.
const merchantOid = `node-${Date.now()}`
const sale = await call(
	'/RequestV2/CreateTransaction',
	['merchantId', 'merchantOid', 'customerId', 'orderAmount', 'selectedInstallment', 'ipAddress'],
	{ merchantOid, customerId: customer.CustomerId, orderAmount: '120000', selectedInstallment: '4' },
)
const { Payments: payments } = await call(
	'/RequestV2/ActivateTransaction',
	['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
	{ merchantOid, transactionCode: sale.TransactionCode },
)
console.log(`sale ${sale.TransactionCode} is active`)
for (const { paymentCode, TermDate, InstallmentPayment } of payments) {
	console.log(`payment ${paymentCode} of ${InstallmentPayment} TL is due on ${TermDate.slice(0, 10)}`)
}
