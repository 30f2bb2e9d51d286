// The OpenAPI document that a server gives out: it is valid, says something of every field, and fits what is sent and answered.

import { registerSchema, type SchemaObject, validate } from '@hyperjump/json-schema/openapi-3-1'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EndpointKey, playStory, type Story } from '../../scripts/protocol-reference/story.ts'
import { codeOf } from '../../src/protocol/codes.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { type Sandbox, startSandbox } from '../sandbox.ts'

const uri = 'https://sonra.example/openapi'
const openApi = 'https://spec.openapis.org/oas/3.1/schema-base'

let sandbox: Sandbox
let story: Story
// biome-ignore lint/suspicious/noExplicitAny: a test looks into it at many places
let document: any

beforeAll(async () => {
	sandbox = await startSandbox()
	story = await playStory(sandbox.app)
	document = await (await fetch(`${sandbox.url}/openapi.json`)).json()
	registerSchema(document as SchemaObject, uri, openApi)
})
afterAll(() => sandbox.stop())

const keys = Object.keys(endpoints) as EndpointKey[]
const operationOf = (key: EndpointKey) => document.paths[pathOf(endpoints[key])].post

/** What is wrong with a value by a schema of the document; nothing where it fits. */
async function faultsBy(pointer: readonly string[], value: unknown): Promise<unknown> {
	const path = pointer.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
	const output = await validate(`${uri}#/${path}`, value as null, 'BASIC')
	return output.valid ? [] : output.errors
}

const bodyOf = (key: EndpointKey) => [
	'paths',
	pathOf(endpoints[key]),
	'post',
	'requestBody',
	'content',
	'application/json',
	'schema',
]
const answerOf = (key: EndpointKey) => [
	'paths',
	pathOf(endpoints[key]),
	'post',
	'responses',
	'200',
	'content',
	'application/json',
	'schema',
]

/** Every `properties` in it, each property with the path to it. */
function propertiesIn(value: unknown, path = ''): (readonly [path: string, property: Record<string, unknown>])[] {
	if (typeof value !== 'object' || value === null) return []
	return Object.entries(value).flatMap(([name, inner]) => [
		...(name === 'properties' ? Object.entries(inner).map(([each, it]) => [`${path}/${each}`, it] as const) : []),
		...propertiesIn(inner, `${path}/${name}`),
	]) as (readonly [path: string, property: Record<string, unknown>])[]
}

describe('the OpenAPI document', () => {
	it('is a valid one of OpenAPI 3.1, and the validator would say if it were not', async () => {
		expect(await validate(openApi, document, 'BASIC')).toEqual({ valid: true })
		const wrong = { ...document, components: { schemas: { ErrorDetail: { type: 'text' } } } }
		expect((await validate(openApi, wrong)).valid).toBe(false)
	})

	it('is given out as JSON to anybody, also where the server is in production', async () => {
		const production = await startSandbox('production')
		const response = await fetch(`${production.url}/openapi.json`)
		expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
		expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
		expect(await response.json()).toEqual(document)
		await production.stop()
	})

	it('has every call, with its token and its refusals in their order', () => {
		expect(Object.keys(document.paths)).toEqual(keys.map((key) => pathOf(endpoints[key])))
		for (const key of keys) {
			const { mark, token, tokenMark, refusals } = endpoints[key]
			const own = refusals.map(([refusal, field]) => ({ code: codeOf(refusal), field }))
			const operation = operationOf(key)
			expect(operation).toMatchObject({
				'x-mark': mark,
				'x-token': { values: [...token, 'merchantSalt'], 'x-mark': tokenMark },
				'x-refusals': own,
			})
			const [, refused] = operation.responses['200'].content['application/json'].schema.oneOf
			expect(refused.properties.Errors.items.enum).toEqual(expect.arrayContaining(own.map(({ code }) => code)))
		}
	})

	it('describes every field in both languages', () => {
		const properties = propertiesIn(document)
		expect(properties.length).toBeGreaterThan(400)
		const silent = properties.filter(([, { description, 'x-description-tr': tr }]) => !description || !tr || description === tr)
		expect(silent.map(([path]) => path)).toEqual([])
	})

	it('has no reference that leads nowhere', () => {
		const references = JSON.stringify(document).match(/"#\/components\/[^"]+"/g) ?? []
		for (const reference of new Set(references)) {
			const [, , kind = '', name = ''] = reference.slice(1, -1).split('/')
			expect(document.components[kind]).toHaveProperty(name)
		}
	})
})

describe('by the OpenAPI document', () => {
	it('every call of the story fits, and one without its token does not', async () => {
		for (const { endpoint, body } of story.examples) {
			expect(await faultsBy(bodyOf(endpoint), body)).toEqual([])
			const { requestToken: _, ...unsigned } = body
			expect(await faultsBy(bodyOf(endpoint), unsigned)).not.toEqual([])
		}
	})

	it('every answer of the story fits, and one without its data does not', async () => {
		const { en, tr } = story.refused
		for (const { endpoint, answer } of [...story.examples, en, tr]) {
			expect(await faultsBy(answerOf(endpoint), answer)).toEqual([])
			expect(await faultsBy(answerOf(endpoint), { ...answer, Data: answer.Success ? {} : { unknown: 1 } })).not.toEqual([])
		}
	})

	it('an answer whose Errors are none of the call’s does not fit', async () => {
		const { endpoint, answer } = story.refused.en
		expect(await faultsBy(answerOf(endpoint), { ...answer, Errors: ['H318'] })).not.toEqual([])
	})
})
