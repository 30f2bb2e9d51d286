// A data folder in use: its PostgreSQL runs as long as somebody is there. The server sees to it: one that has ended is started again,
// where it was, so that whoever is connected to it only has to connect again.
import { setTimeout as sleep } from 'node:timers/promises'
import { claimDataFolder, joinDataFolder, type Presence } from './claim.ts'
import { type EmbeddedDatabase, startEmbedded } from './embedded.ts'

const RETRY_MS = 50
const REVIVE_MS = 500

export interface DataFolder {
	readonly url: string
	/** Stops PostgreSQL where nobody else is there. */
	close(): Promise<void>
}

/** Told the reason while PostgreSQL is away or does not start, and null when it is there again. */
export type Tell = (trouble: Error | null) => void

/**
 * For the server. `waitMs` is for one that is just ending, or died a moment ago; `holder` is what the next one is told (see claim.ts).
 * Where `signal` is aborted it throws, and has stopped what it had started.
 */
export async function openDataFolder(
	dataDir: string,
	waitMs: number,
	holder: string,
	tell: Tell = () => {},
	signal?: AbortSignal,
): Promise<DataFolder | { heldBy: string }> {
	const deadline = Date.now() + waitMs
	const entered = await enter(dataDir, deadline, (url) => claimDataFolder(url, deadline - Date.now(), holder), signal)
	return 'heldBy' in entered.presence ? entered.presence : kept(dataDir, holder, entered.database, entered.presence, tell)
}

/** For a command, beside a server or alone. `waitMs` is for somebody who is just leaving. */
export async function visitDataFolder(dataDir: string, waitMs: number): Promise<DataFolder> {
	const name = `sonra command pid ${process.pid}`
	const { database, presence } = await enter(dataDir, Date.now() + waitMs, (url) => joinDataFolder(url, name))
	return { url: database.url, close: () => leave(presence, database) }
}

async function enter<P>(dataDir: string, deadline: number, join: (url: string) => Promise<P>, signal?: AbortSignal) {
	for (;;) {
		const database = await startEmbedded(dataDir, {}, signal)
		try {
			return { database, presence: await join(database.url) }
		} catch (error) {
			// Whoever was last in the folder has left, and PostgreSQL ended with them: start it again.
			if (Date.now() > deadline) throw error
			await sleep(RETRY_MS)
		}
	}
}

/** A session that is gone can't ask who else is there; then PostgreSQL is gone too, or answers nobody. */
function leave(presence: Presence, database: EmbeddedDatabase): Promise<void> {
	return presence.leave(database.stop).catch(database.stop)
}

function kept(dataDir: string, holder: string, first: EmbeddedDatabase, claim: Presence, tell: Tell): DataFolder {
	let [database, presence] = [first, claim]
	const { url } = first
	const closing = new AbortController()
	const { signal } = closing

	const revived = async (): Promise<Presence> => {
		// The others have its port, and would not find it at another.
		database = await startEmbedded(dataDir, { port: new URL(url).port }, signal)
		if (database.url !== url) throw new Error('PostgreSQL runs at another port: somebody else has started it')
		const again = await claimDataFolder(url, 0, holder)
		if ('heldBy' in again) throw new Error(`the data folder was taken by: ${again.heldBy}`)
		return again
	}
	const watch = async () => {
		for (;;) {
			await presence.ended
			if (signal.aborted) return
			tell(new Error('the session with PostgreSQL has ended'))
			for (let back = false; !back; ) {
				try {
					presence = await revived()
					back = true
				} catch (error) {
					if (signal.aborted) return
					tell(error as Error)
					await sleep(REVIVE_MS, undefined, { ref: false })
				}
			}
			tell(null)
		}
	}
	const watching = watch()
	return {
		url,
		async close() {
			closing.abort()
			await leave(presence, database)
			await watching
		},
	}
}
