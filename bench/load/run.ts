// Starts a load process for one piece of work and waits for what it measured.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Measured, Work } from './work.ts'

const program = fileURLToPath(new URL('process.ts', import.meta.url))
/** For signing and for the slowest last answer, beside the time that is measured. */
const graceMs = 60_000

export function runLoad(work: Work): Promise<Measured> {
	const child = fork(program, { serialization: 'advanced' })
	return new Promise((resolve, reject) => {
		const impatient = setTimeout(() => child.kill('SIGKILL'), work.seconds * 1_000 + graceMs)
		child.once('message', (measured: Measured) => resolve(measured))
		child.once('error', reject)
		child.once('exit', (code, signal) => {
			clearTimeout(impatient)
			reject(new Error(`the load ended with ${code ?? signal} before it was done`))
		})
		child.send(work)
	})
}
