// The migration runner on SQL files of the test's own, each test in a database of its own without Sonra's tables.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { migrate, pendingMigrations } from '../../src/store/migrate.ts'
import { freshDatabase } from '../database.ts'
import { temporaryFolder } from '../folder.ts'

async function emptyDatabase(files: Record<string, string>) {
	const folder = await temporaryFolder()
	const put = async (more: Record<string, string>) => {
		for (const [name, text] of Object.entries(more)) await writeFile(join(folder, name), text)
	}
	await put(files)
	const database = await freshDatabase()
	onTestFinished(() => database.drop())
	const connect = async () => {
		const client = new pg.Client({ connectionString: database.url })
		await client.connect()
		onTestFinished(() => client.end())
		return client
	}
	const client = await connect()
	await client.query('drop schema public cascade; create schema public')
	return { folder, put, client, connect }
}

const two = {
	'0001_first.sql': 'create table first (n int);',
	'0002_second.sql': 'create table second (n int); insert into second values (2);',
}

test('files are applied in order and once, and others in the folder are not looked at', async () => {
	const { folder, put, client } = await emptyDatabase({ ...two, 'schema.sql': 'nonsense', '10_short.sql': 'nonsense' })
	expect(await pendingMigrations(client, folder)).toEqual(['0001_first.sql', '0002_second.sql'])
	expect(await migrate(client, folder)).toEqual(['0001_first.sql', '0002_second.sql'])
	expect(await migrate(client, folder)).toEqual([])
	await put({ '0003_third.sql': 'alter table first add m int;' })
	expect(await pendingMigrations(client, folder)).toEqual(['0003_third.sql'])
	expect(await migrate(client, folder)).toEqual(['0003_third.sql'])
	expect((await client.query('select n, m from first')).rows).toEqual([])
})

test('looking at what is pending changes nothing', async () => {
	const { folder, client } = await emptyDatabase(two)
	await pendingMigrations(client, folder)
	expect((await client.query(`select to_regclass('migration') as found`)).rows).toEqual([{ found: null }])
})

test('a file that fails leaves nothing of itself, keeps those before it, and is named with its line', async () => {
	const { folder, put, client } = await emptyDatabase({
		...two,
		'0003_bad.sql': 'create table third (n int);\n\nselect nonsense;',
	})
	await expect(migrate(client, folder)).rejects.toThrow('migration 0003_bad.sql, line 3: column "nonsense" does not exist')
	expect((await client.query(`select to_regclass('second') as second, to_regclass('third') as third`)).rows).toEqual([
		{ second: 'second', third: null },
	])
	await put({ '0003_bad.sql': 'create table third (n int);' })
	expect(await migrate(client, folder)).toEqual(['0003_bad.sql'])
})

test('an applied file that was changed, is missing or was overtaken stops everything', async () => {
	const { folder, put, client } = await emptyDatabase(two)
	await migrate(client, folder)
	await put({ '0003_third.sql': 'create table third (n int);' })

	await put({ '0002_second.sql': '-- changed' })
	await expect(migrate(client, folder)).rejects.toThrow('0002_second.sql was changed after it was applied')
	await expect(pendingMigrations(client, folder)).rejects.toThrow('0002_second.sql was changed after it was applied')

	await rm(join(folder, '0002_second.sql'))
	await expect(migrate(client, folder)).rejects.toThrow('0002_second.sql, which this version of Sonra does not know')

	await put({ ...two, '0001_late.sql': 'create table late (n int);', '0000_later.sql': '' })
	await expect(migrate(client, folder)).rejects.toThrow('0000_later.sql comes before 0001_first.sql')
	expect((await client.query(`select to_regclass('third') as third, to_regclass('late') as late`)).rows).toEqual([
		{ third: null, late: null },
	])
})

test('of processes that migrate at once, one does the work', async () => {
	const { folder, connect } = await emptyDatabase(two)
	const clients = await Promise.all([1, 2, 3, 4].map(connect))
	const applied = await Promise.all(clients.map((client) => migrate(client, folder)))
	expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 0, 2])
})

test('the lock is given back and the session is as before, also after a failure', async () => {
	const { folder, client } = await emptyDatabase({ '0001_bad.sql': 'nonsense' })
	await expect(migrate(client, folder)).rejects.toThrow('syntax error')
	expect((await client.query(`select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`)).rowCount).toBe(0)
	expect((await client.query('show lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
})

test('the template of the tests has every migration of Sonra', async () => {
	const database = await freshDatabase()
	onTestFinished(() => database.drop())
	expect(database.url).not.toBe(inject('databaseUrl'))
	const client = new pg.Client({ connectionString: database.url })
	await client.connect()
	expect(await pendingMigrations(client).finally(() => client.end())).toEqual([])
})
