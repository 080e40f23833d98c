import { defineConfig } from 'vitest/config';

/**
 * `CI=true` adds a machine-readable result, from which `.ci/run` takes its closing line.
 * `SPILLWAY_FULL=1` runs every seed and case, and gives each the time it takes.
 */
const inCi = process.env['CI'] === 'true';
const full = process.env['SPILLWAY_FULL'] === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/machine.ts',
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: full ? 600_000 : 60_000,
    hookTimeout: 120_000,
    // What was built is loaded as Node loads it.
    server: { deps: { external: [/\/dist\//] } },
    reporters: inCi
      ? ['default', ['json', { outputFile: 'node_modules/.cache/vitest-result.json' }]]
      : ['default'],
  },
});
