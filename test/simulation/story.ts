// What happened in a run, as lines that a person can read, and what is thrown when model and server part ways.

import type { Call } from '../../sim/model/model.ts'
import type { Expected } from '../../sim/model/state.ts'
import type { Answer } from '../../src/sdk/client.ts'
import { text } from './agree.ts'

export class Parted extends Error {
	/** Which step it was, counted from 0. */
	readonly step: number

	constructor(step: number, found: readonly string[], story: readonly string[]) {
		super(`${found.slice(0, 12).join('\n')}\n\nThe story:\n${story.join('\n')}`)
		this.step = step
	}
}

export function lineOf({ merchant, path, parameters, idempotencyKey, spoiled }: Call): string {
	const key = idempotencyKey === null ? '' : ` under the key ${idempotencyKey}`
	const wrong = spoiled === null ? '' : ` with a wrong ${spoiled}`
	return `merchant ${merchant}: ${path} ${text(parameters)}${key}${wrong}`
}

function outcomeOf({ errors }: Pick<Expected, 'errors'>): string {
	return errors.length === 0 ? 'done' : errors.join(' ')
}

export const said = ({ Errors }: Answer): string => outcomeOf({ errors: Errors })
