import { defineConfig } from 'vitest/config'

// Apart from the rest: it needs the right to mount a file system (root on Linux).
export default defineConfig({
	test: { include: ['test/full-disk.ts'], env: { LC_ALL: 'C' }, testTimeout: 180_000, hookTimeout: 60_000 },
})
