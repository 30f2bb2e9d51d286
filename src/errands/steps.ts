// An errand: several commands, and somebody outside asked between them. The claims of a call (its Idempotency-Key) are looked at by
// each of its commands and used up by the one whose result is the answer, in the commit of that one.

import type { CommandType, Needs, Now, Refused, World } from '../commands/world.ts'
import { type Answer, type Claim, done, type Submission } from '../engine/command.ts'
import type { Engine } from '../engine/engine.ts'
import type { Neighbours } from '../gateways/neighbours.ts'
import type { Reading } from '../queries/reading.ts'
import type { Vault } from '../store/vault.ts'

export interface ErrandDeps {
	readonly engine: Engine<Needs, World, Now, Refused>
	readonly reading: Reading
	readonly vault: Vault
	readonly neighbours: Neighbours
}

/** How whoever waits for the answer wants it. */
export interface Asked<R> {
	readonly claims: readonly Claim[]
	render(result: R): string
}

/** Nobody waits. */
export const nobody: Asked<unknown> = { claims: [], render: () => '' }

/** What a command did: it ended the errand, or the errand goes on from there. */
export type Stepped<Result> = { readonly ended: Answer<Refused> } | { readonly at: Result }

/** `answerOf`: what the errand answers when it ends with this result; null when it goes on. */
export async function step<Input, Result, R>(
	{ engine }: ErrandDeps,
	command: CommandType<Input, Result>,
	input: Input,
	asked: Asked<R>,
	answerOf: (result: Result) => R | null,
): Promise<Stepped<Result>> {
	let reached: { readonly at: Result } | null = null
	const submission: Submission<Needs, World, Now, Refused> = {
		needs: command.needs(input),
		claims: asked.claims,
		decide(world, now) {
			// A group that failed is decided again.
			reached = null
			const decision = command.decide(world, input, now)
			if ('refused' in decision) return decision
			const answer = answerOf(decision.done)
			if (answer !== null) return done(asked.render(answer))
			reached = { at: decision.done }
			return { done: '', unkept: true }
		},
	}
	const ended = await engine.submit(submission)
	// A group that failed may have been decided, and then be answered by a claim that was kept meanwhile: nothing was reached then.
	const decided = ended.kind === 'done' && ended.replayedScope === null
	return decided && reached ? reached : { ended }
}
