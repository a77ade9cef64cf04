import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import { defineProblem, silentLog } from '../kit/index.ts';
import { createJobs, type Job } from './index.ts';
import { nextAt, slotAt, type Schedule } from './schedule.ts';

const migrations = readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url)));
const at0315: Schedule = { kind: 'daily', hour: 3, minute: 15 };
const at0230: Schedule = { kind: 'daily', hour: 2, minute: 30 };
const HOUR = 3_600_000;
const zone = process.env.TZ;
let db: Db;
let now = 0;
const clock = { now: () => now };
const local = (text: string) => new Date(text).getTime();

beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
  now = local('2026-01-31T12:00');
  db = openMemoryDatabase();
  migrate(db, migrations, { now });
});
afterEach(() => {
  db.close();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const counting = (schedule: Schedule = at0315) => {
  const ran: number[] = [];
  const job: Job = { name: 'count', title: 'Count', schedule, run: () => `Counted to ${ran.push(now)}.` };
  return { ran, job, start: () => createJobs({ db, clock, log: silentLog, jobs: [job] }) };
};

/** Looks every minute from one moment to another, as the night clock does. */
const tick = async (jobs: ReturnType<typeof createJobs>, from: string, to: string): Promise<void> => {
  for (now = local(from); now <= local(to); now += 60_000) await jobs.runDue();
};

describe('once per slot', () => {
  test('a job nobody has seen begins with its next slot', async () => {
    const { ran, start } = counting();
    await tick(start(), '2026-01-31T12:00', '2026-02-01T03:14');
    expect(ran).toEqual([]);
    now = local('2026-02-01T03:15');
    await start().runDue();
    expect(ran).toEqual([local('2026-02-01T03:15')]);
  });

  test('a night of looks and restarts runs it once', async () => {
    const { ran, start } = counting();
    start();
    for (now = local('2026-02-01T00:00'); now < local('2026-02-02T00:00'); now += 7 * 60_000) await start().runDue();
    expect(ran).toHaveLength(1);
  });

  test('what was missed while the machine was off is caught up once at the next start, however many nights it was', async () => {
    const { ran, start } = counting();
    start();
    now = local('2026-02-09T18:00');
    await start().runDue();
    await start().runDue();
    expect(ran).toEqual([now]);
  });

  test('the night when 02:30 happens twice runs it once; the night without 02:30 runs it too', async () => {
    const { ran, start } = counting(at0230);
    now = local('2026-10-24T12:00');
    await tick(start(), '2026-10-24T23:00', '2026-10-25T12:00');
    expect(ran).toHaveLength(1);
    await tick(start(), '2027-03-28T00:00', '2027-03-28T12:00');
    // The winter between is caught up at midnight; then comes the short night's own.
    expect(ran).toHaveLength(3);
    expect(new Date(Number(ran[2])).getHours()).toBe(3);
  });

  test('a clock that jumps back or forth does not run a slot twice', async () => {
    const { ran, start } = counting();
    start();
    for (const text of [
      '2026-02-01T04:00',
      '2026-02-01T03:00',
      '2026-02-01T03:20',
      '2026-02-02T05:00',
      '2026-02-01T05:00',
      '2026-02-02T03:16',
    ]) {
      now = local(text);
      await start().runDue();
    }
    expect(ran).toHaveLength(2);
  });

  test('a periodic job runs once per period', async () => {
    const { ran, start } = counting({ kind: 'every', minutes: 60 });
    await tick(start(), '2026-01-31T12:00', '2026-01-31T17:59');
    expect(ran).toHaveLength(5);
  });

  test('the next slot lies ahead, less than 26 hours, and is the next name', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (time, hour, minute) => {
          const schedule: Schedule = { kind: 'daily', hour, minute };
          const next = nextAt(schedule, time);
          expect(next > time && next - time < 26 * HOUR).toBe(true);
          expect(slotAt(schedule, next) > slotAt(schedule, time)).toBe(true);
        },
      ),
    );
  });
});

describe('what becomes of a run', () => {
  test('a failure is remembered with its sentence, and the others run all the same', async () => {
    const full = defineProblem({ code: 'db/disk-full', status: 507, title: 'The disk is full.' });
    const { job, ran } = counting();
    const bad: Job = { ...job, name: 'bad', run: () => Promise.reject(full()) };
    const odd: Job = { ...job, name: 'odd', run: () => Promise.reject(new Error('secret path')) };
    const jobs = createJobs({ db, clock, log: silentLog, jobs: [bad, odd, job] });
    now = local('2026-02-01T03:15');
    await jobs.runDue();
    expect(jobs.list().map((it) => it.runs[0])).toMatchObject([
      { state: 'failed', summary: 'The disk is full.' },
      { state: 'failed', summary: 'It failed for a reason that stands in the log.' },
      { state: 'done', summary: 'Counted to 1.' },
    ]);
    expect(ran).toHaveLength(1);
  });

  test('a run cut off by a stop is done again at the next start, three times at most', async () => {
    const { job } = counting();
    let begun = 0;
    const waits: Job = {
      ...job,
      run: (signal) =>
        new Promise((_, reject) => {
          begun += 1;
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    };
    createJobs({ db, clock, log: silentLog, jobs: [waits] });
    now = local('2026-02-01T03:15');
    for (let start = 0; start < 5; start++) {
      const jobs = createJobs({ db, clock, log: silentLog, jobs: [waits] });
      void jobs.runDue();
      await jobs.close();
      expect(jobs.list()[0]?.runs[0]?.state).toBe('interrupted');
    }
    expect(begun).toBe(3);
  });

  test('a run cut off by kill -9 counts as interrupted, and is done again', async () => {
    const { job, ran, start } = counting();
    const never: Job = { ...job, run: () => new Promise<string>(() => undefined) };
    start();
    now = local('2026-02-01T03:15');
    void createJobs({ db, clock, log: silentLog, jobs: [never] }).runDue();
    const jobs = start();
    expect(jobs.list()[0]?.runs[0]?.state).toBe('interrupted');
    await jobs.runDue();
    expect(ran).toHaveLength(1);
  });

  test('asked for while it runs, it answers that run; asked for an unknown name, nothing', async () => {
    const { job } = counting();
    let finish: (summary: string) => void = () => undefined;
    const slow: Job = { ...job, run: () => new Promise<string>((resolve) => (finish = resolve)) };
    const jobs = createJobs({ db, clock, log: silentLog, jobs: [slow] });
    const first = jobs.runNow('count');
    expect(first).toMatchObject({ state: 'running', cause: 'asked' });
    expect(jobs.runNow('count')?.id).toBe(first?.id);
    expect(jobs.runNow('nobody')).toBeUndefined();
    finish('Done.');
    await jobs.close();
    expect(jobs.find('count')).toMatchObject({ isRunning: false, runs: [{ state: 'done', summary: 'Done.' }] });
  });
});
