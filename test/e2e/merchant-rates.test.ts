// npm run sonra -- merchant rates import|export, as processes of their own beside a server on the same database.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultRateRows } from '../../src/domain/rates.ts'
import { ratesFile } from '../../src/merchant-rates.ts'
import { replaceRates } from '../../src/store/merchants.ts'
import { done } from '../sales.ts'
import { masterKey, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const header = 'dealerSegment,installments,feeRate,postponeMonths,minAmount,maxAmount'

let sandbox: Sandbox
let merchant: TestMerchant
let other: TestMerchant
let folder: string

beforeAll(async () => {
	sandbox = await startSandbox()
	merchant = await sandbox.newMerchant()
	other = await sandbox.newMerchant()
	folder = await mkdtemp(join(tmpdir(), 'sonra-rates-'))
})
afterAll(async () => {
	await rm(folder, { recursive: true })
	await sandbox.stop()
})

interface Ending {
	readonly code: number
	readonly stdout: string
	readonly stderr: string
}

/** Runs a command on the sandbox's database. */
function sonra(words: readonly string[], input = '', language = 'C.UTF-8'): Promise<Ending> {
	const env = {
		PATH: process.env.PATH,
		LANG: language,
		SONRA_MODE: 'sandbox',
		SONRA_DATA_DIR: join(folder, 'data'),
		DATABASE_URL: sandbox.databaseUrl,
		SONRA_MASTER_KEY: masterKey.toString('hex'),
	}
	return new Promise((resolve) => {
		const child = execFile(process.execPath, ['src/cli.ts', ...words], { cwd: root, env }, (error, stdout, stderr) =>
			resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
		)
		child.stdin?.end(input)
	})
}

const importRates = (file: string, input?: string, at = merchant) =>
	sonra(['merchant', 'rates', 'import', at.credentials.merchantId, file], input)
const exported = async (at = merchant) => (await sonra(['merchant', 'rates', 'export', at.credentials.merchantId])).stdout
const shown = async (at = merchant) => (await done(at, '/Index/GetInstallmentRates')).InstallmentRates

describe('merchant rates', () => {
	it('export prints the table that a merchant starts with, as import reads it', async () => {
		expect(await exported()).toBe(ratesFile(defaultRateRows()))
	})

	it('import puts a table in the place of all the rates, at once for the running server, and for this merchant only', async () => {
		const file = join(folder, 'rates.csv')
		await writeFile(
			file,
			`\ufeff${header.replaceAll(',', ';')}\r\nGOLD;6;4,25;2;100;25000,50\r\n;3;0;1;0,01;1000\r\nGOLD;2;0;1;1;9\r\n`,
		)
		const before = await shown(other)
		expect(await importRates(file)).toEqual({
			code: 0,
			stdout: `${merchant.credentials.merchantId} has 3 rates now.\n`,
			stderr: '',
		})
		expect(await shown()).toEqual([
			{ InstallmentNo: 2, FeeRate: 0, DealerSegment: 'GOLD', PostponeMonths: 1, MinAmount: 1, MaxAmount: 9 },
			{ InstallmentNo: 3, FeeRate: 0, DealerSegment: null, PostponeMonths: 1, MinAmount: 0.01, MaxAmount: 1000 },
			{ InstallmentNo: 6, FeeRate: 4.25, DealerSegment: 'GOLD', PostponeMonths: 2, MinAmount: 100, MaxAmount: 25000.5 },
		])
		expect(await shown(other)).toEqual(before)
		// What import read, export prints in the order in which merchants are shown it.
		expect(await exported()).toBe(`${header}\nGOLD,2,0.00,1,1.00,9.00\n,3,0.00,1,0.01,1000.00\nGOLD,6,4.25,2,100.00,25000.50\n`)
	})

	it('import reads from the input what export printed, and nothing changes', async () => {
		const table = await exported()
		expect(await importRates('-', table)).toMatchObject({ code: 0, stderr: '' })
		expect(await exported()).toBe(table)
	})

	it('import of a file with anything wrong tells all of it, in either language, and changes nothing', async () => {
		const before = await exported()
		const file = `${header}\n,3,0,1,1,1000\n,0,4.255,1,1,1000\n`
		expect(await importRates('-', file)).toEqual({
			code: 1,
			stdout: '',
			stderr:
				'line 3: installments must be a whole number from 1 to 60; it is "0"\n' +
				'line 3: feeRate must be a percentage from 0 to 1000 with at most two decimals, like 4.25; it is "4.255"\n' +
				'Nothing was changed.\n',
		})
		const turkish = await sonra(['merchant', 'rates', 'import', merchant.credentials.merchantId, '-'], file, 'tr_TR.UTF-8')
		expect(turkish).toEqual({
			code: 1,
			stdout: '',
			stderr:
				'3. satır: installments 1 ile 60 arasında bir tam sayı olmalı; yazılan: "0"\n' +
				'3. satır: feeRate 0 ile 1000 arasında, en çok iki ondalıklı bir yüzde olmalı, örneğin 4.25; yazılan: "4.255"\n' +
				'Hiçbir şey değişmedi.\n',
		})
		expect(await exported()).toBe(before)
	})

	it('import of an empty file changes nothing', async () => {
		const before = await exported()
		expect(await importRates('-', '')).toEqual({ code: 1, stdout: '', stderr: 'The file is empty.\nNothing was changed.\n' })
		expect(await exported()).toBe(before)
	})

	it('imports at once leave the table of one of them', async () => {
		const { pool } = sandbox.app.database
		const table = (installments: number) => defaultRateRows().map((row) => ({ ...row, installments }))
		const numbers = Array.from({ length: 20 }, (_, i) => i + 1)
		await Promise.all(numbers.map((no) => replaceRates(pool, merchant.credentials.merchantId, table(no))))
		const left = (await shown()).map(({ InstallmentNo }: { InstallmentNo: number }) => InstallmentNo)
		expect(left).toEqual(Array(12).fill(left[0]))
	})

	it('tell in a line what they can’t find', async () => {
		const good = `${header}\n,3,0,1,1,1000\n`
		const nobody = { code: 1, stdout: '', stderr: 'There is no merchant NOBODY.\n' }
		expect(await sonra(['merchant', 'rates', 'import', 'NOBODY', '-'], good)).toEqual(nobody)
		expect(await sonra(['merchant', 'rates', 'export', 'NOBODY'])).toEqual(nobody)
		const missing = await importRates(join(folder, 'nothing.csv'))
		expect(missing).toMatchObject({
			code: 1,
			stdout: '',
			stderr: expect.stringMatching(/^.*nothing\.csv can’t be read: ENOENT.*\n$/),
		})
	})

	it('--help tells the columns, in either language', async () => {
		const [english, turkish] = await Promise.all(
			['C.UTF-8', 'tr_TR.UTF-8'].map((language) => sonra(['merchant', 'rates', 'import', '--help'], '', language)),
		)
		for (const column of header.split(',')) {
			expect(english?.stdout).toContain(column)
			expect(turkish?.stdout).toContain(column)
		}
		expect(turkish?.stdout).toContain('Ya hepsi ya hiçbiri.')
	})
})
