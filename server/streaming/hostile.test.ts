import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats, makeFile, makeNoise, noiseAs, testFfmpeg } from '../testing/audio.ts';
import { deep, times } from '../testing/depth.ts';
import { openStreamingHouse } from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { faultOf } from './boxes.ts';
import { spanOf } from './grid.ts';
import type { GridAnswer } from './schema.ts';

/*
 * Files as they are found in the wild, each as a listener meets it, before and after the exact pass came by: it is refused in
 * plain words within 12 s, or every segment is whole and the playlist is as long as what a decoder makes of it.
 */
const run = promisify(execFile);
const MAX_MS = 12_000;
const LONG = times(25, 60);
const TINY = deep ? (['wav', 'flac', 'mp3', 'm4a', 'opus', 'vorbis'] as const) : (['wav', 'mp3', 'vorbis'] as const);
let house: StreamingHouse;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  house = await openStreamingHouse();
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const within = async <T>(work: () => Promise<T>): Promise<T> => {
  const began = Date.now();
  const answer = await work();
  expect(Date.now() - began).toBeLessThan(MAX_MS);
  return answer;
};
const keep = async (name: string, bytes: Buffer | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};
const part = async (
  format: keyof typeof formats,
  seconds: number,
  change: (bytes: Buffer) => Buffer,
): Promise<string> =>
  keep(
    `${Math.random().toString(36).slice(2)}.${formats[format].extension}`,
    change(await readFile(await noiseAs(format, seconds, 12))),
  );
const noise = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7919 + (i >> 7)) % 251));

/** Seconds of sound that a plain decoder makes of it, counted; holes are filled as the timestamps say. */
const decodedSeconds = async (path: string): Promise<number> => {
  const args = ['-nostdin', '-v', 'quiet', '-i', path, '-map', '0:a:0', '-af', 'aresample=48000:async=1', '-ac', '1'];
  const { stdout } = await run(testFfmpeg, [...args, '-f', 's16le', '-'], { encoding: 'buffer', maxBuffer: 1 << 30 });
  return stdout.length / 2 / 48_000;
};

const checkEvery = async (grid: GridAnswer): Promise<void> => {
  const layout = { ...grid, rateHz: grid.sampleRateHz, totalSamples: 0 };
  layout.totalSamples = grid.codec === 'aac' ? Math.ceil(grid.samples / 1024) * 1024 + 1024 : grid.samples;
  const base = grid.rates.at(-1)?.base ?? '';
  for (let k = 0; k < grid.count; k++) {
    const answer = await within(() => house.ask(`${base}/${k}.m4s`));
    expect(answer.status, `segment ${k}`).toBe(200);
    expect(faultOf(Buffer.from(await answer.arrayBuffer()), spanOf(layout, k)), `segment ${k}`).toBeUndefined();
  }
};

type Row = { name: string; make: () => Promise<string>; damaged?: boolean };

/** `damaged`: the headers promise more than there is, or there is a hole. */
const playable: Row[] = [
  { name: 'a FLAC cut short', make: () => part('flac', LONG, (it) => it.subarray(0, it.length / 6)), damaged: true },
  { name: 'an MP3 cut short', make: () => part('mp3', LONG, (it) => it.subarray(0, it.length / 2)), damaged: true },
  {
    name: 'an M4A with its index in front, cut short',
    make: async () => {
      const whole = await makeFile(
        ['-i', await noiseAs('m4a', LONG, 12), '-c', 'copy', '-movflags', '+faststart'],
        'm4a',
      );
      const bytes = await readFile(whole);
      return keep('short.m4a', bytes.subarray(0, Math.floor(bytes.length * 0.4)));
    },
    damaged: true,
  },
  { name: '60 KB of garbage before an MP3', make: () => part('mp3', 12, (it) => Buffer.concat([noise(60_000), it])) },
  {
    name: 'an MP3 with an album of junk after it',
    make: () => part('mp3', 12, (it) => Buffer.concat([it, noise(500_000)])),
  },
  {
    name: 'a FLAC with a hole',
    make: () => part('flac', LONG, (it) => it.fill(0x55, Math.floor(it.length * 0.4), Math.floor(it.length * 0.45))),
    damaged: true,
  },
  {
    name: 'an MP3 with a hole',
    make: () => part('mp3', LONG, (it) => it.fill(0x55, Math.floor(it.length * 0.4), Math.floor(it.length * 0.45))),
    damaged: true,
  },
  { name: 'a VBR MP3 that does not say so', make: () => noiseAs('mp3bare', LONG) },
  {
    name: 'a bare AAC stream',
    make: async () => makeFile(['-i', await noiseAs('m4a', LONG), '-c', 'copy', '-f', 'adts'], 'aac'),
  },
  {
    name: 'a FLAC with a cover',
    make: async () => {
      const cover = await makeFile(['-f', 'lavfi', '-i', 'color=c=red:s=64x64', '-frames:v', '1'], 'jpg');
      const both = ['-i', await noiseAs('flac', 12), '-i', cover, '-map', '0:a', '-map', '1:v', '-c', 'copy'];
      return makeFile([...both, '-disposition:v', 'attached_pic'], 'flac');
    },
  },
  ...(['mp3', 'm4a'] as const).map((format) => ({
    name: `${formats[format].extension} with a cover`,
    make: async () => {
      const cover = await makeFile(['-f', 'lavfi', '-i', 'color=c=red:s=64x64', '-frames:v', '1'], 'jpg');
      const both = ['-i', await noiseAs(format, 12), '-i', cover, '-map', '0:a', '-map', '1:v', '-c', 'copy'];
      return makeFile([...both, '-disposition:v', 'attached_pic'], formats[format].extension);
    },
  })),
  ...[0.01, 0.5].flatMap((seconds) =>
    TINY.map((format) => ({
      name: `${seconds} s of ${format}`,
      make: () => noiseAs(format, seconds),
    })),
  ),
  ...[
    { name: '8 kHz, mono, 8 bit', rateHz: 8000, as: ['-ac', '1', '-c:a', 'pcm_u8'] },
    { name: 'six channels', rateHz: 48_000, as: ['-ac', '6', '-c:a', 'pcm_s24le'] },
    { name: '37.8 kHz, floating point', rateHz: 37_800, as: ['-c:a', 'pcm_f32le'] },
    { name: '192 kHz, 24 bit', rateHz: 192_000, as: ['-c:a', 'pcm_s24le'] },
    { name: '384 kHz, beyond what FLAC segments take', rateHz: 384_000, as: ['-c:a', 'pcm_s24le'] },
    { name: 'eight channels of FLAC', rateHz: 48_000, as: ['-ac', '8', '-c:a', 'flac'], extension: 'flac' },
    { name: 'six channels of AAC', rateHz: 48_000, as: ['-ac', '6', '-c:a', 'aac'], extension: 'm4a' },
    { name: 'FLAC of 192 kHz, 24 bit', rateHz: 192_000, as: ['-c:a', 'flac', '-sample_fmt', 's32'], extension: 'flac' },
  ].map((it) => ({ name: it.name, make: () => makeNoise({ extension: 'wav', ...it, seconds: 9.1234 }) })),
];

const hopeless: Row[] = [
  { name: 'an empty FLAC', make: () => keep('empty.flac', '') },
  { name: 'an empty MP3', make: () => keep('empty.mp3', '') },
  { name: 'chance bytes called MP3', make: () => keep('chance.mp3', noise(60_000)) },
  { name: 'a letter called FLAC', make: () => keep('letter.flac', 'Dear family,\n'.repeat(500)) },
  {
    name: 'a picture called MP3',
    make: async () => {
      const picture = await makeFile(['-f', 'lavfi', '-i', 'color=c=red:s=64x64', '-frames:v', '1'], 'jpg');
      return keep('picture.mp3', await readFile(picture));
    },
  },
  {
    name: 'a film without sound',
    make: () => makeFile(['-f', 'lavfi', '-i', 'testsrc=d=2:s=64x64', '-c:v', 'mpeg4'], 'mp4'),
  },
  { name: 'an M4A without its index', make: () => part('m4a', 12, (it) => it.subarray(0, 40_000)) },
];

describe.each([
  ['measured by the scan', true],
  ['not measured yet', false],
] as const)('%s', (_, exact) => {
  test.each(playable)('$name: every segment is whole, and it is as long as it decodes', async ({ make, damaged }) => {
    const path = await make();
    const trackId = await house.add(path, exact ? {} : { exact });
    if (exact) expect(house.tracks.get(trackId)?.damaged).toBe(damaged ?? false);
    const answer = await within(() => house.playback({ trackId }));
    const grids = [answer.grid, answer.fallback].filter((it) => it !== undefined);
    for (const grid of grids) {
      // A track nobody counted yet is known within 30 ms; what a hole swallows is only known by decoding.
      if (exact || !damaged)
        expect(Math.abs(grid.samples / grid.sampleRateHz - (await decodedSeconds(path)))).toBeLessThan(0.1);
      await checkEvery(grid);
    }
  });
  test.each(hopeless)('$name is refused', async ({ make }) => {
    const trackId = await house.add(
      await make(),
      exact ? { exact, samples: 441_000, p0: 0, srcRate: 44_100 } : { exact },
    );
    const answer = await within(() => house.askPlayback({ trackId }));
    if (!exact)
      return expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        410,
        'streaming/unplayable',
      ]);
    // The library was told a length: the engine finds out.
    const { grid } = (await answer.json()) as { grid: GridAnswer };
    const segment = await within(() => house.ask(`${grid.rates[0]?.base}/0.m4s`));
    expect([segment.status, ((await segment.json()) as { code: string }).code]).toEqual([410, 'streaming/unplayable']);
    const silent = await house.ask(`${grid.rates[0]?.base}/1.m4s`);
    expect(silent.status).toBe(410);
  });
});
