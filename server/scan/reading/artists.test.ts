import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitArtists } from './artists.ts';

describe('one artist text into names', () => {
  test.each([
    ['AC/DC', ['AC/DC']],
    ['Earth, Wind & Fire', ['Earth, Wind & Fire']],
    ['Simon & Garfunkel', ['Simon & Garfunkel']],
    ['Tyler, The Creator', ['Tyler, The Creator']],
    ['Crosby, Stills, Nash & Young', ['Crosby, Stills, Nash & Young']],
    ['Air; Beck', ['Air', 'Beck']],
    ['Air;Beck', ['Air', 'Beck']],
    ['Air / Beck', ['Air', 'Beck']],
    ['Air feat. Beck', ['Air', 'Beck']],
    ['Air Feat. Beck', ['Air', 'Beck']],
    ['Air ft. Beck', ['Air', 'Beck']],
    ['Air ft Beck', ['Air', 'Beck']],
    ['Air featuring Beck', ['Air', 'Beck']],
    ['Air (feat. Beck)', ['Air', 'Beck']],
    ['Air [feat. Beck & Moby]', ['Air', 'Beck & Moby']],
    ['AC / DC', ['AC / DC']],
    ['AC/DC feat. Axl Rose', ['AC/DC', 'Axl Rose']],
    ['Little Feat', ['Little Feat']],
    ['Defeater', ['Defeater']],
    ['Air; Air', ['Air']],
    ['+/-', ['+/-']],
    ['The The', ['The The']],
  ])('%s', (text, names) => {
    expect(splitArtists(text)).toEqual(names);
  });

  test("the household's own whole names are kept, inside longer texts too", () => {
    const isWhole = (name: string): boolean => name === 'Ben / Jerry';
    expect(splitArtists('Ben / Jerry', { isWhole })).toEqual(['Ben / Jerry']);
    expect(splitArtists('Air / Ben / Jerry / Beck', { isWhole })).toEqual(['Air', 'Ben / Jerry', 'Beck']);
  });

  test('where a bare slash separates (ID3v2.3) known names survive it', () => {
    expect(splitArtists('Air/Beck', { bareSlash: true })).toEqual(['Air', 'Beck']);
    expect(splitArtists('AC/DC', { bareSlash: true })).toEqual(['AC/DC']);
    expect(splitArtists('AC/DC/Beck', { bareSlash: true })).toEqual(['AC/DC', 'Beck']);
    expect(splitArtists('M/A/R/R/S', { bareSlash: true })).toEqual(['M/A/R/R/S']);
  });

  test('any text comes back as at least one name, none of them empty when the text is not', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.boolean(), (text, bareSlash) => {
        const names = splitArtists(text, { bareSlash });
        expect(names.length).toBeGreaterThan(0);
        if (/[\p{L}\p{N}]/u.test(text)) expect(names.every((name) => name !== '')).toBe(true);
      }),
    );
  });
});
