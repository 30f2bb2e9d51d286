// One embedded PostgreSQL for the whole test run, with a migrated template that every test file clones (see database.ts).
// It forgets everything at the end, so it may skip fsync.
import type { TestProject } from 'vitest/node'
import { readyEmbedded } from '../src/schema.ts'
import { startEmbedded } from '../src/store/embedded.ts'
import { boundFolder } from './folder.ts'

declare module 'vitest' {
	interface ProvidedContext {
		databaseUrl: string
	}
}

export default async function setup(project: TestProject) {
	const folder = await boundFolder()
	const database = await startEmbedded(folder.path, { fsync: 'off', max_connections: '400' })
	await readyEmbedded(database.url)
	project.provide('databaseUrl', database.url)
	return async () => {
		await database.stop()
		await folder.remove()
	}
}
