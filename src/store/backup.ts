// A base backup of the embedded PostgreSQL while it runs: a data folder of its own, which starts like any other. Files are copied
// as they are found, even half-written ones: the write-ahead log copied after them puts each right at the first start.

import { copyFile, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

export interface Backup {
	readonly files: number
	readonly bytes: number
}

/** Folders that belong to the running process and not to its data: they must be there, empty. */
const leftEmpty = ['pg_wal', 'pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans']
const leftOut = /^(postmaster\.(pid|opts)|pgsql_tmp.*|pg_internal\.init.*)$/
const walFile = /^[0-9A-F]{24}$|\.history$/

/** What a data folder has beside its cluster; the last two only where it is a sandbox. */
const besideCluster = /^(postgres-password|master-key|demo-merchant\.json)$/

/**
 * `url` is that of a superuser. `target` must not exist; it does only when the backup is whole and on disk. What a backup that was
 * killed leaves is a folder beside it named `….unfinished-…`.
 */
export async function backUp(url: string, dataDir: string, target: string): Promise<Backup> {
	const unfinished = await mkdtemp(`${target}.unfinished-`)
	const client = new pg.Client({ connectionString: url, application_name: 'sonra backup' })
	const copied = { files: 0, bytes: 0 }
	const cluster = join(unfinished, 'postgres')
	try {
		await client.connect()
		// Holds back the write-ahead log from here on, until this session ends.
		await client.query(`select pg_create_physical_replication_slot('sonra_backup_' || pg_backend_pid(), true, true)`)
		await client.query(`select pg_backup_start('sonra', true)`)
		await copyFolder(join(dataDir, 'postgres'), cluster, (name) => !leftOut.test(name), copied)
		const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
		await writeFile(join(cluster, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600, flush: true })
		await copyFolder(join(dataDir, 'postgres/pg_wal'), join(cluster, 'pg_wal'), (name) => walFile.test(name), copied)
		await copyFolder(dataDir, unfinished, (name) => besideCluster.test(name), copied)
		await rename(unfinished, target)
		return copied
	} catch (error) {
		await rm(unfinished, { recursive: true, force: true })
		throw error
	} finally {
		await client.end()
	}
}

/** Copies the files and folders whose names are wanted, each flushed to disk before it counts. */
async function copyFolder(
	from: string,
	to: string,
	isWanted: (name: string) => boolean,
	copied: { files: number; bytes: number },
) {
	await mkdir(to, { recursive: true, mode: 0o700 })
	for (const entry of await readdir(from, { withFileTypes: true })) {
		if (!isWanted(entry.name)) continue
		const [source, copy] = [join(from, entry.name), join(to, entry.name)]
		if (leftEmpty.includes(entry.name)) await mkdir(copy, { mode: 0o700 })
		else if (entry.isDirectory()) await copyFolder(source, copy, isWanted, copied)
		else await copyOne(source, copy, copied)
	}
	await flushed(to)
}

async function copyOne(source: string, copy: string, copied: { files: number; bytes: number }): Promise<void> {
	try {
		await copyFile(source, copy)
	} catch (error) {
		// A table that was dropped since its folder was read: the write-ahead log says so too.
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
		throw error
	}
	copied.files++
	copied.bytes += await flushed(copy)
}

/** Its size. */
async function flushed(path: string): Promise<number> {
	const handle = await open(path)
	try {
		await handle.sync()
		return (await handle.stat()).size
	} finally {
		await handle.close()
	}
}
