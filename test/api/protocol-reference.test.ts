// The protocol reference says what the server does: its examples are played again here and both pages written anew.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { pages, protocolPage } from '../../scripts/protocol-reference/page.ts'
import { type EndpointKey, playStory, type Story } from '../../scripts/protocol-reference/story.ts'
import { calls } from '../../src/http/calls.ts'
import { answerFields, answers, nameOfModel, refusedNumber } from '../../src/protocol/answers.ts'
import { codes } from '../../src/protocol/codes.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpointDescriptions } from '../../src/protocol/endpoint-descriptions.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { descriptions } from '../../src/protocol/field-descriptions.ts'
import { basketRowFields, type Field } from '../../src/protocol/fields.ts'
import { type Sandbox, startSandbox } from '../sandbox.ts'

const keys = Object.keys(endpoints) as EndpointKey[]

let sandbox: Sandbox
let story: Story

beforeAll(async () => {
	sandbox = await startSandbox()
	story = await playStory(sandbox.app)
	await sandbox.booksBalance()
})
afterAll(() => sandbox.stop())

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('the protocol reference', () => {
	it.each(['en', 'tr'] as const)('is, in %s, what `npm run docs` writes', (language) => {
		expect(protocolPage(language, story)).toBe(read(pages[language]))
	})

	it('shows every call', () => {
		expect(new Set(story.examples.map(({ endpoint }) => endpoint))).toEqual(new Set(keys))
	})

	it('lists every refusal there is', () => {
		const listed = Object.values(endpoints).flatMap(({ refusals }) => refusals.map(([refusal]) => refusal))
		const known = codes.map(({ refusal }) => refusal).filter((refusal) => refusal !== null)
		expect(new Set(listed)).toEqual(new Set(known))
	})

	it('says of the calls that are known by a reference, and of no other, that other content is H109', () => {
		const byReference = calls.filter((call) => call.kind === 'write' && call.reference).map(({ endpoint }) => endpoint)
		const said = keys.filter((key) => endpointDescriptions[key].again.en.includes('H109')).map((key) => endpoints[key])
		expect(new Set(said)).toEqual(new Set(byReference))
	})

	it('has no description that is of no field', () => {
		const inputs = Object.values(endpoints).flatMap(({ name, fields }) =>
			Object.values(fields as { [key: string]: Field<unknown> }).map((field) => [name, field.name] as const),
		)
		const outputs = keys.flatMap((key) => namesIn(answers[key], endpoints[key].name))
		const refused = namesIn(refusedNumber, 'ChangeCustomerGsmNo refused')
		const rows = basketRowFields.map((name) => ['basketList', name] as const)
		const common = ['merchantId', 'ipAddress', 'requestToken'].map((name) => ['', name] as const)
		const used = [...inputs, ...outputs, ...refused, ...rows, ...common].map(([within, name]) =>
			`${within}.${name}` in descriptions ? `${within}.${name}` : name,
		)
		expect(new Set(Object.keys(descriptions))).toEqual(new Set(used))
	})

	it.each([
		['en', 'README.md'],
		['tr', 'README.tr.md'],
	] as const)('says, in %s, what each call does as %s does', (language, file) => {
		const rows = keys.map(
			(key) => `| ${endpoints[key].section} | \`${pathOf(endpoints[key])}\` | ${endpointDescriptions[key].purpose[language]} |`,
		)
		expect(read(file)).toContain(rows.join('\n'))
	})
})

describe('the schemas of the answers', () => {
	it('hold for every answer of the story, to the last field', () => {
		for (const { endpoint, answer } of story.examples) {
			const schema = answer.Success ? answers[endpoint] : refusedNumber
			expect(schema.safeParse(answer.Data).error, endpoint).toBeUndefined()
		}
	})

	it('have no list that is empty throughout the story', () => {
		for (const key of keys) {
			const data = story.examples.filter(({ endpoint }) => endpoint === key).map(({ answer }) => answer.Data)
			for (const { name, list } of answerFields(answers[key], 'O')) {
				if (list) expect(data.flatMap((each) => each[name] ?? [])).not.toEqual([])
			}
		}
	})
})

/** The fields of a model and of those in it, each with the name of its model. */
function namesIn(model: z.ZodObject, within: string): (readonly [within: string, name: string])[] {
	return answerFields(model, 'O').flatMap(({ name, item }) => [
		[nameOfModel(model)?.id ?? within, name] as const,
		...('model' in item ? namesIn(item.model, '') : []),
	])
}
