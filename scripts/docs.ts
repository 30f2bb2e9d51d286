// Writes docs/protocol.md and docs/protocol.tr.md; with --check it only compares, and fails on a difference.
// The examples are made anew each time, by a sandbox server on a fresh throw-away database.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { startApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { pages, protocolPage } from './protocol-reference/page.ts'
import { playStory, type Story } from './protocol-reference/story.ts'

const story = await playAnew()
for (const language of ['en', 'tr'] as const) {
	const file = fileURLToPath(new URL(`../${pages[language]}`, import.meta.url))
	const page = protocolPage(language, story)
	if (!process.argv.includes('--check')) await writeFile(file, page)
	else report(pages[language], await readFile(file, 'utf8'), page)
}

async function playAnew(): Promise<Story> {
	const dataDir = await mkdtemp(join(tmpdir(), 'sonra-docs-'))
	try {
		const config = readConfig({ SONRA_DATA_DIR: dataDir, PORT: '0', SONRA_LOG_LEVEL: 'silent' })
		const app = await startApp(config, pino({ level: 'silent' }))
		return await playStory(app).finally(() => app.stop())
	} finally {
		await rm(dataDir, { recursive: true })
	}
}

function report(name: string, file: string, page: string): void {
	if (file === page) return
	const [was, is] = [file.split('\n'), page.split('\n')]
	const line = was.findIndex((text, index) => text !== is[index])
	const at = line < 0 ? was.length : line
	console.error(`${name}:${at + 1} differs from what the server is now; run npm run docs\n- ${was[at] ?? ''}\n+ ${is[at] ?? ''}`)
	process.exitCode = 1
}
