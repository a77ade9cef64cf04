import { expect, test } from 'vitest';
import { ida } from '../../testing/filled-house.ts';
import { readFilter } from './read-filter.ts';
import { whereOf } from './where.ts';

test.each(['album', 'artist', 'genre'])('%s: looks for each word once, however often it is said', (field) => {
  const wanted = readFilter(`${field}:"b ${'a '.repeat(200)}"`, 0);
  for (const kind of ['tracks', 'albums'] as const) expect(whereOf(kind, wanted, ida).parameters).toEqual(['b', 'a']);
});

test('a phrase stays a row of words, with those that come twice', () => {
  expect(whereOf('tracks', readFilter('"no no never"', 0), ida).parameters).toContain(' no no never');
});
