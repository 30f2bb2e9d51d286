// What reconciliation counts, in the order of recording (protocol 5.11, answers section K).

import { wire } from './dates.ts'
import { lira, sum } from './money.ts'
import { page } from './paging.ts'
import { dayIn, type Parameters } from './parameters.ts'
import { at, done, type Expected, type Movement, type State } from './state.ts'

type Recorded = Pick<Movement, 'type' | 'code' | 'amount'> & Partial<Pick<Movement, 'sale' | 'payment' | 'reference'>>

export function record(
	state: State,
	merchant: number,
	{ sale = null, payment = null, reference = null, ...rest }: Recorded,
): void {
	state.movements.push({ merchant, recorded: state.today, sale, payment, reference, ...rest })
}

function movementsOf(state: State, merchant: number, sent: Parameters): Movement[] {
	const day = dayIn(sent, 'reconciliationDate')
	return state.movements.filter((movement) => movement.merchant === merchant && movement.recorded === day)
}

const totals = [
	['transaction', 'Transaction', ['TRANSACTION']],
	['refund', 'Refund', ['REFUND']],
	['payment', 'Payment', ['PAYMENT', 'EXECUTION_PAYMENT']],
	['balanceLoad', 'BalanceLoad', ['BALANCE']],
] as const

export function getDailyReconciliation(state: State, merchant: number, sent: Parameters): Expected {
	const movements = movementsOf(state, merchant, sent)
	const ours = totals.flatMap(([name, title, types]) => {
		const counted = movements.filter(({ type }) => types.some((each) => each === type))
		const amount = sum(counted.map((movement) => movement.amount))
		const count = BigInt(counted.length)
		return [
			{ name: `${name}Count`, title: `${title}Count`, ours: count, shown: Number },
			{ name: `${name}Amount`, title: `${title}Amount`, ours: amount, shown: lira },
		]
	})
	const theirs = ours.filter(({ name }) => sent[name] !== null)
	const different = theirs.filter(({ name, ours }) => sent[name] !== ours)
	return done({
		...Object.fromEntries(ours.map(({ title, ours, shown }) => [title, shown(ours)])),
		IsMatched: theirs.length === 0 ? null : different.length === 0,
		Differences: different.map(({ name, ours, shown }) => ({
			Field: name,
			Ours: shown(ours),
			Yours: shown(sent[name] as bigint),
		})),
	})
}

export function getDailyReconciliationDetail(state: State, merchant: number, sent: Parameters): Expected {
	const { items, ...paging } = page(movementsOf(state, merchant, sent), sent)
	const Movements = items.map(({ type, code, sale, payment, amount, recorded, reference }) => ({
		MovementType: type,
		MovementCode: code,
		transactionCode: sale === null ? null : at(state.sales, sale).name,
		merchantOid: sale === null ? null : at(state.sales, sale).oid,
		paymentCode: payment,
		Amount: lira(amount),
		MovementDate: wire(recorded),
		paymentReferenceCode: reference,
	}))
	return done({ Movements, ...paging })
}
