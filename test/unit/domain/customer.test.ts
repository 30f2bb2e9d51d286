// A customer's limit, marks and how one merchant sees them; what a merchant may set; what it can offer.

import { describe, expect, it } from 'vitest'
import {
	type Customer,
	customerInfo,
	isRisky,
	isSuspended,
	type Link,
	type Person,
	parseCustomerId,
} from '../../../src/domain/customer.ts'
import { NO_EXPOSURE } from '../../../src/domain/exposure.ts'
import { availableLimit, isValid, newLimit } from '../../../src/domain/limit.ts'
import { type Merchant, maySetLimit, withSandboxPermissions } from '../../../src/domain/merchant.ts'
import { kurus, ZERO } from '../../../src/domain/money.ts'
import { limitFor, offerFor, offersFor } from '../../../src/domain/offer.ts'
import { defaultRateRows } from '../../../src/domain/rates.ts'
import { date } from '../../dates.ts'

const today = date('2027-01-15')
const limit = newLimit(kurus(1_000_00), 'KDS', today)
const customer: Customer = { id: 1_000_000_001n, limit, markedRisky: false, suspended: false, exposure: NO_EXPOSURE }
const link: Link = {
	customerId: customer.id,
	merchantId: 1001,
	dealerSegment: 'GOLD',
	kdsSegment: 'K1',
	suspended: false,
	balance: kurus(7_00),
}
const merchant: Merchant = {
	id: 1001,
	creditLimit: null,
	exposure: null,
	lateFeeRateBps: 425,
	lateFeeBase: 'open-amount',
	graceDays: 0,
	pendingLifeDays: 7,
	downPaymentMaxShareBps: 0,
	enforcementMinOverdueDays: 1,
	settableLimits: ['KDS'],
	limitCeiling: kurus(5_000_00),
	holdsOwnLimits: false,
	rates: defaultRateRows(),
}

describe('a limit', () => {
	it('of the bureau lives 90 days, any other a year', () => {
		expect(newLimit(kurus(1), 'KKB', today, 'A')).toEqual({ amount: 1n, source: 'KKB', expireDate: '2027-04-15', grade: 'A' })
		for (const source of ['PREDEFINED', 'KDS', 'MANUAL'] as const) {
			expect(newLimit(kurus(1), source, today)).toEqual({ amount: 1n, source, expireDate: '2028-01-15', grade: null })
		}
	})

	it('is good until its expire date, and never when it is nothing', () => {
		expect(isValid(null, today)).toBe(false)
		expect(isValid(limit, date('2028-01-14'))).toBe(true)
		expect(isValid(limit, date('2028-01-15'))).toBe(false)
		expect(isValid(newLimit(ZERO, 'KDS', today), today)).toBe(false)
		expect(isValid(newLimit(kurus(1), 'KDS', today), today)).toBe(true)
	})

	it('has left what is not used, and never less than nothing', () => {
		expect(availableLimit(limit, kurus(300_00), today)).toBe(700_00n)
		expect(availableLimit(limit, kurus(1_000_01), today)).toBe(0n)
		expect(availableLimit(limit, ZERO, date('2028-01-15'))).toBe(0n)
		expect(availableLimit(null, ZERO, today)).toBe(0n)
	})
})

describe('a customer', () => {
	it('is suspended by the operator for all, or by one merchant for itself', () => {
		expect(isSuspended(customer, null)).toBe(false)
		expect(isSuspended(customer, link)).toBe(false)
		expect(isSuspended(customer, { ...link, suspended: true })).toBe(true)
		expect(isSuspended({ ...customer, suspended: true }, link)).toBe(true)
		expect(isSuspended({ ...customer, suspended: true }, null)).toBe(true)
	})

	it('is risky by mark or by the grade D', () => {
		expect(isRisky(customer)).toBe(false)
		expect(isRisky({ ...customer, limit: null })).toBe(false)
		expect(isRisky({ ...customer, markedRisky: true })).toBe(true)
		for (const grade of ['A', 'B', 'C', 'D'] as const) {
			expect(isRisky({ ...customer, limit: newLimit(kurus(1), 'KKB', today, grade) })).toBe(grade === 'D')
		}
	})

	it('is read from ten digits and from nothing else', () => {
		expect(parseCustomerId('1000000001')).toBe(1_000_000_001n)
		for (const text of [
			'',
			'0000000001',
			'100000001',
			'10000000011',
			'100000000x',
			' 1000000001',
			'1000000001 ',
			'x1000000001',
		]) {
			expect(parseCustomerId(text), text).toBe(0n)
		}
	})

	it('is shown to a merchant with its own segment and balance and the common limit', () => {
		const person: Person = {
			customerId: customer.id,
			name: 'Ayşe',
			surname: 'Öz',
			birthDate: date('1990-01-01'),
			tckn: { hash: 'a', sealed: Buffer.from('t') },
			mobileNumber: { hash: 'b', sealed: Buffer.from('m') },
			emailSealed: Buffer.from('e'),
		}
		const exposure = { active: kurus(200_00), pending: new Map([[date('2027-01-20'), kurus(50_00)]]) }
		const shown = customerInfo({ ...customer, exposure }, person, link, true, today)
		expect(shown).toEqual({
			customerId: customer.id,
			name: 'Ayşe',
			surname: 'Öz',
			limit: 1_000_00n,
			used: 250_00n,
			available: 750_00n,
			limitExpireDate: '2028-01-15',
			limitSource: 'KDS',
			suspended: false,
			overdue: true,
			risky: false,
			dealerSegment: 'GOLD',
			kdsSegment: 'K1',
			mobileNumberSealed: Buffer.from('m'),
			balance: 7_00n,
		})
		expect(customerInfo({ ...customer, limit: null }, person, link, false, today)).toMatchObject({
			limit: 0n,
			available: 0n,
			limitExpireDate: null,
			limitSource: null,
			overdue: false,
		})
	})
})

it('a merchant may set the limits it is allowed, up to its ceiling; in a sandbox every one', () => {
	expect(maySetLimit(merchant, 'KDS', kurus(5_000_00))).toBe(true)
	expect(maySetLimit(merchant, 'KDS', kurus(5_000_01))).toBe(false)
	expect(maySetLimit(merchant, 'MANUAL', kurus(1))).toBe(false)
	expect(maySetLimit({ ...merchant, limitCeiling: null }, 'KDS', kurus(9_000_000_00))).toBe(true)
	const free = withSandboxPermissions({ ...merchant, settableLimits: [] })
	for (const source of ['KKB', 'PREDEFINED', 'KDS', 'MANUAL'] as const)
		expect(maySetLimit(free, source, kurus(9_000_000_00))).toBe(true)
	expect(free).toMatchObject({ id: 1001, holdsOwnLimits: true, limitCeiling: null })
	expect(free.settableLimits).toHaveLength(4)
})

describe('what an order is offered', () => {
	const options = {
		notCalculateFees: false,
		forceRiskFree: false,
		postpone: false,
		revisedFeePercent: 0,
		ownAvailableLimit: ZERO,
		dealerSegment: null,
	}
	const order = { orderAmount: kurus(1_200_00), options }
	const buyer = { customer, dealerSegment: 'GOLD' }
	const with_ = (given: Partial<typeof options> & { ownAvailableLimit?: ReturnType<typeof kurus> }) => ({
		...order,
		options: { ...options, ...given },
	})

	it('is bounded by our limit, by the one the merchant sent where that is less, or by its own where it holds limits', () => {
		expect(limitFor(order, merchant, null, today)).toBeNull()
		expect(limitFor(with_({ ownAvailableLimit: kurus(400_00) }), merchant, null, today)).toBe(400_00n)
		expect(limitFor(order, merchant, buyer, today)).toBe(1_000_00n)
		expect(limitFor(with_({ ownAvailableLimit: kurus(400_00) }), merchant, buyer, today)).toBe(400_00n)
		expect(limitFor(with_({ ownAvailableLimit: kurus(4_000_00) }), merchant, buyer, today)).toBe(1_000_00n)
		const holder = { ...merchant, holdsOwnLimits: true }
		expect(limitFor(with_({ ownAvailableLimit: kurus(4_000_00) }), holder, buyer, today)).toBe(4_000_00n)
		const used = { ...buyer, customer: { ...customer, exposure: { active: kurus(900_00), pending: new Map() } } }
		expect(limitFor(order, merchant, used, today)).toBe(100_00n)
	})

	it('is a plan for each number of instalments of the table, fewest first', () => {
		const offers = offersFor(order, merchant, null, null, today)
		expect(offers.map(({ rate }) => rate.installments)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
		expect(offers[3]?.plan).toMatchObject({ downPayment: 0n, financed: 1_200_00n, fee: 18_00n })
		expect(offerFor({ ...order, installments: 4 }, merchant, null, null, today)).toEqual(offers[3])
		expect(offerFor({ ...order, installments: 13 }, merchant, null, null, today)).toBeUndefined()
	})

	it('has a down payment of what the limit does not carry, where the merchant lets it', () => {
		const lets = { ...merchant, downPaymentMaxShareBps: 5_000 }
		expect(offersFor(order, lets, buyer, kurus(1_000_00), today)[0]?.plan).toMatchObject({
			downPayment: 200_00n,
			financed: 1_000_00n,
		})
		expect(offersFor(order, lets, null, null, today)[0]?.plan).toMatchObject({ downPayment: 0n, financed: 1_200_00n })
		expect(offersFor(order, merchant, buyer, kurus(1_000_00), today)[0]?.plan).toMatchObject({ downPayment: 0n })
	})

	it('has the first instalment up front for a risky buyer, unless the merchant takes that risk', () => {
		const risky = { ...buyer, customer: { ...customer, markedRisky: true } }
		const upFront = (given = {}, who: typeof buyer | null = risky) =>
			offersFor(with_(given), merchant, who, null, today)[2]?.plan.rows.map((row) => row.upFront)
		expect(upFront()).toEqual([true, false, false])
		expect(upFront({ forceRiskFree: true })).toEqual([false, false, false])
		expect(upFront({}, buyer)).toEqual([false, false, false])
		expect(upFront({}, null)).toEqual([false, false, false])
	})

	it('is by the segment of the order, or else of the buyer', () => {
		const row = { ...(merchant.rates[0] as Merchant['rates'][0]), installments: 2 }
		const rates = [
			{ ...row, dealerSegment: null, feeRateBps: 100 },
			{ ...row, dealerSegment: 'GOLD', feeRateBps: 200 },
			{ ...row, dealerSegment: 'IRON', feeRateBps: 300 },
		]
		const feeFor = (dealerSegment: string | null, who: typeof buyer | null) =>
			offersFor(with_({ dealerSegment } as never), { ...merchant, rates }, who, null, today)[0]?.rate.feeRateBps
		expect(feeFor(null, null)).toBe(100)
		expect(feeFor(null, buyer)).toBe(200)
		expect(feeFor('IRON', buyer)).toBe(300)
		expect(feeFor(null, { ...buyer, dealerSegment: null as never })).toBe(100)
	})

	it('leaves out what can’t be split into so many whole kuruş', () => {
		const rates = merchant.rates.map((rate) => ({ ...rate, minAmount: kurus(1) }))
		const few = offersFor({ ...order, orderAmount: kurus(3) }, { ...merchant, rates }, null, null, today)
		expect(few.map(({ rate }) => rate.installments)).toEqual([1, 2, 3])
	})
})
