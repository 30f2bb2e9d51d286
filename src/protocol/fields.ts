// The field types of protocol 1.5 within the bounds of answers A: each is one Zod schema from what was sent to what it means.
// A schema sees texts, never JSON numbers (body.ts and `itemsOf` have made them texts): its pattern is the whole rule.

import { isIP } from 'node:net'
import { z } from 'zod'
import { type CalendarDate, parseCalendarDate } from '../domain/calendar.ts'
import { isMobileNumber } from '../domain/identity.ts'
import { type Kurus, kurus } from '../domain/money.ts'
import { type Body, folded, parseJson, type Sent } from './body.ts'
import type { Mark } from './codes.ts'
import { both, type Words } from './words.ts'

export interface FieldType<T> {
	readonly list: boolean
	readonly schema: z.ZodType<T>
	/** What to send, as the reference says it. */
	readonly words: Words
}

export interface Field<T> {
	/** The wire name as the manual spells it. */
	readonly name: string
	readonly required: boolean
	/** What stands for "not sent"; undefined for a required field. */
	readonly fallback: T | undefined
	/** Outside a sandbox any other value than the fallback is H102. */
	readonly sandboxOnly?: true
	/** Where it is another than the endpoint's. */
	readonly mark?: Mark
	/** A refused value is H102. */
	read(sent: Sent): { ok: true; value: T } | { ok: false }
	readonly list: boolean
	readonly schema: z.ZodType
	readonly words: Words
}

export function required<T>(wireName: string, type: FieldType<T>): Field<T> {
	return field(wireName, type, true, undefined)
}

/** Not sent: null. */
export function optional<T>(wireName: string, type: FieldType<T>): Field<T | null> {
	return field<T | null>(wireName, type, false, null)
}

/** Not sent: `fallback`. */
export function optionalOr<T>(wireName: string, type: FieldType<T>, fallback: T): Field<T> {
	return field(wireName, type, false, fallback)
}

export function sandboxOnly<T>(field: Field<T>): Field<T> {
	return { ...field, sandboxOnly: true }
}

/** A parameter that we have added to those of the manual. */
export function ours<T>(field: Field<T>): Field<T> {
	return { ...field, mark: 'O' }
}

function field<T>(name: string, { list, schema, words }: FieldType<T>, required: boolean, fallback: T | undefined): Field<T> {
	return {
		name,
		required,
		fallback,
		list,
		schema,
		words,
		read(sent) {
			const result = schema.safeParse(list ? itemsOf(sent) : sent)
			return result.success ? { ok: true, value: result.data } : { ok: false }
		},
	}
}

/** What a body says for a field; a list parameter's `[]` counts as not sent (answers 3). */
export function sentFor(field: Field<unknown>, body: Body): Sent | undefined {
	const sent = body.get(field.name)
	if (sent === undefined || !field.list) return sent
	const items = itemsOf(sent)
	return Array.isArray(items) && items.length === 0 ? undefined : items
}

// One decoding of lists for both bodies (answers 3): a list, a JSON text of a list, or one scalar. An object is none of these.
function itemsOf(sent: Sent): Sent {
	const list = typeof sent === 'string' ? (listIn(sent) ?? [sent]) : sent
	return Array.isArray(list) ? list.map((item) => (typeof item === 'number' ? String(item) : item)) : list
}

function listIn(text: string): readonly unknown[] | null {
	try {
		const list = parseJson(text)
		return Array.isArray(list) ? list : null
	} catch {
		// Most texts are not JSON: then the text is one scalar.
		return null
	}
}

function one<T>(schema: z.ZodType<T>, words: Words): FieldType<T> {
	return { list: false, schema, words }
}

function listOf<T>(item: FieldType<T>, maxItems: number): FieldType<readonly T[]> {
	const words = both(`list of at most ${maxItems}: ${item.words.en}`, `en çok ${maxItems} ögeli liste: ${item.words.tr}`)
	return { list: true, schema: z.array(item.schema).max(maxItems), words }
}

// In the schema that is published a number may also be one; here it has become its text already.
function digits(min: number, max: number) {
	return z
		.string()
		.regex(/^[0-9]{1,20}$/)
		.meta({ type: ['integer', 'string'], minimum: min, maximum: max })
}

function kurusBetween(min: number, max: number): FieldType<Kurus> {
	const range = z.bigint().min(BigInt(min)).max(BigInt(max)) as unknown as z.ZodType<Kurus, Kurus>
	return one(
		z.codec(digits(min, max), range, { decode: (text) => kurus(BigInt(text)), encode: String }),
		both(`amount in kuruş, ${min} or more`, `kuruş olarak tutar, en az ${min}`),
	)
}

const largestAmount = 10 ** 13

/** Kuruş, 1 … 10^13: order, payment, refund, balance and expense amounts. */
export const amount = kurusBetween(1, largestAmount)

/** Kuruş, 0 … 10^13: limits and a merchant's own totals, where 0 says something (answers 7). */
export const limitAmount = kurusBetween(0, largestAmount)

export function wholeNumber(min: number, max: number): FieldType<number> {
	return one(
		z.codec(digits(min, max), z.int().min(min).max(max), { decode: Number, encode: String }),
		both(`whole number, ${min}–${max}`, `tam sayı, ${min}–${max}`),
	)
}

export const flag: FieldType<boolean> = one(
	z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]),
	both('`true` or `false`', '`true` ya da `false`'),
)

/** One of these texts exactly. */
export function oneOf<const T extends string>(...texts: readonly [T, ...T[]]): FieldType<T> {
	const choice = texts.map((text) => `\`${text}\``).join(', ')
	return one(z.enum(texts), both(`one of ${choice}`, `şunlardan biri: ${choice}`))
}

/** String(n): 1 … n code points, no control characters, no lone surrogates; not trimmed, not normalised (answers 5). */
export function text(max: number): FieldType<string> {
	return one(
		z.string().regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u')),
		both(`text, 1–${max} characters`, `metin, 1–${max} karakter`),
	)
}

/** String(20): merchantOid, transactionCode, paymentCode, kkbRefNo. */
export const code20 = text(20)

/** Loose on purpose (answers 6): whether an address exists only a message can tell. */
export const email = one(
	z.string().regex(/^(?=[^\p{Cc}\p{Cs}]{1,254}$)[^\s@]+@[^\s@]+\.[^\s@]+$/u),
	both('e-mail address, at most 254 characters', 'e-posta adresi, en çok 254 karakter'),
)

/** Any text: a wrong TCKN is H201 by the decision and never H102 (answers 10), so it is carried there, shortened if need be. */
export const tckn = one(
	z.string().overwrite((text) => storable(text.slice(0, 50))),
	both('11 digits', '11 hane'),
)

/** Any text of 1–10: a wrong pin is H211 by the decision (answers 6). */
export const pinCode = one(
	z
		.string()
		.regex(/^.{1,10}$/su)
		.overwrite(storable),
	both('text, 1–10 characters', 'metin, 1–10 karakter'),
)

// What these fields carry unchecked may still reach a query, and PostgreSQL takes neither NUL nor a lone surrogate.
function storable(text: string): string {
	return text.toWellFormed().replaceAll('\0', '\ufffd')
}

export const mobileNumber = one(
	z.string().refine(isMobileNumber).meta({ pattern: '^5[0-9]{9}$' }),
	both('10 digits, the first a 5', '10 hane, ilki 5'),
)

/** An IPv4 or IPv6 text; a zone (`fe80::1%eth0`) means something on one machine only and is refused. */
export const ipAddress = one(
	z.string().refine((text) => isIP(text) !== 0 && !text.includes('%')),
	both('IPv4 or IPv6 address', 'IPv4 ya da IPv6 adresi'),
)

const dateOrDateTime =
	/^\d{4}-\d\d-\d\d(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?$/

/** yyyy-MM-dd, or a date-time of which the date counts as it is written, whatever the zone (answers 12). */
export const calendarDate = one(
	z
		.string()
		.regex(dateOrDateTime)
		.overwrite((text) => text.slice(0, 10))
		.refine((text) => parseCalendarDate(text) !== null) as unknown as z.ZodType<CalendarDate>,
	both('date, `yyyy-MM-dd`', 'tarih, `yyyy-MM-dd`'),
)

/** A list of codes: transactionCodes, paymentCodes. */
export function codeList(maxItems: number): FieldType<readonly string[]> {
	return listOf(code20, maxItems)
}

/** Payment states 0–4 (protocol 2.2). */
export const paymentStatuses = listOf(wholeNumber(0, 4), 500)

const rowFields = {
	skuCode: z.unknown().optional(),
	skudefinitionId: z.unknown().optional(),
	skuAmount: wholeNumber(0, largestAmount).schema.optional(),
	skuMerchant: z.unknown().optional(),
	skuMerchantContributionRate: z.unknown().optional(),
	productName: z.unknown().optional(),
	productUrl: z.unknown().optional(),
	productImage: z.unknown().optional(),
}

/** A row of basketList (5.3): what the merchant wrote, of which only skuAmount, in kuruş, was checked (answers 6). */
export type BasketRow = { readonly [name in keyof typeof rowFields]?: string | number | boolean } & {
	readonly skuAmount?: number
}

export const basketRowFields = Object.keys(rowFields)

const rowFieldNames = new Map(basketRowFields.map((name) => [folded(name), name]))

// An unchecked field may hold anything; nested values, which could be of any depth, are left out.
function knownFieldsOf(item: unknown): unknown {
	if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
	const row: { [name: string]: unknown } = {}
	for (const [spelling, value] of Object.entries(item)) {
		const name = rowFieldNames.get(folded(spelling))
		if (name === undefined || value === null || value === '') continue
		if (name === 'skuAmount') row[name] = typeof value === 'number' ? String(value) : value
		else if (typeof value !== 'object') row[name] = typeof value === 'string' ? storable(value) : value
	}
	return row
}

export const basketList = listOf(
	one(z.preprocess(knownFieldsOf, z.object(rowFields)) as unknown as z.ZodType<BasketRow>, both('basket row', 'sepet satırı')),
	200,
)
