// The embedded PostgreSQL against real processes and real kills. Every test has a data folder of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startEmbedded } from '../../src/store/embedded.ts'
import { postmasterPid, temporaryFolder } from '../folder.ts'

const fast = { fsync: 'off' }

async function query(url: string, text: string): Promise<unknown[][]> {
	const client = new pg.Client({ connectionString: url })
	await client.connect()
	return (await client.query({ text, rowMode: 'array' }).finally(() => client.end())).rows
}

/** A process that starts the database of the folder, prints what it got and then stays. */
function startInProcess(folder: string): ChildProcess {
	const program = `
		import { startEmbedded } from '${new URL('../../src/store/embedded.ts', import.meta.url)}'
		console.log(JSON.stringify(await startEmbedded('${folder}', ${JSON.stringify(fast)})))
		setInterval(() => {}, 1000)`
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
	onTestFinished(() => void child.kill('SIGKILL'))
	return child
}

async function started(child: ChildProcess): Promise<{ url: string; startedHere: boolean }> {
	const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data')
	return JSON.parse(String(line))
}

async function killed(pid: number): Promise<void> {
	process.kill(pid, 'SIGKILL')
	while (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) await sleep(5)
}

test('the first start makes a durable UTF-8 cluster that only its owner can read', async () => {
	const folder = await temporaryFolder()
	const database = await startEmbedded(folder)
	expect(database.startedHere).toBe(true)
	expect(await query(database.url, `select current_user, current_database()`)).toEqual([['sonra', 'sonra']])
	const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'server_encoding', 'listen_addresses']
	const values = settings.map((name) => `current_setting('${name}')`)
	expect(await query(database.url, `select ${values}`)).toEqual([['on', 'on', 'on', 'on', 'UTF8', '127.0.0.1']])
	expect(await query(database.url, `select lower('ĞŞÇ'), 'Z' < 'a'`)).toEqual([['ğşç', true]])
	for (const [name, mode] of Object.entries({ '.': 0o700, postgres: 0o700, 'postgres-password': 0o600, 'postgres.log': 0o600 })) {
		expect((await stat(join(folder, name))).mode & 0o777, name).toBe(mode)
	}
	expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log'])
	await database.stop()
	expect(await postmasterPid(folder)).toBeUndefined()
})

test('what was committed is there after a stop and after a kill of PostgreSQL', async () => {
	const folder = await temporaryFolder()
	const first = await startEmbedded(folder)
	await query(first.url, 'create table kept (n int); insert into kept values (1)')
	await first.stop()

	const second = await startEmbedded(folder)
	await query(second.url, 'insert into kept values (2)')
	await killed((await postmasterPid(folder)) as number)

	const third = await startEmbedded(folder)
	expect(third.startedHere).toBe(true)
	expect(await query(third.url, 'select n from kept order by n')).toEqual([[1], [2]])
})

test('a wrong password is turned away', async () => {
	const { url } = await startEmbedded(await temporaryFolder(), fast)
	await expect(query(url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password authentication failed')
})

test('a PostgreSQL left behind by a killed process is adopted, and its adopter can stop it', async () => {
	const folder = await temporaryFolder()
	const child = startInProcess(folder)
	const { url, startedHere } = await started(child)
	expect(startedHere).toBe(true)
	const pid = await postmasterPid(folder)
	await killed(child.pid as number)

	const adopted = await startEmbedded(folder, fast)
	expect([adopted.url, adopted.startedHere]).toEqual([url, false])
	expect(await postmasterPid(folder)).toBe(pid)
	await adopted.stop()
	expect(await postmasterPid(folder)).toBeUndefined()
})

test('processes that start at once on a fresh folder share one PostgreSQL', async () => {
	const folder = await temporaryFolder()
	const all = await Promise.all([1, 2, 3].map(() => started(startInProcess(folder))))
	expect(new Set(all.map(({ url }) => url)).size).toBe(1)
	expect(all.filter(({ startedHere }) => startedHere)).toHaveLength(1)
	expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log'])
})

test('a first start killed at any moment leaves nothing that stops the next one', async () => {
	const folder = await temporaryFolder()
	for (const afterMs of [150, 250, 400, 600]) {
		const child = startInProcess(folder)
		await sleep(afterMs)
		await killed(child.pid as number)
	}
	const database = await startEmbedded(folder, fast)
	expect(await query(database.url, 'select 1')).toEqual([[1]])
})

test('what a killed first start left is removed when it is old', async () => {
	const folder = await temporaryFolder()
	for (const name of ['postgres.new-young', 'postgres.new-old']) await writeFile(join(folder, name), '')
	await utimes(join(folder, 'postgres.new-old'), 0, 0)
	await startEmbedded(folder, fast)
	expect((await readdir(folder)).filter((name) => name.startsWith('postgres.new'))).toEqual(['postgres.new-young'])
})

test('a stale postmaster.pid does not stop a start, even when its pid is now another program', async () => {
	const folder = await temporaryFolder()
	const pidFile = join(folder, 'postgres/postmaster.pid')
	await startEmbedded(folder, fast)
	await killed((await postmasterPid(folder)) as number)
	const stranger = spawn('sleep', ['60'])
	onTestFinished(() => void stranger.kill('SIGKILL'))
	await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(stranger.pid)))

	const database = await startEmbedded(folder, fast)
	expect(database.startedHere).toBe(true)
	expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
	await database.stop()

	await writeFile(pidFile, '')
	await utimes(pidFile, 0, 0)
	expect((await startEmbedded(folder, fast)).startedHere).toBe(true)
})

test('a start during a shutdown waits for its end and starts anew', async () => {
	const folder = await temporaryFolder()
	const first = await startEmbedded(folder, fast)
	const pid = await postmasterPid(folder)
	const [, second] = await Promise.all([first.stop(), sleep(2).then(() => startEmbedded(folder, fast))])
	expect(await query(second.url, 'select 1')).toEqual([[1]])
	expect(await postmasterPid(folder)).not.toBe(pid)
})

test('the sessions that outlive a killed postmaster are waited for', async () => {
	const folder = await temporaryFolder()
	const first = await startEmbedded(folder, fast)
	const session = new pg.Client({ connectionString: first.url })
	session.on('error', () => {})
	await session.connect()
	const busy = session.query(`select count(*) from generate_series(1, 5000000)`).catch(() => {})
	await sleep(20)
	await killed((await postmasterPid(folder)) as number)
	const second = await startEmbedded(folder, fast)
	expect(await query(second.url, 'select 1')).toEqual([[1]])
	await busy
})

test('a long log is put aside at the next start', async () => {
	const folder = await temporaryFolder()
	await writeFile(join(folder, 'postgres.log'), 'x'.repeat(17 * 1024 * 1024))
	await startEmbedded(folder, fast)
	expect((await stat(join(folder, 'postgres.log'))).size).toBeLessThan(10_000)
	expect((await stat(join(folder, 'postgres.log.old'))).size).toBeGreaterThan(16 * 1024 * 1024)
})

test('when PostgreSQL does not start, the error says what its log says', async () => {
	const folder = await temporaryFolder()
	await expect(startEmbedded(folder, { ...fast, shared_buffers: 'plenty' })).rejects.toThrow(
		/not-started: .*invalid value for parameter "shared_buffers": "plenty"/,
	)
})
