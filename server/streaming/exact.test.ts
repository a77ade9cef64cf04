import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeNoise, noiseAs } from '../testing/audio.ts';
import type { FormatName } from '../testing/audio.ts';
import { deep, times } from '../testing/depth.ts';
import { decodePcm, md5, openSegmentHouse, recordingOf } from '../testing/segment-house.ts';
import type { SegmentHouse } from '../testing/segment-house.ts';
import { faultOf, withoutStreamFacts } from './boxes.ts';
import { renditionOf, spanOf } from './grid.ts';
import { planAlbum, planTrack } from './plan.ts';
import type { Plan } from './plan.ts';
import { startRun } from './run.ts';

/* That segments are what the grid says, sample for sample, in whatever order they are asked for. */
let house: SegmentHouse;
beforeAll(async () => {
  house = await openSegmentHouse();
});
afterAll(() => house.close());

const SECONDS = times(60, 242);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** Always the same disorder. */
const shuffled = (items: number[], seed = 5): number[] => {
  let state = seed;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map((it) => it.item);
};

/** From the last to the first: what follows is there already, so that every segment is a run of its own. */
const backwards = (count: number): number[] => range(count).toReversed();

const fetchAll = async (from: SegmentHouse, plan: Plan, order: number[]): Promise<Buffer[]> => {
  const found: Buffer[] = [];
  for (const k of order) found[k] = await from.bytesOf(plan, k);
  return found;
};
const joined = async (plan: Plan, segments: Buffer[], name: string): Promise<string> => {
  const path = join(house.folder, `${name}.mp4`);
  await writeFile(path, Buffer.concat([(await house.inits.of(plan.rendition)).plain, ...segments]));
  return path;
};
const samplesOf = (pcm: Buffer): Float64Array => {
  const out = new Float64Array(pcm.length / 4);
  for (let i = 0; i < out.length; i++) out[i] = (pcm.readInt16LE(i * 4) + pcm.readInt16LE(i * 4 + 2)) / 65_536;
  return out;
};
const rms = (a: Float64Array, b: Float64Array, span: { from: number; to: number }): number => {
  let sum = 0;
  for (let i = span.from; i < span.to; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum / (span.to - span.from));
};

describe('every segment is what the grid says', () => {
  test.each([
    ['flac', 'aac256'],
    ['flac', 'aac64'],
    ['mp3', 'aac128'],
    ['opus', 'aac256'],
    ['flac24', 'flac'],
  ] as const)('%s as %s, from the first to the last', async (format, variant) => {
    const plan = planTrack(await recordingOf(await noiseAs(format, SECONDS)), variant);
    const segments = await fetchAll(house, plan, range(plan.grid.count));
    segments.forEach((bytes, k) => expect(faultOf(bytes, spanOf(plan.grid, k)), `segment ${k}`).toBeUndefined());
  });
  test('an hour of it', { timeout: 300_000 }, async ({ skip }) => {
    skip(!deep, 'takes minutes: npm run check');
    for (const variant of ['aac256', 'flac'] as const) {
      const plan = planTrack(await recordingOf(await noiseAs('flac', 3600)), variant);
      for (const k of range(plan.grid.count))
        expect(faultOf(await house.bytesOf(plan, k), spanOf(plan.grid, k))).toBeUndefined();
    }
  });
});

describe('FLAC is the source, bit for bit', () => {
  test.each([
    ['flac', 's16le', 'every segment a run of its own'],
    ['flac', 's16le', 'in any order'],
    ['wav', 's16le', 'in any order'],
    ['alac', 's16le', 'in any order'],
    ['flac24', 's32le', 'every segment a run of its own'],
    ['flac24', 's32le', 'in any order'],
  ] as const)('%s (%s), %s', async (format, pcm, order) => {
    const path = await noiseAs(format, SECONDS, 11);
    const plan = planTrack(await recordingOf(path, { bits: format === 'flac24' ? 24 : 16 }), 'flac');
    const before = house.engine.started();
    const count = plan.grid.count;
    const segments = await fetchAll(house, plan, order === 'in any order' ? shuffled(range(count)) : backwards(count));
    const started = house.engine.started() - before;
    if (order === 'in any order') expect(started).toBeGreaterThan(1);
    else expect(started).toBe(count);
    const made = await decodePcm(await joined(plan, segments, format), pcm);
    expect(made.length).toBe(plan.grid.samples * (pcm === 's16le' ? 4 : 8));
    expect(md5(made)).toBe(md5(await decodePcm(path, pcm)));
  });
});

describe('AAC is one piece', () => {
  test('many runs sound like one at every boundary', async () => {
    const path = await noiseAs('flac', times(100, 242), 12);
    const once = planTrack(await recordingOf(path), 'aac256');
    const many = planTrack(await recordingOf(path), 'aac256');
    const single = await fetchAll(house, once, range(once.grid.count));
    const mixed = await fetchAll(house, many, backwards(many.grid.count));
    const source = samplesOf(await decodePcm(path));
    const [one, other] = await Promise.all(
      [await joined(once, single, 'single'), await joined(many, mixed, 'mixed')].map(async (file) =>
        samplesOf(await decodePcm(file)),
      ),
    );
    if (!one || !other) throw new Error('not decoded');
    expect(other.length).toBe((Math.ceil(many.grid.samples / 1024) + 1) * 1024);
    const music = (samples: Float64Array) => samples.subarray(1024);
    for (const k of range(many.grid.count).slice(1)) {
      const at = k * many.grid.segmentSamples - 1024;
      const span = { from: at - 1024, to: Math.min(at + 2048, many.grid.samples) };
      const worst = rms(music(one), source, span) * 2;
      expect(rms(music(other), source, span), `boundary ${k}`).toBeLessThanOrEqual(worst);
    }
  });
  test('filling a track takes one process per 24 segments', async () => {
    const plan = planTrack(await recordingOf(await noiseAs('flac', 242)), 'aac128');
    const before = house.engine.started();
    await fetchAll(house, plan, range(plan.grid.count));
    expect(house.engine.started() - before).toBeLessThanOrEqual(Math.ceil(plan.grid.count / 24) + 1);
  });
});

describe('content lies where it lies in the source', () => {
  const formats: FormatName[] = ['flac', 'mp3', 'mp3vbr', 'mp3bare', 'm4a', 'vorbis', 'opus', 'wav'];
  test.each(formats)('%s: no segment is a sample off', async (format) => {
    const path = await noiseAs(format, SECONDS, 13);
    const recording = await recordingOf(path);
    const plan = planTrack(recording, 'flac');
    const source = samplesOf(await decodePcm(path));
    // A decoder without -copyts starts at the first sample of music, wherever its pts lies.
    for (const k of shuffled(range(plan.grid.count)).slice(0, 10)) {
      const one = await joined(plan, [await house.bytesOf(plan, k)], `${format}-${k}`);
      const part = samplesOf(await decodePcm(one));
      const at = spanOf(plan.grid, k).start;
      const length = Math.min(part.length, 20_000);
      const offsets = range(65)
        .map((i) => i - 32)
        .filter((it) => at + it >= 0);
      const best = offsets
        .map((offset) => ({ offset, error: rms(part, source.subarray(at + offset), { from: 0, to: length }) }))
        .toSorted((a, b) => a.error - b.error)[0];
      expect(best?.offset, `segment ${k}`).toBe(0);
      // Lossy decoders may fill noise differently after a seek; a misplaced one is off by the signal itself.
      expect(best?.error).toBeLessThan(0.02);
    }
  });
});

/** The init segment that a run of a recording writes itself. */
const initOfRun = async (plan: Plan, first: number): Promise<Buffer> => {
  const folder = join(house.cache.runsFolder, `init-of-${Math.random()}`);
  let init = Buffer.alloc(0);
  const run = startRun({
    binary: house.binary,
    plan,
    cut: { first, end: first + 1 },
    folder,
    niceness: 0,
    stallMs: 10_000,
    onSegment: async () => {
      init = await readFile(join(folder, 'init.mp4'));
    },
  });
  expect((await run.ended).kind).toBe('done');
  return init;
};

describe('init segments', () => {
  test('are what any run of any recording would have written, and say nothing of the silence they were made of', async () => {
    const mono = { seconds: 20, rateHz: 44_100, as: ['-ac', '1', '-c:a', 'pcm_u8'], extension: 'wav' };
    const six = { seconds: 20, rateHz: 44_100, as: ['-ac', '6', '-c:a', 'pcm_s16le'], extension: 'wav' };
    const files = [await noiseAs('flac', 20), await noiseAs('mp3', 20), await noiseAs('m4a', 20)];
    files.push(await makeNoise(mono), await makeNoise(six));
    for (const variant of ['aac256', 'aac128', 'aac64', 'flac'] as const)
      for (const path of files) {
        const plan = planTrack(await recordingOf(path), variant);
        const { plain } = await house.inits.of(plan.rendition);
        for (const first of [0, 3])
          expect(withoutStreamFacts(await initOfRun(plan, first)).equals(plain), `${path} ${variant}`).toBe(true);
      }
  });
  test('are the same for every recording and run of one codec, rate, depth and bitrate', async () => {
    for (const variant of ['aac256', 'flac'] as const) {
      const rendition = renditionOf(variant, { rateHz: 44_100, bits: 16 });
      const { plain, edited } = await house.inits.of(rendition);
      const other = await openSegmentHouse();
      expect(md5((await other.inits.of(rendition)).plain)).toBe(md5(plain));
      await other.close();
      expect(edited.equals(plain)).toBe(variant === 'flac');
    }
  });
});

describe('an album laid end to end', () => {
  test.each(['flac', 'aac256'] as const)(
    '%s: three pieces cut in the middle of music are one again',
    async (variant) => {
      const path = await noiseAs('flac', 40, 14);
      const whole = await recordingOf(path);
      const cuts = [0, 500_001, 1_100_003, whole.length.samples];
      const pieces = range(3).map((i) => ({
        ...whole,
        trackId: i,
        cue: { start: cuts[i] ?? 0, end: cuts[i + 1] ?? 0 },
      }));
      const plan = planAlbum(pieces, variant);
      const segments = await fetchAll(house, plan, shuffled(range(plan.grid.count)));
      const made = samplesOf(await decodePcm(await joined(plan, segments, `album-${variant}`)));
      const source = samplesOf(await decodePcm(path));
      const music = made.subarray(plan.grid.priming);
      const limit = variant === 'flac' ? 0 : 0.01;
      for (const join of cuts.slice(1, 3))
        expect(rms(music, source, { from: join - 2000, to: join + 2000 })).toBeLessThanOrEqual(limit);
    },
  );
  test('a CUE track is exactly its part of the file', async () => {
    const path = await noiseAs('flac', 40, 14);
    const recording = await recordingOf(path, { cue: { start: 700_001, end: 1_200_007 } });
    const plan = planTrack(recording, 'flac');
    const made = await decodePcm(await joined(plan, await fetchAll(house, plan, range(plan.grid.count)), 'cue'));
    expect(made.equals((await decodePcm(path)).subarray(700_001 * 4, 1_200_007 * 4))).toBe(true);
  });
});

test('segments are the same bytes after a restart', async () => {
  const first = await openSegmentHouse();
  const plan = planTrack(await recordingOf(await noiseAs('flac', 20)), 'aac256');
  const [before] = await fetchAll(first, plan, range(plan.grid.count));
  await first.close(true);
  const second = await openSegmentHouse({ folder: first.folder });
  expect(await second.bytesOf(plan, 0)).toEqual(before);
  expect(second.engine.started()).toBe(0);
  expect(await readFile(second.cache.pathOf(plan, 0))).toEqual(before);
  await second.close();
});
