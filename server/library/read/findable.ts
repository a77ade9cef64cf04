import type { Db } from '../../db/index.ts';
import { prepareOnce } from './statements.ts';

/*
 * What can be found by name, for an index kept elsewhere: all of it in the order of how much it is played, or single
 * rows again. `scopes` are the roots it may be seen in. A track that is missing is not found.
 */
export type FindableKind = 'artists' | 'albums' | 'tracks' | 'genres' | 'lyrics';
export type Findable = { id: number; scopes: number[]; title: string; artist?: string; album?: string };

export type Findables = {
  /** Ids in chunks, the most played first. */
  ids: (kind: FindableKind, chunk: number) => Generator<number[]>;
  /** What can be found of these rows: nothing for one that is gone, several (lines) for lyrics. */
  things: (kind: FindableKind, ids: readonly number[]) => Map<number, Findable[]>;
  /** The albums, artists and genres these tracks are of. */
  around: (tracks: readonly number[]) => { albums: number[]; artists: number[]; genres: number[] };
};

const TABLES = { artists: 'artist', albums: 'album', tracks: 'track', genres: 'genre', lyrics: 'track' } as const;
const MARKED = { artists: 'artists', albums: 'albums', tracks: 'tracks', genres: '', lyrics: 'tracks' } as const;

// Not by what is counted: counts come after the tracks, in a transaction of their own.
const SCOPES = (rows: string): string => `(SELECT json_group_array(root_id) FROM (${rows}))`;
const ROWS: Record<FindableKind, string> = {
  artists: `SELECT a.id, a.name title, ${SCOPES('SELECT DISTINCT root_id FROM artist_root WHERE artist_id = a.id')} scopes FROM json_each(?) j CROSS JOIN artist a ON a.id = j.value`,
  albums: `SELECT a.id, a.title, a.artist_text artist, ${SCOPES('SELECT DISTINCT root_id FROM track WHERE album_id = a.id')} scopes
    FROM json_each(?) j CROSS JOIN album a ON a.id = j.value WHERE EXISTS (SELECT 1 FROM track t WHERE t.album_id = a.id)`,
  tracks: `SELECT t.id, t.title, t.artist_text artist, a.title album, json_array(t.root_id) scopes
    FROM json_each(?) j CROSS JOIN track t ON t.id = j.value JOIN album a ON a.id = t.album_id WHERE t.missing_at IS NULL`,
  // By its albums: to learn that none of the tracks of a common genre lies in a root takes half a second.
  genres: `SELECT g.id, g.name title, ${SCOPES(
    'SELECT r.id root_id FROM root r WHERE EXISTS (SELECT 1 FROM album_genre x CROSS JOIN album_root v ON v.album_id = x.album_id WHERE x.genre_id = g.id AND v.root_id = r.id)',
  )} scopes FROM json_each(?) j CROSS JOIN genre g ON g.id = j.value WHERE EXISTS (SELECT 1 FROM track_genre x WHERE x.genre_id = g.id)`,
  lyrics: `SELECT t.id, json_array(t.root_id) scopes, l.kind, l.text
    FROM json_each(?) j CROSS JOIN track t ON t.id = j.value JOIN lyrics l ON l.track_id = t.id WHERE t.missing_at IS NULL`,
};

type Row = Omit<Findable, 'scopes'> & { scopes: string; kind?: string; text?: string };

/** Choruses are found once. */
const linesOf = ({ kind, text }: Row): string[] => {
  const lines =
    kind === 'synced' ? (JSON.parse(text!) as { text: string }[]).map((line) => line.text) : text!.split('\n');
  return [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
};

const thingsOf = (kind: FindableKind, row: Row): Findable[] => {
  const scopes = JSON.parse(row.scopes) as number[];
  if (kind === 'lyrics') return linesOf(row).map((title) => ({ id: row.id, scopes, title }));
  const { id, title, artist, album } = row;
  return [{ id, scopes, title, ...(artist && { artist }), ...(album && { album }) }];
};

export const createFindables = (db: Db): Findables => {
  const statement = prepareOnce(db);
  const pluck = (sql: string, ...parameters: unknown[]): number[] =>
    statement(sql)
      .pluck()
      .all(...parameters) as number[];
  const played = (kind: FindableKind): number[] =>
    MARKED[kind] === ''
      ? []
      : pluck(
          `SELECT id FROM mark WHERE kind = ? GROUP BY id ORDER BY sum(play_count) DESC, count(liked_at) DESC, id`,
          MARKED[kind],
        );
  return {
    ids: function* (kind, chunk) {
      const first = played(kind);
      for (let i = 0; i < first.length; i += chunk) yield first.slice(i, i + chunk);
      const had = new Set(first);
      // Those of whom there is most are meant most often.
      const rest = kind === 'artists' ? pluck(`SELECT id FROM artist ORDER BY track_count DESC, id`) : undefined;
      if (rest) {
        for (let i = 0; i < rest.length; i += chunk) yield rest.slice(i, i + chunk).filter((id) => !had.has(id));
        return;
      }
      for (let last = 0; ;) {
        const part = pluck(`SELECT id FROM ${TABLES[kind]} WHERE id > ? ORDER BY id LIMIT ?`, last, chunk);
        if (part.length === 0) return;
        last = part.at(-1)!;
        yield part.filter((id) => !had.has(id));
      }
    },
    things: (kind, ids) => {
      const found = new Map<number, Findable[]>();
      for (const row of statement(ROWS[kind]).all(JSON.stringify(ids)) as Row[])
        found.set(row.id, [...(found.get(row.id) ?? []), ...thingsOf(kind, row)]);
      return found;
    },
    around: (tracks) => {
      const json = JSON.stringify(tracks);
      const of = (sql: string): number[] => pluck(sql, json);
      const albums = of(`SELECT DISTINCT t.album_id FROM json_each(?) j CROSS JOIN track t ON t.id = j.value`);
      const owners = pluck(
        `SELECT DISTINCT a.artist_id FROM json_each(?) j CROSS JOIN album_artist a ON a.album_id = j.value`,
        JSON.stringify(albums),
      );
      const artists = of(
        `SELECT DISTINCT a.artist_id FROM json_each(?) j CROSS JOIN track_artist a ON a.track_id = j.value`,
      );
      return {
        albums,
        artists: [...new Set([...owners, ...artists])],
        genres: of(`SELECT DISTINCT g.genre_id FROM json_each(?) j CROSS JOIN track_genre g ON g.track_id = j.value`),
      };
    },
  };
};
