// Each Sonra-Signature is good once, at whichever server it arrives.

import type pg from 'pg'
import type { MerchantId } from '../domain/merchant.ts'
import { signatureWindowSeconds } from '../protocol/signature.ts'
import { onConnection } from './connect.ts'

/** False when it was used before. */
export async function useSignature(pool: pg.Pool, merchantId: MerchantId, mac: Buffer): Promise<boolean> {
	return onConnection(pool, async (client) => {
		const { rowCount } = await client.query({
			name: 'use-signature',
			text: 'insert into used_signature (merchant_id, signature) values ($1, $2) on conflict do nothing',
			values: [merchantId, mac],
		})
		return rowCount === 1
	})
}

/** A signature may be dated ahead by one window, and is no good any more one window after that; the rest is for clocks that differ. */
export async function forgetUsedSignatures(pool: pg.Pool): Promise<void> {
	await onConnection(pool, (client) =>
		client.query("delete from used_signature where used_at < now() - $1 * interval '1 second'", [4 * signatureWindowSeconds]),
	)
}
