// Mutation testing of src/domain/: Stryker alters the rules one by one, and the unit and property tests must notice. It works on a copy in
// a folder of its own and installs itself there, so that nobody who only runs Sonra has to fetch it.
//   npm run mutate                                        all of src/domain/; takes hours on two cores
//   npm run mutate -- src/domain/plan.ts,src/domain/money.ts
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const version = '10.1.1'
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [files = 'src/domain/**/*.ts'] = process.argv.slice(2)

const config = {
	testRunner: 'vitest',
	plugins: ['@stryker-mutator/vitest-runner'],
	mutate: files.split(','),
	vitest: { configFile: 'vitest.mutation.config.ts' },
	coverageAnalysis: 'perTest',
	concurrency: Math.max(1, availableParallelism() - 1),
	timeoutMS: 20_000,
	reporters: ['clear-text', 'json'],
	clearTextReporter: { reportTests: false, logTests: false },
	// Stryker would read it with TypeScript's own API, which TypeScript 7 has no more; nothing is compiled anyway.
	tsconfigFile: 'none.json',
}

const folder = mkdtempSync(join(tmpdir(), 'sonra-mutate-'))
try {
	for (const name of ['src', 'test', 'docs', 'package.json', 'package-lock.json', '.npmrc', 'vitest.mutation.config.ts']) {
		cpSync(join(root, name), join(folder, name), { recursive: true })
	}
	cpSync(join(root, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true })
	writeFileSync(join(folder, 'stryker.config.json'), JSON.stringify(config))
	const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${version}`)
	execFileSync('npm', ['install', '--no-save', '--ignore-scripts', ...packages], { cwd: folder, stdio: 'inherit' })
	const program = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js')
	const { status } = spawnSync(process.execPath, [program, 'run'], { cwd: folder, stdio: 'inherit' })
	process.exitCode = status ?? 1
} finally {
	rmSync(folder, { recursive: true, force: true })
}
