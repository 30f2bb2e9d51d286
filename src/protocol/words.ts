// A text of the protocol reference in both languages.

import type { Language } from './codes.ts'

export type Words = Readonly<Record<Language, string>>

export function both(en: string, tr: string): Words {
	return { en, tr }
}
