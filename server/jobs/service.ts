import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { nextAt, slotAt, type Schedule } from './schedule.ts';
import { createRunner } from './runner.ts';
import { createJobStore, type RunRow } from './store.ts';

/** What a room hands in. `run` answers one sentence for the owner; it stops early when `signal` is aborted. */
export type Job = {
  /** Stable, kebab-case: runs are remembered under it, and it stands in the address. */
  name: string;
  title: string;
  schedule: Schedule;
  run: (signal: AbortSignal) => string | Promise<string>;
};

export type JobRun = {
  id: number;
  cause: 'schedule' | 'asked';
  state: 'running' | 'done' | 'failed' | 'interrupted';
  startedAt: number;
  finishedAt: number | undefined;
  summary: string | undefined;
};

export type JobStatus = {
  name: string;
  title: string;
  nextAt: number;
  isRunning: boolean;
  /** Newest first. */
  runs: JobRun[];
};

export type Jobs = {
  list: () => JobStatus[];
  find: (name: string) => JobStatus | undefined;
  /** Runs a job now; while it runs already, answers that run. Undefined: no such job. Does not wait for the end. */
  runNow: (name: string) => JobRun | undefined;
  /** Runs what another process wants run (`wantJob`). */
  runWanted: () => void;
  /** Runs what is due, one after the other; resolves when all of it has ended. Asked again meanwhile, it does nothing. */
  runDue: () => Promise<void>;
  /** Aborts what runs and waits for it. */
  close: () => Promise<void>;
};

const KEPT_RUNS = 100;
const SHOWN_RUNS = 5;
/** A job that takes the process down with it must not be started for ever. */
const ATTEMPTS = 3;

const toRun = (row: RunRow): JobRun => ({
  id: row.id,
  cause: row.cause,
  state: row.state as JobRun['state'],
  startedAt: row.started_at,
  finishedAt: row.finished_at ?? undefined,
  summary: row.summary ?? undefined,
});

type Needs = { db: Db; clock: Clock; log: Log; jobs: readonly Job[] };

export const createJobs = ({ db, clock, log, jobs }: Needs): Jobs => {
  const store = createJobStore(db);
  const runner = createRunner({ store, clock, log });
  let due: Promise<void> | undefined;

  store.interruptAll(clock.now());
  // A job nobody has seen begins with its next slot: a first start is not the time for last night's work.
  for (const { name, schedule } of jobs) {
    if (!store.isKnown(name)) store.skip(name, slotAt(schedule, clock.now()), clock.now());
  }

  const takeSlot = (job: Job): RunRow | undefined => {
    const now = clock.now();
    const slot = slotAt(job.schedule, now);
    store.prune(job.name, KEPT_RUNS);
    const cause = 'schedule' as const;
    return store.begin(job.name, { slot, cause, now }) ?? store.beginAgain(job.name, slot, { now, attempts: ATTEMPTS });
  };

  const runAllDue = async (): Promise<void> => {
    for (const job of jobs) {
      if (runner.isClosing()) return;
      if (runner.current(job.name)) continue;
      const row = takeSlot(job);
      if (row) await runner.follow(job, row);
    }
  };

  const statusOf = (job: Job): JobStatus => ({
    name: job.name,
    title: job.title,
    nextAt: nextAt(job.schedule, clock.now()),
    isRunning: runner.current(job.name) !== undefined,
    runs: store.newest(job.name, SHOWN_RUNS).map(toRun),
  });

  const runNow = (name: string): JobRun | undefined => {
    const job = jobs.find((it) => it.name === name);
    if (!job) return undefined;
    const already = runner.current(name);
    if (already) return toRun(already);
    const row = store.begin(name, { cause: 'asked', now: clock.now() });
    if (!row) return undefined;
    void runner.follow(job, row);
    return toRun(row);
  };

  return {
    list: () => jobs.map(statusOf),
    find: (name) => jobs.filter((job) => job.name === name).map(statusOf)[0],
    runNow,
    runWanted: () => {
      if (!runner.isClosing()) store.takeWanted().forEach(runNow);
    },
    runDue: () =>
      (due ??= runAllDue()
        .catch((error: unknown) => log.error({ err: error }, 'The night clock stumbled'))
        .finally(() => {
          due = undefined;
        })),
    close: async () => {
      await Promise.all([runner.close(), due]);
    },
  };
};

const LOOK_MS = 200;

/**
 * From the command line: wants a job of the running server and waits for its end. `isRunning` says whether there is a
 * server; without one the wish stays for its next start, and nothing is answered.
 */
export const wantJob = async (
  db: Db,
  name: string,
  needs: { now: number; isRunning: boolean },
): Promise<JobRun | undefined> => {
  const store = createJobStore(db);
  const before = store.lastEnded(name);
  store.want(name, needs.now);
  if (!needs.isRunning) return undefined;
  for (;;) {
    const ended = store.endedAfter(name, before);
    if (ended) return toRun(ended);
    await sleep(LOOK_MS);
  }
};
