import type { Slots } from '../ffmpeg/index.ts';
import type { Log } from '../kit/index.ts';
import type { SegmentCache } from './cache.ts';
import { createChannel, workFor } from './channel.ts';
import type { Channel, SegmentFile, Waiter } from './channel.ts';
import { enqueue, readAhead, setKind, settleKinds } from './desk.ts';
import type { Desk, House } from './desk.ts';
import type { Plan } from './plan.ts';
import { busyForLong } from './problems.ts';

/*
 * Segments on demand. A segment is missing, pending (some work will bring it) or ready (in the cache). While somebody waits
 * for it, its work plays in the foreground; when nobody does any more it falls back to the background at once, where a
 * newcomer may take its slot: that is what keeps eight cold starts under a second on two cores.
 */
export type EngineNeeds = {
  binary: string;
  slots: Slots;
  cache: SegmentCache;
  log: Log;
  /** No progress for so long: the run is killed. */
  stallMs?: number;
  /** The longest anybody waits for a segment. */
  waitMs?: number;
};

export type Ask = { owner: string; signal?: AbortSignal | undefined };

export type Engine = {
  /** Resolves with segment k once it is whole. Rejects with a Problem, or with the reason of the signal. */
  segment: (plan: Plan, k: number, ask: Ask) => Promise<SegmentFile>;
  /** True while somebody waits for `key/variant` or a run writes into it. */
  isBusy: (name: string) => boolean;
  /** How many processes were started since the beginning. */
  started: () => number;
  /** How those ended that have ended. */
  ends: () => Readonly<House['ends']>;
  /** Processes at work now; those just killed do not count. */
  running: () => number;
  close: () => Promise<void>;
};

const STALL_MS = 10_000;
const WAIT_MS = 60_000;
const CLOSE_MS = 5000;
const MAX_CHANNELS = 256;

const createWaiter = (): Waiter => {
  let resolve: Waiter['resolve'] = () => undefined;
  let reject: Waiter['reject'] = () => undefined;
  const promise = new Promise<SegmentFile>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Everybody who waited may have left by the time it fails.
  promise.catch(() => undefined);
  return { promise, resolve, reject, claims: 0 };
};

/** Rejects when the caller leaves, or after `waitMs`. */
const untilLeaving = (signal: AbortSignal | undefined, waitMs: number): Promise<never> => {
  const patience = AbortSignal.timeout(waitMs);
  const either = signal ? AbortSignal.any([signal, patience]) : patience;
  const why = (): unknown => (patience.aborted ? busyForLong({ headers: { 'retry-after': '5' } }) : either.reason);
  return new Promise((_, reject) => {
    if (either.aborted) reject(why());
    else either.addEventListener('abort', () => reject(why()), { once: true });
  });
};

const waitFor = async (desk: Desk, k: number, ask: Ask & { waitMs: number }): Promise<SegmentFile> => {
  const { channel } = desk;
  const waiter = channel.waiters.get(k) ?? createWaiter();
  channel.waiters.set(k, waiter);
  waiter.claims++;
  const work = workFor(channel, k);
  if (work) setKind(work, 'playing');
  else enqueue(desk, { k, first: k, owner: ask.owner, kind: 'playing' });
  try {
    return await Promise.race([waiter.promise, untilLeaving(ask.signal, ask.waitMs)]);
  } finally {
    waiter.claims--;
    if (waiter.claims === 0 && channel.waiters.get(k) === waiter) {
      channel.waiters.delete(k);
      settleKinds(channel);
    }
  }
};

const openChannel = (channels: Map<string, Channel>, plan: Plan): Channel => {
  const name = `${plan.key}/${plan.variant}`;
  const channel = channels.get(name) ?? createChannel(plan);
  // The latest used stands last; what is idle falls out at the front.
  channels.delete(name);
  channels.set(name, channel);
  if (channels.size > MAX_CHANNELS)
    for (const [old, it] of channels)
      if (it !== channel && it.works.length === 0 && it.waiters.size === 0) {
        channels.delete(old);
        break;
      }
  return channel;
};

const closeChannel = (channel: Channel): void => {
  for (const waiter of channel.waiters.values()) waiter.reject(busyForLong());
  for (const work of channel.works) {
    work.dying = true;
    if (work.run) work.run.kill();
    else work.ticket?.release();
  }
};

export const createEngine = (needs: EngineNeeds): Engine => {
  const { cache, stallMs = STALL_MS, waitMs = WAIT_MS } = needs;
  const house: House = {
    ...needs,
    stallMs,
    started: 0,
    ends: { done: 0, killed: 0, stalled: 0, failed: 0 },
    closed: false,
  };
  const channels = new Map<string, Channel>();
  return {
    segment: async (plan, k, ask) => {
      if (house.closed) throw busyForLong();
      const channel = openChannel(channels, plan);
      const desk = { house, channel };
      channel.playhead = k;
      cache.touch(plan);
      const sizeBytes = cache.sizeOf(plan, k);
      if (sizeBytes === undefined) return waitFor(desk, k, { ...ask, waitMs });
      readAhead(desk, ask.owner);
      return { kind: 'file', path: cache.pathOf(plan, k), sizeBytes };
    },
    isBusy: (name) => {
      const channel = channels.get(name);
      return channel !== undefined && (channel.works.length > 0 || channel.waiters.size > 0);
    },
    started: () => house.started,
    ends: () => house.ends,
    running: () => [...channels.values()].flatMap((it) => it.works).filter((it) => it.run && !it.dying).length,
    close: async () => {
      house.closed = true;
      for (const channel of channels.values()) closeChannel(channel);
      const limit = new Promise((done) => setTimeout(done, CLOSE_MS).unref());
      // A queued work whose ticket is gone never starts: only what runs is waited for.
      const runs = [...channels.values()].flatMap((it) => it.works).map((work) => Promise.resolve(work.run?.ended));
      await Promise.race([Promise.allSettled(runs), limit]);
    },
  };
};
