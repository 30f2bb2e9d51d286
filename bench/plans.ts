// What a full and a quick run measure. Names of cells are what the report and its targets go by.

import type { Cell, Plan } from './measure.ts'
import type { ScenarioName } from './scenarios.ts'

const at = (scenario: ScenarioName, connections: number): Cell => ({
	name: `${scenario} ${connections}`,
	kind: 'scenario',
	scenario,
	connections,
})
const sellAt = (clients: number): Cell => ({ name: `A ${clients}`, kind: 'sell', clients })

const yardsticks: readonly Cell[] = [
	sellAt(1),
	sellAt(64),
	{ name: 'A hot 64', kind: 'sell', clients: 64, hot: true },
	{ name: 'B 64', kind: 'tpcb', clients: 64 },
]
const shared: readonly Cell[] = [
	at('hotCustomer', 64),
	{ name: 'limited 64', kind: 'scenario', scenario: 'create', connections: 64, merchant: 'limited' },
	{ name: 'two servers 64', kind: 'scenario', scenario: 'create', connections: 64, servers: 2 },
]
const all: readonly ScenarioName[] = ['ceiling', 'create', 'createAndActivate', 'report', 'load', 'page', 'information', 'mixed']
const atRates = (...rates: number[]): Cell[] =>
	rates.map((ratePerSecond) => ({
		name: `create at ${ratePerSecond} a second`,
		kind: 'scenario',
		scenario: 'create',
		connections: 256,
		ratePerSecond,
	}))

/** Under three minutes. */
export const quick: Plan = {
	cells: [
		...yardsticks,
		sellAt(256),
		...all.map((scenario) => at(scenario, 64)),
		at('create', 1),
		at('create', 256),
		at('ceiling', 256),
		...shared,
	],
	rounds: 2,
	seconds: 2,
}

/** Under fifteen minutes. */
export const full: Plan = {
	cells: [
		...yardsticks,
		sellAt(8),
		sellAt(256),
		...[1, 8, 64, 256].flatMap((connections) => all.map((scenario) => at(scenario, connections))),
		...shared,
		...atRates(200, 800, 1_600),
	],
	rounds: 3,
	seconds: 3,
}
