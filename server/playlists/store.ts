import type { Db } from '../db/index.ts';
import { GAP } from './positions.ts';

export type PlaylistRow = {
  id: string;
  ownerId: string;
  name: string;
  sortKey: string;
  description: string;
  revision: number;
  entryCount: number;
  durationMs: number;
  createdAtMs: number;
  updatedAtMs: number;
};
export type EntryRow = { id: string; position: number; trackId: number; addedBy: string | null; addedAtMs: number };

const PLAYLIST = `SELECT id, owner_id ownerId, name, sort_key sortKey, description, revision, entry_count entryCount,
  duration_ms durationMs, created_at createdAtMs, updated_at updatedAtMs FROM playlist`;
const ENTRY = `SELECT id, position, track_id trackId, added_by addedBy, added_at addedAtMs FROM playlist_entry`;
const OWN = 'owner_id = ? AND id = ?';

export type PlaylistSort = 'name' | '-updatedAt';
const SORTS = {
  name: { keys: 'sort_key, id', order: 'sort_key, id', sign: '>' },
  '-updatedAt': { keys: 'updated_at, id', order: 'updated_at DESC, id DESC', sign: '<' },
} as const;

const createLists = (db: Db) => {
  const walk = (sort: PlaylistSort) => {
    const { keys, order, sign } = SORTS[sort];
    const where = `owner_id = @owner AND deleted_at IS NULL`;
    return {
      first: db.sqlite.prepare(`${PLAYLIST} WHERE ${where} ORDER BY ${order} LIMIT @limit`),
      next: db.sqlite.prepare(
        `${PLAYLIST} WHERE ${where} AND (${keys}) ${sign} (@key, @id) ORDER BY ${order} LIMIT @limit`,
      ),
    };
  };
  const walks = { name: walk('name'), '-updatedAt': walk('-updatedAt') };
  const NAMES = 'SELECT id, owner_id ownerId, name FROM playlist WHERE deleted_at IS NULL';
  const names = db.sqlite.prepare(`${NAMES} ORDER BY updated_at DESC`);
  const named = db.sqlite.prepare(`${NAMES} AND id IN (SELECT value FROM json_each(?))`);
  const count = db.sqlite.prepare('SELECT count(*) FROM playlist WHERE owner_id = ? AND deleted_at IS NULL').pluck();
  return {
    list: (owner: string, ask: { sort: PlaylistSort; limit: number; behind?: readonly [string | number, string] }) => {
      const { first, next } = walks[ask.sort];
      const { behind, limit } = ask;
      const rows = behind ? next.all({ owner, limit, key: behind[0], id: behind[1] }) : first.all({ owner, limit });
      return rows as PlaylistRow[];
    },
    /** Everybody's: for an index that shows each to its owner alone. */
    names: (ids?: readonly string[]): { id: string; ownerId: string; name: string }[] =>
      (ids ? named.all(JSON.stringify(ids)) : names.all()) as { id: string; ownerId: string; name: string }[],
    /** A person's playlists are few; this counts an index. */
    count: (owner: string): number => count.get(owner) as number,
  };
};

const createHeads = (db: Db) => {
  const live = 'deleted_at IS NULL';
  const one = db.sqlite.prepare(`${PLAYLIST} WHERE ${OWN} AND ${live}`);
  const deleted = db.sqlite.prepare(`${PLAYLIST} WHERE ${OWN} AND deleted_at IS NOT NULL`);
  const insert = db.sqlite.prepare(
    `INSERT INTO playlist(id, owner_id, name, sort_key, description, created_at, updated_at)
     VALUES (@id, @ownerId, @name, @sortKey, @description, @createdAtMs, @createdAtMs)`,
  );
  const update = db.sqlite.prepare(
    `UPDATE playlist SET name = @name, sort_key = @sortKey, description = @description, entry_count = @entryCount,
       duration_ms = @durationMs, updated_at = @updatedAtMs, revision = revision + 1
     WHERE owner_id = @ownerId AND id = @id AND ${live}`,
  );
  const remove = db.sqlite.prepare(`UPDATE playlist SET deleted_at = ? WHERE ${OWN} AND ${live}`);
  const restore = db.sqlite.prepare(`UPDATE playlist SET deleted_at = NULL WHERE ${OWN} AND deleted_at IS NOT NULL`);
  const purge = db.sqlite.prepare('DELETE FROM playlist WHERE deleted_at < ?');
  return {
    one: (ownerId: string, id: string) => one.get(ownerId, id) as PlaylistRow | undefined,
    deleted: (ownerId: string, id: string) => deleted.get(ownerId, id) as PlaylistRow | undefined,
    insert: (row: Omit<PlaylistRow, 'revision' | 'entryCount' | 'durationMs' | 'updatedAtMs'>): void =>
      void insert.run(row),
    update: (row: PlaylistRow): void => void update.run(row),
    remove: (ownerId: string, id: string, at: number): boolean => remove.run(at, ownerId, id).changes > 0,
    restore: (ownerId: string, id: string): boolean => restore.run(ownerId, id).changes > 0,
    purgeDeletedBefore: (at: number): void => void purge.run(at),
  };
};

const createEntries = (db: Db) => {
  const after = db.sqlite.prepare(`${ENTRY} WHERE playlist_id = ? AND position > ? ORDER BY position LIMIT ?`);
  const byId = db.sqlite.prepare(`${ENTRY} WHERE playlist_id = ? AND id = ?`);
  const taken = db.sqlite.prepare('SELECT 1 FROM playlist_entry WHERE id = ?').pluck();
  const before = db.sqlite.prepare(`${ENTRY} WHERE playlist_id = ? AND position < ? ORDER BY position DESC LIMIT 1`);
  const last = db.sqlite.prepare('SELECT max(position) FROM playlist_entry WHERE playlist_id = ?').pluck();
  const insert = db.sqlite.prepare(
    `INSERT INTO playlist_entry(playlist_id, position, id, track_id, added_by, added_at)
     VALUES (@playlistId, @position, @id, @trackId, @addedBy, @addedAtMs)`,
  );
  const remove = db.sqlite.prepare('DELETE FROM playlist_entry WHERE playlist_id = ? AND id = ?');
  const tracks = db.sqlite
    .prepare('SELECT track_id FROM playlist_entry WHERE playlist_id = ? ORDER BY position')
    .pluck();
  // Through negative numbers: places are unique, and the old ones are still taken while the new ones are given.
  const aside = db.sqlite.prepare(
    `UPDATE playlist_entry SET position = -2000000000000000 - r.n FROM
       (SELECT id, row_number() OVER (ORDER BY position) n FROM playlist_entry WHERE playlist_id = @id) r
     WHERE playlist_entry.playlist_id = @id AND playlist_entry.id = r.id`,
  );
  const back = db.sqlite.prepare(
    `UPDATE playlist_entry SET position = (-2000000000000000 - position) * ${GAP} WHERE playlist_id = @id`,
  );
  return {
    entries: (playlistId: string, limit: number, behind = Number.MIN_SAFE_INTEGER): EntryRow[] =>
      after.all(playlistId, behind, limit) as EntryRow[],
    entry: (playlistId: string, id: string) => byId.get(playlistId, id) as EntryRow | undefined,
    isEntryId: (id: string): boolean => taken.get(id) !== undefined,
    entryBefore: (playlistId: string, position: number) => before.get(playlistId, position) as EntryRow | undefined,
    lastPosition: (playlistId: string) => (last.get(playlistId) as number | null) ?? undefined,
    insertEntry: (playlistId: string, entry: EntryRow): void => void insert.run({ ...entry, playlistId }),
    removeEntry: (playlistId: string, id: string): boolean => remove.run(playlistId, id).changes > 0,
    trackIds: (playlistId: string): number[] => tracks.all(playlistId) as number[],
    renumber: (id: string): void => {
      aside.run({ id });
      back.run({ id });
    },
  };
};

/** All SQL of this room. The owner stands in the condition of every write: another's playlist changes nothing. */
export const createPlaylistStore = (db: Db) => ({ ...createLists(db), ...createHeads(db), ...createEntries(db) });
export type PlaylistStore = ReturnType<typeof createPlaylistStore>;
