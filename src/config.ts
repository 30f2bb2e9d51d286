// The settings, from the environment to one frozen value. Each is checked here, and a wrong one is named in one line with
// what would be right.

import { resolve } from 'node:path'
import { z } from 'zod'
import { isAddressOrRange } from './http/addresses.ts'
import type { AllowedCalls } from './http/call-limits.ts'
import { say } from './language.ts'
import { limits } from './limits.ts'

type Mode = 'sandbox' | 'production'

export interface Config {
	readonly mode: Mode
	readonly dataDir: string
	readonly host: string
	readonly port: number
	/** null = the embedded database. */
	readonly databaseUrl: string | null
	/** Where the owner of the tables connects; null = the schema is brought up to date with databaseUrl, or by `sonra migrate`. */
	readonly migrationDatabaseUrl: string | null
	/** 32 bytes; null = in a sandbox, the key file in the data folder. */
	readonly masterKey: Buffer | null
	/** 32 bytes; what `rotate-master-key` puts in its place. */
	readonly newMasterKey: Buffer | null
	readonly logLevel: LogLevel
	/** null = the simulated ones that a sandbox starts by itself. */
	readonly neighbours: NeighbourUrls | null
	readonly allowedCalls: AllowedCalls
	/** How long the books of a person are kept after the last sale or payment. */
	readonly retentionYears: number
	/** Addresses and ranges whose word (X-Forwarded-For) is taken for where a call comes from. */
	readonly trustedProxies: readonly string[]
}

export interface NeighbourUrls {
	readonly bureau: string
	readonly identity: string
	readonly sms: string
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const text = z.string().min(1)

const wrongPort = say('must be a port number, 0 to 65535', '0 ile 65535 arasında bir kapı numarası olmalı')
const wrongKey = say(
	'must be 64 hexadecimal digits (32 bytes); make one with: openssl rand -hex 32',
	'64 onaltılık basamak (32 bayt) olmalı; şununla üretin: openssl rand -hex 32',
)

const wrongCount = say('must be a whole number, 1 to 1000000', '1 ile 1000000 arasında bir tam sayı olmalı')
const count = z
	.string()
	.regex(/^[1-9]\d{0,6}$/, wrongCount)
	.transform(Number)
	.refine((number) => number <= 1_000_000, wrongCount)

const wrongYears = say('must be a whole number of years, 0 to 100', '0 ile 100 arasında bir tam yıl sayısı olmalı')

const masterKey = z
	.string()
	.regex(/^[0-9a-fA-F]{64}$/, wrongKey)
	.transform((hex) => Buffer.from(hex, 'hex'))
	.optional()

const neighbourUrl = z
	.string()
	.regex(/^https?:\/\/[^\s/@]+(\/\S*)?$/, say('must look like https://host/path', 'https://sunucu/yol gibi olmalı'))
	.optional()

const databaseUrl = z
	.string()
	.regex(
		/^postgres(ql)?:\/\/\S+$/,
		say(
			'must look like postgres://user:password@host:5432/database',
			'postgres://kullanıcı:parola@sunucu:5432/veritabanı gibi olmalı',
		),
	)
	.optional()

const settings = z.object({
	SONRA_MODE: z
		.enum(['sandbox', 'production'], say('must be sandbox or production', 'sandbox ya da production olmalı'))
		.optional(),
	SONRA_DATA_DIR: text.default('./data'),
	HOST: text.default('127.0.0.1'),
	PORT: z
		.string()
		.regex(/^\d{1,5}$/, wrongPort)
		.transform(Number)
		.refine((port) => port <= 65_535, wrongPort)
		.default(8080),
	DATABASE_URL: databaseUrl,
	SONRA_MIGRATION_DATABASE_URL: databaseUrl,
	SONRA_MASTER_KEY: masterKey,
	SONRA_NEW_MASTER_KEY: masterKey,
	SONRA_BUREAU_URL: neighbourUrl,
	SONRA_IDENTITY_URL: neighbourUrl,
	SONRA_SMS_URL: neighbourUrl,
	SONRA_MERCHANT_CALLS_PER_SECOND: count.default(limits.calls.perMerchantPerSecond),
	SONRA_ADDRESS_CALLS_PER_SECOND: count.default(limits.calls.perAddressPerSecond),
	SONRA_WRONG_TOKENS_PER_MINUTE: count.default(limits.calls.wrongTokensPerMinute),
	SONRA_RETENTION_YEARS: z
		.string()
		.regex(/^\d{1,3}$/, wrongYears)
		.transform(Number)
		.refine((years) => years <= 100, wrongYears)
		.default(10),
	SONRA_TRUSTED_PROXIES: z
		.string()
		.transform((list) => list.split(',').map((each) => each.trim()))
		.refine(
			(list) => list.every(isAddressOrRange),
			say('must be addresses or ranges like 10.0.0.7,10.1.0.0/16', '10.0.0.7,10.1.0.0/16 gibi adresler ya da aralıklar olmalı'),
		)
		.default([]),
	SONRA_LOG_LEVEL: z
		.enum(logLevels, say(`must be one of ${logLevels.join(', ')}`, `şunlardan biri olmalı: ${logLevels.join(', ')}`))
		.default('info'),
})

/** A setting that is wrong or missing; the message is for the operator, and never repeats a secret. */
export class WrongSetting extends Error {
	override readonly name = 'WrongSetting'
}

/** An empty setting counts as not set. A command beside the server asks no neighbours and need not know them. Throws WrongSetting. */
export function readConfig(
	environment: Readonly<Record<string, string | undefined>>,
	use: 'serve' | 'command' = 'serve',
): Config {
	const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
	const read = settings.safeParse(set)
	if (!read.success) {
		const [issue] = read.error.issues
		throw new WrongSetting(`${issue?.path.join('.')} ${issue?.message}`)
	}
	const { DATABASE_URL: databaseUrl = null, SONRA_MIGRATION_DATABASE_URL: migrationDatabaseUrl = null } = read.data
	const { SONRA_MASTER_KEY: masterKey = null } = read.data
	const mode = read.data.SONRA_MODE ?? (databaseUrl === null ? 'sandbox' : 'production')
	if (mode === 'production' && masterKey === null) {
		throw new WrongSetting(
			say(
				'SONRA_MASTER_KEY must be set in production: 64 hexadecimal digits; make one with: openssl rand -hex 32',
				'SONRA_MASTER_KEY canlı ortamda verilmeli: 64 onaltılık basamak; şununla üretin: openssl rand -hex 32',
			),
		)
	}
	return Object.freeze({
		mode,
		dataDir: resolve(read.data.SONRA_DATA_DIR),
		host: read.data.HOST,
		port: read.data.PORT,
		databaseUrl,
		migrationDatabaseUrl,
		masterKey,
		newMasterKey: read.data.SONRA_NEW_MASTER_KEY ?? null,
		logLevel: read.data.SONRA_LOG_LEVEL,
		neighbours: use === 'serve' ? neighboursOf(read.data, mode) : null,
		allowedCalls: {
			perMerchantPerSecond: read.data.SONRA_MERCHANT_CALLS_PER_SECOND,
			perAddressPerSecond: read.data.SONRA_ADDRESS_CALLS_PER_SECOND,
			wrongTokensPerMinute: read.data.SONRA_WRONG_TOKENS_PER_MINUTE,
		},
		retentionYears: read.data.SONRA_RETENTION_YEARS,
		trustedProxies: read.data.SONRA_TRUSTED_PROXIES,
	})
}

/** All three or, in a sandbox, none. */
function neighboursOf(set: z.infer<typeof settings>, mode: Mode): NeighbourUrls | null {
	const { SONRA_BUREAU_URL: bureau, SONRA_IDENTITY_URL: identity, SONRA_SMS_URL: sms } = set
	if (bureau !== undefined && identity !== undefined && sms !== undefined) return { bureau, identity, sms }
	if (mode === 'sandbox' && bureau === undefined && identity === undefined && sms === undefined) return null
	const missing = Object.entries({ SONRA_BUREAU_URL: bureau, SONRA_IDENTITY_URL: identity, SONRA_SMS_URL: sms })
		.filter(([, url]) => url === undefined)
		.map(([name]) => name)
	throw new WrongSetting(
		mode === 'sandbox'
			? say(
					`${missing.join(', ')} must be set too, or none of the three`,
					`${missing.join(', ')} de verilmeli, ya da üçü de verilmemeli`,
				)
			: say(
					`${missing.join(', ')} must be set in production: where the neighbour is, like https://host/path`,
					`${missing.join(', ')} canlı ortamda verilmelidir: karşı tarafın adresi, https://sunucu/yol gibi`,
				),
	)
}
