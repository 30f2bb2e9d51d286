// Where measurements take place: an embedded PostgreSQL with its default durability, the server as a process of its own in
// production mode, and one merchant that sells. A stage on a folder that has been loaded before finds what is there.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { migrateJobs } from '../src/jobs/jobs.ts'
import { limits } from '../src/limits.ts'
import type { MerchantCredentials } from '../src/sdk/sign.ts'
import { connect, wholeTableTimeoutMs } from '../src/store/connect.ts'
import { startEmbedded } from '../src/store/embedded.ts'
import { openVault } from '../src/store/master-key.ts'
import { createMerchant, findCaller } from '../src/store/merchants.ts'
import { migrate } from '../src/store/migrate.ts'
import type { Vault } from '../src/store/vault.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** As `npm start` has it: with more room for young objects the server grows to twice the memory and is no faster. */
const heap = ['--max-semi-space-size=8']
const readyWithinMs = 30_000
const stopWithinMs = 30_000

export interface Stage {
	readonly databaseUrl: string
	readonly masterKey: string
	readonly postmasterPid: number
	readonly pool: pg.Pool
	readonly vault: Vault
	/** Sells without a limit of its own. */
	readonly merchant: StageMerchant
	/** Sells the same with a credit limit, so that all its sales share one row. */
	readonly limitedMerchant: StageMerchant
	close(): Promise<void>
}

export interface StageMerchant extends MerchantCredentials {
	readonly id: number
}

/** null = a new folder, removed at the end. */
export async function openStage(folder: string | null): Promise<Stage> {
	const path = folder ?? (await mkdtemp(join(tmpdir(), 'sonra-bench-')))
	await mkdir(path, { recursive: true, mode: 0o700 })
	const masterKey = await keyIn(path)
	const embedded = await startEmbedded(path, { max_connections: '400' }) // pgbench takes one for each client
	const pool = connect(embedded.url, 'bench', {
		...limits.database,
		connections: 4,
		statementTimeoutMs: wholeTableTimeoutMs,
		lockTimeoutMs: wholeTableTimeoutMs,
		answerTimeoutMs: wholeTableTimeoutMs,
	})
	const client = await pool.connect()
	await migrate(client).finally(() => client.release(true))
	await migrateJobs(embedded.url, limits.database)
	const vault = await openVault(pool, Buffer.from(masterKey, 'hex'))
	if (vault === null) throw new Error(`${path} was made under another key`)
	const postmaster = await readFile(join(path, 'postgres/postmaster.pid'), 'utf8')
	return {
		databaseUrl: embedded.url,
		masterKey,
		postmasterPid: Number(postmaster.split('\n')[0]),
		pool,
		vault,
		merchant: await merchantOn(pool, vault, 'BENCH', null),
		limitedMerchant: await merchantOn(pool, vault, 'LIMITED', 10n ** 15n),
		async close() {
			await pool.end()
			await embedded.stop()
			if (folder === null) await rm(path, { recursive: true })
		},
	}
}

async function keyIn(folder: string): Promise<string> {
	const file = join(folder, 'bench-key')
	if (!existsSync(file)) await writeFile(file, randomBytes(32).toString('hex'), { mode: 0o600 })
	return readFile(file, 'utf8')
}

async function merchantOn(pool: pg.Pool, vault: Vault, merchantId: string, creditLimit: bigint | null): Promise<StageMerchant> {
	const { merchantKey, merchantSalt } =
		(await findCaller(pool, vault, merchantId)) ?? (await createMerchant(pool, vault, merchantId, { merchantCode: merchantId }))
	const { rows } = await pool.query('update merchant set credit_limit = $2 where code = $1 returning id', [
		merchantId,
		creditLimit,
	])
	if (creditLimit !== null) {
		await pool.query('insert into merchant_exposure (merchant_id) values ($1) on conflict do nothing', [rows[0].id])
	}
	return { merchantId, merchantKey, merchantSalt, id: rows[0].id }
}

export interface ServerProcess {
	readonly url: string
	readonly pid: number
	stop(): Promise<void>
}

/** The server as an operator runs it. Its log goes to a file, as it would. */
export async function startServer(
	{ databaseUrl, masterKey }: Stage,
	log: string,
	nodeOptions: readonly string[] = [],
): Promise<ServerProcess> {
	const nobody = 'http://127.0.0.1:9'
	const child = spawn(process.execPath, [...heap, ...nodeOptions, 'src/cli.ts', 'serve'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'inherit'],
		env: {
			PATH: process.env.PATH,
			LC_ALL: 'C',
			PORT: '0',
			DATABASE_URL: databaseUrl,
			SONRA_MASTER_KEY: masterKey,
			SONRA_BUREAU_URL: nobody,
			SONRA_IDENTITY_URL: nobody,
			SONRA_SMS_URL: nobody,
			SONRA_MERCHANT_CALLS_PER_SECOND: '1000000',
			SONRA_ADDRESS_CALLS_PER_SECOND: '1000000',
		},
	})
	const url = await readyAt(child)
	child.stdout.pipe(createWriteStream(log))
	return { url, pid: child.pid as number, stop: () => ended(child) }
}

async function readyAt(child: ChildProcess): Promise<string> {
	let said = ''
	const listen = (text: Buffer) => {
		said += text
	}
	child.stdout?.on('data', listen)
	for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += 20) {
		const url = /ready at (\S+)/.exec(said)?.[1]
		if (url !== undefined) {
			child.stdout?.off('data', listen)
			return url
		}
		if (child.exitCode !== null) break
		await sleep(20)
	}
	child.kill('SIGKILL')
	throw new Error(`the server did not start:\n${said}`)
}

async function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return
	const end = new Promise((resolve) => child.once('exit', resolve))
	const impatient = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
	child.kill('SIGTERM')
	await end
	clearTimeout(impatient)
}
