// What a simulation has done so far, for its report.

import type { Call } from '../../sim/model/model.ts'
import type { Expected } from '../../sim/model/state.ts'

export class Tally {
	readonly calls = new Map<string, number>()
	readonly refusals = new Map<string, number>()
	answersCompared = 0
	refusedWithoutTrace = 0
	atOnce = 0
	lostAnswers = 0
	brokenConnections = 0
	restarts = 0
	booksChecked = 0

	answered({ path }: Call, { errors }: Expected): void {
		this.answersCompared++
		this.calls.set(path, (this.calls.get(path) ?? 0) + 1)
		for (const error of errors) this.refusals.set(error, (this.refusals.get(error) ?? 0) + 1)
	}
}
