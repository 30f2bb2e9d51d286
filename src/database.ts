// The database that the settings name, opened: the embedded one, started or found running, or the one of DATABASE_URL.

import type pg from 'pg'
import { type Config, WrongSetting } from './config.ts'
import { migrateJobs } from './jobs/jobs.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { claimDataFolder } from './store/claim.ts'
import { connect } from './store/connect.ts'
import { startEmbedded } from './store/embedded.ts'
import { openVault, sandboxMasterKey } from './store/master-key.ts'
import { migrate } from './store/migrate.ts'
import type { Vault } from './store/vault.ts'

export interface Database {
	readonly url: string
	/** For a few statements at a time: reads, look-ups, administration. */
	readonly pool: pg.Pool
	readonly vault: Vault
	readonly migrated: readonly string[]
	close(): Promise<void>
}

/** For the server: nobody else may serve from the same data folder. `holder` tells the next one who does. */
export async function openToServe(config: Config, holder: string): Promise<Database> {
	if (config.databaseUrl !== null) return opened(config, config.databaseUrl, async () => {})
	const embedded = await startEmbedded(config.dataDir)
	const claim = await claimDataFolder(embedded.url, limits.database.folderWaitMs, holder)
	if ('heldBy' in claim) {
		throw new WrongSetting(
			say(
				`the data folder ${config.dataDir} is in use by: ${claim.heldBy}. Stop that one, or set SONRA_DATA_DIR to another folder.`,
				`${config.dataDir} veri klasörünü şu süreç kullanıyor: ${claim.heldBy}. Onu durdurun ya da SONRA_DATA_DIR ile başka bir klasör verin.`,
			),
		)
	}
	return opened(config, embedded.url, async () => {
		await claim.release()
		await embedded.stop()
	})
}

/** For a command beside a running server, or alone: then an embedded database is started for it and stopped again. */
export async function openForCommand(config: Config): Promise<Database> {
	if (config.databaseUrl !== null) return opened(config, config.databaseUrl, async () => {})
	const embedded = await startEmbedded(config.dataDir)
	return opened(config, embedded.url, async () => {
		if (!embedded.startedHere) return
		const claim = await claimDataFolder(embedded.url, 0, 'sonra')
		if ('heldBy' in claim) return
		await claim.release()
		await embedded.stop()
	})
}

async function opened(config: Config, url: string, end: () => Promise<void>): Promise<Database> {
	const { readConnections, ...rest } = limits.database
	const pool = connect(url, 'reads', { ...rest, connections: readConnections })
	const close = async () => {
		await pool.end()
		await end()
	}
	try {
		const migrated = await migrateFrom(pool)
		await migrateJobs(url)
		const vault = await openVault(pool, config.masterKey ?? (await sandboxMasterKey(config.dataDir)))
		if (vault) return { url, pool, vault, migrated, close }
		throw new WrongSetting(
			say(
				'SONRA_MASTER_KEY (or the file master-key in the data folder) is not the key this database was made with.',
				'SONRA_MASTER_KEY (ya da veri klasöründeki master-key dosyası), bu veritabanının kurulduğu anahtar değil.',
			),
		)
	} catch (error) {
		await close()
		throw error
	}
}

async function migrateFrom(pool: pg.Pool): Promise<string[]> {
	const client = await pool.connect()
	try {
		return await migrate(client)
	} finally {
		// Statements that were prepared before the tables changed are not kept.
		client.release(true)
	}
}
