// The copy of the vectors inside the repository is the one everybody else implements against.

import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { vectorTexts } from '../vectors.ts'

const names = readdirSync(new URL('../vectors', import.meta.url)).map((file) => file.replace('.json', ''))

it('has a copy of each kind of vector', () => {
	expect(names.sort()).toEqual(['late-fees', 'plans', 'tokens'])
})

for (const name of names) {
	const { original, copy } = vectorTexts(name)
	it.skipIf(original === null)(`has the same ${name} in the repository as beside it`, () => {
		expect(copy).toBe(original)
	})
}
