// The calls that were not let in, counted per address, merchant and code until they are noted together: whoever sends a million wrong
// tokens leaves a row a minute. What a killed process had counted since the last note is lost; its log has each of them.

import type { MerchantId } from '../domain/merchant.ts'

export interface RefusedCalls {
	/** Null: from more places than are told apart. */
	readonly address: string | null
	/** Null: no merchant that exists was named. */
	readonly merchantId: MerchantId | null
	readonly code: string
	readonly count: number
}

export class RefusalCount {
	readonly #toldApart: number
	#counted = new Map<string, RefusedCalls>()

	constructor(toldApart: number) {
		this.#toldApart = toldApart
	}

	add(calls: RefusedCalls): void {
		const known = this.#counted.get(keyOf(calls))
		const isRoom = known !== undefined || this.#counted.size < this.#toldApart
		// Beyond them there is one for each code, and the protocol has only so many.
		const place = isRoom ? calls : { ...calls, address: null, merchantId: null }
		const before = this.#counted.get(keyOf(place))
		this.#counted.set(keyOf(place), { ...place, count: (before?.count ?? 0) + calls.count })
	}

	/** What was counted; from here on it is counted anew. */
	take(): RefusedCalls[] {
		const taken = [...this.#counted.values()]
		this.#counted = new Map()
		return taken
	}
}

const keyOf = ({ address, merchantId, code }: RefusedCalls): string => `${address} ${merchantId} ${code}`
