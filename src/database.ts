// The database that the settings name, opened: the embedded one, started or found running, or the one of DATABASE_URL.

import type pg from 'pg'
import { type Config, WrongSetting } from './config.ts'
import { databaseTrouble } from './database-trouble.ts'
import { migrateJobs } from './jobs/jobs.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { acquire, connect } from './store/connect.ts'
import { openDataFolder, type Tell, visitDataFolder } from './store/data-folder.ts'
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

/** For the server: nobody else may serve from the same data folder. The rest is as for openDataFolder. */
export async function openToServe(config: Config, holder: string, tell: Tell, signal?: AbortSignal): Promise<Database> {
	if (config.databaseUrl !== null) return opened(config, config.databaseUrl, async () => {})
	const folder = await openDataFolder(config.dataDir, limits.database.folderWaitMs, holder, tell, signal)
	if ('heldBy' in folder) {
		throw new WrongSetting(
			say(
				`the data folder ${config.dataDir} is in use by: ${folder.heldBy}. Stop that one, or set SONRA_DATA_DIR to another folder.`,
				`${config.dataDir} veri klasörünü şu süreç kullanıyor: ${folder.heldBy}. Onu durdurun ya da SONRA_DATA_DIR ile başka bir klasör verin.`,
			),
		)
	}
	return opened(config, folder.url, folder.close)
}

/** For a command beside a running server, or alone: then an embedded database is started for it and stopped again. */
export async function openForCommand(config: Config): Promise<Database> {
	if (config.databaseUrl !== null) return opened(config, config.databaseUrl, async () => {})
	const folder = await visitDataFolder(config.dataDir, limits.database.folderWaitMs)
	return opened(config, folder.url, folder.close)
}

async function opened(config: Config, url: string, end: () => Promise<void>): Promise<Database> {
	const { readConnections, ...rest } = limits.database
	const pool = connect(url, 'reads', { ...rest, connections: readConnections })
	const close = async () => {
		await pool.end()
		await end()
	}
	try {
		const migrated = await migrateSchema(config, url)
		const vault = await openVault(pool, config.masterKey ?? (await sandboxMasterKey(config.dataDir)))
		if (vault) return { url, pool, vault, migrated, close }
		throw new WrongSetting(
			say(
				'SONRA_MASTER_KEY (or the file master-key in the data folder) is not the master key of this database.',
				'SONRA_MASTER_KEY (ya da veri klasöründeki master-key dosyası), bu veritabanının ana anahtarı değil.',
			),
		)
	} catch (error) {
		await close()
		throw error
	}
}

/** On connections of its own, which may take their time. */
async function migrateSchema(config: Config, url: string): Promise<string[]> {
	const { migrationMs, ...rest } = limits.database
	const patient = { ...rest, statementTimeoutMs: migrationMs, answerTimeoutMs: migrationMs }
	const pool = connect(url, 'migration', { ...patient, connections: 1 })
	try {
		const client = await acquire(pool).catch((error) => {
			throw config.databaseUrl === null ? error : unreachable(error)
		})
		const migrated = await migrate(client).finally(() => client.release(true))
		await migrateJobs(url, patient)
		return migrated
	} finally {
		await pool.end()
	}
}

function unreachable(error: unknown): unknown {
	const trouble = databaseTrouble(error)
	return trouble === null ? error : new WrongSetting(`DATABASE_URL: ${trouble}`)
}
