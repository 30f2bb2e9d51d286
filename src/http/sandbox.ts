// The sandbox clock over HTTP. In production these paths do not exist.

import { z } from 'zod'
import type { Now } from '../commands/world.ts'
import { instantText, parseCalendarDate } from '../domain/calendar.ts'
import { preferredLanguage } from '../protocol/codes.ts'
import type { SandboxClock } from '../store/clock.ts'
import { refused } from './answer.ts'
import type { Server } from './server.ts'

/** Exactly one of the three keys; anything else is 400 and moves nothing (answers 113). */
const move = z.union([
	z.strictObject({
		date: z
			.string()
			.transform(parseCalendarDate)
			.pipe(z.custom<NonNullable<ReturnType<typeof parseCalendarDate>>>((date) => date !== null)),
	}),
	z.strictObject({ advanceDays: z.int().min(0).max(400_000) }),
	z.strictObject({ reset: z.literal(true) }),
])

export function addSandboxClock(server: Server, clock: SandboxClock): void {
	server.get('/sandbox/clock', async () => shown(await clock.now()))

	server.post('/sandbox/clock', async (request, reply) => {
		const moved = await moveAsAsked(clock, request.body)
		if (moved) return shown(moved)
		const { text, httpStatus } = refused(
			[{ code: 'H100', field: null }],
			preferredLanguage(request.headers['accept-language']),
			400,
		)
		return reply.code(httpStatus).header('content-type', 'application/json; charset=utf-8').send(text)
	})
}

/** Null when the body asks for nothing that can be done. */
async function moveAsAsked(clock: SandboxClock, body: unknown): Promise<Now | null> {
	const asked = move.safeParse(jsonOf(body))
	if (!asked.success) return null
	if ('date' in asked.data) return clock.moveTo(asked.data.date)
	if ('advanceDays' in asked.data) return clock.advance(asked.data.advanceDays)
	return clock.reset()
}

function jsonOf(body: unknown): unknown {
	try {
		return JSON.parse(Buffer.from(body as Uint8Array).toString('utf8'))
	} catch {
		return null
	}
}

function shown({ atMs, today }: Now) {
	return { now: instantText(atMs), businessDate: today }
}
