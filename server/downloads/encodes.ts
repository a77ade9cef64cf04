import { rm } from 'node:fs/promises';
import type { Ffmpeg, Slots } from '../ffmpeg/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { encode, type EncodeEnd, type Wanted } from './encode.ts';
import type { Encoded, Shelf } from './shelf.ts';

/*
 * What has to be made before it can be taken along. An exact length cannot be promised of sound that is not encoded yet, so
 * an archive of AAC waits until all of it is on the shelf. It is made in the background, one listener after the other, for as
 * long as somebody asks for it again: who went away is forgotten after half a minute.
 */
export type EncodeNeeds = {
  ffmpeg: Pick<Ffmpeg, 'path'>;
  slots: Slots;
  shelf: Shelf;
  quotaBytes: number;
  clock: Clock;
  log: Log;
  /** How many are made at once: a core stays for those who play. */
  lanes: number;
  leaseMs?: number;
};

export type Progress = { ready: number; of: number };

export type Encodes = {
  /** Undefined until it is made. `failed`: it cannot be. */
  find: (key: string) => Encoded | 'failed' | undefined;
  /** Has these made, and keeps them for a while; false where that is more than there is room for. */
  want: (owner: string, wanted: readonly Wanted[]) => Progress | false;
  /** Keeps them while they are sent. */
  hold: (keys: readonly string[]) => () => void;
  /** Tracks that are being made or wait for it. */
  waiting: () => number;
  close: () => Promise<void>;
};

const LEASE_MS = 30_000;
const TICK_MS = 1000;
const FAILED_FOR_MS = 10 * 60_000;

type Job = { wanted: Wanted; owners: Map<string, number>; leaving: AbortController; isRunning: boolean };
type State = EncodeNeeds & {
  leaseMs: number;
  jobs: Map<string, Job>;
  /** Owners as they were served, the latest last. */
  turns: string[];
  leases: Map<string, number>;
  holds: Map<string, number>;
  failures: Map<string, number>;
  running: Set<Promise<void>>;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
};

const isKept = ({ leases, holds, clock }: State, key: string): boolean =>
  holds.has(key) || (leases.get(key) ?? 0) > clock.now();

/** Runs in a background slot. Who plays takes it back at once; then it begins anew when there is one again. */
const inSlot = async (state: State, job: Job, target: string): Promise<EncodeEnd> => {
  const taken = new AbortController();
  const ticket = state.slots.claim({ kind: 'background', owner: 'downloads', preempt: () => taken.abort() });
  const signal = AbortSignal.any([job.leaving.signal, taken.signal]);
  const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  try {
    if (!signal.aborted) await Promise.race([ticket?.started, stopped]);
    if (signal.aborted) return { kind: 'stopped' };
    return await encode(state.ffmpeg, job.wanted, { target, signal });
  } finally {
    ticket?.release();
  }
};

const make = async (state: State, job: Job): Promise<void> => {
  const { shelf, log } = state;
  const { key, sizeBytes } = job.wanted;
  const fail = (why: string): void => {
    log.warn({ why }, 'A track could not be made ready to take along');
    state.failures.set(key, state.clock.now() + FAILED_FOR_MS);
  };
  const draft = shelf.draft(key);
  try {
    if (!(await shelf.makeRoom(sizeBytes, (other) => isKept(state, other)))) return fail('there is no room for it');
    const end = await inSlot(state, job, draft);
    if (end.kind === 'failed') return fail(end.why);
    if (end.kind === 'made') await shelf.put(key, draft);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
};

/** Of those that wait: one of the owner who was served longest ago. */
const nextJob = ({ jobs, turns }: State): Job | undefined => {
  const rank = (job: Job): number => Math.min(...[...job.owners.keys()].map((owner) => turns.indexOf(owner)));
  let best: Job | undefined;
  for (const job of jobs.values()) {
    if (job.isRunning) continue;
    if (!best || rank(job) < rank(best)) best = job;
    if (rank(best) < 0) break;
  }
  return best;
};

const pump = (state: State): void => {
  while (!state.closed && state.running.size < state.lanes) {
    const job = nextJob(state);
    if (!job) return;
    job.isRunning = true;
    for (const owner of job.owners.keys()) state.turns = [...state.turns.filter((it) => it !== owner), owner];
    const { key } = job.wanted;
    const work = make(state, job).then(() => {
      state.running.delete(work);
      job.isRunning = false;
      const isSettled = state.shelf.find(key) || state.failures.has(key) || job.leaving.signal.aborted;
      if (isSettled && state.jobs.get(key) === job) state.jobs.delete(key);
      pump(state);
    });
    state.running.add(work);
  }
};

/** Forgets who did not come back. */
const tidy = (state: State): void => {
  const now = state.clock.now();
  for (const [key, job] of state.jobs) {
    for (const [owner, until] of job.owners) if (until <= now) job.owners.delete(owner);
    if (job.owners.size > 0) continue;
    job.leaving.abort();
    if (!job.isRunning) state.jobs.delete(key);
  }
  for (const ends of [state.leases, state.failures])
    for (const [key, until] of ends) if (until <= now) ends.delete(key);
  const here = new Set([...state.jobs.values()].flatMap((job) => [...job.owners.keys()]));
  state.turns = state.turns.filter((owner) => here.has(owner));
  if (state.jobs.size > 0 || state.leases.size > 0) return;
  clearInterval(state.timer);
  state.timer = undefined;
};

/** What all who wait or fetch need together. */
const neededBytes = (state: State, wanted: readonly Wanted[]): number => {
  const sizes = new Map([...state.jobs.values()].map((job) => [job.wanted.key, job.wanted.sizeBytes]));
  for (const { key, sizeBytes } of wanted) sizes.set(key, sizeBytes);
  for (const key of [...sizes.keys(), ...state.holds.keys(), ...state.leases.keys()]) {
    const made = state.shelf.find(key);
    if (made) sizes.set(key, made.file.sizeBytes);
  }
  return [...sizes.values()].reduce((sum, it) => sum + it, 0);
};

const isFailed = ({ failures, clock }: State, key: string): boolean => (failures.get(key) ?? 0) > clock.now();

const want = (state: State, owner: string, wanted: readonly Wanted[]): Progress | false => {
  if (neededBytes(state, wanted) > state.quotaBytes) return false;
  const until = state.clock.now() + state.leaseMs;
  let ready = 0;
  for (const it of wanted) {
    const { key } = it;
    state.leases.set(key, until);
    if (isFailed(state, key) || state.shelf.find(key)) {
      state.shelf.touch(key);
      ready++;
      continue;
    }
    const known = state.jobs.get(key);
    const job =
      known && !known.leaving.signal.aborted
        ? known
        : { wanted: it, owners: new Map<string, number>(), leaving: new AbortController(), isRunning: false };
    job.owners.set(owner, until);
    state.jobs.set(key, job);
  }
  state.timer ??= setInterval(() => tidy(state), TICK_MS).unref();
  pump(state);
  return { ready, of: wanted.length };
};

export const createEncodes = (needs: EncodeNeeds): Encodes => {
  const state: State = {
    ...needs,
    leaseMs: needs.leaseMs ?? LEASE_MS,
    jobs: new Map(),
    turns: [],
    leases: new Map(),
    holds: new Map(),
    failures: new Map(),
    running: new Set(),
    timer: undefined,
    closed: false,
  };
  return {
    find: (key) => (isFailed(state, key) ? 'failed' : needs.shelf.find(key)),
    want: (owner, wanted) => want(state, owner, wanted),
    hold: (keys) => {
      for (const key of keys) state.holds.set(key, (state.holds.get(key) ?? 0) + 1);
      return () => {
        for (const key of keys) {
          const left = (state.holds.get(key) ?? 1) - 1;
          if (left > 0) state.holds.set(key, left);
          else state.holds.delete(key);
        }
      };
    },
    waiting: () => state.jobs.size,
    close: async () => {
      state.closed = true;
      clearInterval(state.timer);
      for (const job of state.jobs.values()) job.leaving.abort();
      await Promise.all(state.running);
    },
  };
};
