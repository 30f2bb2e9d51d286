// The CSV file of a merchant's rates: what is understood, and what is told of a file that is not. The program speaks the language of
// whoever runs it; here that is English (test/e2e/merchant-rates.test.ts has it speak Turkish).

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kurus, larger, smaller } from '../../src/domain/money.ts'
import { defaultRateRows, type RateRow } from '../../src/domain/rates.ts'
import { limits } from '../../src/limits.ts'
import { ratesFile, readRates } from '../../src/merchant-rates.ts'

const header = 'dealerSegment,installments,feeRate,postponeMonths,minAmount,maxAmount'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readRates(bytes(text))

function rowsOf(text: string): readonly RateRow[] {
	const result = read(text)
	if ('faults' in result) throw new Error(result.faults.join('\n'))
	return result.rows
}

function faultsOf(text: string): readonly string[] {
	const result = read(text)
	expect(result).toEqual({ faults: expect.any(Array) })
	return 'faults' in result ? result.faults : []
}

const row = (given: Partial<RateRow> = {}): RateRow => ({
	dealerSegment: 'GOLD',
	installments: 6,
	feeRateBps: 425,
	postponeMonths: 1,
	minAmount: kurus(100_00),
	maxAmount: kurus(25000_50),
	...given,
})
const line = 'GOLD,6,4.25,1,100,25000.50'

describe('a file is read', () => {
	it.each<[what: string, file: string]>([
		['with commas', `${header}\n${line}\n`],
		['without an end of line at its end', `${header}\n${line}`],
		['with a byte order mark', `\ufeff${header}\n${line}\n`],
		['with lines that end as on Windows', `${header}\r\n${line}\r\n`],
		['with lines that end as on an old Macintosh', `${header}\r${line}\r`],
		['with blank lines', `\n${header}\n\n  \n${line}\n\n`],
		['with lines that hold only separators', `${header}\n${line}\n,,,,,\n"",,"",,,\n`],
		['with every value in quotation marks', `${header}\n"GOLD","6","4.25","1","100","25000.50"\n`],
		['with names in quotation marks', `"dealerSegment",${header.slice(14)}\n${line}\n`],
		['with blanks around values', `${header}\n  GOLD , 6,\t4.25 ,1 , "100" ,25000.50  \n`],
		['with semicolons, as a Turkish spreadsheet writes it', `${header.replaceAll(',', ';')}\nGOLD;6;4,25;1;100;25000,50\n`],
		['with semicolons and decimal points', `${header.replaceAll(',', ';')}\n${line.replaceAll(',', ';')}\n`],
		['with decimal commas in quotation marks', `${header}\nGOLD,6,"4,25",1,100,"25000,5"\n`],
		[
			'with its columns in another order and casing',
			`MAXAMOUNT,minamount,PostponeMonths,FeeRate,Installments,DealerSegment\n25000.50,100,1,4.25,6,GOLD`,
		],
		['with zeros in front', `${header}\nGOLD,06,04.25,01,0100.00,025000.5\n`],
	])('%s', (_, file) => {
		expect(rowsOf(file)).toEqual([row()])
	})

	it('line by line, in its order', () => {
		expect(rowsOf(`${header}\n${line}\n,1,0,0,0.01,100000000000\n,60,1000,12,1,1.00\n`)).toEqual([
			row(),
			row({
				dealerSegment: null,
				installments: 1,
				feeRateBps: 0,
				postponeMonths: 0,
				minAmount: kurus(1),
				maxAmount: kurus(10n ** 13n),
			}),
			row({
				dealerSegment: null,
				installments: 60,
				feeRateBps: 100_000,
				postponeMonths: 12,
				minAmount: kurus(1_00),
				maxAmount: kurus(1_00),
			}),
		])
	})

	it.each<[written: string, segment: string | null]>([
		['', null],
		['""', null],
		['ALTIN', 'ALTIN'],
		['Şube İÇ', 'Şube İÇ'],
		['"A,B"', 'A,B'],
		['"A;B"', 'A;B'],
		['"12"" TV"', '12" TV'],
		['😀😀😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀😀😀'],
	])('with the segment %s as %j', (written, segment) => {
		expect(rowsOf(`${header}\n${written}${line.slice(4)}`)).toEqual([row({ dealerSegment: segment })])
	})
})

const whole = (from: number, to: number) => `must be a whole number from ${from} to ${to}`
const segmentRule = 'must be empty, for any segment, or a text of at most 10 characters with no blank at either end'
const percentRule = 'must be a percentage from 0 to 1000 with at most two decimals, like 4.25'
const amountRule =
	'must be an amount in lira from 0.01 to 100000000000, with at most two decimals and no thousands separators, like 1500.50'

describe('a value that is not possible is told with its line, its column and what it must be', () => {
	it.each<[column: string, must: string, values: string[]]>([
		['dealerSegment', segmentRule, ['ELEVENCHARS', '" GOLD"', '"GOLD "', 'G\u0007LD', '" "']],
		['installments', whole(1, 60), ['', '0', '61', '1.5', '-1', '+1', 'six', '1e1', '００６']],
		['feeRate', percentRule, ['', '4.255', '1000.01', '1001', '-1', '%4', '4 %', '4.', '.5', '4.2.5', 'free']],
		['postponeMonths', whole(0, 12), ['', '13', '-1', '0.5', 'x']],
		['minAmount', amountRule, ['', '0', '0.00', '-1', '1.500', '100000000000.01', '1 500', '1e3', '100 TL']],
		['maxAmount', amountRule, ['', '0', '"25,000"', '"25.000,50"', '250000000000', '₺100']],
	])('%s', (column, must, values) => {
		const at = header.split(',').indexOf(column)
		for (const value of values) {
			const cells = line.split(',').with(at, value)
			const shown = value.replace(/^"(.*)"$/, '$1')
			expect(faultsOf(`${header}\n${cells.join(',')}`)).toEqual([`line 2: ${column} ${must}; it is "${shown}"`])
		}
	})

	it('a smallest amount above the largest', () => {
		expect(faultsOf(`${header}\n,1,0,0,100.01,100`)).toEqual(['line 2: minAmount is above maxAmount'])
	})

	it.each([
		['too few', ',1,0,0,100', 5],
		['too many', ',1,0,0,1,500.00,2', 7],
	])('%s values', (_, cells, count) => {
		expect(faultsOf(`${header}\n${cells}`)).toEqual([`line 2: has ${count} values and must have 6`])
	})

	it.each(['"GOLD,6,4.25,1,100,25000.50', 'GO"LD,6,4.25,1,100,25000.50', '"GO"LD,6,4.25,1,100,25000.50'])(
		'quotation marks as in %s',
		(broken) => {
			const fault = 'a quotation mark is not closed, or stands inside a value that does not begin with one'
			expect(faultsOf(`${header}\n${line}\n${broken}\n${line}\n${broken}`)).toEqual([`line 3: ${fault}`, `line 5: ${fault}`])
		},
	)

	it('every one of the file, line after line and column after column; blank lines count', () => {
		const file = `${header}

${line}
ELEVENCHARS,0,x,99,0,0

,6,4.25
"GOLD
,12,5.125,1,100,50
,12,5.12,1,100,50
`
		expect(faultsOf(file)).toEqual([
			`line 4: dealerSegment ${segmentRule}; it is "ELEVENCHARS"`,
			`line 4: installments ${whole(1, 60)}; it is "0"`,
			`line 4: feeRate ${percentRule}; it is "x"`,
			`line 4: postponeMonths ${whole(0, 12)}; it is "99"`,
			`line 4: minAmount ${amountRule}; it is "0"`,
			`line 4: maxAmount ${amountRule}; it is "0"`,
			'line 6: has 3 values and must have 6',
			'line 7: a quotation mark is not closed, or stands inside a value that does not begin with one',
			`line 8: feeRate ${percentRule}; it is "5.125"`,
			'line 9: minAmount is above maxAmount',
		])
	})
})

describe('a file as a whole is refused', () => {
	it.each<[why: string, file: string, faults: string[]]>([
		['when it is empty', '', ['The file is empty.']],
		['when it is blank', '\ufeff \r\n\n', ['The file is empty.']],
		[
			'when it has no rate, which would leave the merchant nothing to sell by',
			`${header}\n,,,,,\n`,
			['There is no rate in the file.'],
		],
		[
			'when its columns have no names',
			`${line}\n${line}`,
			[
				...line.split(',').map((value) => `line 1: there is no column "${value}"`),
				...header.split(',').map((column) => `line 1: the column ${column} is missing`),
			],
		],
		[
			'when a column is missing, unknown or there twice',
			`\ndealerSegment,installments,feeRate,feerate,oran,minAmount,maxAmount\n${line}`,
			[
				'line 2: there is no column "oran"',
				'line 2: the column postponeMonths is missing',
				'line 2: the column feeRate is there twice',
			],
		],
		[
			'when its names have broken quotation marks',
			`"${header}\n${line}`,
			['line 1: a quotation mark is not closed, or stands inside a value that does not begin with one'],
		],
		[
			'when it has more rates than a merchant can have',
			[header, ...Array(limits.rates.rows + 1).fill(line)].join('\n'),
			['There are 2001 rates; a merchant can have 2000.'],
		],
	])('%s', (_, file, faults) => {
		expect(faultsOf(file)).toEqual(faults)
	})

	it.each<[what: string, file: Uint8Array]>([
		['Windows-1254', Uint8Array.from([...bytes(`${header}\n`), 0xde, 0x55, 0x42, 0x45, ...bytes(line.slice(4))])],
		['UTF-16', Uint8Array.from([0xff, 0xfe, ...[...header].flatMap((char) => [char.charCodeAt(0), 0])])],
	])('when it is %s', (_, file) => {
		expect(readRates(file)).toEqual({ faults: ['The file is not UTF-8 text.'] })
	})

	it('but with as many rates as a merchant can have it is read', () => {
		expect(rowsOf([header, ...Array(limits.rates.rows).fill(line)].join('\n'))).toHaveLength(2000)
	})
})

describe('a table is written', () => {
	it('as a file for people: names, points for decimals, quotation marks where they are needed', () => {
		const rows = [row(), row({ dealerSegment: null, feeRateBps: 5 }), row({ dealerSegment: 'a "b", c', minAmount: kurus(1) })]
		expect(ratesFile(rows)).toBe(
			`${header}\nGOLD,6,4.25,1,100.00,25000.50\n,6,0.05,1,100.00,25000.50\n"a ""b"", c",6,4.25,1,0.01,25000.50\n`,
		)
	})

	it('so that it reads back as it is', () => {
		expect(rowsOf(ratesFile(defaultRateRows()))).toEqual(defaultRateRows())
	})

	it('so that it reads back as it is, whatever is in it', () => {
		const segment = fc
			.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
			.filter((text) => /^[^\p{Cc}\p{Cs}]{1,10}$/u.test(text) && text.trim() === text)
		const amounts = fc.tuple(fc.bigInt(1n, 10n ** 13n), fc.bigInt(1n, 10n ** 13n))
		const rows = fc.record({
			dealerSegment: fc.oneof(fc.constant(null), segment, fc.constantFrom('a,b', 'a;b', '"', '""', "'", 'a"b', '=1+1', '#')),
			installments: fc.integer({ min: 1, max: 60 }),
			feeRateBps: fc.integer({ min: 0, max: 100_000 }),
			postponeMonths: fc.integer({ min: 0, max: 12 }),
			amounts,
		})
		fc.assert(
			fc.property(fc.array(rows, { minLength: 1, maxLength: 20 }), (list) => {
				const table = list.map(({ amounts: [a, b], ...rest }) => ({
					...rest,
					minAmount: smaller(kurus(a), kurus(b)),
					maxAmount: larger(kurus(a), kurus(b)),
				}))
				expect(rowsOf(ratesFile(table))).toEqual(table)
			}),
		)
	})
})
