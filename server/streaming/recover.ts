import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../kit/index.ts';
import { diskFull } from '../db/index.ts';
import type { SegmentCache } from './cache.ts';
import type { SegmentFile } from './channel.ts';
import type { Plan } from './plan.ts';
import { sourceGone, sourceStalled, unplayable } from './problems.ts';
import { startRun } from './run.ts';
import type { RunEnd } from './run.ts';

export type Outcome = { kind: 'silence' } | { kind: 'refuse'; problem: Problem };

const refuse = (problem: Problem): Outcome => ({ kind: 'refuse', problem });

const isThere = (path: Buffer): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Less than this left and a failed run is the disk's fault, whatever ffmpeg says: a full disk gives exit code 0. */
const HARDLY_ANY_BYTES = 4 << 20;
/** More than a segment of AAC, about a second of FLAC at the highest rate. */
const TRIAL_BYTES = 1 << 20;

const isFull = async (cache: SegmentCache): Promise<boolean> =>
  (await cache.freeBytes()) < HARDLY_ANY_BYTES || !(await cache.canWrite(TRIAL_BYTES));

/**
 * What to answer for a segment that could not be made twice. A recording of which something could be decoded goes on with
 * silence in its damaged part; one of which nothing could is refused, so that the player leaves it out.
 */
export const judgeFailure = async (facts: { cache: SegmentCache; plan: Plan; end: RunEnd }): Promise<Outcome> => {
  const { cache, plan, end } = facts;
  if (end.kind === 'stalled') return refuse(sourceStalled({ headers: { 'retry-after': '10' } }));
  const there = await Promise.all(plan.parts.map((part) => isThere(part.path)));
  if (there.includes(false)) return refuse(sourceGone());
  if (await isFull(cache)) return refuse(diskFull());
  return cache.isEmpty(plan) ? refuse(unplayable()) : { kind: 'silence' };
};

type SilenceNeeds = { binary: string; cache: SegmentCache };

let silences = 0;

/** Silence in place of segment k. It is not kept: the next one who asks may find the disk in better health. */
export const makeSilence = async ({ binary, cache }: SilenceNeeds, plan: Plan, k: number): Promise<SegmentFile> => {
  let made: Buffer | undefined;
  const run = startRun({
    binary,
    plan,
    cut: { first: k, end: k + 1 },
    folder: join(cache.runsFolder, `silence-${process.pid}-${silences++}`),
    silent: true,
    niceness: 0,
    stallMs: 5000,
    onSegment: (_, { bytes }) => {
      made = bytes;
      return Promise.resolve();
    },
  });
  await run.ended;
  if (!made) throw unplayable();
  return { kind: 'bytes', bytes: made };
};
