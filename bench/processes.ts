// What processes have cost so far, as Linux counts it: CPU time and resident memory. Elsewhere nothing is known: null.

import { readdir, readFile } from 'node:fs/promises'

/** Linux counts in hundredths of a second on every platform Node runs on. */
const tickMs = 10

interface Times {
	readonly parent: number
	readonly ownMs: number
	/** Of children that have ended and were waited for. */
	readonly endedChildrenMs: number
}

async function timesOf(pid: number | string): Promise<Times | null> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
	if (stat === null) return null
	// Behind the program's name, which may hold anything.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
	const sum = (...at: number[]) => at.reduce((ms, i) => ms + Number(fields[i]) * tickMs, 0)
	return { parent: Number(fields[1]), ownMs: sum(11, 12), endedChildrenMs: sum(13, 14) }
}

export async function cpuMsOf(pid: number): Promise<number | null> {
	return (await timesOf(pid))?.ownMs ?? null
}

/** Of PostgreSQL: the postmaster and all its sessions, also those that have ended. */
export async function cpuMsOfPostgres(postmaster: number): Promise<number | null> {
	const main = await timesOf(postmaster)
	if (main === null) return null
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
	const all = await Promise.all(pids.map(timesOf))
	const sessions = all.filter((times) => times?.parent === postmaster)
	return sessions.reduce((ms, times) => ms + (times?.ownMs ?? 0), main.ownMs + main.endedChildrenMs)
}

export async function memoryMbOf(pid: number): Promise<number | null> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
	const kb = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
	return kb === undefined ? null : Math.round(Number(kb) / 1024)
}
