// What a step can see while it decides what to send: the model's state, and what the players know beside it.

import { availableTo, hasOverdue, isInEnforcement } from '../../sim/model/customer.ts'
import { owedOn, total } from '../../sim/model/late-fee.ts'
import { larger } from '../../sim/model/money.ts'
import { isLive, openRows } from '../../sim/model/sale.ts'
import type { Customer, Row, Sale, State } from '../../sim/model/state.ts'
import type { Person } from './people.ts'
import type { Picks } from './picks.ts'

export interface Scene {
	readonly state: State
	readonly people: readonly Person[]
	/** The newest pin of each limit request, by its index. */
	readonly pins: ReadonlyMap<number, string>
	readonly picks: Picks
}

/** The index of a merchant. */
export function someMerchant({ state, picks }: Scene): number {
	return picks.below(state.merchants.length)
}

/** Somebody; often one whom nobody knows yet. */
export function somePerson({ state, people, picks }: Scene): Person {
	const known = new Set(state.customers.map(({ tckn }) => tckn))
	const unknown = people.filter(({ tckn }) => !known.has(tckn))
	return picks.of((picks.oneIn(2) && unknown.length > 0 ? unknown : people) as [Person, ...Person[]])
}

/** A customer of this merchant; now and then somebody it may not see. */
export function someCustomer({ state, picks }: Scene, merchant: number): Customer | undefined {
	const known = state.customers.filter(({ name }) => name.text !== null)
	const linked = known.filter(({ links }) => links.has(merchant))
	return picks.of(picks.oneIn(12) || linked.length === 0 ? known : linked)
}

/** A customer who could buy, where there is one. */
export function someBuyer(scene: Scene, merchant: number): Customer | undefined {
	const { state, picks } = scene
	const buyers = state.customers.filter(
		(customer) =>
			customer.name.text !== null &&
			customer.links.get(merchant)?.suspended === false &&
			availableTo(state, customer) > 10_000n &&
			!hasOverdue(state, customer) &&
			!isInEnforcement(state, customer),
	)
	return buyers.length === 0 || picks.oneIn(6) ? someCustomer(scene, merchant) : picks.of(buyers)
}

/** A sale, more often one that is live and recent, and whose merchant it is. */
export function someSale({ state, picks }: Scene): Sale | undefined {
	const recent = state.sales.slice(-40).reverse()
	const live = recent.filter(isLive)
	const pending = recent.filter((sale) => sale.state === 'pending')
	const enforced = recent.filter((sale) => sale.state === 'enforcement')
	const lists = [live, pending, enforced, recent].filter(({ length }) => length > 0)
	return picks.of(picks.of(lists) ?? [])
}

export function saleWhere(scene: Scene, which: (sale: Sale) => boolean): Sale | undefined {
	const fitting = scene.state.sales.slice(-40).reverse().filter(which)
	return scene.picks.oneIn(8) || fitting.length === 0 ? someSale(scene) : scene.picks.of(fitting)
}

/** Mostly the one whose sale it is. */
export function merchantOf(scene: Scene, sale: Sale | undefined): number {
	return sale === undefined || scene.picks.oneIn(15) ? someMerchant(scene) : sale.merchant
}

export function someRow({ picks }: Scene, sale: Sale): Row {
	const open = openRows(sale)
	return picks.of((picks.oneIn(4) || open.length === 0 ? sale.rows : open) as [Row, ...Row[]])
}

/** Amounts around which things change, or any amount up to the largest of them; at least a kuruş. */
export function someAmount({ picks }: Scene, turningPoints: readonly bigint[]): bigint {
	const points = turningPoints.filter((point) => point > 0n)
	const largest = points.reduce(larger, 2n)
	const part = BigInt(1 + picks.below(0x1000))
	const any = (largest * part) / 0x1000n
	const small = any / 16n
	const chosen =
		picks.of([...points, any, small, any, small, small, any, small, ...points.flatMap((point) => [point + 1n, point - 1n])]) ??
		any
	return chosen > 0n ? chosen : 1n
}

/** Mostly today, or a day around which things change. */
export function someDay({ state, picks }: Scene, turningPoints: readonly number[]): number {
	if (!picks.oneIn(2)) return state.today
	const days = [state.today - 1, state.today - picks.below(70), ...turningPoints.flatMap((day) => [day, day - 1, day + 1])]
	const day = picks.of(days) ?? state.today
	return day > state.today && !picks.oneIn(6) ? state.today : day
}

export function owedNow(state: State, sale: Sale, row: Row): bigint {
	return total(owedOn(row, sale.terms, state.today))
}
