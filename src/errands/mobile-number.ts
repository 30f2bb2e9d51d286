// A customer's new mobile number (protocol 5.15): the bureau is asked whether the person can be reached under it, then it is changed.
// Asking changes nothing there, so a call that breaks off leaves nothing behind.

import { type ChangeMobileNumber, changeMobileNumber } from '../commands/customers.ts'
import type { Refused } from '../commands/world.ts'
import type { Answer } from '../engine/command.ts'
import { Unavailable } from '../engine/fault.ts'
import type { NumberCheck } from '../gateways/bureau.ts'
import { Unreachable } from '../gateways/http-call.ts'
import { findPersonSeenBy } from '../queries/customers.ts'
import { type Asked, type ErrandDeps, step } from './steps.ts'

/** Rejects with Unavailable where the bureau can't be reached: the protocol has no code of its own for it here. */
export async function changeNumber(
	deps: ErrandDeps,
	input: Omit<ChangeMobileNumber, 'knownNumbers'>,
	newNumber: string,
	asked: Asked<null>,
): Promise<Answer<Refused>> {
	const person = await findPersonSeenBy(deps.reading, input.caller.merchantId, input.customerId)
	// Whoever is not found, or has this number already, is told so by the command; the bureau has nothing to say about it.
	const isCheck = person && person.mobileNumber.hash !== input.mobileNumber.hash
	const check = isCheck ? await askBureau(deps, person, newNumber) : null
	const knownNumbers = check && !check.usable ? check.numbers : null
	const stepped = await step(deps, changeMobileNumber, { ...input, knownNumbers }, asked, () => null)
	return 'ended' in stepped ? stepped.ended : { kind: 'done', text: asked.render(null), replayedScope: null }
}

async function askBureau(
	{ vault, neighbours }: ErrandDeps,
	person: { tckn: { sealed: Uint8Array }; mobileNumber: { sealed: Uint8Array } },
	newNumber: string,
): Promise<NumberCheck> {
	try {
		return await neighbours.bureau.checkNumber(
			vault.open(person.tckn.sealed, 'tckn'),
			newNumber,
			vault.open(person.mobileNumber.sealed, 'mobile-number'),
		)
	} catch (error) {
		throw error instanceof Unreachable ? new Unavailable('the bureau can’t be reached', { cause: error }) : error
	}
}
