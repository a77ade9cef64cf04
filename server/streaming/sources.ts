import type { Viewer } from '../http/index.ts';

/** A track's file and sound, as this room needs to know it. Rates and sample counts are the source's own. */
export type TrackSource = {
  trackId: number;
  fileId: number;
  /** Absolute, as bytes on disk. */
  path: Buffer;
  /** False while the root is missing, unreadable or frozen. */
  rootReady: boolean;
  sizeBytes: number;
  mtimeNs: bigint;
  title: string;
  artistText: string;
  container: string;
  codec: string;
  lossless: boolean;
  rateHz: number;
  bits?: number | undefined;
  channels: number;
  bitrateKbps?: number | undefined;
  durationMs: number;
  /** What the exact pass found; undefined until it came by. */
  length?: { samples: number; p0: number; srcRate: number } | undefined;
  cue?: { start: number; end?: number | undefined } | undefined;
};

/** What of the library this room needs. Undefined for what is not there and for what this viewer may not see. */
export type Sources = {
  track: (trackId: number, viewer: Viewer) => TrackSource | undefined;
  /** The tracks of an album that this viewer may see and that are not missing, disc after disc. */
  albumTracks: (albumId: number, viewer: Viewer) => number[] | undefined;
};
