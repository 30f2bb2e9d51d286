// The credit bureau (KKB): takes a request for a person once, reports when it is done, and knows the person's numbers.

import { z } from 'zod'
import type { CalendarDate } from '../domain/calendar.ts'
import { type LimitRequestId, limitRequestCode, type Report } from '../domain/limit-request.ts'
import { kurus } from '../domain/money.ts'
import type { HttpNeighbour } from './http-call.ts'

/** A person as the bureau and the identity service know one. */
export interface Subject {
	readonly tckn: string
	readonly name: string
	readonly surname: string
	readonly birthDate: CalendarDate
}

/** Every call rejects with Unreachable. */
export interface Bureau {
	/** The same request again is the same request there. */
	request(id: LimitRequestId, subject: Subject): Promise<void>
	/** `unknown`: the bureau never got the request, or lost it. */
	report(id: LimitRequestId): Promise<Report | 'not-ready' | 'unknown'>
	/** Whether a person can be reached under a number, and under which ones otherwise. */
	checkNumber(tckn: string, number: string, presentNumber: string): Promise<NumberCheck>
}

export interface NumberCheck {
	readonly usable: boolean
	readonly numbers: readonly string[]
}

const taken = z.object({ status: z.literal('taken') })

const report = z.union([
	z.object({ status: z.literal('not-ready') }).transform(() => 'not-ready' as const),
	z
		.object({
			status: z.literal('ready'),
			grade: z.enum(['A', 'B', 'C', 'D', 'E', 'F']),
			/** In kuruş. */
			limit: z
				.int()
				.min(0)
				.max(10 ** 13),
		})
		.transform(({ grade, limit }) => ({ grade, limit: kurus(limit) })),
])

const numberCheck = z.object({ usable: z.boolean(), numbers: z.array(z.string().regex(/^5\d{9}$/)).max(20) })

export function httpBureau(neighbour: HttpNeighbour): Bureau {
	return {
		async request(id, subject) {
			const code = limitRequestCode(id)
			await neighbour.call({
				operation: 'request',
				limitRequestId: id,
				method: 'POST',
				path: '/bureau/requests',
				body: { requestId: code, ...subject },
				idempotencyKey: code,
				answer: taken,
			})
		},
		report: (id) =>
			neighbour.call<Report | 'not-ready' | 'unknown'>({
				operation: 'report',
				limitRequestId: id,
				method: 'GET',
				path: `/bureau/requests/${limitRequestCode(id)}`,
				answer: report,
				notFound: 'unknown',
			}),
		checkNumber: (tckn, number, presentNumber) =>
			neighbour.call({
				operation: 'check-number',
				limitRequestId: null,
				method: 'POST',
				path: '/bureau/number-checks',
				body: { tckn, number, presentNumber },
				answer: numberCheck,
			}),
	}
}
