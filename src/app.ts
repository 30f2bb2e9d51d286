// The server put together: database, write path, reads, HTTP. Starting and stopping are here and nowhere else.

import type { Logger } from 'pino'
import type { Needs, Now, Refused, World } from './commands/world.ts'
import { type Config, WrongSetting } from './config.ts'
import { type Database, openToServe } from './database.ts'
import { type Merchant, withSandboxPermissions } from './domain/merchant.ts'
import { Engine } from './engine/engine.ts'
import { Callers } from './http/callers.ts'
import { addHealth } from './http/health.ts'
import { addSandboxClock } from './http/sandbox.ts'
import { makeServer } from './http/server.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { machineClock, sandboxClock } from './store/clock.ts'
import { connect } from './store/connect.ts'
import { groupStore } from './store/groups.ts'
import { findCaller } from './store/merchants.ts'

export interface App {
	/** Where it listens, with the port it was given. */
	readonly url: string
	readonly database: Database
	/** Answers what was accepted, then closes everything. A second call waits for the first. */
	stop(): Promise<void>
}

export async function startApp(config: Config, log: Logger): Promise<App> {
	const database = await openToServe(config, `sonra pid ${process.pid} http://${config.host}:${config.port}`)
	const { lanes, ...engineLimits } = limits.engine
	const lanePool = connect(database.url, 'writes', { ...limits.database, connections: lanes })
	const sandbox = config.mode === 'sandbox' ? sandboxClock(database.pool) : null
	const clock = sandbox ?? machineClock
	const permitted = sandbox ? withSandboxPermissions : (merchant: Merchant) => merchant

	const engine = new Engine<Needs, World, Now, Refused>(groupStore(lanePool, clock, permitted), { lanes, ...engineLimits })
	const callers = new Callers(
		(merchantCode) => findCaller(database.pool, database.vault, merchantCode),
		limits.callers.freshMs,
		limits.callers.known,
	)
	const inside = { engine, callers, vault: database.vault, reading: { pool: database.pool, clock, permitted } }
	const server = makeServer(inside, log, limits.http)
	let stopping: Promise<void> | null = null
	addHealth(server, database.pool, () => stopping !== null)
	if (sandbox) addSandboxClock(server, sandbox)

	const close = async () => {
		await server.close()
		await engine.stop()
		await lanePool.end()
		await database.close()
	}
	try {
		const url = await server.listen({ host: config.host, port: config.port })
		return {
			url,
			database,
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
