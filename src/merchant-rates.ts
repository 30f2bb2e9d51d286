// A merchant's table of fee rates as a CSV file, to and from the rows of the domain. Each line is read by itself, for no value holds a
// line break: so every fault is told with its line, and a quotation mark that is never closed spoils no other line.

import { CsvError, parse } from 'csv-parse/sync'
import { type Kurus, kurus } from './domain/money.ts'
import type { RateRow } from './domain/rates.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'

const columns = ['dealerSegment', 'installments', 'feeRate', 'postponeMonths', 'minAmount', 'maxAmount'] as const
type Column = (typeof columns)[number]

/** The whole table, or all that is wrong with the file, each fault a line to be shown. */
export type RatesRead = { readonly rows: readonly RateRow[] } | { readonly faults: readonly string[] }

export function readRates(file: Uint8Array): RatesRead {
	const text = decoded(file)
	if (text === null) return { faults: [say('The file is not UTF-8 text.', 'Dosya UTF-8 metin değil.')] }
	const [header, ...lines] = linesOf(text)
	if (!header) return { faults: [say('The file is empty.', 'Dosya boş.')] }

	// Spreadsheets separate with semicolons where the comma is the decimal sign.
	const delimiter = header.text.includes(';') ? ';' : ','
	const names = valuesOf(header.text, delimiter)
	const wrongNames = names ? faultsOfHeader(names) : [brokenQuotes]
	if (!names || wrongNames.length > 0) return { faults: wrongNames.map((fault) => onLine(header.no, fault)) }

	const rows: RateRow[] = []
	const faults: string[] = []
	for (const { no, text } of lines) {
		const values = valuesOf(text, delimiter)
		if (values?.every((value) => value === '')) continue
		const read = values ? rowOf(names, values) : { faults: [brokenQuotes] }
		if ('faults' in read) faults.push(...read.faults.map((fault) => onLine(no, fault)))
		else rows.push(read.row)
	}
	if (faults.length > 0) return { faults }
	if (rows.length === 0) return { faults: [say('There is no rate in the file.', 'Dosyada hiç oran yok.')] }
	const most = limits.rates.rows
	if (rows.length <= most) return { rows }
	return {
		faults: [
			say(
				`There are ${rows.length} rates; a merchant can have ${most}.`,
				`${rows.length} oran var; bir üye iş yerinin en çok ${most} oranı olabilir.`,
			),
		],
	}
}

/** The file that reads back as these rows. */
export function ratesFile(rows: readonly RateRow[]): string {
	const lines = rows.map((row) =>
		[
			quoted(row.dealerSegment ?? ''),
			row.installments,
			decimals(BigInt(row.feeRateBps)),
			row.postponeMonths,
			decimals(row.minAmount),
			decimals(row.maxAmount),
		].join(','),
	)
	return [columns.join(','), ...lines, ''].join('\n')
}

// from bytes to values --------------------------------------------------------------------------------------

/** Null where it is something else than UTF-8. A byte order mark is left out. */
function decoded(file: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(file)
	} catch {
		return null
	}
}

/** The lines that are not blank, with the numbers that an editor shows. */
function linesOf(text: string): { no: number; text: string }[] {
	return text
		.split(/\r\n|\n|\r/)
		.map((line, i) => ({ no: i + 1, text: line }))
		.filter((line) => line.text.trim() !== '')
}

/** Null where quotation marks are not in pairs, or stand inside a value. */
function valuesOf(line: string, delimiter: string): string[] | null {
	try {
		return parse(line, { delimiter, trim: true, relax_column_count: true })[0] ?? []
	} catch (error) {
		if (error instanceof CsvError) return null
		throw error
	}
}

// from values to a row --------------------------------------------------------------------------------------

const columnNamed = (name: string): Column | undefined => columns.find((column) => column.toLowerCase() === name.toLowerCase())

function faultsOfHeader(names: readonly string[]): string[] {
	const found = names.map(columnNamed)
	return [
		...names
			.filter((_, i) => found[i] === undefined)
			.map((name) => say(`there is no column "${name}"`, `"${name}" adında bir sütun yok`)),
		...columns
			.filter((column) => !found.includes(column))
			.map((column) => say(`the column ${column} is missing`, `${column} sütunu eksik`)),
		...columns
			.filter((column) => found.indexOf(column) !== found.lastIndexOf(column))
			.map((column) => say(`the column ${column} is there twice`, `${column} sütunu iki kez var`)),
	]
}

/** A row, or what is wrong in every one of its columns. The bounds are those that the table rate_row checks. */
function rowOf(names: readonly string[], values: readonly string[]): { row: RateRow } | { faults: string[] } {
	const [has, must] = [values.length, names.length]
	if (has !== must) return { faults: [say(`has ${has} values and must have ${must}`, `${must} yerine ${has} değer var`)] }
	const faults: string[] = []
	/** What `read` makes of a column; undefined = it is not what it must be. */
	function take<T>(column: Column, read: (text: string) => T | undefined, must: string): T {
		const text = values[names.findIndex((name) => columnNamed(name) === column)] as string
		const value = read(text)
		if (value === undefined) faults.push(`${column} ${must}; ${say('it is', 'yazılan:')} "${text}"`)
		// Where it is undefined there is a fault, and no row.
		return value as T
	}
	const row: RateRow = {
		dealerSegment: take('dealerSegment', segment, segmentRule),
		installments: take('installments', whole(1, 60), wholeRule(1, 60)),
		feeRateBps: take('feeRate', percent, percentRule),
		postponeMonths: take('postponeMonths', whole(0, 12), wholeRule(0, 12)),
		minAmount: take('minAmount', amount, amountRule),
		maxAmount: take('maxAmount', amount, amountRule),
	}
	if (faults.length > 0) return { faults }
	return row.minAmount <= row.maxAmount
		? { row }
		: { faults: [say('minAmount is above maxAmount', 'minAmount, maxAmount’tan büyük')] }
}

const segmentRule = say(
	'must be empty, for any segment, or a text of at most 10 characters with no blank at either end',
	'boş (her segment için) ya da en çok 10 karakterlik, başında ve sonunda boşluk olmayan bir metin olmalı',
)
/** An empty text stands for any segment. */
function segment(text: string): string | null | undefined {
	if (text === '') return null
	return /^[^\p{Cc}\p{Cs}]{1,10}$/u.test(text) && text.trim() === text ? text : undefined
}

const wholeRule = (min: number, max: number) =>
	say(`must be a whole number from ${min} to ${max}`, `${min} ile ${max} arasında bir tam sayı olmalı`)
function whole(min: number, max: number): (text: string) => number | undefined {
	return (text) => {
		const number = Number(text)
		return /^\d{1,4}$/.test(text) && number >= min && number <= max ? number : undefined
	}
}

const percentRule = say(
	'must be a percentage from 0 to 1000 with at most two decimals, like 4.25',
	'0 ile 1000 arasında, en çok iki ondalıklı bir yüzde olmalı, örneğin 4.25',
)
function percent(text: string): number | undefined {
	const bps = hundredths(text)
	return bps !== undefined && bps <= 100_000n ? Number(bps) : undefined
}

const amountRule = say(
	'must be an amount in lira from 0.01 to 100000000000, with at most two decimals and no thousands separators, like 1500.50',
	'0.01 ile 100000000000 arasında, en çok iki ondalıklı, binlik ayırıcısız bir lira tutarı olmalı, örneğin 1500.50',
)
function amount(text: string): Kurus | undefined {
	const value = hundredths(text)
	return value !== undefined && value >= 1n && value <= 10n ** 13n ? kurus(value) : undefined
}

/** Up to two decimals, behind a point or a comma; more are most often a thousands separator and are refused. */
function hundredths(text: string): bigint | undefined {
	const parts = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(text)
	return parts ? BigInt(parts[1] as string) * 100n + BigInt((parts[2] ?? '').padEnd(2, '0')) : undefined
}

function decimals(hundredths: bigint): string {
	const digits = String(hundredths).padStart(3, '0')
	return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function quoted(text: string): string {
	return /[",;\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const brokenQuotes = say(
	'a quotation mark is not closed, or stands inside a value that does not begin with one',
	'bir tırnak işareti kapanmamış ya da tırnakla başlamayan bir değerin içinde duruyor',
)

const onLine = (no: number, fault: string): string => say(`line ${no}: ${fault}`, `${no}. satır: ${fault}`)
