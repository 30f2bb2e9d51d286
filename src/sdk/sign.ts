// Signing a call as a merchant does: the parameters with merchantId and the requestToken of protocol 1.3.

import { readBody } from '../protocol/body.ts'
import { pathOf } from '../protocol/endpoint.ts'
import { endpoints } from '../protocol/endpoints.ts'
import { signatureOf } from '../protocol/signature.ts'
import { requestToken, signedText, tokenKey } from '../protocol/token.ts'

export interface MerchantCredentials {
	readonly merchantId: string
	readonly merchantKey: string
	readonly merchantSalt: string
}

export type Parameters = Readonly<Record<string, unknown>>

/** In signing order, the parameters that make up the token of a path (any casing); null for a path that is none. */
export function tokenOrder(path: string): readonly string[] | null {
	const endpoint = Object.values(endpoints).find((each) => pathOf(each).toLowerCase() === path.toLowerCase())
	return endpoint?.token ?? null
}

/** Throws for a path that no endpoint has. */
export function signed(path: string, parameters: Parameters, credentials: MerchantCredentials): Parameters {
	const order = tokenOrder(path)
	if (!order) throw new Error(`no endpoint has the path ${path}`)
	const body = { merchantId: credentials.merchantId, ...parameters }
	const read = readBody('application/json', Buffer.from(JSON.stringify(body)))
	if (!read.ok) throw new Error('the parameters are no JSON object')
	const text = signedText(order, read.body, credentials.merchantSalt)
	return { ...body, requestToken: requestToken(tokenKey(credentials.merchantKey), text) }
}

/** The value of the header Sonra-Signature for this body, good once and for five minutes from now. */
export function strongSignature(path: string, body: string, { merchantKey }: MerchantCredentials): string {
	return signatureOf(tokenKey(merchantKey), Math.floor(Date.now() / 1_000), path, Buffer.from(body))
}
