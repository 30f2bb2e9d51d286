// The copy of the vectors inside the repository is the one everybody else implements against.

import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { vectorTexts } from '../vectors.ts'

const names = readdirSync(new URL('../vectors', import.meta.url)).map((file) => file.replace('.json', ''))

it('has a copy of each kind of vector', () => {
	expect(names.sort()).toEqual(['late-fees', 'plans', 'tokens'])
})

it.each(names)('has the same %s in the repository as beside it, where the original is there', (name) => {
	const { original, copy } = vectorTexts(name)
	expect(copy).toBe(original ?? copy)
	expect(JSON.parse(copy).length).toBeGreaterThan(0)
})
