// A page of a list (protocol 1.5).

import type { Parameters } from './parameters.ts'

export function page<T>(all: readonly T[], sent: Parameters) {
	const [PageNo, PageSize] = [Number(sent.pageNo ?? 1n), Number(sent.pageSize ?? 50n)]
	const before = (PageNo - 1) * PageSize
	return { items: all.slice(before, before + PageSize), TotalCount: all.length, PageNo, PageSize }
}
