// All that `verify` looks at: the rows held against the ledger, and both against the chains.

import type pg from 'pg'
import type { Vault } from '../store/vault.ts'
import { verifyChains } from './chains.ts'
import { type Finding, verify } from './verify.ts'

/** Tells each finding as it comes. */
export async function checkBooks(pool: pg.Pool, vault: Vault, tell: (finding: Finding) => void = () => {}): Promise<Finding[]> {
	const findings = await verify(pool, tell)
	const chains = await verifyChains(pool, vault)
	tell(chains)
	return [...findings, chains]
}
