// Who is in a data folder. Everybody holds a shared advisory lock there, the one server an exclusive one besides, each on a connection
// of its own, so that all of it vanishes with the process even after kill -9. The last one to leave stops PostgreSQL.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** Two numbers each that only have to differ from the other advisory locks of Sonra (see migrate.ts). */
const SERVING = [0x50a7a, 1] as const
const PRESENT = [0x50a7a, 3] as const
const RETRY_MS = 25
/** For each of the few words said on the connection. */
const ANSWER_MS = 10_000

const HOLDER = `
	select a.application_name as holder
	from pg_locks l
	join pg_database d on d.oid = l.database and d.datname = current_database()
	join pg_stat_activity a on a.pid = l.pid
	where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.objsubid = 2 and l.granted`

export interface Presence {
	/** Resolves when its session is over, by `leave` or otherwise: PostgreSQL ends every session when one of them crashes. */
	readonly ended: Promise<void>
	/** Where nobody else is there, `stop` is called first, and newcomers are kept out until it is done. */
	leave(stop: () => Promise<void>): Promise<void>
}

/** Throws when PostgreSQL goes away meanwhile, as it does when the last one leaves. `name` is shown to others (63 bytes count). */
export async function joinDataFolder(url: string, name: string): Promise<Presence> {
	return joined(await connect(url, name))
}

/**
 * Claims the data folder whose database is at `url` for the one server. A dead server's session takes a moment to vanish, so a refusal
 * is retried for `waitMs`. Throws as joinDataFolder does. `holder` is what the next one is told, for example
 * `sonra pid 123 http://127.0.0.1:8080`.
 */
export async function claimDataFolder(url: string, waitMs: number, holder: string): Promise<Presence | { heldBy: string }> {
	const deadline = Date.now() + waitMs
	const client = await connect(url, holder)
	let heldBy: string
	do {
		const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1, $2) as won', [...SERVING])
		if (rows[0]?.won) return joined(client)
		const found = await client.query<{ holder: string }>(HOLDER, [...SERVING])
		heldBy = found.rows[0]?.holder || 'another process'
		await sleep(RETRY_MS)
	} while (Date.now() < deadline)
	await client.end()
	return { heldBy }
}

async function connect(url: string, name: string): Promise<pg.Client> {
	const client = new pg.Client({
		connectionString: url,
		application_name: name,
		keepAlive: true,
		connectionTimeoutMillis: ANSWER_MS,
		query_timeout: ANSWER_MS,
	})
	// A loss between two queries would end the process; the next query fails, and `ended` tells.
	client.on('error', () => {})
	await client.connect()
	return client
}

async function joined(client: pg.Client): Promise<Presence> {
	const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
	// Waits where somebody is stopping PostgreSQL, and then ends with it.
	await client.query('select pg_advisory_lock_shared($1, $2)', [...PRESENT])
	return {
		ended,
		async leave(stop) {
			// In this order: of two that leave at once, the later one sees that it is the last.
			await client.query('select pg_advisory_unlock_shared($1, $2)', [...PRESENT])
			const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1, $2) as last', [...PRESENT])
			if (rows[0]?.last) await stop()
			await client.end()
		},
	}
}
