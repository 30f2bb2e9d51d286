// The real side of a simulation: a sandbox server over a database of its own and the simulated neighbours, which outlive it when it
// is restarted.

import pino from 'pino'
import { startNeighbours } from '../../sim/neighbours.ts'
import { type App, startApp } from '../../src/app.ts'
import { limits } from '../../src/limits.ts'
import { verifyChains } from '../../src/queries/chains.ts'
import { type Finding, verify } from '../../src/queries/verify.ts'
import { connect } from '../../src/store/connect.ts'
import { freshDatabase } from '../database.ts'
import { Simulator } from '../neighbours.ts'
import { anyCalls, masterKey } from '../sandbox.ts'

export interface Stage {
	readonly app: App
	readonly simulator: Simulator
	/** The clock goes to this day, also to one before it. */
	startOn(date: string): Promise<void>
	moveTo(date: string): Promise<void>
	/** Stops the server and starts another over the same database. */
	restart(): Promise<void>
	/** Ends every connection the server has to the database, whatever it is doing there. */
	breakConnections(): Promise<void>
	/** Stops the database, too, and starts it again; where nobody can, the connections are broken only. */
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
			{
				mode: 'sandbox',
				dataDir: '/nonexistent',
				host: '127.0.0.1',
				port: 0,
				databaseUrl: database.serverUrl,
				migrationDatabaseUrl: null,
				masterKey,
				newMasterKey: null,
				logLevel: 'silent',
				neighbours: { bureau: url, identity: url, sms: url },
				allowedCalls: anyCalls,
				retentionYears: 10,
				trustedProxies: [],
			},
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
		restart: () => restart(),
		breakConnections,
		async restartDatabase() {
			if (!restartPostgres) return breakConnections()
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
		findings: async () => [...(await verify(pool)), await verifyChains(pool, app.database.vault)],
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
 * All tables but the sandbox's clock, and those that note what was tried or that the server goes on with by itself. Refusals of
 * authentication are noted as events, some time later, and so are the steps of a limit request.
 */
const digestOf = `
	select
		tablename,
		(xpath('/row/digest/text()', query_to_xml(
			format(
				'select count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) as digest from %I t where %s',
				tablename, case tablename when 'event' then 'outcome = ''done'' and kind <> ''limit-request-changed''' else 'true' end
			),
			false, true, ''
		)))[1]::text as digest
	from pg_tables
	where
		schemaname = 'public'
		and tablename not in ('gateway_call', 'limit_request', 'sandbox_clock', 'stream', 'stream_roll', 'write_lane')
	order by tablename
`
