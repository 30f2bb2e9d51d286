// Makes the cluster and its password. Each is built under another name and put in place when complete, so that a kill -9 leaves
// nothing half-made, and of two processes starting at once the second finds the first one's.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, link, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedFailure, reasonIn } from './embedded-failure.ts'
import { chooseIdentity, command, ENVIRONMENT, type Programs } from './embedded-program.ts'

const run = promisify(execFile)

/** Far longer than initdb takes: a folder older than this was left by a killed first start. */
const ABANDONED_AFTER_MS = 10 * 60_000

export async function createCluster(folder: string, cluster: string, programs: Programs, durable: boolean) {
	const identity = await chooseIdentity(folder, cluster)
	await chmod(folder, 0o700)
	await createPassword(folder)
	await removeAbandoned(folder)
	const unfinished = await mkdtemp(`${cluster}.new-`)
	if (identity.user.uid !== undefined) {
		await chown(unfinished, identity.user.uid, identity.user.gid)
		await chown(passwordOf(folder), identity.user.uid, identity.user.gid)
	}
	const [program, args] = command(identity, programs.initdb, [
		`--pgdata=${unfinished}`,
		'--username=sonra',
		`--pwfile=${passwordOf(folder)}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale=C',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		'--data-checksums',
		'--no-instructions',
		...(durable ? [] : ['--no-sync']),
	])
	try {
		await run(program, args, { ...identity.user, env: ENVIRONMENT, cwd: '/' })
		await rename(unfinished, cluster)
	} catch (cause) {
		await rm(unfinished, { recursive: true, force: true })
		// Another process was first; its cluster is as good as ours.
		if (existsSync(cluster)) return
		const { stderr, message } = cause as Error & { stderr?: string }
		throw new EmbeddedFailure('not-created', reasonIn(stderr || message), { cause })
	}
	await syncFolder(folder)
}

async function removeAbandoned(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (!name.startsWith('postgres.new-')) continue
		const path = join(folder, name)
		const age = await stat(path).then(
			(found) => Date.now() - found.mtimeMs,
			() => 0, // renamed or removed by its owner in this moment
		)
		if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true })
	}
}

const passwordOf = (folder: string) => join(folder, 'postgres-password')

/** Linked into place: the first process wins, and nobody ever reads half a password. */
async function createPassword(folder: string): Promise<void> {
	const draft = join(folder, `postgres-password.${randomBytes(6).toString('hex')}`)
	await writeFile(draft, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true })
	try {
		await link(draft, passwordOf(folder))
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
	} finally {
		await rm(draft)
	}
}

export async function readPassword(folder: string): Promise<string> {
	return (await readFile(passwordOf(folder), 'utf8')).trim()
}

async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder)
	await handle.sync().finally(() => handle.close())
}
