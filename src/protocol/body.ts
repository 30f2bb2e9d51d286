// What a request body says, before any meaning: a JSON object and a form become the same set of named values.
// Names match case-insensitively in ASCII only, so that no Turkish or other letter turns into a parameter of ours by folding.

/** A value as sent. A JSON number has become its shortest decimal text; absent, null and '' are not there at all. */
export type Sent = string | boolean | readonly unknown[] | { readonly [name: string]: unknown }

export interface Body {
	/** The value under this name in any casing. */
	get(name: string): Sent | undefined
	/** Whether the name came in two casings, whatever their values (H102 alone, before anything else: answers 2). */
	spelledTwice(name: string): boolean
}

/**
 * Reads a body of protocol 1.1. The caller has bounded its size.
 * `unreadable` is 400 H100: not UTF-8, not a JSON object, or a broken percent escape. An empty form is a body that says nothing.
 * `unsupported-media-type` is 415 H100: neither JSON nor form, or a charset other than UTF-8.
 */
export function readBody(
	contentType: string | undefined,
	bytes: Uint8Array,
): { ok: true; body: Body } | { ok: false; fault: 'unreadable' | 'unsupported-media-type' } {
	const parametersOf = readerFor(contentType)
	if (parametersOf === null) return { ok: false, fault: 'unsupported-media-type' }
	try {
		return { ok: true, body: bodyOf(parametersOf(utf8.decode(bytes))) }
	} catch {
		// The decoder and both parsers say "malformed" by throwing, and nothing else happens in here.
		return { ok: false, fault: 'unreadable' }
	}
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

type Parameters = Iterable<readonly [name: string, value: unknown]>

function readerFor(contentType: string | undefined): ((text: string) => Parameters) | null {
	const [mediaType, ...options] = (contentType ?? '').toLowerCase().split(';')
	for (const option of options) {
		const [name, value] = option.split('=')
		if (name?.trim() === 'charset' && !/^\s*("?)utf-?8\1\s*$/.test(value ?? '')) return null
	}
	switch (mediaType?.trim()) {
		case 'application/json':
			return jsonParameters
		case 'application/x-www-form-urlencoded':
			return formParameters
		default:
			return null
	}
}

function jsonParameters(text: string): Parameters {
	const value = parseJson(text)
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object')
	return Object.entries(value)
}

function formParameters(text: string): Parameters {
	const parameters = new Map<string, { list: boolean; model?: true; values: { place: number; text: string }[] }>()
	for (const pair of text.split('&')) {
		const equals = pair.indexOf('=')
		const written = unescaped(equals < 0 ? pair : pair.slice(0, equals))
		const [, name = written, index] = /^([^[]+)\[(.*)$/s.exec(written) ?? []
		const [, place] = /^(\d{0,9})\]$/.exec(index ?? '') ?? []
		const parameter = parameters.get(name) ?? { list: false, values: [] }
		parameters.set(name, parameter)
		if (index !== undefined && place === undefined) parameter.model = true
		if (place !== undefined || parameter.values.length > 0) parameter.list = true
		parameter.values.push({
			place: place ? Number(place) : parameter.values.length,
			text: equals < 0 ? '' : unescaped(pair.slice(equals + 1)),
		})
	}
	return Array.from(parameters, ([name, { list, model, values }]) => {
		// Of models only one JSON text can be read, so what is written as one member by member fits nowhere; but it was sent.
		if (model) return [name, {}]
		const texts = values.sort((a, b) => a.place - b.place).map(({ text }) => text)
		return [name, list ? texts : texts[0]]
	})
}

// decodeURIComponent throws on a broken escape and on escapes that are not UTF-8; URLSearchParams would guess.
function unescaped(text: string): string {
	return decodeURIComponent(text.replaceAll('+', ' '))
}

// Names live in a Map: `__proto__` and `constructor` are like any other there. Both readers give each spelling once,
// so a name that is seen again has another casing.
function bodyOf(parameters: Parameters): Body {
	const values = new Map<string, Sent>()
	const seen = new Set<string>()
	const twice = new Set<string>()
	for (const [name, value] of parameters) {
		const key = folded(name)
		if (seen.has(key)) twice.add(key)
		seen.add(key)
		if (value === null || value === '') continue
		values.set(key, typeof value === 'number' ? String(value) : (value as Sent))
	}
	return {
		get: (name) => values.get(foldedOurs(name)),
		spelledTwice: (name) => twice.size > 0 && twice.has(foldedOurs(name)),
	}
}

/** The ASCII letters in lower case, all else as it is: the key by which names are compared. */
export function folded(name: string): string {
	return foldings.get(name) ?? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The name of a parameter of ours; nearly every name that is sent is written like one. */
function foldedOurs(name: string): string {
	const key = folded(name)
	if (!foldings.has(name)) foldings.set(name, key)
	return key
}

// Only names of ours are remembered, so there is an end to them.
const foldings = new Map<string, string>()

declare global {
	interface JSON {
		parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
	}
}

/**
 * JSON.parse, but a whole number beyond 2^53 becomes its digits: an order number sent as a number must not be rounded
 * into another order's. Throws on malformed text.
 */
export function parseJson(text: string): unknown {
	return /\d{16}/.test(text) ? JSON.parse(text, digitsOfLargeNumbers) : JSON.parse(text)
}

function digitsOfLargeNumbers(_key: string, value: unknown, { source = '' }: { source?: string }): unknown {
	return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value
}
