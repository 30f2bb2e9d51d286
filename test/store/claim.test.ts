// One server per data folder. The claim is PostgreSQL's, so these need no folder: a database of their own is enough.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { claimDataFolder, joinDataFolder } from '../../src/store/claim.ts'
import { openDataFolder } from '../../src/store/data-folder.ts'
import { type FreshDatabase, freshDatabase } from '../database.ts'
import { temporaryFolder } from '../folder.ts'
import { until } from '../process.ts'

let database: FreshDatabase
beforeAll(async () => {
	database = await freshDatabase()
})
afterAll(() => database.drop())

const nothing = async () => {}

async function claimed(holder: string, waitMs = 0) {
	const claim = await claimDataFolder(database.url, waitMs, holder)
	if ('heldBy' in claim) throw new Error(`held by ${claim.heldBy}`)
	return claim
}

test('a folder in use is refused with the name of its holder, and is free once released', async () => {
	const claim = await claimed('sonra serve pid 1 http://127.0.0.1:8080')
	expect(await claimDataFolder(database.url, 50, 'the late')).toEqual({ heldBy: 'sonra serve pid 1 http://127.0.0.1:8080' })
	await claim.leave(nothing)
	await (await claimed('the next one')).leave(nothing)
})

test('a claim is waited for', async () => {
	const claim = await claimed('first')
	const next = claimed('second', 10_000)
	await claim.leave(nothing)
	await (await next).leave(nothing)
})

test('a claim vanishes with its process, even by kill -9', async () => {
	const program = `
		import { claimDataFolder } from '${new URL('../../src/store/claim.ts', import.meta.url)}'
		console.log(await claimDataFolder('${database.url}', 0, 'the doomed'))`
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
	onTestFinished(() => void child.kill('SIGKILL'))
	await once(child.stdout, 'data')
	expect(await claimDataFolder(database.url, 0, 'the late')).toEqual({ heldBy: 'the doomed' })
	child.kill('SIGKILL')
	await (await claimed('the heir', 10_000)).leave(nothing)
})

test('whoever leaves is told to stop PostgreSQL where nobody else is there, and only then', async () => {
	const left: string[] = []
	const leave = (who: string) => async () => void left.push(who)
	const server = await claimed('the server')
	const one = await joinDataFolder(database.url, 'one')
	const two = await joinDataFolder(database.url, 'two')
	await one.leave(leave('one'))
	await server.leave(leave('the server'))
	expect(left).toEqual([])
	await two.leave(leave('two'))
	expect(left).toEqual(['two'])
	const all = await Promise.all(['a', 'b', 'c', 'd'].map((who) => joinDataFolder(database.url, who)))
	await Promise.all(all.map((each) => each.leave(leave('one of all'))))
	expect(new Set(left)).toEqual(new Set(['two', 'one of all']))
})

test('whoever comes while PostgreSQL is being stopped is kept out until it is', async () => {
	const watcher = new pg.Client({ connectionString: database.url })
	await watcher.connect()
	const order: string[] = []
	let coming: Promise<void> | undefined
	const first = await joinDataFolder(database.url, 'first')
	await first.leave(async () => {
		coming = joinDataFolder(database.url, 'second').then((second) => {
			order.push('came in')
			return second.leave(nothing)
		})
		await until('the second one waits', async () => {
			const { rowCount } = await watcher.query(
				`select from pg_stat_activity where application_name = 'second' and wait_event_type = 'Lock'`,
			)
			return rowCount === 1
		})
		order.push('stopped')
	})
	await coming
	expect(order).toEqual(['stopped', 'came in'])
	await watcher.end()
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
