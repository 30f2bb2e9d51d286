// Bugs planted in the database of a server must be found by the simulation, or it would prove nothing by finding none.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { drawStory, playStory, type Story, shorten } from './long-run.ts'
import { type Stage, setStage } from './stage.ts'
import type { Parted } from './story.ts'
import { Tally } from './tally.ts'

let stage: Stage
beforeEach(async () => {
	stage = await setStage()
})
afterEach(() => stage.stop())

/** What is stored is changed behind the server's back. */
function plant(when: string, change: string): Promise<void> {
	return stage.sql(`
		create function planted() returns trigger language plpgsql as $$ begin ${change}; return new; end $$;
		create trigger planted before ${when} execute function planted();
	`)
}

const play = (story: Story): Promise<Parted | null> => playStory(stage, story, { booksEvery: 20, traceEvery: 10 }, new Tally())

it.each([
	[
		'an instalment falls due a day late',
		'insert on payment for each row when (new.installment_no = 2)',
		'new.due_date := new.due_date + 1',
		/TermDate/,
	],
	[
		'a kuruş of a balance is lost',
		'update on customer_link for each row when (new.balance > old.balance)',
		'new.balance := new.balance - 1',
		/Balance|balance/,
	],
	[
		'a sale lives a day too long',
		'insert on transaction for each row',
		'new.expire_date := new.expire_date + 1',
		/ExpireDate|used limit/,
	],
])(
	'finds that %s, and tells the shortest story',
	async (_what, when, change, shown) => {
		await plant(when, change)
		const story = drawStory({ seed: 41, days: 60, merchants: 1 })
		const parted = await play(story)
		if (!parted) throw new Error('the planted bug was not found')
		const shortest = await shorten({ story, parted }, play, 40, () => {})
		expect(shortest.story.steps.length).toBeLessThan(20)
		expect(shortest.parted.message).toMatch(shown)
		expect(shortest.parted.message).toContain('The story:')
	},
	60_000,
)

it('finds nothing where nothing is planted', async () => {
	expect(await play(drawStory({ seed: 41, days: 10, merchants: 1 }))).toBeNull()
})
