import { filePathOf } from '../library/index.ts';
import type { TrackSource, TrackSources } from '../library/index.ts';

/** What of the library this room needs: undefined for what is not there and for what this viewer may not see. */
export type Sources = Pick<TrackSources, 'trackSource' | 'albumRun'>;

/** A track's file and sound as this room sees them. Rates and sample counts are the source's own. */
export type Source = {
  trackId: number;
  fileId: number;
  /** Absolute, as bytes on disk. */
  path: Buffer;
  rootPath: Buffer;
  /** False while the root is missing, unreadable or frozen: the file may come back. */
  rootReady: boolean;
  missing: boolean;
  sizeBytes: number;
  mtimeNs: bigint;
  container: string;
  codec: string;
  lossless: boolean;
  rateHz: number;
  bits: number | undefined;
  channels: number;
  bitrateKbps: number | undefined;
  durationMs: number;
  /** What the exact pass found, for the whole file (a CUE track has its own begin and end); undefined until it came by. */
  length: { samples: number; p0: number; srcRate: number } | undefined;
  cue: { start: number; end: number | undefined } | undefined;
  /** It is not what its headers say: cut short, with a hole, or several streams in one file. */
  damaged: boolean;
};

const lengthOf = ({ exact, samples, p0, srcRate }: TrackSource): Source['length'] =>
  exact && samples && srcRate ? { samples, p0: p0 ?? 0, srcRate } : undefined;

export const sourceFrom = (row: TrackSource): Source => ({
  trackId: row.trackId,
  fileId: row.fileId,
  path: filePathOf(row),
  rootPath: row.rootPath,
  rootReady: row.rootReady,
  missing: row.missing,
  sizeBytes: row.sizeBytes,
  mtimeNs: row.mtimeNs,
  container: row.container,
  codec: row.codec,
  lossless: row.lossless,
  rateHz: row.sampleRateHz,
  bits: row.bitDepth,
  channels: row.channels,
  bitrateKbps: row.bitrateKbps,
  durationMs: row.durationMs,
  length: lengthOf(row),
  damaged: row.damaged,
  cue: row.cueStart === undefined ? undefined : { start: row.cueStart, end: row.cueEnd },
});
