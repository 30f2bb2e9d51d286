// Changing a customer's mobile number (protocol 5.15, answers 13, 23, 104).

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Simulator } from '../neighbours.ts'
import { freeNumber, newCustomer, type Sandbox, startSandbox, type TestMerchant } from '../sandbox.ts'

let sandbox: Sandbox
let simulator: Simulator
let merchant: TestMerchant
let customerId: string
let number: string

beforeAll(async () => {
	sandbox = await startSandbox()
	simulator = new Simulator(sandbox.app.simulatorUrl)
	merchant = await sandbox.newMerchant()
})
afterAll(() => sandbox.stop())
beforeEach(async () => {
	number = freeNumber()
	customerId = await newCustomer(merchant, { mobileNumber: number })
})

const change = (newGsmNo: string, of = customerId, headers: Record<string, string> = {}) =>
	merchant.client.call('/Index/ChangeCustomerGsmNo', { customerId: of, newGsmNo }, { headers })

it('a new number takes the place of the old one, which is free again', async () => {
	const newGsmNo = freeNumber()
	const changed = await change(newGsmNo)
	expect(changed).toMatchObject({ Success: true, Errors: [], Data: { message: 'RS100' } })
	const info = await merchant.client.call('/Index/GetCustomerInformation', { customerId, orderAmount: '100' })
	expect(info.Data.CustomerInfo.GsmNo).toBe(`${newGsmNo.slice(0, 3)}*****${newGsmNo.slice(-2)}`)
	await newCustomer(merchant, { mobileNumber: number })
	await sandbox.booksBalance()
})

it('refusals carry their code in Data.message too, in the order H223, H311, RS115, H203', async () => {
	const other = await sandbox.newMerchant()
	const of = await newCustomer(other)
	const taken = `${freeNumber().slice(0, 8)}99`
	await newCustomer(merchant, { mobileNumber: taken })
	const takenToo = freeNumber()
	await newCustomer(merchant, { mobileNumber: takenToo })
	const before = await sandbox.everything()

	expect(await change(taken, of)).toMatchObject({ Success: false, Errors: ['H223'], Data: { message: 'H223' } })
	expect(await change(taken, '1')).toMatchObject({ Errors: ['H223'], Data: { message: 'H223' } })
	expect(await change(number)).toMatchObject({ Errors: ['H311'], Data: { message: 'H311' } })
	const unusable = await change(taken)
	expect(unusable.Success).toBe(false)
	expect(unusable.Errors).toEqual(['RS115'])
	expect(unusable.Data).toEqual({ message: 'RS115', KkbPhones: [number] })
	expect(unusable.ErrorDetails).toMatchObject([{ Code: 'RS115', Field: 'newGsmNo' }])
	expect(await change(takenToo)).toMatchObject({ Errors: ['H203'], Data: { message: 'H203' } })

	const notCalls = (row: string) => !row.startsWith('gateway_call ')
	expect((await sandbox.everything()).filter(notCalls)).toEqual(before.filter(notCalls))
})

it('a number that is none is H102 with empty Data', async () => {
	expect(await change('05321112233')).toMatchObject({ Errors: ['H102'], Data: {} })
	expect((await change('05321112233')).Data).toEqual({})
})

it('the bureau is not asked where the answer is known without it', async () => {
	await simulator.fault('bureau', 'error', { times: 3 })
	expect((await change(number)).Errors).toEqual(['H311'])
	expect((await change(freeNumber(), '1')).Errors).toEqual(['H223'])
	await simulator.noFaults()
})

it('without the bureau nothing is changed: 503, to be repeated', async () => {
	await simulator.fault('bureau', 'error', { times: 3 })
	const newGsmNo = freeNumber()
	const away = await change(newGsmNo)
	expect(away).toMatchObject({ httpStatus: 503, Errors: ['H108'] })
	expect(away.headers.get('retry-after')).not.toBeNull()
	expect((await change(newGsmNo)).Data).toEqual({ message: 'RS100' })
})

it('an Idempotency-Key means nothing here: the same again is H311', async () => {
	const newGsmNo = freeNumber()
	const headers = { 'idempotency-key': 'x' }
	expect((await change(newGsmNo, customerId, headers)).Errors).toEqual([])
	expect((await change(newGsmNo, customerId, headers)).Errors).toEqual(['H311'])
	expect((await change(freeNumber(), customerId, { 'idempotency-key': '' })).Errors).toEqual([])
})

it('two customers who want one number at once do not both get it', async () => {
	const second = await newCustomer(merchant)
	const newGsmNo = freeNumber()
	const answers = await Promise.all([change(newGsmNo), change(newGsmNo, second)])
	expect(answers.map(({ Data }) => Data.message).sort()).toEqual(['H203', 'RS100'])
})
