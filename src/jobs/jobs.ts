// Everything the server does without being asked, on one page. graphile-worker keeps the jobs in the same database, in a schema of
// its own, and shares them out among all server processes.

import { Logger, parseCronItems, run, runMigrations } from 'graphile-worker'
import type pg from 'pg'
import type { Logger as Log } from 'pino'
import { instantText } from '../domain/calendar.ts'
import { givenUpBefore } from '../domain/limit-request.ts'
import type { LimitRequests } from '../errands/limit-requests.ts'
import type { Clock } from '../store/clock.ts'
import { ADVANCE_JOB, wakeForgotten } from '../store/wake-ups.ts'

export interface JobLimits {
	/** Jobs at once. */
	readonly concurrency: number
	readonly connections: number
	/** A job whose time has come is noticed after this long; a new one at once. */
	readonly pollMs: number
}

export interface Jobs {
	stop(): Promise<void>
}

const everyMinute = '* * * * *'

export async function startJobs(
	databaseUrl: string,
	pool: pg.Pool,
	clock: Clock,
	limitRequests: LimitRequests,
	log: Log,
	limits: JobLimits,
): Promise<Jobs> {
	const sweep = async () => {
		const { confirmedMs, startedMs } = givenUpBefore((await clock.now()).atMs)
		await wakeForgotten(pool, instantText(confirmedMs), instantText(startedMs))
	}
	// Once more than the timetable says: what the process before this one left should not wait for the next minute.
	await sweep()
	const runner = await run({
		connectionString: databaseUrl,
		maxPoolSize: limits.connections,
		concurrency: limits.concurrency,
		pollInterval: limits.pollMs,
		noHandleSignals: true,
		logger: loggerInto(log),
		taskList: {
			[ADVANCE_JOB]: async (payload) => limitRequests.advance(BigInt((payload as { id: string }).id)),
			'wake-forgotten': sweep,
		},
		parsedCronItems: parseCronItems([{ task: 'wake-forgotten', match: everyMinute, options: { maxAttempts: 1 } }]),
	})
	return { stop: () => runner.stop() }
}

/** Brings graphile-worker's own tables up to date. Several processes may do it at once. */
export async function migrateJobs(databaseUrl: string): Promise<void> {
	await runMigrations({ connectionString: databaseUrl, maxPoolSize: 2, logger: new Logger(() => () => {}) })
}

/** Its lines without what it puts beside them: a failed job's error is a whole object, which may quote anything. */
function loggerInto(log: Log): Logger {
	return new Logger(() => (level, message, { error }) => {
		if (level === 'error') log.error({ err: error, job: message }, 'a job failed')
		else if (level === 'warning') log.warn({ job: message }, 'jobs')
	})
}
