// From a step's numbers to the parameters of one call, as a merchant with this past might send them: mostly what makes sense, often
// at the edge of it, now and then beyond.

import { availableTo, exposureOf } from '../../sim/model/customer.ts'
import { textOf } from '../../sim/model/dates.ts'
import { openAmount, overdueFrom } from '../../sim/model/late-fee.ts'
import { smaller, sum } from '../../sim/model/money.ts'
import type { Parameters, Path } from '../../sim/model/parameters.ts'
import { isLive, isOverdue, openRows, owedBy } from '../../sim/model/sale.ts'
import type { Customer, Row, Sale, State } from '../../sim/model/state.ts'
import { newMobile } from './people.ts'
import {
	merchantOf,
	owedNow,
	type Scene,
	saleWhere,
	someAmount,
	someBuyer,
	someCustomer,
	someDay,
	someMerchant,
	somePerson,
	someRow,
	someSale,
} from './scene.ts'

export interface Choice {
	readonly merchant: number
	readonly parameters: Parameters
}

const nobody = '9999999999'
const idOf = (customer: Customer | undefined): string => customer?.name.text ?? nobody
const day = (number: number): string => textOf(number)

const names = ['Şükrü Çağrı', 'İlkay', 'Ümmü Gülsüm', 'Ada'] as const
const births = ['1983-08-17', '1990-02-28', '1960-12-31'] as const
const segments = ['GOLD', 'SILVER', 'NONE'] as const
const limitAmounts = ['5000000', '100000', '20000000', '1000000', '2500000', '1', '0', '1000000000000'] as const

function shopper(scene: Scene): Record<string, unknown> {
	const { picks } = scene
	const person = somePerson(scene)
	const mobile = picks.oneIn(12) ? somePerson(scene).mobile : picks.oneIn(12) ? newMobile() : person.mobile
	return {
		shopperName: picks.of(names),
		shopperSurname: picks.oneIn(15) ? 'Uyuşmaz' : 'Öğütçü',
		tckn: picks.oneIn(40) ? '12345678901' : person.tckn,
		mobileNumber: mobile,
		email: picks.oneIn(5) ? 'other@example.com' : 'person@example.com',
		birthDate: picks.oneIn(12) ? of18Around(scene) : picks.of(births),
	}
}

/** Somebody who comes of age about today. */
function of18Around({ state, picks }: Scene): string {
	const today = textOf(state.today)
	if (picks.oneIn(4)) return `${Number(today.slice(0, 4)) - 18}-02-28`
	const born = `${Number(today.slice(0, 4)) - 18}${today.slice(4)}`
	return picks.oneIn(2) ? born.replace(/\d\d$/, '28') : born.replace('-02-29', '-03-01')
}

function newSegment({ picks }: Scene): object {
	return picks.oneIn(3) ? { dealerSegment: picks.of(segments) } : {}
}

function planFlags({ picks }: Scene, postpone = 'postponeSelected'): object {
	if (!picks.oneIn(3)) return {}
	return {
		...(picks.oneIn(3) && { notCalculateFees: picks.of([true, 'false', 'True']) }),
		...(picks.oneIn(3) && { forceRiskFreeEvaluate: true }),
		...(picks.oneIn(2) && { [postpone]: picks.of([true, 'TRUE', false]) }),
		...(picks.oneIn(3) && { RevisedFeeRate: picks.of(['20', '0', '33', '1000', '100']) }),
	}
}

function orderAmount(scene: Scene, merchant: number, customer: Customer | undefined): bigint {
	const { state, picks } = scene
	const by = state.merchants[merchant]
	const available = customer ? availableTo(state, customer) : 0n
	if (available > 0n && !picks.oneIn(3)) return smaller(available, someAmount(scene, [120_000n, 100_001n, 33_333n, 1_999n, 250n]))
	const share = 10_000n - BigInt(by?.downPaymentShareBps ?? 0)
	const roomLeft = by?.creditLimit ? by.creditLimit - exposureOf(state, merchant) : 0n
	const withDown = share > 0n ? (available * 10_000n) / share : 0n
	return someAmount(scene, [333_333n, 7n, available, withDown, roomLeft, 50_000n, 25_000_000n])
}

/** Mostly what the merchant offers somebody. */
function installments({ state, picks }: Scene, merchant: number): number {
	const offered = state.merchants[merchant]?.rates.map(({ n }) => n) ?? []
	return (picks.oneIn(6) ? undefined : picks.of(offered)) ?? picks.of([3, 1, 2, 13, 36])
}

function namesOf(scene: Scene, sale: Sale | undefined): Record<string, unknown> {
	if (!sale) return { transactionCode: 'T1', merchantOid: 'none' }
	const merchantOid = scene.picks.oneIn(25) ? `${sale.oid}x`.slice(-20) : sale.oid
	return { transactionCode: sale.name.text, merchantOid }
}

function reference({ picks }: Scene): object {
	return picks.oneIn(2) ? { paymentReferenceCode: `dekont ${picks.below(picks.oneIn(3) ? 4 : 60_000)}` } : {}
}

const turningDays = (sale: Sale | undefined, row?: Row): number[] =>
	sale ? [sale.created, sale.expires, ...(row ? [row.due, overdueFrom(row, sale.terms)] : [])] : []

function onSale(scene: Scene, sale: Sale | undefined, more: (sale: Sale) => object = () => ({})): Choice {
	const merchant = merchantOf(scene, sale)
	return { merchant, parameters: { ...namesOf(scene, sale), ...(sale && more(sale)) } }
}

function onCustomer(scene: Scene, more: (customer: Customer | undefined, merchant: number) => object = () => ({})): Choice {
	const merchant = someMerchant(scene)
	const customer = someCustomer(scene, merchant)
	const customerId = scene.picks.oneIn(40) ? nobody : idOf(customer)
	return { merchant, parameters: { customerId, ...more(customer, merchant) } }
}

function paging({ picks }: Scene): object {
	return picks.oneIn(2) ? { pageNo: 1 + picks.below(3), pageSize: picks.of([500, 1, 3, 7]) } : {}
}

function onRequest(scene: Scene): Choice & { readonly index: number; readonly testOn: boolean } {
	const { state, picks } = scene
	const open = state.requests.filter((request) => request.state === 'awaiting-pin' || request.state === 'confirmed')
	const newest = picks.oneIn(2) ? undefined : open.at(-1)
	const request = newest ?? picks.of(picks.oneIn(4) || open.length === 0 ? state.requests : open)
	const merchant = request === undefined || picks.oneIn(15) ? someMerchant(scene) : request.merchant
	return {
		merchant,
		parameters: { kkbRefNo: request?.name.text ?? 'K1' },
		index: request?.index ?? -1,
		testOn: request?.testOn ?? false,
	}
}

function testResult({ picks }: Scene, testOn: boolean): object {
	return testOn && !picks.oneIn(4) ? { testResult: picks.of(['A', 'B', 'C', 'D', 'D', 'RETRY', 'E', 'F']) } : {}
}

let counted = 0
const newOid = () => `oid-${++counted}`
const newRefundId = () => `refund ${++counted}`

/** The parameters of CreateTransaction: for a new order, or for one that was made before. */
function order(scene: Scene): Choice {
	const { picks } = scene
	const before = picks.oneIn(12) ? someSale(scene) : undefined
	if (before) return repeated(scene, before)
	const merchant = someMerchant(scene)
	const customer = someBuyer(scene, merchant)
	const parameters = {
		customerId: picks.oneIn(60) ? nobody : idOf(customer),
		merchantOid: newOid(),
		orderAmount: String(orderAmount(scene, merchant, customer)),
		selectedInstallment: installments(scene, merchant),
		...planFlags(scene, 'PostponeSelected'),
		...(picks.oneIn(6) && { availableLimit: picks.of(['500000', '0', '30000', '10000000000000']) }),
		...(picks.oneIn(4) && newSegment(scene)),
		...(picks.oneIn(6) && { basketList: [{ skuCode: 'A1', skuAmount: 100 }] }),
	}
	return { merchant, parameters }
}

function repeated(scene: Scene, sale: Sale): Choice {
	const content = JSON.parse(sale.content) as unknown[]
	const [customerId, orderAmount, selectedInstallment, RevisedFeeRate, availableLimit] = content
	const [notCalculateFees, forceRiskFreeEvaluate, PostponeSelected, dealerSegment] = content.slice(5)
	const other = scene.picks.oneIn(3) ? { orderAmount: '100' } : {}
	const parameters = {
		merchantOid: sale.oid,
		customerId,
		orderAmount,
		selectedInstallment,
		RevisedFeeRate,
		availableLimit,
		notCalculateFees,
		forceRiskFreeEvaluate,
		PostponeSelected,
		dealerSegment,
		...other,
	}
	return { merchant: sale.merchant, parameters }
}

function refundAmounts(sale: Sale): bigint[] {
	const last = openRows(sale).at(-1)
	return [
		sale.order - sale.refunded,
		sale.order,
		sale.order / 3n,
		last ? openAmount(last) : 0n,
		sum(sale.rows.map(openAmount)),
		1n,
	]
}

function pinFor({ pins, picks }: Scene, index: number): string {
	const right = pins.get(index)
	return right !== undefined && !picks.oneIn(4) ? right : picks.of(['000000', '1', 'pin'])
}

function recentDay(scene: Scene): string {
	return day(someDay(scene, [scene.state.movements.at(-1)?.recorded ?? scene.state.today]))
}

const totalNames = ['transaction', 'refund', 'payment', 'balanceLoad'].flatMap((name) => [`${name}Count`, `${name}Amount`])

const isActive = (sale: Sale) => sale.state === 'active'
const isLate = (state: State) => (sale: Sale) => isActive(sale) && sale.rows.some((row) => isOverdue(sale, row, state.today))
const isEnforced = (sale: Sale) => sale.state === 'enforcement'

const limitDay = ({ state, picks }: Scene) => day(state.today + picks.of([30, 0, 1, 400, -5]))

export const choices: { readonly [path in Path]: (scene: Scene) => Choice } = {
	'/Index/GetCustomerInformation': (scene) =>
		onCustomer(scene, (customer, merchant) => ({
			orderAmount: String(orderAmount(scene, merchant, customer)),
			...planFlags(scene),
			...newSegment(scene),
			...(scene.picks.oneIn(5) && { availableLimit: '250000' }),
			...(scene.picks.oneIn(8) && { customerId: null }),
		})),
	'/RequestV2/HasoAuthSendInfo': (scene) => ({
		merchant: someMerchant(scene),
		parameters: {
			...shopper(scene),
			...newSegment(scene),
			...(scene.picks.oneIn(3) && { preDefinedLimit: scene.picks.of(['700000', '0', '1']) }),
			...(!scene.picks.oneIn(3) && { testOn: true }),
		},
	}),
	'/RequestV2/SendKkbPinCode': (scene) => {
		const { index, testOn, merchant, parameters } = onRequest(scene)
		return { merchant, parameters: { ...parameters, pinCode: pinFor(scene, index), ...testResult(scene, testOn) } }
	},
	'/RequestV2/AskKkbReportResult': (scene) => {
		const { testOn, merchant, parameters } = onRequest(scene)
		return { merchant, parameters: { ...parameters, ...testResult(scene, testOn) } }
	},
	'/RequestV2/ResendKkbPinCode': (scene) => {
		const { merchant, parameters } = onRequest(scene)
		return { merchant, parameters }
	},
	'/RequestV2/SetPreDefinedLimit': (scene) => ({
		merchant: someMerchant(scene),
		parameters: { ...shopper(scene), dealerSegment: scene.picks.of(segments), preDefinedLimit: scene.picks.of(limitAmounts) },
	}),
	'/RequestV2/SetLimitFromKds': (scene) => ({
		merchant: someMerchant(scene),
		parameters: {
			...shopper(scene),
			dealerSegment: scene.picks.of(segments),
			kdsLimit: scene.picks.oneIn(2) ? scene.picks.of(limitAmounts) : '5000000',
			...(scene.picks.oneIn(3) && { kdsSegment: scene.picks.of(segments) }),
		},
	}),
	'/Index/ChangeCustomerGsmNo': (scene) =>
		onCustomer(scene, (customer) => ({
			newGsmNo: scene.picks.of([newMobile(), somePerson(scene).mobile, customer?.mobile ?? newMobile(), '5301234599']),
		})),
	'/RequestV2/SuspendCustomer': (scene) => onCustomer(scene, () => (scene.picks.oneIn(2) ? { reason: 'Şüpheli işlem' } : {})),
	'/RequestV2/ActivateCustomer': (scene) => onCustomer(scene),
	'/RequestV2/SetCustomerLimit': (scene) =>
		onCustomer(scene, () => ({
			customerLimit: scene.picks.of(limitAmounts),
			...(scene.picks.oneIn(3) && { limitExpireDate: limitDay(scene) }),
		})),
	'/RequestV2/CreateTransaction': order,
	'/RequestV2/ActivateTransaction': (scene) =>
		onSale(
			scene,
			saleWhere(scene, (sale) => sale.state === 'pending'),
		),
	'/Index/GetPaymentsOfTransaction': (scene) => onSale(scene, someSale(scene)),
	'/Index/GetCustomerTransactions': (scene) =>
		onCustomer(scene, () => ({
			...(scene.picks.oneIn(4) && { transactionCodes: [someSale(scene)?.name.text ?? 'T1', 'T2'] }),
			...paging(scene),
		})),
	'/RequestV2/RefundTransaction': (scene) =>
		onSale(scene, scene.picks.oneIn(8) ? someSale(scene) : saleWhere(scene, isLive), (sale) => ({
			refundId: scene.picks.oneIn(12) ? (scene.state.refunds.at(-1)?.id ?? newRefundId()) : newRefundId(),
			refundAmount: String(someAmount(scene, refundAmounts(sale))),
		})),
	'/RequestV2/CheckRefund': (scene) => {
		const refund = scene.picks.of(scene.state.refunds)
		const merchant = refund === undefined || scene.picks.oneIn(8) ? someMerchant(scene) : refund.merchant
		return { merchant, parameters: { refundId: refund?.id ?? 'none' } }
	},
	'/Index/GetPaymentPlanByDealerSegment': (scene) => {
		const merchant = someMerchant(scene)
		const parameters = { orderAmount: String(orderAmount(scene, merchant, undefined)), ...planFlags(scene), ...newSegment(scene) }
		return { merchant, parameters }
	},
	'/Index/GetInstallmentRates': (scene) => ({ merchant: someMerchant(scene), parameters: newSegment(scene) as Parameters }),
	'/Index/GetCustomerPayments': (scene) =>
		onCustomer(scene, () => ({
			...(scene.picks.oneIn(2) && { paymentStatuses: scene.picks.of([[3], [0, 2], [1], [4, 3], ['1', 1]]) }),
			...paging(scene),
		})),
	'/RequestV2/SetPaidPayment': (scene) => {
		const sale = saleWhere(scene, isActive)
		if (!sale)
			return {
				merchant: someMerchant(scene),
				parameters: { paymentCode: 'T1-1', merchantOid: 'none', paymentDate: recentDay(scene) },
			}
		const row = someRow(scene, sale)
		return {
			merchant: merchantOf(scene, sale),
			parameters: {
				paymentCode: row.name.text,
				merchantOid: scene.picks.oneIn(20) ? 'another' : sale.oid,
				...reported(scene, sale, row),
			},
		}
	},
	'/RequestV2/SetBulkPaidPayment': (scene) => {
		const sale = saleWhere(scene, isActive)
		if (!sale)
			return {
				merchant: someMerchant(scene),
				parameters: { paymentCodes: ['T1-1'], merchantOid: 'none', paymentDate: recentDay(scene) },
			}
		const rows = Array.from({ length: 1 + scene.picks.below(4) }, () => someRow(scene, sale))
		const codes = rows.map(({ name }) => name.text)
		return {
			merchant: merchantOf(scene, sale),
			parameters: {
				paymentCodes: scene.picks.oneIn(8) ? [...codes, 'T1-99'] : scene.picks.oneIn(6) ? codes : [...new Set(codes)],
				merchantOid: sale.oid,
				...reported(scene, sale, rows[0] as Row),
			},
		}
	},
	'/RequestV2/LoadCustomerBalance': (scene) =>
		onCustomer(scene, (customer, merchant) => ({
			balanceAmount: String(someAmount(scene, balanceAmounts(scene.state, customer, merchant))),
			paymentDate: day(someDay(scene, turningDays(scene.state.sales.at(-1)))),
			...reference(scene),
		})),
	'/RequestV2/SendExecutionTransaction': (scene) => onSale(scene, saleWhere(scene, isLate(scene.state))),
	'/RequestV2/SetPaidExecutionTransaction': (scene) =>
		onSale(scene, saleWhere(scene, isEnforced), (sale) => {
			const paymentDate = someDay(scene, turningDays(sale, openRows(sale)[0]))
			const owed = owedBy(sale, paymentDate)
			const points = [...openRows(sale).map((row) => owedNow(scene.state, sale, row)), owed, owed / 2n, 1n]
			return {
				paymentAmount: String(someAmount(scene, points)),
				paymentDate: day(paymentDate),
				...reference(scene),
			}
		}),
	'/RequestV2/SendTransactionExpense': (scene) =>
		onSale(scene, saleWhere(scene, isEnforced), (sale) => ({
			expenseAmount: String(
				someAmount(scene, [15_000n, sum(sale.rows.map((row) => row.expense)), sum(sale.rows.map((row) => row.expensePaid))]),
			),
		})),
	'/Index/GetDailyReconciliation': (scene) => ({
		merchant: someMerchant(scene),
		parameters: {
			reconciliationDate: recentDay(scene),
			...Object.fromEntries(
				totalNames.flatMap((name) => (scene.picks.oneIn(4) ? [[name, scene.picks.of(['1', '0', '120000'])]] : [])),
			),
		},
	}),
	'/Index/GetDailyReconciliationDetail': (scene) => ({
		merchant: someMerchant(scene),
		parameters: { reconciliationDate: recentDay(scene), ...paging(scene) },
	}),
}

/** With the same reference and date as it was reported, or others. */
function reported(scene: Scene, sale: Sale, row: Row): object {
	if (row.reported && scene.picks.oneIn(2)) {
		return { paymentDate: day(row.reported.date), paymentReferenceCode: row.reported.reference }
	}
	const paymentDate = day(someDay(scene, turningDays(sale, row)))
	return { paymentDate: scene.picks.oneIn(10) ? `${paymentDate}T23:59:59` : paymentDate, ...reference(scene) }
}

function balanceAmounts(state: State, customer: Customer | undefined, merchant: number): bigint[] {
	const balance = customer?.links.get(merchant)?.balance ?? 0n
	const queue = state.sales
		.filter((sale) => sale.customer === customer?.index && sale.merchant === merchant && isActive(sale))
		.flatMap((sale) => openRows(sale).map((row) => ({ due: row.due, owed: owedNow(state, sale, row) })))
		.sort((a, b) => a.due - b.due)
	const two = sum(queue.slice(0, 2).map(({ owed }) => owed))
	return [(queue[0]?.owed ?? 0n) - balance, two - balance, sum(queue.map(({ owed }) => owed)) - balance, 10_000n]
}
