// The files of examples/ as a merchant's developer runs them: their token against the vectors, and a purchase in a sandbox. A file
// runs where its language is installed; what is missing is named in the output.

import { execFile, spawnSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenOrder } from '../../src/sdk/sign.ts'
import { boundFolder } from '../folder.ts'
import { type Sandbox, startSandbox } from '../sandbox.ts'
import { readVectors } from '../vectors.ts'

/** How each file is run, and built before where that is a step of its own. */
const languages: Record<string, { readonly build?: readonly string[]; readonly run: readonly string[] }> = {
	'purchase.sh': { run: ['sh', 'FILE'] },
	'purchase.mjs': { run: ['node', 'FILE'] },
	'purchase.py': { run: ['python3', 'FILE'] },
	'purchase.php': { run: ['php', 'FILE'] },
	'Purchase.java': { run: ['java', 'FILE'] },
	'purchase.go': { build: ['go', 'build', '-o', 'BUILT', 'FILE'], run: ['BUILT'] },
	'Purchase.cs': { run: ['dotnet', 'run', 'FILE'] },
}

const examples = new URL('../../examples/', import.meta.url).pathname
const isInstalled = (program = '') => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const runnable = Object.entries(languages).flatMap(([file, { build, run }]) => {
	const [program] = build ?? run
	if (isInstalled(program)) return [{ file, build, run }]
	console.info(`examples/${file} is not run: ${program} is not installed`)
	return []
})

let sandbox: Sandbox
let folder: Awaited<ReturnType<typeof boundFolder>>

beforeAll(async () => {
	sandbox = await startSandbox()
	folder = await boundFolder()
})
afterAll(async () => {
	await sandbox.stop()
	await folder.remove()
})

async function started(command: readonly string[], file: string, more: readonly string[] = []): Promise<string> {
	const places: Record<string, string> = { FILE: join(examples, file), BUILT: join(folder.path, `${file}-built`) }
	const [program = '', ...given] = command.map((word) => places[word] ?? word)
	// What they are given and print is UTF-8, also where the tests run under another locale.
	const env = { ...process.env, LC_ALL: 'C.UTF-8', GOCACHE: join(folder.path, 'go') }
	return (await promisify(execFile)(program, [...given, ...more], { env, timeout: 120_000 })).stdout
}

it('every file of examples/ is known here', async () => {
	expect((await readdir(examples)).filter((file) => !file.endsWith('.md')).sort()).toEqual(Object.keys(languages).sort())
})

describe.each(runnable)('examples/$file', { timeout: 240_000 }, ({ file, build, run }) => {
	beforeAll(async () => {
		if (build) await started(build, file)
	}, 240_000)

	it('makes the tokens of the vectors', async () => {
		for (const { path, merchantKey, merchantSalt, body, requestToken } of readVectors<TokenVector>('tokens')) {
			const values = (tokenOrder(path) ?? []).map((name) =>
				String(body[name] ?? '').slice(0, name === 'paymentDate' ? 10 : undefined),
			)
			expect(await started(run, file, ['token', merchantKey, merchantSalt, ...values])).toBe(`${requestToken}\n`)
		}
	})

	it('sells on four instalments and prints the payments', async () => {
		const merchant = await sandbox.newMerchant()
		const keys = join(folder.path, `${file}.json`)
		await writeFile(keys, JSON.stringify({ ...merchant.credentials, baseUrl: sandbox.url }, null, 2))
		const printed = (await started(run, file, [keys])).trim().split('\n')
		expect(printed).toEqual([
			expect.stringMatching(/^customer \d{10} can buy for [\d.]+ TL$/),
			expect.stringMatching(/^sale T\d+ is active$/),
			...[1, 2, 3, 4].map((n) =>
				expect.stringMatching(new RegExp(`^payment T\\d+-${n} of 304\\.5 TL is due on \\d{4}-\\d{2}-\\d{2}$`)),
			),
		])
	})
})

interface TokenVector {
	readonly path: string
	readonly merchantKey: string
	readonly merchantSalt: string
	readonly body: Readonly<Record<string, unknown>>
	readonly requestToken: string
}
