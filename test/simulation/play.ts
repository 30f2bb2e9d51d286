// One run: the steps, carried out on the server and in the model, and what has to hold after each. Throws `Parted` at the first
// difference.

import { dayOf, textOf } from '../../sim/model/dates.ts'
import { overdueFrom } from '../../sim/model/late-fee.ts'
import { answer, type Call } from '../../sim/model/model.ts'
import { type Parameters, type Path, tables } from '../../sim/model/parameters.ts'
import { at, type Expected, newState, type State } from '../../sim/model/state.ts'
import { type Answer, MerchantClient } from '../../src/sdk/client.ts'
import { type MerchantCredentials, signed } from '../../src/sdk/sign.ts'
import { until } from '../process.ts'
import { actionOf } from './actions.ts'
import { disagreements } from './agree.ts'
import { choices } from './choose.ts'
import { newPeople, type Person } from './people.ts'
import { Picks } from './picks.ts'
import { canBuy, type Scene } from './scene.ts'
import { addMerchant, changeSettings } from './settings.ts'
import type { Setup, Step } from './setup.ts'
import { spoiled } from './spoil.ts'
import type { Stage } from './stage.ts'
import { lineOf, Parted, said } from './story.ts'
import { Tally } from './tally.ts'

export interface Care {
	/** After how many steps the books are checked; they always are at the end. */
	readonly booksEvery: number
	/** Of how many refused calls one is looked at for traces in the database. */
	readonly traceEvery: number
}

const dayMs = 24 * 60 * 60 * 1_000
/** How often a call is repeated that nobody answers. */
const repeats = 400

export class Play {
	state: State
	readonly tally: Tally
	readonly #stage: Stage
	readonly #setup: Setup
	readonly #care: Care
	readonly #credentials: MerchantCredentials[] = []
	readonly #people: readonly Person[]
	readonly #pins = new Map<number, string>()
	readonly #recent: Call[] = []
	readonly #story: string[] = []
	#keys = 0
	#step = -1
	/** How much an earlier run on the same database had left wrong, by invariant. */
	#wrongBefore: readonly number[] = []

	private constructor(stage: Stage, setup: Setup, care: Care, tally: Tally) {
		this.#stage = stage
		this.#setup = setup
		this.#care = care
		this.tally = tally
		this.#people = newPeople(setup.people)
		this.state = newState(dayOf(setup.start) as number)
	}

	static async begin(stage: Stage, setup: Setup, care: Care, tally = new Tally()): Promise<Play> {
		const play = new Play(stage, setup, care, tally)
		await stage.simulator.noFaults()
		await stage.startOn(setup.start)
		play.#wrongBefore = (await stage.findings()).map(({ wrong }) => wrong)
		for (const terms of setup.merchants) play.#credentials.push(await addMerchant(stage, play.state, terms))
		return play
	}

	/** What happened in the last step, in a line. */
	get lastLine(): string {
		return this.#story.at(-1) ?? ''
	}

	async step({ what, picks: numbers }: Step): Promise<void> {
		this.#step++
		const picks = new Picks(numbers)
		const action = what < 0 ? 'next day' : actionOf(what, this.#setup.weights)
		try {
			await this.#act(action, picks)
			if ((this.#step + 1) % this.#care.booksEvery === 0) await this.#checkBooks()
		} catch (error) {
			throw error instanceof Parted ? error : this.#parted([String((error as Error).stack)])
		}
	}

	/** The books, and every customer as every merchant sees it. */
	async end(): Promise<void> {
		await this.#checkBooks()
		for (const { index: merchant } of this.state.merchants) {
			for (const customer of this.state.customers) {
				if (customer.name.text !== null && customer.links.has(merchant)) {
					for (const look of this.#looks(merchant, customer.name.text)) await this.#once(look)
				}
			}
		}
	}

	async #act(action: ReturnType<typeof actionOf> | 'next day', picks: Picks): Promise<void> {
		if (action === 'next day') return this.#moveTo(this.state.today + 1)
		if (action === 'clock') return this.#moveTo(this.#laterDay(picks))
		if (action === 'settings') return this.#changeSettings(picks)
		if (action === 'restart') return this.#restart(picks)
		if (action === 'break') return this.#lose(picks, () => this.#stage.breakConnections())
		if (action === 'mix') return this.#mix(picks)
		if (action === 'bureau-silent') return this.#silence(picks)
		if (this.#recent.length > 0 && picks.oneIn(14)) return this.#once(this.#now(picks.of(this.#recent) as Call), picks)
		const call = this.#call(this.#possible(action), picks)
		if (picks.oneIn(24)) return this.#once(this.#now(spoiled(call, picks)))
		if (picks.oneIn(24)) return this.#lose(picks, null, call)
		this.#recent.unshift(call)
		this.#recent.length = Math.min(this.#recent.length, 12)
		await this.#once(call, picks)
		if (picks.oneIn(12)) await this.#once(this.#now(call), picks)
		await this.#follow(call, picks)
	}

	/** What most merchants do next, on the same day. */
	async #follow({ path, merchant, parameters: { merchantOid } }: Call, picks: Picks): Promise<void> {
		if (picks.oneIn(3)) return
		if (path === '/RequestV2/CreateTransaction') {
			const sale = this.state.sales.find((sale) => sale.merchant === merchant && sale.oid === merchantOid)
			const parameters = { merchantOid, transactionCode: sale?.name.text }
			if (sale) await this.#once(this.#plain(merchant, '/RequestV2/ActivateTransaction', parameters))
		}
		for (const next of following[path] ?? []) await this.#once(this.#call(this.#possible(next), picks), picks)
	}

	/** What there has to be before this can be more than a code that nobody knows. */
	#possible(path: Path): Path {
		const { customers, sales, requests, refunds } = this.state
		if (aboutSales.has(path) && sales.length === 0) return this.#possible('/RequestV2/CreateTransaction')
		const nobodyBuys = path === '/RequestV2/CreateTransaction' && !customers.some((customer) => canBuy(this.state, customer))
		if (nobodyBuys || (aboutCustomers.has(path) && customers.length === 0)) return '/RequestV2/SetLimitFromKds'
		if (path.endsWith('CheckRefund') && refunds.length === 0) return this.#possible('/RequestV2/RefundTransaction')
		if (aboutEnforcement.has(path) && !sales.some((sale) => sale.state === 'enforcement'))
			return '/RequestV2/SendExecutionTransaction'
		if (aboutRequests.has(path) && requests.length === 0) return '/RequestV2/HasoAuthSendInfo'
		return path
	}

	/** What the step's numbers make of an action now. */
	#call(path: Path, picks: Picks): Call {
		const scene: Scene = { state: this.state, people: this.#people, pins: this.#pins, picks }
		const { merchant, parameters } = choices[path](scene)
		const sent = picks.oneIn(20) ? { ...parameters, ipAddress: '203.0.113.9' } : parameters
		const idempotencyKey = picks.oneIn(8) ? this.#newKey() : picks.oneIn(60) ? this.#oldKey(picks) : null
		return { ...this.#plain(merchant, path, sent), idempotencyKey }
	}

	#newKey(): string {
		this.#keys++
		return `key ${this.#keys}`
	}

	#oldKey(picks: Picks): string {
		return `key ${1 + picks.below(this.#keys + 1)}`
	}

	/** The call as it is when it is sent now: the clock goes on, and a pin may have been replaced. */
	#now(call: Call): Call {
		const { kkbRefNo, pinCode } = call.parameters
		const request = this.state.requests.find(({ name }) => name.text !== null && name.text === kkbRefNo)
		return {
			...call,
			atMs: this.state.today * dayMs + (Date.now() % dayMs),
			pinIsRight: request !== undefined && this.#pins.get(request.index) === pinCode,
		}
	}

	async #send(call: Call, picks?: Picks, signal?: AbortSignal): Promise<Answer> {
		const credentials = at(this.#credentials, call.merchant)
		const client = new MerchantClient(this.#stage.app.url, credentials)
		const body: Record<string, unknown> = { ...signed(call.path, call.parameters, credentials) }
		if (call.spoiled === 'requestToken')
			body.requestToken = `${body.requestToken}`.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
		if (call.spoiled === 'merchantId') body.merchantId = 'nobody'
		const headers: Record<string, string> = call.idempotencyKey === null ? {} : { 'idempotency-key': call.idempotencyKey }
		const as = picks?.oneIn(4) ? 'form' : 'json'
		return client.send(call.path, body, { headers, as, ...(signal && { signal }) })
	}

	async #once(given: Call, picks?: Picks): Promise<void> {
		const call = this.#tellable(given)
		const expected = answer(this.state, call)
		const traced = leavesNoTrace(call, expected) && this.tally.answersCompared % this.#care.traceEvery === 0
		const before = traced ? await this.#stage.digest() : ''
		const actual = await this.#send(call, picks)
		this.#tell(`${lineOf(call)} → ${said(actual)}`)
		this.#hold(disagreements(this.state, expected, actual))
		if (traced) {
			const after = await this.#stage.digest()
			if (after !== before) throw this.#parted([`a refused call left a trace: ${before}\n${after}`])
			this.tally.refusedWithoutTrace++
		}
		this.tally.answered(call, expected)
		await this.#notePins()
	}

	/** Of a day on which calls came at once only the sums are asked for: the order of its movements can't be known. */
	#tellable(call: Call): Call {
		const day = dayOf(String(call.parameters.reconciliationDate))
		if (day === null || !this.state.mixedDays.has(day)) return call
		return { ...call, path: '/Index/GetDailyReconciliation' }
	}

	/** Pins are read where the shopper reads them, whenever a request has a new one. */
	async #notePins(): Promise<void> {
		for (const request of this.state.requests) {
			if (request.state !== 'awaiting-pin' || this.#pinsSeen.get(request.index) === request.pinSentAt) continue
			this.#pinsSeen.set(request.index, request.pinSentAt)
			// A repeat may be answered while the text is still on its way.
			const texted = () => this.#stage.simulator.pins(request.mobile).then(([newest]) => newest)
			this.#pins.set(request.index, await until('a pin is texted', texted))
		}
	}

	readonly #pinsSeen = new Map<number, number>()

	/** Several calls at once, the same or different ones: there must be an order in which the model says the same. */
	async #mix(picks: Picks): Promise<void> {
		const calls = this.#callsAtOnce(picks)
		const answers = await Promise.all(calls.map((call) => this.#send(call)))
		this.#tell(`at once:\n${calls.map((call, i) => `    ${lineOf(call)} → ${said(answers[i] as Answer)}`).join('\n')}`)
		const looks = await this.#lookAfter(calls)
		this.#take(permutations(calls.map((call, i) => [call, answers[i] as Answer] as const)), looks)
		this.state.mixedDays.add(this.state.today)
		this.tally.atOnce += calls.length
		await this.#notePins()
	}

	#callsAtOnce(picks: Picks): Call[] {
		const some = picks.of(writes)
		if (picks.oneIn(2)) {
			const call = this.#call(some, picks)
			return picks.oneIn(2) ? [call, call] : [call, call, call]
		}
		// Which of two sales is the newer could not be told.
		const others = writes.filter((path) => path !== '/RequestV2/CreateTransaction' && !path.includes('Haso'))
		return [this.#call(some, picks), this.#call(picks.of(others) as Path, picks), this.#call(picks.of(others) as Path, picks)]
	}

	/** A call whose answer never arrives, and that is sent again until one does: it has happened once. */
	async #lose(picks: Picks, meanwhile: (() => Promise<void>) | null, given?: Call): Promise<void> {
		const chosen = given ?? this.#call(picks.of(writes), picks)
		if (chosen.path.startsWith('/Index/')) return this.#once(chosen)
		const call = { ...chosen, idempotencyKey: chosen.idempotencyKey ?? this.#newKey() }
		const ahead = structuredClone(this.state)
		// A refused call that arrives late might be possible by then.
		if (answer(ahead, call).errors.length > 0) return this.#once(call)
		const aborted = meanwhile ? undefined : AbortSignal.timeout(picks.below(12))
		const lost = this.#send(call, undefined, aborted).catch(() => null)
		await meanwhile?.()
		await lost
		const actual = await this.#sendUntilAnswered(call)
		this.#tell(`${lineOf(call)} → ${meanwhile ? 'connections broken' : 'lost'}, then ${said(actual)}`)
		const looks = await this.#lookAfter([call])
		const orders = [[[call, actual] as const], [[call, null] as const, [call, actual] as const]]
		this.#take(orders, looks)
		if (meanwhile) this.tally.brokenConnections++
		else this.tally.lostAnswers++
		await this.#notePins()
	}

	async #sendUntilAnswered(call: Call): Promise<Answer> {
		for (let i = 0; i < repeats; i++) {
			const actual = await this.#send(call).catch(() => null)
			if (actual !== null && actual.httpStatus !== 503) return actual
		}
		throw this.#parted([`${repeats} times no answer to ${lineOf(call)}`])
	}

	/** What the merchants of these calls see of their customers afterwards. */
	async #lookAfter(calls: readonly Call[]): Promise<(readonly [Call, Answer])[]> {
		const seen: (readonly [Call, Answer])[] = []
		for (const merchant of new Set(calls.map((call) => call.merchant))) {
			for (const { name, links } of this.state.customers) {
				if (name.text === null || !links.has(merchant)) continue
				for (const look of this.#looks(merchant, name.text)) seen.push([look, await this.#sendUntilAnswered(look)])
			}
		}
		return seen
	}

	#looks(merchant: number, customerId: string): Call[] {
		return [
			this.#plain(merchant, '/Index/GetCustomerInformation', { customerId, orderAmount: '100000' }),
			this.#plain(merchant, '/Index/GetCustomerPayments', { customerId, pageSize: 500 }),
			this.#plain(merchant, '/Index/GetCustomerTransactions', { customerId, pageSize: 500 }),
		]
	}

	#plain(merchant: number, path: Path, parameters: Parameters): Call {
		const plain = { idempotencyKey: null, spoiled: null, atMs: 0, pinIsRight: false, bureauSilent: false }
		return this.#now({ merchant, path, parameters, ...plain })
	}

	/** Takes the first order of events in which the model says all that the server said. Without an answer, none is compared. */
	#take(orders: readonly (readonly (readonly [Call, Answer | null])[])[], looks: readonly (readonly [Call, Answer])[]): void {
		const found: string[] = []
		for (const order of orders) {
			const state = structuredClone(this.state)
			const answered: [Call, Expected][] = []
			const different = [...order, ...looks].flatMap(([call, actual]) => {
				const expected = answer(state, call)
				answered.push([call, expected])
				return actual === null ? [] : disagreements(state, expected, actual).map((each) => `${call.path}: ${each}`)
			})
			if (different.length === 0) {
				this.state = state
				for (const [call, expected] of answered) this.tally.answered(call, expected)
				return
			}
			found.push(`In one order (${order.map(([call]) => call.path).join(', ')}):`, ...different.slice(0, 5))
		}
		throw this.#parted(found)
	}

	/** The bureau does not answer; the merchant repeats, and there is one request. */
	async #silence(picks: Picks): Promise<void> {
		const call = this.#call('/RequestV2/HasoAuthSendInfo', picks)
		const asked = { ...call, idempotencyKey: null, parameters: { ...call.parameters, testOn: null, preDefinedLimit: null } }
		const silent = { ...asked, bureauSilent: true }
		if (answer(structuredClone(this.state), silent).errors[0] !== 'H216') return this.#once(asked)
		await this.#stage.simulator.fault('/bureau/requests', 'error', { times: 3, about: call.parameters.tckn })
		await this.#once(silent)
		await this.#stage.simulator.noFaults()
		await this.#once(this.#now(asked))
	}

	async #moveTo(day: number): Promise<void> {
		await this.#stage.moveTo(textOf(day))
		this.state.today = day
		this.#tell(`the clock: ${textOf(day)}`)
	}

	/** Some days on, or to where something turns. */
	#laterDay(picks: Picks): number {
		const { today, sales, customers } = this.state
		const turns = [
			...sales.slice(-12).flatMap((sale) => [sale.expires, ...sale.rows.map((row) => overdueFrom(row, sale.terms))]),
			...customers.flatMap(({ limit }) => (limit ? [limit.expires] : [])),
		].filter((day) => day > today)
		// One of the next; the farthest are years away.
		const turn = picks.of(turns.sort((a, b) => a - b).slice(0, 6)) ?? today + 1
		return Math.max(today, picks.of([today + 1, turn, turn - 1, today + 2, turn, today + 7, turn + 1, today + 31]))
	}

	async #changeSettings(picks: Picks): Promise<void> {
		const merchant = at(this.state.merchants, picks.below(this.state.merchants.length))
		const what = await changeSettings(this.#stage, at(this.#credentials, merchant.index).merchantId, merchant, picks)
		this.#tell(`the operator changes merchant ${merchant.index}: ${what}`)
	}

	async #restart(picks: Picks): Promise<void> {
		if (picks.oneIn(3)) await this.#stage.restartDatabase()
		else await this.#stage.restart()
		this.tally.restarts++
		this.#tell('the server is restarted')
	}

	async #checkBooks(): Promise<void> {
		const wrong = (await this.#stage.findings()).filter((finding, i) => finding.wrong > (this.#wrongBefore[i] ?? 0))
		if (wrong.length > 0) {
			throw this.#parted(wrong.flatMap(({ invariant, examples }) => examples.map((example) => `${invariant.en}: ${example}`)))
		}
		this.tally.booksChecked++
	}

	#tell(line: string): void {
		this.#story.push(`${String(this.#step).padStart(4)} ${textOf(this.state.today)} ${line}`)
	}

	#hold(found: readonly string[]): void {
		if (found.length > 0) throw this.#parted(found)
	}

	#parted(found: readonly string[]): Parted {
		return new Parted(this.#step, found, this.#story)
	}
}

const writes: [Path, ...Path[]] = [
	'/RequestV2/ActivateTransaction',
	'/RequestV2/RefundTransaction',
	'/RequestV2/SetPaidPayment',
	'/RequestV2/CreateTransaction',
	'/RequestV2/LoadCustomerBalance',
	'/RequestV2/SetBulkPaidPayment',
	'/RequestV2/SendExecutionTransaction',
	'/RequestV2/SetPaidExecutionTransaction',
	'/RequestV2/SendTransactionExpense',
	'/RequestV2/SetLimitFromKds',
	'/RequestV2/SetCustomerLimit',
	'/RequestV2/HasoAuthSendInfo',
	'/RequestV2/SendKkbPinCode',
]

const following: { readonly [path in Path]?: readonly Path[] } = {
	'/RequestV2/HasoAuthSendInfo': ['/RequestV2/SendKkbPinCode', '/RequestV2/SendKkbPinCode'],
	'/RequestV2/SendExecutionTransaction': ['/RequestV2/SendTransactionExpense', '/RequestV2/SetPaidExecutionTransaction'],
	'/RequestV2/SendKkbPinCode': ['/RequestV2/AskKkbReportResult'],
}

const paths = Object.keys(tables) as Path[]
const pathsWith = (...names: string[]) => new Set(paths.filter((path) => names.some((name) => name in tables[path])))
const aboutSales = pathsWith('transactionCode', 'paymentCode', 'paymentCodes')
const aboutCustomers = pathsWith('customerId')
const aboutEnforcement = pathsWith('expenseAmount', 'paymentAmount')
const aboutRequests = pathsWith('kkbRefNo')

/** A wrong pin is counted (answers 100), and a bureau that is silent leaves the intent. */
function leavesNoTrace({ path, bureauSilent }: Call, { errors }: Expected): boolean {
	return errors.length > 0 && !path.endsWith('SendKkbPinCode') && !path.endsWith('AskKkbReportResult') && !bureauSilent
}

function permutations<T>(list: readonly T[]): T[][] {
	if (list.length < 2) return [[...list]]
	return list.flatMap((first, i) => permutations(list.toSpliced(i, 1)).map((rest) => [first, ...rest]))
}
