import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBlockReader } from './block-reader.ts';
import {
  addBlock,
  addHistogram,
  emptyHistogram,
  integrate,
  integrateHistogram,
  packHistogram,
  unpackHistogram,
} from './loudness.ts';

const times = (count: number, lufs: number): number[] => Array.from({ length: count }, () => lufs);
const histogramOf = (blocks: readonly number[]) => {
  const histogram = emptyHistogram();
  for (const lufs of blocks) addBlock(histogram, lufs);
  return histogram;
};

describe('integrated loudness', () => {
  test('what is always as loud is as loud as that', () => {
    expect(integrate(times(100, -23))).toBeCloseTo(-23, 6);
  });
  test('pauses do not make music quieter: below -70 LUFS nothing counts', () => {
    expect(integrate([...times(100, -23), ...times(400, -75), ...times(400, -120)])).toBeCloseTo(-23, 6);
  });
  test('quiet passages more than 10 LU below the rest are left out', () => {
    expect(integrate([...times(100, -36), ...times(600, -23), ...times(100, -36)])).toBeCloseTo(-23, 6);
  });
  test('passages less than 10 LU below count with their energy', () => {
    const mean = 10 * Math.log10((10 ** -2.6 + 10 ** -2) / 2);
    expect(integrate([...times(100, -26), ...times(100, -20)])).toBeCloseTo(mean, 6);
  });
  test('silence has no loudness, and neither has nothing', () => {
    expect(integrate(times(50, -120))).toBeUndefined();
    expect(integrate([])).toBeUndefined();
    expect(integrateHistogram(emptyHistogram())).toBeUndefined();
  });
  test('a histogram says the same within 0.03 LU', () => {
    const lufs = fc.double({ min: -60, max: 0, noNaN: true });
    const parts = fc.array(fc.tuple(lufs, fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(parts, (all) => {
        // Away from the gate, where a hair decides whether a whole passage counts.
        const blocks = all.flatMap(([level, count]) => times(count, -20 + (level % 6)));
        expect(Math.abs((integrateHistogram(histogramOf(blocks)) ?? 0) - (integrate(blocks) ?? 99))).toBeLessThan(
          0.0501,
        );
      }),
    );
  });
  test('an album is gated over all its tracks together, not averaged', () => {
    const [loud, quiet] = [times(300, -12), times(300, -30)];
    const album = emptyHistogram();
    addHistogram(album, histogramOf(loud));
    addHistogram(album, histogramOf(quiet));
    expect(integrateHistogram(album)).toBeCloseTo(integrate([...loud, ...quiet]) ?? 0, 1);
    expect(integrateHistogram(album)).toBeCloseTo(-12, 1);
  });
  test('a packed histogram comes back whole', () => {
    const counts = fc.array(fc.tuple(fc.integer({ min: 0, max: 1999 }), fc.integer({ min: 1, max: 5_000_000 })));
    fc.assert(
      fc.property(counts, (all) => {
        const histogram = emptyHistogram();
        for (const [bin, count] of all) histogram[bin] = count;
        expect(unpackHistogram(packHistogram(histogram))).toEqual(histogram);
      }),
    );
  });
});

describe('what ffmpeg prints', () => {
  test('lines are read however they are cut, and what is no number is left out', () => {
    const text = 'frame:0    pts:0\nlavfi.r128.M=-120.691\nframe:1 pts:4410\nlavfi.r128.M=-23.5\nlavfi.r128.M=nan\n';
    for (const size of [1, 7, 30, 999]) {
      const reader = createBlockReader();
      for (let at = 0; at < text.length; at += size) reader.push(Buffer.from(text.slice(at, at + size)));
      expect(reader.blocks()).toEqual([-120.691, -23.5]);
    }
  });
});
