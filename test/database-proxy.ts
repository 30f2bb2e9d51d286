// Between a server and its PostgreSQL: a proxy that loses a commit at an exact moment. It knows where a message ends, so the commit
// and what comes before it can be told apart.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What becomes of what is sent from now on, up to the next commit. */
export type Loss =
	/** All but the commit arrives; then the connection ends on both sides. */
	| 'the commit'
	/** All arrives. Its answer does not: the connection ends. */
	| 'the answer'
	/** The same, but nobody is told that the connection has ended: nothing comes through any more. */
	| 'the line'
	/** The connection ends for the server. PostgreSQL has all but the commit, which `deliver` brings it. */
	| 'the commit for a while'
	/** The same, but PostgreSQL has nothing of it yet. */
	| 'all for a while'

export interface DatabaseProxy {
	readonly url: string
	/** To be called when nothing is on its way, such as from a decision. */
	lose(loss: Loss): void
	/** Brings PostgreSQL what was held back, and resolves when it has ended that connection. */
	deliver(): Promise<void>
	/** From now on nobody is let through who is not yet. */
	refuse(): void
}

/** For one test. */
export async function databaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
	const target = new URL(databaseUrl)
	const { hostname, port } = target
	const sockets = new Set<Socket>()
	let next: Loss | null = null
	let refused = false
	let held: { readonly far: Socket; readonly bytes: Buffer } | null = null

	const server = createServer((near) => {
		if (refused) {
			near.destroy()
			return
		}
		const far = connect(Number(port), hostname)
		for (const socket of [near, far]) sockets.add(socket.on('error', () => {}))
		const messages = new Messages()
		let doomed: Message[] = []
		let loss: Loss | null = null
		near.on('data', (bytes) => {
			const sent = messages.add(bytes)
			if (loss) return
			if (!next) {
				far.write(bytes)
				return
			}
			doomed.push(...sent)
			const commit = doomed.findIndex((message) => message.includes('commit\0'))
			if (commit === -1 || !doomed.slice(commit).some(isSync)) return
			loss = next
			next = null
			const arrives = { 'the answer': doomed.length, 'the line': doomed.length, 'all for a while': 0 }[loss as string] ?? commit
			const late = Buffer.concat(doomed.slice(arrives))
			doomed = doomed.slice(0, arrives)
			far.write(Buffer.concat(doomed))
			if (loss === 'the commit') far.end()
			if (loss.endsWith('for a while')) {
				held = { far, bytes: late }
				near.destroy()
			}
		})
		far.on('data', (bytes) => {
			if (!loss) near.write(bytes)
			else if (loss === 'the answer' && bytes.includes('COMMIT\0')) near.destroy()
		})
		near.on('close', () => held?.far === far || far.destroy())
		far.on('close', () => near.destroy())
	})
	server.listen(0, '127.0.0.1')
	await once(server, 'listening')
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy()
		server.close()
	})
	target.port = String((server.address() as { port: number }).port)
	return {
		url: target.href,
		lose(loss) {
			next = loss
		},
		async deliver() {
			if (!held) throw new Error('nothing was held back')
			const ended = once(held.far, 'close')
			held.far.end(held.bytes)
			await ended
		},
		refuse() {
			refused = true
		},
	}
}

type Message = Buffer

const isSync = (message: Message): boolean => message[0] === 0x53

/** Cuts what a client sends into messages: a type of one byte and a length that counts itself; only the first has no type. */
class Messages {
	#rest: Buffer = Buffer.alloc(0)
	#typed = 0

	/** Those that are whole now. */
	add(bytes: Buffer): Message[] {
		this.#rest = Buffer.concat([this.#rest, bytes])
		const whole: Message[] = []
		for (;;) {
			if (this.#rest.length < this.#typed + 4) return whole
			const end = this.#typed + this.#rest.readUInt32BE(this.#typed)
			if (this.#rest.length < end) return whole
			whole.push(this.#rest.subarray(0, end))
			this.#rest = this.#rest.subarray(end)
			this.#typed = 1
		}
	}
}
