import { expect, test } from 'vitest';
import { HEIGHT, outlinePath, WIDTH } from './waveform.ts';

const tops = (path: string): number[] => Array.from(path.matchAll(/L[\d.]+ (\d+)/g), ([, y]) => Number(y)).slice(0, -1);

test('the loudest place of a track is as high as there is room, however quiet the track', () => {
  expect(tops(outlinePath({ peaks: [10, 20, 10], rms: [5, 10, 5] }))).toEqual([50, 0, 50]);
});
test('a pause is still a line, silence is none', () => {
  expect(tops(outlinePath({ peaks: [255, 0], rms: [200, 0] }))).toEqual([0, 96]);
  expect(outlinePath({ peaks: [0, 0], rms: [0, 0] })).toBe('');
  expect(outlinePath({ peaks: [], rms: [] })).toBe('');
});
test('the outline is closed on the line, from the first to the last moment', () => {
  const path = outlinePath({ peaks: Array.from({ length: 600 }, (_, i) => i % 256), rms: Array(600).fill(9) });
  expect(path.startsWith(`M0 ${HEIGHT}`)).toBe(true);
  expect(path.endsWith(`L${WIDTH} ${HEIGHT}Z`)).toBe(true);
  expect(path.length).toBeLessThan(8000);
});
