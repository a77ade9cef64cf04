import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { NEED } from '../write/facts.ts';
import { createResolve } from './resolve.ts';
import { rootsParameter, sightOf } from './visible.ts';

/** All that streaming needs of a track: where its bytes lie and what is known of its sound. Paths are bytes as on disk. */
export type TrackSource = {
  trackId: number;
  albumId: number;
  rootId: number;
  fileId: number;
  title: string;
  rootPath: Buffer;
  folderPath: Buffer;
  fileName: Buffer;
  sizeBytes: number;
  mtimeNs: bigint;
  audioKey: string | undefined;
  container: string;
  codec: string;
  lossless: boolean;
  sampleRateHz: number;
  bitDepth: number | undefined;
  channels: number;
  bitrateKbps: number | undefined;
  durationMs: number;
  /** Measured by decoding; the four below are set then. */
  exact: boolean;
  /** Samples of music at `srcRate`. */
  samples: number | undefined;
  p0: number | undefined;
  srcRate: number | undefined;
  damaged: boolean;
  cueNo: number | undefined;
  cueStart: number | undefined;
  cueEnd: number | undefined;
  missing: boolean;
  /** False while the root is away, frozen or held: what is not there may come back. */
  rootReady: boolean;
  /** The exact pass has not come by yet. */
  lengthPending: boolean;
};

const SLASH = Buffer.from('/');

/** Where the file of a track lies: absolute, as bytes on disk. */
export const filePathOf = ({
  rootPath,
  folderPath,
  fileName,
}: Pick<TrackSource, 'rootPath' | 'folderPath' | 'fileName'>): Buffer =>
  Buffer.concat(
    [rootPath, folderPath, fileName].filter((it) => it.length > 0).flatMap((it, i) => (i === 0 ? [it] : [SLASH, it])),
  );

type Row = Record<string, unknown>;

const SQL = `SELECT t.id trackId, t.album_id albumId, t.root_id rootId, f.id fileId, t.title, r.path rootPath,
    o.path folderPath, f.name fileName, f.size sizeBytes, CAST(f.mtime_ns AS TEXT) mtimeNs, f.audio_key audioKey, t.container, t.codec,
    t.lossless, t.rate sampleRateHz, t.bits bitDepth, t.channels, t.bitrate bitrateKbps, t.duration_ms durationMs, t.exact,
    t.samples, t.p0, t.src_rate srcRate, t.damaged, t.cue_no cueNo, t.cue_start cueStart, t.cue_end cueEnd,
    (t.missing_at IS NOT NULL OR f.state = 'missing') missing, (r.state = 'ok') rootReady,
    ((f.need & ${NEED.length}) > 0) lengthPending
  FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id JOIN root r ON r.id = o.root_id`;

const FLAGS = ['lossless', 'exact', 'damaged', 'missing', 'rootReady', 'lengthPending'] as const;

/** In place, for the row is nobody else's and every part of a file asks for one. Nanoseconds do not fit a double. */
const asSource = (row: Row): TrackSource => {
  for (const key in row) if (row[key] === null) row[key] = undefined;
  for (const flag of FLAGS) row[flag] = row[flag] === 1;
  row['mtimeNs'] = BigInt(String(row['mtimeNs']));
  return row as TrackSource;
};

export type TrackSources = {
  /** Undefined for what is not there, not for this viewer, or has no file any more. */
  trackSource: (id: string, viewer: Pick<Viewer, 'roots'>) => TrackSource | undefined;
  /** The tracks of an album in playing order, from the `from`-th to the `to`-th (counted from 0, both included). */
  albumRun: (
    id: string,
    range: { from?: number; to?: number },
    viewer: Pick<Viewer, 'roots'>,
  ) => TrackSource[] | undefined;
};

export const createTrackSources = (db: Db): TrackSources => {
  const resolve = createResolve(db);
  const one = db.sqlite.prepare(`${SQL} WHERE t.id = ?`);
  const run = db.sqlite.prepare(
    `${SQL} WHERE t.album_id = @album AND (@all OR t.root_id IN (SELECT value FROM json_each(@roots)))
     ORDER BY t.disc, t.no, t.id LIMIT @limit OFFSET @from`,
  );
  return {
    trackSource: (id, viewer) => {
      const row = resolve.row('tracks', id, viewer);
      const found = row === undefined ? undefined : (one.get(row) as Row | undefined);
      return found && asSource(found);
    },
    albumRun: (id, { from = 0, to = 9999 }, viewer) => {
      const album = resolve.row('albums', id, viewer);
      if (album === undefined) return undefined;
      const sight = sightOf(viewer);
      const parameters = { album, all: sight === 'all' ? 1 : 0, roots: rootsParameter(sight) };
      // The one OFFSET there is: within an album, whose tracks are few.
      return (run.all({ ...parameters, from, limit: Math.max(0, to - from + 1) }) as Row[]).map(asSource);
    },
  };
};
