// The numbers of a step, taken one after the other: each choice comes from the next. 0 always means the plainest one, so that a step
// whose numbers shrink becomes plain.

export class Picks {
	readonly #numbers: readonly number[]
	#taken = 0

	constructor(numbers: readonly number[]) {
		this.#numbers = numbers
	}

	/** 0 … below − 1. Where the numbers are used up they begin again, each time a bit different. */
	below(bound: number): number {
		const round = Math.floor(this.#taken / this.#numbers.length)
		const number = this.#numbers[this.#taken % this.#numbers.length] ?? 0
		this.#taken++
		return (number >>> (5 * round)) % bound
	}

	of<T>(list: readonly [T, ...T[]]): T
	of<T>(list: readonly T[]): T | undefined
	of<T>(list: readonly T[]): T | undefined {
		return list.length === 0 ? undefined : list[this.below(list.length)]
	}

	/** True once in so many times. */
	oneIn(times: number): boolean {
		return this.below(times) === times - 1
	}
}
