// Where the neighbours are: required in production, all three or none in a sandbox.

import { expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'

const production = { DATABASE_URL: 'postgres://u:p@127.0.0.1/d', SONRA_MASTER_KEY: '07'.repeat(32) }
const neighbours = {
	SONRA_BUREAU_URL: 'https://bureau.example/api',
	SONRA_IDENTITY_URL: 'http://10.0.0.7:9000',
	SONRA_SMS_URL: 'https://sms.example',
}

it('a sandbox without them starts its own', () => {
	expect(readConfig({}).neighbours).toBeNull()
})

it('they are taken as they are, in a sandbox and in production', () => {
	const urls = { bureau: 'https://bureau.example/api', identity: 'http://10.0.0.7:9000', sms: 'https://sms.example' }
	expect(readConfig(neighbours).neighbours).toEqual(urls)
	expect(readConfig({ ...production, ...neighbours }).neighbours).toEqual(urls)
})

it('production names those that are missing', () => {
	expect(() => readConfig(production)).toThrow(/^SONRA_BUREAU_URL, SONRA_IDENTITY_URL, SONRA_SMS_URL /)
	expect(() => readConfig({ ...production, ...neighbours, SONRA_SMS_URL: '' })).toThrow(/^SONRA_SMS_URL /)
})

it('a command, which asks none, needs none', () => {
	expect(readConfig(production, 'command').neighbours).toBeNull()
	expect(() => readConfig({ DATABASE_URL: production.DATABASE_URL }, 'command')).toThrow(/^SONRA_MASTER_KEY /)
})

it('a sandbox takes no half of them', () => {
	expect(() => readConfig({ SONRA_SMS_URL: 'https://sms.example' })).toThrow(/^SONRA_BUREAU_URL, SONRA_IDENTITY_URL /)
})

it.each(['bureau.example', 'ftp://bureau.example', 'https://', 'https://user:secret@bureau.example', 'https://a b'])(
	'%s is no address of a neighbour, and is not repeated',
	(url) => {
		expect(() => readConfig({ ...neighbours, SONRA_BUREAU_URL: url })).toThrow(/^SONRA_BUREAU_URL /)
		expect(() => readConfig({ ...neighbours, SONRA_BUREAU_URL: url })).not.toThrow('secret')
	},
)
