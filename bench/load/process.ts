// The load as a process of its own. Everything is signed and written out before the clock starts, so that while it runs it only
// writes to sockets and looks at answers. A refused call is not a success.

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MerchantCredentials, type Parameters, signed } from '../../src/sdk/sign.ts'
import { Connection, type Response } from './connection.ts'
import type { Measured, Request, Work } from './work.ts'

const success = Buffer.from('{"Success":true')
const tickMs = 2

process.once('message', async (work: Work) => {
	const measured = await run(work)
	process.send?.(measured, () => process.exit(0))
})

interface Tally {
	done: number
	refused: number
	firstRefusal: string | null
	missed: number
	readonly latency: RecordableHistogram
}

async function run(work: Work): Promise<Measured> {
	const ready = work.requests.map((request) => written(request.path, request.parameters, work.credentials))
	const connections = await Promise.all(
		Array.from({ length: work.connections }, (_, i) => Connection.open(work.urls[i % work.urls.length] as string)),
	)
	const tally: Tally = { done: 0, refused: 0, firstRefusal: null, missed: 0, latency: createHistogram() }
	let sent = 0
	const next = (): number | null => {
		if (sent === ready.length && !work.again) return null
		return sent++ % ready.length
	}
	const send = async (connection: Connection, i: number, dueAtMs: number): Promise<void> => {
		let response = await connection.send(ready[i] as Buffer)
		if ((work.requests[i] as Request).activate && isSuccess(response)) {
			response = await connection.send(activation(response, work.credentials))
		}
		tally.latency.record(Math.max(1, Math.round((performance.now() - dueAtMs) * 1e6)))
		if (isSuccess(response)) tally.done++
		else {
			tally.refused++
			tally.firstRefusal ??= `${response.status} ${response.body.toString().slice(0, 300)}`
		}
	}

	const startedAtMs = performance.now()
	const cpuBefore = process.cpuUsage()
	const endAtMs = startedAtMs + work.seconds * 1_000
	if (work.ratePerSecond === null) {
		const keepSending = async (connection: Connection) => {
			while (performance.now() < endAtMs) {
				const i = next()
				if (i === null) return
				await send(connection, i, performance.now())
			}
		}
		await Promise.all(connections.map(keepSending))
	} else {
		await sendAtRate(connections, work.ratePerSecond, startedAtMs, endAtMs, next, send, tally)
	}
	const seconds = (performance.now() - startedAtMs) / 1_000
	const { user, system } = process.cpuUsage(cpuBefore)
	for (const connection of connections) connection.close()
	const { latency, ...counts } = tally
	const ms = (ns: number) => ns / 1e6
	return {
		...counts,
		seconds,
		p50Ms: ms(latency.percentile(50)),
		p99Ms: ms(latency.percentile(99)),
		maxMs: ms(latency.max),
		cpuMs: (user + system) / 1_000,
	}
}

/** Latency counts from when a request was due, so a server that stalls can't hide it by being asked less. */
async function sendAtRate(
	connections: readonly Connection[],
	ratePerSecond: number,
	startedAtMs: number,
	endAtMs: number,
	next: () => number | null,
	send: (connection: Connection, i: number, dueAtMs: number) => Promise<void>,
	tally: Tally,
): Promise<void> {
	const idle = [...connections]
	const underWay = new Set<Promise<void>>()
	for (let due = 0; performance.now() < endAtMs; await sleep(tickMs)) {
		for (; ; due++) {
			const dueAtMs = startedAtMs + (due * 1_000) / ratePerSecond
			if (dueAtMs > performance.now()) break
			const connection = idle.pop()
			if (connection === undefined) {
				tally.missed++
				continue
			}
			const i = next()
			if (i === null) return
			const sending: Promise<void> = send(connection, i, dueAtMs).finally(() => {
				idle.push(connection)
				underWay.delete(sending)
			})
			underWay.add(sending)
		}
	}
	await Promise.all(underWay)
}

const isSuccess = ({ status, body }: Response): boolean => status === 200 && body.subarray(0, success.length).equals(success)

function activation({ body }: Response, credentials: MerchantCredentials): Buffer {
	const { Data } = JSON.parse(body.toString())
	const sale = { transactionCode: Data.TransactionCode, merchantOid: Data.MerchantOid }
	return written('/RequestV2/ActivateTransaction', sale, credentials)
}

function written(path: string, parameters: Parameters, credentials: MerchantCredentials): Buffer {
	const body = JSON.stringify(signed(path, parameters, credentials))
	const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
	return Buffer.from(head + body)
}
