// Double entry (protocol 2.7): which entries each movement of money is written as, and that they add up to nothing.

import { expect, it } from 'vitest'
import {
	balanceLoadMovement,
	enforcementPaymentMovement,
	expenseMovement,
	type Movement,
	paymentMovement,
	refundMovement,
	saleMovement,
} from '../../../src/domain/ledger.ts'
import { kurus, ZERO } from '../../../src/domain/money.ts'
import { active } from '../../domain-sale.ts'

const sale = active({ feeRateBps: 500 })
const ofSale = { merchantId: 1001, customerId: 1_000_000_001n, transactionId: 100_001n }
const none = { installmentNo: null, refundId: null, reference: null }
const taken = { amount: kurus(100_00), lateFee: kurus(1_42), expense: kurus(20_00) }

/** The entries by account; fails where they do not add up to nothing. */
function entriesOf({ entries }: Movement): Record<string, bigint> {
	expect(entries.reduce((total, [, amount]) => total + amount, 0n)).toBe(0n)
	expect(entries.every(([, amount]) => amount !== ZERO)).toBe(true)
	return Object.fromEntries(entries)
}

it('a sale is owed by the customer with its fee, and to the merchant without', () => {
	const movement = saleMovement(sale)
	expect(movement).toMatchObject({ ...ofSale, ...none, type: 'sale', amount: 300_00n })
	expect(entriesOf(movement)).toEqual({ 'customer-receivable': 315_00n, 'merchant-payable': -300_00n, 'fee-income': -15_00n })
	expect(entriesOf(saleMovement(active()))).toEqual({ 'customer-receivable': 300_00n, 'merchant-payable': -300_00n })
})

it.each([
	['reported-payment', 'merchant-collections'],
	['up-front-payment', 'merchant-collections'],
	['balance-payment', 'customer-balance'],
] as const)('a %s comes out of %s', (type, account) => {
	const movement = paymentMovement(type, sale, 2, taken, 'till 7')
	expect(movement).toMatchObject({ ...ofSale, type, amount: 121_42n, installmentNo: 2, refundId: null, reference: 'till 7' })
	expect(entriesOf(movement)).toEqual({
		[account]: 121_42n,
		'customer-receivable': -100_00n,
		'late-fee-income': -1_42n,
		'enforcement-expenses': -20_00n,
	})
})

it('money that came in through enforcement is of no single instalment', () => {
	const movement = enforcementPaymentMovement(sale, taken, null)
	expect(movement).toMatchObject({ ...ofSale, ...none, type: 'enforcement-payment', amount: 121_42n })
	expect(entriesOf(movement)).toEqual({
		'merchant-collections': 121_42n,
		'customer-receivable': -100_00n,
		'late-fee-income': -1_42n,
		'enforcement-expenses': -20_00n,
	})
})

it('a balance that is loaded is of no sale', () => {
	const movement = balanceLoadMovement(1001, 1_000_000_001n, kurus(50_00), 'till')
	expect(movement).toMatchObject({
		...ofSale,
		...none,
		transactionId: null,
		type: 'balance-load',
		amount: 50_00n,
		reference: 'till',
	})
	expect(entriesOf(movement)).toEqual({ 'merchant-collections': 50_00n, 'customer-balance': -50_00n })
})

it('a refund gives the fee up, takes off what was open, and owes the customer the rest', () => {
	const refund = { amount: kurus(200_00), fee: kurus(10_00), toCustomer: kurus(30_00), expenseFallen: kurus(5_00) }
	const movement = refundMovement(sale, 'r-1', refund)
	expect(movement).toMatchObject({ ...ofSale, ...none, type: 'refund', amount: 200_00n, refundId: 'r-1' })
	expect(entriesOf(movement)).toEqual({
		'merchant-payable': 205_00n,
		'fee-income': 10_00n,
		'customer-receivable': -180_00n,
		'refunds-payable': -30_00n,
		'enforcement-expenses': -5_00n,
	})
})

it('an expense of enforcement is owed to the merchant, and owed less when it is taken back', () => {
	expect(expenseMovement(sale, kurus(20_00))).toMatchObject({ ...ofSale, ...none, type: 'expense', amount: 20_00n })
	expect(entriesOf(expenseMovement(sale, kurus(20_00)))).toEqual({ 'enforcement-expenses': 20_00n, 'merchant-payable': -20_00n })
	expect(entriesOf(expenseMovement(sale, kurus(-20_00)))).toEqual({ 'enforcement-expenses': -20_00n, 'merchant-payable': 20_00n })
})
