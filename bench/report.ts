// What a run comes to: medians and spread, ratios against the yardsticks of the same round first, and whether each target is met.

import { cpus, release } from 'node:os'
import type { Reading, Readings } from './measure.ts'

interface Target {
	readonly what: string
	/** Of one round. */
	readonly of: (round: (cell: string) => Reading) => number | null
	readonly atLeast?: number
	readonly atMost?: number
}

const perSecond =
	(cell: string, yardstick: string): Target['of'] =>
	(round) =>
		round(cell).perSecond / round(yardstick).perSecond

const targets: readonly Target[] = [
	{ what: 'create at 64 connections ÷ A', of: perSecond('create 64', 'A 64'), atLeast: 1.5 },
	{ what: 'create at 256 connections ÷ A', of: perSecond('create 256', 'A 256'), atLeast: 2 },
	{ what: 'one hot customer at 64 ÷ A’s hot row', of: perSecond('hotCustomer 64', 'A hot 64'), atLeast: 8 },
	{ what: 'one merchant with a limit ÷ one without', of: perSecond('limited 64', 'create 64'), atLeast: 0.8 },
	{ what: 'create at 64 ÷ C', of: perSecond('create 64', 'ceiling 64'), atLeast: 0.4 },
	{ what: 'create at 256 ÷ C', of: perSecond('create 256', 'ceiling 256'), atLeast: 0.6 },
	{ what: 'a page of 50 payments ÷ C', of: perSecond('page 64', 'ceiling 64'), atLeast: 0.5 },
	{
		what: 'latency at 1 connection ÷ A’s',
		of: (round) => quotient(round('create 1').p50Ms, round('A 1').p50Ms),
		atMost: 3,
	},
	{ what: 'p99 ÷ p50 at 64', of: (round) => quotient(round('create 64').p99Ms, round('create 64').p50Ms), atMost: 2.5 },
	{ what: 'server memory after the 64s, MB', of: (round) => round('create 64').serverMemoryMb, atMost: 300 },
	{ what: 'two servers ÷ one', of: perSecond('two servers 64', 'create 64'), atLeast: 1 },
]

const quotient = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b)

interface Spread {
	readonly median: number
	readonly least: number
	readonly most: number
}

export interface Report {
	readonly machine: { readonly cores: number; readonly cpu: string; readonly system: string; readonly node: string }
	readonly database: Readonly<Record<string, string>>
	readonly targets: readonly { readonly what: string; readonly target: string; readonly met: boolean; readonly ratio: Spread }[]
	readonly cells: readonly { readonly name: string; readonly perSecond: Spread; readonly rounds: readonly Reading[] }[]
}

export function reportOf(readings: Readings, database: Readonly<Record<string, string>>): Report {
	const rounds = Math.min(...[...readings.values()].map((all) => all.length))
	const met = targets.flatMap(({ what, of, atLeast, atMost }) => {
		const each = Array.from({ length: rounds }, (_, i) => of((cell) => readingAt(readings, cell, i))).filter((x) => x !== null)
		if (each.length === 0) return []
		const ratio = spreadOf(each)
		const isMet = ratio.median >= (atLeast ?? 0) && ratio.median <= (atMost ?? Number.POSITIVE_INFINITY)
		return [{ what, target: atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`, met: isMet, ratio }]
	})
	return {
		machine: {
			cores: cpus().length,
			cpu: cpus()[0]?.model ?? 'unknown',
			system: `${process.platform} ${release()}`,
			node: process.version,
		},
		database,
		targets: met,
		cells: [...readings].map(([name, all]) => ({ name, perSecond: spreadOf(all.map((each) => each.perSecond)), rounds: all })),
	}
}

function readingAt(readings: Readings, cell: string, round: number): Reading {
	const reading = readings.get(cell)?.[round]
	if (reading === undefined) throw new Error(`a run without ${cell}`)
	return reading
}

function spreadOf(values: readonly number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b)
	return { median: medianOf(sorted), least: sorted[0] as number, most: sorted.at(-1) as number }
}

function medianOf(sorted: readonly number[]): number {
	const middle = sorted.length / 2
	return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle) - 1] as number)) / 2
}

/** The report as Markdown: the ratios, then what they were made of. */
export function tableOf({ machine, database, targets, cells }: Report): string {
	const median = (values: readonly (number | null)[], digits = 1) => {
		const known = values.filter((value) => value !== null).sort((a, b) => a - b)
		return known.length === 0 ? '–' : medianOf(known).toFixed(digits)
	}
	return [
		`${machine.cores} cores, ${machine.cpu}, ${machine.system}, Node ${machine.node}; ${Object.entries(database)
			.map(([name, value]) => `${name} ${value}`)
			.join(', ')}`,
		'',
		'| ratio | target | median | least – most | met |',
		'|---|---|---|---|---|',
		...targets.map(
			({ what, target, met, ratio }) =>
				`| ${what} | ${target} | ${ratio.median.toFixed(2)} | ${ratio.least.toFixed(2)} – ${ratio.most.toFixed(2)} | ${met ? 'yes' : 'no'} |`,
		),
		'',
		'| cell | a second | least – most | p50 ms | p99 ms | max ms | missed | server CPU ms | database CPU ms | server MB |',
		'|---|---|---|---|---|---|---|---|---|---|',
		...cells.map(({ name, perSecond, rounds }) => {
			const of = (key: keyof Reading, digits?: number) =>
				median(
					rounds.map((each) => each[key]),
					digits,
				)
			const range = `${perSecond.least.toFixed(0)} – ${perSecond.most.toFixed(0)}`
			return `| ${name} | ${perSecond.median.toFixed(0)} | ${range} | ${of('p50Ms')} | ${of('p99Ms')} | ${of('maxMs')} | ${of('missed', 0)} | ${of('serverCpuMs', 3)} | ${of('databaseCpuMs', 3)} | ${of('serverMemoryMb', 0)} |`
		}),
		'',
	].join('\n')
}
