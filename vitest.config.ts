import { defineConfig } from 'vitest/config'

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		globalSetup: 'test/global-setup.ts',
		// What the program says is compared in English, also on a Turkish machine.
		env: { LC_ALL: 'C' },
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
})
