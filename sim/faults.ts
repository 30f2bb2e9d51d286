// Faults on demand: what goes wrong with the next calls to a neighbour. The first that fits is used, and used up.

export const faultKinds = ['error', 'hang', 'hang-after', 'slow', 'garbage'] as const

export interface Fault {
	/** `bureau`, `identity`, `sms`, or the path of one call such as `/bureau/requests`. */
	readonly on: string
	/** Only calls that name this: a TCKN, a mobile number, the number of a request. Null: every call. */
	readonly about: string | null
	/**
	 * error: 503. hang: never answers, does nothing. hang-after: does it and never answers. slow: answers late.
	 * garbage: does it and answers what is no JSON.
	 */
	readonly kind: (typeof faultKinds)[number]
	readonly delayMs: number
	/** For how many more calls. */
	times: number
}

export class Faults {
	#faults: Fault[] = []

	add(fault: Fault): void {
		this.#faults.push(fault)
	}

	clear(): void {
		this.#faults = []
	}

	/** The fault that a call to this path meets, which names these. */
	take(path: string, named: readonly unknown[]): Fault | null {
		const fault = this.#faults.find(
			({ on, about, times }) =>
				times > 0 && (path === on || path.startsWith(`/${on}/`)) && (about === null || named.includes(about)),
		)
		if (!fault) return null
		fault.times--
		return fault
	}
}
