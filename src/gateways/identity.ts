// The identity service: whether a TCKN, a name and a birth date belong together.

import { z } from 'zod'
import type { LimitRequestId } from '../domain/limit-request.ts'
import type { Subject } from './bureau.ts'
import type { HttpNeighbour } from './http-call.ts'

export interface Identity {
	/** Rejects with Unreachable. */
	matches(id: LimitRequestId, subject: Subject): Promise<boolean>
}

const answer = z.object({ match: z.boolean() })

export function httpIdentity(neighbour: HttpNeighbour): Identity {
	return {
		async matches(id, subject) {
			const { match } = await neighbour.call({
				operation: 'verify',
				limitRequestId: id,
				method: 'POST',
				path: '/identity/verifications',
				body: subject,
				answer,
			})
			return match
		},
	}
}
