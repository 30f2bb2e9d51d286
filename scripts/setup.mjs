// Makes a clone runnable, then runs something in it: node scripts/setup.mjs [<Node's own options…> <file> <args…>]
// It runs before anything is installed and on Node 20, so it is plain JavaScript and imports nothing of ours. Where Node can, it
// becomes the program it starts, and no launcher is left between the caller and the server; see src/launcher.ts for the rest.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const underNpm = process.env.npm_lifecycle_event !== undefined

if (!isInstalled()) install()
const words = process.argv.slice(2)
const optionCount = words.findIndex((word) => !word.startsWith('--'))
const [file, ...args] = words.slice(optionCount)
if (file) run(chooseNode(), [...words.slice(0, optionCount), resolve(root, file), ...args])

/** Compares what the lock file asks for with what npm noted down when it finished, so an install by hand counts too. */
function isInstalled() {
	const noted = join(root, 'node_modules/.package-lock.json')
	if (!existsSync(noted)) return false
	const installed = readPackages(noted)
	const withoutDev = !Object.values(installed).some((found) => found.dev)
	return Object.entries(readPackages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
		if (path === '') return true
		if (installed[path]) return installed[path].version === wanted.version
		return wanted.optional || (wanted.dev && withoutDev)
	})
}

function readPackages(path) {
	return JSON.parse(readFileSync(path, 'utf8')).packages
}

function install() {
	say('Installing dependencies, once …')
	// Not `npm ci`: it first deletes node_modules, with the Node that may be running this, and it refuses a lock file made where
	// the registry does not carry every platform's optional packages. This installs what the lock file says and leaves it alone.
	const words = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
	// Under npm, `node` on the path is the one in node_modules that npm may be about to replace: ask for npm's own.
	const { npm_execpath: npmFile, npm_node_execpath: npmNode } = process.env
	const [command, first] = npmNode && npmFile?.endsWith('npm-cli.js') ? [npmNode, [npmFile]] : ['npm', []]
	const { status, stdout, stderr, error } = spawnSync(command, [...first, ...words], { cwd: root, encoding: 'utf8' })
	if (status !== 0) fail(`${stdout ?? ''}${stderr ?? ''}npm install failed${error ? `: ${error.message}` : ''}`)
}

function chooseNode() {
	const pinned = join(root, 'node_modules/.bin/node')
	if (existsSync(pinned)) {
		// The pinned Node is an optional package, and built for glibc: it may be there and not start.
		if (realpathSync(pinned) === process.execPath || spawnSync(pinned, ['--version']).status === 0) return pinned
	}
	const [major, minor] = process.versions.node.split('.').map(Number)
	if (major < 22 || (major === 22 && minor < 18)) fail(`Sonra needs Node.js 22.18 or newer; this is ${process.versions.node}`)
	return process.execPath
}

function run(node, words) {
	if (process.execve) {
		const launcher = underNpm ? { SONRA_LAUNCHER: String(process.ppid) } : {}
		process.execve(node, [node, ...words], { ...process.env, ...launcher })
	}
	const child = spawn(node, words, { stdio: 'inherit', env: { ...process.env, SONRA_LAUNCHER: String(process.pid) } })
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
	const parent = process.ppid
	if (underNpm) setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500)
	child.on('exit', (code, signal) => {
		if (signal === null) process.exit(code)
		// Ends of the same signal, so that a shell sees what happened.
		process.removeAllListeners(signal)
		process.kill(process.pid, signal)
	})
}

function say(line) {
	writeSync(2, `${line}\n`)
}

function fail(line) {
	say(line)
	process.exit(1)
}
