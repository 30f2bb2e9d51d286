// The holds of sales that were left to expire, as they are kept beside a customer and a merchant.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { addDays, businessDate } from '../../src/domain/calendar.ts'
import { kurus } from '../../src/domain/money.ts'
import { customerInfo, newCustomer, newOrder, type Sandbox, sql, startSandbox } from '../sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
	sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

it('one that ended more than 30 days ago is dropped when its row is written next; one of fewer days stays', async () => {
	const merchant = await sandbox.newMerchant({ creditLimit: kurus(100_000_000n) })
	const customerId = await newCustomer(merchant)
	const create = async () =>
		expect((await merchant.client.call('/RequestV2/CreateTransaction', newOrder(customerId))).Errors).toEqual([])
	const ids = async () =>
		(await sql<{ id: bigint }>(sandbox, 'select id from transaction where customer_id = $1 order by id', [customerId])).map(
			({ id }) => id,
		)
	const heldUntil = async () => {
		const [row] = await sql<Record<'customer' | 'merchant', Record<string, string>>>(
			sandbox,
			`
				select c.pending_holds as customer, e.pending_holds as merchant
				from customer c, merchant_exposure e
				join merchant m on m.id = e.merchant_id
				where c.id = $1 and m.code = $2
			`,
			[customerId, merchant.credentials.merchantId],
		)
		expect(row?.merchant).toEqual(row?.customer)
		return Object.keys(row?.customer ?? {}).sort()
	}
	const today = businessDate(Date.now())
	const [old, late] = [addDays(today, -31), addDays(today, -27)]

	await create()
	await create()
	// As it was when these two were sold, long ago.
	for (const [i, until] of [old, late].entries()) {
		const id = (await ids())[i]
		await sql(sandbox, `update transaction set created_date = '2020-01-01', expire_date = $2 where id = $1`, [id, until])
	}
	const holds = JSON.stringify({ [old]: '120000', [late]: '120000' })
	await sql(sandbox, 'update customer set pending_holds = $2 where id = $1', [customerId, holds])
	await sql(
		sandbox,
		'update merchant_exposure e set pending_holds = $2 from merchant m where m.id = e.merchant_id and m.code = $1',
		[merchant.credentials.merchantId, holds],
	)
	await sandbox.booksBalance()
	const used = async () => (await customerInfo(merchant, customerId)).UsedLimit
	expect(await used()).toBe(0)

	await create()
	expect((await heldUntil()).slice(0, -1)).toEqual([late])
	expect(await used()).toBe(1_200)
	await sandbox.booksBalance()

	// What is not long ago is still looked at.
	await sql(sandbox, `update customer set pending_holds = pending_holds - $2::text where id = $1`, [
		customerId,
		(await heldUntil()).at(-1),
	])
	await expect(sandbox.booksBalance()).rejects.toThrow()
})
