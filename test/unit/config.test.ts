// The settings: what each is when nothing is said, and that a wrong one is named in one line that says what would be right.

import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, WrongSetting } from '../../src/config.ts'

const key = 'ab'.repeat(32)
const databaseUrl = 'postgres://sonra:secret@db.example:5432/sonra'
/** What else production needs; more of them in neighbour-settings.test.ts. */
const neighbours = {
	SONRA_BUREAU_URL: 'https://bureau.example/api',
	SONRA_IDENTITY_URL: 'http://10.0.0.7:9000',
	SONRA_SMS_URL: 'https://sms.example',
}

/** The line an operator is told. */
function complaint(environment: Record<string, string>): string {
	try {
		readConfig(environment)
	} catch (error) {
		if (error instanceof WrongSetting) return error.message
		throw error
	}
	throw new Error('nothing was wrong')
}

describe('what is not set', () => {
	const nothing = readConfig({})

	it('is a sandbox with the embedded database, on loopback', () => {
		expect(nothing).toEqual({
			mode: 'sandbox',
			dataDir: resolve('data'),
			host: '127.0.0.1',
			port: 8080,
			databaseUrl: null,
			migrationDatabaseUrl: null,
			masterKey: null,
			newMasterKey: null,
			logLevel: 'info',
			neighbours: null,
			allowedCalls: { perMerchantPerSecond: 20_000, perAddressPerSecond: 20_000, wrongTokensPerMinute: 60 },
			retentionYears: 10,
			trustedProxies: [],
		})
	})

	it('is what an empty setting is too', () => {
		const names = ['SONRA_MODE', 'SONRA_DATA_DIR', 'HOST', 'PORT', 'DATABASE_URL', 'SONRA_MASTER_KEY', 'SONRA_LOG_LEVEL']
		names.push(...Object.keys(neighbours), 'SONRA_MERCHANT_CALLS_PER_SECOND', 'SONRA_TRUSTED_PROXIES')
		expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(nothing)
	})

	it('stays so whatever else the environment holds', () => {
		expect(readConfig({ PATH: '/bin', SONRA_LAUNCHER: '17', MODE: 'production', PORTS: 'x' })).toEqual(nothing)
	})

	it('cannot be changed by anybody later', () => {
		expect(Object.isFrozen(nothing)).toBe(true)
	})
})

it('every setting is taken as it is given', () => {
	expect(
		readConfig({
			SONRA_MODE: 'production',
			SONRA_DATA_DIR: '/srv/sonra',
			HOST: '::1',
			PORT: '0',
			DATABASE_URL: databaseUrl,
			SONRA_MIGRATION_DATABASE_URL: databaseUrl.replace('sonra:', 'owner:'),
			SONRA_RETENTION_YEARS: '0',
			SONRA_MASTER_KEY: key.toUpperCase(),
			SONRA_NEW_MASTER_KEY: 'c'.repeat(64),
			SONRA_LOG_LEVEL: 'debug',
			SONRA_MERCHANT_CALLS_PER_SECOND: '500',
			SONRA_ADDRESS_CALLS_PER_SECOND: '1000000',
			SONRA_WRONG_TOKENS_PER_MINUTE: '1',
			SONRA_TRUSTED_PROXIES: '10.0.0.7, 10.1.0.0/16,2001:db8::/32',
			...neighbours,
		}),
	).toEqual({
		mode: 'production',
		dataDir: '/srv/sonra',
		host: '::1',
		port: 0,
		databaseUrl,
		migrationDatabaseUrl: databaseUrl.replace('sonra:', 'owner:'),
		masterKey: Buffer.from(key, 'hex'),
		newMasterKey: Buffer.alloc(32, 0xcc),
		logLevel: 'debug',
		neighbours: { bureau: 'https://bureau.example/api', identity: 'http://10.0.0.7:9000', sms: 'https://sms.example' },
		allowedCalls: { perMerchantPerSecond: 500, perAddressPerSecond: 1_000_000, wrongTokensPerMinute: 1 },
		retentionYears: 0,
		trustedProxies: ['10.0.0.7', '10.1.0.0/16', '2001:db8::/32'],
	})
})

it('a relative data folder is one below the folder the server was started in', () => {
	expect(readConfig({ SONRA_DATA_DIR: '../books' }).dataDir).toBe(resolve('../books'))
})

describe('the mode', () => {
	it('is production with a database of one’s own', () => {
		expect(readConfig({ DATABASE_URL: databaseUrl, SONRA_MASTER_KEY: key, ...neighbours }).mode).toBe('production')
	})

	it('is sandbox with a database of one’s own when that is asked for, and needs no master key then', () => {
		expect(readConfig({ DATABASE_URL: databaseUrl, SONRA_MODE: 'sandbox' })).toMatchObject({ mode: 'sandbox', masterKey: null })
	})

	it('is production with the embedded database when that is asked for', () => {
		expect(readConfig({ SONRA_MODE: 'production', SONRA_MASTER_KEY: key, ...neighbours })).toMatchObject({
			mode: 'production',
			databaseUrl: null,
		})
	})

	it('production needs a master key, whichever way it came about', () => {
		for (const environment of [{ SONRA_MODE: 'production' }, { DATABASE_URL: databaseUrl }] as Record<string, string>[]) {
			expect(complaint(environment)).toMatch(/^SONRA_MASTER_KEY must be set in production.*openssl rand -hex 32$/)
		}
	})
})

it.each([
	['SONRA_MODE', 'Production', 'sandbox or production'],
	['SONRA_MODE', 'test', 'sandbox or production'],
	['PORT', '65536', '0 to 65535'],
	['PORT', '-1', '0 to 65535'],
	['PORT', '80.5', '0 to 65535'],
	['PORT', ' 8080', '0 to 65535'],
	['PORT', 'http', '0 to 65535'],
	['PORT', '008080', '0 to 65535'],
	['DATABASE_URL', 'mysql://localhost/sonra', 'postgres://user:password@host:5432/database'],
	['DATABASE_URL', 'localhost', 'postgres://user:password@host:5432/database'],
	['DATABASE_URL', 'postgres://', 'postgres://user:password@host:5432/database'],
	['DATABASE_URL', 'postgres://db/a b', 'postgres://user:password@host:5432/database'],
	['SONRA_MASTER_KEY', key.slice(1), '64 hexadecimal digits'],
	['SONRA_MASTER_KEY', `${key}0`, '64 hexadecimal digits'],
	['SONRA_MASTER_KEY', key.replace('a', 'g'), '64 hexadecimal digits'],
	['SONRA_LOG_LEVEL', 'verbose', 'debug, info, warn, error, silent'],
	['SONRA_MERCHANT_CALLS_PER_SECOND', '0', '1 to 1000000'],
	['SONRA_MERCHANT_CALLS_PER_SECOND', '1000001', '1 to 1000000'],
	['SONRA_ADDRESS_CALLS_PER_SECOND', '1.5', '1 to 1000000'],
	['SONRA_WRONG_TOKENS_PER_MINUTE', 'none', '1 to 1000000'],
	['SONRA_TRUSTED_PROXIES', 'proxy.example', 'addresses or ranges like'],
	['SONRA_TRUSTED_PROXIES', '10.0.0.7,,10.0.0.8', 'addresses or ranges like'],
	['SONRA_TRUSTED_PROXIES', '10.0.0.0/33', 'addresses or ranges like'],
	['SONRA_TRUSTED_PROXIES', 'true', 'addresses or ranges like'],
	['SONRA_SMS_URL', 'sms.example', 'https://host/path'],
	['SONRA_SMS_URL', 'ftp://sms.example', 'https://host/path'],
])('%s %j is refused in one line that names it and says what would be right', (name, value, right) => {
	const line = complaint({ SONRA_MASTER_KEY: key, [name]: value })
	expect(line).toMatch(new RegExp(`^${name} .*${right}`))
	expect(line).not.toContain('\n')
})

it('a complaint never repeats what may be a secret', () => {
	const password = 'hunter2hunter2'
	expect(complaint({ DATABASE_URL: `postgres//sonra:${password}@db/sonra` })).not.toContain(password)
	expect(complaint({ SONRA_MASTER_KEY: `x${key.slice(1)}` })).not.toContain(key.slice(1, 9))
})

it('of several wrong settings one is named at a time', () => {
	expect(complaint({ PORT: 'x', SONRA_LOG_LEVEL: 'x' })).not.toContain('\n')
})
