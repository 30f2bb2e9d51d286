// npm run simulate -- --seed 7 --days 365 [--merchants 3]: plays merchants and shoppers against a server of its own and the model.
// Where they part it prints the shortest story it finds and writes it to a file: npm run simulate -- --story <file> plays it again.

import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, program } from 'commander'
import { readyEmbedded } from '../src/schema.ts'
import { startEmbedded } from '../src/store/embedded.ts'
import { boundFolder } from '../test/folder.ts'
import { drawStory, type Parting, playStory, type Story, shorten } from '../test/simulation/long-run.ts'
import { type Stage, setStage } from '../test/simulation/stage.ts'
import type { Parted } from '../test/simulation/story.ts'
import { Tally } from '../test/simulation/tally.ts'

interface Options {
	readonly seed: number
	readonly days: number
	readonly merchants: number
	readonly tries: number
	readonly story?: string
}

const whole = (text: string): number => {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
	return Number(text)
}

const options = program
	.option('--seed <n>', 'what everything is drawn from', whole, Math.floor(Math.random() * 1e9))
	.option('--days <n>', 'how many days are played', whole, 365)
	.option('--merchants <n>', 'how many merchants there are', whole, 3)
	.option('--tries <n>', 'how often a story that fails is played again to make it shorter', whole, 200)
	.option('--story <file>', 'plays a story that was written down')
	.parse()
	.opts<Options>()

const care = { booksEvery: 50, traceEvery: 5 }
const postgres = { fsync: 'off', max_connections: '100' }
const print = (text: string) => process.stdout.write(`${text}\n`)

const folder = await boundFolder()
let embedded = await startEmbedded(folder.path, postgres)
const url = new URL(embedded.url)
await readyEmbedded(embedded.url)
// On the same port again, so that every URL stays good.
const restartPostgres = async () => {
	await embedded.stop()
	embedded = await startEmbedded(folder.path, { ...postgres, port: url.port })
}
const stage = await setStage(embedded.url, restartPostgres)
const parting = await run(stage)
await stage.stop()
// The folder goes with this process.
await embedded.stop()
process.exitCode = parting ? 1 : 0

async function run(stage: Stage): Promise<Parting | null> {
	const story = options.story === undefined ? drawStory(options) : (read(await readFile(options.story, 'utf8')) as Story)
	print(
		options.story === undefined ? `seed ${options.seed}, ${options.days} days, ${options.merchants} merchants` : options.story,
	)
	const tally = new Tally()
	const started = performance.now()
	let told = started
	const parted = await playStory(stage, story, care, tally, (done, { state }) => {
		if (performance.now() - told < 10_000) return
		told = performance.now()
		print(`  step ${done} of ${story.steps.length}: ${state.sales.length} sales, ${tally.answersCompared} answers compared`)
	})
	print(report(tally, (performance.now() - started) / 1_000))
	return parted ? explain(stage, { story, parted }) : null
}

async function explain(stage: Stage, first: Parting): Promise<Parting> {
	print(
		`\nModel and server part at step ${first.parted.step}: ${first.parted.message.split('\n')[0]}\nLooking for the shortest story …`,
	)
	const play = (story: Story): Promise<Parted | null> => playStory(stage, story, { ...care, booksEvery: 10 }, new Tally())
	const shortest = await shorten(first, play, options.tries, (steps) => print(`  ${steps} steps`))
	const file = join(tmpdir(), `sonra-story-${options.seed}.json`)
	writeFileSync(file, written(shortest.story))
	print(`\nseed ${options.seed}, step ${first.parted.step}\n${shortest.parted.message}`)
	print(`\nTo play it again: npm run simulate -- --story ${file}`)
	return shortest
}

function report(tally: Tally, seconds: number): string {
	const sorted = (counts: Map<string, number>) =>
		[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, many]) => `${name} ${many}`)
	return [
		'calls by kind:',
		...sorted(tally.calls).map((line) => `  ${line}`),
		`refusals by code: ${sorted(tally.refusals).join(', ')}`,
		`answers compared: ${tally.answersCompared} in ${seconds.toFixed(0)} s`,
		`refusals looked at for traces: ${tally.refusedWithoutTrace}`,
		`calls at once: ${tally.atOnce}; answers lost: ${tally.lostAnswers}; connections broken: ${tally.brokenConnections}`,
		`restarts survived: ${tally.restarts}; books checked: ${tally.booksChecked}`,
	].join('\n')
}

/** JSON with a mark for amounts. */
function written(story: Story): string {
	return JSON.stringify(story, (_name, value) => (typeof value === 'bigint' ? `${value}n` : value))
}

function read(text: string): unknown {
	return JSON.parse(text, (_name, value) =>
		typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
	)
}
