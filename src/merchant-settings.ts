// The options by which the operator sets a merchant's terms, from the command line to values that were checked.

import { InvalidArgumentError, Option } from 'commander'
import type { LimitSource } from './domain/limit.ts'
import { type Kurus, kurus } from './domain/money.ts'
import { isAddressOrRange } from './http/addresses.ts'
import { say } from './language.ts'
import type { MerchantSettings } from './store/merchants.ts'

const none = say('none', 'yok')
/** What an option read as "none": commander would take a null for no value at all and make it ''. */
const NOTHING = Symbol('none')

export const settingOptions: readonly Option[] = [
	new Option(
		'--state <state>',
		say('a passive merchant’s calls are refused', 'pasif üye iş yerinin çağrıları reddedilir'),
	).choices(['active', 'passive']),
	new Option(
		'--allow-addresses <list>',
		say(
			`addresses or ranges it may call from, with commas; ${none} = any`,
			`çağrı yapabileceği adresler ya da aralıklar, virgülle; ${none} = hepsi`,
		),
	).argParser(addresses),
	new Option(
		'--credit-limit <lira>',
		say(
			`how much open principal it may have out; ${none} = unlimited`,
			`en çok ne kadar açık anaparası olabilir; ${none} = sınırsız`,
		),
	).argParser(liraOrNone),
	new Option(
		'--late-fee-rate <percent>',
		say('per month of 30 days, for example 4.25', '30 günlük ay için, örneğin 4.25'),
	).argParser(percent),
	new Option('--late-fee-base <base>', say('what the late fee is taken of', 'gecikme bedeli neyin üzerinden')).choices([
		'open-amount',
		'open-principal',
	]),
	new Option('--grace-days <days>', say('0 to 90', '0–90')).argParser(whole(0, 90)),
	new Option(
		'--pending-life <days>',
		say('how long a sale may wait to be activated, 1 to 28', 'satış onayı kaç gün bekleyebilir, 1–28'),
	).argParser(whole(1, 28)),
	new Option(
		'--down-payment <percent>',
		say(
			'largest share of an order that a down payment may cover; 0 = no down payment',
			'peşinatın siparişteki en büyük payı; 0 = peşinat yok',
		),
	).argParser(percent),
	new Option(
		'--enforcement-after <days>',
		say('days overdue before enforcement is possible, 1 to 3650', 'icraya kaç gün gecikmeden sonra verilebilir, 1–3650'),
	).argParser(whole(1, 3650)),
	new Option(
		'--allow-limits <list>',
		say(
			`limits it may set: KDS, PREDEFINED, MANUAL, with commas; ${none} = none`,
			`verebileceği limitler: KDS, PREDEFINED, MANUAL, virgülle; ${none} = hiçbiri`,
		),
	).argParser(limitSources),
	new Option(
		'--limit-ceiling <lira>',
		say(`the highest limit it may set; ${none} = any`, `verebileceği en yüksek limit; ${none} = sınırsız`),
	).argParser(liraOrNone),
	new Option(
		'--own-limits <yes|no>',
		say('whether the availableLimit it sends may be above ours', 'gönderdiği availableLimit bizimkini aşabilir mi'),
	).choices(['yes', 'no']),
	new Option(
		'--signature <needed|optional>',
		say('whether its calls must carry the header Sonra-Signature', 'çağrılarında Sonra-Signature başlığı zorunlu mu'),
	).choices(['needed', 'optional']),
]

/** What commander read of the options above, as settings; an option not given changes nothing. */
export function merchantSettings(options: Readonly<Record<string, unknown>>): MerchantSettings {
	const settings = {
		name: options.name,
		active: options.state === undefined ? undefined : options.state === 'active',
		allowedAddresses: options.allowAddresses,
		creditLimit: options.creditLimit,
		lateFeeRateBps: options.lateFeeRate,
		lateFeeBase: options.lateFeeBase,
		graceDays: options.graceDays,
		pendingLifeDays: options.pendingLife,
		downPaymentMaxShareBps: options.downPayment,
		enforcementMinOverdueDays: options.enforcementAfter,
		settableLimits: options.allowLimits,
		limitCeiling: options.limitCeiling,
		holdsOwnLimits: options.ownLimits === undefined ? undefined : options.ownLimits === 'yes',
		signatureNeeded: options.signature === undefined ? undefined : options.signature === 'needed',
	}
	return Object.fromEntries(
		Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value === NOTHING ? null : value]])),
	) as MerchantSettings
}

function isNone(text: string): boolean {
	return text === 'none' || text === 'yok'
}

function addresses(text: string): string[] | typeof NOTHING {
	if (isNone(text)) return NOTHING
	const list = text.split(',').map((each) => each.trim())
	for (const each of list) {
		if (!isAddressOrRange(each)) {
			throw new InvalidArgumentError(
				say(`${each} is no address or range like 203.0.113.0/24.`, `${each}, 203.0.113.0/24 gibi bir adres ya da aralık değil.`),
			)
		}
	}
	return list
}

function liraOrNone(text: string): Kurus | typeof NOTHING {
	if (isNone(text)) return NOTHING
	if (!/^\d{1,11}$/.test(text))
		throw new InvalidArgumentError(say('It must be an amount in whole lira.', 'Tam lira olarak bir tutar olmalı.'))
	return kurus(BigInt(text) * 100n)
}

/** Up to two decimals: a basis point is a hundredth of a percent. */
function percent(text: string): number {
	const parts = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text)
	if (!parts)
		throw new InvalidArgumentError(
			say('It must be a percentage below 100 like 4.25.', '100’den küçük, 4.25 gibi bir yüzde olmalı.'),
		)
	return Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'))
}

export function whole(min: number, max: number): (text: string) => number {
	return (text) => {
		const number = Number(text)
		if (!/^\d{1,5}$/.test(text) || number < min || number > max) {
			throw new InvalidArgumentError(
				say(`It must be a whole number from ${min} to ${max}.`, `${min} ile ${max} arasında bir tam sayı olmalı.`),
			)
		}
		return number
	}
}

function limitSources(text: string): LimitSource[] {
	if (isNone(text)) return []
	const list = text.split(',').map((each) => each.trim().toUpperCase())
	const wrong = list.find((each) => !['KDS', 'PREDEFINED', 'MANUAL'].includes(each))
	if (wrong !== undefined)
		throw new InvalidArgumentError(
			say(`${wrong} is none of KDS, PREDEFINED, MANUAL.`, `${wrong}; KDS, PREDEFINED, MANUAL değerlerinden biri değil.`),
		)
	return list as LimitSource[]
}
