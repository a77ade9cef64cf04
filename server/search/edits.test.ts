import { describe, expect, test } from 'vitest';
import { editsBetween, unitsOf } from './edits.ts';

const edits = (a: string, b: string, within: number | { most: number; prefix: boolean }): number =>
  editsBetween(
    unitsOf(a),
    { units: unitsOf(b), at: 0, length: b.length },
    typeof within === 'number' ? { most: within, prefix: false } : within,
  );

/** The definition, without any cutting of corners. */
const plain = (a: string, b: string): number => {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (__, j) => (i ? i : j)),
  );
  for (let i = 0; i <= a.length; i++) d[i]![0] = i;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      d[i]![j] = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i]![j] = Math.min(d[i]![j]!, d[i - 2]![j - 2]! + 1);
    }
  return d[a.length]![b.length]!;
};

describe('edits between words', () => {
  test.each([
    ['beatles', 'beatles', 0],
    ['beatels', 'beatles', 1],
    ['betles', 'beatles', 1],
    ['beattles', 'beatles', 1],
    ['keatles', 'beatles', 1],
    ['btls', 'beatles', 3],
  ])('%s is %s within two edits at distance %i', (a, b, distance) => {
    expect(edits(a, b, 2)).toBe(distance);
  });

  test('a cut word is measured against the nearest beginning', () => {
    expect(edits('beatl', 'beatles', { most: 1, prefix: true })).toBe(0);
    expect(edits('beetl', 'beatles', { most: 1, prefix: true })).toBe(1);
    expect(edits('bx', 'beatles', { most: 1, prefix: true })).toBe(1);
  });

  test('agrees with the definition for every pair of short words', () => {
    const words = [''];
    for (let from = 0; words.length < 121; from++) words.push(`${words[from]}a`, `${words[from]}b`, `${words[from]}c`);
    for (const a of words)
      for (const b of words)
        for (const most of [1, 2]) {
          expect(edits(a, b, most)).toBe(Math.min(most + 1, plain(a, b)));
          const nearest = Math.min(...Array.from({ length: b.length + 1 }, (_, n) => plain(a, b.slice(0, n))));
          expect(edits(a, b, { most, prefix: true })).toBe(Math.min(most + 1, nearest));
        }
  });
});
