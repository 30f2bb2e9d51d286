// What a load process is told to do and what it tells back. The two processes share these types and nothing else.

import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'

export interface Request {
	readonly path: string
	readonly parameters: Parameters
	/** The sale that this request makes is activated too, before it counts as done. */
	readonly activate?: true
}

export interface Work {
	/** Connections are spread evenly over the servers. */
	readonly urls: readonly string[]
	readonly credentials: MerchantCredentials
	readonly requests: readonly Request[]
	/** Reads may be sent again from the beginning; writes end when there are no more. */
	readonly again: boolean
	readonly connections: number
	readonly seconds: number
	/** null = a closed loop: each connection sends its next request when it has its answer. */
	readonly ratePerSecond: number | null
}

export interface Measured {
	readonly done: number
	readonly refused: number
	/** The first refusal, as answered. */
	readonly firstRefusal: string | null
	/** Of an open loop: requests that were due while every connection was busy. */
	readonly missed: number
	readonly seconds: number
	readonly p50Ms: number
	readonly p99Ms: number
	readonly maxMs: number
	/** What the load itself cost. */
	readonly cpuMs: number
}
