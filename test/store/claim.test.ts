// One server per data folder. The claim is PostgreSQL's, so these need no folder: a database of their own is enough.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { claimDataFolder } from '../../src/store/claim.ts'
import { openDataFolder } from '../../src/store/data-folder.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { temporaryFolder } from '../folder.ts'

let database: FreshDatabase
beforeAll(async () => {
	database = await freshDatabase()
})
afterAll(() => database.drop())

async function claimed(holder: string, waitMs = 0) {
	const claim = await claimDataFolder(database.url, waitMs, holder)
	if ('heldBy' in claim) throw new Error(`held by ${claim.heldBy}`)
	return claim
}

test('a folder in use is refused with the name of its holder, and is free once released', async () => {
	const claim = await claimed('sonra serve pid 1 http://127.0.0.1:8080')
	expect(await claimDataFolder(database.url, 50)).toEqual({ heldBy: 'sonra serve pid 1 http://127.0.0.1:8080' })
	await claim.release()
	await (await claimed('the next one')).release()
})

test('a claim is waited for', async () => {
	const claim = await claimed('first')
	const next = claimed('second', 10_000)
	await claim.release()
	await (await next).release()
})

test('a claim vanishes with its process, even by kill -9', async () => {
	const program = `
		import { claimDataFolder } from '${new URL('../../src/store/claim.ts', import.meta.url)}'
		console.log(await claimDataFolder('${database.url}', 0, 'the doomed'))`
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
	onTestFinished(() => void child.kill('SIGKILL'))
	await once(child.stdout, 'data')
	expect(await claimDataFolder(database.url, 0)).toEqual({ heldBy: 'the doomed' })
	child.kill('SIGKILL')
	await (await claimed('the heir', 10_000)).release()
})

test('a claim whose session PostgreSQL has ended is taken again', async () => {
	const claim = await claimed('the steady')
	const client = new pg.Client({ connectionString: database.url })
	await client.connect()
	await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the steady'`)
	const holders = `select from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and application_name = 'the steady'`
	await vi.waitFor(async () => expect((await client.query(holders)).rowCount).toBe(1), { timeout: 10_000 })
	await claim.release()
	await vi.waitFor(async () => expect((await client.query(holders)).rowCount).toBe(0), { timeout: 10_000 })
	await client.end()
})

test('whoever waits for a folder whose server ends starts its PostgreSQL again', async () => {
	const dataDir = await temporaryFolder()
	const first = await openDataFolder(dataDir, 0, 'first')
	if ('heldBy' in first) throw new Error(first.heldBy)
	const waiting = openDataFolder(dataDir, 20_000, 'second')
	expect(await openDataFolder(dataDir, 0, 'third')).toEqual({ heldBy: 'first' })
	await first.close()
	const second = await waiting
	if ('heldBy' in second) throw new Error(second.heldBy)
	expect(await openDataFolder(dataDir, 0, 'third')).toEqual({ heldBy: 'second' })
	await second.close()
})
