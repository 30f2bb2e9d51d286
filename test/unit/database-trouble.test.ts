// What whoever runs a command is told of an error of the database: a line of ours, never PostgreSQL's own text.

import pg from 'pg'
import { expect, it } from 'vitest'
import { databaseTrouble } from '../../src/database-trouble.ts'
import { Unavailable } from '../../src/engine/fault.ts'
import { EmbeddedFailure, reasonIn } from '../../src/store/embedded-failure.ts'

/** With a text that nobody may see. */
function fromPostgres(code: string): pg.DatabaseError {
	return Object.assign(new pg.DatabaseError('Key (tckn)=(10000000146) exists', 1, 'error'), { code })
}

it.each([
	['53100', /disk is full/],
	['53300', /too many connections/],
	['42501', /may not do this/],
	['25006', /only lets itself be read/],
	['57014', /took too long/],
	['55P03', /took too long/],
	['57P03', /can’t be reached/],
	['08006', /can’t be reached/],
])('%s is a line with its code, also as the cause of something else', (code, line) => {
	for (const error of [fromPostgres(code), new Unavailable('outside', { cause: fromPostgres(code) })]) {
		const told = databaseTrouble(error)
		expect(told).toMatch(line)
		expect(told).toContain(`(${code})`)
		expect(told).not.toContain('10000000146')
	}
})

it('a database that is silent is told as such', () => {
	expect(databaseTrouble(new Unavailable('x', { cause: new Error('Query read timeout') }))).toMatch(/does not answer/)
})

it('what is a bug is none of it', () => {
	for (const bug of [fromPostgres('23505'), new Error('x', { cause: new TypeError('y') }), 'text']) {
		expect(databaseTrouble(bug)).toBeNull()
	}
})

it('of what an embedded PostgreSQL says before it ends, the line with the reason is told', () => {
	const log = [
		'LOG:  starting PostgreSQL 18',
		'FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device',
		'LOG:  database system is shut down',
	].join('\n')
	expect(databaseTrouble(new EmbeddedFailure('not-started', reasonIn(log)))).toMatch(
		/did not start: FATAL: .*No space left on device$/,
	)
	expect(reasonIn('unshare: failed')).toBe('unshare: failed')
})
