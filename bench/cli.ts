// npm run bench: measures the server beside the database's own limit. Nothing but the loader touches a folder that is named;
// a run makes its own and removes it.

import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import type pg from 'pg'
import { verifyChains } from '../src/queries/chains.ts'
import { verify } from '../src/queries/verify.ts'
import { measure } from './measure.ts'
import { full, quick } from './plans.ts'
import { reportOf, tableOf } from './report.ts'
import { openStage, type Stage } from './stage.ts'
import { addCustomers, addSales, cover, type Progress, prepare, settle } from './stock.ts'

const customersOfRun = 2_000
const salesOfRun = 20_000
/** Each sale of the stock has five payments; each customer that buys at all buys ten times, so that a page of 50 is full. */
const paymentsOfSale = 5
const salesOfBuyer = 10

const say = (line: string) => process.stderr.write(`${line}\n`)
const progress: Progress = (what, done, all) => say(`  ${what} ${done} of ${all}`)

const program = new Command('bench').description('measures the server beside what the database alone can do')

program
	.command('run', { isDefault: true })
	.description('every scenario, interleaved with the yardsticks; the report as Markdown on stdout')
	.option('--quick', 'under three minutes instead of under fifteen')
	.option('--json <file>', 'also every reading as JSON')
	.action(async (options: { quick?: true; json?: string }) => {
		await onStage(null, async (stage) => {
			const customers = await addCustomers(stage, customersOfRun)
			await addSales(stage, stage.merchant, customers, salesOfRun)
			await cover(stage)
			await settle(stage.pool)
			const plan = options.quick ? quick : full
			const readings = await measure({ stage, merchant: stage.merchant, customers }, plan, say)
			const report = reportOf(readings, await settingsOf(stage.pool))
			if (options.json !== undefined) await writeFile(options.json, JSON.stringify(report, null, '\t'))
			process.stdout.write(tableOf(report))
			await booksMustBalance(stage)
		})
	})

program
	.command('load')
	.description('fills a data folder with customers, sales and payments on which verify is clean')
	.requiredOption('--payments <count>', 'how many, a multiple of 50', (text) => Number(text))
	.requiredOption('--folder <folder>', 'where; made if it is not there')
	.action(async ({ payments, folder }: { payments: number; folder: string }) => {
		const sales = payments / paymentsOfSale
		if (!Number.isInteger(sales / salesOfBuyer) || sales <= 0) throw new Error('--payments must be a multiple of 50')
		await onStage(folder, async (stage) => {
			const startedAtMs = performance.now()
			const customers = await addCustomers(stage, sales / 2, progress)
			await addSales(stage, stage.merchant, customers.slice(0, sales / salesOfBuyer), sales, undefined, progress)
			await cover(stage)
			await settle(stage.pool)
			say(`loaded in ${((performance.now() - startedAtMs) / 1_000).toFixed(0)} s`)
			await booksMustBalance(stage)
		})
	})

async function onStage(folder: string | null, work: (stage: Stage) => Promise<void>): Promise<void> {
	const stage = await openStage(folder)
	try {
		await prepare(stage)
		await work(stage)
	} finally {
		await stage.close()
	}
}

/** What makes a commit durable, and how much there is. */
async function settingsOf(pool: pg.Pool): Promise<Record<string, string>> {
	const { rows } = await pool.query(`
		select
			current_setting('server_version') as "PostgreSQL", current_setting('fsync') as fsync,
			current_setting('synchronous_commit') as synchronous_commit, current_setting('shared_buffers') as shared_buffers,
			pg_size_pretty(pg_database_size(current_database())) as size
	`)
	return rows[0]
}

/** Yardstick A keeps no books of payments, but what it wrote must hold together like everything else. */
async function booksMustBalance({ pool, vault }: Stage): Promise<void> {
	const startedAtMs = performance.now()
	const findings = [...(await verify(pool)), await verifyChains(pool, vault)]
	const wrong = findings.filter((finding) => finding.wrong > 0)
	for (const { invariant, examples } of wrong) say(`${invariant.en}: ${examples.join('; ')}`)
	if (wrong.length > 0) throw new Error('the books do not balance')
	const looks = findings.reduce((sum, { checked }) => sum + checked, 0)
	const seconds = (performance.now() - startedAtMs) / 1_000
	say(`verify: ${looks} looks in ${seconds.toFixed(1)} s, all well`)
}

await program.parseAsync()
