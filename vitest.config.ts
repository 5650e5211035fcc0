import { defineConfig } from 'vitest/config';

// Real servers run beside the tests, on machines with two cores: few workers, patient limits.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global.ts',
    env: { TZ: 'UTC', NO_COLOR: '1' },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    expect: { poll: { timeout: 30_000 } },
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});
