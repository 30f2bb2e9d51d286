// The envelope of protocol 1.2 as JSON text, and how amounts, rates and dates look in it (1.5).
// Amounts never pass through a float: the digits of the kuruş are written with a point in them.

import type { CalendarDate } from '../domain/calendar.ts'
import type { Kurus } from '../domain/money.ts'
import { type Language, messageOf } from './codes.ts'
import type { Fault } from './endpoint.ts'

/** `dataJson` is the JSON text of `Data`: a stored answer is replayed byte for byte. */
export function success(dataJson: string): string {
	return `{"Success":true,"Errors":[],"Data":${dataJson}}`
}

/** `Data` stays empty but for 5.15 (answers 13). `ErrorDetails` has the length and the order of `Errors` (answers 8). */
export function failure(faults: readonly Fault[], language: Language, data: object = {}): string {
	return JSON.stringify({
		Success: false,
		Errors: faults.map(({ code }) => code),
		Data: data,
		ErrorDetails: faults.map((fault) => ({ Code: fault.code, Message: messageFor(fault, language), Field: fault.field })),
	})
}

function messageFor({ code, about }: Fault, language: Language): string {
	const message = messageOf(code, language)
	return about === undefined ? message : `${about}: ${message}`
}

declare global {
	interface JSON {
		rawJSON(text: string): object
	}
}

/** Lira for JSON.stringify, as a JSON number with up to two decimals: 719.99, 719.9, 720. */
export function lira(amount: Kurus): object {
	const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
	const decimals = digits.slice(-2).replace(/0{1,2}$/, '')
	const sign = amount < 0n ? '-' : ''
	return JSON.rawJSON(`${sign}${digits.slice(0, -2)}${decimals === '' ? '' : `.${decimals}`}`)
}

/** Percent: 425 basis points are 4.25. */
export function rate(bps: number): number {
	return bps / 100
}

/** Midnight of a date, Istanbul wall time without a zone: 2026-12-21T00:00:00. */
export function dateTime(date: CalendarDate): string {
	return `${date}T00:00:00`
}
