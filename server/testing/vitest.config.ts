import { defineConfig } from 'vitest/config';
import { plainReporter } from './plain-reporter.ts';

export default defineConfig({
  test: {
    include: ['server/**/*.test.{ts,tsx}', 'web/**/*.test.{ts,tsx}'],
    reporters: ['default', plainReporter],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
