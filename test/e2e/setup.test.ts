// scripts/setup.mjs as a launcher: arguments, exit codes and signals go through, and nothing outlives it. A Node that can exec
// becomes the program; on an older one, played here by hiding process.execve, a launcher stays beside it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../folder.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const setup = join(repository, 'scripts/setup.mjs')
const { npm_lifecycle_event: _, npm_execpath: __, ...environment } = process.env

/** Says what it was given, ends with 7 on a signal and with 8 when its launcher is gone. */
async function program(): Promise<string> {
	const file = join(await temporaryFolder(), 'program.ts')
	await writeFile(
		file,
		`import { onLauncherGone } from '${join(repository, 'src/launcher.ts')}'
		const say = (line: string) => process.stdout.write(line + '\\n')
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { say(signal); process.exit(7) })
		onLauncherGone(() => { say('launcher gone'); process.exit(8) })
		setTimeout(() => process.exit(9), 20_000)
		say(JSON.stringify(process.argv.slice(2)))
		if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]))
		if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')`,
	)
	return file
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = environment): ChildProcess {
	const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
	onTestFinished(() => void child.kill('SIGKILL'))
	return child
}

/** Everything written until the last process that holds the pipe has ended, and how the first one ended. */
async function ended(child: ChildProcess, saidBefore = '') {
	const [out, err, [code, signal]] = await Promise.all([
		text(child.stdout as NodeJS.ReadableStream),
		text(child.stderr as NodeJS.ReadableStream),
		once(child, 'exit'),
	])
	return { lines: (saidBefore + out).trim().split('\n'), err, code, signal }
}

async function firstLine(child: ChildProcess): Promise<string> {
	return String(await once(child.stdout as NodeJS.ReadableStream, 'data'))
}

describe.each([
	['that execs', []],
	['that cannot exec', ['--import', 'data:text/javascript,process.execve=undefined']],
])('under a Node %s', (_name, options) => {
	test('arguments and the exit code go through', async () => {
		const child = run(process.execPath, [...options, setup, await program(), 'exit', '3', 'two words', '--flag'])
		expect(await ended(child)).toEqual({ lines: ['["exit","3","two words","--flag"]'], err: '', code: 3, signal: null })
	})

	test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the program, and its exit code comes back', async (signal) => {
		const child = run(process.execPath, [...options, setup, await program()])
		const said = await firstLine(child)
		child.kill(signal)
		expect(await ended(child, said)).toMatchObject({ lines: ['[]', signal], code: 7 })
	})

	test('a program that dies of a signal is seen to', async () => {
		const child = run(process.execPath, [...options, setup, await program(), 'die'])
		expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGKILL' })
	})

	test('when npm is killed with -9 the program ends', async () => {
		const words = [process.execPath, ...options, setup, await program()].map((word) => `'${word}'`).join(' ')
		const npm = run('sh', ['-c', `${words}; true`], { ...environment, npm_lifecycle_event: 'start' })
		const said = await firstLine(npm)
		npm.kill('SIGKILL')
		const { lines } = await ended(npm, said)
		expect(lines).toHaveLength(2)
		expect(['launcher gone', 'SIGTERM']).toContain(lines[1])
	})
})

test('when a launcher that stays is killed with -9 the program ends', async () => {
	const child = run(process.execPath, ['--import', 'data:text/javascript,process.execve=undefined', setup, await program()])
	const said = await firstLine(child)
	child.kill('SIGKILL')
	expect((await ended(child, said)).lines).toEqual(['[]', 'launcher gone'])
})

test('a program run without a launcher does not mind who its parent is', async () => {
	const child = run(process.execPath, [await program()], { ...environment, SONRA_LAUNCHER: '1' })
	const said = await firstLine(child)
	child.kill('SIGTERM')
	expect((await ended(child, said)).lines).toEqual(['[]', 'SIGTERM'])
})

describe('in a clone without dependencies', () => {
	/** A clone whose npm is a shell script. */
	async function clone(npm: string) {
		const folder = await temporaryFolder()
		await mkdir(join(folder, 'scripts'))
		await mkdir(join(folder, 'bin'))
		await copyFile(setup, join(folder, 'scripts/setup.mjs'))
		await copyFile(join(repository, 'package-lock.json'), join(folder, 'package-lock.json'))
		await writeFile(join(folder, 'bin/npm'), `#!/bin/sh\n${npm}\n`)
		await chmod(join(folder, 'bin/npm'), 0o755)
		await writeFile(join(folder, 'hello.ts'), `const greeting: string = 'hello'\nprocess.stdout.write(greeting)`)
		const env = { ...environment, PATH: `${join(folder, 'bin')}:${environment.PATH}` }
		return { folder, start: () => ended(run(process.execPath, [join(folder, 'scripts/setup.mjs'), 'hello.ts'], env)) }
	}
	const install = 'echo "$@" >> asked; echo chatter; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json'

	test('they are installed once, in one line, and again only when the lock file asks for others', async () => {
		const { folder, start } = await clone(install)
		expect(await start()).toMatchObject({ lines: ['hello'], err: 'Installing dependencies, once …\n', code: 0 })
		expect(await start()).toMatchObject({ lines: ['hello'], err: '', code: 0 })
		const lock = await readFile(join(folder, 'package-lock.json'), 'utf8')
		await writeFile(join(folder, 'package-lock.json'), lock.replace(/("node_modules\/pg": \{\s*"version": ")[^"]+/, '$199.0.0'))
		expect(await start()).toMatchObject({ lines: ['hello'], err: 'Installing dependencies, once …\n' })
		expect((await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')).toHaveLength(2)
	})

	test('what npm says is shown when it fails, and nothing is run', async () => {
		const { start } = await clone('echo no network >&2; exit 1')
		const { lines, err, code } = await start()
		expect([lines, code]).toEqual([[''], 1])
		expect(err).toBe('Installing dependencies, once …\nno network\nnpm install failed\n')
	})
})
