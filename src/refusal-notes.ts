// Notes the calls that were not let in, together once a minute and at the stop: no wrong token ever costs a write of its own.

import type { Logger } from 'pino'
import type { Database } from './database.ts'
import type { RefusalCount, RefusedCalls } from './http/refused-calls.ts'
import { limits } from './limits.ts'
import type { Clock } from './store/clock.ts'
import { type Note, noting } from './store/notes.ts'

export interface RefusalNotes {
	/** Notes what is left. */
	stop(): Promise<void>
}

export function startRefusalNotes({ pool, streams }: Database, clock: Clock, refusals: RefusalCount, log: Logger): RefusalNotes {
	const notebook = { streams, clock, operator: null, command: 'authenticate' }
	const write = async () => {
		const counted = refusals.take()
		if (counted.length === 0) return
		try {
			await noting(pool, notebook, async (_, note) => {
				for (const calls of counted) note(noteOf(calls))
			})
		} catch (error) {
			// They are noted the next time, with whatever comes until then.
			for (const calls of counted) refusals.add(calls)
			log.warn({ err: error }, 'calls that were not let in could not be noted')
		}
	}
	const timer = setInterval(write, limits.refusals.noteMs).unref()
	return {
		stop() {
			clearInterval(timer)
			return write()
		},
	}
}

function noteOf({ address, merchantId, code, count }: RefusedCalls): Note {
	return { kind: 'calls-refused', actor: 'merchant', merchantId, address, outcome: code, detail: { count: String(count) } }
}
