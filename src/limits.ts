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
		/** While the server stops: how long it waits for the rest of a request that has not arrived whole. */
		arrivalGraceMs: 1_000,
		/** What a caller that was turned away is told to wait. */
		retryAfterSeconds: 1,
		/** How long a stop waits for calls under way. */
		drainTimeoutMs: 20_000,
	},
	callers: {
		/** A change of a merchant's state, addresses or old key is noticed after this long. */
		freshMs: 250,
		known: 10_000,
	},
	/** What a process allows unless the operator's settings say otherwise. */
	calls: {
		/** More than one process can answer: these are for the operator to lower. A second's worth may come at once. */
		perMerchantPerSecond: 20_000,
		perAddressPerSecond: 20_000,
		/** Of one merchant from one address. A minute's worth may come at once. */
		wrongTokensPerMinute: 60,
		/** How many times as many wrong tokens and unknown merchants an address may send altogether. */
		wrongCallsFactor: 5,
		/** How many merchants, and how many addresses, are counted; beyond that the longest silent one begins anew. */
		counted: 20_000,
	},
	/** Calls that were not let in are counted, and noted together. */
	refusals: {
		noteMs: 60_000,
		/** How many places, merchants and codes are told apart meanwhile. */
		toldApart: 500,
	},
	rates: {
		/** In the table of one merchant, which is read whole for every sale. */
		rows: 2_000,
	},
	engine: {
		lanes: 2,
		groupSize: 256,
		queueLength: 4_096,
		attemptsAlone: 5,
	},
	/** For each of bureau, identity service and SMS service. */
	neighbours: {
		attempts: 3,
		attemptTimeoutMs: 2_000,
		/** A merchant waits for up to three calls in a row. */
		callTimeoutMs: 5_000,
		firstRetryMs: 100,
		lastRetryMs: 1_000,
		circuitFailures: 10,
		circuitOpenMs: 5_000,
		answerBytes: 64 * 1024,
	},
	jobs: {
		concurrency: 4,
		connections: 4,
		pollMs: 1_000,
		restartMs: 2_000,
		recordDays: 90,
		/** How long the mark of a group is kept by which the fate of its commit can be seen. */
		markDays: 1,
	},
	database: {
		/** Beside the lanes: for reads, for looking up callers and for the clock. */
		readConnections: 10,
		connectTimeoutMs: 5_000,
		statementTimeoutMs: 10_000,
		lockTimeoutMs: 5_000,
		/** Above the time a statement may take: PostgreSQL is frozen, or the line is cut. */
		answerTimeoutMs: 11_000,
		keepAliveMs: 30_000,
		/** An update of the schema may rewrite a table. */
		migrationMs: 60 * 60 * 1000,
		/** How long it is tried to see what became of a commit that was not answered; then its calls are answered 503. */
		settleMs: 5_000,
		/** How long a start waits for a data folder whose last server may be just ending. */
		folderWaitMs: 5_000,
	},
} as const
