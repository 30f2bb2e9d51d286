// Limit requests with bureau and pin in a sandbox (protocol 5.2.1–5.2.4, answers section J). The model has no pins: whoever plays
// against it says whether the one that is sent is right.

import { customerInfo, hasValidLimit, isTaken, isTckn, linkTo, register, withTckn } from './customer.ts'
import { isUnderAge, personIn, suspendedAt } from './limits.ts'
import { amountIn, flagIn, type Parameters, textIn, textOrNull } from './parameters.ts'
import { at, done, type Expected, type LimitRequest, newName, refused, type State } from './state.ts'

const minuteMs = 60_000
const pinLifeMs = 5 * minuteMs
const tries = 5
const resends = 3

/** In kuruş, what a grade is worth in the sandbox. */
const worth: { readonly [grade: string]: bigint } = { A: 5_000_000n, B: 2_500_000n, C: 1_000_000n, D: 500_000n, E: 0n, F: 0n }

/** By the tenth digit of the TCKN; 7: the bureau never answers. */
const gradeByDigit: { readonly [digit: string]: string } = { 0: 'A', 1: 'B', 2: 'C', 3: 'D', 4: 'E', 5: 'F', 7: 'RETRY', 9: 'A' }

/** `content`: the parameters as text. `atMs`: the server's clock. `silent`: the bureau can't be reached this time. */
export function startRequest(
	state: State,
	merchant: number,
	sent: Parameters,
	{ content, atMs, silent }: { content: string; atMs: number; silent: boolean },
): Expected {
	const tckn = textIn(sent, 'tckn')
	const testOn = flagIn(sent, 'testOn')
	if (!isTckn(tckn)) return refused('H201')
	const known = withTckn(state, tckn)
	// A repeat changes nothing, whatever has happened since (answers 24).
	const open = state.requests.find(
		(request) => request.merchant === merchant && request.customer === known?.index && isUndecided(request),
	)
	if (open && open.content === content && isUsable(open, atMs)) return done({ KkbRefNo: open.name, CustomerInfo: null })
	if (!known && !testOn && textIn(sent, 'shopperSurname').toLocaleUpperCase('tr') === 'UYUŞMAZ') return refused('H202')
	if (isUnderAge(state, sent)) return refused('H205')
	if (isTaken(state, textIn(sent, 'mobileNumber'), known)) return refused('H203')
	if (suspendedAt(known, merchant)) return refused('H220')

	const customer = known ?? register(state, personIn(sent))
	linkTo(customer, merchant, textOrNull(sent, 'dealerSegment'))
	const predefined = amountIn(sent, 'preDefinedLimit')
	if (predefined === 0n && hasValidLimit(state, customer)) {
		return done({ KkbRefNo: null, CustomerInfo: customerInfo(state, customer, merchant) })
	}
	if (open) open.state = 'replaced'
	if (silent && predefined === 0n && !testOn) return refused('H216')
	const request: LimitRequest = {
		index: state.requests.length,
		name: newName('request'),
		merchant,
		customer: customer.index,
		content,
		testOn,
		predefined,
		mobile: customer.mobile,
		pinSentAt: atMs,
		wrongPins: 0,
		resends: 0,
		state: 'awaiting-pin',
	}
	state.requests.push(request)
	return done({ KkbRefNo: request.name, CustomerInfo: null })
}

const isUndecided = ({ state }: LimitRequest): boolean => state === 'awaiting-pin' || state === 'confirmed'

/** Its pin valid, or confirmed (answers 24). */
function isUsable(request: LimitRequest, atMs: number): boolean {
	return request.state === 'confirmed' || (!isExpired(request, atMs) && request.wrongPins < tries)
}

const isExpired = ({ pinSentAt }: LimitRequest, atMs: number): boolean => atMs >= pinSentAt + pinLifeMs

function findRequest(state: State, merchant: number, sent: Parameters): LimitRequest | undefined {
	return state.requests.find(
		(request) => request.merchant === merchant && request.name.text === textIn(sent, 'kkbRefNo') && request.state !== 'replaced',
	)
}

export function sendPin(state: State, merchant: number, sent: Parameters, atMs: number, pinIsRight: boolean): Expected {
	const request = findRequest(state, merchant, sent)
	if (!request) return refused('H210')
	const testResult = request.testOn ? textOrNull(sent, 'testResult') : null
	if (request.state === 'awaiting-pin') {
		if (request.wrongPins >= tries) return refused('H213')
		if (isExpired(request, atMs)) return refused('H212')
		if (testResult === null && !pinIsRight) {
			request.wrongPins++
			return refused('H211')
		}
		request.state = 'confirmed'
	}
	return outcome(state, request, testResult)
}

export function askReport(state: State, merchant: number, sent: Parameters): Expected {
	const request = findRequest(state, merchant, sent)
	if (!request || request.state === 'awaiting-pin') return refused('H210')
	return outcome(state, request, request.testOn ? textOrNull(sent, 'testResult') : null)
}

export function resendPin(state: State, merchant: number, sent: Parameters, atMs: number): Expected {
	const request = findRequest(state, merchant, sent)
	if (request?.state !== 'awaiting-pin') return refused('H210')
	if (request.resends >= resends || atMs < request.pinSentAt + minuteMs) return refused('H217')
	request.resends++
	request.pinSentAt = atMs
	request.wrongPins = 0
	return done({ KkbRefNo: request.name })
}

/** Of a request whose pin was right; decided once and for all. */
function outcome(state: State, request: LimitRequest, testResult: string | null): Expected {
	const customer = at(state.customers, request.customer)
	if (request.state === 'confirmed') {
		const grade = request.testOn ? (testResult ?? 'RETRY') : (gradeByDigit[customer.tckn[9] as string] as string)
		if (request.predefined > 0n) {
			grant(request.predefined, 'PREDEFINED', 365, false)
		} else if (grade !== 'RETRY') {
			const amount = worth[grade] as bigint
			if (amount > 0n) grant(amount, 'KKB', 90, grade === 'D')
			else request.state = 'rejected'
		}
	}
	if (request.state === 'rejected') return refused('H215')
	const granted = request.state === 'granted'
	return done({
		Message: granted ? 'RS100' : 'RS110',
		KkbRefNo: request.name,
		CustomerInfo: granted ? customerInfo(state, customer, request.merchant) : null,
	})

	function grant(amount: bigint, source: 'KKB' | 'PREDEFINED', days: number, risky: boolean): void {
		customer.limit = { amount, expires: state.today + days, source, risky }
		request.state = 'granted'
	}
}
