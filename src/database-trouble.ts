// What is the matter with the database, in a line for whoever runs a command. What PostgreSQL itself says of an error may hold a
// person's data and speaks one language, so its code is read and not its text.

import { Unavailable } from './engine/fault.ts'
import { say } from './language.ts'
import { EmbeddedFailure } from './store/embedded-failure.ts'

/** Null where the error is none of the database's, or a bug of ours. */
export function databaseTrouble(error: unknown): string | null {
	if (error instanceof EmbeddedFailure) return embeddedTrouble(error)
	if (!(error instanceof Error)) return null
	const { code } = error as { code?: unknown }
	const known = typeof code === 'string' ? (byCode(code) ?? reachTrouble(code)) : null
	if (known !== null) return known
	const deeper = databaseTrouble(error.cause)
	if (deeper !== null || !(error instanceof Unavailable)) return deeper
	return say('The database does not answer.', 'Veritabanı yanıt vermiyor.')
}

function byCode(code: string): string | null {
	switch (code) {
		case '28P01':
		case '28000':
			return say(
				`The database turned the user away: user or password is wrong, or it is not let in from here (${code}).`,
				`Veritabanı kullanıcıyı kabul etmedi: kullanıcı ya da parola yanlış, ya da buradan girmesine izin yok (${code}).`,
			)
		case '3D000':
			return say(`There is no such database (${code}).`, `Böyle bir veritabanı yok (${code}).`)
		case '42501':
			return say(`The user may not do this in the database (${code}).`, `Kullanıcının veritabanında buna yetkisi yok (${code}).`)
		case '53100':
			return say(
				`The database’s disk is full: make room, then try again (${code}).`,
				`Veritabanının diski dolu: yer açıp yeniden deneyin (${code}).`,
			)
		case '53300':
			return say(`The database has too many connections (${code}).`, `Veritabanında çok fazla bağlantı var (${code}).`)
		case '25006':
			return say(
				`The database only lets itself be read (${code}): it is a replica, or was set so.`,
				`Veritabanı yalnızca okunabiliyor (${code}): ya bir kopya ya da öyle ayarlanmış.`,
			)
		case '57014':
		case '55P03':
			return say(
				`The database took too long (${code}): something else is in its way. Try again.`,
				`Veritabanı çok uzun sürdü (${code}): başka bir iş yolunda duruyor. Yeniden deneyin.`,
			)
		default:
			return null
	}
}

/** Codes of the connection: PostgreSQL's own that it starts, stops or breaks off, and the system's. */
function reachTrouble(code: string): string | null {
	const isNetworks = /^E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND)/.test(code)
	if (!isNetworks && !/^(08|57P)/.test(code)) return null
	return say(`The database can’t be reached (${code}).`, `Veritabanına ulaşılamıyor (${code}).`)
}

function embeddedTrouble({ kind, detail }: EmbeddedFailure): string {
	switch (kind) {
		case 'not-installed':
			return say(
				`There is no embedded PostgreSQL here (${detail} is not installed): set DATABASE_URL to one of your own.`,
				`Burada gömülü PostgreSQL yok (${detail} kurulu değil): DATABASE_URL ile kendi veritabanınızı verin.`,
			)
		case 'does-not-run':
			return say(
				`The embedded PostgreSQL can’t run here (${detail}): set DATABASE_URL to one of your own.`,
				`Gömülü PostgreSQL burada çalışamıyor (${detail}): DATABASE_URL ile kendi veritabanınızı verin.`,
			)
		case 'not-created':
			return say(`The embedded PostgreSQL can’t be set up: ${detail}`, `Gömülü PostgreSQL kurulamıyor: ${detail}`)
		case 'not-started':
			return say(`The embedded PostgreSQL did not start: ${detail}`, `Gömülü PostgreSQL başlamadı: ${detail}`)
		case 'not-ready':
			return say(
				`The embedded PostgreSQL does not get ready; see ${detail}`,
				`Gömülü PostgreSQL hazır olmuyor; bakınız: ${detail}`,
			)
	}
}
