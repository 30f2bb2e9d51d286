// The postmaster, PostgreSQL's first process: whether one runs on a cluster, in what state, and how it is stopped. What
// postmaster.pid says is never believed alone: after a kill -9 it names a pid that may by now be any program's.
import { execFile } from 'node:child_process'
import { readFileSync, renameSync } from 'node:fs'
import { chown, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const FAST_SHUTDOWN_MS = 30_000
const IMMEDIATE_SHUTDOWN_MS = 10_000
const BEING_WRITTEN_MS = 2_000
const POLL_MS = 10

export interface Postmaster {
	readonly pid: number
	readonly port: number
	readonly ready: boolean
}

/** The live PostgreSQL of this cluster, in whatever state; undefined when there is none. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
	const lines = await readPidFile(cluster)
	const pid = Number(lines?.[0])
	if (!lines || !(await isPostmaster(pid, cluster))) return undefined
	// Lines as PostgreSQL writes them: pid, folder, start time, port, socket folder, address, shared memory, state. While it
	// starts the later ones are missing.
	return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/** Where a PostgreSQL that was killed had listened; undefined after a proper end. */
export async function lastPort(cluster: string): Promise<string | undefined> {
	const port = (await readPidFile(cluster))?.[3]
	return port !== undefined && /^[1-9]\d{0,4}$/.test(port) ? port : undefined
}

async function readPidFile(cluster: string): Promise<string[] | undefined> {
	try {
		return (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
		throw error
	}
}

/** After a reboot or in a container a pid is soon another program's: only one that runs our command line on this folder counts. */
async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
	if (!(pid > 1)) return false
	const commandLine =
		process.platform === 'linux'
			? readFile(`/proc/${pid}/cmdline`, 'utf8').then((text) => text.replaceAll('\0', ' '))
			: run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout)
	return commandLine.then(
		(text) => text.includes(`/postgres -D ${cluster} -c `),
		() => false, // no such process
	)
}

/**
 * PostgreSQL will not start while the pid in its file is alive, whoever that is, except its own parent. So a stale file gets our
 * pid rather than being removed: its shared memory line must stay, by it PostgreSQL sees sessions that outlive a killed postmaster.
 */
export async function disownStalePid(cluster: string): Promise<void> {
	const path = join(cluster, 'postmaster.pid')
	const seen = (await readPidFile(cluster))?.join('\n')
	if (seen === undefined) return
	const { uid, gid, mtimeMs } = await stat(path)
	// PostgreSQL never gets past an empty one either, which a power failure may leave; a young one is just being written.
	if (seen === '' && Date.now() - mtimeMs > BEING_WRITTEN_MS) await rm(path)
	const pid = Number.parseInt(seen, 10)
	if (!pid || !isAlive(pid) || (await isPostmaster(pid, cluster))) return
	const draft = `${path}.${process.pid}`
	await writeFile(draft, seen.replace(/^-?\d+/, String(process.pid)), { mode: 0o600 })
	await chown(draft, uid, gid)
	// Without a pause in between: another starting PostgreSQL may have replaced the file.
	if (readFileSync(path, 'utf8') === seen) renameSync(draft, path)
	else await rm(draft)
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0)
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM'
	}
}

/** Fast shutdown; after half a minute without regard to what is unsaved, which costs the next start a recovery and no commit. */
export async function stopPostmaster(cluster: string, pid: number): Promise<void> {
	for (const [signal, waitMs] of [
		['SIGINT', FAST_SHUTDOWN_MS],
		['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
	] as const) {
		const deadline = Date.now() + waitMs
		for (let sent = false; await isPostmaster(pid, cluster); await sleep(POLL_MS)) {
			if (Date.now() > deadline) break
			if (!sent && isAlive(pid)) sent = process.kill(pid, signal)
		}
	}
	if (await isPostmaster(pid, cluster)) throw new Error(`PostgreSQL (pid ${pid}) does not stop`)
}
