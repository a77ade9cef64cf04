import { SOUND_ONLY } from '../ffmpeg/index.ts';
import { FRAME_SAMPLES, PRIMING_SAMPLES, SEGMENT_FRAMES } from './grid.ts';
import type { Grid, Rendition } from './grid.ts';

/*
 * The command of a run, as data. A run encodes the segments [first, end) of a grid through ffmpeg's own hls muxer:
 *
 *   aresample async=1   keeps the timeline through corrupt frames, bit-transparent on healthy ones
 *   asetpts=PTS-P       moves the first sample of the track to 0 (MP3 with Xing starts at 1105; a CUE track at its index)
 *   atrim, apad         exactly the samples the grid promises, even where the source ends early
 *   asetpts=PTS+1024    AAC only: the priming frame becomes frame 0 of the grid
 *   noise drop=         takes the pre-roll frames out again. Rate control needs 48 frames to converge: with fewer, seams click
 *   frag_discont        makes tfdt absolute
 *   hls_time            six decimals, rounded down: 5.944 for 5.944308 slips one frame after about 75 segments
 *   -ss                 half a second early (decoders need it) and a multiple of 0.1 s (so the resampler starts on a whole phase).
 *                       None from the start: even 0 would cut off what has a pts below it (Vorbis often begins at -128)
 */

/** One recording on the way into a run. Samples are counted at the rate of the rendition. */
export type Part = {
  /** What follows `-i`. */
  url: string;
  /** The pts of its first sample. */
  firstPts: number;
  /** Where the music of the track begins after that: 0, or the index of a CUE track. */
  offset: number;
  /** How much of it the track is. */
  samples: number;
};

export type Cut = { first: number; end: number };

export type RunInput = { options: string[]; url: string };
export type RunCommand = { inputs: RunInput[]; filter: string[]; output: string[] };

export const PREROLL_FRAMES = 48;

/** The samples [start, end) that a run decodes, and what it throws away of them. */
export const spanOfRun = (grid: Grid, cut: Cut) => {
  const step = grid.segmentSamples;
  if (grid.priming === 0)
    return {
      dropFrames: 0,
      start: cut.first * step,
      end: Math.min(grid.samples, cut.end * step),
      padTo: Math.min(grid.samples, cut.end * step),
    };
  const dropFrames = Math.min(PREROLL_FRAMES, cut.first * SEGMENT_FRAMES);
  const start = (cut.first * SEGMENT_FRAMES - dropFrames) * FRAME_SAMPLES;
  const end = Math.min(grid.samples, cut.end * step);
  // The last frame of a track keeps its full duration, or no MSE player can trim it exactly.
  const padTo = cut.end >= grid.count ? Math.ceil(grid.samples / FRAME_SAMPLES) * FRAME_SAMPLES : end;
  return { dropFrames, start, end, padTo };
};

const seekOptions = (sample: number, rateHz: number): string[] => {
  const seconds = Math.max(0, Math.floor((sample / rateHz - 0.5) * 10) / 10);
  return seconds > 0 ? ['-copyts', '-ss', String(seconds)] : ['-copyts'];
};

const formatOf = (rendition: Rendition): string => {
  const samples = rendition.codec === 'flac' ? `sample_fmts=${rendition.bits === 24 ? 's32' : 's16'}:` : '';
  return `aresample=${rendition.rateHz}:async=1,aformat=${samples}channel_layouts=stereo`;
};

const encoderOf = (rendition: Rendition, dropFrames: number): string[] => {
  if (rendition.codec === 'aac') {
    const drop = dropFrames > 0 ? ['-bsf:a', `noise=amount=0:drop=lt(n\\,${dropFrames})`] : [];
    return ['-c:a', 'aac', '-b:a', `${rendition.kbps}k`, ...drop];
  }
  const depth = rendition.bits === 24 ? ['-bits_per_raw_sample', '24'] : [];
  return ['-c:a', 'flac', '-frame_size', '4096', ...depth, '-strict', '-2'];
};

const muxerOf = (grid: Grid, cut: Cut, folder: string): string[] =>
  Object.entries({
    '-map_metadata': '-1',
    '-fflags': '+bitexact',
    '-flags:a': '+bitexact',
    '-avoid_negative_ts': 'disabled',
    '-f': 'hls',
    '-hls_time': (Math.floor((grid.segmentSamples / grid.rateHz) * 1e6) / 1e6).toFixed(6),
    '-hls_list_size': '0',
    '-start_number': String(cut.first),
    '-hls_segment_type': 'fmp4',
    '-hls_flags': 'temp_file',
    '-hls_segment_options': 'movflags=+frag_discont+skip_sidx',
    '-hls_fmp4_init_filename': 'init.mp4',
    '-hls_segment_filename': `${folder}/%d.m4s`,
  }).flat();

const shiftBack = (samples: number): string => `asetpts=PTS${samples < 0 ? '+' : '-'}${Math.abs(samples)}`;

const singleFilter = (part: Part, rendition: Rendition, span: ReturnType<typeof spanOfRun>): string =>
  [
    formatOf(rendition),
    shiftBack(part.firstPts + part.offset),
    `atrim=start_pts=${span.start}:end_pts=${span.end}`,
    `apad=whole_len=${span.padTo - span.start}`,
    ...(rendition.codec === 'aac' ? [`asetpts=PTS+${PRIMING_SAMPLES}`] : []),
  ].join(',');

/** The parts that a run touches, each with the slice of it, in its own samples. */
const slicesOf = (parts: readonly Part[], span: ReturnType<typeof spanOfRun>) => {
  const slices: { part: Part; from: number; to: number }[] = [];
  let at = 0;
  for (const part of parts) {
    const from = Math.max(0, span.start - at);
    const to = Math.min(part.samples, span.end - at);
    if (to > from) slices.push({ part, from, to });
    at += part.samples;
  }
  return slices;
};

const joinedFilter = (parts: readonly Part[], rendition: Rendition, span: ReturnType<typeof spanOfRun>): string => {
  const slices = slicesOf(parts, span);
  const chains = slices.map(({ part, from, to }, i) => {
    const trim = `atrim=start_pts=${from}:end_pts=${to},apad=whole_len=${to - from}`;
    return `[${i}:a:0]${formatOf(rendition)},${shiftBack(part.firstPts + part.offset)},${trim},asetpts=PTS-STARTPTS[p${i}]`;
  });
  const priming = rendition.codec === 'aac' ? PRIMING_SAMPLES : 0;
  const join = `${slices.map((_, i) => `[p${i}]`).join('')}concat=n=${slices.length}:v=0:a=1`;
  const pad = `apad=whole_len=${span.padTo - span.start}`;
  return [...chains, `${join},${pad},asettb=1/${rendition.rateHz},asetpts=N+${span.start + priming}[out]`].join(';');
};

/** The run of a track (one part) or of an album laid end to end (several: PCM is joined, so there is no seam to hear). */
export const runCommand = (
  work: { parts: readonly Part[]; rendition: Rendition; grid: Grid },
  cut: Cut,
  folder: string,
): RunCommand => {
  const { parts, rendition, grid } = work;
  const span = spanOfRun(grid, cut);
  const output = [...encoderOf(rendition, span.dropFrames), ...muxerOf(grid, cut, folder)];
  const [only] = parts;
  if (only && parts.length === 1) {
    const inputs = [{ url: only.url, options: seekOptions(span.start + only.offset, rendition.rateHz) }];
    return {
      inputs,
      filter: [...SOUND_ONLY, '-af', singleFilter(only, rendition, span)],
      output,
    };
  }
  const inputs = slicesOf(parts, span).map(({ part, from }) => ({
    url: part.url,
    options: seekOptions(from + part.offset, rendition.rateHz),
  }));
  const filter = ['-filter_complex', joinedFilter(parts, rendition, span), '-map', '[out]', '-vn', '-sn', '-dn'];
  return { inputs, filter, output };
};

/** Silence on the same grid: the init segments are made of it, and what stands in for a part of a file that cannot be decoded. */
export const silenceCommand = (work: { rendition: Rendition; grid: Grid }, cut: Cut, folder: string): RunCommand => {
  const { rendition, grid } = work;
  const span = spanOfRun(grid, cut);
  const seconds = ((span.padTo - span.start) / rendition.rateHz + 0.1).toFixed(3);
  const url = `anullsrc=r=${rendition.rateHz}:cl=stereo:d=${seconds}`;
  const part = { url, firstPts: -span.start, offset: 0, samples: grid.samples };
  return {
    ...runCommand({ parts: [part], rendition, grid }, cut, folder),
    inputs: [{ url, options: ['-f', 'lavfi'] }],
  };
};
