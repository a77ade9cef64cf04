import { describe, expect, test } from 'vitest';
import { readFilter } from './read-filter.ts';

const NOW = Date.UTC(2026, 5, 15);
const DAY = 86_400_000;
const read = (typed: string) => readFilter(typed, NOW);
const only = (typed: string) => {
  const { filters, wrong, text } = read(typed);
  expect({ wrong, text, count: filters.length }).toEqual({ wrong: [], text: '', count: 1 });
  return filters[0];
};

describe('the filter language', () => {
  test('names are taken as words, in quotes with their spaces', () => {
    expect(only('artist:Björk')).toEqual({ not: false, field: 'artist', words: 'Björk' });
    expect(only('album:"abbey road"')).toEqual({ not: false, field: 'album', words: 'abbey road' });
    expect(only('-genre:pop')).toEqual({ not: true, field: 'genre', words: 'pop' });
    expect(only('Artist:queen')).toMatchObject({ field: 'artist' });
  });

  test.each([
    ['1994', { from: 1994, to: 1994 }],
    ['1990..1999', { from: 1990, to: 1999 }],
    ['1990..', { from: 1990 }],
    ['..1999', { to: 1999 }],
    ['>2000', { from: 2001 }],
    ['<1980', { to: 1979 }],
  ])('year:%s is a range', (value, range) => {
    expect(only(`year:${value}`)).toMatchObject({ field: 'year', range });
  });

  test.each([
    ['<30d', { from: NOW - 30 * DAY }],
    ['>1y', { to: NOW - 365 * DAY }],
    ['<2w', { from: NOW - 14 * DAY }],
    ['2024', { from: Date.UTC(2024, 0, 1), to: Date.UTC(2025, 0, 1) }],
    ['2024-03', { from: Date.UTC(2024, 2, 1), to: Date.UTC(2024, 3, 1) }],
    ['2024-12..2025-01', { from: Date.UTC(2024, 11, 1), to: Date.UTC(2025, 1, 1) }],
    ['2024-02-29', { from: Date.UTC(2024, 1, 29), to: Date.UTC(2024, 2, 1) }],
  ])('added:%s is a span of time', (value, range) => {
    expect(only(`added:${value}`)).toMatchObject({ field: 'added', range });
  });

  test('lossless stands for itself', () => {
    expect(only('lossless')).toEqual({ not: false, field: 'is', what: 'lossless' });
    expect(only('-lossless')).toEqual({ not: true, field: 'is', what: 'lossless' });
  });

  test('words beside filters are what is looked for, quotes are a row of words, a minus takes away', () => {
    expect(read('blue year:1994 "so what" train -live')).toMatchObject({
      text: 'blue train',
      phrases: [
        { words: 'so what', not: false },
        { words: 'live', not: true },
      ],
    });
    expect(read('blue trai').text).toBe('blue trai');
    expect(read('blue train ').text).toBe('blue train ');
  });

  test.each(['year:soon', 'year:1999..1990', 'added:tomorrow', 'added:<30', 'is:blue', 'rating:lots', 'artist:""'])(
    '%s is said to be wrong, with what would be right',
    (typed) => {
      const { wrong, filters } = read(typed);
      expect(filters).toEqual([]);
      expect(wrong).toEqual([{ at: typed, says: expect.stringContaining('For example') as string }]);
    },
  );

  test.each(['AC:DC', 'title: x', '"', 'a " b', '-', '--', '???', 'http://example.org', '- x'])(
    '%s is nothing but words',
    (typed) => {
      const { text, filters, wrong, phrases } = read(typed);
      expect({ filters, wrong, phrases }).toEqual({ filters: [], wrong: [], phrases: [] });
      expect(text.trim()).toBe(typed.trim());
    },
  );

  test('ends for whatever it is given', () => {
    for (const typed of ['"'.repeat(5000), 'a:'.repeat(5000), '-'.repeat(5000), 'year:'.repeat(2000)])
      expect(read(typed).filters.length).toBeLessThan(5000);
  });
});
