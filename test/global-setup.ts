// One embedded PostgreSQL for the whole test run, with a migrated template that every test file clones (see database.ts).
// It forgets everything at the end, so it may skip fsync.
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrateJobs } from '../src/jobs/jobs.ts'
import { limits } from '../src/limits.ts'
import { startEmbedded } from '../src/store/embedded.ts'
import { migrate } from '../src/store/migrate.ts'
import { boundFolder } from './folder.ts'

declare module 'vitest' {
	interface ProvidedContext {
		databaseUrl: string
	}
}

export default async function setup(project: TestProject) {
	const folder = await boundFolder()
	const database = await startEmbedded(folder.path, { fsync: 'off', max_connections: '400' })
	const client = new pg.Client({ connectionString: database.url })
	await client.connect()
	await migrate(client).finally(() => client.end())
	await migrateJobs(database.url, limits.database)
	project.provide('databaseUrl', database.url)
	return async () => {
		await database.stop()
		await folder.remove()
	}
}
