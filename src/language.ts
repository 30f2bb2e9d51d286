// The language in which the program speaks to whoever runs it: Turkish where the locale is Turkish, else English.
// What it answers to merchants is another matter: protocol/codes.ts.

import type { Language } from './protocol/codes.ts'

function spokenLanguage(environment: Readonly<Record<string, string | undefined>>): Language {
	const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
	return locale.toLowerCase().startsWith('tr') ? 'tr' : 'en'
}

const language = spokenLanguage(process.env)

/** The text to show, written in both languages at the place where it is said. */
export function say(en: string, tr: string): string {
	return language === 'tr' ? tr : en
}
