// A server must not outlive an `npm start` that was killed with -9: no signal tells it, but its parent changes.
// scripts/setup.mjs puts the parent to watch in SONRA_LAUNCHER; run without it (systemd, nohup, a container), nobody is watched.

const POLL_MS = 250

/** Calls `stop` once when the launcher of this process is gone. Keeps nothing alive. */
export function onLauncherGone(stop: () => void): void {
	const launcher = Number(process.env.SONRA_LAUNCHER)
	// The variable is inherited: only the process whose parent it names is meant.
	if (process.ppid !== launcher) return
	const timer = setInterval(() => {
		if (process.ppid === launcher) return
		clearInterval(timer)
		stop()
	}, POLL_MS)
	timer.unref()
}
