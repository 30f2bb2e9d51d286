// The log: one JSON line for each thing that happened, written in batches. An error is cut down to what can hold nobody's
// data: the database puts whole rows into the detail of some of its errors.

import pino, { type Logger } from 'pino'
import type { LogLevel } from './config.ts'

export function makeLog(level: LogLevel): Logger {
	return pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorForLog } },
		pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 200 }),
	)
}

interface LoggedError {
	readonly name: string
	readonly message: string
	readonly code?: string
	readonly constraint?: string
	readonly stack?: string
	readonly cause?: LoggedError
}

export function errorForLog(error: unknown): LoggedError {
	if (!(error instanceof Error)) return { name: 'not an error', message: typeof error }
	const { code, constraint, severity } = error as { code?: string; constraint?: string; severity?: string }
	// A message of the database may quote a value; its code says as much.
	const fromDatabase = severity !== undefined
	return {
		name: error.name,
		message: fromDatabase ? 'database error' : error.message,
		...(code !== undefined && { code }),
		...(constraint !== undefined && { constraint }),
		...(error.stack !== undefined && { stack: framesOf(error.stack) }),
		...(error.cause !== undefined && { cause: errorForLog(error.cause) }),
	}
}

/** The stack without its first lines, which repeat the message. */
function framesOf(stack: string): string {
	return stack
		.split('\n')
		.filter((line) => /^\s+at /.test(line))
		.join('\n')
}
