// The SMS service: takes a text for a mobile number.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { LimitRequestId } from '../domain/limit-request.ts'
import type { HttpNeighbour } from './http-call.ts'

export interface Sms {
	/** Rejects with Unreachable. */
	sendPin(id: LimitRequestId, mobileNumber: string, pin: string): Promise<void>
}

const taken = z.object({ status: z.literal('taken') })

// In plain ASCII: a text with Turkish letters costs more and is cut sooner.
const pinText = (pin: string): string => `Onay kodunuz ${pin} (5 dakika gecerli). Your code is ${pin} (valid 5 minutes).`

export function httpSms(neighbour: HttpNeighbour): Sms {
	return {
		async sendPin(id, mobileNumber, pin) {
			await neighbour.call({
				operation: 'send-pin',
				limitRequestId: id,
				method: 'POST',
				path: '/sms/messages',
				body: { to: mobileNumber, text: pinText(pin) },
				// A pin is texted once: the attempts of this call are one text.
				idempotencyKey: randomUUID(),
				answer: taken,
			})
		},
	}
}
