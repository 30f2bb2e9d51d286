// Every bound of the system, in one place. What is not bounded here is bounded by one of these.

export const limits = {
	http: {
		/** A request body; protocol 1.2 says 256 KiB. */
		bodyBytes: 256 * 1024,
		/** A request must have arrived after this long. */
		requestTimeoutMs: 20_000,
		/** A connection on which nothing happens is closed. */
		keepAliveTimeoutMs: 65_000,
		/** While the server stops: how often it closes the connections on which nothing is under way any more. */
		idleCheckMs: 50,
		/** What a caller that was turned away is told to wait. */
		retryAfterSeconds: 1,
		/** How long a stop waits for calls under way. */
		drainTimeoutMs: 15_000,
	},
	callers: {
		/** A change of a merchant's state, addresses or old key is noticed after this long. */
		freshMs: 250,
		known: 10_000,
	},
	engine: {
		lanes: 2,
		groupSize: 256,
		queueLength: 4_096,
		attemptsAlone: 5,
	},
	database: {
		/** Beside the lanes: for reads, for looking up callers and for the clock. */
		readConnections: 10,
		connectTimeoutMs: 5_000,
		statementTimeoutMs: 10_000,
		lockTimeoutMs: 5_000,
		/** How long a start waits for a data folder whose last server may be just ending. */
		folderWaitMs: 5_000,
	},
} as const
