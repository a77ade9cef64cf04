import { expect, test } from 'vitest';
import type { Viewer } from '../../http/index.ts';
import { verdictOf } from './verdict.ts';

const viewer = {} as Viewer;
const lifeOf = (cacheControl: string): number => Number(/max-age=(\d+)/.exec(cacheControl)?.[1] ?? 0);

test('a yes is good for 20 s and may be stale for a bounded while', () => {
  const { status, cacheControl } = verdictOf({ kind: 'yes', viewer, leftS: 3600 });
  expect([status, cacheControl]).toEqual([204, 'max-age=20, stale-while-revalidate=5, stale-if-error=30']);
});

test('no yes outlives its token, stale or not', () => {
  for (const leftS of [0.5, 1, 7.9, 19, 21, 54, 59.9]) {
    const { cacheControl } = verdictOf({ kind: 'yes', viewer, leftS });
    expect(cacheControl, String(leftS)).not.toContain('stale');
    expect(lifeOf(cacheControl)).toBeLessThanOrEqual(leftS);
  }
  // 20 + 5 + 30 s are over before the last minute is.
  expect(20 + 5 + 30).toBeLessThan(60);
});

test('a no about what was ours is kept, about what was invented it is not', () => {
  expect(verdictOf({ kind: 'ended' })).toEqual({ status: 403, cacheControl: 'max-age=20' });
  expect(verdictOf({ kind: 'invented' })).toEqual({ status: 403, cacheControl: 'no-store' });
});
