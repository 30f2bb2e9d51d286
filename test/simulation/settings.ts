// A merchant as the operator sets it, on both sides: in the database and in the model.

import type { Merchant, State } from '../../sim/model/state.ts'
import { kurus } from '../../src/domain/money.ts'
import type { RateRow } from '../../src/domain/rates.ts'
import type { MerchantCredentials } from '../../src/sdk/sign.ts'
import { changeMerchant, createMerchant, type MerchantSettings, replaceRates } from '../../src/store/merchants.ts'
import type { Picks } from './picks.ts'
import { rateTables, type Terms } from './setup.ts'
import type { Stage } from './stage.ts'

export async function addMerchant({ app }: Stage, state: State, terms: Terms): Promise<MerchantCredentials> {
	const { pool, vault } = app.database
	const { merchantCode, merchantKey, merchantSalt } = await createMerchant(pool, vault, 'Simulated shop')
	await changeMerchant(pool, merchantCode, settingsOf(terms))
	await replaceRates(pool, merchantCode, rowsOf(terms.rates))
	state.merchants.push({ ...structuredClone(terms), index: state.merchants.length, rates: rateTables[terms.rates] })
	return { merchantId: merchantCode, merchantKey, merchantSalt }
}

function settingsOf(terms: Omit<Terms, 'rates'>): MerchantSettings {
	return {
		...terms.terms,
		pendingLifeDays: terms.pendingLifeDays,
		downPaymentMaxShareBps: terms.downPaymentShareBps,
		enforcementMinOverdueDays: terms.enforcementMinDays,
		creditLimit: terms.creditLimit === null ? null : kurus(terms.creditLimit),
	}
}

function rowsOf(table: Terms['rates']): RateRow[] {
	return rateTables[table].map(({ segment, n, feeRateBps, postponeMonths, min, max }) => ({
		dealerSegment: segment,
		installments: n,
		feeRateBps,
		postponeMonths,
		minAmount: kurus(min),
		maxAmount: kurus(max),
	}))
}

/** The operator changes one thing; what it was. */
export async function changeSettings({ app }: Stage, code: string, merchant: Merchant, picks: Picks): Promise<string> {
	const { pool } = app.database
	const table = picks.of(['usual', 'varied'] as const)
	const { terms } = merchant
	const changes: readonly [string, () => Partial<Merchant>][] = [
		['late fee rate', () => ({ terms: { ...terms, lateFeeRateBps: picks.of([425, 0, 777]) } })],
		['grace', () => ({ terms: { ...terms, graceDays: picks.of([0, 2, 10]) } })],
		['late fee base', () => ({ terms: { ...terms, lateFeeBase: picks.of(['open-amount', 'open-principal']) } })],
		['pending life', () => ({ pendingLifeDays: picks.of([7, 1, 28]) })],
		['down payment', () => ({ downPaymentShareBps: picks.of([0, 3_333, 9_999]) })],
		['enforcement', () => ({ enforcementMinDays: picks.of([1, 10]) })],
		['credit limit', () => ({ creditLimit: picks.of([null, 2_000_000n, 500_000n, 50_000_000n]) })],
		['rates', () => ({ rates: rateTables[table] })],
	]
	const [what, change] = picks.of(changes) as (typeof changes)[number]
	Object.assign(merchant, change())
	await changeMerchant(pool, code, settingsOf(merchant))
	if (what === 'rates') await replaceRates(pool, code, rowsOf(table))
	return what
}
