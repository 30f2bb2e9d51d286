// npm run sonra -- audit: who did what, when, from where, by which call, and what came of it.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { print, withDatabase } from './command-line.ts'
import { parseCalendarDate } from './domain/calendar.ts'
import { parseCustomerId } from './domain/customer.ts'
import { parseTransactionCode } from './domain/transaction.ts'
import { say } from './language.ts'
import { whole } from './merchant-settings.ts'
import { type AuditRow, audit } from './queries/audit.ts'

export function addAuditCommand(program: Command): void {
	program
		.command('audit')
		.description(
			say(
				'who did what, when, from where and with what outcome; the newest first',
				'kim, neyi, ne zaman, nereden yaptı ve ne oldu; en yenisi önce',
			),
		)
		.addOption(id('--customer <customerId>', say('of this customer', 'bu müşterinin'), parseCustomerId))
		.addOption(id('--transaction <transactionCode>', say('of this transaction', 'bu işlemin'), parseTransactionCode))
		.option('--merchant <merchantId>', say('by or for this merchant', 'bu üye iş yerinin yaptıkları ya da onun için yapılanlar'))
		.option('--operator <name>', say('by this operator', 'bu işletmecinin yaptıkları'))
		.option('--address <address>', say('from this address', 'bu adresten'))
		.option('--kind <kind>', say('of this kind, such as calls-refused', 'bu türden, örneğin calls-refused'))
		.addOption(
			new Option('--since <yyyy-MM-dd>', say('from this business date on', 'bu iş gününden beri')).argParser(businessDate),
		)
		.addOption(new Option('--limit <rows>', say('so many at most', 'en çok bu kadar')).argParser(whole(1, 100_000)).default(100))
		.addOption(new Option('--json', say('print JSON, for scripts', 'betikler için JSON yazar')))
		.action((options) =>
			withDatabase(async ({ pool }) => {
				const rows = await audit(pool, {
					customerId: options.customer ?? null,
					transactionId: options.transaction ?? null,
					merchantCode: options.merchant ?? null,
					operator: options.operator ?? null,
					address: options.address ?? null,
					kind: options.kind ?? null,
					since: options.since ?? null,
					limit: options.limit,
				})
				if (options.json)
					print(
						JSON.stringify(
							rows.map(({ id, ...row }) => ({ id: String(id), ...row })),
							null,
							2,
						),
					)
				else for (const row of rows) print(lineOf(row))
			}),
		)
}

function id(flags: string, description: string, parse: (text: string) => bigint): Option {
	return new Option(flags, description).argParser((text) => {
		const parsed = parse(text)
		if (parsed === 0n) throw new InvalidArgumentError(say('There can be none of this name.', 'Bu adda biri olamaz.'))
		return parsed
	})
}

function businessDate(text: string) {
	const date = parseCalendarDate(text)
	if (!date) throw new InvalidArgumentError(say('It must be a date like 2027-01-15.', '2027-01-15 gibi bir tarih olmalı.'))
	return date
}

function lineOf({ recordedAt, actor, operator, merchantCode, address, command, kind, outcome, ...of }: AuditRow): string {
	const who =
		operator === null ? `${actor} ${merchantCode ?? '-'}` : `operator ${operator}${merchantCode ? ` (${merchantCode})` : ''}`
	const subject = [of.customerId, of.transactionCode].filter((each) => each !== null).join(' ') || '-'
	const detail = Object.entries(of.detail ?? {}).map(([name, value]) => `${name}=${value}`)
	return [recordedAt, who, address ?? '-', command ?? '-', kind, outcome, subject, ...detail].join('  ')
}
