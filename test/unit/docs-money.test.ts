// The page for accountants is computed again, figure by figure: above the blank line of a block stands what is given, below it
// what follows from it, and a table after a block belongs to the block.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lateFee, overdueDate, overdueDays } from '../../src/domain/late-fee.ts'
import { type Kurus, kurus, plus, sum, ZERO } from '../../src/domain/money.ts'
import { downPaymentFor, makePlan } from '../../src/domain/plan.ts'
import { defaultRateRows } from '../../src/domain/rates.ts'
import { date } from '../dates.ts'

type Facts = Record<string, string>
type Table = string[][]

interface Example {
	kind: string
	given: Facts
	stated: Facts
	/** the rows below the table's head; none where no table follows */
	table: Table
}

const page = readFileSync(new URL('../../docs/money.md', import.meta.url), 'utf8')
const tablePattern = String.raw`\|.*\n\|[-:|]+\n((?:\|.*\n)*)`
const examplePattern = new RegExp(String.raw`^\`\`\`(.+)\n([^]*?)\n\n([^]*?)\n\`\`\`\n(?:\n${tablePattern})?`, 'gm')

const sections = page.split(/^#+ /m).slice(1)
const titleOf = (section: string) => section.slice(0, section.indexOf('\n'))

function examplesOf(section: string): Example[] {
	return Array.from(section.matchAll(examplePattern), ([, kind = '', given = '', stated = '', table = '']) => ({
		kind,
		given: factsOf(given),
		stated: factsOf(stated),
		table: cellsOf(table),
	}))
}

function factsOf(lines: string): Facts {
	return Object.fromEntries(lines.split('\n').map((line) => line.split(/ {2,}/)))
}

function cellsOf(lines: string): Table {
	return lines
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.split('|').slice(1, -1))
		.map((cells) => cells.map((cell) => cell.trim()))
}

/** `1,234.56` is 123456 hundredths: kuruş of an amount, basis points of a percentage. */
function hundredths(text: string): bigint {
	if (!/^\d{1,3}(,\d{3})*\.\d\d( %)?$/.test(text)) throw new Error(`not written with two decimals: ${text}`)
	return BigInt(text.replace(/[,.]| %/g, ''))
}

const amountOf = (text: string) => kurus(hundredths(text))
const basisPoints = (text: string) => Number(hundredths(text))

function withDecimals(value: bigint, decimals: number): string {
	const unit = 10n ** BigInt(decimals)
	return `${(value / unit).toLocaleString('en')}.${String(value % unit).padStart(decimals, '0')}`
}

const lira = (amount: Kurus) => withDecimals(amount, 2)

function downPayment(given: Facts): Kurus {
	const { 'order amount': orderAmount = '', 'available limit': available, 'largest share': share = '', ...unread } = given
	expect(unread).toEqual({})
	if (available === undefined) return ZERO
	return downPaymentFor(amountOf(orderAmount), amountOf(available), basisPoints(share))
}

function recomputePlan(given: Facts): { stated: Facts; table: Table } {
	const {
		'ordered on': orderedOn = '',
		instalments = '',
		'fee rate': feeRate = '',
		'revised fee rate': revised = '0 %',
		'no fee': noFee,
		'postponed by': postponed,
		'first at once': firstAtOnce,
		...ofDownPayment
	} = given
	const terms = {
		orderAmount: amountOf(given['order amount'] ?? ''),
		date: date(orderedOn),
		rate: {
			installments: Number(instalments),
			feeRateBps: basisPoints(feeRate),
			postponeMonths: Number.parseInt(postponed ?? '1', 10),
		},
		downPayment: downPayment(ofDownPayment),
		notCalculateFees: noFee === 'yes',
		revisedFeePercent: Number(revised.replace(' %', '')),
		postpone: postponed !== undefined,
		firstInstallmentUpFront: firstAtOnce === 'yes',
	}
	const plan = makePlan(terms)
	const rows = plan.rows.map((row) => [
		String(row.installmentNo),
		row.dueDate + (row.upFront ? ', at once' : ''),
		lira(row.amount),
		lira(row.principal),
		lira(row.fee),
	])
	return {
		stated: {
			'down payment': lira(plan.downPayment),
			financed: lira(plan.financed),
			'fee before rounding': withDecimals(plan.financed * BigInt(terms.rate.feeRateBps), 6).replace(/0+$/, ''),
			'full fee': lira(makePlan({ ...terms, revisedFeePercent: 0 }).fee),
			fee: lira(plan.fee),
			total: lira(plan.total),
		},
		table: [...rows, ['', 'together', lira(sum(plan.rows.map((row) => row.amount))), lira(plan.financed), lira(plan.fee)]],
	}
}

function recomputeLateFee(given: Facts, paidOn: string[]): { stated: Facts; table: Table } {
	const {
		'open amount': open = '',
		'due on': dueOn = '',
		'days of grace': grace = '',
		'monthly rate': rate = '',
		...unread
	} = given
	expect(unread).toEqual({})
	const overdue = overdueDate(date(dueOn), Number(grace))
	const table = paidOn.map((day) => {
		const fee = lateFee(amountOf(open), basisPoints(rate), overdue, date(day))
		return [day, String(overdueDays(overdue, date(day))), lira(fee), lira(plus(amountOf(open), fee))]
	})
	return { stated: { 'late from': overdue }, table }
}

function recompute({ kind, given, table }: Example): { stated: Facts; table: Table } {
	switch (kind) {
		case 'plan':
			return recomputePlan(given)
		case 'down payment':
			return { stated: { 'down payment': lira(downPayment(given)) }, table: [] }
		case 'late fee':
			return recomputeLateFee(
				given,
				table.map((row) => row[0] ?? ''),
			)
		default:
			throw new Error(`no way to recompute an example of a ${kind}`)
	}
}

const figureLine = /^\||\S {2,}\S/
const figuresOf = (line: string): string[] => line.match(/\d[\d,]*\.\d+|\d+(?= %)/g) ?? []

describe.each(sections.map((section) => ({ title: titleOf(section), section })))('under "$title"', ({ section }) => {
	const examples = examplesOf(section)

	it('every block is an example that can be recomputed', () => {
		expect(section.match(/^```/gm)?.length ?? 0).toBe(2 * examples.length)
	})

	it.each(examples.map((example, i) => ({ no: i + 1, example })))('example $no is right', ({ example }) => {
		const { stated, table } = recompute(example)
		expect(stated).toMatchObject(example.stated)
		if (example.table.length > 0) expect(example.table).toEqual(table)
	})

	it('the text repeats only figures of its examples and tables', () => {
		const lines = section.split('\n')
		const shown = lines.filter((line) => figureLine.test(line)).flatMap(figuresOf)
		const repeated = lines.filter((line) => !figureLine.test(line)).flatMap(figuresOf)
		expect(repeated.filter((figure) => !shown.includes(figure))).toEqual([])
	})
})

it('the table of the usual rates is the one a new merchant gets', () => {
	const section = sections.find((each) => titleOf(each) === 'The usual rates') ?? ''
	const [, table = ''] = section.match(new RegExp(tablePattern)) ?? []
	expect(cellsOf(table)).toEqual(
		defaultRateRows().map((row) => [
			String(row.installments),
			`${withDecimals(BigInt(row.feeRateBps), 2)} %`,
			lira(row.minAmount),
			lira(row.maxAmount),
			`${row.postponeMonths} month`,
		]),
	)
})

it('the page has examples of plans, of down payments and of late fees, and no table that belongs to none', () => {
	const examples = sections.flatMap(examplesOf)
	expect(new Set(examples.map((example) => example.kind))).toEqual(new Set(['plan', 'down payment', 'late fee']))
	const ofExamples = examples.filter((example) => example.table.length > 0)
	expect(page.match(new RegExp(tablePattern, 'g'))).toHaveLength(ofExamples.length + 1)
})
