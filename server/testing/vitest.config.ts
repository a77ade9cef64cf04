import { configDefaults, defineConfig } from 'vitest/config';
import { plainReporter } from './plain-reporter.ts';

/** What listens by the clock: run one at a time, when everything else is done, so that nobody else has the cores. */
const BY_THE_CLOCK = [
  'server/library/read/big-lists.test.ts',
  'server/streaming/hls-js.test.ts',
  'server/testing/player/deck-long.test.ts',
  'server/testing/search/palette.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', plainReporter],
    pool: 'forks',
    // From source Node itself strips the types of what a thread runs, by WebAssembly. Once in hundreds of threads V8 then aborts
    // the whole process while one frees the compiled way out of it (TierUpWasmToJSWrapper): none is compiled here.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['server/**/*.test.{ts,tsx}', 'web/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...BY_THE_CLOCK],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'by the clock', include: BY_THE_CLOCK, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
