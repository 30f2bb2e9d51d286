// The ways in which the world can fail a write that was in order. Anything else thrown on the write path is a bug.

/** Two groups got in each other's way (deadlock, unique violation): nothing was done, and doing it again will help. */
export class Conflict extends Error {
	override readonly name = 'Conflict'
}

/** The store can't be reached, or more waits than fits. Whether the write was done is unknown; repeating it is safe. */
export class Unavailable extends Error {
	override readonly name = 'Unavailable'
}
