// How often something may be done under a key, in this process (H107). A key's whole state is one number, the moment at which
// nothing of it is used any more; so a key that rests needs no sweeping, and may be forgotten.

export class Allowance {
	readonly #periodMs: number
	readonly #stepMs: number
	readonly #maxKeys: number
	/** The key that was used longest ago comes first. */
	readonly #unusedAgainMs = new Map<string, number>()

	/** So many times at once; what is used grows back evenly over the period. */
	constructor(times: number, periodMs: number, maxKeys: number) {
		this.#periodMs = periodMs
		this.#stepMs = periodMs / times
		this.#maxKeys = maxKeys
	}

	/** Uses one; 0 when there was one, otherwise how many milliseconds it takes until there is. */
	take(key: string, nowMs = performance.now()): number {
		const waitMs = this.waitMs(key, nowMs)
		if (waitMs > 0) return waitMs
		const unusedAgainMs = Math.max(this.#unusedAgainMs.get(key) ?? 0, nowMs) + this.#stepMs
		this.#unusedAgainMs.delete(key)
		const oldest = this.#unusedAgainMs.keys().next()
		if (this.#unusedAgainMs.size >= this.#maxKeys && !oldest.done) this.#unusedAgainMs.delete(oldest.value)
		this.#unusedAgainMs.set(key, unusedAgainMs)
		return 0
	}

	/** What `take` would answer, with nothing used. */
	waitMs(key: string, nowMs = performance.now()): number {
		const usedMs = Math.max(0, (this.#unusedAgainMs.get(key) ?? 0) - nowMs)
		const waitMs = usedMs + this.#stepMs - this.#periodMs
		// Sums of fractions: less than a microsecond is nothing.
		return waitMs < 0.001 ? 0 : waitMs
	}
}
