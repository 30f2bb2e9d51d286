// One server per data folder: a session advisory lock on a connection of its own, so the claim vanishes with the process even
// after kill -9. The session's application_name says who holds it. Whoever is refused must leave the database running.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** Two numbers that only have to differ from the other advisory locks of Sonra (see migrate.ts). */
const LOCK = [0x50a7a, 1] as const
const RETRY_MS = 25
const RECLAIM_MS = 500

const HOLDER = `
	select a.application_name as holder
	from pg_locks l
	join pg_database d on d.oid = l.database and d.datname = current_database()
	join pg_stat_activity a on a.pid = l.pid
	where l.locktype = 'advisory' and l.classid = $1 and l.objid = $2 and l.objsubid = 2 and l.granted`

export interface Claim {
	release(): Promise<void>
}

/**
 * Claims the data folder whose database is at `url`. A dead server's session takes a moment to vanish, so a refusal is retried
 * for `waitMs`. Throws when PostgreSQL goes away meanwhile, as it does when the holder ends. `holder` is what the next one is told (63 bytes count), for example `sonra serve pid 123 http://127.0.0.1:8080`.
 */
export async function claimDataFolder(
	url: string,
	waitMs: number,
	holder = `sonra pid ${process.pid}`,
): Promise<Claim | { heldBy: string }> {
	const deadline = Date.now() + waitMs
	const client = await connect(url, holder)
	let heldBy: string
	do {
		const { rows } = await client.query<{ won: boolean }>('select pg_try_advisory_lock($1, $2) as won', [...LOCK])
		if (rows[0]?.won) {
			// A lock won from a holder that shut PostgreSQL down would end with it: by now this session would have been told.
			await client.query('select')
			return keep(url, holder, client)
		}
		const found = await client.query<{ holder: string }>(HOLDER, [...LOCK])
		heldBy = found.rows[0]?.holder || 'another process'
		await sleep(RETRY_MS)
	} while (Date.now() < deadline)
	await client.end()
	return { heldBy }
}

async function connect(url: string, holder: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url, application_name: holder, keepAlive: true })
	// A loss between two queries would end the process; the next query fails, and `keep` sees the end.
	client.on('error', () => {})
	await client.connect()
	return client
}

/**
 * PostgreSQL ends every session when one of them crashes, and the claim with it: it is taken again once there is an answer.
 * Until then nothing is said here, as the pools of the server meet the same loss and say so.
 */
function keep(url: string, holder: string, client: pg.Client): Claim {
	let successor: Claim | undefined
	let released = false
	client.once('end', async () => {
		while (!released && !successor) {
			await sleep(RECLAIM_MS, undefined, { ref: false })
			const again = await claimDataFolder(url, 0, holder).catch(() => undefined)
			if (again && 'release' in again) successor = again
		}
		if (released) await successor?.release()
	})
	return {
		release: async () => {
			released = true
			await (successor ?? { release: () => client.end() }).release()
		},
	}
}
