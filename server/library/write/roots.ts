import type { Db } from '../../db/index.ts';

export type RootState = 'ok' | 'missing' | 'empty' | 'unreadable' | 'held' | 'removed';
export type Root = {
  id: number;
  path: Buffer;
  name: string;
  kind: 'media' | 'demo';
  state: RootState;
  stateDetail: string | undefined;
  trackCount: number;
  albumCount: number;
  addedAt: number;
};

export type Roots = {
  list: () => Root[];
  find: (id: number) => Root | undefined;
  add: (root: { path: Buffer; name: string; kind: 'media' | 'demo'; now: number }) => number;
  setState: (id: number, state: RootState, at: { now: number; detail?: string | undefined }) => void;
  rename: (id: number, name: string) => void;
};

const SQL = `SELECT id, path, name, kind, state, state_detail stateDetail, track_count trackCount, album_count albumCount, added_at addedAt FROM root`;

export const createRoots = (db: Db): Roots => {
  const list = db.sqlite.prepare(`${SQL} ORDER BY id`);
  const one = db.sqlite.prepare(`${SQL} WHERE id = ?`);
  const add = db.sqlite
    .prepare(
      `INSERT INTO root(path, name, kind, state_at, added_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT(path) DO UPDATE SET state = 'ok', state_at = excluded.state_at, name = excluded.name RETURNING id`,
    )
    .pluck();
  const state = db.sqlite.prepare('UPDATE root SET state = ?, state_detail = ?, state_at = ? WHERE id = ?');
  const rename = db.sqlite.prepare('UPDATE root SET name = ? WHERE id = ?');
  const asRoot = (row: unknown): Root => {
    const it = row as Root & { stateDetail: string | null };
    return { ...it, stateDetail: it.stateDetail ?? undefined };
  };
  return {
    list: () => list.all().map(asRoot),
    find: (id) => {
      const row = one.get(id);
      return row === undefined ? undefined : asRoot(row);
    },
    add: ({ path, name, kind, now }) => add.get(path, name, kind, now, now) as number,
    setState: (id, to, { now, detail }) => void state.run(to, detail ?? null, now, id),
    rename: (id, name) => void rename.run(name, id),
  };
};
