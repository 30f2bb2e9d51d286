// Everything the server does without being asked, on one page. graphile-worker keeps the jobs in the same database, in a schema of
// its own, and shares them out among all server processes.

import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, type Runner, run, runMigrations, type Task } from 'graphile-worker'
import pg from 'pg'
import type { Logger as Log } from 'pino'
import { instantText } from '../domain/calendar.ts'
import { givenUpBefore } from '../domain/limit-request.ts'
import type { LimitRequests } from '../errands/limit-requests.ts'
import { forgetAttempts } from '../gateways/record.ts'
import type { Clock } from '../store/clock.ts'
import type { ConnectLimits } from '../store/connect.ts'
import { forgetLanes } from '../store/fate.ts'
import { forgetUsedSignatures } from '../store/used-signatures.ts'
import { ADVANCE_JOB, wakeForgotten } from '../store/wake-ups.ts'

export interface JobLimits {
	/** Jobs at once. */
	readonly concurrency: number
	readonly connections: number
	/** A job whose time has come is noticed after this long; a new one at once. */
	readonly pollMs: number
	/** Between two tries to go on after the database was away for longer than graphile-worker bears. */
	readonly restartMs: number
	/** How long the record of a call to a neighbour is kept. */
	readonly recordDays: number
	/** How long the marks are kept by which the fate of a commit can be seen. */
	readonly markDays: number
}

/** When a connection on which nothing comes counts as lost (see store/connect.ts). */
type SilenceLimits = Pick<ConnectLimits, 'connectTimeoutMs' | 'answerTimeoutMs' | 'keepAliveMs'>

export interface Jobs {
	stop(): Promise<void>
}

const everyMinute = '* * * * *'
const everyHour = '23 * * * *'
/** UTC: before dawn in Istanbul. */
const everyNight = '17 1 * * *'

export async function startJobs(
	databaseUrl: string,
	pool: pg.Pool,
	clock: Clock,
	limitRequests: LimitRequests,
	log: Log,
	limits: JobLimits,
	silence: SilenceLimits,
): Promise<Jobs> {
	const sweep = async () => {
		const { confirmedMs, startedMs } = givenUpBefore((await clock.now()).atMs)
		await wakeForgotten(pool, instantText(confirmedMs), instantText(startedMs))
	}
	const ownPool = jobsPool(databaseUrl, limits.connections, silence)
	const options = {
		pgPool: ownPool,
		concurrency: limits.concurrency,
		pollInterval: limits.pollMs,
		noHandleSignals: true,
		// Only in a batch does it look after a job whose end can't be written down; without one that would end our process.
		preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
		logger: loggerInto(log),
		taskList: {
			[ADVANCE_JOB]: logged(log, ({ id }: { id: string }) => limitRequests.advance(BigInt(id))),
			'wake-forgotten': logged(log, sweep),
			'forget-used-signatures': logged(log, () => forgetUsedSignatures(pool)),
			'forget-gateway-calls': logged(log, () => forgetAttempts(pool, limits.recordDays)),
			'abandon-limit-requests': logged(log, () => limitRequests.abandonLeft()),
			'forget-write-lanes': logged(log, () => forgetLanes(pool, limits.markDays)),
		},
		parsedCronItems: parseCronItems([
			{ task: 'wake-forgotten', match: everyMinute, options: { maxAttempts: 1 } },
			{ task: 'forget-used-signatures', match: everyHour },
			{ task: 'forget-gateway-calls', match: everyNight },
			{ task: 'forget-write-lanes', match: everyNight },
			{ task: 'abandon-limit-requests', match: everyNight },
		]),
	}

	// Once more than the timetable says: what the process before this one left should not wait for the next minute.
	await sweep()
	let stopping = false
	let runner: Runner
	try {
		runner = await run(options)
	} catch (error) {
		await ownPool.end()
		throw error
	}
	const keepRunning = async () => {
		while (!stopping) {
			await runner.promise.catch(() => {})
			if (!stopping) await sleep(limits.restartMs, undefined, { ref: false })
			const next = stopping ? null : await run(options).catch(() => null)
			if (next && stopping) await next.stop()
			else if (next) runner = next
		}
	}
	void keepRunning()
	return {
		async stop() {
			stopping = true
			// It may have ended by itself.
			await runner.stop().catch(() => {})
			await ownPool.end()
		},
	}
}

/** Brings graphile-worker's own tables up to date. Several processes may do it at once. */
export async function migrateJobs(databaseUrl: string, silence: SilenceLimits): Promise<void> {
	const pool = jobsPool(databaseUrl, 2, silence)
	try {
		await runMigrations({ pgPool: pool, logger: new Logger(() => () => {}) })
	} finally {
		await pool.end()
	}
}

/** Connections as graphile-worker expects them. One that breaks is simply gone, also while the pool is being closed. */
function jobsPool(connectionString: string, connections: number, limits: SilenceLimits): pg.Pool {
	const pool = new pg.Pool({
		connectionString,
		application_name: 'sonra jobs',
		max: connections,
		connectionTimeoutMillis: limits.connectTimeoutMs,
		query_timeout: limits.answerTimeoutMs,
		keepAlive: true,
		keepAliveInitialDelayMillis: limits.keepAliveMs,
	})
	pool.on('error', () => {})
	pool.on('connect', (client) => client.on('error', () => {}))
	return pool
}

/** What failed goes to the log, cut down as every error is; graphile-worker, which would keep its text, is only told that it did. */
function logged<Payload>(log: Log, work: (payload: Payload) => Promise<void>): Task {
	return async (payload, { job }) => {
		try {
			await work(payload as Payload)
		} catch (error) {
			log.error({ err: error, job: job.task_identifier }, 'a job failed')
			throw new Error('the log has it')
		}
	}
}

function loggerInto(log: Log): Logger {
	return new Logger(() => (level, message) => {
		if (level === 'error') log.error({ jobs: message }, 'a job failed')
		else if (level === 'warning') log.warn({ jobs: message }, 'jobs')
	})
}
