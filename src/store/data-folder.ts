// The data folder of a server: its PostgreSQL running and claimed, so that this process alone may stop it.
import { setTimeout as sleep } from 'node:timers/promises'
import { claimDataFolder } from './claim.ts'
import { startEmbedded } from './embedded.ts'

const RETRY_MS = 50

export interface DataFolder {
	readonly url: string
	/** Stops PostgreSQL. */
	close(): Promise<void>
}

/** `waitMs` is for a server that is just ending, or died a moment ago; `holder` is what the next one is told (see claim.ts). */
export async function openDataFolder(dataDir: string, waitMs: number, holder: string): Promise<DataFolder | { heldBy: string }> {
	const deadline = Date.now() + waitMs
	for (;;) {
		const database = await startEmbedded(dataDir)
		try {
			const claim = await claimDataFolder(database.url, deadline - Date.now(), holder)
			if ('heldBy' in claim) return claim
			const close = async () => {
				// In this order: released first, another server could claim what is about to stop.
				await database.stop()
				await claim.release()
			}
			return { url: database.url, close }
		} catch (error) {
			// The server that had the folder has ended and taken PostgreSQL with it: start it again.
			if (Date.now() > deadline) throw error
			await sleep(RETRY_MS)
		}
	}
}
