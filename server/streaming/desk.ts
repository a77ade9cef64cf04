import { join } from 'node:path';
import { diskFull } from '../db/index.ts';
import type { Kind, Slots } from '../ffmpeg/index.ts';
import type { Log } from '../kit/index.ts';
import type { SegmentCache } from './cache.ts';
import { endFrom, isAwaited, nextAhead, workFor } from './channel.ts';
import type { Channel, Work } from './channel.ts';
import { tooManyWaiting } from './problems.ts';
import { judgeFailure, makeSilence } from './recover.ts';
import { startRun } from './run.ts';
import type { RunEnd } from './run.ts';

/*
 * The work on one channel, from the wish to the last segment. A work is queued, running, then done, killed or failed;
 * one of them serves all who wait for what it brings, and it ends within 24 segments.
 */
export type House = {
  binary: string;
  slots: Slots;
  cache: SegmentCache;
  log: Log;
  stallMs: number;
  /** Processes started since the beginning, and how they ended. */
  started: number;
  ends: Record<RunEnd['kind'], number>;
  closed: boolean;
};

export type Desk = { house: House; channel: Channel };

type Wish = { k: number; /** Earlier than k after a failure. */ first: number; owner: string; kind: Kind };

const BACKGROUND_NICENESS = 10;

const readyAt =
  ({ house, channel }: Desk) =>
  (k: number): boolean =>
    house.cache.sizeOf(channel.plan, k) !== undefined;

export const setKind = (work: Work, kind: Kind): void => {
  if (work.kind === kind) return;
  work.kind = kind;
  work.run?.setNiceness(kind === 'background' ? BACKGROUND_NICENESS : 0);
  work.ticket?.become(kind);
};

const leave = (channel: Channel, work: Work): void => {
  channel.works = channel.works.filter((it) => it !== work);
  work.dying = true;
  work.ticket?.release();
};

/** Foreground for what somebody waits for, background for the rest; a queued work that nobody waits for any more is dropped. */
export const settleKinds = (channel: Channel): void => {
  for (const work of channel.works) {
    const awaited = isAwaited(channel, work);
    if (!awaited && work.kind === 'playing' && !work.ticket?.running()) leave(channel, work);
    else setKind(work, awaited ? 'playing' : 'background');
  }
};

const refuseAll = (channel: Channel, work: Work, why: unknown): void => {
  for (const [k, waiter] of channel.waiters) {
    if (k < work.next || k >= work.end) continue;
    channel.waiters.delete(k);
    waiter.reject(why);
  }
};

const deliver = async (desk: Desk, work: Work, segment: { k: number; path: string; bytes: Buffer }): Promise<void> => {
  const { house, channel } = desk;
  const { k, path, bytes } = segment;
  const sizeBytes = bytes.length;
  // One that is there stays: it was promised to be immutable, and an AAC encoder need not say the same twice.
  if (!readyAt(desk)(k)) await house.cache.publish(channel.plan, k, { path, sizeBytes });
  work.next = k + 1;
  channel.failures.delete(k);
  const waiter = channel.waiters.get(k);
  channel.waiters.delete(k);
  waiter?.resolve({ kind: 'file', path: house.cache.pathOf(channel.plan, k), sizeBytes });
  settleKinds(channel);
};

/**
 * Each segment is tried twice, the second time from two segments earlier (a run that starts inside a damaged part may come
 * out crooked). After that it is silence, or a refusal.
 */
const recover = async (desk: Desk, end: RunEnd, owner: string): Promise<void> => {
  const { house, channel } = desk;
  const attempts = (channel.failures.get(end.next) ?? 0) + 1;
  channel.failures.set(end.next, attempts);
  for (const [k, waiter] of channel.waiters) {
    if (workFor(channel, k)) continue;
    const given = k === end.next && (attempts > 1 || end.kind === 'stalled');
    if (!given) {
      enqueue(desk, { k, first: k === end.next ? Math.max(0, k - 2) : k, owner, kind: 'playing' });
      continue;
    }
    channel.waiters.delete(k);
    const outcome = await judgeFailure({ cache: house.cache, plan: channel.plan, end });
    if (outcome.kind === 'refuse') waiter.reject(outcome.problem);
    else await makeSilence(house, channel.plan, k).then(waiter.resolve, waiter.reject);
  }
};

const finish = async (desk: Desk, work: Work, end: RunEnd): Promise<void> => {
  const { house, channel } = desk;
  leave(channel, work);
  if (work.run) house.ends[end.kind]++;
  if (house.closed) return;
  if (end.kind === 'stalled' || end.kind === 'failed') {
    house.log.warn({ why: end.why, segment: end.next, variant: channel.plan.variant }, 'A run failed');
    await recover(desk, end, work.owner);
    return;
  }
  // Its slot was taken, or it was shortened, just when somebody came to wait: made anew, without blame.
  for (const k of channel.waiters.keys())
    if (!workFor(channel, k)) enqueue(desk, { k, first: k, owner: work.owner, kind: 'playing' });
  if (end.kind === 'done') readAhead(desk, work.owner);
};

/** Twice what the run can write has to be free, if need be after eviction. */
const hasRoom = async ({ house, channel }: Desk, work: Work): Promise<boolean> => {
  const { rendition, grid } = channel.plan;
  const bits = rendition.codec === 'aac' ? rendition.kbps * 1100 : rendition.rateHz * 2 * rendition.bits;
  const needed = 2 * (work.end - work.first) * (grid.segmentSamples / grid.rateHz) * (bits / 8);
  if ((await house.cache.freeBytes()) > needed) return true;
  await house.cache.trim();
  return (await house.cache.freeBytes()) > needed;
};

/** A listener who went elsewhere while the work was queued does not need it any more. */
const isStale = (desk: Desk, work: Work): boolean =>
  work.kind === 'background' && nextAhead({ ...desk.channel, works: [] }, readyAt(desk)) !== work.first;

const launch = async (desk: Desk, work: Work): Promise<void> => {
  const { house, channel } = desk;
  if (house.closed || isStale(desk, work)) return leave(channel, work);
  if (!(await hasRoom(desk, work))) {
    refuseAll(channel, work, diskFull());
    return leave(channel, work);
  }
  if (work.dying) return finish(desk, work, { kind: 'killed', next: work.first, why: '' });
  work.run = startRun({
    binary: house.binary,
    plan: channel.plan,
    cut: { first: work.first, end: work.end },
    folder: join(house.cache.runsFolder, `run-${process.pid}-${house.started++}`),
    niceness: work.kind === 'background' ? BACKGROUND_NICENESS : 0,
    stallMs: house.stallMs,
    onSegment: (k, { path, bytes }) => deliver(desk, work, { k, path, bytes }),
  });
  return finish(desk, work, await work.run.ended);
};

export const enqueue = (desk: Desk, { k, first, owner, kind }: Wish): void => {
  const { house, channel } = desk;
  for (const it of channel.works)
    if (!it.dying && it.next <= k && k < it.end) {
      it.end = k;
      it.run?.shorten(k);
    }
  const end = endFrom(channel, k, readyAt(desk));
  const work: Work = { first, next: first, end, owner, kind, ticket: undefined, run: undefined, dying: false };
  const preempt = (): void => {
    work.dying = true;
    work.run?.kill();
  };
  work.ticket = house.slots.claim({ kind, owner, preempt });
  if (!work.ticket) {
    refuseAll(channel, work, tooManyWaiting({ headers: { 'retry-after': '5' } }));
    return;
  }
  channel.works.push(work);
  void work.ticket.started
    .then(() => launch(desk, work))
    .catch((error: unknown) => {
      house.log.error({ err: error }, 'A run broke down');
      refuseAll(channel, work, error);
      leave(channel, work);
    });
};

/** As long as the listener keeps coming, the next 24 segments are made behind what he waits for. */
export const readAhead = (desk: Desk, owner: string): void => {
  const first = nextAhead(desk.channel, readyAt(desk));
  if (first !== undefined) enqueue(desk, { k: first, first, owner, kind: 'background' });
};
