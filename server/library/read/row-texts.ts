import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { encodeId, toInstant } from '../../kit/index.ts';
import { prepareOnce } from './statements.ts';

/*
 * What a row says to everybody is the same until somebody writes, and making it (three joins and a JSON text) is most of
 * the price of a list. So the text of a row is kept, open at its end, and what is the listener's own is put behind it.
 * `PRAGMA data_version` moves with every commit of another connection (the scan); writers on this one call `forget`.
 */
export type MarkKind = 'tracks' | 'albums' | 'artists';
type MarkRow = { id: number; likedAt: number | null; stars: number | null; plays: number; lastPlayedAt: number | null };

/** `{"id":…` without the closing brace; `path` goes in for those who may administer. */
export type OpenText = { head: string; path?: string | undefined };
export type TextSource = (ids: readonly number[]) => Map<number, OpenText>;

/** Albums are a tenth as many as tracks and stand in most lists: those of a very large library fit (some 50 MB). */
const KEPT_ROWS = { tracks: 20_000, albums: 100_000, artists: 20_000 } as const;

const tailOf = (kind: MarkKind, mark: MarkRow | undefined): string => {
  if (kind === 'artists') return `,"liked":${mark?.likedAt != null}}`;
  const common = `,"liked":${mark?.likedAt != null},"rating":${mark?.stars ?? null},"playCount":${mark?.plays ?? 0}`;
  if (kind === 'albums') return `${common}}`;
  return `${common},"lastPlayedAt":${mark?.lastPlayedAt == null ? 'null' : `"${toInstant(mark.lastPlayedAt)}"`}}`;
};

export const createMarkReader = (db: Db) => {
  const statement = db.sqlite.prepare(
    `SELECT id, liked_at likedAt, stars, play_count plays, last_played_at lastPlayedAt FROM mark
     WHERE user_id = ? AND kind = ? AND id IN (SELECT value FROM json_each(?))`,
  );
  return (viewer: Pick<Viewer, 'userId'>, kind: MarkKind, ids: readonly number[]): Map<number, MarkRow> => {
    if (ids.length === 0) return new Map();
    const rows = statement.all(viewer.userId, kind, JSON.stringify(ids)) as MarkRow[];
    return new Map(rows.map((row) => [row.id, row]));
  };
};

export type RowTexts = {
  /** The JSON objects of these rows for this viewer, in order; a row that is gone is left out. */
  texts: (kind: MarkKind, ids: readonly number[], viewer: Viewer & { admin: boolean }) => string[];
  forget: () => void;
  /** Reads the next albums that are not at hand. Answers whether there may be more; false too while others are writing. */
  warmAlbums: (count: number) => boolean;
};

/** A text put together of twenty pieces stays twenty pieces, gathered again each time it is written, until it is copied. */
const flat = (text: string): string => Buffer.from(text).toString();

export const createRowTexts = (db: Db, sources: Record<MarkKind, TextSource>): RowTexts => {
  const keep = (kind: MarkKind) => new LRUCache<number, OpenText>({ max: KEPT_ROWS[kind] });
  const kept: Record<MarkKind, LRUCache<number, OpenText>> = {
    tracks: keep('tracks'),
    albums: keep('albums'),
    artists: keep('artists'),
  };
  const version = db.sqlite.prepare('PRAGMA data_version').pluck();
  const marksOf = createMarkReader(db);
  const albumsAfter = db.sqlite.prepare('SELECT id FROM album WHERE id > ? ORDER BY id LIMIT ?').pluck();
  let seen = version.get();
  let warmed = 0;
  const forget = () => {
    warmed = 0;
    // Emptying one walks all the places it has: with every commit of a scan that were milliseconds for nothing.
    for (const texts of Object.values(kept)) if (texts.size > 0) texts.clear();
  };

  /** Whether nobody else has written since the last look; what is kept is forgotten if somebody has. */
  const isCurrent = (): boolean => {
    const now = version.get();
    if (now === seen) return true;
    forget();
    seen = now;
    return false;
  };

  const openTexts = (kind: MarkKind, ids: readonly number[]): (OpenText | undefined)[] => {
    isCurrent();
    const cache = kept[kind];
    const found = ids.map((id) => cache.get(id));
    const absent = ids.filter((_, i) => found[i] === undefined);
    if (absent.length === 0) return found;
    for (const [id, { head, path }] of sources[kind](absent)) cache.set(id, { head: flat(head), path });
    return ids.map((id, i) => found[i] ?? cache.get(id));
  };

  return {
    texts: (kind, ids, viewer) => {
      const open = openTexts(kind, ids);
      const marks = marksOf(viewer, kind, ids);
      return ids.flatMap((id, i) => {
        const text = open[i];
        if (!text) return [];
        return [text.head + (viewer.admin ? (text.path ?? '') : '') + tailOf(kind, marks.get(id))];
      });
    },
    forget,
    warmAlbums: (count) => {
      // What others are still writing would be read again and again.
      if (!isCurrent() || kept.albums.size + count > KEPT_ROWS.albums) return false;
      const ids = albumsAfter.all(warmed, count) as number[];
      openTexts('albums', ids);
      warmed = ids.at(-1) ?? warmed;
      return ids.length === count;
    },
  };
};

type CoverRow = { coverId: number | null; tint: string | null; coverState: string | null };
export const coverOf = ({ coverId, tint, coverState }: CoverRow) =>
  coverId === null || coverState === null || coverState === 'bad' ? null : { id: encodeId('cov', coverId), tint };

export const coverText = (row: CoverRow): string => JSON.stringify(coverOf(row));

/** Rows that belong to several others, gathered under each. */
export const createGather = (db: Db) => {
  const statement = prepareOnce(db);
  return <Row extends { of: number }, Out>(sql: string, ids: string, shape: (row: Row) => Out): Map<number, Out[]> => {
    const gathered = new Map<number, Out[]>();
    for (const row of statement(sql).all(ids) as Row[]) {
      const list = gathered.get(row.of);
      if (list) list.push(shape(row));
      else gathered.set(row.of, [shape(row)]);
    }
    return gathered;
  };
};
