// The stronger signature a merchant may send beside the requestToken [O]: Sonra-Signature: t=<unix seconds>,v1=<hex>, the HMAC-SHA256
// of "t.path.body" under the merchantKey. It covers every byte of the body, and a moment; the token covers some values, for ever.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

export const signatureHeader = 'Sonra-Signature'

/** How far a signature's moment may be from ours, either way. */
export const signatureWindowSeconds = 300

export interface SignedCall {
	/** As sent, without a query string. */
	readonly path: string
	readonly bytes: Uint8Array
	/** The header as sent. */
	readonly signature: string | undefined
}

/** The value of the header. `path` as it is sent, without a query string. */
export function signatureOf(key: KeyObject, unixSeconds: number, path: string, bytes: Uint8Array): string {
	return `t=${unixSeconds},v1=${macOf(key, unixSeconds, path, bytes).toString('hex')}`
}

/** What is good once: the HMAC itself. Null where the header is anything else than a signature of this call at about this time. */
export function rightSignature(key: KeyObject, { path, bytes, signature }: SignedCall, nowSeconds: number): Buffer | null {
	const [, t = '', v1 = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? []
	if (v1 === '' || Math.abs(nowSeconds - Number(t)) > signatureWindowSeconds) return null
	const right = macOf(key, Number(t), path, bytes)
	return timingSafeEqual(right, Buffer.from(v1, 'hex')) ? right : null
}

function macOf(key: KeyObject, unixSeconds: number, path: string, bytes: Uint8Array): Buffer {
	return createHmac('sha256', key).update(`${unixSeconds}.${path}.`).update(bytes).digest()
}
