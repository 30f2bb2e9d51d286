// The network address a call comes from: what the allow-list of a merchant (H106) is asked about, and what calls are counted
// under. A proxy's word about it counts only where the operator has named the proxy.

import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** An address as a text that isIP knows, or '' of a caller that has gone already. */
export function addressOf({ ip, socket }: FastifyRequest): string {
	// What a trusted proxy passed on unread may be no address at all: then it is the proxy that calls.
	const address = isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip
	// A dual-stack socket shows an IPv4 caller as ::ffff:203.0.113.7.
	return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/** Whoever has one IPv6 address has the whole /64 around it, so that is counted as one; an IPv4 address stands for itself. */
export function countedAs(address: string): string {
	if (isIP(address) !== 6) return address
	const [head = [], tail = []] = address.split('::').map((part) => (part === '' ? [] : part.split(':')))
	// Where there is no `::` there is nothing to fill up. An IPv4 text at the end stands for two groups, behind the first four.
	const groups = [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
	return `${groups
		.slice(0, 4)
		.map((group) => Number.parseInt(group, 16).toString(16))
		.join(':')}::/64`
}

/** Whether a text is like 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32. */
export function isAddressOrRange(text: string): boolean {
	const [address = '', prefix, ...more] = text.split('/')
	const family = isIP(address)
	const inRange = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32))
	return family !== 0 && inRange && more.length === 0
}

/** Of texts that are addresses or ranges. */
export function addressList(texts: readonly string[]): BlockList {
	const list = new BlockList()
	for (const text of texts) {
		const [address = '', prefix] = text.split('/')
		const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
		if (prefix === undefined) list.addAddress(address, family)
		else list.addSubnet(address, Number(prefix), family)
	}
	return list
}

export function isOn(list: BlockList, address: string): boolean {
	return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
