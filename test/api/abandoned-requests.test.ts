// Limit requests that nobody came back to: after a week the server forgets who asked, and where pins went.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { digitOf, Simulator, tcknGraded } from '../neighbours.ts'
import { until } from '../process.ts'
import { newPerson, refusalsOf, type Sandbox, sql, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let simulator: Simulator
let merchant: TestMerchant

beforeAll(async () => {
	sandbox = await startSandbox()
	simulator = new Simulator(sandbox.app.simulatorUrl)
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())

function shopper(): Record<string, unknown> {
	const { kdsLimit: _kdsLimit, ...person } = newPerson({ tckn: tcknGraded(digitOf.A) })
	return person
}

const start = (person: Record<string, unknown>) => merchant.client.call('/RequestV2/HasoAuthSendInfo', person)

/** What the table holds of the requests: the state, and how many of the columns with somebody's data are filled. */
const kept = () =>
	sql<{ state: string; personal: number }>(
		sandbox,
		`
			select state::text, num_nonnulls(name, surname, birth_date, tckn_sealed, mobile_hash, email_sealed, mobile_sealed, pin_hash) as personal
			from limit_request
			order by id
		`,
	)

/** The nightly job, now. */
async function night(): Promise<void> {
	await sql(sandbox, `select graphile_worker.add_job('abandon-limit-requests', max_attempts => 1)`)
	const left = `select attempts, last_error from graphile_worker.jobs where task_identifier = 'abandon-limit-requests'`
	await until('the job is done', async () => {
		const jobs = await sql<{ last_error: string | null }>(sandbox, left)
		expect(jobs.filter(({ last_error }) => last_error !== null)).toEqual([])
		return jobs.length === 0
	})
}

it('one without an identity, one without a bureau and one without a pin are abandoned, one whose pin was right is not', async () => {
	const [unknown, unasked, silent, confirmed] = [shopper(), shopper(), shopper(), shopper()]
	await simulator.fault('/identity/verifications', 'error', { times: 100, about: unknown.tckn })
	await simulator.fault('/bureau/requests', 'error', { times: 100, about: unasked.tckn })
	expect(refusalsOf(await start(unknown))).toEqual(['H216'])
	expect(refusalsOf(await start(unasked))).toEqual(['H216'])
	const kkbRefNo = (await start(silent)).Data.KkbRefNo
	const other = (await start(confirmed)).Data.KkbRefNo
	const confirm = (code: string, pinCode: string) =>
		merchant.client.call('/RequestV2/SendKkbPinCode', { kkbRefNo: code, pinCode })
	await sql(sandbox, `update limit_request set test_on = true where id = $1`, [other.slice(1)])
	expect((await confirm(other, await simulator.pin(confirmed.mobileNumber))).Data.Message).toBe('RS110')

	const asked = [
		{ state: 'started', personal: 7 },
		{ state: 'verified', personal: 1 },
		{ state: 'awaiting-pin', personal: 2 },
		{ state: 'confirmed', personal: 0 },
	]
	await sandbox.clock({ advanceDays: 6 })
	await night()
	expect(await kept()).toEqual(asked)

	await sandbox.clock({ advanceDays: 2 })
	await night()
	const abandoned = { state: 'abandoned', personal: 0 }
	expect(await kept()).toEqual([abandoned, abandoned, abandoned, { state: 'confirmed', personal: 0 }])
	expect(refusalsOf(await confirm(kkbRefNo, '123456'))).toEqual(['H210 kkbRefNo'])
	expect(refusalsOf(await merchant.client.call('/RequestV2/ResendKkbPinCode', { kkbRefNo }))).toEqual(['H210 kkbRefNo'])

	// Who comes back after all begins anew.
	await simulator.noFaults()
	for (const person of [unknown, silent]) {
		const again = await start(person)
		expect(again.Errors).toEqual([])
		expect(again.Data.KkbRefNo).not.toBe(kkbRefNo)
		expect((await confirm(again.Data.KkbRefNo, await simulator.pin(person.mobileNumber))).Errors).toEqual([])
	}
	await sandbox.booksBalance()
})
