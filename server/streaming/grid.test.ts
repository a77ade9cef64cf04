import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layGrid, renditionOf, spanOf } from './grid.ts';
import type { Variant } from './grid.ts';
import { planAlbum, planTrack } from './plan.ts';
import type { Recording } from './plan.ts';

const recording = (change: Partial<Recording> = {}): Recording => ({
  trackId: 1,
  fileId: 1,
  path: Buffer.from('/m/a.flac'),
  sizeBytes: 1000,
  mtimeNs: 5n,
  length: { rateHz: 44_100, samples: 10_000_000, firstPts: 0 },
  ...change,
});

describe('the grid', () => {
  test.each([
    ['aac256', 44_100, 16, 44_100],
    ['aac256', 96_000, 24, 48_000],
    ['aac256', 22_050, 16, 44_100],
    ['aac64', 37_800, 16, 48_000],
    ['flac', 96_000, 24, 96_000],
    ['flac', 88_200, 24, 88_200],
    ['flac', 384_000, 24, 48_000],
    ['flac', 32_000, 16, 48_000],
  ] as const)('%s of %i Hz, %i bit comes out at %i Hz', (...[variant, rateHz, bits, out]) => {
    expect(renditionOf(variant, { rateHz, bits }).rateHz).toBe(out);
  });

  test('spans follow each other without a gap and add up, whatever the length', () => {
    const variants: Variant[] = ['aac256', 'flac'];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000_000 }), fc.constantFrom(...variants), (samples, variant) => {
        const grid = layGrid(renditionOf(variant, { rateHz: 44_100 }), samples);
        const last = spanOf(grid, grid.count - 1);
        expect(last.samples).toBeGreaterThan(0);
        expect(last.samples).toBeLessThanOrEqual(grid.segmentSamples);
        expect(last.start + last.samples).toBe(grid.totalSamples);
        expect(grid.totalSamples - grid.priming).toBeGreaterThanOrEqual(samples);
        expect(grid.totalSamples - grid.priming - samples).toBeLessThan(variant === 'flac' ? 1 : 1024);
      }),
    );
  });
});

describe('the plan of a track', () => {
  test('the key follows the file and its length, not the path', () => {
    const key = planTrack(recording(), 'aac256').key;
    expect(planTrack(recording({ path: Buffer.from('/elsewhere') }), 'aac256').key).toBe(key);
    expect(planTrack(recording({ mtimeNs: 6n }), 'aac256').key).not.toBe(key);
    expect(planTrack(recording({ cue: { start: 0, end: 500 } }), 'aac256').key).not.toBe(key);
  });
  test('tracks of one CUE sheet meet exactly, also where the rate changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.constantFrom(44_100, 88_200, 37_800), (at, rateHz) => {
        const length = { rateHz, samples: 10_000_000, firstPts: 0 };
        const one = planTrack(recording({ length, cue: { start: 0, end: at } }), 'aac256').parts[0];
        const two = planTrack(recording({ length, cue: { start: at, end: 10_000_000 } }), 'aac256').parts[0];
        expect((one?.offset ?? 0) + (one?.samples ?? 0)).toBe(two?.offset);
      }),
    );
  });
  test('an album is one grid over all its tracks, at the rate most of them have', () => {
    const other = recording({ trackId: 2, fileId: 2, length: { rateHz: 48_000, samples: 48_000, firstPts: 0 } });
    const plan = planAlbum([recording(), other, recording({ trackId: 3, fileId: 3 })], 'aac256');
    expect(plan.rendition.rateHz).toBe(44_100);
    expect(plan.starts).toEqual([0, 10_000_000, 10_044_100]);
    expect(plan.grid.samples).toBe(20_044_100);
  });
});
