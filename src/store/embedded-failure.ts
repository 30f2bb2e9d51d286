// Why there is no embedded PostgreSQL. `detail` is for the operator, in a line.

type Kind = 'not-installed' | 'does-not-run' | 'not-created' | 'not-started' | 'not-ready'

export class EmbeddedFailure extends Error {
	override readonly name = 'EmbeddedFailure'
	readonly kind: Kind
	readonly detail: string

	constructor(kind: Kind, detail: string, options?: ErrorOptions) {
		super(`the embedded PostgreSQL is ${kind}: ${detail}`, options)
		this.kind = kind
		this.detail = detail
	}
}

/** The line of PostgreSQL's log that says why it ended; what comes behind it are hints. */
export function reasonIn(log: string): string {
	const lines = log.trim().split('\n')
	return (lines.findLast((line) => /\b(FATAL|PANIC|ERROR|error):/.test(line)) ?? lines.at(-1) ?? '').trim()
}
