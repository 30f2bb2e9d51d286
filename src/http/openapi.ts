// The protocol for programs: GET /openapi.json. It says nothing of anybody, so nobody has to sign for it.

import { openApiDocument } from '../protocol/openapi.ts'
import type { Server } from './server.ts'

export function addOpenApi(server: Server): void {
	const text = JSON.stringify(openApiDocument())
	server.get('/openapi.json', (_request, reply) => reply.header('content-type', 'application/json; charset=utf-8').send(text))
}
