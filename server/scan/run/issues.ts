import type { Db } from '../../db/index.ts';

/** What needs a look: one row per file and reason, gone when the file reads well again. */
export type Issues = {
  add: (
    at: { rootId: number; scanId: number; path: Buffer; fileId?: number | undefined },
    issue: { code: string; detail: string },
    now: number,
  ) => void;
  clear: (rootId: number, path: Buffer) => void;
  clearMissing: (rootId: number, exists: (path: Buffer) => boolean) => void;
};

export const createIssues = (db: Db): Issues => {
  const add = db.sqlite.prepare(
    `INSERT INTO scan_issue(file_id, root_id, scan_id, path, code, detail, at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(root_id, path, code) DO UPDATE SET detail = excluded.detail, scan_id = excluded.scan_id, at = excluded.at`,
  );
  const clear = db.sqlite.prepare('DELETE FROM scan_issue WHERE root_id = ? AND path = ?');
  const all = db.sqlite.prepare('SELECT DISTINCT path FROM scan_issue WHERE root_id = ?').pluck();
  return {
    add: (at, { code, detail }, now) =>
      void add.run(at.fileId ?? null, at.rootId, at.scanId, at.path, code, detail.slice(0, 500), now),
    clear: (rootId, path) => void clear.run(rootId, path),
    clearMissing: (rootId, exists) => {
      for (const path of all.all(rootId) as Buffer[]) if (!exists(path)) clear.run(rootId, path);
    },
  };
};
