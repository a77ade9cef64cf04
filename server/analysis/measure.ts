import { runPass, type Ffmpeg, type PassEnd } from '../ffmpeg/index.ts';
import { createBlockReader } from './block-reader.ts';
import { addBlock, emptyHistogram, integrate, type Histogram } from './loudness.ts';
import { measureArguments, type Cut } from './measure-arguments.ts';
import type { Points } from './outline.ts';
import { createSoundReader } from './sound-reader.ts';

/** How a recording sounds. */
export type Sound = {
  /** LUFS; undefined for silence and for what is shorter than 400 ms. */
  loudness: number | undefined;
  /** Linear, above 1 where it would clip. */
  truePeak: number;
  histogram: Histogram;
  points: Points;
};

export type Outcome =
  | { kind: 'heard'; sound: Sound }
  /** There is no sound in it. */
  | { kind: 'unfit'; why: string }
  /** The disk did not answer, or it was stopped: another time it may work. */
  | { kind: 'later'; why: string };

export type Measuring = { path: Buffer; cut?: Cut | undefined; signal?: AbortSignal | undefined };

const LOWEST_PRIORITY = 19;
/** Long, since at the lowest priority it may wait for a core. */
const STALL_MS = 60_000;
const LIMIT_MS = 2 * 3_600_000;

const EXCUSES: Record<Exclude<PassEnd['kind'], 'ended'>, string> = {
  stalled: 'the disk did not answer',
  overran: 'it took too long',
  aborted: 'it was stopped',
};

/** Decodes once, at the lowest priority. Rejects only when ffmpeg cannot be started or the file cannot be opened. */
export const measureSound = async (ffmpeg: Pick<Ffmpeg, 'path'>, source: Measuring): Promise<Outcome> => {
  const { input, output } = measureArguments(source.cut);
  const blocks = createBlockReader();
  const reader = createSoundReader();
  const end = await runPass(ffmpeg, {
    source: source.path,
    inputOptions: ['-threads', '1', ...input],
    output,
    onOutput: blocks.push,
    onSecondOutput: reader.push,
    niceness: LOWEST_PRIORITY,
    stallMs: STALL_MS,
    limitMs: LIMIT_MS,
    signal: source.signal,
  });
  if (end.kind !== 'ended') return { kind: 'later', why: EXCUSES[end.kind] };
  const { points, truePeak, frames } = reader.end();
  if (frames === 0) return { kind: 'unfit', why: 'no sound could be decoded from it' };
  // A filter that broke off leaves what came before it; that would be a loudness of the beginning alone.
  if (end.exitCode !== 0) return { kind: 'unfit', why: `ffmpeg ended with ${end.exitCode ?? 'a signal'}` };
  const histogram = emptyHistogram();
  for (const lufs of blocks.blocks()) addBlock(histogram, lufs);
  return { kind: 'heard', sound: { loudness: integrate(blocks.blocks()), truePeak, histogram, points } };
};
