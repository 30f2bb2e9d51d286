// The protocol as an OpenAPI 3.1 document, from the same definitions and descriptions as docs/protocol.md.
// Texts are English; beside each stands its Turkish one (`x-…-tr`), and `x-mark` says where a thing comes from.

import { z } from 'zod'
import { answerFields, answers, nameOfModel, refusedNumber } from './answers.ts'
import { codeOf, type Mark, messageOf } from './codes.ts'
import { pathOf } from './endpoint.ts'
import { endpointDescriptions } from './endpoint-descriptions.ts'
import { endpoints } from './endpoints.ts'
import { describeField } from './field-descriptions.ts'
import { basketRowFields, type Field, ipAddress, text } from './fields.ts'
import { both, type Words } from './words.ts'

type Json = { [name: string]: unknown }
type EndpointKey = keyof typeof endpoints

/** What authentication and reading can answer before a call's own refusals (protocol 1.4); H109 only where there are keys. */
const earlyCodes = ['H101', 'H102', 'H103', 'H104', 'H105', 'H106']

const codeList = (codes: readonly string[]) => ({ type: 'array', items: { type: 'string', enum: [...new Set(codes)] } })

const described = ({ en, tr }: Words): Json => ({ description: en, 'x-description-tr': tr })

/** What a field means, and then what kind of value it is: without its unit an amount would say nothing. */
function fieldText(name: string, within: string, type: Words): Words {
	const { en, tr } = describeField(name, within)
	return both(`${en} Type: ${type.en}.`, `${tr} Tür: ${type.tr}.`)
}

const envelope = (properties: Json) => ({ type: 'object', properties, required: Object.keys(properties) })

const errorDetail = {
	...envelope({
		Code: { type: 'string', ...described(both('The code.', 'Kod.')) },
		Message: {
			type: 'string',
			...described(
				both(
					'What it says: Turkish, or English where Accept-Language prefers it.',
					'Ne dediği: Türkçe, Accept-Language İngilizceyi yeğliyorsa İngilizce.',
				),
			),
		},
		Field: {
			type: ['string', 'null'],
			...described(both('The parameter at fault.', 'Hatalı parametre.')),
		},
	}),
}

const success = {
	const: true,
	...described(both('Whether the call was carried out.', 'Çağrının yerine getirilip getirilmediği.')),
}
const refused = { ...success, const: false }
const noErrors = { type: 'array', maxItems: 0, ...described(both('Nothing was refused.', 'Reddedilen bir şey yok.')) }
const errors = (codes: readonly string[]) => ({
	...codeList(codes),
	minItems: 1,
	...described(both('Why it was refused.', 'Neden reddedildiği.')),
})
const errorDetails = {
	type: 'array',
	items: { $ref: '#/components/schemas/ErrorDetail' },
	...described(both('One for each code, in the order of Errors.', 'Her kod için bir tane, Errors sırasıyla.')),
}
const nothing = { type: 'object', maxProperties: 0 }

const dataText = both('What the call answers.', 'Çağrının yanıtı.')

const transportFault = {
	description: 'A fault of transport: H100, H107 (with Retry-After), H108 (with Retry-After; repeating is safe) or H110.',
	'x-description-tr': 'İletim hatası: H100, H107 (Retry-After ile), H108 (Retry-After ile; yinelemek güvenlidir) ya da H110.',
	content: {
		'application/json': {
			schema: envelope({
				Success: refused,
				Errors: errors(['H100', 'H107', 'H108', 'H110']),
				Data: { ...nothing, ...described(dataText) },
				ErrorDetails: errorDetails,
			}),
		},
	},
}

const idempotencyKey = {
	name: 'Idempotency-Key',
	in: 'header',
	...described(
		both(
			'The answer to the first successful call under it is given again for at least 24 hours; other content is H109.',
			'Bu anahtarla başarılı olan ilk çağrının yanıtı en az 24 saat boyunca yeniden verilir; başka içerik H109’dur.',
		),
	),
	schema: { type: 'string', pattern: '^[\\x20-\\x7e]{1,255}$' },
}

const acceptLanguage = {
	name: 'Accept-Language',
	in: 'header',
	...described(both('The language of the texts of codes: tr or en.', 'Kod metinlerinin dili: tr ya da en.')),
	schema: { type: 'string' },
}

export function openApiDocument(): Json {
	const schemas: Json = { ErrorDetail: errorDetail }
	const keys = Object.keys(endpoints) as EndpointKey[]
	const paths = Object.fromEntries(keys.map((key) => [pathOf(endpoints[key]), { post: operation(key, schemas) }]))
	return {
		openapi: '3.1.0',
		info: {
			title: 'Hemen Al Sonra Öde',
			version: 'V.41',
			license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
			...described(
				both(
					'Every call is signed with a requestToken: x-token of a call lists the values in their order, merchantSalt comes last. x-mark: M is printed in the manual, V in a sibling manual, O is ours.',
					'Her çağrı bir requestToken ile imzalanır: çağrının x-token alanı değerleri sırasıyla verir, merchantSalt en sondadır. x-mark: M kılavuzda, V kardeş kılavuzda basılıdır, O bizimdir.',
				),
			),
		},
		paths,
		components: { schemas, responses: { TransportFault: transportFault } },
	}
}

function operation(key: EndpointKey, schemas: Json): Json {
	const { family, name, section, mark, token, tokenMark, refusals } = endpoints[key]
	const { purpose, again, notes } = endpointDescriptions[key]
	const changes = family === 'RequestV2'
	const own = refusals.map(([refusal, field]) => ({ code: codeOf(refusal), field }))
	const body = parameters(key)
	return {
		operationId: name,
		summary: purpose.en,
		'x-summary-tr': purpose.tr,
		description: ['Again: ', again.en, ...notes.map(({ en }) => `\n\n${en}`)].join(''),
		'x-description-tr': ['Yinelenirse: ', again.tr, ...notes.map(({ tr }) => `\n\n${tr}`)].join(''),
		'x-section': section,
		'x-mark': mark,
		'x-token': { values: [...token, 'merchantSalt'], 'x-mark': tokenMark },
		'x-refusals': own.map(({ code, field }) => ({
			code,
			field,
			...described(both(messageOf(code, 'en'), messageOf(code, 'tr'))),
		})),
		parameters: changes ? [acceptLanguage, idempotencyKey] : [acceptLanguage],
		requestBody: {
			required: true,
			content: { 'application/json': { schema: body }, 'application/x-www-form-urlencoded': { schema: body } },
		},
		responses: {
			'200': {
				...described(both('Done or refused: Success tells.', 'Yapıldı ya da reddedildi: Success söyler.')),
				content: {
					'application/json': {
						schema: {
							oneOf: [
								envelope({ Success: success, Errors: noErrors, Data: { ...answered(key, schemas), ...described(dataText) } }),
								envelope({
									Success: refused,
									Errors: errors([...earlyCodes, ...(changes ? ['H109'] : []), ...own.map(({ code }) => code)]),
									Data: { ...refusedData(key, schemas), ...described(dataText) },
									ErrorDetails: errorDetails,
								}),
							],
						},
					},
				},
			},
			default: { $ref: '#/components/responses/TransportFault' },
		},
	}
}

function parameters(key: EndpointKey): Json {
	const { fields, mark, name: within } = endpoints[key]
	const own = Object.values(fields as { readonly [key: string]: Field<unknown> })
	const common = (name: string, type: Words) => ({ type: 'string', ...described(fieldText(name, '', type)), 'x-mark': 'M' })
	return {
		type: 'object',
		properties: {
			merchantId: common('merchantId', text(20).words),
			ipAddress: common('ipAddress', ipAddress.words),
			...Object.fromEntries(
				own.map((field) => [
					field.name,
					{
						...(field.name === 'basketList' ? basketSchema(field) : jsonSchema(field.schema)),
						...(field.fallback !== undefined && field.fallback !== null && { default: shownDefault(field.fallback) }),
						...described(fieldText(field.name, within, field.words)),
						'x-mark': field.mark ?? mark,
					},
				]),
			),
			requestToken: common('requestToken', both('text, base64', 'metin, base64')),
		},
		required: ['merchantId', ...own.filter((field) => field.required).map(({ name }) => name), 'requestToken'],
	}
}

/** Amounts are bigint inside, which JSON does not know. */
function shownDefault(fallback: unknown): unknown {
	return typeof fallback === 'bigint' ? Number(fallback) : fallback
}

function basketSchema({ schema }: Field<unknown>): Json {
	const list = jsonSchema(schema) as { items: { properties: { [name: string]: Json } } }
	for (const name of basketRowFields) {
		Object.assign(list.items.properties[name] as Json, described(describeField(name, 'basketList')), { 'x-mark': 'M' })
	}
	return list
}

/** A model goes to the schemas that are shared, under its name. */
function answered(key: EndpointKey, schemas: Json): Json {
	return modelSchema(answers[key], endpoints[key].name, endpoints[key].mark, schemas)
}

function refusedData(key: EndpointKey, schemas: Json): Json {
	if (key !== 'changeCustomerGsmNo') return nothing
	const { name, mark } = endpoints[key]
	return { anyOf: [nothing, modelSchema(refusedNumber, `${name} refused`, mark, schemas)] }
}

function modelSchema(model: z.ZodObject, within: string, mark: Mark, schemas: Json): Json {
	const named = nameOfModel(model)
	if (named === null) return objectSchema(model, within, mark, schemas)
	schemas[named.id] ??= objectSchema(model, named.id, named.mark, schemas)
	return { $ref: `#/components/schemas/${named.id}` }
}

function objectSchema(model: z.ZodObject, within: string, mark: Mark, schemas: Json): Json {
	const properties = answerFields(model, mark).map(({ name, item, list, nullable, mark }) => {
		const value = 'model' in item ? modelSchema(item.model, '', 'O', schemas) : jsonSchema(item.schema)
		const one = list ? { type: 'array', items: value } : value
		const meaning = 'model' in item ? describeField(name, within) : fieldText(name, within, item.words)
		return [name, { ...(nullable ? { anyOf: [one, { type: 'null' }] } : one), ...described(meaning), 'x-mark': mark }] as const
	})
	const required = properties.map(([name]) => name).filter((name) => !model.shape[name]?.safeParse(undefined).success)
	return { type: 'object', properties: Object.fromEntries(properties), required }
}

/** Of a parameter what may be sent, without what only the reference reads. */
function jsonSchema(schema: z.ZodType): Json {
	const { $schema: _, ...json } = z.toJSONSchema(schema, {
		io: 'input',
		override: ({ jsonSchema }) => {
			for (const name of ['mark', 'words']) delete jsonSchema[name]
		},
	})
	return json
}
