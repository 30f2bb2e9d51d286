// The neighbours as one value, each at its address and with a circuit of its own.

import { type Bureau, httpBureau } from './bureau.ts'
import { type Attempt, type CallLimits, HttpNeighbour } from './http-call.ts'
import { httpIdentity, type Identity } from './identity.ts'
import { httpSms, type Sms } from './sms.ts'

export interface Neighbours {
	readonly bureau: Bureau
	readonly identity: Identity
	readonly sms: Sms
}

export function httpNeighbours(
	urls: { readonly bureau: string; readonly identity: string; readonly sms: string },
	limits: CallLimits,
	record: (attempt: Attempt) => Promise<void>,
): Neighbours {
	return {
		bureau: httpBureau(new HttpNeighbour('bureau', urls.bureau, limits, record)),
		identity: httpIdentity(new HttpNeighbour('identity', urls.identity, limits, record)),
		sms: httpSms(new HttpNeighbour('sms', urls.sms, limits, record)),
	}
}
