import { expect, test } from 'vitest';
import { chooseVictims } from './eviction.ts';

const kept = Array.from({ length: 10 }, (_, i) => ({ name: `v${i}`, sizeBytes: 10, usedAt: i * 1000 }));
const want = { quotaBytes: 90, sizeBytes: 100, now: 1e9, isBusy: () => false };

test('below the quota nothing goes', () => {
  expect(chooseVictims(kept, { ...want, quotaBytes: 100 })).toEqual([]);
});
test('the least recently used go first, down to nine tenths', () => {
  expect(chooseVictims(kept, want)).toEqual(['v0', 'v1']);
});
test('what is busy or was used within a minute stays, even above the quota', () => {
  expect(chooseVictims(kept, { ...want, isBusy: (name) => name === 'v0' })).toEqual(['v1', 'v2']);
  expect(chooseVictims(kept, { ...want, now: 20_000 })).toEqual([]);
});
