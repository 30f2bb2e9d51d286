// Calls that are wrong before anybody looks at the state: a bad token, a missing or impossible parameter.

import type { Call } from '../../sim/model/model.ts'
import { tables } from '../../sim/model/parameters.ts'
import type { Picks } from './picks.ts'

const impossible = [
	'x'.repeat(300),
	'-1',
	true,
	{ a: 1 },
	'2031-02-29',
	'10000000000001',
	'',
	null,
	undefined,
	1.5,
	'a\tb',
] as const

export function spoiled(call: Call, picks: Picks): Call {
	if (picks.oneIn(4)) return { ...call, spoiled: picks.of(['requestToken', 'merchantId']) }
	const names = ['ipAddress', ...Object.keys(tables[call.path]).map((name) => name.replace('?', ''))]
	const parameters: Record<string, unknown> = { ...call.parameters }
	for (let i = 0; i <= picks.below(3); i++) parameters[picks.of(names) as string] = picks.of(impossible)
	return { ...call, parameters, idempotencyKey: null }
}
