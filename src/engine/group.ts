// The group executor: load what the commands of a group need in one round trip, decide them one after the other in
// memory, save and commit in a second one. A group that fails is run again as groups of one.

import type { Answer, Claim, KeptClaim, Now, Submission } from './command.ts'
import { Conflict, Unavailable } from './fault.ts'
import type { World } from './world.ts'

/** What the engine asks of a database. */
export interface GroupStore<Needs, W extends World, N extends Now> {
	now(): Promise<N>
	/** Begins a transaction, locks and loads. */
	open(needs: readonly Needs[], claims: readonly Claim[], now: N): Promise<OpenGroup<W>>
}
export interface OpenGroup<W extends World> {
	readonly world: W
	readonly kept: readonly KeptClaim[]
	/** Saves the changes of the world and the claims, and commits. */
	save(claims: readonly KeptClaim[]): Promise<void>
	/** Ends the transaction with nothing changed. */
	abandon(): Promise<void>
}

export interface Waiting<Needs, W extends World, N extends Now, Refusal> {
	readonly submission: Submission<Needs, W, N, Refusal>
	resolve(answer: Answer<Refusal>): void
	reject(error: unknown): void
}

/** Runs a group until each of its commands is answered or has failed for good. Never rejects. */
export async function runGroup<Needs, W extends World, N extends Now, Refusal>(
	store: GroupStore<Needs, W, N>,
	group: readonly Waiting<Needs, W, N, Refusal>[],
	attemptsAlone: number,
): Promise<void> {
	try {
		const answers = await decideAndCommit(
			store,
			group.map((waiting) => waiting.submission),
		)
		for (const [i, waiting] of group.entries()) waiting.resolve(answers[i] as Answer<Refusal>)
	} catch (error) {
		if (error instanceof Unavailable) for (const waiting of group) waiting.reject(error)
		else if (group.length > 1) for (const waiting of group) await runGroup(store, [waiting], attemptsAlone)
		else await retryAlone(store, group[0] as Waiting<Needs, W, N, Refusal>, error, attemptsAlone)
	}
}

async function retryAlone<Needs, W extends World, N extends Now, Refusal>(
	store: GroupStore<Needs, W, N>,
	waiting: Waiting<Needs, W, N, Refusal>,
	error: unknown,
	attemptsLeft: number,
): Promise<void> {
	if (!(error instanceof Conflict)) waiting.reject(error)
	else if (attemptsLeft > 1) await runGroup(store, [waiting], attemptsLeft - 1)
	else waiting.reject(new Unavailable('other writes kept getting in the way', { cause: error }))
}

async function decideAndCommit<Needs, W extends World, N extends Now, Refusal>(
	store: GroupStore<Needs, W, N>,
	submissions: readonly Submission<Needs, W, N, Refusal>[],
): Promise<Answer<Refusal>[]> {
	const now = await store.now()
	const open = await store.open(
		submissions.map((submission) => submission.needs),
		submissions.flatMap((submission) => submission.claims),
		now,
	)
	let answers: Answer<Refusal>[]
	const claims = new Claims(open.kept)
	try {
		answers = submissions.map((submission) => answer(submission, open.world, claims, now))
	} catch (bug) {
		await open.abandon()
		throw bug
	}
	if (open.world.puts > 0 || claims.added.length > 0) await open.save(claims.added)
	else await open.abandon()
	return answers
}

function answer<Needs, W extends World, N extends Now, Refusal>(
	submission: Submission<Needs, W, N, Refusal>,
	world: W,
	claims: Claims,
	now: N,
): Answer<Refusal> {
	let replayed: KeptClaim | undefined
	for (const claim of submission.claims) {
		const earlier = claims.find(claim)
		if (earlier && !earlier.content.equals(claim.content)) return { kind: 'conflict', scope: claim.scope }
		replayed ??= earlier
	}
	if (replayed) {
		claims.keep(submission.claims, replayed.answer)
		return { kind: 'done', text: replayed.answer, replayedScope: replayed.scope }
	}
	const putsBefore = world.puts
	const decision = submission.decide(world, now)
	if ('refused' in decision) {
		if (world.puts !== putsBefore) throw new Error('a refused command has changed the world')
		return { kind: 'refused', refusals: decision.refused }
	}
	if (!decision.unkept) claims.keep(submission.claims, decision.done)
	return { kind: 'done', text: decision.done, replayedScope: null }
}

/** The claims of a group: those kept before, and those its commands used up. */
class Claims {
	readonly added: KeptClaim[] = []
	readonly #known = new Map<string, KeptClaim>()

	constructor(kept: readonly KeptClaim[]) {
		for (const claim of kept) this.#known.set(idOf(claim), claim)
	}

	find(claim: Claim): KeptClaim | undefined {
		return this.#known.get(idOf(claim))
	}

	keep(claims: readonly Claim[], text: string): void {
		for (const claim of claims) {
			if (this.find(claim)) continue
			const kept = { ...claim, answer: text }
			this.#known.set(idOf(claim), kept)
			this.added.push(kept)
		}
	}
}

const idOf = (claim: Claim): string => `${claim.owner} ${claim.scope} ${claim.key}`
