import type { Db } from '../../db/index.ts';
import { sortKey } from '../fold.ts';
import { dateColumns, type AlbumDates } from './album-dates.ts';
import type { Counts } from './counts.ts';
import type { AlbumFacts } from './facts.ts';
import type { Names } from './names.ts';
import type { Renames } from './renames.ts';

/*
 * Which album a track belongs to. The key says what makes one album; when tags change, the id goes with most of its
 * tracks, and when two albums become one the older id wins and the other stays as an alias, so that a like never gets lost.
 */
export type Albums = {
  /**
   * The album of these facts, made when it is new, brought up to date when it is known. Its dates come with the counts; those
   * of a new one begin as what is told here.
   */
  settle: (
    facts: AlbumFacts,
    at: { rootId: number; now: number; dates?: AlbumDates },
  ) => { id: number; added: boolean };
  byKey: (akey: string) => number | undefined;
  keyOf: (id: number) => string | undefined;
  /** Gives an album the key that most of its tracks now have. */
  rekey: (id: number, akey: string) => void;
  /** Tracks of it that are there now. */
  presentCount: (id: number) => number;
  /** Two became one: the older keeps its id and takes tracks, marks and key of the other. Answers the one that stays. */
  merge: (from: number, into: number) => number;
  setCover: (id: number, coverId: number | undefined) => void;
  setDisc: (id: number, disc: { no: number; title?: string | undefined; coverId?: number | undefined }) => void;
};

const createStatements = (db: Db) => ({
  byKey: db.sqlite.prepare('SELECT id FROM album WHERE akey = ?').pluck(),
  add: db.sqlite.prepare(
    `INSERT INTO album(akey, title, sort_key, artist_id, artist_text, artist_sort, year, date, original_date, type, compilation, label, catalog, root_id, added_at, mbid, group_mbid, rnd)
     VALUES (@akey, @title, @sortKey, @artistId, @artistText, @artistSort, @year, @date, @originalDate, @type, @compilation, @label, @catalog, @rootId, @now, @mbid, @groupMbid, @rnd)`,
  ),
  update: db.sqlite.prepare(
    `UPDATE album SET title = @title, sort_key = @sortKey, artist_id = @artistId, artist_text = @artistText, artist_sort = @artistSort,
       type = @type, compilation = @compilation, label = @label, catalog = @catalog, mbid = @mbid, group_mbid = @groupMbid
     WHERE id = @id`,
  ),
  artists: db.sqlite.prepare('SELECT artist_id FROM album_artist WHERE album_id = ? ORDER BY pos').pluck(),
  dropArtists: db.sqlite.prepare('DELETE FROM album_artist WHERE album_id = ?'),
  addArtist: db.sqlite.prepare('INSERT INTO album_artist(album_id, pos, artist_id, as_text) VALUES (?, ?, ?, ?)'),
  rekey: db.sqlite.prepare('UPDATE album SET akey = ? WHERE id = ?'),
  presentCount: db.sqlite.prepare('SELECT count(*) FROM track WHERE album_id = ? AND missing_at IS NULL').pluck(),
  row: db.sqlite.prepare('SELECT akey, added_at addedAt FROM album WHERE id = ?'),
  moveTracks: db.sqlite.prepare('UPDATE track SET album_id = ? WHERE album_id = ?'),
  remove: db.sqlite.prepare('DELETE FROM album WHERE id = ?'),
  alias: db.sqlite.prepare('INSERT OR REPLACE INTO album_alias(old, id) VALUES (?, ?)'),
  moveAliases: db.sqlite.prepare('UPDATE album_alias SET id = ? WHERE id = ?'),
  cover: db.sqlite.prepare('UPDATE album SET cover_id = ? WHERE id = ? AND cover_id IS NOT ?'),
  disc: db.sqlite.prepare(
    'INSERT INTO disc(album_id, no, title, cover_id) VALUES (?, ?, ?, ?) ON CONFLICT(album_id, no) DO UPDATE SET title = coalesce(excluded.title, title), cover_id = excluded.cover_id',
  ),
});

const parametersOf = (facts: AlbumFacts, artistId: number | undefined) => ({
  akey: facts.akey,
  title: facts.title,
  sortKey: sortKey(facts.titleSort ?? facts.title),
  artistId: artistId ?? null,
  artistText: facts.artistText,
  artistSort: sortKey(facts.artists[0]?.sort ?? facts.artistText),
  type: facts.type,
  compilation: facts.compilation ? 1 : 0,
  label: facts.label ?? null,
  catalog: facts.catalog ?? null,
  mbid: facts.mbid ?? null,
  groupMbid: facts.groupMbid ?? null,
});

/** Moves what people think of one thing to another: the earliest like, the better rating, plays added up. */
export const moveMarks = (db: Db, kind: string, ids: { from: number; to: number }): void => {
  db.sqlite
    .prepare(
      `INSERT INTO mark(user_id, kind, id, liked_at, stars, banned_at, play_count, last_played_at)
       SELECT user_id, kind, @to, liked_at, stars, banned_at, play_count, last_played_at FROM mark WHERE kind = @kind AND id = @from
       ON CONFLICT(user_id, kind, id) DO UPDATE SET liked_at = coalesce(min(liked_at, excluded.liked_at), liked_at, excluded.liked_at),
         stars = coalesce(max(stars, excluded.stars), stars, excluded.stars), banned_at = coalesce(banned_at, excluded.banned_at),
         play_count = play_count + excluded.play_count, last_played_at = coalesce(max(last_played_at, excluded.last_played_at), last_played_at, excluded.last_played_at)`,
    )
    .run({ kind, ...ids });
  db.sqlite.prepare('DELETE FROM mark WHERE kind = ? AND id = ?').run(kind, ids.from);
};

type Needs = { names: Names; counts: Counts; renames: Renames };

export const createAlbums = (db: Db, { names, counts, renames }: Needs): Albums => {
  const sql = createStatements(db);
  const setArtists = (id: number, facts: AlbumFacts, artists: number[]): void => {
    const before = sql.artists.all(id) as number[];
    if (before.length === artists.length && before.every((each, i) => each === artists[i])) return;
    sql.dropArtists.run(id);
    artists.forEach((artist, pos) => sql.addArtist.run(id, pos, artist, facts.artists[pos]?.asText ?? null));
    renames.note(before, artists);
    for (const each of [...before, ...artists]) counts.dirty.artists.add(each);
  };
  return {
    byKey: (akey) => sql.byKey.get(akey) as number | undefined,
    keyOf: (id) => (sql.row.get(id) as { akey: string } | undefined)?.akey,
    settle: (facts, { rootId, now, dates = {} }) => {
      const artists = [...new Set(facts.artists.map((each) => names.artist(each, now)))];
      const known = sql.byKey.get(facts.akey) as number | undefined;
      const parameters = parametersOf(facts, artists[0]);
      const rnd = Math.floor(Math.random() * 2 ** 32);
      const id =
        known ?? Number(sql.add.run({ ...parameters, ...dateColumns(dates), rootId, now, rnd }).lastInsertRowid);
      if (known !== undefined && !facts.isLent) {
        const { akey: _akey, ...changing } = parameters;
        sql.update.run({ ...changing, id });
      }
      if (known === undefined || !facts.isLent) setArtists(id, facts, artists);
      counts.dirty.albums.add(id);
      return { id, added: known === undefined };
    },
    rekey: (id, akey) => void sql.rekey.run(akey, id),
    presentCount: (id) => sql.presentCount.get(id) as number,
    merge: (from, into) => {
      type Row = { akey: string; addedAt: number };
      const a = sql.row.get(from) as Row | undefined;
      const b = sql.row.get(into) as Row | undefined;
      if (!a || !b) return into;
      const older = a.addedAt < b.addedAt || (a.addedAt === b.addedAt && from < into) ? from : into;
      const younger = older === from ? into : from;
      sql.moveTracks.run(older, younger);
      moveMarks(db, 'albums', { from: younger, to: older });
      for (const each of sql.artists.all(younger) as number[]) counts.dirty.artists.add(each);
      sql.moveAliases.run(older, younger);
      sql.remove.run(younger);
      sql.alias.run(younger, older);
      sql.rekey.run(b.akey, older);
      counts.dirty.albums.add(older);
      return older;
    },
    setCover: (id, coverId) => void sql.cover.run(coverId ?? null, id, coverId ?? null),
    setDisc: (id, disc) => void sql.disc.run(id, disc.no, disc.title ?? null, disc.coverId ?? null),
  };
};
