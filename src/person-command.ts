// npm run sonra -- person export | erase: what the law on personal data (KVKK) lets a person ask of whoever keeps it.

import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { notebook, print, UserError, withDatabase } from './command-line.ts'
import type { Database } from './database.ts'
import { parseCustomerId } from './domain/customer.ts'
import { say } from './language.ts'
import { type FoundPerson, findPerson, personalData } from './queries/people.ts'
import { type Erasure, erasePerson } from './store/erasure.ts'
import { noting } from './store/notes.ts'

const tcknOption = () =>
	new Option('--tckn <tckn>', say('the person of this TCKN; - reads it from the input', 'bu TCKN’nin sahibi; - girdiden okur'))

export function addPersonCommands(program: Command): void {
	const person = program.command('person').description(say('what is kept of a person', 'bir kişi hakkında tutulanlar'))

	person
		.command('export')
		.description(say('print everything that is kept of a person, as JSON', 'kişi hakkında tutulan her şeyi JSON olarak yazar'))
		.argument('[customerId]')
		.addOption(tcknOption())
		.action((customerId: string | undefined, { tckn }) =>
			withDatabase(async (database, config) => {
				const { pool, vault } = database
				const found = await find(database, customerId, tckn)
				if (!found) throw new UserError(say('Nothing is kept of this person.', 'Bu kişi hakkında hiçbir şey tutulmuyor.'))
				const data = await personalData(pool, vault, found)
				await noting(pool, notebook(database, config, 'person export'), async (_, note) =>
					note({ kind: 'person-exported', customerId: found.customerId }),
				)
				print(JSON.stringify(data, null, 2))
			}),
		)

	person
		.command('erase')
		.description(
			say(
				'overwrite whatever says who a person is; sales and books stay',
				'kişinin kim olduğunu söyleyen her şeyin üzerine yazar; satışlar ve defter kalır',
			),
		)
		.argument('[customerId]')
		.addOption(tcknOption())
		.addHelpText(
			'after',
			say(
				'\nThere is no way back. It is refused while money is open, and for SONRA_RETENTION_YEARS after the last sale or payment.',
				'\nGeri dönüşü yoktur. Açık para varken ve son satıştan ya da ödemeden sonra SONRA_RETENTION_YEARS yıl boyunca yapılmaz.',
			),
		)
		.action((customerId: string | undefined, { tckn }) =>
			withDatabase(async (database, config) => {
				const found = await find(database, customerId, tckn)
				const { pool, vault } = database
				const erasure: Erasure = found
					? await erasePerson(pool, vault, found, config.retentionYears, notebook(database, config, 'person erase'))
					: { done: 'nobody' }
				if ('refused' in erasure) throw new UserError(whyNot(erasure))
				print(said[erasure.done])
			}),
		)
}

async function find({ pool, vault }: Database, customerId?: string, tckn?: string): Promise<FoundPerson | null> {
	if ((customerId === undefined) === (tckn === undefined)) {
		throw new UserError(say('Name the person by customerId or by --tckn.', 'Kişiyi customerId ya da --tckn ile belirtin.'))
	}
	if (customerId !== undefined) return findPerson(pool, vault, { customerId: parseCustomerId(customerId) })
	// Given on the command line it would stay in the history of the shell.
	return findPerson(pool, vault, { tckn: tckn === '-' ? readFileSync(0, 'utf8').trim() : (tckn as string) })
}

const said = {
	erased: say('Erased. What is left belongs to nobody.', 'Silindi. Kalanlar kimseye ait değil.'),
	'erased-before': say('Erased before; nothing was changed.', 'Daha önce silinmiş; bir şey değişmedi.'),
	nobody: say('Nothing is kept of this person.', 'Bu kişi hakkında hiçbir şey tutulmuyor.'),
}

function whyNot(erasure: Extract<Erasure, { refused: string }>): string {
	return erasure.refused === 'money-open'
		? say(
				'Money is still open: a sale is not paid off, or there is a balance.',
				'Açık para var: bitmemiş bir satış ya da bakiye.',
			)
		: say(
				`The books must be kept until ${erasure.until} (SONRA_RETENTION_YEARS).`,
				`Kayıtlar ${erasure.until} tarihine kadar saklanmalı (SONRA_RETENTION_YEARS).`,
			)
}
