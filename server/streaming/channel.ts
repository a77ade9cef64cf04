import type { Ticket } from '../ffmpeg/index.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

/*
 * A channel is one variant of one recording while somebody listens: who waits for which segment, which runs work on it,
 * and where the listener is. Pure helpers over that state.
 */
export const RUN_SEGMENTS = 24;
/** Farther ahead than this of a run, a new run is quicker than waiting. */
const JOIN_WITHIN = 3;

export type SegmentFile = { kind: 'file'; path: string; sizeBytes: number } | { kind: 'bytes'; bytes: Buffer };

export type Waiter = {
  promise: Promise<SegmentFile>;
  resolve: (file: SegmentFile) => void;
  reject: (why: unknown) => void;
  /** How many requests wait for it. */
  claims: number;
};

export type Work = {
  first: number;
  end: number;
  /** The next segment it will bring. */
  next: number;
  owner: string;
  ticket: Ticket | undefined;
  run: Run | undefined;
  /** Told to stop: not to be joined any more. */
  dying: boolean;
  kind: 'playing' | 'background';
};

export type Channel = {
  plan: Plan;
  waiters: Map<number, Waiter>;
  works: Work[];
  /** The segment that was asked for last. */
  playhead: number;
  /** How often a segment could not be made. */
  failures: Map<number, number>;
};

export const createChannel = (plan: Plan): Channel => ({
  plan,
  waiters: new Map(),
  works: [],
  playhead: 0,
  failures: new Map(),
});

/** The work that will bring segment k soon. */
export const workFor = (channel: Channel, k: number): Work | undefined =>
  channel.works.find((it) => !it.dying && it.next <= k && k < it.end && k - it.next <= JOIN_WITHIN);

export const isPlanned = (channel: Channel, k: number): boolean =>
  channel.works.some((it) => !it.dying && it.next <= k && k < it.end);

export const isAwaited = (channel: Channel, work: Work): boolean =>
  [...channel.waiters.keys()].some((k) => work.next <= k && k < work.end);

/** Where a run that starts at k ends: at what is there already or is being made, at most 24 segments on. */
export const endFrom = (channel: Channel, k: number, isReady: (k: number) => boolean): number => {
  const limit = Math.min(channel.plan.grid.count, k + RUN_SEGMENTS);
  for (let end = k + 1; end < limit; end++)
    if (isReady(end) || channel.works.some((it) => !it.dying && it.next <= end && end < it.end)) return end;
  return limit;
};

/** The first segment worth making in advance: missing, not planned, not known to be broken, at most 24 ahead of the listener. */
export const nextAhead = (channel: Channel, isReady: (k: number) => boolean): number | undefined => {
  const limit = Math.min(channel.plan.grid.count - 1, channel.playhead + RUN_SEGMENTS);
  for (let k = channel.playhead; k <= limit; k++) {
    if (isReady(k)) continue;
    return isPlanned(channel, k) || channel.failures.has(k) ? undefined : k;
  }
  return undefined;
};
