// The server put together: database, write path, reads, neighbours, jobs, HTTP. Starting and stopping are here and nowhere else.

import type { Logger } from 'pino'
import type { Needs, Now, Refused, World } from './commands/world.ts'
import { type Config, type NeighbourUrls, WrongSetting } from './config.ts'
import { type Database, openToServe } from './database.ts'
import { type Merchant, withSandboxPermissions } from './domain/merchant.ts'
import { Engine } from './engine/engine.ts'
import { LimitRequests } from './errands/limit-requests.ts'
import { httpNeighbours } from './gateways/neighbours.ts'
import { recordAttempt } from './gateways/record.ts'
import { CallLimits } from './http/call-limits.ts'
import { type CallerStore, Callers } from './http/callers.ts'
import { addHealth } from './http/health.ts'
import { addOpenApi } from './http/openapi.ts'
import { RefusalCount } from './http/refused-calls.ts'
import { addSandboxClock } from './http/sandbox.ts'
import { makeServer } from './http/server.ts'
import { type Jobs, startJobs } from './jobs/jobs.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { startRefusalNotes } from './refusal-notes.ts'
import { machineClock, sandboxClock } from './store/clock.ts'
import { connect, planOnce } from './store/connect.ts'
import type { Tell } from './store/data-folder.ts'
import { groupStore } from './store/groups.ts'
import { findCaller } from './store/merchants.ts'
import { useSignature } from './store/used-signatures.ts'

export interface App {
	/** Where it listens, with the port it was given. */
	readonly url: string
	readonly database: Database
	/** Where the simulated bureau, identity service and SMS inbox are; null where others are set. */
	readonly simulatorUrl: string | null
	/** Answers what was accepted, then closes everything. A second call waits for the first. */
	stop(): Promise<void>
}

/** `beforeListening`: what must be there before the first call can come. `signal`: aborted, the start is given up and undone. */
export async function startApp(
	config: Config,
	log: Logger,
	beforeListening: (database: Database) => Promise<unknown> = async () => {},
	signal?: AbortSignal,
): Promise<App> {
	const holder = `sonra pid ${process.pid} http://${config.host}:${config.port}`
	const database = await openToServe(config, holder, tellInto(log), signal)
	const { pool, vault, streams } = database
	const { lanes, ...engineLimits } = limits.engine
	const lanePool = connect(database.url, 'writes', { ...limits.database, connections: lanes }, planOnce)
	const sandbox = config.mode === 'sandbox' ? sandboxClock(pool) : null
	const clock = sandbox ?? machineClock
	const permitted = sandbox ? withSandboxPermissions : (merchant: Merchant) => merchant

	const groups = groupStore(lanePool, clock, permitted, streams, limits.database.settleMs)
	const engine = new Engine<Needs, World, Now, Refused>(groups, {
		lanes,
		...engineLimits,
	})
	const callLimits = new CallLimits(config.allowedCalls, limits.calls)
	const callerStore: CallerStore = {
		find: (merchantCode) => findCaller(pool, vault, merchantCode),
		useSignature: (merchantId, mac) => useSignature(pool, merchantId, mac),
	}
	const callers = new Callers(callerStore, limits.callers, callLimits)

	const { urls, simulatorUrl, endSimulator } = config.neighbours ? set(config.neighbours) : await simulated()
	const neighbours = httpNeighbours(urls, limits.neighbours, (attempt) =>
		// What a call found out is worth more than the note of it.
		recordAttempt(pool, attempt).catch((error) => log.warn({ err: error }, 'a call to a neighbour was not recorded')),
	)
	const deps = { engine, vault, neighbours, reading: { pool, clock, permitted } }
	const limitRequests = new LimitRequests(deps)

	const refusals = new RefusalCount(limits.refusals.toldApart)
	const refusalNotes = startRefusalNotes(database, clock, refusals, log)

	const inside = { ...deps, limitRequests, callers, refusals, inSandbox: sandbox !== null }
	const server = makeServer(inside, log, limits.http, callLimits, config.trustedProxies)
	let stopping: Promise<void> | null = null
	addHealth(server, pool, () => stopping !== null)
	addOpenApi(server)
	if (sandbox) addSandboxClock(server, sandbox)

	let jobs: Jobs | null = null
	const close = async () => {
		await Promise.all([server.close(), jobs?.stop()])
		await engine.stop()
		await refusalNotes.stop()
		await endSimulator()
		await lanePool.end()
		await database.close()
	}
	try {
		await streams.openAhead(lanes)
		jobs = await startJobs(database.url, pool, clock, limitRequests, log, limits.jobs, limits.database)
		await beforeListening(database)
		signal?.throwIfAborted()
		const url = await server.listen({ host: config.host, port: config.port })
		return {
			url,
			database,
			simulatorUrl,
			stop() {
				stopping ??= close()
				return stopping
			},
		}
	} catch (error) {
		await close()
		throw listenFailure(error, config)
	}
}

function set(urls: NeighbourUrls) {
	return { urls, simulatorUrl: null, endSimulator: async () => {} }
}

/** One program plays all three neighbours. It is loaded only here: a production server has no use for it. */
async function simulated() {
	const { startNeighbours } = await import('../sim/neighbours.ts')
	const { url, close } = await startNeighbours()
	return { urls: { bureau: url, identity: url, sms: url }, simulatorUrl: url, endSimulator: close }
}

/** Each trouble once, however often the embedded database is tried again. */
function tellInto(log: Logger): Tell {
	let told: string | null = null
	return (trouble) => {
		if (trouble === null) log.warn('PostgreSQL is there again')
		else if (trouble.message !== told) log.error({ err: trouble }, 'PostgreSQL has ended; it is started again')
		told = trouble?.message ?? null
	}
}

/** Why it can't listen where it was told to, in a line; any other error as it is. */
function listenFailure(error: unknown, { host, port }: Config): unknown {
	const reasons: Record<string, string> = {
		EADDRINUSE: say('another program listens there', 'orada başka bir program dinliyor'),
		EACCES: say('it is not allowed', 'buna izin yok'),
		EADDRNOTAVAIL: say('this machine has no such address', 'bu makinenin böyle bir adresi yok'),
		ENOTFOUND: say('there is no such host', 'böyle bir sunucu adı yok'),
	}
	const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
	if (reason === undefined) return error
	return new WrongSetting(
		say(`HOST ${host}, PORT ${port}: can’t listen, ${reason}`, `HOST ${host}, PORT ${port}: dinlenemiyor, ${reason}`),
	)
}
