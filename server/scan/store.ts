import type { Db } from '../db/index.ts';
import type { Tally } from './run/write-unit.ts';

export type RunStatus = 'running' | 'done' | 'failed' | 'cancelled';
export type RunRow = Tally & {
  id: number;
  status: RunStatus;
  reason: string;
  startedAt: number;
  finishedAt: number | null;
};
export type IssueRow = {
  id: number;
  rootId: number;
  rootName: string;
  path: Buffer;
  code: string;
  detail: string;
  at: number;
};

const RUN = `SELECT id, status, reason, started_at startedAt, finished_at finishedAt, seen, added, changed, moved, missing, unreadable FROM scan_run`;
const ISSUE = `SELECT i.id, i.root_id rootId, r.name rootName, i.path, i.code, i.detail, i.at FROM scan_issue i JOIN root r ON r.id = i.root_id`;

export const createScanStore = (db: Db) => {
  const prepare = (sql: string) => db.sqlite.prepare(sql);
  const start = prepare(`INSERT INTO scan_run(status, reason, started_at) VALUES ('running', ?, ?)`);
  const finish = prepare(
    `UPDATE scan_run SET status = @status, finished_at = @now, detail = @detail, seen = @seen, added = @added, changed = @changed, moved = @moved, missing = @missing, unreadable = @unreadable WHERE id = @id`,
  );
  const list = prepare(`${RUN} WHERE id < ? ORDER BY id DESC LIMIT ?`);
  const one = prepare(`${RUN} WHERE id = ?`);
  const interrupted = prepare(
    `UPDATE scan_run SET status = 'cancelled', finished_at = ?, detail = 'The server stopped meanwhile.' WHERE status = 'running'`,
  );
  const issues = prepare(`${ISSUE} WHERE i.id > ? AND (i.scan_id = ? OR ? = 0) ORDER BY i.id LIMIT ?`);
  const issueCount = prepare('SELECT count(*) FROM scan_issue').pluck();
  const prune = prepare('DELETE FROM scan_run WHERE id < (SELECT max(id) - 500 FROM scan_run)');
  return {
    start: (reason: string, now: number): number => Number(start.run(reason, now).lastInsertRowid),
    finish: (end: Tally & { id: number; status: RunStatus; now: number; detail: string | null }): void => {
      finish.run(end);
      prune.run();
    },
    /** Closes what a kill left running; answers whether there was such a run. */
    closeInterrupted: (now: number): boolean => interrupted.run(now).changes > 0,
    list: (before: number, limit: number): RunRow[] => list.all(before, limit) as RunRow[],
    find: (id: number): RunRow | undefined => one.get(id) as RunRow | undefined,
    issues: (scanId: number, after: number, limit: number): IssueRow[] =>
      issues.all(after, scanId, scanId, limit) as IssueRow[],
    issueCount: (): number => issueCount.get() as number,
  };
};

export type ScanStore = ReturnType<typeof createScanStore>;
