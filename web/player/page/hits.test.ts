import { describe, expect, test } from 'vitest';
import { matchIn } from './hits.ts';

describe('what is underlined in a hit', () => {
  test('a word that begins as the query does, however it is written', () => {
    expect(matchIn('Lantern Street', 'la')).toEqual([0, 2]);
    expect(matchIn('The Lamplighters', 'LAMP')).toEqual([4, 8]);
    expect(matchIn('Für später', 'spat')).toEqual([4, 8]);
  });

  test('nothing inside a word, and nothing for nothing', () => {
    expect(matchIn('Plantation', 'lan')).toBeUndefined();
    expect(matchIn('Lantern', '')).toBeUndefined();
  });
});
