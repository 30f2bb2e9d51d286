// The connections to PostgreSQL, and what its errors mean to us. Statements are named, so each connection prepares a
// statement once; statements sent together without waiting share one round trip.

import pg from 'pg'
import { Conflict, Unavailable } from '../engine/fault.ts'

export interface ConnectLimits {
	readonly connections: number
	readonly connectTimeoutMs: number
	readonly statementTimeoutMs: number
	readonly lockTimeoutMs: number
	/** Longer than PostgreSQL itself lets a statement take: whoever is silent for this long is frozen, or the line is cut. */
	readonly answerTimeoutMs: number
	/** A connection on which nothing is said is probed after this long, on both ends. */
	readonly keepAliveMs: number
}

/** A statement with a name of its own. Its text never depends on a request. */
export interface Statement {
	readonly name: string
	readonly text: string
}

/**
 * The ways of planning that read more of a table than the rows asked for. A plan chosen while the tables were small would go on
 * reading them whole when they are large, so what is left is to look up rows one by one through an index. A statement that does
 * want whole tables turns these on for itself.
 */
const wholeTablePlans = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material']
/** How long such a statement may take: a bound all the same, for a database that has frozen. */
const wholeTableTimeoutMs = 24 * 60 * 60 * 1000

/**
 * For connections that only look rows up by their keys: each statement is planned once. PostgreSQL would plan most of them anew each
 * time, for the sake of values that change nothing in such a plan, and that was half of what a small group cost it.
 */
export const planOnce = ['-c plan_cache_mode=force_generic_plan']

export function connect(url: string, purpose: string, limits: ConnectLimits, options: readonly string[] = []): pg.Pool {
	const pool = new pg.Pool({
		connectionString: url,
		application_name: `sonra ${purpose}`,
		max: limits.connections,
		connectionTimeoutMillis: limits.connectTimeoutMs,
		statement_timeout: limits.statementTimeoutMs,
		lock_timeout: limits.lockTimeoutMs,
		query_timeout: limits.answerTimeoutMs,
		keepAlive: true,
		keepAliveInitialDelayMillis: limits.keepAliveMs,
		idle_in_transaction_session_timeout: limits.statementTimeoutMs,
		pipeline: true,
		types: { getTypeParser },
		options: [
			...wholeTablePlans.map((setting) => `-c ${setting}=off`),
			'-c jit=off',
			'-c timezone=UTC',
			`-c tcp_keepalives_idle=${Math.ceil(limits.keepAliveMs / 1000)}`,
			...options,
		].join(' '),
	})
	// A connection that breaks is simply gone: the statements under way fail with an error of their own, and the next use makes a
	// new one. Without a listener on the pool for the idle ones, and on each for those in use, the break would end the process.
	pool.on('error', () => {})
	pool.on('connect', (client) => client.on('error', () => {}))
	return pool
}

/** Amounts and ids come as bigint, dates as their text; instants are written but never read back. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
	if (oid === pg.types.builtins.INT8) return BigInt
	if (oid === pg.types.builtins.DATE) return String
	return pg.types.getTypeParser(oid, format as 'text')
}

/**
 * Runs statements on one connection: what `work` sends without waiting in between goes in one round trip. A connection on
 * which anything failed is thrown away, and with it whatever transaction it was in.
 */
export async function onConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
	const client = await acquire(pool)
	try {
		const result = await work(client)
		client.release()
		return result
	} catch (error) {
		client.release(true)
		throw asFault(error)
	}
}

export async function acquire(pool: pg.Pool): Promise<pg.PoolClient> {
	try {
		return await pool.connect()
	} catch (error) {
		throw new Unavailable('no connection to the database', { cause: error })
	}
}

/** Sends several reads in one round trip, all of one moment; `read` must not wait between them. */
export function onSnapshot<T extends object>(
	pool: pg.Pool,
	read: (client: pg.PoolClient) => { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
	return onConnection(pool, async (client) => {
		const sent = inOneWrite(client, () => ({
			begun: client.query({ name: 'begin-snapshot', text: 'begin isolation level repeatable read read only' }),
			...read(client),
			ended: client.query({ name: 'commit', text: 'commit' }),
		}))
		const { begun: _begun, ended: _ended, ...rows } = await allOf(sent)
		return rows as unknown as T
	})
}

/** Runs a statement that may read whole tables and take its time. */
export type RunPatiently = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<pg.QueryResult<Row>>

/** Lets whole tables be read until the transaction ends. What it returns must be used: others are given up after the pool's time. */
export async function allowWholeTables(client: pg.ClientBase): Promise<RunPatiently> {
	const plans = wholeTablePlans.map((setting) => `set local ${setting} = on`)
	await client.query([...plans, `set local statement_timeout = ${wholeTableTimeoutMs}`].join('; '))
	// The driver knows more about a statement than its types say.
	return (text, values = []) => client.query({ text, values, query_timeout: wholeTableTimeoutMs } as pg.QueryConfig)
}

/** Reads whole tables, all as of one moment. */
export function onWholeTables<T>(pool: pg.Pool, work: (run: RunPatiently) => Promise<T>): Promise<T> {
	return onConnection(pool, async (client) => {
		await client.query('begin isolation level repeatable read read only')
		const result = await work(await allowWholeTables(client))
		await client.query('commit')
		return result
	})
}

/** Sends statements as one write: one by one, each would be a system call here and a wake-up there. */
export function inOneWrite<T>(client: pg.PoolClient, send: () => T): T {
	// The pool's clients are whole ones; only their type says less.
	const { stream } = (client as unknown as pg.Client).connection
	stream.cork()
	try {
		return send()
	} finally {
		stream.uncork()
	}
}

/** Waits for all statements that were sent together; the first that failed is the reason why those after it did too. */
export async function allOf<T extends object>(sent: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
	const names = Object.keys(sent) as (keyof T)[]
	const settled = await Promise.allSettled(names.map((name) => sent[name]))
	for (const result of settled) if (result.status === 'rejected') throw result.reason
	return Object.fromEntries(names.map((name, i) => [name, (settled[i] as PromiseFulfilledResult<unknown>).value])) as T
}

/** For JSON.stringify of rows. Amounts and ids go as texts: a JSON number would lose their last digits. */
export function exact(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value
}

/** The rows of a statement. */
export async function rowsOf<Row extends pg.QueryResultRow>(
	client: pg.ClientBase,
	statement: Statement,
	values: unknown[] = [],
): Promise<Row[]> {
	return (await client.query<Row>({ ...statement, values })).rows
}

const conflicts = new Set([
	'23505', // unique violation: another process made the same thing first
	'40001', // serialization failure
	'40P01', // deadlock
])

/** What an error of the driver or the database means: a conflict, an unavailable store, or (unchanged) a bug. */
export function asFault(error: unknown): unknown {
	if (error instanceof Conflict || error instanceof Unavailable) return error
	const code = (error as { code?: unknown }).code
	if (typeof code === 'string' && conflicts.has(code)) return new Conflict(`database conflict ${code}`, { cause: error })
	if (isUnavailable(error, code)) return new Unavailable('the database did not answer', { cause: error })
	return error
}

function isUnavailable(error: unknown, code: unknown): boolean {
	if (typeof code === 'string') {
		// connection exceptions, insufficient resources, operator intervention (shutdown, time-out), lock time-out, read-only
		return /^(08|53|57)/.test(code) || code === '55P03' || code === '25P03' || code === '25006' || /^E[A-Z]+$/.test(code)
	}
	return error instanceof Error && /connection (terminated|error|ended|closed)|not queryable|timeout/i.test(error.message)
}
