// The requestToken of protocol 1.3: an HMAC over the values as sent, in the endpoint's order, with the merchant's salt at the end.
// It covers texts before they mean anything, so it is checked before a single parameter is.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Body, Sent } from './body.ts'

/** Make it once per merchant: as a KeyObject a token takes 2–3 µs, with the key's text 15–22 µs. */
export function tokenKey(merchantKey: string): KeyObject {
	return createSecretKey(merchantKey, 'utf8')
}

/** The text a token signs; `order` holds the wire names without the salt. What was not sent counts as nothing. */
export function signedText(order: readonly string[], body: Body, merchantSalt: string): string {
	return order.map((name) => signedValue(name, body.get(name))).join('') + merchantSalt
}

function signedValue(name: string, sent: Sent | undefined): string {
	if (typeof sent === 'boolean') return String(sent)
	if (typeof sent !== 'string') return ''
	// The first ten characters as sent, whether they are a date or not (answers 12); no other date is shortened.
	return name === 'paymentDate' ? (/^.{0,10}/su.exec(sent)?.[0] ?? '') : sent
}

export function requestToken(key: KeyObject, text: string): string {
	return createHmac('sha256', key).update(text, 'utf8').digest('base64')
}

/** Whether `sent` is the token of `text`, in a time that does not tell how much of it is right. False is H105. */
export function tokenMatches(key: KeyObject, text: string, sent: Sent | undefined): boolean {
	if (typeof sent !== 'string') return false
	const right = Buffer.from(requestToken(key, text))
	const claimed = Buffer.from(sent)
	return claimed.length === right.length && timingSafeEqual(claimed, right)
}
