import type { Db } from '../../db/index.ts';
import { encodeId, toInstant } from '../../kit/index.ts';
import { replayGainOf, type Levels } from './replay-gain.ts';
import { coverText, createGather, type TextSource } from './row-texts.ts';

/* What tracks, albums and artists say to everybody, read for the ids of one page: the page first, then the joins. */
const IDS = 'FROM json_each(?) j CROSS JOIN';
type Named = { of: number; id: number; name: string };
/* Texts are put together by hand: an object of a row, only to be written out, costs more than reading the row. */
const text = (value: string | null): string => JSON.stringify(value);
const asArtist = ({ id, name }: Named): string => `{"id":"${encodeId('art', id)}","name":${text(name)}}`;
const asName = ({ name }: { name: string }): string => text(name);
const listOf = (texts: string[] | undefined): string => (texts ? `[${texts.join(',')}]` : '[]');

type AlbumRow = {
  id: number;
  title: string;
  year: number | null;
  releaseDate: string | null;
  originalDate: string | null;
  type: string;
  compilation: number;
  trackCount: number;
  missingCount: number;
  discCount: number;
  durationMs: number;
  addedAt: number;
  coverId: number | null;
  tint: string | null;
  coverState: string | null;
};

/** JSON of what many rows share with others: an array each. */
type Shared = { artists: string; genres: string };

const albumHead = (row: AlbumRow, { artists, genres }: Shared): string =>
  `{"id":"${encodeId('alb', row.id)}","title":${text(row.title)},"artists":${artists},"year":${row.year}` +
  `,"releaseDate":${text(row.releaseDate)},"originalDate":${text(row.originalDate)},"type":${text(row.type)}` +
  `,"compilation":${row.compilation === 1},"trackCount":${row.trackCount},"missingCount":${row.missingCount}` +
  `,"discCount":${row.discCount},"durationMs":${row.durationMs},"cover":${coverText(row)},"genres":${genres}` +
  `,"addedAt":"${toInstant(row.addedAt)}"`;

export const createAlbumSource = (db: Db): TextSource => {
  const gather = createGather(db);
  const rows = db.sqlite.prepare(
    `SELECT a.id, a.title, a.year, a.date releaseDate, a.original_date originalDate, a.type, a.compilation,
       a.track_count trackCount, a.missing_count missingCount, a.disc_count discCount, a.duration_ms durationMs,
       a.added_at addedAt, a.cover_id coverId, c.tint, c.state coverState
     ${IDS} album a ON a.id = j.value LEFT JOIN cover c ON c.id = a.cover_id`,
  );
  return (ids) => {
    const wanted = JSON.stringify(ids);
    const artists = gather(
      `SELECT aa.album_id "of", r.id, coalesce(aa.as_text, r.name) name
       ${IDS} album_artist aa ON aa.album_id = j.value JOIN artist r ON r.id = aa.artist_id`,
      wanted,
      asArtist,
    );
    const genres = gather<{ of: number; name: string }, string>(
      `SELECT x.album_id "of", g.name ${IDS} album_genre x ON x.album_id = j.value JOIN genre g ON g.id = x.genre_id`,
      wanted,
      asName,
    );
    const shared = (row: number) => ({ artists: listOf(artists.get(row)), genres: listOf(genres.get(row)) });
    return new Map((rows.all(wanted) as AlbumRow[]).map((row) => [row.id, { head: albumHead(row, shared(row.id)) }]));
  };
};

type ArtistRow = {
  id: number;
  name: string;
  sortName: string;
  albumCount: number;
  trackCount: number;
  coverId: number | null;
  tint: string | null;
  coverState: string | null;
};

export const createArtistSource = (db: Db): TextSource => {
  const rows = db.sqlite.prepare(
    `SELECT a.id, a.name, a.sort_name sortName, a.album_count albumCount, a.track_count trackCount,
       a.cover_id coverId, c.tint, c.state coverState
     ${IDS} artist a ON a.id = j.value LEFT JOIN cover c ON c.id = a.cover_id`,
  );
  return (ids) =>
    new Map(
      (rows.all(JSON.stringify(ids)) as ArtistRow[]).map((row) => [
        row.id,
        {
          head:
            `{"id":"${encodeId('art', row.id)}","name":${text(row.name)},"sortName":${text(row.sortName)}` +
            `,"albumCount":${row.albumCount},"trackCount":${row.trackCount},"cover":${coverText(row)}`,
        },
      ]),
    );
};

type TrackRow = Levels & {
  id: number;
  title: string;
  albumId: number;
  albumTitle: string;
  discNumber: number;
  trackNumber: number | null;
  durationMs: number;
  exact: number;
  year: number | null;
  codec: string;
  container: string;
  bitrateKbps: number | null;
  sampleRateHz: number;
  bitDepth: number | null;
  channels: number;
  sizeBytes: number | null;
  coverId: number | null;
  tint: string | null;
  coverState: string | null;
  addedAt: number;
  missingAt: number | null;
  lyrics: string | null;
  explicit: number | null;
  recording: string | null;
  trackMbid: string | null;
  release: string | null;
  folderPath: Buffer | null;
  fileName: Buffer | null;
};

const musicbrainzText = ({ recording, trackMbid, release }: TrackRow): string =>
  (recording ?? trackMbid ?? release)
    ? `{"recordingId":${text(recording)},"trackId":${text(trackMbid)},"releaseId":${text(release)}}`
    : 'null';

/**
 * `/` between names, relative to the root; bytes that are not UTF-8 are shown as the replacement character. A file whose
 * place another one took keeps its old name behind a mark between NULs (write/files.ts).
 */
export const shownPath = (folder: Buffer | null, name: Buffer | null): string | undefined => {
  if (name === null) return undefined;
  const shown = (name[0] === 0 ? name.subarray(name.indexOf(0, 1) + 1) : name).toString('utf8');
  return folder && folder.length > 0 ? `${folder.toString('utf8')}/${shown}` : shown;
};

const TRACK_SQL = `SELECT t.id, t.title, t.album_id albumId, a.title albumTitle, t.disc discNumber, t.no trackNumber,
    t.duration_ms durationMs, t.exact, t.year, t.codec, t.container, t.bitrate bitrateKbps, t.rate sampleRateHz,
    t.bits bitDepth, t.channels, f.size sizeBytes, c.id coverId, c.tint, c.state coverState, t.added_at addedAt,
    t.missing_at missingAt, t.lyrics_kind lyrics, t.explicit, t.gain_track trackDb, t.gain_album albumDb,
    t.peak_track trackPeak, t.peak_album albumPeak,
    t.loudness, t.true_peak truePeak, a.loudness albumLoudness, a.true_peak albumTruePeak, t.mbid recording, t.track_mbid trackMbid, a.mbid release,
    o.path folderPath, f.name fileName
  ${IDS} track t ON t.id = j.value JOIN album a ON a.id = t.album_id
  LEFT JOIN disc d ON d.album_id = t.album_id AND d.no = t.disc
  LEFT JOIN cover c ON c.id = coalesce(t.cover_id, d.cover_id, a.cover_id)
  LEFT JOIN file f ON f.id = t.file_id LEFT JOIN folder o ON o.id = f.folder_id`;

type Credit = Named & { role: string };

const trackHead = (row: TrackRow, { artists, genres }: Shared): string =>
  `{"id":"${encodeId('trk', row.id)}","title":${text(row.title)},"artists":${artists}` +
  `,"album":{"id":"${encodeId('alb', row.albumId)}","title":${text(row.albumTitle)}},"discNumber":${row.discNumber}` +
  `,"trackNumber":${row.trackNumber},"durationMs":${row.durationMs},"durationExact":${row.exact === 1}` +
  `,"year":${row.year},"genres":${genres},"codec":${text(row.codec)},"container":${text(row.container)}` +
  `,"bitrateKbps":${row.bitrateKbps},"sampleRateHz":${row.sampleRateHz},"bitDepth":${row.bitDepth}` +
  `,"channels":${row.channels},"sizeBytes":${row.sizeBytes},"cover":${coverText(row)}` +
  `,"addedAt":"${toInstant(row.addedAt)}","missing":${row.missingAt !== null}` +
  `,"explicit":${row.explicit === null ? 'null' : row.explicit === 1},"lyrics":${text(row.lyrics)}` +
  `,"replayGain":${JSON.stringify(replayGainOf(row))},"musicbrainz":${musicbrainzText(row)}`;

export const createTrackSource = (db: Db): TextSource => {
  const gather = createGather(db);
  const rows = db.sqlite.prepare(TRACK_SQL);
  return (ids) => {
    const wanted = JSON.stringify(ids);
    // Performers before composers and the rest, each in the order of the tags.
    const artists = gather<Credit, string>(
      `SELECT ta.track_id "of", r.id, coalesce(ta.as_text, r.name) name, ta.role
       ${IDS} track_artist ta ON ta.track_id = j.value JOIN artist r ON r.id = ta.artist_id`,
      wanted,
      (credit) => `${asArtist(credit).slice(0, -1)},"role":${text(credit.role)}}`,
    );
    const genres = gather<{ of: number; name: string }, string>(
      `SELECT x.track_id "of", g.name ${IDS} track_genre x ON x.track_id = j.value JOIN genre g ON g.id = x.genre_id`,
      wanted,
      asName,
    );
    return new Map(
      (rows.all(wanted) as TrackRow[]).map((row) => {
        const path = shownPath(row.folderPath, row.fileName);
        return [
          row.id,
          {
            head: trackHead(row, { artists: listOf(artists.get(row.id)), genres: listOf(genres.get(row.id)) }),
            ...(path !== undefined && { path: `,"path":${text(path)}` }),
          },
        ];
      }),
    );
  };
};
