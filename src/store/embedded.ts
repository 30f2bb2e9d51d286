// The embedded PostgreSQL: a real one, on loopback TCP, its cluster below the data folder.
// It outlives a killed server on purpose: whoever comes next finds it and adopts it. Two starts at once end with one PostgreSQL:
// it alone decides who has the cluster, and the loser looks again.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, realpath, rename } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createCluster, readPassword } from './embedded-cluster.ts'
import { EmbeddedFailure, reasonIn } from './embedded-failure.ts'
import { disownStalePid, findPostmaster, lastPort, stopPostmaster } from './embedded-postmaster.ts'
import { chooseIdentity, command, ENVIRONMENT, findPrograms, type Programs } from './embedded-program.ts'

/** Covers a long crash recovery, not only a start. */
const READY_WITHIN_MS = 120_000
const POLL_MS = 10
const RETRY_MS = 100
const LOG_MAX_BYTES = 16 * 1024 * 1024

const SETTINGS = {
	listen_addresses: '127.0.0.1',
	unix_socket_directories: '',
	max_connections: '60',
	shared_buffers: '256MB',
	timezone: 'UTC',
	log_timezone: 'UTC',
	log_checkpoints: 'off', // routine; nobody rotates this log while PostgreSQL runs
	// The DETAIL of a unique violation spells the values of the row, which may be a person's national id.
	log_error_verbosity: 'terse',
}

export interface EmbeddedDatabase {
	/** Connection string of the database `sonra`, password included. */
	readonly url: string
	/** False when a PostgreSQL was already running on the folder and was adopted. */
	readonly startedHere: boolean
	/** Fast shutdown. Only for whoever owns the folder (see claim.ts): it ends everybody's sessions, adopted or not. */
	stop(): Promise<void>
}

/**
 * Settings are PostgreSQL's own and override ours, for example `{ fsync: 'off' }` for tests. Throws an Error that says what to do; what
 * it had started is stopped then, also where `signal` is aborted.
 */
export async function startEmbedded(
	dataDir: string,
	settings: Readonly<Record<string, string>> = {},
	signal?: AbortSignal,
): Promise<EmbeddedDatabase> {
	const programs = await findPrograms()
	await mkdir(dataDir, { recursive: true, mode: 0o700 })
	const folder = await realpath(dataDir)
	const cluster = join(folder, 'postgres')
	if (!existsSync(cluster)) await createCluster(folder, cluster, programs, settings.fsync !== 'off')
	const password = await readPassword(folder)

	const deadline = Date.now() + READY_WITHIN_MS
	// Where it was before it was killed: whoever was connected finds it again.
	let port = await lastPort(cluster)
	let attempt: Attempt | undefined
	try {
		for (;;) {
			signal?.throwIfAborted()
			const postmaster = await findPostmaster(cluster)
			if (postmaster?.ready) {
				const url = `postgres://sonra:${password}@127.0.0.1:${postmaster.port}/sonra`
				if (await answers(url)) {
					return {
						url,
						startedHere: postmaster.pid === attempt?.process.pid,
						stop: () => stopPostmaster(cluster, postmaster.pid),
					}
				}
			} else if (!postmaster && attempt?.ended) {
				if ((await passingTrouble(attempt)).includes('could not bind')) port = undefined
				attempt = undefined
				await sleep(RETRY_MS)
			} else if (!postmaster && !attempt) {
				attempt = await launch(folder, cluster, programs, { port: port ?? (await freePort()), ...settings })
			}
			if (Date.now() > deadline) {
				throw new EmbeddedFailure('not-ready', logOf(folder))
			}
			await sleep(POLL_MS)
		}
	} catch (error) {
		if (attempt?.process.pid !== undefined && !attempt.ended) await stopPostmaster(cluster, attempt.process.pid)
		throw error
	}
}

const logOf = (folder: string) => join(folder, 'postgres.log')

interface Attempt {
	readonly process: ChildProcess
	readonly log: string
	readonly logStart: number
	readonly ended: boolean
	readonly spawnError: Error | undefined
}

async function launch(
	folder: string,
	cluster: string,
	programs: Programs,
	settings: Readonly<Record<string, string>>,
): Promise<Attempt> {
	const identity = await chooseIdentity(folder, cluster)
	const log = logOf(folder)
	const logged = await openLog(log)
	try {
		const options = Object.entries({ ...SETTINGS, ...settings })
		const [program, args] = command(identity, programs.postgres, [
			'-D',
			cluster,
			...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		])
		await disownStalePid(cluster)
		// Its own process group: a Ctrl-C in the terminal must not end PostgreSQL before the server has drained.
		const child = spawn(program, args, {
			...identity.user,
			detached: true,
			env: ENVIRONMENT,
			cwd: '/',
			stdio: ['ignore', logged.handle.fd, logged.handle.fd],
		})
		child.unref()
		let spawnError: Error | undefined
		child.once('error', (error) => {
			spawnError = error
		})
		return {
			process: child,
			log,
			logStart: logged.size,
			get ended() {
				return spawnError !== undefined || child.exitCode !== null || child.signalCode !== null
			},
			get spawnError() {
				return spawnError
			},
		}
	} finally {
		await logged.handle.close()
	}
}

async function openLog(path: string) {
	const handle = await open(path, 'a', 0o600)
	const { size } = await handle.stat()
	if (size <= LOG_MAX_BYTES) return { handle, size }
	await handle.close()
	await rename(path, `${path}.old`)
	return { handle: await open(path, 'a', 0o600), size: 0 }
}

async function freePort(): Promise<string> {
	const server = createServer()
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
	const { port } = server.address() as { port: number }
	await new Promise((resolve) => server.close(resolve))
	return String(port)
}

/** What a start may meet and get past by itself: another start, a port taken meanwhile, sessions that outlive a killed postmaster. */
const PASSING = /lock file .* (already exists|is empty)|could not bind|pre-existing shared memory block/

/** What the attempt said before it ended. Throws where trying again would not help. */
async function passingTrouble(attempt: Attempt): Promise<string> {
	if (attempt.spawnError) {
		throw new EmbeddedFailure('does-not-run', attempt.spawnError.message, { cause: attempt.spawnError })
	}
	const said = (await readFile(attempt.log)).subarray(attempt.logStart).toString().trim()
	if (!PASSING.test(said)) throw new EmbeddedFailure('not-started', reasonIn(said))
	return said
}

/** PostgreSQL is "ready" a moment before it answers, and a first start killed before this point has no database yet. */
async function answers(url: string): Promise<boolean> {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
	client.on('error', () => {}) // a shutdown in this moment; unheard it would end the process
	try {
		await client.connect()
		return true
	} catch (error) {
		// A lost or refused connection has no SQLSTATE, a PostgreSQL that starts or stops has one of its own: look again.
		const sqlState = error instanceof pg.DatabaseError ? error.code : '57P03'
		if (sqlState === '3D000') await createDatabase(url)
		else if (sqlState !== '57P03' && sqlState !== '57P01') throw error
		return false
	} finally {
		await client.end()
	}
}

async function createDatabase(url: string): Promise<void> {
	const client = new pg.Client({ connectionString: url.replace(/[^/]*$/, 'postgres') })
	await client.connect()
	try {
		await client.query('create database sonra')
	} catch (error) {
		// Another process starting at the same time has created it: seen as there already, or as a unique violation.
		if (!['42P04', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error
	} finally {
		await client.end()
	}
}
