// The options of `merchant create` and `merchant set`: what each text means, and which texts are refused.

import { Command } from 'commander'
import { expect, it } from 'vitest'
import { merchantSettings, settingOptions } from '../../src/merchant-settings.ts'

/** The settings that these words come to. */
function read(...words: string[]) {
	const command = new Command().exitOverride().configureOutput({ writeErr: () => {} })
	for (const option of settingOptions) command.addOption(option)
	return merchantSettings(command.parse(words, { from: 'user' }).opts())
}

it('what is not given changes nothing', () => {
	expect(read()).toEqual({})
})

it.each([
	['--state active', { active: true }],
	['--state passive', { active: false }],
	['--allow-addresses 203.0.113.7', { allowedAddresses: ['203.0.113.7'] }],
	['--allow-addresses 203.0.113.0/24,2001:db8::/32', { allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'] }],
	['--allow-addresses none', { allowedAddresses: null }],
	['--credit-limit 0', { creditLimit: 0n }],
	['--credit-limit 99999999999', { creditLimit: 9_999_999_999_900n }],
	['--credit-limit none', { creditLimit: null }],
	['--credit-limit yok', { creditLimit: null }],
	['--late-fee-rate 0', { lateFeeRateBps: 0 }],
	['--late-fee-rate 4.25', { lateFeeRateBps: 425 }],
	['--late-fee-rate 4.2', { lateFeeRateBps: 420 }],
	['--late-fee-rate 4.05', { lateFeeRateBps: 405 }],
	['--late-fee-rate 99.99', { lateFeeRateBps: 9_999 }],
	['--late-fee-base open-principal', { lateFeeBase: 'open-principal' }],
	['--grace-days 0', { graceDays: 0 }],
	['--grace-days 90', { graceDays: 90 }],
	['--pending-life 1', { pendingLifeDays: 1 }],
	['--pending-life 28', { pendingLifeDays: 28 }],
	['--down-payment 30', { downPaymentMaxShareBps: 3_000 }],
	['--enforcement-after 3650', { enforcementMinOverdueDays: 3_650 }],
	['--allow-limits KDS', { settableLimits: ['KDS'] }],
	['--allow-limits kds,Predefined,MANUAL', { settableLimits: ['KDS', 'PREDEFINED', 'MANUAL'] }],
	['--allow-limits none', { settableLimits: [] }],
	['--limit-ceiling 50000', { limitCeiling: 5_000_000n }],
	['--limit-ceiling none', { limitCeiling: null }],
	['--own-limits yes', { holdsOwnLimits: true }],
	['--own-limits no', { holdsOwnLimits: false }],
	['--signature needed', { signatureNeeded: true }],
	['--signature optional', { signatureNeeded: false }],
])('%s', (words, settings) => {
	expect(read(...words.split(' '))).toEqual(settings)
})

it.each([
	'--state on',
	'--allow-addresses 203.0.113',
	'--allow-addresses 203.0.113.0/33',
	'--allow-addresses 2001:db8::/129',
	'--allow-addresses 203.0.113.0/24/8',
	'--allow-addresses 203.0.113.0/',
	'--allow-addresses ,',
	'--credit-limit 10.5',
	'--credit-limit -1',
	'--credit-limit 100000000000',
	'--late-fee-rate 100',
	'--late-fee-rate 4,25',
	'--late-fee-rate 4.255',
	'--late-fee-rate .5',
	'--late-fee-base all',
	'--grace-days 91',
	'--grace-days -1',
	'--grace-days 1.5',
	'--pending-life 0',
	'--pending-life 29',
	'--down-payment 100',
	'--enforcement-after 0',
	'--allow-limits KKB',
	'--allow-limits KDS,',
	'--limit-ceiling much',
	'--own-limits maybe',
])('%s is refused', (words) => {
	expect(() => read(...words.split(' '))).toThrow(/is invalid\. /)
})
