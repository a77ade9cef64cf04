import type { Db } from '../db/index.ts';
import type { Viewer } from '../http/index.ts';
import { rootsParameter, sightOf } from './read/visible.ts';

/** What a listener thinks of a thing. Left out: as it was. null clears. */
export type MarkChange = {
  likedAtMs?: number | null;
  bannedAtMs?: number | null;
  stars?: number | null;
  /** Counts one more play, at this time. */
  playedAtMs?: number;
};

/** Library rows are numbers; playlists and episodes carry their text id. */
export type MarkKey = { userId: string; kind: string; id: number | string };

export type Marks = {
  /** Writes a mark; call it inside the transaction that makes it true. Answers whether anything changed. */
  set: (key: MarkKey, change: MarkChange) => boolean;
  get: (key: MarkKey) => {
    likedAtMs: number | null;
    bannedAtMs: number | null;
    stars: number | null;
    plays: number;
    lastPlayedAtMs: number | null;
  };
  /** How many songs this listener likes, of those that are there and theirs to see. */
  likedTracks: (viewer: Pick<Viewer, 'userId' | 'roots'>) => number;
  /** The newest likes of a kind whose ids are texts. */
  likedTexts: (userId: string, kind: string, limit: number) => string[];
};

type Row = {
  liked_at: number | null;
  banned_at: number | null;
  stars: number | null;
  play_count: number;
  last_played_at: number | null;
};
const NOTHING: Row = { liked_at: null, banned_at: null, stars: null, play_count: 0, last_played_at: null };

const isNothing = (row: Row): boolean =>
  row.liked_at === null && row.banned_at === null && row.stars === null && row.play_count === 0;

const changed = (row: Row, change: MarkChange): Row => ({
  // Liking twice keeps the day of the first.
  liked_at: change.likedAtMs === undefined ? row.liked_at : change.likedAtMs && (row.liked_at ?? change.likedAtMs),
  banned_at:
    change.bannedAtMs === undefined ? row.banned_at : change.bannedAtMs && (row.banned_at ?? change.bannedAtMs),
  stars: change.stars === undefined ? row.stars : change.stars,
  play_count: row.play_count + (change.playedAtMs === undefined ? 0 : 1),
  last_played_at:
    change.playedAtMs === undefined ? row.last_played_at : Math.max(row.last_played_at ?? 0, change.playedAtMs),
});

export const createMarks = (db: Db): Marks => {
  const one = db.sqlite.prepare(
    'SELECT liked_at, banned_at, stars, play_count, last_played_at FROM mark WHERE user_id = ? AND kind = ? AND id = ?',
  );
  const put = db.sqlite.prepare(
    `INSERT INTO mark(user_id, kind, id, liked_at, banned_at, stars, play_count, last_played_at)
     VALUES (@userId, @kind, @id, @liked_at, @banned_at, @stars, @play_count, @last_played_at)
     ON CONFLICT(user_id, kind, id) DO UPDATE SET liked_at = excluded.liked_at, banned_at = excluded.banned_at,
       stars = excluded.stars, play_count = excluded.play_count, last_played_at = excluded.last_played_at`,
  );
  const drop = db.sqlite.prepare('DELETE FROM mark WHERE user_id = ? AND kind = ? AND id = ?');
  const liked = db.sqlite
    .prepare(
      `SELECT id FROM mark WHERE user_id = ? AND kind = ? AND liked_at IS NOT NULL ORDER BY liked_at DESC, id DESC LIMIT ?`,
    )
    .pluck();
  // A mark can outlive its row, so each is looked up; likes are made by hand and few.
  const likedTracks = (sees: string) =>
    db.sqlite
      .prepare(
        `SELECT count(*) FROM mark m CROSS JOIN track t ON t.id = m.id
         WHERE m.user_id = @user AND m.kind = 'tracks' AND m.liked_at IS NOT NULL ${sees}`,
      )
      .pluck();
  const likedOfAll = likedTracks('');
  const likedOfRoots = likedTracks('AND t.root_id IN (SELECT value FROM json_each(@roots))');
  // better-sqlite3 binds every number as REAL, and a column of type ANY would keep it so.
  const idOf = (id: number | string) => (typeof id === 'number' ? BigInt(id) : id);
  const read = ({ userId, kind, id }: MarkKey) => (one.get(userId, kind, idOf(id)) as Row | undefined) ?? NOTHING;
  return {
    set: (key, change) => {
      const before = read(key);
      const after = changed(before, change);
      if (JSON.stringify(before) === JSON.stringify(after)) return false;
      if (isNothing(after)) drop.run(key.userId, key.kind, idOf(key.id));
      else put.run({ ...key, id: idOf(key.id), ...after });
      return true;
    },
    get: (key) => {
      const row = read(key);
      return {
        likedAtMs: row.liked_at,
        bannedAtMs: row.banned_at,
        stars: row.stars,
        plays: row.play_count,
        lastPlayedAtMs: row.last_played_at,
      };
    },
    likedTracks: (viewer) => {
      const sight = sightOf(viewer);
      const user = viewer.userId;
      return Number(
        sight === 'all' ? likedOfAll.get({ user }) : likedOfRoots.get({ user, roots: rootsParameter(sight) }),
      );
    },
    likedTexts: (userId, kind, limit) => liked.all(userId, kind, limit) as string[],
  };
};
