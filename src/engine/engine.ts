// The front door of the write path: commands wait in one bounded queue, and each idle lane takes all that is waiting as
// its next group. No timers: at low load a group is one command, at high load groups grow by themselves.

import type { Answer, Now, Submission } from './command.ts'
import { Unavailable } from './fault.ts'
import { type GroupStore, runGroup, type Waiting } from './group.ts'
import type { World } from './world.ts'

export interface EngineLimits {
	/** Groups that may be under way at once, each on a connection of its own. */
	readonly lanes: number
	/** Commands in one group. */
	readonly groupSize: number
	/** Commands that may wait; one more is turned away at once. */
	readonly queueLength: number
	/** How often a command that conflicts with others is tried by itself. */
	readonly attemptsAlone: number
}

export class Engine<Needs, W extends World, N extends Now, Refusal> {
	readonly #store: GroupStore<Needs, W, N>
	readonly #limits: EngineLimits
	#queue: Waiting<Needs, W, N, Refusal>[] = []
	#busyLanes = 0
	#stopping = false
	readonly #drained = Promise.withResolvers<void>()

	constructor(store: GroupStore<Needs, W, N>, limits: EngineLimits) {
		this.#store = store
		this.#limits = limits
	}

	/** Answers after the commit. Rejects with Unavailable when the queue is full, the engine is stopping or the store fails. */
	submit(submission: Submission<Needs, W, N, Refusal>): Promise<Answer<Refusal>> {
		if (this.#stopping) return Promise.reject(new Unavailable('the server is stopping'))
		if (this.#queue.length >= this.#limits.queueLength) return Promise.reject(new Unavailable('too many writes are waiting'))
		return new Promise((resolve, reject) => {
			this.#queue.push({ submission, resolve, reject })
			// Started in a microtask, so that commands which arrived together are one group.
			if (this.#busyLanes < this.#limits.lanes) queueMicrotask(() => this.#startLane())
		})
	}

	/** Takes nothing more, and resolves when everything accepted is answered. */
	async stop(): Promise<void> {
		this.#stopping = true
		if (this.#busyLanes === 0 && this.#queue.length === 0) return
		await this.#drained.promise
	}

	async #startLane(): Promise<void> {
		if (this.#queue.length === 0 || this.#busyLanes >= this.#limits.lanes) return
		this.#busyLanes++
		while (this.#queue.length > 0) {
			const group = this.#queue.splice(0, this.#limits.groupSize)
			await runGroup(this.#store, group, this.#limits.attemptsAlone)
		}
		this.#busyLanes--
		if (this.#stopping && this.#busyLanes === 0) this.#drained.resolve()
	}
}
