// A long run: days of merchants and shoppers, one after the other, drawn from one seed. When model and server part, the story is
// made shorter by playing it again without some of its steps, as long as they still part.

import fc from 'fast-check'
import { type Care, Play } from './play.ts'
import { nextDay, type Setup, type Step, setups, steps } from './setup.ts'
import type { Stage } from './stage.ts'
import { Parted } from './story.ts'
import type { Tally } from './tally.ts'

/** What has to be written down to play a run again. */
export interface Story {
	readonly setup: Setup
	readonly steps: readonly Step[]
}

export interface Wanted {
	readonly seed: number
	readonly days: number
	readonly merchants: number
}

/** Steps of a busy day; most have fewer. */
const busiest = 12

export function drawStory({ seed, days, merchants }: Wanted): Story {
	const [drawn] = fc.sample(setups(merchants, merchants, merchants * Math.ceil(days / 10)), { seed, numRuns: 1 }) as [Setup]
	const pool = fc.sample(steps, { seed, numRuns: days * busiest })
	const drawnSteps = Array.from({ length: days }, (_, day) => {
		const first = day * busiest
		const many = (pool[first] as Step).what % (busiest + 1)
		return [...pool.slice(first, first + many), nextDay]
	})
	return { setup: drawn, steps: drawnSteps.flat() }
}

/** Null when they agreed to the end. `onStep`: after each step, with how many there were. */
export async function playStory(
	stage: Stage,
	{ setup, steps }: Story,
	care: Care,
	tally: Tally,
	onStep: (done: number, play: Play) => void = () => {},
): Promise<Parted | null> {
	const play = await Play.begin(stage, setup, care, tally)
	try {
		for (const [i, step] of steps.entries()) {
			await play.step(step)
			onStep(i + 1, play)
		}
		await play.end()
		return null
	} catch (error) {
		if (error instanceof Parted) return error
		throw error
	}
}

export interface Parting {
	readonly story: Story
	readonly parted: Parted
}

/** Ever shorter stories that still part, until none of the tries is left. `play` plays one. */
export async function shorten(
	first: Parting,
	play: (story: Story) => Promise<Parted | null>,
	tries: number,
	onShorter: (steps: number) => void,
): Promise<Parting> {
	let best = cut(first)
	let left = tries
	for (let chunk = Math.ceil(best.story.steps.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
		for (let end = best.story.steps.length - 1; end > 0; end -= chunk) {
			if (left-- <= 0) return best
			const steps = best.story.steps.toSpliced(Math.max(0, end - chunk), Math.min(chunk, end))
			const story = { ...best.story, steps }
			const parted = await play(story)
			if (!parted) continue
			best = cut({ story, parted })
			onShorter(best.story.steps.length)
			end = Math.min(end, best.story.steps.length - 1 + chunk)
		}
	}
	return best
}

/** Nothing that came after they parted matters. */
function cut({ story, parted }: Parting): Parting {
	return { story: { ...story, steps: story.steps.slice(0, parted.step + 1) }, parted }
}
