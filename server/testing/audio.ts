import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/*
 * Sound for tests, made by ffmpeg once and kept by a hash of how it was made. Pink noise with a slow tone under it: unlike
 * any other part of itself, so that an offset shows, and no easier to encode than music.
 */
const run = promisify(execFile);

const folder = join(tmpdir(), 'evensong-test-audio');

/** The ffmpeg that tests use: EVENSONG_FFMPEG, else the one on PATH. */
export const testFfmpeg = process.env['EVENSONG_FFMPEG'] ?? 'ffmpeg';

const NOISE =
  'anoisesrc=r={rate}:c=pink:a=0.4:s={seed}:d={seconds},aformat=channel_layouts=stereo,apulsator=hz=0.3,vibrato=f=5.3:d=0.3';

export type Recipe = {
  seconds: number;
  rateHz?: number;
  seed?: number;
  /** Encoder options and the file's extension. */
  as: readonly string[];
  extension: string;
};

const making = new Map<string, Promise<string>>();

/** The arguments of ffmpeg make the name: the same recipe is made once per machine. */
export const makeFile = (args: readonly string[], extension: string): Promise<string> => {
  const name = `${args.join(' ')} ${extension}`;
  const file = making.get(name) ?? makeOnce(args, extension);
  making.set(name, file);
  return file;
};

const makeOnce = async (args: readonly string[], extension: string): Promise<string> => {
  const name = createHash('sha256').update(args.join('\n')).digest('hex').slice(0, 20);
  const path = join(folder, `${name}.${extension}`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const part = join(folder, `${name}.${process.pid}.part.${extension}`);
  await run(testFfmpeg, ['-nostdin', '-v', 'error', '-y', ...args, part], { maxBuffer: 1 << 20 });
  await rename(part, path);
  return path;
};

export const makeNoise = async ({ seconds, rateHz = 44_100, seed = 7, as, extension }: Recipe): Promise<string> => {
  const filter = NOISE.replace('{rate}', String(rateHz))
    .replace('{seed}', String(seed))
    .replace('{seconds}', String(seconds));
  return makeFile(['-f', 'lavfi', '-i', filter, '-map_metadata', '-1', '-fflags', '+bitexact', ...as], extension);
};

/** Seconds that end in the middle of a frame of every codec. */
const ODD = 0.01234;

export const formats = {
  flac: { as: ['-c:a', 'flac', '-sample_fmt', 's16'], extension: 'flac' },
  flac24: {
    as: ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'],
    extension: 'flac',
    rateHz: 96_000,
  },
  mp3: { as: ['-c:a', 'libmp3lame', '-b:a', '192k'], extension: 'mp3' },
  mp3vbr: { as: ['-c:a', 'libmp3lame', '-q:a', '3'], extension: 'mp3' },
  mp3bare: { as: ['-c:a', 'libmp3lame', '-q:a', '5', '-write_xing', '0', '-id3v2_version', '0'], extension: 'mp3' },
  m4a: { as: ['-c:a', 'aac', '-b:a', '192k'], extension: 'm4a' },
  vorbis: { as: ['-c:a', 'libvorbis', '-q:a', '5'], extension: 'ogg' },
  opus: { as: ['-c:a', 'libopus', '-b:a', '128k'], extension: 'opus', rateHz: 48_000 },
  wma: { as: ['-c:a', 'wmav2', '-b:a', '192k'], extension: 'wma' },
  wav: { as: ['-c:a', 'pcm_s16le'], extension: 'wav' },
  alac: { as: ['-c:a', 'alac', '-sample_fmt', 's16p'], extension: 'm4a' },
} as const;

export type FormatName = keyof typeof formats;

export const noiseAs = (format: FormatName, seconds: number, seed = 7): Promise<string> =>
  makeNoise({ seconds: seconds + ODD, seed, ...formats[format] });
