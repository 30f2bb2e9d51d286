// Money is a bigint of kuruş under its own type: a number of lira, or a count of something else, does not pass for it.
// Division is the only place where a kuruş could be lost, so every division is here and is named for its rounding.

export type Kurus = bigint & { readonly __unit: 'kuruş' }

/** `n` as an amount in kuruş. A number must be a whole one that JavaScript holds exactly; anything else is a bug and throws. */
export function kurus(n: bigint | number): Kurus {
	if (typeof n === 'number' && !Number.isSafeInteger(n)) throw new RangeError(`not a whole amount in kuruş: ${n}`)
	return BigInt(n) as Kurus
}

export const ZERO = kurus(0n)

export function plus(...amounts: Kurus[]): Kurus {
	return sum(amounts)
}

export function minus(a: Kurus, b: Kurus): Kurus {
	return (a - b) as Kurus
}

export function sum(list: Iterable<Kurus>): Kurus {
	let total = 0n
	for (const amount of list) total += amount
	return total as Kurus
}

export function smaller(a: Kurus, b: Kurus): Kurus {
	return a < b ? a : b
}

export function larger(a: Kurus, b: Kurus): Kurus {
	return a > b ? a : b
}

/** The quotient to the nearest whole, a half upwards. Neither operand may be negative: there "upwards" has two meanings. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
	if (numerator < 0n || denominator <= 0n) throw new RangeError(`cannot divide ${numerator} by ${denominator} half up`)
	return (2n * numerator + denominator) / (2n * denominator)
}

/** round-half-up(amount × rateBps / 10 000); 10 000 basis points are the whole amount. */
export function bpsOf(amount: Kurus, rateBps: number): Kurus {
	return divideHalfUp(amount * BigInt(rateBps), 10_000n) as Kurus
}

/** `parts` amounts that add up to `total` and differ by at most one kuruş, the larger ones first (protocol 2.1.3). */
export function splitEvenly(total: Kurus, parts: number): Kurus[] {
	if (total < 0n || !Number.isInteger(parts) || parts < 1) throw new RangeError(`cannot split ${total} kuruş into ${parts}`)
	const share = total / BigInt(parts)
	const left = Number(total % BigInt(parts))
	return Array.from({ length: parts }, (_, i) => (i < left ? share + 1n : share) as Kurus)
}
