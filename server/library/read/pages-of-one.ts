import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { encodeId } from '../../kit/index.ts';
import type { Resolve } from './resolve.ts';
import { coverOf } from './row-texts.ts';
import type { Album, AlbumPage, ArtistPage, Artist, Disc, Track, Lyrics } from './shapes.ts';
import { prepareOnce } from './statements.ts';
import { rootsParameter, sightOf } from './visible.ts';

/** Rows as the API shows them, by row number and in that order. */
export type Items = {
  tracks: (rows: readonly number[], viewer: Viewer) => Track[];
  albums: (rows: readonly number[], viewer: Viewer) => Album[];
  artists: (rows: readonly number[], viewer: Viewer) => Artist[];
};

type Needs = { db: Db; resolve: Resolve; items: Items };
const MOST_ALBUMS = 200;
const TOP_TRACKS = 10;
const MOST_SIMILAR = 12;

type AlbumExtra = { label: string | null; catalog: string | null; mbid: string | null; groupMbid: string | null };
type DiscRow = {
  no: number;
  title: string | null;
  coverId: number | null;
  tint: string | null;
  coverState: string | null;
};

/** One album with everything on it. */
export const createAlbumPage = ({ db, resolve, items }: Needs) => {
  const statement = prepareOnce(db);
  const inSight = '(@all OR t.root_id IN (SELECT value FROM json_each(@roots)))';
  const discsOf = (album: number, tracks: Track[]): Disc[] => {
    const named = statement(
      `SELECT d.no, d.title, d.cover_id coverId, c.tint, c.state coverState
       FROM disc d LEFT JOIN cover c ON c.id = d.cover_id WHERE d.album_id = ?`,
    ).all(album) as DiscRow[];
    const byNumber = new Map(named.map((row) => [row.no, row]));
    return [...Map.groupBy(tracks, (track) => track.discNumber)].map(([number, here]) => {
      const row = byNumber.get(number);
      return { number, title: row?.title ?? null, cover: row ? coverOf(row) : null, tracks: here };
    });
  };
  return (id: string, viewer: Viewer): AlbumPage | undefined => {
    const row = resolve.row('albums', id, viewer);
    const album = row === undefined ? undefined : items.albums([row], viewer)[0];
    if (row === undefined || !album) return undefined;
    const sight = sightOf(viewer);
    const trackRows = statement(`SELECT t.id FROM track t WHERE t.album_id = @row AND ${inSight} ORDER BY disc, no, id`)
      .pluck()
      .all({ row, all: sight === 'all' ? 1 : 0, roots: rootsParameter(sight) }) as number[];
    const tracks = items.tracks(trackRows, viewer);
    const extra = statement('SELECT label, catalog, mbid, group_mbid groupMbid FROM album WHERE id = ?').get(
      row,
    ) as AlbumExtra;
    const { label, catalog, mbid, groupMbid } = extra;
    // What lies in other people's roots does not show, not even as a number.
    const counts =
      sight === 'all'
        ? {}
        : {
            trackCount: tracks.length,
            missingCount: tracks.filter(({ missing }) => missing).length,
            durationMs: tracks.reduce((sum, { durationMs }) => sum + durationMs, 0),
          };
    return {
      ...album,
      ...counts,
      label,
      catalogNumber: catalog,
      musicbrainz: (mbid ?? groupMbid) ? { releaseId: mbid, releaseGroupId: groupMbid } : null,
      discs: discsOf(row, tracks),
    };
  };
};

/** One artist: own albums (newest first), albums of others they play on, what this listener plays most. */
export const createArtistPage = ({ db, resolve, items }: Needs) => {
  const statement = prepareOnce(db);
  const ids = (sql: string, parameters: object) => statement(sql).pluck().all(parameters) as number[];
  return (id: string, viewer: Viewer): ArtistPage | undefined => {
    const row = resolve.row('artists', id, viewer);
    const artist = row === undefined ? undefined : items.artists([row], viewer)[0];
    if (row === undefined || !artist) return undefined;
    const visible = (kind: 'albums' | 'artists' | 'tracks', rows: number[]) => resolve.visible(kind, rows, viewer);
    const own = ids(
      'SELECT album_id FROM album_artist WHERE artist_id = @row ORDER BY year DESC, album_id DESC LIMIT @most',
      { row, most: MOST_ALBUMS },
    );
    // Bounded by looking at no more of their tracks than a page of albums could need.
    const elsewhere = ids(
      `SELECT DISTINCT t.album_id FROM (SELECT track_id FROM track_artist WHERE artist_id = @row LIMIT 2000) x
       CROSS JOIN track t ON t.id = x.track_id
       WHERE NOT EXISTS (SELECT 1 FROM album_artist aa WHERE aa.album_id = t.album_id AND aa.artist_id = @row) LIMIT @most`,
      { row, most: MOST_ALBUMS },
    );
    const top = ids(
      `SELECT x.track_id FROM (SELECT track_id FROM track_artist WHERE artist_id = @row AND role = 'artist' LIMIT 2000) x
       CROSS JOIN mark m ON m.user_id = @user AND m.kind = 'tracks' AND m.id = +x.track_id
       WHERE m.play_count > 0 ORDER BY m.play_count DESC, m.last_played_at DESC LIMIT ${TOP_TRACKS}`,
      { row, user: viewer.userId },
    );
    // Who makes music together is alike in an ear's sense; those credited beside them most often first.
    const together = ids(
      `SELECT o.artist_id FROM (SELECT DISTINCT track_id FROM track_artist WHERE artist_id = @row LIMIT 500) x
       CROSS JOIN track_artist o ON o.track_id = x.track_id
       WHERE o.artist_id <> @row GROUP BY o.artist_id ORDER BY count(DISTINCT o.track_id) DESC, o.artist_id LIMIT ${MOST_SIMILAR}`,
      { row },
    );
    const mbid = statement('SELECT mbid FROM artist WHERE id = ?').pluck().get(row) as string | null;
    const publicId = encodeId('art', row);
    return {
      ...artist,
      musicbrainz: mbid === null ? null : { artistId: mbid },
      albums: items.albums(visible('albums', own), viewer),
      appearsOn: items.albums(visible('albums', elsewhere), viewer),
      similar: items.artists(visible('artists', together), viewer),
      topTracks: items.tracks(visible('tracks', top), viewer),
      links: { albums: `/api/v1/albums?artist=${publicId}`, tracks: `/api/v1/tracks?artist=${publicId}` },
    };
  };
};

type LyricsRow = { kind: 'synced' | 'plain'; lang: string; source: 'embedded' | 'sidecar'; text: string };

const linesOf = ({ kind, text }: LyricsRow): Lyrics['lines'] =>
  kind === 'synced'
    ? (JSON.parse(text) as { atMs: number; text: string }[])
    : text.split(/\r?\n/).map((line) => ({ atMs: null, text: line }));

/** The best lyrics there are: synced before plain. */
export const createLyrics = ({ db, resolve }: Pick<Needs, 'db' | 'resolve'>) => {
  const best = db.sqlite.prepare(
    `SELECT kind, lang, source, text FROM lyrics WHERE track_id = ? ORDER BY kind = 'synced' DESC, lang LIMIT 1`,
  );
  return (id: string, viewer: Viewer): Lyrics | undefined => {
    const track = resolve.row('tracks', id, viewer);
    const row = track === undefined ? undefined : (best.get(track) as LyricsRow | undefined);
    return row && { kind: row.kind, language: row.lang || null, source: row.source, lines: linesOf(row) };
  };
};
