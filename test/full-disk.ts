// PostgreSQL runs out of disk under load, on a small file system of its own. Run by `npm run test:full-disk`, as root on Linux: where
// nothing can be mounted it fails and says so.

import { execFile } from 'node:child_process'
import { readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { verify } from '../src/queries/verify.ts'
import { type Answer, MerchantClient } from '../src/sdk/client.ts'
import type { Parameters } from '../src/sdk/sign.ts'
import { connect } from '../src/store/connect.ts'
import { stopPostmaster } from '../src/store/embedded-postmaster.ts'
import { type DataFolder, dataFolder, endProcesses, type Server, serve, until } from './process.ts'
import { newOrder, newPerson } from './sandbox.ts'

const execute = promisify(execFile)
const mebibyte = 1024 * 1024
const connections = 16

let folder: DataFolder
let server: Server
/** Takes the room that PostgreSQL would need. */
let ballast: string

beforeAll(async () => {
	folder = await dataFolder()
	await execute('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=700', 'tmpfs', folder.path]).catch((cause) => {
		throw new Error('this test needs the right to mount a file system: root on Linux', { cause })
	})
	ballast = join(folder.path, 'ballast')
	server = await serve({ SONRA_DATA_DIR: folder.path, SONRA_LOG_LEVEL: 'silent' })
})
afterAll(async () => {
	await endProcesses()
	const pid = await folder.postgres()
	if (pid !== undefined) await stopPostmaster(join(folder.path, 'postgres'), pid)
	await execute('umount', [folder.path])
	await folder.remove()
})

/** Leaves so much of the disk. */
async function fillDisk(leftMebibytes: number): Promise<void> {
	const { bavail, bsize } = await statfs(folder.path)
	await writeFile(ballast, Buffer.alloc(bavail * bsize - leftMebibytes * mebibyte))
}

/** How often a PostgreSQL was started on the folder. */
async function starts(): Promise<number> {
	const log = await readFile(join(folder.path, 'postgres.log'), 'utf8')
	return log.split('starting PostgreSQL').length - 1
}

interface Sent {
	readonly call: 'CreateTransaction' | 'LoadCustomerBalance'
	readonly parameters: Parameters
	answer: Answer | null
}

it('calls are answered 503 while the disk is full, and once there is room the server goes on by itself with nothing lost or doubled', async () => {
	const credentials = JSON.parse(await readFile(join(folder.path, 'demo-merchant.json'), 'utf8'))
	const client = new MerchantClient(server.url, credentials)
	const { pid } = server
	const journal: Sent[] = []
	const send = async (sent: Sent): Promise<void> => {
		const answer = await client.call(`/RequestV2/${sent.call}`, sent.parameters)
		if (answer.httpStatus === 503) expect(answer.Errors).toEqual(['H108'])
		else {
			expect(answer, sent.call).toMatchObject({ httpStatus: 200, Errors: [] })
			if (sent.answer) expect(answer.Data.TransactionCode).toBe(sent.answer.Data.TransactionCode)
			sent.answer = answer
		}
	}
	const customers = await Promise.all(
		Array.from({ length: connections }, async () => {
			const { Data } = await client.call('/RequestV2/SetLimitFromKds', newPerson({ kdsLimit: '10000000000' }))
			return Data.CustomerInfo.CustomerId as string
		}),
	)
	const clock = (await (await fetch(`${server.url}/sandbox/clock`)).json()) as { businessDate: string }

	// Less than one more file of the write-ahead log.
	await fillDisk(12)
	let stopped = false
	const load = Promise.all(
		customers.map(async (customerId, place) => {
			for (let i = 0; !stopped; i++) {
				const basketList = Array.from({ length: 50 }, () => ({ skuCode: 'a shoe with a long name' }))
				const sale: Sent = {
					call: 'CreateTransaction',
					parameters: newOrder(customerId, { basketList, orderAmount: '300' }),
					answer: null,
				}
				const paymentReferenceCode = `load ${place}-${i}`
				const parameters = { customerId, balanceAmount: '1', paymentDate: clock.businessDate, paymentReferenceCode }
				const balance: Sent = { call: 'LoadCustomerBalance', parameters, answer: null }
				for (const sent of [sale, balance]) {
					journal.push(sent)
					await send(sent)
				}
			}
		}),
	)
	await until('PostgreSQL has no room', async () => (await fetch(`${server.url}/readyz`)).status === 503, 120_000)
	const turnedAway = () => journal.filter(({ answer }) => answer === null).length
	const [before, tried] = [turnedAway(), await starts()]
	// It is not left at the first try, nor is nothing but trying done.
	await until('it was tried again', async () => (await starts()) > tried + 1)
	await until('calls are turned away meanwhile', () => turnedAway() > before + connections)
	expect((await fetch(`${server.url}/livez`)).status).toBe(200)
	stopped = true
	await load

	await rm(ballast)
	await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).ok, 60_000)
	expect(server.pid).toBe(pid)
	expect(journal.filter(({ answer }) => answer !== null).length).toBeGreaterThan(connections)
	const left = [...journal]
	await Promise.all(
		customers.map(async () => {
			for (let sent = left.shift(); sent; sent = left.shift()) await send(sent)
		}),
	)
	expect(turnedAway()).toBe(0)

	const pool = connect(await folder.databaseUrl(), 'test', { ...limits.database, connections: 1 })
	const { rows } = await pool.query(`
		select
			(select count(*)::integer from transaction) as created,
			(select count(*)::integer from movement where type = 'balance-load') as loaded
	`)
	const sent = (call: Sent['call']) => journal.filter((each) => each.call === call).length
	expect(rows).toEqual([{ created: sent('CreateTransaction'), loaded: sent('LoadCustomerBalance') }])
	expect((await verify(pool)).filter(({ wrong }) => wrong > 0)).toEqual([])
	await pool.end()
})
