// The server plays against the model: random runs, shrunk to the shortest story when they part.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Play } from './play.ts'
import { type Setup, type Step, setups, steps } from './setup.ts'
import { type Stage, setStage } from './stage.ts'
import { Tally } from './tally.ts'

let stage: Stage
beforeAll(async () => {
	stage = await setStage()
})
afterAll(() => stage.stop())

const care = { booksEvery: 10, traceEvery: 1 }

type Model = { play: Play }

class PlayStep implements fc.AsyncCommand<Model, Stage> {
	readonly #step: Step
	#line = ''

	constructor(step: Step) {
		this.#step = step
	}

	check(): boolean {
		return true
	}

	async run({ play }: Model): Promise<void> {
		await play.step(this.#step)
		this.#line = play.lastLine
	}

	toString(): string {
		return this.#line
	}
}

const commands = fc.commands([steps.map((step) => new PlayStep(step) as fc.AsyncCommand<Model, Stage>)], {
	maxCommands: 120,
	size: 'max',
})

async function run(setup: Setup, steps: Iterable<fc.AsyncCommand<Model, Stage>>, tally: Tally): Promise<void> {
	const play = await Play.begin(stage, setup, care, tally)
	await fc.asyncModelRun(() => ({ model: { play }, real: stage }), steps)
	await play.end()
}

it('says what the model says, whatever merchants do', async () => {
	const tally = new Tally()
	const property = fc.asyncProperty(setups({ min: 1, max: 3 }), commands, (setup, steps) => run(setup, steps, tally))
	await fc.assert(property, {
		numRuns: Number(process.env.RUNS ?? 10),
		...(process.env.SEED && { seed: Number(process.env.SEED) }),
	})
	expect(tally.answersCompared).toBeGreaterThan(300)
	console.log(tally)
}, 600_000)
