// The server plays against the model: random runs, shrunk to the shortest story when they part.

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Play } from './play.ts'
import { type Setup, type Step, setups, steps } from './setup.ts'
import { type Stage, setStage } from './stage.ts'
import { Tally } from './tally.ts'

const care = { booksEvery: 10, traceEvery: 2 }

let stage: Stage
beforeAll(async () => {
	stage = await setStage()
})
afterAll(() => stage.stop())

interface Model {
	readonly play: Play
}

class PlayStep implements fc.AsyncCommand<Model, Stage> {
	readonly #step: Step
	#told = ''

	constructor(step: Step) {
		this.#step = step
	}

	check(): boolean {
		return true
	}

	async run({ play }: Model): Promise<void> {
		await play.step(this.#step)
		this.#told = play.lastLine
	}

	toString(): string {
		return this.#told
	}
}

const commands = fc.commands([steps.map((step) => new PlayStep(step) as fc.AsyncCommand<Model, Stage>)], {
	maxCommands: 80,
	size: 'max',
})

async function run(setup: Setup, commands: Iterable<fc.AsyncCommand<Model, Stage>>, tally: Tally): Promise<void> {
	const play = await Play.begin(stage, setup, care, tally)
	await fc.asyncModelRun(() => ({ model: { play }, real: stage }), commands)
	await play.end()
}

// A failure prints its seed and path; given to fc.assert they play the same again.
it('answers what the model answers, whatever merchants do, and its books are right', async () => {
	const tally = new Tally()
	const property = fc.asyncProperty(setups(1, 3, 8), commands, (setup, steps) => run(setup, steps, tally))
	await fc.assert(property, { numRuns: 6 })
	expect(tally.answersCompared).toBeGreaterThan(80)
	expect(tally.booksChecked).toBeGreaterThan(6)
}, 120_000)
