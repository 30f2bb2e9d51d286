// Several payments of an order reported at once (protocol 5.20, answers 9, 21, 73): all or nothing, and each bad code by its name.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { messageOf } from '../../src/protocol/codes.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { Parameters } from '../../src/sdk/sign.ts'
import {
	codeOf,
	done,
	enforce,
	infoOf,
	lines,
	loadBalance,
	look,
	pendingSale,
	refund,
	refusedWithoutTrace,
	reportPaid,
	type Sale,
	words,
} from '../sales.ts'
import { newCustomer, newSale, refusalsOf, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const path = '/RequestV2/SetBulkPaidPayment'
const day = '2095-01-31'

let sandbox: Sandbox
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
})
afterEach(() => sandbox.booksBalance())
afterAll(() => sandbox.stop())

/** 1 200.00 on 31 January 2095 in six instalments, with a fee of 54.00: 209.00 each, due at the ends of February to July. */
async function sold(given: Parameters = {}) {
	await sandbox.startOn(day)
	const customerId = await newCustomer(merchant)
	const sale: Sale = await newSale(merchant, customerId, { selectedInstallment: 6, ...given })
	return { customerId, sale }
}

const bulk = (sale: Sale, numbers: readonly number[], paymentDate: string, given: Parameters = {}, by = merchant.client) =>
	by.call(path, { paymentCodes: numbers.map((no) => codeOf(sale, no)), merchantOid: sale.MerchantOid, paymentDate, ...given })

/** What is wrong with which code: `T100001-3 H312 paymentCodes`. Fails unless each message begins with its code. */
const blamed = (answer: Answer): string[] => {
	const faults = refusalsOf(answer)
	return (answer.ErrorDetails ?? []).map(({ Message }, i) => {
		const [, code] = /^(\S+): \S/.exec(Message) ?? []
		return `${code} ${faults[i]}`
	})
}

async function refusedBulk(call: () => Promise<Answer>): Promise<string[]> {
	let answer: Answer | undefined
	await refusedWithoutTrace(sandbox, async () => {
		answer = await call()
		return answer
	})
	return blamed(answer as Answer)
}

describe('several payments reported at once', () => {
	it('are closed in full with their late fees of the payment date, and listed in the order sent', async () => {
		const { customerId, sale } = await sold()
		await sandbox.clock({ date: '2095-05-10' })
		const answer = await bulk(sale, [3, 1, 2], '2095-04-10', { paymentReferenceCode: 'toplu-1' })
		expect(Object.keys(answer.Data)).toEqual(['Message', 'paymentfunds'])
		const fund = (no: number, overdueAmount: number, paidAmount: number) => ({
			paymentCode: codeOf(sale, no),
			installmentPayment: 209,
			overdueAmount,
			expenseAmount: 0,
			paidAmount,
			paymentDate: '2095-04-10T00:00:00',
			paymentReferenceCode: 'toplu-1',
		})
		// 41 days are 12.14 (12.1394…), ten 2.96 (2.9608…)
		expect(answer.Data).toEqual({
			Message: 'RS100',
			paymentfunds: [fund(3, 0, 209), fund(1, 12.14, 221.14), fund(2, 2.96, 211.96)],
		})
		expect(lines((await look(merchant, sale)).Payments)).toEqual([
			'1: 209.00 Ödendi, late fee 12.14, 221.14 taken',
			'2: 209.00 Ödendi, late fee 2.96, 211.96 taken',
			'3: 209.00 Ödendi, 209.00 taken',
			'4: 209.00 Ödenmedi',
			'5: 209.00 Ödenmedi',
			'6: 209.00 Ödenmedi',
		])
		expect(await infoOf(merchant, customerId)).toMatchObject({ UsedLimit: 600, HasOverduePayment: false })
	})

	it('complete the transaction when they are all that was open', async () => {
		const { sale } = await sold()
		await reportPaid(merchant, sale, [2], day)
		expect(refusalsOf(await bulk(sale, [1, 3, 4, 5, 6], day))).toEqual([])
		expect(await look(merchant, sale)).toMatchObject({ TransactionStatus: 2 })
	})

	it('are all closed before the balance pays, and then it pays the oldest that is left', async () => {
		const { customerId, sale } = await sold()
		await sandbox.clock({ date: '2095-04-10' })
		// The first owes 221.14, so the balance waits, though it would cover the second, 211.96, and the third, 209.00.
		expect(await loadBalance(merchant, customerId, 212_00, '2095-04-10')).toMatchObject({ ClosedPayments: [] })
		expect(refusalsOf(await bulk(sale, [1, 2], '2095-04-10', { paymentReferenceCode: 'kasa' }))).toEqual([])
		const { Payments } = await look(merchant, sale)
		expect(lines(Payments).slice(1, 4)).toEqual([
			'2: 209.00 Ödendi, late fee 2.96, 211.96 taken',
			'3: 209.00 Ödendi, 209.00 taken',
			'4: 209.00 Ödenmedi',
		])
		expect(await infoOf(merchant, customerId)).toMatchObject({ Balance: 3 })
		const report = { paymentCode: codeOf(sale, 2), merchantOid: sale.MerchantOid, paymentDate: '2095-04-10' }
		const again = await done(merchant, '/RequestV2/SetPaidPayment', { ...report, paymentReferenceCode: 'kasa' })
		expect(again.paymentfunds).toMatchObject({ paidAmount: 211.96 })
	})

	it.each<[how: string, as: 'json' | 'form', codes: (sale: Sale) => Parameters, count: number]>([
		['a list', 'json', (sale) => ({ paymentCodes: [codeOf(sale, 1), codeOf(sale, 2)] }), 2],
		['the JSON text of a list', 'json', (sale) => ({ paymentCodes: JSON.stringify([codeOf(sale, 1), codeOf(sale, 2)]) }), 2],
		['one code', 'json', (sale) => ({ paymentCodes: codeOf(sale, 1) }), 1],
		['a repeated key', 'form', (sale) => ({ paymentCodes: [codeOf(sale, 1), codeOf(sale, 2)] }), 2],
		['indexed keys', 'form', (sale) => ({ 'paymentCodes[0]': codeOf(sale, 1), 'paymentCodes[1]': codeOf(sale, 2) }), 2],
		['one key', 'form', (sale) => ({ paymentCodes: codeOf(sale, 1) }), 1],
	])('may be sent as %s in %s', async (_, as, codes, count) => {
		const { sale } = await sold()
		const parameters = { ...codes(sale), merchantOid: sale.MerchantOid, paymentDate: day }
		const answer = await merchant.client.call(path, parameters, { as })
		expect(answer.Errors).toEqual([])
		expect(answer.Data.paymentfunds).toHaveLength(count)
	})
})

describe('one bad code refuses them all', () => {
	let sale: Sale
	let pending: Sale
	let enforced: Sale
	let completed: Sale
	let foreign: Sale

	beforeAll(async () => {
		await sandbox.startOn(day)
		const customerId = await newCustomer(merchant)
		enforced = await newSale(merchant, await newCustomer(merchant))
		const elsewhere = await sandbox.newMerchant()
		foreign = await newSale(elsewhere, await newCustomer(elsewhere))
		await sandbox.clock({ date: '2095-03-01' })
		await enforce(merchant, enforced)
		sale = await newSale(merchant, customerId, { selectedInstallment: 6 })
		pending = await pendingSale(merchant, customerId)
		completed = await newSale(merchant, customerId, { selectedInstallment: 1 })
		await reportPaid(merchant, completed, [1], '2095-03-01')
		const report = { merchantOid: sale.MerchantOid, paymentDate: '2095-03-01', paymentReferenceCode: 'kasa' }
		await done(merchant, '/RequestV2/SetPaidPayment', { ...report, paymentCode: codeOf(sale, 1) })
		await refund(merchant, sale, 200_00)
	})

	const call = (codes: readonly string[], paymentDate = '2095-03-01', merchantOid = sale.MerchantOid) =>
		refusedBulk(() => merchant.client.call(path, { paymentCodes: codes, merchantOid, paymentDate }))

	it('and each bad one is named, in the order sent, with the first reason that holds for it', async () => {
		const good = [codeOf(sale, 2), codeOf(sale, 3)]
		const unknown = `${sale.TransactionCode}-9`
		const codes = [
			unknown,
			codeOf(sale, 6),
			good[0],
			codeOf(foreign, 1),
			codeOf(pending, 1),
			codeOf(enforced, 1),
			good[1],
			codeOf(sale, 1),
			'x',
		]
		expect(await call(codes as string[])).toEqual([
			`${unknown} H310 paymentCodes`,
			`${codeOf(sale, 6)} H313 paymentCodes`,
			`${codeOf(foreign, 1)} H310 paymentCodes`,
			`${codeOf(pending, 1)} H321 merchantOid`,
			`${codeOf(enforced, 1)} H321 merchantOid`,
			`${codeOf(sale, 1)} H312 paymentCodes`,
			'x H310 paymentCodes',
		])
	})

	it.each<[why: string, at: () => Sale, refused: string]>([
		['a pending sale', () => pending, 'H305 paymentCodes'],
		['a sale in enforcement', () => enforced, 'H315 paymentCodes'],
	])('for every code of %s', async (_, at, refused) => {
		const codes = [1, 2, 3].map((no) => codeOf(at(), no))
		expect(await call(codes, '2095-03-01', at().MerchantOid)).toEqual(codes.map((code) => `${code} ${refused}`))
	})

	it('of a completed sale: its payment is paid already', async () => {
		expect(await call([codeOf(completed, 1)], '2095-02-28', completed.MerchantOid)).toEqual([
			`${codeOf(completed, 1)} H312 paymentCodes`,
		])
	})

	it.each(['2095-03-02', '2095-02-28'])(
		'for a date like %s, which only those that could be closed are refused for',
		async (date) => {
			const codes = [1, 2, 3, 6].map((no) => codeOf(sale, no))
			expect(await call(codes, date)).toEqual([
				`${codes[0]} H312 paymentCodes`,
				`${codes[1]} H314 paymentDate`,
				`${codes[2]} H314 paymentDate`,
				`${codes[3]} H313 paymentCodes`,
			])
		},
	)

	it('in the language that is asked for, behind the code', async () => {
		const parameters = { paymentCodes: ['x', codeOf(sale, 1)], merchantOid: sale.MerchantOid, paymentDate: '2095-03-01' }
		const list = new Map<string, string>()
		for (const language of ['tr', 'en']) {
			const headers = { 'accept-language': language }
			const known = await merchant.client.call('/Index/GetErrorCodes', {}, { headers })
			for (const { errorCode, message } of known.Data.ErrorCodes) list.set(errorCode, message)
			const answer = await merchant.client.call(path, parameters, { headers })
			expect(answer.ErrorDetails?.map(({ Message }) => Message)).toEqual([
				`x: ${list.get('H310')}`,
				`${codeOf(sale, 1)}: ${list.get('H312')}`,
			])
		}
	})

	it('for 500 codes at once', async () => {
		const codes = Array.from({ length: 500 }, (_, i) => `T1-${i}`)
		expect(await call(codes)).toEqual(codes.map((code) => `${code} H310 paymentCodes`))
	})
})

describe('a code sent twice', () => {
	it('is refused alone, before all that is wrong otherwise, once for each code that repeats', async () => {
		const { sale } = await sold()
		const call = (codes: readonly string[], given: Parameters = {}) =>
			refusedBulk(() =>
				merchant.client.call(path, { paymentCodes: codes, merchantOid: sale.MerchantOid, paymentDate: day, ...given }),
			)
		const [one, two, three] = [1, 2, 3].map((no) => codeOf(sale, no)) as [string, string, string]
		expect(await call([one, one])).toEqual([`${one} H320 paymentCodes`])
		expect(await call([one, two, one, three, one, two])).toEqual([`${one} H320 paymentCodes`, `${two} H320 paymentCodes`])
		expect(await call(['x', one, 'x', 'y', 'T1-1'], { merchantOid: 'another', paymentDate: '2099-01-01' })).toEqual([
			'x H320 paymentCodes',
		])
	})
})

describe('the call is refused', () => {
	it.each<[refused: string[], why: string, given: Parameters]>([
		[['H101 paymentCodes', 'H101 merchantOid', 'H101 paymentDate'], 'when nothing is said', {}],
		[['H101 paymentCodes'], 'for an empty list', { paymentCodes: [], merchantOid: 'o', paymentDate: day }],
		[['H101 paymentCodes'], 'for the text of an empty list', { paymentCodes: '[]', merchantOid: 'o', paymentDate: day }],
		[
			['H102 ipAddress', 'H102 paymentCodes', 'H102 merchantOid', 'H102 paymentDate', 'H102 paymentReferenceCode'],
			'for every parameter at fault, in the order of the table, ipAddress first',
			{
				paymentReferenceCode: 'r'.repeat(51),
				paymentDate: '31.01.2095',
				merchantOid: 'o'.repeat(21),
				paymentCodes: ['c'.repeat(21)],
				ipAddress: 'here',
			},
		],
		[
			['H102 paymentCodes'],
			'for 501 codes',
			{ paymentCodes: Array.from({ length: 501 }, (_, i) => `T1-${i}`), merchantOid: 'o', paymentDate: day },
		],
		[['H102 paymentCodes'], 'for an empty code', { paymentCodes: ['T1-1', ''], merchantOid: 'o', paymentDate: day }],
		[['H102 paymentCodes'], 'for an object', { paymentCodes: { 0: 'T1-1' }, merchantOid: 'o', paymentDate: day }],
		[
			['H310 paymentCodes'],
			'for codes with a comma between them, which are one',
			{ paymentCodes: 'T1-1,T1-2', merchantOid: 'o', paymentDate: day },
		],
	])('with %j %s', async (refused, _, given) => {
		expect(await refusedWithoutTrace(sandbox, () => merchant.client.call(path, given))).toEqual(refused)
	})
})

describe('the same again', () => {
	it('is answered word for word and closes nothing twice, with a reference or without', async () => {
		for (const given of [{ paymentReferenceCode: 'toplu-2' }, {}]) {
			const { sale } = await sold()
			const first = await bulk(sale, [2, 1], day, given)
			const before = await sandbox.everything()
			expect(words(await bulk(sale, [2, 1], day, { ...given, ipAddress: '203.0.113.9' }))).toBe(words(first))
			expect(await sandbox.everything()).toEqual(before)
		}
	})

	it('is done also for codes that were reported one by one, and closes the rest', async () => {
		const { sale } = await sold()
		const reference = { paymentReferenceCode: 'toplu-3' }
		const report = { paymentCode: codeOf(sale, 2), merchantOid: sale.MerchantOid, paymentDate: day, ...reference }
		const one = await done(merchant, '/RequestV2/SetPaidPayment', report)
		const answer = await bulk(sale, [3, 2, 1], day, reference)
		expect(answer.Data.paymentfunds.map(({ paymentCode }: { paymentCode: string }) => paymentCode)).toEqual(
			[3, 2, 1].map((no) => codeOf(sale, no)),
		)
		expect(answer.Data.paymentfunds[1]).toEqual(one.paymentfunds)
		const before = await sandbox.everything()
		expect(await done(merchant, '/RequestV2/SetPaidPayment', report)).toEqual(one)
		expect(await sandbox.everything()).toEqual(before)
	})

	it('with another reference or date is no repeat: all that was reported otherwise is named, and nothing is closed', async () => {
		const { sale } = await sold()
		await sandbox.clock({ date: '2095-02-05' })
		await bulk(sale, [1, 2], day, { paymentReferenceCode: 'toplu-4' })
		for (const [date, given] of [
			['2095-02-01', { paymentReferenceCode: 'toplu-4' }],
			[day, { paymentReferenceCode: 'toplu-5' }],
			[day, {}],
		] as const) {
			expect(await refusedBulk(() => bulk(sale, [3, 2, 1], date, given))).toEqual([
				`${codeOf(sale, 2)} H312 paymentCodes`,
				`${codeOf(sale, 1)} H312 paymentCodes`,
			])
		}
	})

	it('succeeds whatever happened since: completed, refunded or sent to enforcement', async () => {
		const { sale } = await sold()
		const first = await bulk(sale, [1, 2], day)
		await refund(merchant, sale, 1200_00)
		expect(words(await bulk(sale, [1, 2], day))).toBe(words(first))
		const { sale: other } = await sold()
		const second = await bulk(other, [1, 2], day)
		await sandbox.clock({ date: '2095-05-01' })
		await enforce(merchant, other)
		expect(words(await bulk(other, [1, 2], day))).toBe(words(second))
		// One that was not reported before is refused by its own reason, and the others are no fault.
		expect(await refusedBulk(() => bulk(other, [1, 3, 2], day))).toEqual([`${codeOf(other, 3)} H315 paymentCodes`])
	})

	it('sent 50 times at once to two servers closes each once', async () => {
		const { sale } = await sold()
		const second = new MerchantClient((await sandbox.newServer()).url, merchant.credentials)
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, i) => bulk(sale, [1, 2, 3], day, {}, i % 2 ? second : merchant.client)),
		)
		expect(new Set(answers.map(words)).size).toBe(1)
		expect(answers[0]?.Errors).toEqual([])
		const movements = (await sandbox.everything()).filter(
			(row) => row.startsWith('movement ') && row.includes('reported-payment') && row.includes(sale.TransactionCode.slice(1)),
		)
		expect(movements).toHaveLength(3)
	})

	it('sent at once with overlapping codes and different references closes no code twice', async () => {
		const { sale } = await sold()
		const answers = await Promise.all([
			bulk(sale, [1, 2], day, { paymentReferenceCode: 'a' }),
			bulk(sale, [2, 3], day, { paymentReferenceCode: 'b' }),
			bulk(sale, [3, 1], day, { paymentReferenceCode: 'c' }),
		])
		expect(answers.filter(({ Success }) => Success)).toHaveLength(1)
		expect(lines((await look(merchant, sale)).Payments).filter((line) => line.includes('Ödendi'))).toHaveLength(2)
	})
})

it('one payment reported alone is refused in the words of the code', async () => {
	const { sale } = await sold()
	const parameters = { paymentCode: codeOf(sale, 9), merchantOid: sale.MerchantOid, paymentDate: day }
	const answer = await merchant.client.call('/RequestV2/SetPaidPayment', parameters)
	expect(answer.ErrorDetails).toEqual([{ Code: 'H310', Message: messageOf('H310', 'tr'), Field: 'paymentCode' }])
})
