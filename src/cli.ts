// The command line: npm run sonra -- … It works beside a running server, or alone, and takes the same settings from the
// environment.

import { existsSync, readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { addAuditCommand } from './audit-command.ts'
import { notebook, print, UserError, withDatabase } from './command-line.ts'
import { readConfig, WrongSetting } from './config.ts'
import { curlCommand } from './curl.ts'
import { databaseTrouble } from './database-trouble.ts'
import { parseCalendarDate } from './domain/calendar.ts'
import { say } from './language.ts'
import { errorForLog } from './log.ts'
import { ratesFile, readRates } from './merchant-rates.ts'
import { merchantSettings, settingOptions, whole } from './merchant-settings.ts'
import { addPersonCommands } from './person-command.ts'
import { verifyChains } from './queries/chains.ts'
import { type Finding, verify } from './queries/verify.ts'
import { signed, tokenOrder } from './sdk/sign.ts'
import { serve } from './serve.ts'
import { backUp } from './store/backup.ts'
import { sandboxClock } from './store/clock.ts'
import { rotateMasterKey } from './store/master-key.ts'
import {
	type Credentials,
	changeMerchant,
	createMerchant,
	findCaller,
	listMerchants,
	ratesOf,
	replaceRates,
	retireOldKey,
	rotateCredentials,
} from './store/merchants.ts'
import { noting } from './store/notes.ts'

// Whoever reads the output may have read enough: `verify | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error
	process.exit()
})

const program = new Command('sonra')
	.description(
		say(
			'Sonra, a buy-now-pay-later server. Settings come from the environment; README.md lists them.',
			'Sonra, bir "hemen al sonra öde" sunucusu. Ayarlar ortam değişkenlerinden gelir; README.tr.md hepsini sayar.',
		),
	)
	.version(packageJson.version)
	.showHelpAfterError()

program
	.command('serve')
	.description(say('run the server until Ctrl-C', 'sunucuyu Ctrl-C’ye kadar çalıştırır'))
	.action(() => serve(readConfig(process.env)))

program
	.command('migrate')
	.description(say('bring the database schema up to date (serve does it too)', 'veritabanı şemasını günceller (serve de yapar)'))
	.action(() =>
		withDatabase(async ({ migrated }) => {
			for (const name of migrated) print(say(`applied ${name}`, `uygulandı: ${name}`))
			print(say('The schema is up to date.', 'Şema güncel.'))
		}),
	)

const merchant = program.command('merchant').description(say('make and change merchants', 'üye iş yeri açar ve değiştirir'))

const jsonOption = new Option('--json', say('print JSON, for scripts', 'betikler için JSON yazar'))

function withSettings(command: Command): Command {
	for (const option of settingOptions) command.addOption(option)
	return command
}

withSettings(merchant.command('create'))
	.description(say('make a merchant and show its key and salt', 'üye iş yeri açar, anahtarını ve tuzunu gösterir'))
	.requiredOption('--name <name>', say('what the merchant is called', 'üye iş yerinin adı'), textUpTo(100))
	.option(
		'--merchant-id <id>',
		say('keep the merchantId it has elsewhere', 'başka yerdeki merchantId değerini korur'),
		textUpTo(20),
	)
	.option('--merchant-key <key>', say('keep its key', 'anahtarını korur'), textUpTo(1_000))
	.option('--merchant-salt <salt>', say('keep its salt', 'tuzunu korur'), textUpTo(1_000))
	.addOption(jsonOption)
	.addHelpText(
		'after',
		say(
			'\nExample: npm run sonra -- merchant create --name "Shoe shop" --allow-limits KDS,MANUAL --limit-ceiling 50000',
			'\nÖrnek: npm run sonra -- merchant create --name "Ayakkabıcı" --allow-limits KDS,MANUAL --limit-ceiling 50000',
		),
	)
	.action((options) =>
		withDatabase(async (database, config) => {
			const { pool, vault } = database
			const notes = notebook(database, config, 'merchant create')
			const { merchantId: merchantCode, merchantKey, merchantSalt } = options
			if (merchantCode !== undefined && (await findCaller(pool, vault, merchantCode))) {
				throw new UserError(say(`There is a merchant ${merchantCode} already.`, `${merchantCode} zaten var.`))
			}
			const credentials = await createMerchant(pool, vault, options.name, { merchantCode, merchantKey, merchantSalt }, notes)
			await changeMerchant(pool, credentials.merchantCode, merchantSettings(options), notes)
			printCredentials(credentials, options.json)
		}),
	)

merchant
	.command('list')
	.description(say('list the merchants', 'üye iş yerlerini listeler'))
	.addOption(jsonOption)
	.action((options) =>
		withDatabase(async ({ pool }) => {
			const merchants = await listMerchants(pool)
			if (options.json) {
				return print(
					JSON.stringify(
						merchants.map(({ merchantCode, ...rest }) => ({ merchantId: merchantCode, ...rest })),
						null,
						2,
					),
				)
			}
			for (const { merchantCode, name, active } of merchants) {
				print(`${merchantCode.padEnd(20)}  ${active ? say('active ', 'etkin ') : say('passive', 'pasif ')}  ${name}`)
			}
		}),
	)

merchant
	.command('rotate')
	.description(
		say(
			'give a merchant a new key and salt; the old ones stop working, at once or after some days',
			'yeni anahtar ve tuz verir; eskileri hemen ya da birkaç gün sonra geçersiz olur',
		),
	)
	.argument('<merchantId>')
	.addOption(
		new Option('--overlap <days>', say('how long the old ones work too, 0 to 90', 'eskileri kaç gün daha geçerli, 0–90'))
			.argParser(whole(0, 90))
			.default(0),
	)
	.addOption(jsonOption)
	.action((merchantId, options) =>
		withDatabase(async (database, config) => {
			const { pool, vault } = database
			const notes = notebook(database, config, 'merchant rotate')
			const credentials = await rotateCredentials(pool, vault, merchantId, options.overlap, notes)
			if (!credentials) throw noMerchant(merchantId)
			printCredentials(credentials, options.json)
		}),
	)

merchant
	.command('retire-key')
	.description(say('end the overlap: only the newest key works', 'geçiş süresini bitirir: yalnız en yeni anahtar geçerlidir'))
	.argument('<merchantId>')
	.action((merchantId: string) =>
		withDatabase(async (database, config) => {
			const notes = notebook(database, config, 'merchant retire-key')
			if (!(await retireOldKey(database.pool, merchantId, notes))) throw noMerchant(merchantId)
			print(say(`Only the newest key of ${merchantId} works.`, `${merchantId} için yalnız en yeni anahtar geçerli.`))
		}),
	)

withSettings(merchant.command('set'))
	.description(say('change what a merchant may do and on what terms', 'üye iş yerinin yetkilerini ve koşullarını değiştirir'))
	.argument('<merchantId>')
	.option('--name <name>', say('what the merchant is called', 'üye iş yerinin adı'), textUpTo(100))
	.action((merchantId, options) =>
		withDatabase(async (database, config) => {
			const notes = notebook(database, config, 'merchant set')
			if (!(await changeMerchant(database.pool, merchantId, merchantSettings(options), notes))) throw noMerchant(merchantId)
			print(say(`${merchantId} is changed.`, `${merchantId} değişti.`))
		}),
	)

const rates = merchant.command('rates').description(say('the fee rates of a merchant', 'üye iş yerinin ücret oranları'))

rates
	.command('import')
	.description(say('put a table in the place of all its rates', 'tüm oranların yerine bir tablo koyar'))
	.argument('<merchantId>')
	.argument('<rates.csv>', say('the table; - reads it from the input', 'tablo; - girdiden okur'))
	.addHelpText(
		'after',
		say(
			'\nThe first line names the columns: dealerSegment (empty = any), installments, feeRate (percent), postponeMonths,\n' +
				'minAmount and maxAmount (lira). Values are separated by commas or semicolons. All or nothing.',
			'\nİlk satır sütunları sayar: dealerSegment (boş = hepsi), installments, feeRate (yüzde), postponeMonths,\n' +
				'minAmount ve maxAmount (lira). Değerler virgül ya da noktalı virgülle ayrılır. Ya hepsi ya hiçbiri.',
		),
	)
	.action((merchantId: string, file: string) =>
		withDatabase(async (database, config) => {
			const read = readRates(readInput(file))
			if ('faults' in read) {
				throw new UserError([...read.faults, say('Nothing was changed.', 'Hiçbir şey değişmedi.')].join('\n'))
			}
			const notes = notebook(database, config, 'merchant rates import')
			if (!(await replaceRates(database.pool, merchantId, read.rows, notes))) throw noMerchant(merchantId)
			print(say(`${merchantId} has ${read.rows.length} rates now.`, `${merchantId} için artık ${read.rows.length} oran var.`))
		}),
	)

rates
	.command('export')
	.description(say('print its rates, as import reads them', 'oranlarını import’un okuduğu biçimde yazar'))
	.argument('<merchantId>')
	.action((merchantId: string) =>
		withDatabase(async ({ pool }) => {
			const rows = await ratesOf(pool, merchantId)
			if (!rows) throw noMerchant(merchantId)
			process.stdout.write(ratesFile(rows))
		}),
	)

program
	.command('token')
	.description(say('sign a call: print its requestToken', 'bir çağrıyı imzalar: requestToken değerini yazar'))
	.argument('<path>', say('for example /RequestV2/CreateTransaction', 'örneğin /RequestV2/CreateTransaction'))
	.argument(
		'<body.json>',
		say('the parameters, merchantId among them; - reads them from the input', 'parametreler, merchantId ile; - girdiden okur'),
	)
	.option('--curl', say('print the whole call, ready to paste', 'çağrının tamamını, yapıştırmaya hazır yazar'))
	.action((path: string, file: string, options) =>
		withDatabase(async ({ pool, vault }, config) => {
			if (!tokenOrder(path)) throw new UserError(say(`There is no endpoint ${path}.`, `${path} adresi yok.`))
			const parameters = readParameters(file)
			const { merchantId = 'DEMO' } = parameters
			const credentials = await findCaller(pool, vault, String(merchantId))
			if (!credentials) throw noMerchant(String(merchantId))
			const signer = { ...credentials, merchantId: credentials.merchantCode }
			if (options.curl) print(curlCommand(`http://${config.host}:${config.port}`, path, parameters, signer))
			else print(String(signed(path, parameters, signer).requestToken))
		}),
	)

program
	.command('clock')
	.description(say('show or move the sandbox clock', 'deneme ortamının saatini gösterir ya da ilerletir'))
	.addOption(new Option('--date <yyyy-MM-dd>', say('go to this business date', 'bu iş gününe gider')).argParser(calendarDate))
	.addOption(
		new Option('--advance <days>', say('go so many days ahead', 'bu kadar gün ilerler')).argParser(days).conflicts('date'),
	)
	.addOption(new Option('--reset', say('go back to the real time', 'gerçek zamana döner')).conflicts(['date', 'advance']))
	.action((options) =>
		withDatabase(async (database, config) => {
			if (config.mode !== 'sandbox') {
				throw new UserError(say('In production the clock is the machine’s own.', 'Canlı ortamda saat makinenin kendi saatidir.'))
			}
			const clock = sandboxClock(database.pool)
			const now = options.date
				? await clock.moveTo(options.date)
				: options.advance !== undefined
					? await clock.advance(options.advance)
					: options.reset
						? await clock.reset()
						: await clock.now()
			if (!now)
				throw new UserError(
					say('The clock only goes forward, or back by --reset.', 'Saat yalnız ileri gider; geri dönüş --reset iledir.'),
				)
			if (options.date || options.advance !== undefined || options.reset) {
				const notes = notebook(database, config, 'clock')
				await noting(database.pool, notes, async (_, note) => note({ kind: 'clock-moved', detail: { to: now.today } }))
			}
			print(now.today)
		}),
	)

program
	.command('verify')
	.description(
		say(
			'check the books: every invariant is recomputed from the ledger and the rows; exits 1 if one does not hold',
			'defterleri denetler: her kural, defterden ve satırlardan yeniden hesaplanır; tutmayan varsa çıkış kodu 1',
		),
	)
	.action(() =>
		withDatabase(async ({ pool, vault }) => {
			const tell = ({ invariant, checked, wrong, examples }: Finding) => {
				print(`${wrong === 0 ? 'ok    ' : say('WRONG ', 'HATALI')}  ${say(invariant.en, invariant.tr)} (${checked})`)
				for (const example of examples) print(`          ${example}`)
				if (wrong > examples.length)
					print(say(`          and ${wrong - examples.length} more`, `          ve ${wrong - examples.length} tane daha`))
			}
			const findings = await verify(pool, tell)
			const chains = await verifyChains(pool, vault)
			tell(chains)
			if ([...findings, chains].some(({ wrong }) => wrong > 0)) process.exitCode = 1
		}),
	)

addAuditCommand(program)
addPersonCommands(program)

program
	.command('rotate-master-key')
	.description(
		say(
			'put SONRA_NEW_MASTER_KEY in the place of SONRA_MASTER_KEY; at once, also beside running servers',
			'SONRA_MASTER_KEY yerine SONRA_NEW_MASTER_KEY geçer; hemen, çalışan sunucuların yanında da',
		),
	)
	.addHelpText(
		'after',
		say(
			'\nExample: SONRA_NEW_MASTER_KEY=$(openssl rand -hex 32), kept safe before it is used. Backups from before need the old key.',
			'\nÖrnek: SONRA_NEW_MASTER_KEY=$(openssl rand -hex 32); kullanmadan önce güvenle saklayın. Önceki yedekler eski anahtarı ister.',
		),
	)
	.action(() =>
		withDatabase(async (database, config) => {
			const { masterKey, newMasterKey } = config
			if (masterKey === null || newMasterKey === null) {
				throw new UserError(
					say('SONRA_MASTER_KEY and SONRA_NEW_MASTER_KEY must be set.', 'SONRA_MASTER_KEY ve SONRA_NEW_MASTER_KEY verilmeli.'),
				)
			}
			if (!(await rotateMasterKey(database.pool, masterKey, newMasterKey, notebook(database, config, 'rotate-master-key')))) {
				throw new UserError(say('Another rotation was faster.', 'Başka bir değişim daha hızlıydı.'))
			}
			print(
				say(
					'Done. From the next start on SONRA_MASTER_KEY must be the new key; running servers go on.',
					'Bitti. Bir sonraki başlangıçtan itibaren SONRA_MASTER_KEY yeni anahtar olmalı; çalışan sunucular sürer.',
				),
			)
		}),
	)

program
	.command('backup')
	.description(
		say(
			'copy the embedded database while it runs; the copy is a data folder that starts like any other',
			'gömülü veritabanını çalışırken kopyalar; kopya, başka her veri klasörü gibi başlatılabilir',
		),
	)
	.argument('<folder>', say('where to; it must not exist', 'nereye; var olmayan bir klasör'))
	.addHelpText(
		'after',
		say(
			'\nTo try a backup: SONRA_DATA_DIR=<folder> npm run sonra -- verify. docs/operating.md has the rest.',
			'\nYedeği denemek için: SONRA_DATA_DIR=<klasör> npm run sonra -- verify. Gerisi docs/operating.md içinde.',
		),
	)
	.action((folder: string) =>
		withDatabase(async ({ ownerUrl }, { databaseUrl, dataDir }) => {
			if (databaseUrl !== null || ownerUrl === null) {
				throw new UserError(
					say(
						'The database is the one of DATABASE_URL: back it up with its own tools, such as pg_basebackup.',
						'Veritabanı DATABASE_URL ile verilen: onu kendi araçlarıyla, örneğin pg_basebackup ile yedekleyin.',
					),
				)
			}
			if (existsSync(folder)) throw new UserError(say(`${folder} exists already.`, `${folder} zaten var.`))
			const { files, bytes } = await backUp(ownerUrl, dataDir, folder)
			const size = `${Math.ceil(bytes / 1024 / 1024)} MiB`
			print(say(`${folder} has the backup: ${files} files, ${size}.`, `Yedek ${folder} içinde: ${files} dosya, ${size}.`))
		}),
	)

function printCredentials({ merchantCode: merchantId, merchantKey, merchantSalt }: Credentials, json: boolean): void {
	if (json) print(JSON.stringify({ merchantId, merchantKey, merchantSalt }, null, 2))
	else print(`merchantId    ${merchantId}\nmerchantKey   ${merchantKey}\nmerchantSalt  ${merchantSalt}`)
}

function noMerchant(merchantId: string): UserError {
	return new UserError(say(`There is no merchant ${merchantId}.`, `${merchantId} adında bir üye iş yeri yok.`))
}

/** The standard input has the number 0. */
const inputOf = (file: string): string | number => (file === '-' ? 0 : file)

function readInput(file: string): Buffer {
	try {
		return readFileSync(inputOf(file))
	} catch (error) {
		throw new UserError(say(`${file} can’t be read: `, `${file} okunamadı: `) + (error as Error).message)
	}
}

function readParameters(file: string): Record<string, unknown> {
	let parameters: unknown
	try {
		parameters = JSON.parse(readFileSync(inputOf(file), 'utf8'))
	} catch (error) {
		throw new UserError(say(`${file} can’t be read as JSON: `, `${file} JSON olarak okunamadı: `) + (error as Error).message)
	}
	if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
		throw new UserError(say(`${file} must hold a JSON object.`, `${file} bir JSON nesnesi olmalı.`))
	}
	return parameters as Record<string, unknown>
}

function textUpTo(max: number): (text: string) => string {
	const shape = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u')
	return (text) => {
		if (shape.test(text)) return text
		throw new InvalidArgumentError(
			say(`It must be a text of 1 to ${max} characters.`, `1 ile ${max} karakter arasında bir metin olmalı.`),
		)
	}
}

function calendarDate(text: string) {
	const date = parseCalendarDate(text)
	if (!date) throw new InvalidArgumentError(say('It must be a date like 2027-01-15.', '2027-01-15 gibi bir tarih olmalı.'))
	return date
}

function days(text: string): number {
	if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(say('It must be a number of days.', 'Gün sayısı olmalı.'))
	return Number(text)
}

try {
	await program.parseAsync()
} catch (error) {
	// What the system refuses it says in a line itself, such as: EACCES: permission denied, mkdir '/srv/sonra'
	const refusedBySystem = error instanceof Error && 'syscall' in error
	const expected = error instanceof UserError || error instanceof WrongSetting
	const line = expected ? error.message : (databaseTrouble(error) ?? (refusedBySystem ? error.message : null))
	// Without a line it is a bug, told as the log tells it: what the database says of one may hold a person's data.
	process.stderr.write(`${line ?? JSON.stringify(errorForLog(error), null, 2)}\n`)
	process.exitCode = 1
}
