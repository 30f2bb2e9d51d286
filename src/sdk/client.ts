// A merchant's client: signs a call, sends it and reads the envelope.

import { signatureHeader } from '../protocol/signature.ts'
import { type MerchantCredentials, type Parameters, signed, strongSignature } from './sign.ts'

export interface Answer {
	readonly httpStatus: number
	readonly headers: Headers
	readonly Success: boolean
	readonly Errors: readonly string[]
	// biome-ignore lint/suspicious/noExplicitAny: each endpoint has a Data of its own
	readonly Data: any
	readonly ErrorDetails?: readonly { readonly Code: string; readonly Message: string; readonly Field: string | null }[]
}

export interface CallOptions {
	readonly headers?: Readonly<Record<string, string>>
	/** How the body is written; JSON unless said. */
	readonly as?: 'json' | 'form'
	readonly signal?: AbortSignal
	/** Sends a Sonra-Signature beside the token; each send has a new one. */
	readonly strong?: boolean
}

export class MerchantClient {
	readonly #baseUrl: string
	readonly #credentials: MerchantCredentials

	constructor(baseUrl: string, credentials: MerchantCredentials) {
		this.#baseUrl = baseUrl.replace(/\/+$/, '')
		this.#credentials = credentials
	}

	/** Rejects when no answer came; a refusal is an answer. */
	call(path: string, parameters: Parameters = {}, options: CallOptions = {}): Promise<Answer> {
		return this.send(path, signed(path, parameters, this.#credentials), options)
	}

	/** Sends a body as it is: whoever calls this has signed it. */
	async send(
		path: string,
		body: Parameters,
		{ headers = {}, as = 'json', signal, strong = false }: CallOptions = {},
	): Promise<Answer> {
		const text = as === 'json' ? JSON.stringify(body) : String(formOf(body))
		const response = await fetch(this.#baseUrl + path, {
			method: 'POST',
			headers: {
				'content-type': as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
				...(strong && { [signatureHeader]: strongSignature(path, text, this.#credentials) }),
				...headers,
			},
			body: text,
			...(signal && { signal }),
		})
		const envelope = (await response.json()) as Pick<Answer, 'Success' | 'Errors' | 'Data' | 'ErrorDetails'>
		return { ...envelope, httpStatus: response.status, headers: response.headers }
	}
}

/** A list of texts is a repeated key, a list of models one JSON text. */
function formOf(body: Parameters): URLSearchParams {
	const form = new URLSearchParams()
	for (const [name, value] of Object.entries(body)) {
		if (value === undefined || value === null) continue
		if (!Array.isArray(value)) form.append(name, String(value))
		else if (value.some((item) => typeof item === 'object')) form.append(name, JSON.stringify(value))
		else for (const item of value) form.append(name, String(item))
	}
	return form
}
