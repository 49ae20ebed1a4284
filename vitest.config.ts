import { defineConfig } from 'vitest/config';
import { ClosingSummary } from './test/support/closing-summary.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new ClosingSummary()],
    // Processes, not threads: tests start workers, change environments and send signals.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // A test that can only pass by luck is a failing one.
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
  },
});
