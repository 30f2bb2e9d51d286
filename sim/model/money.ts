// Kuruş as plain bigints, and the two ways in which the protocol divides them.

/** Half a kuruş goes up. For amounts that are not negative. */
export function halfUp(dividend: bigint, divisor: bigint): bigint {
	return (2n * dividend + divisor) / (2n * divisor)
}

/** Into parts that differ by a kuruş at most, the larger ones first (protocol 2.1). */
export function split(total: bigint, parts: number): bigint[] {
	const [each, more] = [total / BigInt(parts), total % BigInt(parts)]
	return Array.from({ length: parts }, (_, i) => each + (BigInt(i) < more ? 1n : 0n))
}

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

export function sum(amounts: Iterable<bigint>): bigint {
	let total = 0n
	for (const amount of amounts) total += amount
	return total
}

/** As an answer's JSON number reads back. */
export function lira(amount: bigint): number {
	return Number(amount) / 100
}
