import { defineConfig } from 'vitest/config';
import { plainReporter } from './plain-reporter.ts';

export default defineConfig({
  test: {
    include: ['server/**/*.test.{ts,tsx}', 'web/**/*.test.{ts,tsx}'],
    reporters: ['default', plainReporter],
    pool: 'forks',
    // From source Node itself strips the types of what a thread runs, by WebAssembly. Once in hundreds of threads V8 then aborts
    // the whole process while one frees the compiled way out of it (TierUpWasmToJSWrapper): none is compiled here.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
