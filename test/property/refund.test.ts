// What holds for every series of refunds, whatever was sold and paid before. The oracle takes kuruş off the open instalments one
// list at a time, from the end, and knows nothing of states, fees or expenses.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays } from '../../src/domain/calendar.ts'
import { type Kurus, kurus, minus, plus, sum, ZERO } from '../../src/domain/money.ts'
import { openAmount } from '../../src/domain/payment.ts'
import { type Refund, type RefundableTransaction, refund, refundable } from '../../src/domain/refund.ts'
import { owedOf, transactionStatement } from '../../src/domain/statement.ts'
import { sendToEnforcement, type Transaction } from '../../src/domain/transaction.ts'
import { date } from '../dates.ts'
import { activated, collected, pending, reported, type Terms, withExpense } from '../domain-sale.ts'

const share = fc.integer({ min: 0, max: 1000 })
const partOf = (amount: bigint, thousandths: number) => (amount * BigInt(thousandths)) / 1000n

const terms: fc.Arbitrary<Partial<Terms>> = fc
	.record({
		installments: fc.integer({ min: 1, max: 12 }),
		aboveTheLeast: fc.oneof(fc.bigInt(0n, 200n), fc.bigInt(0n, 10n ** 12n)),
		feeRateBps: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 })),
		downShare: fc.oneof(fc.constant(0), share),
		firstUpFront: fc.boolean(),
	})
	.map(({ aboveTheLeast, downShare, ...rest }) => {
		const downPayment = partOf(aboveTheLeast, downShare)
		return { ...rest, downPayment, order: BigInt(rest.installments) + aboveTheLeast }
	})

/** What happened before: so many instalments reported from the front, perhaps enforcement with expenses and money. */
interface Past {
	readonly reportedShare: number
	readonly enforced: boolean
	readonly expense: number
	readonly moneyShare: number
	/** From the sale to the first refund. */
	readonly days: number
}
const past: fc.Arbitrary<Past> = fc.record({
	reportedShare: share,
	enforced: fc.boolean(),
	expense: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000 })),
	moneyShare: fc.oneof(fc.constant(0), share),
	days: fc.integer({ min: 0, max: 500 }),
})

function sold(given: Partial<Terms>, { reportedShare, enforced, expense, moneyShare, days }: Past): Transaction {
	const sale = activated(given)
	if (sale.state !== 'active') return sale
	const open = sale.payments.filter(({ state }) => state === 'open').map(({ installmentNo }) => installmentNo)
	const numbers = open.slice(0, Number(partOf(BigInt(open.length), reportedShare)))
	const then = addDays(sale.createdDate, days)
	const paid = reported(sale, numbers, then)
	if (!enforced || paid.state !== 'active') return paid
	const sent = sendToEnforcement(paid, then)
	const charged = expense > 0 ? withExpense(sent, expense) : sent
	// Less than all that is owed, so that something stays open.
	const money = partOf(owedOn(charged, then) - 1n, moneyShare)
	return money > 0n ? collected(charged, money, then) : charged
}

const owedOn = (sale: Transaction, on: string) => sum(transactionStatement(sale, date(on)).payments.map(owedOf))
const openOf = (sale: Transaction) => sale.payments.map(openAmount)
const paidOf = (sale: Transaction) => sum(sale.payments.map(({ amountPaid }) => amountPaid))
const unpaidExpense = (sale: Transaction) => sum(sale.payments.map(({ expense, expensePaid }) => minus(expense, expensePaid)))
const lateFees = (sale: Transaction, on: string) => transactionStatement(sale, date(on)).payments.map(({ lateFee }) => lateFee)

/** What is left open of a list of amounts when so much is taken from its end, and what could not be taken. */
function takenFromTheEnd(open: readonly Kurus[], amount: Kurus): { open: bigint[]; left: bigint } {
	const total = sum(open)
	const kept = amount > total ? 0n : total - amount
	let seen = 0n
	const left = open.map((each) => {
		const from = seen
		seen += each
		return from >= kept ? 0n : seen <= kept ? each : kept - from
	})
	return { open: left, left: amount > total ? amount - total : 0n }
}

interface Step {
	readonly before: Transaction
	readonly after: Transaction
	readonly made: Refund
	readonly on: string
}

/** Refunds parts of the order on the days that follow, then all that is left of it. */
function holdsForEveryRefund(check: (steps: readonly Step[], sale: Transaction) => void) {
	const parts = fc.array(fc.record({ share, daysLater: fc.nat(40) }), { maxLength: 6 })
	fc.assert(
		fc.property(terms, past, parts, (given, history, refunds) => {
			const sale = sold(given, history)
			const steps: Step[] = []
			let now = sale
			let on = addDays(sale.createdDate, history.days)
			for (const { share: part, daysLater } of [...refunds, { share: 1000, daysLater: 0 }]) {
				on = addDays(on, daysLater)
				const amount = kurus(partOf(refundable(now), part))
				if (amount === ZERO) continue
				const made = refund(now as RefundableTransaction, amount, on)
				steps.push({ before: now, after: made.transaction, made: made.refund, on })
				now = made.transaction
			}
			check(steps, sale)
		}),
	)
}

it('the refund and its fee are what was taken off and what goes to the customer, and it comes off the end', () => {
	holdsForEveryRefund((steps) => {
		for (const { before, after, made } of steps) {
			const expected = takenFromTheEnd(openOf(before), plus(made.amount, made.fee))
			expect(openOf(after)).toEqual(expected.open)
			expect(made.toCustomer).toBe(expected.left)
		}
	})
})

it('all refunds together give back the order and exactly its fee, and none gives more than is left of either', () => {
	holdsForEveryRefund((steps, sale) => {
		let [amount, fee] = [0n, 0n]
		for (const { made, after } of steps) {
			amount += made.amount
			fee += made.fee
			expect(made.fee).toBeGreaterThanOrEqual(0n)
			expect(fee).toBeLessThanOrEqual(sale.fee)
			expect(after.refunded).toEqual({ amount, fee })
		}
		expect([amount, fee]).toEqual([sale.orderAmount, sale.fee])
	})
})

it('but for the last, a share of the fee is the exact share to within half a kuruş, unless less was left', () => {
	holdsForEveryRefund((steps, sale) => {
		for (const { before, made } of steps.slice(0, -1)) {
			const left = sale.fee - before.refunded.fee
			const [exact, charged] = [2n * sale.fee * made.amount, 2n * made.fee * sale.orderAmount]
			const rounded = charged - sale.orderAmount <= exact && exact < charged + sale.orderAmount
			expect(rounded || made.fee === left).toBe(true)
		}
	})
})

it('in the end nothing is owed, the sale is refunded, and the customer gets back what was paid on the amounts and no more', () => {
	holdsForEveryRefund((steps, sale) => {
		const last = steps.at(-1) as Step
		expect(last.after.state).toBe('refunded')
		expect(owedOn(last.after, last.on)).toBe(0n)
		expect(sum(steps.map(({ made }) => made.toCustomer))).toBe(paidOf(sale))
	})
})

it('each instalment, with what refunds took off it, is still what was sold, and what was paid on it stays', () => {
	holdsForEveryRefund((steps, sale) => {
		for (const { after } of steps) {
			expect(after.payments.map(({ amount, refunded }) => amount + refunded)).toEqual(sale.payments.map(({ amount }) => amount))
			for (const part of ['amountPaid', 'lateFeePaid', 'expensePaid'] as const) {
				expect(after.payments.map((payment) => payment[part])).toEqual(sale.payments.map((payment) => payment[part]))
			}
		}
	})
})

it('nothing is negative, nothing is paid above what it is, and cancelled means that nothing was paid on the amount', () => {
	holdsForEveryRefund((steps) => {
		for (const { after, made } of steps) {
			expect(made.toCustomer).toBeGreaterThanOrEqual(0n)
			expect(made.expenseFallen).toBeGreaterThanOrEqual(0n)
			for (const payment of after.payments) {
				expect(payment.amount).toBeGreaterThanOrEqual(payment.amountPaid)
				expect(payment.expense).toBeGreaterThanOrEqual(payment.expensePaid)
				if (payment.state === 'open') expect(payment.amount).toBeGreaterThan(payment.amountPaid)
				else expect(payment.amount).toBe(payment.amountPaid)
				expect(payment.state === 'cancelled').toBe(payment.amount === ZERO)
			}
		}
	})
})

it('unpaid expenses are kept while anything is open, all on the last that is, and fall with it', () => {
	holdsForEveryRefund((steps) => {
		for (const { before, after, made } of steps) {
			const last = after.payments.findLast(({ state }) => state === 'open')
			if (last) expect(minus(last.expense, last.expensePaid)).toBe(unpaidExpense(before))
			expect(unpaidExpense(after)).toBe(last ? unpaidExpense(before) : 0n)
			expect(made.expenseFallen).toBe(last ? 0n : unpaidExpense(before))
		}
	})
})

it('on the day of the refund a late fee stays as it is, or falls to what was paid of it when its instalment ends', () => {
	holdsForEveryRefund((steps) => {
		for (const { before, after, on } of steps) {
			const fees = lateFees(before, on)
			expect(lateFees(after, on)).toEqual(
				after.payments.map(({ state, lateFeePaid }, i) => (state === 'open' ? fees[i] : lateFeePaid)),
			)
		}
	})
})

it('a sale is refunded exactly when all of the order was, and completed when nothing is open before that', () => {
	holdsForEveryRefund((steps, sale) => {
		for (const { after } of steps) {
			const open = sum(openOf(after)) > ZERO
			const whole = after.refunded.amount === sale.orderAmount
			const lived = sale.state === 'completed' ? 'completed' : sale.state
			expect(after.state).toBe(whole ? 'refunded' : open ? lived : 'completed')
		}
	})
})

it('a pending sale refunded in full is cancelled, owes nothing and gives nothing back', () => {
	fc.assert(
		fc.property(terms, (given) => {
			const sale = pending(given)
			const { transaction, refund: made } = refund(sale, sale.orderAmount, sale.createdDate)
			expect(made).toEqual({ amount: sale.orderAmount, fee: sale.fee, toCustomer: 0n, expenseFallen: 0n })
			expect(transaction.state).toBe('cancelled')
			expect(transaction.payments.map(({ state, amount }) => [state, amount])).toEqual(sale.payments.map(() => ['cancelled', 0n]))
		}),
	)
})
