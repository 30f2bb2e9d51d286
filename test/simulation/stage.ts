// The real side of a simulation: a sandbox server over a database of its own and the simulated neighbours, which outlive it when it
// is restarted.

import pino from 'pino'
import { startNeighbours } from '../../sim/neighbours.ts'
import { type App, startApp } from '../../src/app.ts'
import { limits } from '../../src/limits.ts'
import { checkBooks } from '../../src/queries/books.ts'
import type { Finding } from '../../src/queries/verify.ts'
import { connect } from '../../src/store/connect.ts'
import { freshDatabase } from '../database.ts'
import { Simulator } from '../neighbours.ts'
import { testConfig } from '../sandbox.ts'

export interface Stage {
	readonly app: App
	readonly simulator: Simulator
	/** The clock goes to this day, also to one before it. */
	startOn(date: string): Promise<void>
	moveTo(date: string): Promise<void>
	today(): Promise<string>
	/** Stops the server and starts another over the same database. */
	restart(): Promise<void>
	/** Ends every connection the server has to the database, whatever it is doing there. */
	breakConnections(): Promise<void>
	/** Stops the database, too, and starts it again; where nobody can, only the server. */
	restartDatabase(): Promise<void>
	/** A number that changes when anything in the tables does that a call may change. */
	digest(): Promise<string>
	/** Whether the books are right. */
	findings(): Promise<readonly Finding[]>
	sql(text: string): Promise<void>
	stop(): Promise<void>
}

/** `template`: the URL of the migrated database to clone. */
export async function setStage(template?: string, restartPostgres?: () => Promise<void>): Promise<Stage> {
	const database = await freshDatabase(template)
	const neighbours = await startNeighbours()
	const { url } = neighbours
	const start = () =>
		startApp(
			{ ...testConfig(database.serverUrl), neighbours: { bureau: url, identity: url, sms: url } },
			pino({ level: 'silent' }),
		)
	let app = await start()
	const openPool = () => connect(database.url, 'simulation', { ...limits.database, connections: 2 })
	let pool = openPool()
	const restart = async (between = async () => {}) => {
		await app.stop()
		await between()
		app = await start()
	}
	const clock = async (move: object) => {
		const response = await fetch(`${app.url}/sandbox/clock`, {
			method: 'POST',
			body: JSON.stringify(move),
			headers: { 'content-type': 'application/json' },
		})
		if (!response.ok) throw new Error(`the clock did not move: ${JSON.stringify(move)}`)
	}
	const breakConnections = async () => {
		await pool.query(
			`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
		)
	}
	return {
		get app() {
			return app
		},
		simulator: new Simulator(url),
		async startOn(date) {
			await clock({ reset: true })
			await clock({ date })
		},
		moveTo: (date) => clock({ date }),
		async today() {
			const response = await fetch(`${app.url}/sandbox/clock`)
			return ((await response.json()) as { businessDate: string }).businessDate
		},
		restart: () => restart(),
		breakConnections,
		async restartDatabase() {
			if (!restartPostgres) return restart()
			await restart(async () => {
				await pool.end()
				await restartPostgres()
				pool = openPool()
			})
		},
		async digest() {
			const { rows } = await pool.query(digestOf)
			return JSON.stringify(rows)
		},
		findings: () => checkBooks(pool, app.database.vault),
		async sql(text) {
			await pool.query(text)
		},
		async stop() {
			await app.stop()
			await pool.end()
			await neighbours.close()
			await database.drop()
		},
	}
}

/**
 * All tables but the sandbox's clock, and those that note what was tried or that the server goes on with by itself. Of the
 * events those are two kinds: refusals of authentication, and how far a limit request has come.
 */
const digestOf = `
	select
		tablename,
		(xpath('/row/digest/text()', query_to_xml(
			format(
				'select count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) as digest from %I t where %s',
				tablename, case tablename when 'event' then 'kind not in (''calls-refused'', ''limit-request-changed'')' else 'true' end
			),
			false, true, ''
		)))[1]::text as digest
	from pg_tables
	where
		schemaname = 'public'
		and tablename not in ('gateway_call', 'limit_request', 'sandbox_clock', 'stream', 'stream_roll', 'write_lane')
	order by tablename
`
