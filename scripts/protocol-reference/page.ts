// Writes the protocol reference in one language: the prose beside this file, its {{places}} filled from the definitions, their
// descriptions, the table of codes and the story.

import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { PaymentStatus, TransactionStatus } from '../../src/domain/statement.ts'
import { answerFields, answers, nameOfModel, refusedNumber, sharedModels } from '../../src/protocol/answers.ts'
import { readBody } from '../../src/protocol/body.ts'
import { codeOf, codes, type Language, type Mark, messageOf } from '../../src/protocol/codes.ts'
import { pathOf } from '../../src/protocol/endpoint.ts'
import { endpointDescriptions } from '../../src/protocol/endpoint-descriptions.ts'
import { endpoints } from '../../src/protocol/endpoints.ts'
import { describeField } from '../../src/protocol/field-descriptions.ts'
import { basketRowFields, type Field, ipAddress, text } from '../../src/protocol/fields.ts'
import { paymentStates } from '../../src/protocol/payments.ts'
import { signedText } from '../../src/protocol/token.ts'
import { transactionStates } from '../../src/protocol/transactions.ts'
import { both, type Words } from '../../src/protocol/words.ts'
import { type EndpointKey, type Exchange, merchant, type Story } from './story.ts'

export const pages: { readonly [language in Language]: string } = { en: 'docs/protocol.md', tr: 'docs/protocol.tr.md' }

const words = {
	again: both('Again', 'Yinelenirse'),
	answer: both('`Data` of the answer', 'Yanıtın `Data` alanı'),
	code: both('code', 'kod'),
	default: both('default', 'varsayılan'),
	example: both('Example', 'Örnek'),
	field: both('field', 'alan'),
	fieldsOf: both('the fields of …', '… modelinin alanları'),
	listOf: both('list of …', '… listesi'),
	mark: both('mark', 'işaret'),
	meaning: both('meaning', 'anlamı'),
	more: both('more', 'tane daha'),
	no: both('no', 'hayır'),
	noFields: both('No parameters of its own.', 'Kendine özgü parametresi yoktur.'),
	noRefusals: both('No refusals of its own.', 'Kendine özgü reddi yoktur.'),
	objects: both('objects', 'nesne'),
	orNull: both('or `null`', 'ya da `null`'),
	parameter: both('parameter', 'parametre'),
	purpose: both('what it does', 'ne yapar'),
	refusals: both('Refusals, in this order', 'Retler, bu sırayla'),
	refusedAnswer: both('`Data` of a refused answer', 'Ret yanıtının `Data` alanı'),
	required: both('required', 'zorunlu'),
	section: both('section', 'bölüm'),
	says: both('what it says', 'ne der'),
	signed: both('What is signed', 'İmzalanan metin'),
	state: both('state', 'durum'),
	type: both('type', 'tür'),
	yes: both('yes', 'evet'),
} satisfies { [word: string]: Words }

const transactionMeanings: { readonly [status in TransactionStatus]: Words } = {
	pending: both('created, not yet activated; it only holds the limit', 'oluşturuldu, henüz onaylanmadı; yalnız limiti tutar'),
	active: both('activated, something is still owed', 'onaylandı, borcu sürüyor'),
	completed: both('nothing is open any more', 'açık bir şeyi kalmadı'),
	cancelled: both('refunded whole while pending', 'onay beklerken bütünüyle iade edildi'),
	refunded: both('refunded whole after activation', 'onaylandıktan sonra bütünüyle iade edildi'),
	enforcement: both('handed over to enforcement; it ends in 2 or 4', 'icraya verildi; 2 ya da 4 ile biter'),
	expired: both('not activated before ExpireDate; it holds no limit', 'ExpireDate gününden önce onaylanmadı; limit tutmaz'),
}

const paymentMeanings: { readonly [status in PaymentStatus]: Words } = {
	unpaid: both('open, not overdue', 'açık, gecikmemiş'),
	paid: both('closed', 'kapandı'),
	'part-paid': both('part of its own amount is paid, not overdue', 'kendi tutarının bir kısmı ödendi, gecikmemiş'),
	overdue: both('open on or after its overdueDate', 'açık ve overdueDate gelmiş'),
	cancelled: both(
		'refunded away, or of a sale that was cancelled or has expired',
		'iadeyle sıfırlandı ya da satışı iptal edildi veya süresi doldu',
	),
}

const widthOfExamples = 120
/** A longer list is shown by its first two. */
const longestList = 4

export function protocolPage(language: Language, story: Story): string {
	return new Page(language, story).text()
}

class Page {
	readonly #language: Language
	readonly #story: Story

	constructor(language: Language, story: Story) {
		this.#language = language
		this.#story = story
	}

	text(): string {
		const prose = readFileSync(new URL(`${this.#language}.md`, import.meta.url), 'utf8')
		const tokenExample = this.#examplesOf('createTransaction')[0] as Exchange
		const places = new Map([
			['refused', this.#exchange(this.#story.refused[this.#language])],
			['common', this.#commonParameters()],
			['token call', this.#linkTo(tokenExample.endpoint)],
			['token', this.#workedToken(tokenExample)],
			['transaction states', this.#states(transactionStates, transactionMeanings)],
			['payment states', this.#states(paymentStates, paymentMeanings)],
			['calls', this.#calls()],
			[
				'endpoints',
				this.#keys()
					.map((key) => this.#endpoint(key))
					.join('\n\n'),
			],
			['models', this.#models()],
			['codes', this.#codes()],
		])
		return prose.replace(/\{\{(.+?)\}\}/g, (_, place: string) => {
			const filled = places.get(place)
			if (filled === undefined) throw new Error(`nothing to put into {{${place}}}`)
			return filled
		})
	}

	#say(word: Words): string {
		return word[this.#language]
	}

	#keys(): EndpointKey[] {
		return Object.keys(endpoints) as EndpointKey[]
	}

	#examplesOf(key: EndpointKey): Exchange[] {
		return this.#story.examples.filter(({ endpoint }) => endpoint === key)
	}

	#linkTo(key: EndpointKey): string {
		const { section, name } = endpoints[key]
		return `[${name}](#${section.replaceAll('.', '')}-${name.toLowerCase()})`
	}

	#table(columns: readonly Words[], rows: readonly (readonly string[])[]): string {
		const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
		return [line(columns.map((column) => this.#say(column))), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
	}

	#commonParameters(): string {
		const row = (name: string, isRequired: boolean, type: Words) => [
			`\`${name}\``,
			this.#mark('M'),
			this.#say(isRequired ? words.yes : words.no),
			this.#say(type),
			this.#say(describeField(name, '')),
		]
		return this.#table(
			[words.parameter, words.mark, words.required, words.type, words.meaning],
			[
				row('merchantId', true, text(20).words),
				row('ipAddress', false, ipAddress.words),
				row('requestToken', true, both('text, base64', 'metin, base64')),
			],
		)
	}

	#mark(mark: Mark): string {
		return `[${mark}]`
	}

	#workedToken({ endpoint, body }: Exchange): string {
		const order = endpoints[endpoint].token
		const read = readBody('application/json', Buffer.from(JSON.stringify(body)))
		if (!read.ok) throw new Error('an example is no JSON object')
		const given = [...order, 'merchantSalt'].map((name) => {
			const value = name === 'merchantSalt' ? merchant.merchantSalt : body[name]
			return [`\`${name}\``, `\`${value}\``]
		})
		return [
			this.#table([words.parameter, both('value', 'değer')], given),
			'',
			fenced('text', [
				`merchantKey   ${merchant.merchantKey}`,
				`${this.#say(words.signed)}:`,
				`              ${signedText(order, read.body, merchant.merchantSalt)}`,
				`requestToken  ${body.requestToken}`,
			]),
		].join('\n')
	}

	#states<Status extends string>(
		states: { readonly [status in Status]: readonly [number: number, text: string] },
		meanings: { readonly [status in Status]: Words },
	): string {
		const rows = Object.entries<readonly [number, string]>(states).map(([status, [number, text]]) => [
			String(number),
			`\`${text}\``,
			this.#say(meanings[status as Status]),
		])
		return this.#table([words.state, both('text', 'metin'), words.meaning], rows)
	}

	#calls(): string {
		const rows = this.#keys().map((key) => [
			endpoints[key].section,
			this.#linkTo(key),
			this.#mark(endpoints[key].mark),
			this.#say(endpointDescriptions[key].purpose),
		])
		return this.#table([words.section, both('call', 'çağrı'), words.mark, words.purpose], rows)
	}

	#endpoint(key: EndpointKey): string {
		const endpoint = endpoints[key]
		const { purpose, again, notes } = endpointDescriptions[key]
		return [
			`### ${endpoint.section} ${endpoint.name}`,
			`\`POST ${pathOf(endpoint)}\` ${this.#mark(endpoint.mark)}: ${this.#say(purpose)}.`,
			`Token: \`${[...endpoint.token, 'merchantSalt'].join(' + ')}\` ${this.#mark(endpoint.tokenMark)}`,
			this.#parameters(key),
			...this.#answer(key),
			this.#refusals(key),
			[`- *${this.#say(words.again)}*: ${this.#say(again)}`, ...notes.map((note) => `- ${this.#say(note)}`)].join('\n'),
			`*${this.#say(words.example)}*`,
			...this.#examplesOf(key).map((example) => this.#exchange(example)),
		].join('\n\n')
	}

	#parameters(key: EndpointKey): string {
		const { fields, mark, name } = endpoints[key]
		const rows = Object.values(fields as { readonly [key: string]: Field<unknown> }).map((field) => [
			`\`${field.name}\``,
			this.#mark(field.mark ?? mark),
			this.#say(field.required ? words.yes : words.no),
			this.#inputType(field),
			this.#say(describeField(field.name, name)),
		])
		if (rows.length === 0) return this.#say(words.noFields)
		return this.#table([words.parameter, words.mark, words.required, words.type, words.meaning], rows)
	}

	#inputType({ name, words: type, fallback }: Field<unknown>): string {
		const shown = name === 'basketList' ? `[${this.#say(type)}](#basketlist)` : this.#say(type)
		return fallback === null || fallback === undefined ? shown : `${shown}; ${this.#say(words.default)} \`${fallback}\``
	}

	#answer(key: EndpointKey): string[] {
		const { mark, name } = endpoints[key]
		const title = `${this.#say(words.answer)}:`
		const model = nameOfModel(answers[key])
		if (model !== null) return [`${title} ${this.#say(words.fieldsOf).replace('…', linkToModel(model.id))}.`]
		const table = this.#fieldTable(answers[key], name, mark)
		if (key !== 'changeCustomerGsmNo') return [title, table]
		return [title, table, `${this.#say(words.refusedAnswer)}:`, this.#fieldTable(refusedNumber, `${name} refused`, mark)]
	}

	#fieldTable(model: z.ZodObject, within: string, mark: Mark): string {
		return this.#table([words.field, words.mark, words.type, words.meaning], this.#fieldRows(model, within, mark))
	}

	/** A model that only this place has is written out below its field. */
	#fieldRows(model: z.ZodObject, within: string, mark: Mark, prefix = ''): string[][] {
		return answerFields(model, mark).flatMap((field) => {
			const { name, list, nullable, item } = field
			const inner = 'model' in item ? nameOfModel(item.model) : null
			const shared = 'model' in item && sharedModels.includes(item.model)
			const type = 'words' in item ? this.#say(item.words) : inner && shared ? linkToModel(inner.id) : this.#say(words.objects)
			const row = [
				`\`${prefix}${name}\``,
				this.#mark(field.mark),
				`${list ? this.#say(words.listOf).replace('…', type) : type}${nullable ? ` ${this.#say(words.orNull)}` : ''}`,
				this.#say(describeField(name, within)),
			]
			if (!('model' in item) || !inner || shared) return [row]
			return [row, ...this.#fieldRows(item.model, inner.id, inner.mark, `${prefix}${name}[].`)]
		})
	}

	#refusals(key: EndpointKey): string {
		const rows = endpoints[key].refusals.map(([refusal, field], index) => {
			const code = codeOf(refusal)
			return [String(index + 1), code, field === null ? '' : `\`${field}\``, firstSentence(messageOf(code, this.#language))]
		})
		if (rows.length === 0) return this.#say(words.noRefusals)
		return [
			`${this.#say(words.refusals)}:`,
			this.#table([both('', ''), words.code, both('`Field`', '`Field`'), words.says], rows),
		].join('\n\n')
	}

	#models(): string {
		const models = sharedModels.map((model) => {
			const { id, mark } = nameOfModel(model) as { id: string; mark: Mark }
			return `### ${id}\n\n${this.#fieldTable(model, id, mark)}`
		})
		const basket = basketRowFields.map((name) => [`\`${name}\``, this.#mark('M'), this.#say(describeField(name, 'basketList'))])
		return [...models, `### basketList\n\n${this.#table([words.field, words.mark, words.meaning], basket)}`].join('\n\n')
	}

	#codes(): string {
		return this.#table(
			[words.code, words.mark, words.says],
			codes.map((code) => [code.code, this.#mark(code.mark), code[this.#language]]),
		)
	}

	#exchange({ endpoint, body, answer }: Exchange): string {
		return fenced('jsonc', [
			`// POST ${pathOf(endpoints[endpoint])}`,
			this.#json(body),
			'',
			`// ${this.#say(both('answer', 'yanıt'))}`,
			this.#json(answer),
		])
	}

	/** JSON on one line where it fits, else an entry a line. `used`: what else the first line has to hold. */
	#json(value: unknown, indent = '', used = 0): string {
		const short = inOneLine(value)
		if (typeof value !== 'object' || value === null) return JSON.stringify(value)
		if (short !== null && indent.length * 2 + used + short.length <= widthOfExamples) return short
		const deeper = `${indent}\t`
		const [open, close, entries] = Array.isArray(value)
			? ['[', ']', value.map((item) => ['', item] as const)]
			: ['{', '}', Object.entries(value as object).map(([name, item]) => [`${JSON.stringify(name)}: `, item] as const)]
		const cut = Array.isArray(value) && value.length > longestList ? 2 : entries.length
		const lines = entries.slice(0, cut).map(([name, item], index) => {
			const comma = index < entries.length - 1 ? ',' : ''
			return `${deeper}${name}${this.#json(item, deeper, name.length + comma.length)}${comma}`
		})
		const rest = entries.length - cut
		return [open, ...lines, ...(rest > 0 ? [`${deeper}// … ${rest} ${this.#say(words.more)}`] : []), `${indent}${close}`].join(
			'\n',
		)
	}
}

/** Null where a list in it is too long to be shown whole. */
function inOneLine(value: unknown): string | null {
	if (typeof value !== 'object' || value === null) return JSON.stringify(value)
	if (Array.isArray(value) && value.length > longestList) return null
	const parts = Object.entries(value).map(([name, item]) => {
		const text = inOneLine(item)
		return text === null ? null : Array.isArray(value) ? text : `${JSON.stringify(name)}: ${text}`
	})
	if (parts.includes(null)) return null
	if (Array.isArray(value)) return `[${parts.join(', ')}]`
	return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

function fenced(kind: string, lines: readonly string[]): string {
	return [`\`\`\`${kind}`, ...lines, '```'].join('\n')
}

function linkToModel(id: string): string {
	return `[${id}](#${id.toLowerCase()})`
}

function firstSentence(message: string): string {
	return /^.*?\.(?= |$)/.exec(message)?.[0] ?? message
}
