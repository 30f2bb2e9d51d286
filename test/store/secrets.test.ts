// What nobody may read: a shopper's TCKN, number and e-mail, a merchant's key and salt. After a story with every kind of failure
// they are looked for in all that the server wrote: every row of every table, its log and the log of the database.

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import type { MerchantCredentials, Parameters } from '../../src/sdk/sign.ts'
import { type Purpose, Vault } from '../../src/store/vault.ts'
import { type FreshDatabase, freshDatabase, vaultOf } from '../database.ts'
import { digitOf, Simulator, tcknGraded } from '../neighbours.ts'
import { type DataFolder, dataFolder, endProcesses, nobodysNeighbours, run, type Server, serve, until } from '../process.ts'
import { newOrder, newPerson, newSale, tcknOf } from '../sandbox.ts'

const masterKey = '5e'.repeat(32)

describe('after a story with every kind of failure', () => {
	let database: FreshDatabase
	let folder: DataFolder
	let server: Server
	let owner: pg.Client
	let demo: MerchantCredentials
	let client: MerchantClient
	let log: string

	const shopper = {
		shopperName: 'Zübeyde Nur',
		shopperSurname: 'Karabekirzade',
		tckn: tcknOf(987_654_321),
		mobileNumber: '5419876543',
		email: 'zubeyde.karabekirzade@example.com',
	}
	const second = { tckn: tcknOf(987_654_322), mobileNumber: '5419876544', email: shopper.email }

	const applicant = {
		tckn: tcknGraded(digitOf.A),
		mobileNumber: '5419876545',
		email: 'applicant.karabekirzade@example.com',
	}
	const pins: string[] = []

	beforeAll(async () => {
		database = await freshDatabase()
		folder = await dataFolder()
		owner = new pg.Client({ connectionString: database.url })
		await owner.connect()
		server = await serve({
			DATABASE_URL: database.url,
			SONRA_MODE: 'sandbox',
			SONRA_MASTER_KEY: masterKey,
			SONRA_DATA_DIR: folder.path,
			SONRA_LOG_LEVEL: 'debug',
		})
		demo = JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8'))
		client = new MerchantClient(server.url, demo)
		await tellStory()
		server.signal('SIGTERM')
		const { stdout, stderr } = await server.ended
		log = stdout + stderr
	})
	afterAll(async () => {
		await owner.end()
		await endProcesses()
		await folder.remove()
		await database.drop()
	})

	const setLimit = (person: Parameters) => client.call('/RequestV2/SetLimitFromKds', newPerson(person))

	async function tellStory(): Promise<void> {
		const first = await setLimit(shopper)
		expect(first).toMatchObject({ Success: true, Data: { CustomerInfo: { GsmNo: '541*****43' } } })
		const customerId = first.Data.CustomerInfo.CustomerId
		await newSale({ client, credentials: demo, set: async () => {} }, customerId)
		expect(await setLimit(second)).toMatchObject({ Success: true })
		await client.call(
			'/RequestV2/LoadCustomerBalance',
			{ customerId, balanceAmount: '500', paymentDate: '2026-01-01' },
			{ as: 'form' },
		)

		await askForLimit()

		// What is refused: another's number, a wrong token, a wrong value.
		expect(await setLimit({ ...second, mobileNumber: shopper.mobileNumber })).toMatchObject({ Errors: ['H203'] })
		expect(await client.send('/RequestV2/SetLimitFromKds', { merchantId: 'DEMO', ...shopper })).toMatchObject({
			Errors: ['H105'],
		})
		expect(await setLimit({ ...shopper, tckn: '98765432100', birthDate: '2020-01-01' })).toMatchObject({ Errors: ['H201'] })
		expect(await setLimit({ ...shopper, kdsLimit: shopper.tckn, email: `${shopper.email} ` })).toMatchObject({ Success: false })
		await sendRaw()
		await failByBugs()
		await failByTheDatabase(customerId)
	}

	/** With a wrong pin, a pin that is sent anew, and the right one. */
	async function askForLimit(): Promise<void> {
		const simulator = new Simulator(/sms\s+(\S+)\/sms/.exec(server.stdout)?.[1] as string)
		const started = await client.call('/RequestV2/HasoAuthSendInfo', newPerson(applicant))
		expect(started.Errors).toEqual([])
		const { KkbRefNo: kkbRefNo } = started.Data
		const first = await simulator.pin(applicant.mobileNumber)
		pins.push(first)
		const wrong = first === '000001' ? '000002' : '000001'
		expect((await client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode: wrong })).Errors).toEqual(['H211'])
		await fetch(`${server.url}/sandbox/clock`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: '{"advanceDays":1}',
		})
		expect((await client.call('/RequestV2/ResendKkbPinCode', { kkbRefNo })).Errors).toEqual([])
		pins.push(await simulator.pin(applicant.mobileNumber))
		const confirmed = await client.call('/RequestV2/SendKkbPinCode', { kkbRefNo, pinCode: pins.at(-1) })
		expect(confirmed.Errors).toEqual([])
	}

	/** Pins that stand somewhere by themselves: six digits may also be a part of something longer, or of a second. */
	const pinsIn = (text: string) => pins.filter((pin) => new RegExp(`(?<![.0-9a-f])${pin}(?![0-9a-f])`).test(text))

	/** What is no proper call, with secrets in all its places. */
	async function sendRaw(): Promise<void> {
		const { tckn, email } = shopper
		const json = { 'content-type': 'application/json' }
		const sent: [string, RequestInit, number][] = [
			['/RequestV2/SetLimitFromKds', { method: 'POST', headers: json, body: `{"tckn":"${tckn}"` }, 400],
			['/RequestV2/SetLimitFromKds', { method: 'POST', headers: { 'content-type': email }, body: tckn }, 415],
			[`/Index/GetCustomerInformation?tckn=${tckn}`, { method: 'GET' }, 405],
			[`/customers/${tckn}/${email}`, { method: 'POST', headers: json, body: '{}' }, 404],
			[`/%zz${tckn}`, { method: 'POST', headers: json, body: '{}' }, 404],
			['/sandbox/clock', { method: 'POST', headers: json, body: `{"date":"${tckn}"}` }, 400],
			['/RequestV2/SetLimitFromKds', { method: 'POST', headers: json, body: tckn.repeat(30_000) }, 413],
		]
		for (const [path, request, status] of sent) expect((await fetch(server.url + path, request)).status, path).toBe(status)
	}

	/** What the database says of each of these holds the whole row. */
	async function failByBugs(): Promise<void> {
		await owner.query(`
			create function tell_all() returns trigger language plpgsql as $$ begin
				raise exception 'row %', new::text using detail = new::text, hint = new::text, errcode = tg_argv[0];
			end $$;
		`)
		for (const [code, status] of [
			['P0001', 500], // as a bug of ours would
			['23514', 500], // a check violation
			['23505', 503], // a conflict, until the tries are used up
		]) {
			await owner.query(
				`create trigger tell_all before insert or update on person for each row execute function tell_all('${code}')`,
			)
			expect(await setLimit(shopper)).toMatchObject({ httpStatus: status })
			await owner.query('drop trigger tell_all on person')
		}
		await owner.query('alter table person rename to gone')
		expect(await setLimit(shopper)).toMatchObject({ httpStatus: 500, Errors: ['H110'] })
		await owner.query('alter table gone rename to person')
		expect(await setLimit(shopper)).toMatchObject({ Success: true })
	}

	async function failByTheDatabase(customerId: string): Promise<void> {
		await owner.query('begin')
		await owner.query('lock table customer in access exclusive mode')
		const lost = [setLimit(shopper), client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100' })]
		const other = new pg.Client({ connectionString: database.url })
		await other.connect()
		const ended = new Set<number>()
		await until('two connections are lost', async () => {
			const { rows } = await other.query<{ pid: number }>(`
				select pid, pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and application_name like 'sonra %' and wait_event_type = 'Lock'
			`)
			for (const { pid } of rows) ended.add(pid)
			return ended.size >= 2
		})
		await other.end()
		await owner.query('rollback')
		for (const answer of (await Promise.all(lost)) as Answer[])
			expect(answer).toMatchObject({ httpStatus: 503, Errors: ['H108'] })
		expect(await client.call('/RequestV2/CreateTransaction', newOrder(customerId))).toMatchObject({ Success: true })
	}

	/** A secret as it might be written: as it is, in hexadecimal digits, in base64. */
	function formsOf(secret: string): string[] {
		const bytes = Buffer.from(secret)
		return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')]
	}

	const secrets = (): Record<string, string> => ({
		'the TCKN': shopper.tckn,
		'another TCKN': second.tckn,
		'the number': shopper.mobileNumber,
		'another number': second.mobileNumber,
		'the e-mail': shopper.email,
		'the TCKN of who asked for a limit': applicant.tckn,
		'their number': applicant.mobileNumber,
		'their e-mail': applicant.email,
		'the merchant’s key': demo.merchantKey,
		'the merchant’s salt': demo.merchantSalt,
		'the master key': Buffer.from(masterKey, 'hex').toString('latin1'),
		'the password of the database': new URL(database.url).password,
	})

	/** Which secrets a text holds, in whatever case. */
	function found(text: string, among: Record<string, string>): string[] {
		const lower = text.toLowerCase()
		return Object.keys(among).filter((name) => formsOf(among[name] as string).some((form) => lower.includes(form.toLowerCase())))
	}

	it('no row of any table holds one of them', async () => {
		const tables = await owner.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`)
		let dump = ''
		for (const { name } of tables.rows) {
			const { rows } = await owner.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)
			dump += rows.map(({ row }) => `${name} ${row}\n`).join('')
		}
		for (const name of ['merchant', 'person', 'claim', 'event', 'transaction']) {
			if (name !== 'claim') expect(dump, `nothing in ${name}`).toMatch(new RegExp(`^${name} `, 'm'))
		}
		// The names are kept as they are: the search does find what is there.
		expect(dump).toContain(shopper.shopperSurname)
		expect(found(dump, secrets())).toEqual([])
		expect(pins).toHaveLength(2)
		expect(pinsIn(dump)).toEqual([])
	})

	it('the log of the server holds none of them, nor a name, whatever failed', () => {
		const lines = log.split('\n').filter((line) => line.startsWith('{"level"'))
		const logged = lines.map((line) => JSON.parse(line))
		const statuses = logged.map(({ status }) => status)
		for (const status of [200, 400, 404, 405, 413, 415, 500, 503]) expect(statuses, `${status}`).toContain(status)
		expect(logged.flatMap(({ err }) => err?.code ?? [])).toEqual(['P0001', '23514', '42P01'])
		expect(logged.filter(({ msg }) => msg === 'a call was turned away')).toHaveLength(3)
		const names = { 'the name': shopper.shopperName, 'the surname': shopper.shopperSurname }
		expect(found(log, { ...secrets(), ...names })).toEqual([])
		expect(pinsIn(log)).toEqual([])
		expect(lines.join()).not.toContain('oken')
	})

	it('the log of the database holds none of them', async () => {
		const { rows } = await owner.query<{ data_directory: string }>('show data_directory')
		const text = await readFile(join(dirname(rows[0]?.data_directory as string), 'postgres.log'), 'utf8')
		// It does write down errors.
		expect(text).toContain('relation "person" does not exist')
		// It leaves out what else PostgreSQL knows of an error: the row.
		expect(text).not.toMatch(/DETAIL|HINT|CONTEXT/)
		expect(found(text, secrets())).toEqual([])
		expect(pinsIn(text)).toEqual([])
	})

	it('what is equal is not equal when it is sealed, but is found again by its hash', async () => {
		const { rows } = await owner.query(
			'select tckn_hash, tckn_sealed, mobile_hash, email_sealed from person order by customer_id limit 2',
		)
		expect(rows).toHaveLength(2)
		const vault = await vaultOf(database.url, Buffer.from(masterKey, 'hex'))
		expect(rows.map((row) => vault.open(row.email_sealed, 'email'))).toEqual([shopper.email, shopper.email])
		expect(rows[0].email_sealed).not.toEqual(rows[1].email_sealed)
		expect(rows.map((row) => row.tckn_hash.toString('hex'))).toEqual(
			[shopper, second].map(({ tckn }) => vault.hash(tckn, 'tckn')),
		)
		expect(rows.map((row) => vault.open(row.tckn_sealed, 'tckn'))).toEqual([shopper.tckn, second.tckn])
	})

	it('another master key is refused at the start in one line, which does not repeat it', async () => {
		const wrong = '6f'.repeat(32)
		const settings = { DATABASE_URL: database.url, SONRA_MASTER_KEY: wrong, PORT: '0', ...nobodysNeighbours }
		const { code, stdout, stderr } = await run(['serve'], settings)
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
		expect(stderr).toMatch(/^SONRA_MASTER_KEY .*is not the master key of this database\.\n$/)
		expect(stderr).not.toContain(wrong)
	})
})

describe('the vault', () => {
	const vault = new Vault(Buffer.alloc(32, 1))
	const other = new Vault(Buffer.alloc(32, 2))
	const purposes: Purpose[] = ['data-key', 'tckn', 'mobile-number', 'email', 'merchant-key', 'merchant-salt']
	const purpose = fc.constantFrom(...purposes)

	it('opens what it sealed, whatever the text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), purpose, (text, use) => {
				expect(vault.open(vault.seal(text, use), use)).toBe(text)
			}),
		)
	})

	it('seals the same text differently each time', () => {
		const sealed = Array.from({ length: 50 }, () => vault.seal('10000000146', 'tckn').toString('hex'))
		expect(new Set(sealed).size).toBe(50)
		// Neither the nonce nor the rest repeats.
		expect(new Set(sealed.map((text) => text.slice(2, 26))).size).toBe(50)
		expect(new Set(sealed.map((text) => text.slice(26))).size).toBe(50)
	})

	it('notices any change of any byte, and what was cut off', () => {
		const sealed = vault.seal('10000000146', 'tckn')
		for (let i = 0; i < sealed.length; i++) {
			const altered = Buffer.from(sealed)
			altered[i] = (altered[i] as number) ^ 1
			expect(() => vault.open(altered, 'tckn'), `byte ${i}`).toThrow()
		}
		for (let length = 0; length < sealed.length; length++) {
			expect(() => vault.open(sealed.subarray(0, length), 'tckn'), `${length} bytes`).toThrow()
		}
	})

	it('opens nothing for another purpose or with another key', () => {
		const sealed = vault.seal('secret', 'merchant-key')
		for (const use of purposes.filter((each) => each !== 'merchant-key')) expect(() => vault.open(sealed, use)).toThrow()
		expect(() => other.open(sealed, 'merchant-key')).toThrow()
	})

	it('hashes equal texts equally, and differently for another purpose, key or text', () => {
		const hash = vault.hash('10000000146', 'tckn')
		expect(hash).toMatch(/^[0-9a-f]{64}$/)
		expect(vault.hash('10000000146', 'tckn')).toBe(hash)
		const others = [
			vault.hash('10000000146', 'mobile-number'),
			other.hash('10000000146', 'tckn'),
			vault.hash('10000000147', 'tckn'),
		]
		expect(new Set([hash, ...others]).size).toBe(4)
	})

	it.each([0, 16, 31, 33])('does not take a master key of %i bytes', (length) => {
		expect(() => new Vault(Buffer.alloc(length))).toThrow('32 bytes')
	})
})
