// Shoppers nobody has used before, also not in an earlier run on the same database.

import { tcknOf } from '../sandbox.ts'

export interface Person {
	readonly tckn: string
	readonly mobile: string
}

let used = 0

/** Nobody whose bureau answers late or is down: what they are told depends on when they ask. */
const timely = (tckn: string): boolean => !['6', '8'].includes(tckn[9] as string)

export function newPeople(count: number): Person[] {
	const people: Person[] = []
	while (people.length < count) {
		used++
		const tckn = tcknOf(700_000_000 + used)
		if (timely(tckn)) people.push({ tckn, mobile: newMobile() })
	}
	return people
}

let mobiles = 0

/** Not one that ends in 99, which can't be used as a new number. */
export function newMobile(): string {
	mobiles++
	const mobile = `5${String(700_000_000 + mobiles)}`
	return mobile.endsWith('99') ? newMobile() : mobile
}
