// What the simulated bureau says about a person, by the tenth digit of the TCKN: the eleventh is always even (it is 8 times the
// sum of the odd places, modulo 10), so it could not tell all of these apart. docs/sandbox.md has the table.

export type Outcome =
	| { readonly kind: 'report'; readonly grade: string; readonly afterMs: number }
	| { readonly kind: 'never-ready' }
	| { readonly kind: 'down' }

const graded = (grade: string, afterMs = 0): Outcome => ({ kind: 'report', grade, afterMs })

const byTenthDigit: readonly Outcome[] = [
	graded('A'),
	graded('B'),
	graded('C'),
	graded('D'),
	graded('E'),
	graded('F'),
	graded('A', 5_000),
	{ kind: 'never-ready' },
	{ kind: 'down' },
	graded('A'),
]

export function outcomeFor(tckn: string): Outcome {
	return byTenthDigit[Number(tckn[9])] ?? { kind: 'down' }
}

/** In kuruş. */
export const limitOfGrade: { readonly [grade: string]: number } = {
	A: 5_000_000,
	B: 2_500_000,
	C: 1_000_000,
	D: 500_000,
	E: 0,
	F: 0,
}

/** Who is not in the register: anybody called UYUSMAZ ("does not match"). */
export function isRegistered(surname: string): boolean {
	return !['UYUSMAZ', 'UYUŞMAZ'].includes(surname.toLocaleUpperCase('tr'))
}

/** Numbers that end in 99 can't be used. */
export function isUsable(mobileNumber: string): boolean {
	return !mobileNumber.endsWith('99')
}
