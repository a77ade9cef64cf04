import type { ByteRange } from '../ffmpeg/index.ts';
import { atRate, layGrid, renditionOf } from './grid.ts';
import type { Grid, Rendition, Variant } from './grid.ts';
import { joinedKeyOf, keyOf } from './key.ts';

/** The measured length of a recording, counted at the rate of the source. */
export type Length = {
  rateHz: number;
  /** Samples of music in the whole file. */
  samples: number;
  /** The pts of the first of them: 1105 for an MP3 with a Xing header, 0 for most. */
  firstPts: number;
};

/** A recording as the engine sees it. */
export type Recording = {
  trackId: number;
  fileId: number;
  /** Absolute, as bytes on disk. */
  path: Buffer;
  sizeBytes: number;
  mtimeNs: bigint;
  bits?: number | undefined;
  length: Length;
  /** Samples at the rate of the source, [start, end). */
  cue?: { start: number; end: number } | undefined;
  /** Of several streams joined in one file: each by itself. `length` is that of all. */
  links?: readonly { range: ByteRange; length: Length }[] | undefined;
};

export type PlanPart = {
  path: Buffer;
  range?: ByteRange | undefined;
  /** The file as it was when the plan was made. */
  sizeBytes: number;
  mtimeNs: bigint;
  firstPts: number;
  offset: number;
  samples: number;
};

/** All that a run needs to know, and all that makes its bytes what they are. */
export type Plan = {
  key: string;
  variant: Variant;
  rendition: Rendition;
  grid: Grid;
  parts: PlanPart[];
  /** Where each recording begins, in samples of the rendition. */ starts: number[];
};

const extentOf = ({ length, cue }: Recording): { offset: number; samples: number } => {
  if (!cue) return { offset: 0, samples: length.samples };
  const end = Math.min(cue.end, length.samples);
  return { offset: Math.min(cue.start, end), samples: Math.max(0, end - cue.start) };
};

const partOf = (recording: Recording, rateHz: number): PlanPart => {
  const { length, path, sizeBytes, mtimeNs } = recording;
  const { offset, samples } = extentOf(recording);
  const at = (count: number): number => atRate(count, length.rateHz, rateHz);
  // Both ends are rounded, not the length: tracks of one CUE sheet then meet without a gap at any rate.
  const measured = { firstPts: at(length.firstPts), offset: at(offset), samples: at(offset + samples) - at(offset) };
  return { path, sizeBytes, mtimeNs, ...measured };
};

const partsOf = (recording: Recording, rateHz: number): PlanPart[] => {
  const { links, cue } = recording;
  if (!links || cue) return [partOf(recording, rateHz)];
  return links.map(({ range, length }) => ({ ...partOf({ ...recording, length }, rateHz), range }));
};

/** Recordings end to end. */
const lay = (recordings: readonly Recording[], rateHz: number) => {
  const parts: PlanPart[] = [];
  const starts: number[] = [];
  let samples = 0;
  for (const recording of recordings) {
    starts.push(samples);
    for (const part of partsOf(recording, rateHz)) {
      parts.push(part);
      samples += part.samples;
    }
  }
  return { parts, starts, samples };
};

export const keyOfRecording = ({ fileId, sizeBytes, mtimeNs, length, cue }: Recording): string =>
  keyOf({ fileId, sizeBytes, mtimeNs, samples: length.samples, firstPts: length.firstPts, rateHz: length.rateHz, cue });

export const planTrack = (recording: Recording, variant: Variant): Plan => {
  const rendition = renditionOf(variant, { rateHz: recording.length.rateHz, bits: recording.bits });
  const { parts, starts, samples } = lay([recording], rendition.rateHz);
  return { key: keyOfRecording(recording), variant, rendition, grid: layGrid(rendition, samples), parts, starts };
};

/** The rate that an album shares: the one most of its tracks have, the higher of two equals. */
const commonRate = (recordings: readonly Recording[]): number => {
  const votes = Map.groupBy(recordings, (it) => it.length.rateHz);
  const ranked = [...votes].toSorted(([a, x], [b, y]) => y.length - x.length || b - a);
  return ranked[0]?.[0] ?? 44_100;
};

/** Several recordings as one, end to end. */
export const planAlbum = (recordings: readonly Recording[], variant: Variant): Plan => {
  const bits = Math.max(...recordings.map((it) => it.bits ?? 16));
  const rendition = renditionOf(variant, { rateHz: commonRate(recordings), bits });
  const { parts, starts, samples } = lay(recordings, rendition.rateHz);
  const key = joinedKeyOf(recordings.map(keyOfRecording));
  return { key, variant, rendition, grid: layGrid(rendition, samples), parts, starts };
};
