// What each npm script does once everything is set up. Paths are relative to the project's folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { houseFlags } from './house-flags.mjs';
import { places } from './places.mjs';
import { failure } from './say.mjs';

const bin = {
  vitest: 'node_modules/vitest/vitest.mjs',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  tsc: 'node_modules/typescript/bin/tsc',
};

const vitest = (args) => [bin.vitest, 'run', '--config', 'server/testing/vitest.config.ts', ...args];

const benchFile = (name) => {
  const file = `server/testing/bench/${name}.ts`;
  if (name && /^[\w-]+$/.test(name) && existsSync(join(places.project, file))) return file;
  throw failure(`There is no bench ${name ? `"${name}"` : 'without a name'}.`, 'npm run bench -- scan   (or api)');
};

/**
 * `needs`: what has to be there first. `runs`: programs for our Node, one after the other, until one fails. `env`: added.
 * `scratch`: leaves files behind, which stay in the clone.
 * CHECK is not an EVENSONG_ name on purpose: the server refuses options it does not know.
 */
export const commands = {
  start: {
    needs: ['packages', 'ffmpeg', 'build'],
    runs: (args) => [[...houseFlags, '.build/server/main.js', ...args]],
  },
  dev: {
    needs: ['packages', 'ffmpeg', 'build'],
    scratch: true,
    runs: (args) => [['--watch', '--import', 'tsx', 'server/main.ts', ...args]],
  },
  evensong: { needs: ['packages', 'ffmpeg', 'build'], runs: (args) => [['.build/server/cli.js', ...args]] },
  packages: { needs: ['packages'], runs: () => [] },
  build: { needs: ['packages', 'build'], runs: () => [] },
  test: { needs: ['packages', 'ffmpeg', 'build'], scratch: true, runs: (args) => [vitest(args)] },
  check: {
    needs: ['packages', 'ffmpeg', 'build'],
    scratch: true,
    env: { CHECK: '1' },
    runs: (args) => [vitest(args)],
  },
  bench: {
    needs: ['packages', 'ffmpeg', 'build'],
    scratch: true,
    runs: ([name, ...args]) => [[...houseFlags, '--import', 'tsx', benchFile(name), ...args]],
  },
  lint: {
    needs: ['packages'],
    runs: () => [
      [bin.tsc, '--noEmit', '-p', '.'],
      [bin.tsc, '-p', 'web/player'],
      [bin.oxlint, '--type-aware', 'server', 'web'],
      [bin.prettier, '--check', '--log-level', 'warn', 'server', 'web'],
    ],
  },
  format: { needs: ['packages'], runs: () => [[bin.prettier, '--write', '--log-level', 'warn', 'server', 'web']] },
};
