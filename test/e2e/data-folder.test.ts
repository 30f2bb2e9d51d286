// Who is in a data folder, and when its PostgreSQL ends: with the last one, whoever that is, and never under anybody.

import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { visitDataFolder } from '../../src/store/data-folder.ts'
import { beginServe, type DataFolder, dataFolder, endProcesses, run, serve, until } from '../process.ts'

let folder: DataFolder

beforeEach(async () => {
	folder = await dataFolder()
	onTestFinished(() => folder.remove())
})
afterAll(endProcesses)

const settings = () => ({ SONRA_DATA_DIR: folder.path, SONRA_LOG_LEVEL: 'silent' })

describe('PostgreSQL', () => {
	it('outlives the server while a command is running, and ends with the command', async () => {
		const server = await serve(settings())
		const postgres = await folder.postgres()
		const command = await visitDataFolder(folder.path, 0)
		server.signal('SIGTERM')
		expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
		expect(await folder.postgres()).toBe(postgres)
		await command.close()
		expect(await folder.postgres()).toBeUndefined()
	})

	it('outlives the command that started it while a server is there, and whatever other command comes and goes', async () => {
		const command = await visitDataFolder(folder.path, 0)
		const postgres = await folder.postgres()
		const server = await serve(settings())
		await command.close()
		expect(await run(['merchant', 'list'], settings())).toMatchObject({ code: 0, stderr: '' })
		expect(await folder.postgres()).toBe(postgres)
		expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
		server.signal('SIGTERM')
		expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
		expect(await folder.postgres()).toBeUndefined()
	})

	it('that a killed server left behind ends with the next command', async () => {
		const server = await serve(settings())
		server.signal('SIGKILL')
		await server.ended
		expect(await folder.postgres()).toBeDefined()
		expect(await run(['merchant', 'list'], settings())).toMatchObject({ code: 0, stderr: '' })
		expect(await folder.postgres()).toBeUndefined()
	})
})

describe('a Ctrl-C during a start leaves nothing running', () => {
	const begins = (name: string) => async () => (await readdir(folder.path)).some((found) => found.startsWith(name))

	it.each<[string, () => boolean | Promise<boolean>]>([
		['the cluster is being made', begins('postgres.new-')],
		['PostgreSQL is starting', async () => (await folder.postgres()) !== undefined],
		['PostgreSQL runs and the tables are made', () => existsSync(join(folder.path, 'master-key'))],
	])('while %s', async (_when, moment) => {
		const server = beginServe(settings())
		await until('the moment has come', moment)
		server.signal('SIGINT')
		expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
		expect(await folder.postgres()).toBeUndefined()
		// And nothing that stops the next one.
		const next = await serve(settings())
		next.signal('SIGINT')
		expect(await next.ended).toMatchObject({ code: 0, stderr: '' })
	})
})
