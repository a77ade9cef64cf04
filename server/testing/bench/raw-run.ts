import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INPUT_GUARDS } from '../../ffmpeg/index.ts';
import type { Plan } from '../../streaming/plan.ts';
import { runCommand } from '../../streaming/run-arguments.ts';
import { testFfmpeg } from '../audio.ts';

const run = promisify(execFile);

const rawArguments = (plan: Plan, cut: { first: number; end: number }, folder: string): string[] => {
  const parts = plan.parts.map((part) => ({ ...part, url: `file:${part.path.toString()}` }));
  const { inputs, filter, output } = runCommand({ ...plan, parts }, cut, folder);
  const [input] = inputs;
  if (!input) throw new Error('no input');
  return [
    '-nostdin',
    '-v',
    'error',
    '-y',
    ...INPUT_GUARDS,
    ...input.options,
    '-i',
    input.url,
    ...filter,
    ...output,
    join(folder, 'live.m3u8'),
  ];
};

/**
 * What waits are told in: a bare ffmpeg that encodes this cut of a plan and nothing else. C is its wall time for the first 4.18 s
 * in AAC 256, measured between the cases, for the box may be shared.
 */
export const bareRun = async (plan: Plan, cut: { first: number; end: number }): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bare-'));
  await run(testFfmpeg, rawArguments(plan, cut, folder));
  await rm(folder, { recursive: true });
};

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
export const quantile = (values: readonly number[], q: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN;
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now();
  await work();
  return performance.now() - before;
};
