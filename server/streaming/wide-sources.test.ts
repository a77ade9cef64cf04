import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFile, makeNoise } from '../testing/audio.ts';
import { deep } from '../testing/depth.ts';
import { decodePcm, md5, openSegmentHouse, recordingOf, type SegmentHouse } from '../testing/segment-house.ts';
import type { Variant } from './grid.ts';
import { planTrack } from './plan.ts';

/* Sources beyond a CD: high rates stay what they are in FLAC, and of many channels none gets lost on the way to two. */
let house: SegmentHouse;
beforeAll(async () => {
  house = await openSegmentHouse();
});
afterAll(() => house.close());

let files = 0;
const playedAs = async (path: string, variant: Variant, bits: number): Promise<string> => {
  const plan = planTrack(await recordingOf(path, { bits }), variant);
  const parts = [(await house.inits.of(plan.rendition)).plain];
  for (let k = 0; k < plan.grid.count; k++) parts.push(await house.bytesOf(plan, k));
  const made = join(house.folder, `played-${files++}.mp4`);
  await writeFile(made, Buffer.concat(parts));
  return made;
};

test.each([
  ['FLAC', { as: ['-c:a', 'flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24'], extension: 'flac' }],
  ['WAV', { as: ['-c:a', 'pcm_s24le'], extension: 'wav' }],
])('%s of 192 kHz and 24 bit is itself in FLAC, to the last bit', async (_, format) => {
  const path = await makeNoise({ seconds: 13.1234, rateHz: 192_000, seed: 31, ...format });
  const played = await playedAs(path, 'flac', 24);
  expect(md5(await decodePcm(played, 's32le'))).toBe(md5(await decodePcm(path, 's32le')));
});

test('192 kHz is 48 kHz in AAC, as long as it was', async () => {
  const path = await makeNoise({ seconds: 9.1234, rateHz: 192_000, as: ['-c:a', 'pcm_s24le'], extension: 'wav' });
  const decoded = await decodePcm(await playedAs(path, 'aac256', 24), 's16le');
  // The priming stands before, and the last frame is whole.
  expect(decoded.length / 4 / 48_000).toBeCloseTo(9.1234 + 1024 / 48_000, 1);
});

/** Loudness of the two channels: root mean squares of 16-bit samples. */
const levels = (pcm: Buffer): { left: number; right: number } => {
  let [left, right] = [0, 0];
  const frames = pcm.length / 4;
  for (let i = 0; i < frames; i++) {
    left += pcm.readInt16LE(i * 4) ** 2;
    right += pcm.readInt16LE(i * 4 + 2) ** 2;
  }
  return { left: Math.sqrt(left / frames), right: Math.sqrt(right / frames) };
};

/** Six channels of which only one sounds. */
const onlyChannel = (index: number, codec: 'flac' | 'ac3'): Promise<string> => {
  const channels = Array.from({ length: 6 }, (_, i) => (i === index ? '0.5*sin(2*PI*440*t)' : '0'));
  const graph = `aevalsrc=exprs=${channels.join('|')}:c=5.1:s=48000:d=3`;
  return makeFile(['-f', 'lavfi', '-i', graph, '-c:a', codec], codec === 'flac' ? 'flac' : 'ac3');
};

describe.each(deep ? (['flac', 'ac3'] as const) : (['flac'] as const))('of six channels of %s', (codec) => {
  test.each([
    ['front left', 0, 'left'],
    ['front right', 1, 'right'],
    ['the middle', 2, 'both'],
    ['back left', 4, 'left'],
    ['back right', 5, 'right'],
  ] as const)('%s is heard where it belongs', async (_, index, side) => {
    const path = await onlyChannel(index, codec);
    for (const variant of ['flac', 'aac256'] as const) {
      const { left, right } = levels(await decodePcm(await playedAs(path, variant, 16)));
      if (side !== 'right') expect(left, variant).toBeGreaterThan(1000);
      if (side !== 'left') expect(right, variant).toBeGreaterThan(1000);
      if (side === 'left') expect(right, variant).toBeLessThan(left / 20);
      if (side === 'right') expect(left, variant).toBeLessThan(right / 20);
    }
  });
});
