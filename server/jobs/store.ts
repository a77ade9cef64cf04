import type { Db } from '../db/index.ts';

export type RunState = 'running' | 'done' | 'failed' | 'interrupted' | 'skipped';
export type RunRow = {
  id: number;
  job: string;
  slot: string | null;
  cause: 'schedule' | 'asked';
  state: RunState;
  attempt: number;
  started_at: number;
  finished_at: number | null;
  summary: string | null;
};

export const createJobStore = ({ sqlite }: Db) => {
  const statements = {
    add: sqlite.prepare<[string, string | null, string, string, number]>(
      'INSERT INTO job_run(job, slot, cause, state, started_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *',
    ),
    again: sqlite.prepare<[number, string, string, number]>(
      `UPDATE job_run SET state = 'running', attempt = attempt + 1, started_at = ?, finished_at = NULL
       WHERE job = ? AND slot = ? AND state = 'interrupted' AND attempt < ? RETURNING *`,
    ),
    finish: sqlite.prepare<[string, number, string, number]>(
      'UPDATE job_run SET state = ?, finished_at = ?, summary = ? WHERE id = ? RETURNING *',
    ),
    interruptAll: sqlite.prepare<[number]>(
      `UPDATE job_run SET state = 'interrupted', finished_at = ?, summary = 'The server stopped meanwhile.' WHERE state = 'running'`,
    ),
    known: sqlite.prepare<[string]>('SELECT 1 FROM job_run WHERE job = ? LIMIT 1'),
    newest: sqlite.prepare<[string, number]>(
      `SELECT * FROM job_run WHERE job = ? AND state <> 'skipped' ORDER BY id DESC LIMIT ?`,
    ),
    want: sqlite.prepare<[string, number]>(
      'INSERT INTO job_wanted(job, wanted_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    takeWanted: sqlite.prepare('DELETE FROM job_wanted RETURNING job').pluck(),
    anyWanted: sqlite.prepare('SELECT 1 FROM job_wanted LIMIT 1'),
    lastEnded: sqlite
      .prepare<[string]>(
        `SELECT coalesce((SELECT min(id) - 1 FROM job_run WHERE job = ? AND state = 'running'), max(id), 0) FROM job_run`,
      )
      .pluck(),
    ended: sqlite.prepare<[string, number]>(
      'SELECT * FROM job_run WHERE job = ? AND id > ? AND finished_at IS NOT NULL ORDER BY id LIMIT 1',
    ),
    prune: sqlite.prepare<[string, string, number]>(
      'DELETE FROM job_run WHERE job = ? AND id NOT IN (SELECT id FROM job_run WHERE job = ? ORDER BY id DESC LIMIT ?)',
    ),
  };
  return {
    /** Takes a slot (or begins a run without one); undefined when the slot is taken. */
    begin: (job: string, how: { slot?: string; cause: 'schedule' | 'asked'; now: number }) =>
      statements.add.get(job, how.slot ?? null, how.cause, 'running', how.now) as RunRow | undefined,
    /** Takes a slot again whose run was cut off. */
    beginAgain: (job: string, slot: string, limits: { now: number; attempts: number }) =>
      statements.again.get(limits.now, job, slot, limits.attempts) as RunRow | undefined,
    /** Marks a slot as gone by without a run. */
    skip: (job: string, slot: string, now: number) => void statements.add.get(job, slot, 'schedule', 'skipped', now),
    finish: (id: number, state: RunState, end: { now: number; summary: string }) =>
      statements.finish.get(state, end.now, end.summary, id) as RunRow,
    interruptAll: (now: number) => void statements.interruptAll.run(now),
    isKnown: (job: string) => statements.known.get(job) !== undefined,
    newest: (job: string, limit: number) => statements.newest.all(job, limit) as RunRow[],
    /** Another process wants a job run. */
    want: (job: string, now: number) => void statements.want.run(job, now),
    takeWanted: () => (statements.anyWanted.get() === undefined ? [] : (statements.takeWanted.all() as string[])),
    /** No run after this one has ended yet: one that goes on at the moment comes after it. */
    lastEnded: (job: string) => statements.lastEnded.get(job) as number,
    /** The first run after that one which has ended. */
    endedAfter: (job: string, id: number) => statements.ended.get(job, id) as RunRow | undefined,
    prune: (job: string, keep: number) => void statements.prune.run(job, job, keep),
  };
};

export type JobStore = ReturnType<typeof createJobStore>;
