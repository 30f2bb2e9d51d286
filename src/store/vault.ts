// Seals secrets and personal values (AES-256-GCM) and makes the keyed hashes by which they are found. All keys come from
// one; the purpose is bound into each value, so that one column's value can't pass for another's.

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Sealed } from '../domain/customer.ts'

export type Purpose = 'data-key' | 'tckn' | 'mobile-number' | 'email' | 'merchant-key' | 'merchant-salt' | 'limit-request' | 'pin'

const nonceBytes = 12
const tagBytes = 16
/** The first byte of a sealed value: which form it has. */
const form = 1

export class Vault {
	readonly #sealingKey: Buffer
	readonly #hashingKey: Buffer
	readonly #chainingKey: KeyObject

	/** `key`: 32 bytes. */
	constructor(key: Uint8Array) {
		this.#sealingKey = derive(key, 'sonra sealing 1')
		this.#hashingKey = derive(key, 'sonra hashing 1')
		this.#chainingKey = createSecretKey(derive(key, 'sonra chaining 1'))
	}

	seal(text: string, purpose: Purpose): Buffer {
		const nonce = randomBytes(nonceBytes)
		const cipher = createCipheriv('aes-256-gcm', this.#sealingKey, nonce).setAAD(Buffer.from(purpose))
		const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
		return Buffer.concat([Buffer.of(form), nonce, cipher.getAuthTag(), sealed])
	}

	/** Throws when the value was altered, or sealed under another key or for another purpose. */
	open(sealed: Uint8Array, purpose: Purpose): string {
		if (sealed[0] !== form) throw new Error(`a sealed ${purpose} has an unknown form`)
		const nonce = sealed.subarray(1, 1 + nonceBytes)
		const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes)
		// The length is said, or a tag that was cut short would be good enough.
		const decipher = createDecipheriv('aes-256-gcm', this.#sealingKey, nonce, { authTagLength: tagBytes })
			.setAAD(Buffer.from(purpose))
			.setAuthTag(tag)
		return decipher.update(sealed.subarray(1 + nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
	}

	/** The hex text of a keyed hash: equal for equal values, and useless without the key. */
	hash(text: string, purpose: Purpose): string {
		return createHmac('sha256', this.#hashingKey).update(`${purpose}\n${text}`).digest('hex')
	}

	/** The hex text of a keyed hash that tells whether a text is still what it was (see chain.ts). */
	mac(text: string): string {
		return createHmac('sha256', this.#chainingKey).update(text).digest('hex')
	}

	sealWithHash(text: string, purpose: Purpose): Sealed {
		return { hash: this.hash(text, purpose), sealed: this.seal(text, purpose) }
	}
}

function derive(key: Uint8Array, use: string): Buffer {
	if (key.byteLength !== 32) throw new Error('the key must have 32 bytes')
	return Buffer.from(hkdfSync('sha256', key, '', use, 32))
}
