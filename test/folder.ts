// Temporary folders, with or without a PostgreSQL in them, that are gone afterwards however the test run ends: neither Ctrl-C
// nor kill -9 runs a teardown, so a shell beside us waits for our end of a pipe to close.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const REMOVE = 'read _; kill -QUIT "$(head -n 1 "$0/postgres/postmaster.pid")"; until rm -rf "$0"; do sleep 0.1; done'

/** For as long as this process lives, or until `remove`. */
export async function boundFolder(): Promise<{ path: string; remove(): Promise<void> }> {
	const path = await mkdtemp(join(tmpdir(), 'sonra-test-'))
	const remover = spawn('sh', ['-c', REMOVE, path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
	remover.unref()
	const stdin = remover.stdin as Socket
	stdin.unref()
	const remove = async () => {
		const gone = once(remover, 'exit')
		stdin.end()
		await gone
	}
	return { path, remove }
}

/** For one test. */
export async function temporaryFolder(): Promise<string> {
	const { path, remove } = await boundFolder()
	onTestFinished(remove)
	return path
}

/** The live PostgreSQL of a data folder; undefined when there is none. Linux only. */
export async function postmasterPid(dataDir: string): Promise<number | undefined> {
	const file = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
	const pid = Number.parseInt(file, 10)
	const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
	return commandLine.includes(dataDir) ? pid : undefined
}
