// Whether an answer is what the model says, field by field. A code that the server makes up is believed the first time it is seen;
// from then on the model knows it.

import type { Expected, Name, State } from '../../sim/model/state.ts'
import type { Answer } from '../../src/sdk/client.ts'

/** What differs, each in a line; nothing where they agree. Only then are new codes noted in the state. */
export function disagreements(state: State, expected: Expected, actual: Answer): string[] {
	const found: string[] = []
	const learned = new Map<Name, string>()
	const differ = (where: string, wanted: unknown, got: unknown) =>
		found.push(`${where}: the model says ${text(wanted)}, the server ${text(got)}`)

	if (actual.httpStatus !== 200) differ('HTTP status', 200, actual.httpStatus)
	if (actual.Success !== (expected.errors.length === 0)) differ('Success', expected.errors.length === 0, actual.Success)
	if (text(actual.Errors) !== text(expected.errors)) differ('Errors', expected.errors, actual.Errors)
	const details = actual.ErrorDetails ?? []
	if (text(details.map(({ Code }) => Code)) !== text(expected.errors)) differ('ErrorDetails', expected.errors, details)
	const fields = details.map(({ Field }) => Field)
	if (expected.fields && text(fields) !== text(expected.fields)) differ('Fields', expected.fields, fields)
	const replayed = actual.headers.get('idempotency-replayed') === 'true'
	if (replayed !== expected.replayed) differ('Idempotency-Replayed', expected.replayed, replayed)
	if (found.length === 0) compare('Data', expected.data, actual.Data)

	function compare(where: string, wanted: unknown, got: unknown): void {
		if (isName(wanted)) {
			compareName(where, wanted, got)
			return
		}
		if (Array.isArray(wanted) && Array.isArray(got)) {
			if (wanted.length !== got.length) differ(`${where}.length`, wanted.length, got.length)
			for (const [i, item] of wanted.entries()) compare(`${where}[${i}]`, item, got[i])
			return
		}
		if (!isObject(wanted) || !isObject(got)) {
			if (wanted !== got) differ(where, wanted, got)
			return
		}
		for (const name of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
			if (!(name in wanted) || !(name in got)) differ(`${where}.${name}`, wanted[name], got[name])
			else compare(`${where}.${name}`, wanted[name], got[name])
		}
	}

	function compareName(where: string, name: Name, got: unknown): void {
		const known = name.text ?? learned.get(name)
		if (known !== undefined) {
			if (known !== got) differ(where, known, got)
			return
		}
		const taken = typeof got === 'string' && (state.names.has(got) || [...learned.values()].includes(got))
		if (typeof got !== 'string' || got === '' || got.length > 50 || taken) differ(where, `a new code of a ${name.nameOf}`, got)
		else learned.set(name, got)
	}

	if (found.length === 0) {
		for (const [name, code] of learned) {
			name.text = code
			state.names.add(code)
		}
	}
	return found
}

function isName(value: unknown): value is Name {
	return isObject(value) && 'nameOf' in value
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string {
	return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'nothing'
}
