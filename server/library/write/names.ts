import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import { fold, sortKey } from '../fold.ts';

/* Artists, genres and covers by what names them. Caches are bounded: a library has more names than memory should hold. */
export type NamedArtist = { name: string; sort?: string | undefined; mbid?: string | undefined };

export type Names = {
  artist: (it: NamedArtist, now: number) => number;
  genre: (name: string) => number;
  cover: (sha256: string, mime: string, now: number) => { id: number; added: boolean };
  /** The picture of an artist who is known by that name. */
  setPortrait: (it: NamedArtist, coverId: number) => void;
  /** Made by this scan. */
  isFresh: (artist: number) => boolean;
  /** After a rollback: what was cached may never have been written. */
  forget: () => void;
};

const createStatements = (db: Db) => ({
  byMbid: db.sqlite.prepare('SELECT id FROM artist WHERE mbid = ?').pluck(),
  byName: db.sqlite.prepare('SELECT id, mbid FROM artist WHERE folded = ? ORDER BY mbid IS NOT NULL, id LIMIT 2'),
  learn: db.sqlite.prepare('UPDATE artist SET mbid = ? WHERE id = ?'),
  addArtist: db.sqlite.prepare(
    'INSERT INTO artist(name, folded, sort_name, sort_key, mbid, added_at) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  genre: db.sqlite.prepare('SELECT id FROM genre WHERE folded = ?').pluck(),
  addGenre: db.sqlite.prepare('INSERT INTO genre(name, folded, sort_key) VALUES (?, ?, ?)'),
  portrait: db.sqlite.prepare('UPDATE artist SET cover_id = ? WHERE id = ? AND cover_id IS NOT ?'),
  cover: db.sqlite.prepare('SELECT id FROM cover WHERE sha256 = ?').pluck(),
  addCover: db.sqlite.prepare('INSERT INTO cover(sha256, mime, added_at) VALUES (?, ?, ?)'),
});

type Statements = ReturnType<typeof createStatements>;
type ArtistRow = { id: number; mbid: string | null };

/** MusicBrainz id first, then the folded name; an id learnt later joins the row of that name, two ids are two artists. */
const findArtist = (sql: Statements, { name, mbid }: NamedArtist): number | undefined => {
  if (mbid) {
    const known = sql.byMbid.get(mbid) as number | undefined;
    if (known !== undefined) return known;
  }
  const [first] = sql.byName.all(fold(name)) as ArtistRow[];
  if (!first) return undefined;
  if (!mbid) return first.id;
  if (first.mbid !== null) return undefined;
  sql.learn.run(mbid, first.id);
  return first.id;
};

export const createNames = (db: Db): Names => {
  const sql = createStatements(db);
  const artists = new LRUCache<string, number>({ max: 20_000 });
  const fresh = new Set<number>();
  const genres = new LRUCache<string, number>({ max: 2000 });
  return {
    artist: (it, now) => {
      const key = `${it.mbid ?? ''}\0${it.name}`;
      const cached = artists.get(key);
      if (cached !== undefined) return cached;
      const sortName = it.sort ?? it.name;
      const known = findArtist(sql, it);
      const id =
        known ??
        Number(
          sql.addArtist.run(it.name, fold(it.name), sortName, sortKey(sortName), it.mbid ?? null, now).lastInsertRowid,
        );
      if (known === undefined) fresh.add(id);
      artists.set(key, id);
      return id;
    },
    genre: (name) => {
      const folded = fold(name);
      const cached = genres.get(folded);
      if (cached !== undefined) return cached;
      const id =
        (sql.genre.get(folded) as number | undefined) ??
        Number(sql.addGenre.run(name, folded, sortKey(name)).lastInsertRowid);
      genres.set(folded, id);
      return id;
    },
    cover: (sha256, mime, now) => {
      const known = sql.cover.get(sha256) as number | undefined;
      if (known !== undefined) return { id: known, added: false };
      return { id: Number(sql.addCover.run(sha256, mime, now).lastInsertRowid), added: true };
    },
    setPortrait: (it, coverId) => {
      const id = findArtist(sql, it);
      if (id !== undefined) sql.portrait.run(coverId, id, coverId);
    },
    isFresh: (artist) => fresh.has(artist),
    forget: () => {
      artists.clear();
      genres.clear();
    },
  };
};
