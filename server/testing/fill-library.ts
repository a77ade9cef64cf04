import type { Db } from '../db/index.ts';
import { fold, sortKey } from '../library/index.ts';
import { albums, type ModelAlbum, type ModelArtist, type ModelTrack } from './library-generator/model.mjs';

/*
 * Rows without files: the generator's model of a library written straight into a migrated database, for lists at sizes
 * no test could scan. The rows are what a scan of the generator's files would write, as far as lists can tell.
 */
export type FillOptions = {
  tracks: number;
  seed?: number;
  /** Share of the albums that lies in a second root; none when left out. */
  secondRootShare?: number;
  /** Every n-th track has no file at present. */
  missingEvery?: number;
};

const FORMATS = {
  mp3: { container: 'mp3', codec: 'mp3', lossless: 0, rate: 44_100, bits: null, bitrate: 256 },
  flac: { container: 'flac', codec: 'flac', lossless: 1, rate: 44_100, bits: 16, bitrate: 900 },
  m4a: { container: 'mp4', codec: 'aac', lossless: 0, rate: 44_100, bits: null, bitrate: 192 },
  opus: { container: 'ogg', codec: 'opus', lossless: 0, rate: 48_000, bits: null, bitrate: 128 },
  ogg: { container: 'ogg', codec: 'vorbis', lossless: 0, rate: 44_100, bits: null, bitrate: 192 },
} as const;

/** Same numbers every time, spread over 32 bits. */
const scatter = (n: number): number => Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) >>> 0;

const insert = (db: Db, table: string, columns: string) =>
  db.sqlite.prepare(
    `INSERT INTO ${table}(${columns}) VALUES (${columns
      .split(', ')
      .map(() => '?')
      .join(', ')})`,
  );

const createInserts = (db: Db) => ({
  root: insert(db, 'root', 'path, name, state_at, added_at'),
  folder: insert(db, 'folder', 'root_id, parent_id, path, name, sort_key, track_count'),
  file: insert(db, 'file', 'folder_id, name, kind, size, mtime_ns, ino, audio_key, seen_at'),
  cover: insert(db, 'cover', 'sha256, mime, width, height, tint, state, added_at'),
  artist: insert(db, 'artist', 'name, folded, sort_name, sort_key, mbid, added_at'),
  genre: insert(db, 'genre', 'name, folded, sort_key'),
  album: insert(
    db,
    'album',
    'akey, title, sort_key, artist_id, artist_text, artist_sort, year, date, type, compilation, label, catalog, track_count, disc_count, duration_ms, root_id, cover_id, added_at, mbid, group_mbid, rnd',
  ),
  albumRoot: insert(db, 'album_root', 'root_id, album_id, sort_key, added_at, track_count'),
  track: insert(
    db,
    'track',
    'file_id, album_id, root_id, disc, no, title, sort_key, artist_text, artist_id, genre_id, year, date, tag_key, container, codec, lossless, rate, bits, channels, bitrate, duration_ms, gain_track, gain_album, peak_track, peak_album, isrc, mbid, added_at, missing_at, rnd',
  ),
  trackArtist: insert(db, 'track_artist', 'track_id, role, pos, artist_id, as_text'),
  albumArtist: insert(db, 'album_artist', 'album_id, pos, artist_id'),
  trackGenre: insert(db, 'track_genre', 'genre_id, sort_key, track_id, pos'),
  albumGenre: insert(db, 'album_genre', 'genre_id, sort_key, album_id'),
});
type Inserts = ReturnType<typeof createInserts>;
const START_MS = Date.UTC(2020, 0, 1);

const createNames = (insertInto: Inserts) => {
  const artists = new Map<string, number>();
  const genres = new Map<string, number>();
  return {
    artist: ({ name, sort, mbid }: Pick<ModelArtist, 'name' | 'sort' | 'mbid'>): number => {
      const known = artists.get(mbid);
      if (known !== undefined) return known;
      const addedAt = START_MS + artists.size * 60_000;
      const row = Number(insertInto.artist.run(name, fold(name), sort, sortKey(sort), mbid, addedAt).lastInsertRowid);
      artists.set(mbid, row);
      return row;
    },
    genre: (name: string): number => {
      const known = genres.get(name);
      if (known !== undefined) return known;
      const row = Number(insertInto.genre.run(name, fold(name), sortKey(name)).lastInsertRowid);
      genres.set(name, row);
      return row;
    },
  };
};

type Place = { root: number; top: number; fillOptions: FillOptions };

const writeTrack = (
  into: Inserts,
  names: ReturnType<typeof createNames>,
  at: {
    album: ModelAlbum;
    albumRow: number;
    folder: number;
    genreRows: number[];
    root: number;
    addedAt: number;
    n: number;
    missing: boolean;
    track: ModelTrack;
  },
): void => {
  const { album, track, n } = at;
  const format = FORMATS[album.fmt];
  const fileName = Buffer.from(
    `${track.disc}-${String(track.no).padStart(2, '0')} ${track.title.replaceAll('/', '_')}.${album.fmt}`,
  );
  const size = track.seconds * format.bitrate * 125;
  const file = into.file.run(at.folder, fileName, 'audio', size, START_MS * 1e6, n, null, START_MS).lastInsertRowid;
  const key = sortKey(track.title);
  const lead = track.artists[0];
  const artistRows = track.artists.map((artist) => names.artist(artist));
  const row = Number(
    into.track.run(
      file,
      at.albumRow,
      at.root,
      track.disc,
      track.no,
      track.title,
      key,
      track.artistName,
      artistRows[0] ?? null,
      at.genreRows[0] ?? null,
      album.year,
      album.date,
      `${fold(track.title)}|${fold(lead?.name ?? '')}|${fold(album.title)}|${track.disc}|${track.no}`,
      format.container,
      format.codec,
      format.lossless,
      format.rate,
      format.bits,
      2,
      format.bitrate,
      track.seconds * 1000,
      track.gain,
      album.gain,
      track.peak,
      album.peak,
      track.isrc,
      track.mbid,
      at.addedAt,
      at.missing ? START_MS : null,
      scatter(n),
    ).lastInsertRowid,
  );
  artistRows.forEach((artist, i) => into.trackArtist.run(row, 'artist', i, artist, null));
  if (track.composer)
    into.trackArtist.run(
      row,
      'composer',
      0,
      names.artist({ name: track.composer, sort: track.composer, mbid: `c:${track.composer}` }),
      null,
    );
  at.genreRows.forEach((genre, i) => into.trackGenre.run(genre, key, row, i));
};

const writeAlbum = (
  into: Inserts,
  names: ReturnType<typeof createNames>,
  at: Place & { album: ModelAlbum; n: number },
) => {
  const { album, root, top, n, fillOptions } = at;
  const lead = album.artist ?? {
    name: 'Various Artists',
    sort: 'Various Artists',
    mbid: '89ad4ac3-39f7-470e-963a-56509c546377',
  };
  const artist = names.artist(lead);
  const genreRows = [...new Set(album.genres.map(names.genre))];
  const addedAt = START_MS + album.id * 600_000;
  const path = `${album.artistName} - ${album.title} (${album.id})`.replaceAll('/', '_');
  const folder = Number(
    into.folder.run(root, top, Buffer.from(path), path, sortKey(path), album.tracks.length).lastInsertRowid,
  );
  const cover =
    album.art < 0.9
      ? into.cover.run(`${album.id}`.padStart(64, '0'), 'image/jpeg', 600, 600, String(album.id % 24), 'ready', addedAt)
          .lastInsertRowid
      : null;
  const key = sortKey(album.title);
  const durationMs = album.tracks.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  const albumRow = Number(
    into.album.run(
      `${album.id}`,
      album.title,
      key,
      artist,
      album.artistName,
      sortKey(lead.sort),
      album.year,
      album.date,
      album.single ? 'single' : album.compilation ? 'compilation' : 'album',
      album.compilation ? 1 : 0,
      album.label,
      album.catalog,
      album.tracks.length,
      album.discs,
      durationMs,
      root,
      cover,
      addedAt,
      album.mbid,
      album.groupMbid,
      scatter(album.id + 1),
    ).lastInsertRowid,
  );
  into.albumRoot.run(root, albumRow, key, addedAt, album.tracks.length);
  into.albumArtist.run(albumRow, 0, artist);
  genreRows.forEach((genre) => into.albumGenre.run(genre, key, albumRow));
  album.tracks.forEach((track, i) =>
    writeTrack(into, names, {
      album,
      track,
      albumRow,
      folder,
      genreRows,
      root,
      addedAt,
      n: n + i + 1,
      missing: fillOptions.missingEvery !== undefined && (n + i) % fillOptions.missingEvery === 0,
    }),
  );
};

/** Counters as the scan keeps them, made from the rows, and what a house knows of its tables after its first end. */
const COUNTS = `
  UPDATE artist SET album_count = (SELECT count(*) FROM album_artist WHERE artist_id = artist.id),
    track_count = (SELECT count(DISTINCT track_id) FROM track_artist WHERE artist_id = artist.id);
  UPDATE genre SET track_count = (SELECT count(*) FROM track_genre WHERE genre_id = genre.id),
    album_count = (SELECT count(*) FROM album_genre WHERE genre_id = genre.id);
  UPDATE album SET missing_count = (SELECT count(missing_at) FROM track WHERE album_id = album.id);
  UPDATE root SET track_count = (SELECT count(*) FROM track WHERE root_id = root.id),
    album_count = (SELECT count(*) FROM album_root WHERE root_id = root.id);
  UPDATE library_count SET value = (SELECT count(*) FROM track) WHERE name = 'tracks';
  UPDATE library_count SET value = (SELECT count(*) FROM album) WHERE name = 'albums';
  UPDATE library_count SET value = (SELECT count(*) FROM artist) WHERE name = 'artists';
  UPDATE library_count SET value = (SELECT count(*) FROM genre) WHERE name = 'genres';
  UPDATE library_count SET value = (SELECT count(*) FROM track WHERE missing_at IS NOT NULL) WHERE name = 'missing';
  UPDATE library_count SET value = (SELECT sum(duration_ms) FROM track) WHERE name = 'durationMs';
  PRAGMA analysis_limit = 2000;
  ANALYZE;
  PRAGMA analysis_limit = 0;`;

/** Fills a migrated, empty library. Answers the root rows. */
export const fillLibrary = (db: Db, options: FillOptions): number[] => {
  const into = createInserts(db);
  const names = createNames(into);
  const roots = [0, ...(options.secondRootShare ? [1] : [])].map((i) => {
    const root = Number(into.root.run(Buffer.from(`/music/${i}`), `Music ${i}`, START_MS, START_MS).lastInsertRowid);
    return {
      root,
      top: Number(into.folder.run(root, null, Buffer.alloc(0), `Music ${i}`, 'music', 0).lastInsertRowid),
    };
  });
  const every = options.secondRootShare ? Math.round(1 / options.secondRootShare) : Infinity;
  let n = 0;
  // A million rows touch every page of twenty indexes in no order: they have to be at hand.
  const cached = db.sqlite.pragma('cache_size', { simple: true }) as number;
  db.sqlite.pragma('cache_size = -2000000');
  db.sqlite.exec('BEGIN');
  for (const album of albums({ tracks: options.tracks, seed: options.seed ?? 1 })) {
    const place = (album.id % every === every - 1 ? roots[1] : roots[0]) ?? { root: 1, top: 1 };
    writeAlbum(into, names, { ...place, album, n, fillOptions: options });
    n += album.tracks.length;
    if (album.id % 2000 === 1999) db.sqlite.exec('COMMIT; BEGIN');
  }
  db.sqlite.exec('COMMIT');
  db.sqlite.exec(COUNTS);
  db.sqlite.pragma(`cache_size = ${cached}`);
  return roots.map(({ root }) => root);
};
