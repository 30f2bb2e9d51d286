// A run: every cell measured once a round, round after round, so that what the machine does meanwhile meets all of them, and
// each is compared with the yardstick of its own round.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLoad } from './load/run.ts'
import type { Measured } from './load/work.ts'
import { cpuMsOf, cpuMsOfPostgres, memoryMbOf } from './processes.ts'
import { type Cast, type ScenarioName, scenarios } from './scenarios.ts'
import { type ServerProcess, type Stage, type StageMerchant, startServer } from './stage.ts'
import { prepareYardsticks, sell, tpcb } from './yardsticks.ts'

/** One thing to measure. `name` is what reports and targets call it. */
export type Cell =
	| {
			readonly name: string
			readonly kind: 'scenario'
			readonly scenario: ScenarioName
			readonly connections: number
			readonly ratePerSecond?: number
			readonly merchant?: 'limited'
			readonly servers?: 2
	  }
	| { readonly name: string; readonly kind: 'sell'; readonly clients: number; readonly hot?: true }
	| { readonly name: string; readonly kind: 'tpcb'; readonly clients: number }

export interface Reading {
	readonly perSecond: number
	readonly p50Ms: number | null
	readonly p99Ms: number | null
	readonly maxMs: number | null
	readonly missed: number
	/** Per call that was answered. null where the platform doesn't tell. */
	readonly serverCpuMs: number | null
	readonly databaseCpuMs: number | null
	readonly serverMemoryMb: number | null
}

/** By the cell's name: one reading a round. */
export type Readings = Map<string, Reading[]>

export interface Plan {
	readonly cells: readonly Cell[]
	readonly rounds: number
	readonly seconds: number
}

export async function measure(cast: Cast, plan: Plan, tell: (line: string) => void): Promise<Readings> {
	const { stage } = cast
	const folder = await mkdtemp(join(tmpdir(), 'sonra-bench-run-'))
	const servers = [await startServer(stage, join(folder, 'log-1')), await startServer(stage, join(folder, 'log-2'))]
	const readings: Readings = new Map()
	const guesses = new Map<string, number>()
	try {
		if (plan.cells.some(({ kind }) => kind !== 'scenario')) await prepareYardsticks(stage, folder)
		for (let round = 0; round < plan.rounds; round++) {
			for (const [i, cell] of plan.cells.entries()) {
				const reading =
					cell.kind === 'scenario'
						? await measureScenario(cast, cell, servers, plan.seconds, guesses)
						: await measureYardstick(cast, cell, folder, plan.seconds)
				readings.set(cell.name, [...(readings.get(cell.name) ?? []), reading])
				const at = round * plan.cells.length + i + 1
				tell(`${at}/${plan.rounds * plan.cells.length}  ${cell.name}: ${Math.round(reading.perSecond)} a second`)
			}
		}
		return readings
	} finally {
		await Promise.all(servers.map((server) => server.stop()))
		await rm(folder, { recursive: true })
	}
}

type ScenarioCell = Extract<Cell, { kind: 'scenario' }>

/** How much is got ready for a run when nothing is known yet, in calls a second; later half as much again as it took. */
const firstGuess = 6_000

async function measureScenario(
	{ stage, ...cast }: Cast,
	cell: ScenarioCell,
	servers: readonly ServerProcess[],
	seconds: number,
	guesses: Map<string, number>,
): Promise<Reading> {
	const used = servers.slice(0, cell.servers ?? 1)
	const merchant = cell.merchant === 'limited' ? stage.limitedMerchant : cast.merchant
	const scenario = scenarios[cell.scenario]
	const many = Math.ceil(seconds * (cell.ratePerSecond ?? guesses.get(cell.name) ?? firstGuess))
	const requests = await scenario.requests({ ...cast, stage, merchant }, many)
	const before = await costs(used, stage)
	const measured = await runLoad({
		urls: used.map(({ url }) => url),
		credentials: credentialsOf(merchant),
		requests,
		again: scenario.again,
		connections: cell.connections,
		seconds,
		ratePerSecond: cell.ratePerSecond ?? null,
	})
	const after = await costs(used, stage)
	if (measured.refused > 0) throw new Error(`${cell.name}: ${measured.refused} refused, the first: ${measured.firstRefusal}`)
	guesses.set(cell.name, (measured.done / measured.seconds) * 1.5 * (cell.scenario === 'createAndActivate' ? 2 : 1))
	return readingOf(measured, before, after)
}

interface Costs {
	readonly serverMs: number | null
	readonly databaseMs: number | null
	readonly memoryMb: number | null
}

async function costs(servers: readonly ServerProcess[], stage: Stage): Promise<Costs> {
	const each = await Promise.all(servers.map(({ pid }) => cpuMsOf(pid)))
	const memory = await Promise.all(servers.map(({ pid }) => memoryMbOf(pid)))
	return {
		serverMs: sumOf(each),
		databaseMs: await cpuMsOfPostgres(stage.postmasterPid),
		memoryMb: memory.includes(null) ? null : Math.max(...(memory as number[])),
	}
}

const sumOf = (parts: readonly (number | null)[]): number | null =>
	parts.includes(null) ? null : (parts as number[]).reduce((sum, part) => sum + part, 0)

function readingOf({ done, seconds, p50Ms, p99Ms, maxMs, missed }: Measured, before: Costs, after: Costs): Reading {
	const perCall = (from: number | null, to: number | null) => (from === null || to === null ? null : (to - from) / done)
	return {
		perSecond: done / seconds,
		p50Ms,
		p99Ms,
		maxMs,
		missed,
		serverCpuMs: perCall(before.serverMs, after.serverMs),
		databaseCpuMs: perCall(before.databaseMs, after.databaseMs),
		serverMemoryMb: after.memoryMb,
	}
}

async function measureYardstick(
	{ stage, customers }: Cast,
	cell: Exclude<Cell, ScenarioCell>,
	folder: string,
	seconds: number,
): Promise<Reading> {
	const first = customers[0] as bigint
	const last = cell.kind === 'sell' && cell.hot ? first : (customers.at(-1) as bigint)
	const yardstick =
		cell.kind === 'sell'
			? await sell(stage, folder, cell.clients, seconds, first, last)
			: await tpcb(stage, cell.clients, seconds)
	return {
		perSecond: yardstick.perSecond,
		p50Ms: yardstick.latencyMs,
		p99Ms: null,
		maxMs: null,
		missed: 0,
		serverCpuMs: null,
		databaseCpuMs: null,
		serverMemoryMb: null,
	}
}

const credentialsOf = ({ merchantId, merchantKey, merchantSalt }: StageMerchant) => ({ merchantId, merchantKey, merchantSalt })
