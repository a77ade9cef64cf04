import type { Db } from '../../db/index.ts';
import { albumDatesOf, dateColumns } from './album-dates.ts';
import type { Dirty } from './counts.ts';
import type { Listed } from './listed.ts';

/*
 * An album counted anew: one look at its tracks and one at its genres, compared with what is written, and written where it is
 * not so. Sums by SQL alone would be half a dozen statements, each with a look at the tracks of its own.
 */
type AlbumRow = {
  sortKey: string;
  tracks: number;
  missing: number;
  durationMs: number;
  discs: number;
  date: string | null;
  originalDate: string | null;
};
type TrackRow = {
  rootId: number;
  disc: number;
  durationMs: number | null;
  missingAt: number | null;
  date: string | null;
  originalDate: string | null;
};
type InRoot = { rootId: number; sortKey: string; tracks: number };
type InGenre = { genre: number; sortKey: string };

const createStatements = (db: Db) => {
  const prepare = (sql: string) => db.sqlite.prepare(sql);
  return {
    album: prepare(
      `SELECT sort_key sortKey, track_count tracks, missing_count missing, duration_ms durationMs, disc_count discs, date,
         original_date originalDate FROM album WHERE id = ?`,
    ),
    tracks: prepare(
      `SELECT root_id rootId, disc, duration_ms durationMs, missing_at missingAt, date, original_date originalDate FROM track WHERE album_id = ?`,
    ),
    count: prepare('UPDATE album SET track_count = ?, missing_count = ?, duration_ms = ?, disc_count = ? WHERE id = ?'),
    redate: prepare('UPDATE album SET date = @date, original_date = @originalDate, year = @year WHERE id = @id'),
    roots: prepare('SELECT root_id rootId, sort_key sortKey, track_count tracks FROM album_root WHERE album_id = ?'),
    setRoot: prepare(
      `INSERT INTO album_root(root_id, album_id, sort_key, added_at, rnd, released, track_count)
       SELECT @rootId, id, sort_key, added_at, rnd, coalesce(date, CAST(year AS TEXT), ''), @tracks FROM album WHERE id = @id
       ON CONFLICT(root_id, album_id) DO UPDATE SET sort_key = excluded.sort_key, track_count = excluded.track_count`,
    ),
    leaveRoot: prepare('DELETE FROM album_root WHERE root_id = ? AND album_id = ?'),
    genresOfTracks: prepare(
      'SELECT g.genre_id FROM track t JOIN track_genre g ON g.track_id = t.id WHERE t.album_id = ?',
    ).pluck(),
    genres: prepare('SELECT genre_id genre, sort_key sortKey FROM album_genre WHERE album_id = ?'),
    leaveGenre: prepare('DELETE FROM album_genre WHERE genre_id = ? AND sort_key = ? AND album_id = ?'),
    addGenre: prepare('INSERT OR IGNORE INTO album_genre(genre_id, sort_key, album_id) VALUES (?, ?, ?)'),
    artists: prepare('SELECT artist_id FROM album_artist WHERE album_id = ?').pluck(),
    remove: prepare('DELETE FROM album WHERE id = ?'),
  };
};
type Statements = ReturnType<typeof createStatements>;

const sumsOf = (tracks: readonly TrackRow[]) => ({
  missing: tracks.reduce((sum, { missingAt }) => sum + (missingAt === null ? 0 : 1), 0),
  durationMs: tracks.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
  discs: Math.max(1, new Set(tracks.map(({ disc }) => disc)).size),
});

const countRow = (sql: Statements, id: number, { album, tracks }: { album: AlbumRow; tracks: TrackRow[] }): void => {
  const { missing, durationMs, discs } = sumsOf(tracks);
  const isSame =
    album.tracks === tracks.length &&
    album.missing === missing &&
    album.durationMs === durationMs &&
    album.discs === discs;
  if (!isSame) sql.count.run(tracks.length, missing, durationMs, discs, id);
  const dated = tracks.map(({ date, originalDate, missingAt }) => ({
    date: date ?? undefined,
    originalDate: originalDate ?? undefined,
    isMissing: missingAt !== null,
  }));
  const dates = dateColumns(albumDatesOf(dated));
  if (dates.date !== album.date || dates.originalDate !== album.originalDate) sql.redate.run({ ...dates, id });
};

/** Answers whether it left a root. */
const countRoots = (sql: Statements, id: number, { album, tracks }: { album: AlbumRow; tracks: TrackRow[] }) => {
  const counts = new Map<number, number>();
  for (const { rootId } of tracks) counts.set(rootId, (counts.get(rootId) ?? 0) + 1);
  const before = new Map((sql.roots.all(id) as InRoot[]).map((it) => [it.rootId, it]));
  for (const [rootId, count] of counts) {
    const known = before.get(rootId);
    if (known?.tracks !== count || known.sortKey !== album.sortKey) sql.setRoot.run({ rootId, tracks: count, id });
  }
  const left = [...before.keys()].filter((rootId) => !counts.has(rootId));
  for (const rootId of left) sql.leaveRoot.run(rootId, id);
  return left.length > 0;
};

/** Answers which genres it left, and which it came to. */
const countGenres = (sql: Statements, id: number, { sortKey }: AlbumRow) => {
  const now = new Set(sql.genresOfTracks.all(id) as number[]);
  const before = sql.genres.all(id) as InGenre[];
  const left = before.filter((it) => it.sortKey !== sortKey || !now.has(it.genre));
  for (const it of left) sql.leaveGenre.run(it.genre, it.sortKey, id);
  const stayed = new Set(before.filter((it) => !left.includes(it)).map(({ genre }) => genre));
  const came = [...now].filter((genre) => !stayed.has(genre));
  for (const genre of came) sql.addGenre.run(genre, sortKey, id);
  return { left: left.map(({ genre }) => genre), came };
};

/** Counts one album and takes it away where nothing is left of it; what hangs on it is put down as dirty. */
export const createAlbumCounter = (db: Db, { dirty, listed }: { dirty: Dirty; listed: Listed }) => {
  const sql = createStatements(db);
  return (id: number): void => {
    const album = sql.album.get(id) as AlbumRow | undefined;
    if (!album) return;
    const tracks = sql.tracks.all(id) as TrackRow[];
    countRow(sql, id, { album, tracks });
    const leftRoot = countRoots(sql, id, { album, tracks });
    const genres = countGenres(sql, id, album);
    for (const genre of [...genres.left, ...genres.came]) dirty.genres.add(genre);
    if (tracks.length > 0 && !leftRoot && genres.left.length === 0) return;
    const artists = sql.artists.all(id) as number[];
    if (leftRoot || genres.left.length > 0) for (const each of artists) listed.doubt(each);
    if (tracks.length > 0) return;
    sql.remove.run(id);
    for (const each of artists) dirty.artists.add(each);
  };
};
