import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

describe('the code is tidy', { timeout: 120_000 }, () => {
  test('types of the server and the pages', () => fine(bin('typescript/bin/tsc'), '--noEmit', '-p', '.'));

  test('types of the player', (context) => {
    if (!existsSync(join(project, 'web/player/main.ts'))) context.skip('there is no player yet');
    fine(bin('typescript/bin/tsc'), '-p', 'web/player');
  });

  test('lint', () => fine(bin('oxlint/bin/oxlint'), '--type-aware', '--quiet', 'server', 'web'));

  test('format', () => fine(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', 'server', 'web'));
});
