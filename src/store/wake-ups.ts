// Waking the server for a limit request: a job of graphile-worker, put into its tables in the commit that makes it necessary.
// Jobs go by the machine's clock: the sandbox clock moves in days and would put them off for ever.

import type pg from 'pg'
import type { WakeUp } from '../commands/world.ts'
import { onConnection, rowsOf, type Statement } from './connect.ts'

/** The name of the job, as src/jobs knows it. */
export const ADVANCE_JOB = 'advance-limit-request'

// One attempt: what a failed one leaves is found by wakeForgotten.
export const insertWakeUps: Statement = {
	name: 'insert-wake-ups',
	text: `
		select graphile_worker.add_job(
			'${ADVANCE_JOB}', json_build_object('id', id), job_key => 'limit-request-' || id, max_attempts => 1,
			run_at => clock_timestamp() + after_ms * interval '1 millisecond'
		)
		from json_to_recordset($1) as w (id text, after_ms integer)
		order by id -- two groups that wake the same requests wait for each other in the same order
	`,
}

export function wakeUpColumns({ limitRequestId, afterMs }: WakeUp) {
	return { id: limitRequestId, after_ms: afterMs }
}

/** A command after another may have put it off, or forward. */
export function lastOfEach(wakeUps: readonly WakeUp[]): WakeUp[] {
	return [...new Map(wakeUps.map((wakeUp) => [wakeUp.limitRequestId, wakeUp])).values()]
}

const addForgotten: Statement = {
	name: 'wake-forgotten',
	text: `
		select graphile_worker.add_job(
			'${ADVANCE_JOB}', json_build_object('id', r.id::text), job_key => 'limit-request-' || r.id, max_attempts => 1
		)
		from limit_request r
		where r.state in ('started', 'verified', 'awaiting-pin', 'confirmed')
			and (
				(r.state = 'confirmed' and not r.test_on and r.confirmed_at > $1)
				or (r.state <> 'confirmed' and r.pin_text is distinct from 'sent' and r.started_at > $2)
			)
			and not exists (
				select
				from graphile_worker.jobs j
				where j.key = 'limit-request-' || r.id
					and case when j.locked_at is null then j.attempts < j.max_attempts else j.locked_at > now() - interval '1 minute' end
			)
		order by r.id
		limit 1000
	`,
}

/** Wakes requests that wait for the server and have no job: its process was killed while it was on them, or the job failed. */
export async function wakeForgotten(pool: pg.Pool, confirmedAfter: string, startedAfter: string): Promise<void> {
	await onConnection(pool, (client) => rowsOf(client, addForgotten, [confirmedAfter, startedAfter]))
}
