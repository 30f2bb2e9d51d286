// The two numbers by which a person is known, TCKN and mobile number: their shape (protocol 1.5).
// A right check digit says that a number was typed well, not that somebody has it.

/** 11 digits, the first not 0, the last two being the check digits of those before. */
export function isTckn(text: string): boolean {
	if (!/^[1-9]\d{10}$/.test(text)) return false
	const digit = Array.from(text, Number)
	const sumOf = (...places: number[]) => places.reduce((sum, place) => sum + (digit[place - 1] as number), 0)
	// 7 × the odd places may be less than the even ones, and % would then be negative: 40 is more than it can lack.
	const tenth = (7 * sumOf(1, 3, 5, 7, 9) - sumOf(2, 4, 6, 8) + 40) % 10
	const eleventh = sumOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) % 10
	return digit[9] === tenth && digit[10] === eleventh
}

/** 10 digits starting with 5: no leading 0, no country code. */
export function isMobileNumber(text: string): boolean {
	return /^5\d{9}$/.test(text)
}

/** `516*****33`: all of a mobile number that is ever shown. */
export function maskMobileNumber(text: string): string {
	return `${text.slice(0, 3)}*****${text.slice(-2)}`
}
