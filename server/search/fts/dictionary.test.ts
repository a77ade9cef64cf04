import { describe, expect, test } from 'vitest';
import { Rng } from '../../testing/library-generator/model.mjs';
import { createDictionary } from './dictionary.ts';
import { editsBetween, unitsOf } from '../edits.ts';

const random = (r: Rng, least: number, most: number): string =>
  Array.from({ length: r.int(least, most) }, () => 'abcdeлн語3'[r.int(0, 8)]).join('');

const sorted = (words: Iterable<string>) =>
  [...new Set(words)].sort((a, b) => (a < b ? -1 : 1)).map((word, i) => ({ word, count: 1 + (i % 5) }));

describe('the dictionary', () => {
  const r = new Rng(3);
  const words = sorted(Array.from({ length: 4000 }, () => random(r, 2, 12)));
  const dictionary = createDictionary(words);

  test('knows every word, its count and its beginnings, and no other', () => {
    for (const { word, count } of words) expect(dictionary.count(word)).toBe(count);
    expect(dictionary.count('zzz')).toBe(0);
    const word = words[99]!.word;
    expect(dictionary.begins(word.slice(0, 2))).toBe(true);
    expect(dictionary.begins('zz')).toBe(false);
  });

  test('finds exactly the words that are within so many edits, whole or by a beginning', () => {
    for (let n = 0; n < 60; n++) {
      const asked = random(r, 4, 12);
      const most = asked.length >= 9 ? 2 : 1;
      for (const prefix of [false, true]) {
        const truth = words.filter(
          ({ word }) =>
            editsBetween(unitsOf(asked), { units: unitsOf(word), at: 0, length: word.length }, { most, prefix }) <=
            most,
        );
        const near = dictionary.near(asked, most, { prefix, limit: 9999 });
        expect(near.map(({ word }) => word).toSorted()).toEqual(truth.map(({ word }) => word).toSorted());
      }
    }
  });

  test('the nearest come first, among equals the most used', () => {
    const few = createDictionary(sorted(['queen', 'quean', 'queer', 'quern']));
    expect(few.near('queen', 1, { prefix: false, limit: 2 }).map(({ word }) => word)).toEqual(['queen', 'quern']);
  });
});
