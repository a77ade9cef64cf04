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
    prune: (job: string, keep: number) => void statements.prune.run(job, job, keep),
  };
};

export type JobStore = ReturnType<typeof createJobStore>;
