// A command: a plain value, what it needs to see, and a pure decision about it. The engine carries commands out without
// knowing what they mean.

import type { World } from './world.ts'

/** The moment at which a group is decided. Nothing decides by any other clock. */
export interface Now<Day extends string = string> {
	readonly atMs: number
	readonly today: Day
}

/** A refused command has put nothing into the world. */
export type Decision<Result, Refusal> = { readonly done: Result } | { readonly refused: readonly Refusal[] }

export const done = <Result>(result: Result) => ({ done: result })
export const refuse = <Refusal>(...refused: Refusal[]) => ({ refused })

export interface CommandType<Input, Needs, W extends World, N extends Now, Result, Refusal> {
	readonly name: string
	/** Names the rows to lock and load before deciding. */
	needs(input: Input): Needs
	/** Pure: no I/O, no clock, no randomness. Changes are put into the world, after every check has passed. */
	decide(world: W, input: Input, now: N): Decision<Result, Refusal>
}

/** A key that makes a repeat safe: used once, it answers the same content with the same answer for ever. */
export interface Claim {
	/** Unique over the whole system: it begins with whose key it is. */
	readonly owner: number
	readonly scope: string
	readonly key: string
	/** A digest of what was asked under this key. */
	readonly content: Buffer
}
export interface KeptClaim extends Claim {
	readonly answer: string
}

export interface Submission<Needs, W extends World, N extends Now, Refusal> {
	readonly needs: Needs
	readonly claims: readonly Claim[]
	/**
	 * The command's decision, with its result already rendered as the text that is answered and kept under the claims. Unkept:
	 * what is done is a step on the way to the answer, and the claims stay free for that.
	 */
	decide(world: W, now: N): Decision<string, Refusal> & { readonly unkept?: true }
}

export type Answer<Refusal> =
	/** `replayedScope`: the scope of the claim under which this answer was given before, null for a new one. */
	| { readonly kind: 'done'; readonly text: string; readonly replayedScope: string | null }
	| { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
	/** One of the claims was used up with other content. */
	| { readonly kind: 'conflict'; readonly scope: string }
