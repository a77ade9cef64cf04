import type { Db } from '../../db/index.ts';
import { createAlbumCounter } from './album-counts.ts';
import { createListed, type Listed } from './listed.ts';

/*
 * Counts live in rows, so that no list ever counts; so do an album's dates. Whatever a transaction touches is put down as
 * dirty and counted anew from its own rows: albums and folders once all of a unit is written, artists and genres, which may have tens of thousands of
 * tracks, a few times a second and at the end. What a kill leaves uncounted, the next scan counts first.
 */
export type Dirty = { albums: Set<number>; artists: Set<number>; genres: Set<number>; folders: Set<number> };

const ARTIST = `UPDATE artist SET
    album_count = (SELECT count(*) FROM album_artist WHERE artist_id = artist.id),
    track_count = (SELECT count(DISTINCT track_id) FROM track_artist WHERE artist_id = artist.id)
  WHERE id = ?`;
const GENRE = `UPDATE genre SET
    album_count = (SELECT count(*) FROM album_genre WHERE genre_id = genre.id),
    track_count = (SELECT count(*) FROM track_genre WHERE genre_id = genre.id)
  WHERE id = ?`;
const FOLDER = `UPDATE folder SET track_count = (
    SELECT count(*) FROM file f JOIN track t ON t.file_id = f.id WHERE f.folder_id = folder.id
  ) WHERE id = ?`;
// Written only where they are not what they were: a scan that finds nothing new writes no row.
const TOTALS = `WITH told(name, value) AS (VALUES
    ('tracks', (SELECT count(*) FROM track)),
    ('albums', (SELECT count(*) FROM album)),
    ('artists', (SELECT count(*) FROM artist)),
    ('genres', (SELECT count(*) FROM genre)),
    ('missing', (SELECT count(*) FROM track WHERE missing_at IS NOT NULL)),
    ('durationMs', (SELECT coalesce(sum(duration_ms), 0) FROM track)))
  UPDATE library_count SET value = told.value FROM told WHERE told.name = library_count.name AND told.value <> library_count.value`;
const ROOTS = `UPDATE root SET track_count = told.tracks, album_count = told.albums FROM (
    SELECT id, (SELECT count(*) FROM track WHERE root_id = r.id) tracks, (SELECT count(*) FROM album_root WHERE root_id = r.id) albums FROM root r
  ) told WHERE told.id = root.id AND (root.track_count <> told.tracks OR root.album_count <> told.albums)`;

export type Counts = {
  dirty: Dirty;
  /** Recounts the albums and folders touched. */
  flush: () => void;
  /** Some of them; true while more waits. */
  flushSome: () => boolean;
  /** Before a commit: recounts what has waited long enough. */
  flushDue: () => void;
  /** Recounts some of all that is dirty; true while more waits. */
  settle: () => boolean;
  /** Puts everything down as dirty: a scan was cut off. */
  doubt: () => void;
  totals: () => void;
  /** Takes artists off the lists of roots, roles and genres that nothing of theirs is in any more. Some of them; true while more wait. */
  unlist: () => boolean;
  /** Takes away artists and genres that nothing is left of; once a scan has settled who was renamed. */
  sweep: () => void;
};

/** How long artists and genres may wait for their counts during a scan. */
const PATIENCE_MS = 400;
/** How long a slice may spend on them. */
const SETTLE_MS = 2;

type Kind = readonly [dirty: Set<number>, count: (id: number) => void];

const createStatements = (db: Db) => {
  const prepare = (sql: string) => db.sqlite.prepare(sql);
  const artist = prepare(ARTIST);
  // An artist somebody likes stays, even when nothing of theirs is left.
  const emptyArtists = prepare(
    `DELETE FROM artist WHERE album_count = 0 AND track_count = 0 AND NOT EXISTS (SELECT 1 FROM mark WHERE kind = 'artists' AND id = artist.id)
     AND NOT EXISTS (SELECT 1 FROM track_artist WHERE artist_id = artist.id) AND NOT EXISTS (SELECT 1 FROM album_artist WHERE artist_id = artist.id)
     AND NOT EXISTS (SELECT 1 FROM album WHERE artist_id = artist.id)`,
  );
  const genre = prepare(GENRE);
  const emptyGenres = prepare('DELETE FROM genre WHERE track_count = 0 AND album_count = 0');
  const folder = prepare(FOLDER);
  const totals = prepare(TOTALS);
  const roots = prepare(ROOTS);
  const albumIds = prepare('SELECT id FROM album').pluck();
  const folderIds = prepare('SELECT id FROM folder').pluck();
  const artistIds = prepare('SELECT id FROM artist').pluck();
  const genreIds = prepare('SELECT id FROM genre').pluck();

  return {
    artist,
    emptyArtists,
    genre,
    emptyGenres,
    folder,
    totals,
    roots,
    albumIds,
    folderIds,
    artistIds,
    genreIds,
  };
};

type CounterNeeds = { sql: ReturnType<typeof createStatements>; dirty: Dirty; listed: Listed };

/** How each kind is counted. Albums and folders are near at hand; artists and genres may have tens of thousands of tracks. */
const createCounters = (db: Db, { sql, dirty, listed }: CounterNeeds) => {
  const countArtist = (id: number): void => {
    sql.artist.run(id);
    listed.doubt(id);
  };
  const near: Kind[] = [
    [dirty.albums, createAlbumCounter(db, { dirty, listed })],
    [dirty.folders, (id) => void sql.folder.run(id)],
  ];
  const far: Kind[] = [
    [dirty.artists, countArtist],
    [dirty.genres, (id) => void sql.genre.run(id)],
  ];
  return { near, far };
};

/** Ends early when its time is up, to go on with the rest in the next slice. Answers whether any is left. */
const countFor = (budgetMs: number, kinds: readonly Kind[]): boolean => {
  const until = performance.now() + budgetMs;
  for (const [set, count] of kinds)
    for (const id of set) {
      if (performance.now() > until) return true;
      count(id);
      set.delete(id);
    }
  return false;
};

export const createCounts = (db: Db): Counts => {
  const sql = createStatements(db);
  const dirty: Dirty = { albums: new Set(), artists: new Set(), genres: new Set(), folders: new Set() };
  const listed = createListed(db);
  const { near, far } = createCounters(db, { sql, dirty, listed });
  let flushedAt = 0;
  let settledAt = 0;
  const flush = (budgetMs: number): boolean => {
    flushedAt = performance.now();
    return countFor(budgetMs, near);
  };
  return {
    dirty,
    flush: () => void flush(Infinity),
    flushSome: () => flush(SETTLE_MS),
    flushDue: () => {
      if (performance.now() - flushedAt > PATIENCE_MS) flush(SETTLE_MS);
      if (performance.now() - settledAt < PATIENCE_MS || countFor(SETTLE_MS, far)) return;
      settledAt = performance.now();
    },
    settle: () => countFor(SETTLE_MS, near) || countFor(SETTLE_MS, far),
    doubt: () => {
      for (const id of sql.albumIds.all() as number[]) dirty.albums.add(id);
      for (const id of sql.folderIds.all() as number[]) dirty.folders.add(id);
      for (const id of sql.artistIds.all() as number[]) dirty.artists.add(id);
      for (const id of sql.genreIds.all() as number[]) dirty.genres.add(id);
    },
    totals: () => {
      sql.totals.run();
      sql.roots.run();
    },
    unlist: listed.leave,
    sweep: () => {
      sql.emptyArtists.run();
      sql.emptyGenres.run();
    },
  };
};
