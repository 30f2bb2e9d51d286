// What a test asks of the simulated neighbours: the texts they took, the requests the bureau has, and faults.

import { expect, vi } from 'vitest'
import { tcknOf } from './sandbox.ts'

export interface BureauRequest {
	readonly requestId: string
	/** How often it was sent. */
	readonly sent: number
	/** How often its report was asked for. */
	readonly asked: number
}

export class Simulator {
	readonly url: string

	constructor(url: string | null) {
		if (url === null) throw new Error('this server has no simulated neighbours')
		this.url = url
	}

	/** The pins texted to a number, newest first. */
	async pins(mobileNumber: unknown): Promise<string[]> {
		const { messages } = await this.#get<{ messages: { text: string }[] }>(`/sms?to=${mobileNumber}`)
		return messages.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? '')
	}

	async pin(mobileNumber: unknown): Promise<string> {
		const [newest] = await this.pins(mobileNumber)
		expect(newest).toMatch(/^\d{6}$/)
		return newest as string
	}

	async requestsFor(tckn: unknown): Promise<BureauRequest[]> {
		return (await this.#get<{ requests: BureauRequest[] }>(`/bureau/requests?tckn=${tckn}`)).requests
	}

	/** The bureau loses every request. */
	async forget(): Promise<void> {
		await fetch(`${this.url}/bureau/requests`, { method: 'DELETE' })
	}

	/** `about`: only calls that name this. Without it the server's own work for other requests may meet the fault first. */
	async fault(on: string, kind: string, given: { times?: number; about?: unknown } = {}): Promise<void> {
		const body = JSON.stringify({ on, kind, ...given })
		const response = await fetch(`${this.url}/faults`, {
			method: 'POST',
			body,
			headers: { 'content-type': 'application/json' },
		})
		expect(response.status).toBe(201)
	}

	async noFaults(): Promise<void> {
		await fetch(`${this.url}/faults`, { method: 'DELETE' })
	}

	/** Resolves when a call has met a fault. */
	async untilMet(): Promise<void> {
		await vi.waitFor(async () => expect((await this.#get<{ met: string[] }>('/faults')).met).not.toEqual([]), { timeout: 10_000 })
	}

	async #get<T>(path: string): Promise<T> {
		return (await (await fetch(this.url + path)).json()) as T
	}
}

let asked = 0

/** A TCKN nobody has used, with this tenth digit: it decides what the simulated bureau says. */
export function tcknGraded(tenthDigit: number): string {
	for (;;) {
		asked++
		const tckn = tcknOf(500_000_000 + asked)
		if (tckn[9] === String(tenthDigit)) return tckn
	}
}

export const digitOf = { A: 0, B: 1, C: 2, D: 3, E: 4, F: 5, slow: 6, neverReady: 7, down: 8 } as const
