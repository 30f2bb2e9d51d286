import { describe, expect, it } from 'vitest'
import { kurus } from '../../../src/domain/money.ts'
import { dateTime, failure, lira, rate, success } from '../../../src/protocol/envelope.ts'
import { date } from '../../dates.ts'

describe('the envelope', () => {
	it('of a success holds the data byte for byte', () => {
		expect(success('{ "a":1.50 }')).toBe('{"Success":true,"Errors":[],"Data":{ "a":1.50 }}')
	})

	it('of a failure names every fault in order, with its text and its parameter', () => {
		const faults = [
			{ code: 'H101', field: 'email' },
			{ code: 'H102', field: 'tckn' },
			{ code: 'H101', field: 'birthDate' },
			{ code: 'H223', field: null },
		]
		const answer = JSON.parse(failure(faults, 'en'))
		expect(Object.keys(answer)).toEqual(['Success', 'Errors', 'Data', 'ErrorDetails'])
		expect(answer).toMatchObject({ Success: false, Errors: ['H101', 'H102', 'H101', 'H223'], Data: {} })
		expect(answer.ErrorDetails).toEqual([
			{ Code: 'H101', Message: expect.stringMatching(/^A required parameter/), Field: 'email' },
			{ Code: 'H102', Message: expect.stringMatching(/^A parameter is invalid/), Field: 'tckn' },
			{ Code: 'H101', Message: expect.stringMatching(/^A required parameter/), Field: 'birthDate' },
			{ Code: 'H223', Message: expect.stringMatching(/^The customer was not found/), Field: null },
		])
	})

	it('of a failure begins a message with the one of several things that it is about', () => {
		const { ErrorDetails } = JSON.parse(failure([{ code: 'H320', field: 'paymentCodes', about: 'T7-"1"' }], 'en'))
		expect(ErrorDetails).toEqual([{ Code: 'H320', Message: expect.stringMatching(/^T7-"1": [A-Z]/), Field: 'paymentCodes' }])
	})

	it('of a failure is in Turkish when asked so, and may carry data', () => {
		const answer = JSON.parse(failure([{ code: 'H311', field: 'newGsmNo' }], 'tr', { message: 'H311' }))
		expect(answer.Data).toEqual({ message: 'H311' })
		expect(answer.ErrorDetails[0].Message).toMatch(/^Müşterinin numarası/)
	})
})

describe('an amount in lira', () => {
	it.each([
		[0n, '0'],
		[1n, '0.01'],
		[5n, '0.05'],
		[10n, '0.1'],
		[99n, '0.99'],
		[100n, '1'],
		[105n, '1.05'],
		[1000n, '10'],
		[71_990n, '719.9'],
		[71_999n, '719.99'],
		[72_000n, '720'],
		[10n ** 15n + 1n, '10000000000000.01'],
		[10n ** 21n + 1n, '10000000000000000000.01'],
		[-5n, '-0.05'],
		[-72_000n, '-720'],
	])('of %s kuruş is %s', (amount, text) => {
		expect(JSON.stringify({ Amount: lira(kurus(amount)) })).toBe(`{"Amount":${text}}`)
	})
})

it.each([
	[425, '4.25'],
	[0, '0'],
	[150, '1.5'],
	[1350, '13.5'],
	[7, '0.07'],
])('a rate of %s basis points is %s percent', (bps, text) => {
	expect(JSON.stringify(rate(bps))).toBe(text)
})

it('a date is its midnight without a zone', () => {
	expect(dateTime(date('2026-12-21'))).toBe('2026-12-21T00:00:00')
})
