// Sonra as real processes: started as `npm start` and `npm run sonra` start it, told by signals, watched by what they print.
// Whatever a test leaves behind is ended by `endProcesses` and `remove`, by pid.

import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPostmaster, stopPostmaster } from '../src/store/embedded-postmaster.ts'

const execute = promisify(execFile)

const root = fileURLToPath(new URL('..', import.meta.url))
/** Halves what it takes to start one of the many processes. */
const compileCache = join(tmpdir(), 'sonra-test-compile-cache')

export type Settings = Readonly<Record<string, string>>

/** What production has to be told; nobody listens there. */
export const nobodysNeighbours: Settings = {
	SONRA_BUREAU_URL: 'http://127.0.0.1:9',
	SONRA_IDENTITY_URL: 'http://127.0.0.1:9',
	SONRA_SMS_URL: 'http://127.0.0.1:9',
}

export interface Ending {
	readonly code: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
}

interface Program {
	readonly pid: number
	readonly stdout: string
	readonly stderr: string
	readonly ended: Promise<Ending>
	signal(name: NodeJS.Signals): void
}

const running = new Set<Program>()

/** `node scripts/setup.mjs src/cli.ts …`, with these settings and no others. */
function start(words: readonly string[], settings: Settings, input = ''): Program {
	const child = spawn(process.execPath, ['scripts/setup.mjs', 'src/cli.ts', ...words], {
		cwd: root,
		env: { PATH: process.env.PATH, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache, ...settings },
	})
	let [stdout, stderr] = ['', '']
	child.stdout.setEncoding('utf8').on('data', (text) => {
		stdout += text
	})
	child.stderr.setEncoding('utf8').on('data', (text) => {
		stderr += text
	})
	// A program that ends without reading its input breaks the pipe.
	child.stdin.on('error', () => {}).end(input)
	const ended = new Promise<Ending>((resolve, reject) => {
		child.once('error', reject)
		child.once('close', (code, signal) => {
			running.delete(program)
			resolve({ code, signal, stdout, stderr })
		})
	})
	const program: Program = {
		pid: child.pid as number,
		get stdout() {
			return stdout
		},
		get stderr() {
			return stderr
		},
		ended,
		signal: (name) => void child.kill(name),
	}
	running.add(program)
	return program
}

/** One command of the command line, to its end. */
export function run(words: readonly string[], settings: Settings, input?: string): Promise<Ending> {
	return start(words, settings, input).ended
}

export interface Server extends Program {
	/** Where it says that it listens. */
	readonly url: string
}

/** `npm start`, not yet ready. */
export function beginServe(settings: Settings): Program {
	return start(['serve'], { PORT: '0', ...settings })
}

/** `npm start`, until it says that it is ready. Throws with what it said instead. */
export async function serve(settings: Settings): Promise<Server> {
	const program = beginServe(settings)
	let ending: Ending | undefined
	void program.ended.then((end) => {
		ending = end
	})
	const url = await until('the server is ready', () => {
		if (ending) throw new Error(`the server ended with ${ending.code ?? ending.signal}:\n${ending.stdout}${ending.stderr}`)
		return /^Sonra \S+ (?:is ready at|hazır:) (\S+) .*\n\n$/ms.exec(program.stdout)?.[1]
	})
	return Object.defineProperty(program, 'url', { value: url }) as Server
}

/** Ends what is still running of all that was started here. */
export async function endProcesses(): Promise<void> {
	await Promise.all(
		[...running].map((program) => {
			program.signal('SIGKILL')
			return program.ended
		}),
	)
}

export interface DataFolder {
	readonly path: string
	/** The pid of the PostgreSQL that runs on it, if any. */
	postgres(): Promise<number | undefined>
	/** To look into its database from outside; for as long as that PostgreSQL runs. */
	databaseUrl(): Promise<string>
	/** Ends its PostgreSQL too. */
	remove(): Promise<void>
}

export async function dataFolder(): Promise<DataFolder> {
	const path = await mkdtemp(join(tmpdir(), 'sonra-process-'))
	const cluster = join(path, 'postgres')
	const postgres = async () => (await findPostmaster(cluster))?.pid
	return {
		path,
		postgres,
		async databaseUrl() {
			const password = (await readFile(join(path, 'postgres-password'), 'utf8')).trim()
			return `postgres://sonra:${password}@127.0.0.1:${(await findPostmaster(cluster))?.port}/sonra`
		},
		async remove() {
			const pid = await postgres()
			if (pid !== undefined) await stopPostmaster(cluster, pid)
			await rm(path, { recursive: true, force: true })
		},
	}
}

/** The processes that a process has started itself. */
export async function childrenOf(pid: number): Promise<number[]> {
	const { stdout } = await execute('ps', ['-o', 'pid=', '--ppid', String(pid)])
	return stdout.trim().split(/\s+/).map(Number)
}

/** A process that has ended counts as gone, also while nobody has taken note of it. */
export async function isAlive(pid: number): Promise<boolean> {
	const { stdout } = await execute('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
	return stdout.trim() !== '' && !stdout.startsWith('Z')
}

/** Looks again and again until there is something to see. Throws when there is nothing for too long. */
export async function until<T>(
	what: string,
	look: () => T | Promise<T>,
	withinMs = 20_000,
): Promise<Exclude<T, undefined | null | false | ''>> {
	const deadline = Date.now() + withinMs
	for (;;) {
		const seen = await look()
		if (seen) return seen as Exclude<T, undefined | null | false | ''>
		if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`)
		await sleep(15)
	}
}
