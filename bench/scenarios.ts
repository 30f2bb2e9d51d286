// What is measured: for each scenario the requests of one run, made from what the stage holds. A write is sent once; a read may
// be sent again and again.

import { randomInt } from 'node:crypto'
import type { Request } from './load/work.ts'
import type { Stage, StageMerchant } from './stage.ts'
import { addSales, today } from './stock.ts'

export interface Cast {
	readonly stage: Stage
	readonly merchant: StageMerchant
	readonly customers: readonly bigint[]
}

export interface Scenario {
	readonly what: string
	/** Reads may be sent again. */
	readonly again: boolean
	/** Some `many` requests, for which it may first have to put something there. */
	requests(cast: Cast, many: number): Promise<readonly Request[]>
}

/** Orders of 600 TL in six instalments. */
const newSale = (customerId: bigint): Request => ({
	path: '/RequestV2/CreateTransaction',
	parameters: {
		merchantOid: randomInt(2 ** 47).toString(36) + randomInt(2 ** 47).toString(36),
		customerId: String(customerId),
		orderAmount: '60000',
		selectedInstallment: '6',
		ipAddress: '127.0.0.1',
	},
})

const anyOf = <T>(all: readonly T[]): T => all[randomInt(all.length)] as T
const times = <T>(many: number, make: () => T): T[] => Array.from({ length: many }, make)

interface Open {
	readonly payment: string
	readonly merchantOid: string
	readonly customerId: bigint
	readonly sale: bigint
}

/** New sales whose five instalments are open, each named once. */
async function openPayments({ stage, merchant, customers }: Cast, many: number): Promise<Open[]> {
	const { rows: before } = await stage.pool.query<{ last: bigint }>('select coalesce(max(id), 0) as last from transaction')
	await addSales(stage, merchant, customers, Math.ceil(many / 5), 0)
	const { rows } = await stage.pool.query<Open>(
		`
			select
				'T' || t.id || '-' || p.installment_no as payment, t.merchant_oid as "merchantOid", t.customer_id as "customerId", t.id as sale
			from transaction t
			join payment p on p.transaction_id = t.id
			where t.id > $1 and t.merchant_id = $2
			order by p.installment_no, t.id
			limit $3
		`,
		[before[0]?.last, merchant.id, many],
	)
	return rows
}

const report = ({ payment, merchantOid }: Open): Request => ({
	path: '/RequestV2/SetPaidPayment',
	parameters: { paymentCode: payment, merchantOid, paymentDate: today() },
})

/** As much as one instalment of the sales of addSales needs, at least. */
const load = ({ customerId, payment }: Open): Request => ({
	path: '/RequestV2/LoadCustomerBalance',
	parameters: {
		customerId: String(customerId),
		balanceAmount: '100500',
		paymentDate: today(),
		paymentReferenceCode: `L${payment}`,
	},
})

const page = (customerId: bigint, pageNo = 1): Request => ({
	path: '/Index/GetCustomerPayments',
	parameters: { customerId: String(customerId), pageNo: String(pageNo), pageSize: '50' },
})

const information = (customerId: bigint): Request => ({
	path: '/Index/GetCustomerInformation',
	parameters: { customerId: String(customerId), orderAmount: '60000' },
})

const write = (what: string, requests: Scenario['requests']): Scenario => ({ what, again: false, requests })
const read = (what: string, make: (cast: Cast) => Request): Scenario => ({
	what,
	again: true,
	requests: async (cast, many) => times(Math.min(many, 2_000), () => make(cast)),
})

export const scenarios = {
	ceiling: read('a signed call without the database (C)', () => ({ path: '/Index/GetErrorCodes', parameters: {} })),
	create: write('create a sale', async ({ customers }, many) => times(many, () => newSale(anyOf(customers)))),
	createAndActivate: write('create and activate a sale, two calls', async ({ customers }, many) =>
		times(Math.ceil(many / 2), () => ({ ...newSale(anyOf(customers)), activate: true })),
	),
	report: write('report a payment', async (cast, many) => (await openPayments(cast, many)).map(report)),
	load: write('load a balance that closes an instalment', async (cast, many) => (await openPayments(cast, many)).map(load)),
	page: read('a page of 50 payments', ({ customers }) => page(anyOf(customers))),
	information: read('customer information with twelve plans', ({ customers }) => information(anyOf(customers))),
	mixed: write('a mixed day, 70 % reads', async (cast, many) => {
		const { customers } = cast
		const open = await openPayments(cast, Math.ceil(many / 5))
		const kinds = [page, page, page, information, information, information, information, newSale]
		// A balance pays whatever is due first, so no customer has both a balance and reports.
		return times(Math.ceil(many / 2), () => {
			const kind = randomInt(10)
			const payment = kind >= 8 ? open.pop() : undefined
			if (payment !== undefined) return payment.customerId % 2n === 0n ? report(payment) : load(payment)
			return (kinds[kind] ?? newSale)(anyOf(customers))
		})
	}),
	hotCustomer: write('create, all for one customer', async ({ customers }, many) =>
		times(many, () => newSale(customers[0] as bigint)),
	),
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios
