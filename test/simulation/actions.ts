// Everything that may happen in a step, with its usual weight. A run multiplies these with factors of its own, so that each run
// plays another game: one is all refunds, the next has no clock that moves (swarm testing).

import type { Path } from '../../sim/model/parameters.ts'

type Other = 'clock' | 'settings' | 'mix' | 'restart' | 'break' | 'bureau-silent'

const usual: { readonly [action in Path | Other]: number } = {
	'/RequestV2/SetLimitFromKds': 12,
	'/RequestV2/CreateTransaction': 22,
	'/RequestV2/ActivateTransaction': 22,
	clock: 14,
	'/Index/GetCustomerInformation': 6,
	'/RequestV2/HasoAuthSendInfo': 8,
	'/RequestV2/SendKkbPinCode': 8,
	'/RequestV2/AskKkbReportResult': 3,
	'/RequestV2/ResendKkbPinCode': 2,
	'/RequestV2/SetPreDefinedLimit': 2,
	'/Index/ChangeCustomerGsmNo': 2,
	'/RequestV2/SuspendCustomer': 1,
	'/RequestV2/ActivateCustomer': 2,
	'/RequestV2/SetCustomerLimit': 3,
	'/Index/GetPaymentsOfTransaction': 4,
	'/Index/GetCustomerTransactions': 3,
	'/RequestV2/RefundTransaction': 14,
	'/RequestV2/CheckRefund': 2,
	'/Index/GetPaymentPlanByDealerSegment': 2,
	'/Index/GetInstallmentRates': 1,
	'/Index/GetCustomerPayments': 6,
	'/RequestV2/SetPaidPayment': 14,
	'/RequestV2/SetBulkPaidPayment': 8,
	'/RequestV2/LoadCustomerBalance': 10,
	'/RequestV2/SendExecutionTransaction': 6,
	'/RequestV2/SetPaidExecutionTransaction': 10,
	'/RequestV2/SendTransactionExpense': 6,
	'/Index/GetDailyReconciliation': 3,
	'/Index/GetDailyReconciliationDetail': 3,
	settings: 2,
	mix: 8,
	restart: 0.4,
	break: 1.5,
	'bureau-silent': 1,
}

export type ActionName = keyof typeof usual

export const actionNames = Object.keys(usual) as ActionName[]

/** Without these nothing else would happen. */
const needed: readonly ActionName[] = actionNames.slice(0, 3)

export function actionOf(what: number, factors: readonly number[]): ActionName {
	const weights = actionNames.map((name, i) => {
		const factor = factors[i] ?? 1
		return 100 * usual[name] * (needed.includes(name) ? Math.max(factor, 0.5) : factor)
	})
	let place = what % weights.reduce((sum, weight) => sum + weight, 0)
	for (const [i, name] of actionNames.entries()) {
		place -= weights[i] as number
		if (place < 0) return name
	}
	throw new Error('the weights add up to less than their sum')
}
