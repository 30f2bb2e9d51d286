// The database that the settings name, opened: the embedded one, started or found running, or the one of DATABASE_URL.

import type pg from 'pg'
import { type Config, WrongSetting } from './config.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'
import { readyEmbedded, readyGiven, type Schema } from './schema.ts'
import { Streams } from './store/chain.ts'
import { connect } from './store/connect.ts'
import { openDataFolder, type Tell, visitDataFolder } from './store/data-folder.ts'
import { openVault, sandboxMasterKey } from './store/master-key.ts'
import type { Vault } from './store/vault.ts'

export interface Database extends Schema {
	/** For a few statements at a time: reads, look-ups, administration. */
	readonly pool: pg.Pool
	readonly vault: Vault
	/** In which this process writes movements and events. */
	readonly streams: Streams
	close(): Promise<void>
}

/** For the server: nobody else may serve from the same data folder. The rest is as for openDataFolder. */
export async function openToServe(config: Config, holder: string, tell: Tell, signal?: AbortSignal): Promise<Database> {
	const { databaseUrl, migrationDatabaseUrl } = config
	if (databaseUrl !== null) return opened(config, () => readyGiven(databaseUrl, migrationDatabaseUrl))
	const folder = await openDataFolder(config.dataDir, limits.database.folderWaitMs, holder, tell, signal)
	if ('heldBy' in folder) {
		throw new WrongSetting(
			say(
				`the data folder ${config.dataDir} is in use by: ${folder.heldBy}. Stop that one, or set SONRA_DATA_DIR to another folder.`,
				`${config.dataDir} veri klasörünü şu süreç kullanıyor: ${folder.heldBy}. Onu durdurun ya da SONRA_DATA_DIR ile başka bir klasör verin.`,
			),
		)
	}
	return opened(config, () => readyEmbedded(folder.url), folder.close)
}

/** For a command beside a running server, or alone: then an embedded database is started for it and stopped again. */
export async function openForCommand(config: Config): Promise<Database> {
	const { databaseUrl, migrationDatabaseUrl } = config
	if (databaseUrl !== null) return opened(config, () => readyGiven(databaseUrl, migrationDatabaseUrl))
	const folder = await visitDataFolder(config.dataDir, limits.database.folderWaitMs)
	return opened(config, () => readyEmbedded(folder.url), folder.close)
}

async function opened(config: Config, ready: () => Promise<Schema>, end = async () => {}): Promise<Database> {
	try {
		const schema = await ready()
		const { readConnections, ...databaseLimits } = limits.database
		const pool = connect(schema.url, 'reads', { ...databaseLimits, connections: readConnections })
		try {
			const vault = await vaultOf(config, pool)
			const close = async () => {
				await pool.end()
				await end()
			}
			return { ...schema, pool, vault, streams: new Streams(pool, vault), close }
		} catch (error) {
			await pool.end()
			throw error
		}
	} catch (error) {
		await end()
		throw error
	}
}

async function vaultOf(config: Config, pool: pg.Pool): Promise<Vault> {
	const vault = await openVault(pool, config.masterKey ?? (await sandboxMasterKey(config.dataDir)))
	if (vault) return vault
	throw new WrongSetting(
		say(
			'SONRA_MASTER_KEY (or the file master-key in the data folder) is not the master key of this database.',
			'SONRA_MASTER_KEY (ya da veri klasöründeki master-key dosyası), bu veritabanının ana anahtarı değil.',
		),
	)
}
