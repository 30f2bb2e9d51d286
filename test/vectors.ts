// The vectors every implementation of the protocol has to meet.
// They are kept beside the repository, for all who implement it; test/vectors/ is the copy for a checkout that stands alone.

import { existsSync, readFileSync } from 'node:fs'

const original = (name: string) => new URL(`../../shared/vectors/${name}.json`, import.meta.url)
const copy = (name: string) => new URL(`./vectors/${name}.json`, import.meta.url)

/** The cases of one file, named without its ending; the caller says what a case looks like. */
export function readVectors<Case>(name: string): Case[] {
	return JSON.parse(readFileSync(existsSync(original(name)) ? original(name) : copy(name), 'utf8'))
}

/** Both texts of one file; the original is null where there is none. */
export function vectorTexts(name: string): { original: string | null; copy: string } {
	return {
		original: existsSync(original(name)) ? readFileSync(original(name), 'utf8') : null,
		copy: readFileSync(copy(name), 'utf8'),
	}
}
