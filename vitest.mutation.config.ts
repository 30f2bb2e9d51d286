import { defineConfig } from 'vitest/config'

/** The tests that hold src/domain/ alone, without a database: for `npm run mutate`. */
export default defineConfig({
	test: {
		include: [
			'test/unit/domain/**/*.test.ts',
			'test/unit/vectors.test.ts',
			'test/unit/docs-money.test.ts',
			'test/property/**/*.test.ts',
		],
		env: { LC_ALL: 'C' },
		testTimeout: 60_000,
		isolate: false,
	},
})
