// Running the server as a program: it says where it is and how to make the first call, and ends when it is told to.

import packageJson from '../package.json' with { type: 'json' }
import { type App, startApp } from './app.ts'
import type { Config } from './config.ts'
import { curlCommand } from './curl.ts'
import type { Database } from './database.ts'
import { demoMerchant } from './demo-merchant.ts'
import { say } from './language.ts'
import { onLauncherGone } from './launcher.ts'
import { limits } from './limits.ts'
import { makeLog } from './log.ts'

export async function serve(config: Config): Promise<void> {
	const log = makeLog(config.logLevel)
	const told = new AbortController()
	let app: App | undefined
	const stop = async () => {
		if (told.signal.aborted) return
		told.abort()
		// Whoever waits for the end should not wait for ever; what is not committed by then will be repeated by its merchant.
		setTimeout(() => process.exit(1), limits.http.drainTimeoutMs).unref()
		await app?.stop()
		log.flush()
	}
	// From here on: also a start leaves nothing behind. SIGHUP: the terminal was closed.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
	onLauncherGone(stop)
	const prepare = async (database: Database) => {
		// Whoever finds the port open finds the file too. With port 0 its baseUrl is known only later, and written then.
		if (config.mode === 'sandbox') await demoMerchant(database, config.dataDir, `http://${config.host}:${config.port}`)
	}
	try {
		app = await startApp(config, log, prepare, told.signal)
	} catch (error) {
		// A Ctrl-C in a terminal reaches the programs that a start calls, too, and they fail.
		if (told.signal.aborted) return
		throw error
	}
	if (told.signal.aborted) {
		await app.stop()
		return
	}
	try {
		process.stdout.write(await welcome(config, app))
	} catch (error) {
		await stop()
		throw error
	}
}

async function welcome(config: Config, app: App): Promise<string> {
	const sandbox = config.mode === 'sandbox'
	const lines = [
		'',
		say(
			`Sonra ${packageJson.version} is ready at ${app.url} (${sandbox ? 'sandbox' : 'production'})`,
			`Sonra ${packageJson.version} hazır: ${app.url} (${sandbox ? 'deneme ortamı' : 'canlı ortam'})`,
		),
		config.databaseUrl === null
			? say(`  data      ${config.dataDir} (embedded PostgreSQL)`, `  veri      ${config.dataDir} (gömülü PostgreSQL)`)
			: say('  data      the PostgreSQL of DATABASE_URL', '  veri      DATABASE_URL ile verilen PostgreSQL'),
	]
	if (app.database.servesAsOwner) {
		lines.push(
			say(
				'  rights    the role of DATABASE_URL owns the tables; docs/security.md says how the server gets a lesser one',
				'  yetki     DATABASE_URL içindeki rol tabloların sahibi; sunucuya daha azını vermek: docs/security.md',
			),
		)
	}
	if (sandbox) {
		const demo = await demoMerchant(app.database, config.dataDir, app.url)
		const credentials = { ...demo, merchantId: demo.merchantCode }
		const path = '/Index/GetCustomerInformation'
		lines.push(
			say(
				`  merchant  ${demo.merchantCode}; its key and salt are in ${demo.file}`,
				`  üye       ${demo.merchantCode}; anahtarı ve tuzu ${demo.file} dosyasında`,
			),
			...(app.simulatorUrl === null
				? []
				: [
						say(
							`  sms       ${app.simulatorUrl}/sms shows the pins of limit requests; who gets which limit: docs/sandbox.md`,
							`  sms       limit taleplerinin pin kodları: ${app.simulatorUrl}/sms; kim hangi limiti alır: docs/sandbox.tr.md`,
						),
					]),
			'',
			say(
				'Which instalment plans does an order of 1 000 TL get? Paste this:',
				'1 000 TL’lik bir sipariş hangi taksit planlarını alır? Şunu yapıştırın:',
			),
			'',
			curlCommand(app.url, path, { orderAmount: '100000' }, credentials),
			'',
			say(
				'The rest of the story is in README.md. Ctrl-C stops the server.',
				'Gerisi README.tr.md dosyasında. Ctrl-C sunucuyu durdurur.',
			),
		)
	} else {
		lines.push(
			say('  next      npm run sonra -- merchant create --name …', '  sırada    npm run sonra -- merchant create --name …'),
		)
	}
	return `${lines.join('\n')}\n\n`
}
