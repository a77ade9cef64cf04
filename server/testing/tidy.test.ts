import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { project } from './child-server.ts';

const bin = (path: string): string => join('node_modules', path);
const run = (...args: string[]): { status: number | null; printed: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  return { status, printed: stdout + stderr };
};
const fine = (...args: string[]): void => {
  const { status, printed } = run(...args);
  expect(status, printed.slice(-8000)).toBe(0);
};

// Vitest keeps no reason for these: `describeWhere`, `testWhere` and `skip(condition, reason)` do.
const MUTE_SKIP = /\.(skipIf|runIf|todo)\(|\bskip\(\)|\b(describe|test|it)\.skip\(['`]/;

describe('the code is tidy', { timeout: 120_000 }, () => {
  test('types of the server and the pages', () => fine(bin('typescript/bin/tsc'), '--noEmit', '-p', '.'));

  test('types of the player', () => fine(bin('typescript/bin/tsc'), '-p', 'web/player'));

  test('lint', () => fine(bin('oxlint/bin/oxlint'), '--type-aware', '--quiet', 'server', 'web'));

  test('format', () => fine(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', 'server', 'web'));

  test('whatever is skipped says why', () => {
    const tests = globSync('{server,web}/**/*.test.{ts,tsx}', { cwd: project });
    const mute = tests.filter((path) => MUTE_SKIP.test(readFileSync(join(project, path), 'utf8')));
    expect(tests.length).toBeGreaterThan(100);
    expect(mute).toEqual([]);
  });
});
