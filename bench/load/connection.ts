// One kept HTTP/1.1 connection that sends ready-made requests, one at a time. It is this lean because load, server and database
// share the machine: a general client costs several times what a call costs the server, and would be what is measured.

import { connect, type Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = Buffer.from('content-length: ')

export interface Response {
	readonly status: number
	readonly body: Buffer
}

export class Connection {
	readonly #socket: Socket
	#received: Buffer = Buffer.alloc(0)
	#waiting: { resolve: (response: Response) => void; reject: (error: Error) => void } | null = null

	private constructor(socket: Socket) {
		this.#socket = socket
		socket.setNoDelay(true)
		socket.on('data', (chunk) => this.#receive(chunk))
		socket.on('error', (error) => this.#fail(error))
		socket.on('close', () => this.#fail(new Error('the server closed the connection')))
	}

	static open(url: string): Promise<Connection> {
		const { hostname, port } = new URL(url)
		return new Promise((resolve, reject) => {
			const socket = connect(Number(port), hostname, () => resolve(new Connection(socket)))
			socket.once('error', reject)
		})
	}

	/** Rejects when the connection breaks before the answer is whole. */
	send(request: Buffer): Promise<Response> {
		return new Promise((resolve, reject) => {
			this.#waiting = { resolve, reject }
			this.#socket.write(request)
		})
	}

	close(): void {
		this.#socket.destroy()
	}

	#receive(chunk: Buffer): void {
		this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
		const headLength = this.#received.indexOf(headEnd)
		if (headLength < 0) return
		const bodyStart = headLength + headEnd.length
		const lengthAt = this.#received.indexOf(lengthName) + lengthName.length
		const bodyLength = Number.parseInt(this.#received.toString('latin1', lengthAt, lengthAt + 10), 10)
		if (this.#received.length < bodyStart + bodyLength) return
		const response = {
			status: Number(this.#received.toString('latin1', 9, 12)),
			body: this.#received.subarray(bodyStart, bodyStart + bodyLength),
		}
		this.#received = this.#received.subarray(bodyStart + bodyLength)
		const waiting = this.#waiting
		this.#waiting = null
		waiting?.resolve(response)
	}

	#fail(error: Error): void {
		this.#waiting?.reject(error)
		this.#waiting = null
	}
}
