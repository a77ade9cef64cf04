import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import type { Resolve } from './resolve.ts';
import { rootsParameter, sightOf } from './visible.ts';

/** All that playing needs of a track: where its bytes lie and what is known of its sound. Rates and samples are the source's own. */
export type TrackSource = {
  trackId: number;
  fileId: number;
  /** Absolute, as bytes on disk. */
  path: Buffer;
  /** False while the root is missing, unreadable or frozen. */
  rootReady: boolean;
  missing: boolean;
  sizeBytes: number;
  mtimeNs: bigint;
  title: string;
  artistText: string;
  container: string;
  codec: string;
  lossless: boolean;
  rateHz: number;
  bits: number | undefined;
  channels: number;
  bitrateKbps: number | undefined;
  durationMs: number;
  /** The recording could not be decoded to its end. */
  damaged: boolean;
  /** What the exact pass found; undefined until it came by. */
  length: { samples: number; p0: number; srcRate: number } | undefined;
  /** For a track of a cue sheet: its part of the file, in samples. */
  cue: { start: number; end: number | undefined } | undefined;
};

type Row = {
  trackId: bigint;
  fileId: bigint;
  rootPath: Buffer;
  folderPath: Buffer;
  fileName: Buffer;
  rootState: string;
  missing: bigint;
  size: bigint;
  mtimeNs: bigint;
  title: string;
  artistText: string;
  container: string;
  codec: string;
  lossless: bigint;
  rate: bigint;
  bits: bigint | null;
  channels: bigint;
  bitrate: bigint | null;
  durationMs: bigint;
  exact: bigint;
  samples: bigint | null;
  p0: bigint | null;
  srcRate: bigint | null;
  damaged: bigint;
  cueStart: bigint | null;
  cueEnd: bigint | null;
};

const SQL = `SELECT t.id trackId, f.id fileId, r.path rootPath, o.path folderPath, f.name fileName, r.state rootState,
    (t.missing_at IS NOT NULL OR f.state = 'missing') missing, f.size, f.mtime_ns mtimeNs, t.title, t.artist_text artistText,
    t.container, t.codec, t.lossless, t.rate, t.bits, t.channels, t.bitrate, t.duration_ms durationMs, t.exact, t.samples,
    t.p0, t.src_rate srcRate, t.damaged, t.cue_start cueStart, t.cue_end cueEnd
  FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id JOIN root r ON r.id = o.root_id
  WHERE t.id = ?`;

const SLASH = Buffer.from('/');
const joinBytes = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? [part] : [SLASH, part])));

const maybe = (value: bigint | null): number | undefined => (value === null ? undefined : Number(value));

const lengthOf = ({ exact, samples, p0, srcRate }: Row): TrackSource['length'] =>
  exact === 1n && samples !== null && srcRate !== null
    ? { samples: Number(samples), p0: Number(p0 ?? 0n), srcRate: Number(srcRate) }
    : undefined;

/** Nanoseconds do not fit a double, so rows are read as bigint and everything else made a number again. */
const asSource = (row: Row): TrackSource => ({
  trackId: Number(row.trackId),
  fileId: Number(row.fileId),
  path: joinBytes([row.rootPath, row.folderPath, row.fileName]),
  rootReady: row.rootState === 'ok' || row.rootState === 'held',
  missing: row.missing === 1n,
  sizeBytes: Number(row.size),
  mtimeNs: row.mtimeNs,
  title: row.title,
  artistText: row.artistText,
  container: row.container,
  codec: row.codec,
  lossless: row.lossless === 1n,
  rateHz: Number(row.rate),
  bits: maybe(row.bits),
  channels: Number(row.channels),
  bitrateKbps: maybe(row.bitrate),
  durationMs: Number(row.durationMs),
  damaged: row.damaged === 1n,
  length: lengthOf(row),
  cue: row.cueStart === null ? undefined : { start: Number(row.cueStart), end: maybe(row.cueEnd) },
});

/** What streaming asks. Merged ids resolve; undefined for what is not there, not for this viewer, or has no file any more. */
export type TrackSources = {
  track: (trackId: number, viewer: Pick<Viewer, 'roots'>) => TrackSource | undefined;
  /** The tracks of an album that this viewer may see and that are not missing, disc after disc. */
  albumTracks: (albumId: number, viewer: Pick<Viewer, 'roots'>) => number[] | undefined;
};

export const createTrackSources = (db: Db, resolve: Resolve): TrackSources => {
  const one = db.sqlite.prepare(SQL).safeIntegers(true);
  const run = db.sqlite
    .prepare(
      `SELECT t.id FROM track t WHERE t.album_id = @album AND t.missing_at IS NULL
         AND (@all OR t.root_id IN (SELECT value FROM json_each(@roots)))
       ORDER BY t.disc, t.no, t.id`,
    )
    .pluck();
  return {
    track: (trackId, viewer) => {
      const row = resolve.number('tracks', trackId, viewer);
      const found = row === undefined ? undefined : (one.get(row) as Row | undefined);
      return found && asSource(found);
    },
    albumTracks: (albumId, viewer) => {
      const album = resolve.number('albums', albumId, viewer);
      if (album === undefined) return undefined;
      const sight = sightOf(viewer);
      return run.all({ album, all: sight === 'all' ? 1 : 0, roots: rootsParameter(sight) }) as number[];
    },
  };
};
