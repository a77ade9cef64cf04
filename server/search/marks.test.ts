import { describe, expect, test } from 'vitest';
import { createMarker, meantBy } from './marks.ts';
import { questionOf } from './question.ts';

const marked = (text: string, name: string): string => {
  let at = 0;
  const parts = createMarker(questionOf(text))(name).map(([from, to]) => {
    const part = `${name.slice(at, from)}[${name.slice(from, to)}]`;
    at = to;
    return part;
  });
  return parts.join('') + name.slice(at);
};

describe('marks', () => {
  test.each([
    ['lantern', 'Lantern Street', '[Lantern] Street'],
    ['lant', 'Lantern Street', '[Lant]ern Street'],
    ['lant ', 'Lantern Street', 'Lantern Street'],
    ['lanten stret', 'Lantern Street', '[Lantern] [Street]'],
    ['bjor', 'Björk’s Übermoon', '[Björ]k’s Übermoon'],
    ['dont', "Don't Look", "[Don't] Look"],
    ['acdc', 'AC/DC Live', '[AC/DC] Live'],
    ['ac dc', 'ACDC Live', '[ACDC] Live'],
    ['dc', 'AC/DC Live', 'AC/[DC] Live'],
    ['abbeyroad', 'The Abbey Road', 'The [Abbey Road]'],
    ['rem', 'R.E.M.', '[R.E.M].'],
    ['r e m', 'R.E.M.', '[R.E.M].'],
    ['sun and moon', 'Sun & Moon', '[Sun] [&] [Moon]'],
    ['花火', '夜空の花火大会', '夜空の[花火]大会'],
    ['ellada', 'Ελλάδα', '[Ελλάδα]'],
    ['!!!', '!!!', '[!!!]'],
    ['street', '(Street) “Street”', '([Street]) “[Street]”'],
    ['nothing', 'Lantern Street', 'Lantern Street'],
    ['love', 'Love, Live', '[Love], Live'],
    ['👩‍👩‍👧 night', '👩‍👩‍👧 Night', '👩‍👩‍👧 [Night]'],
  ])('of %j in %j are %j', (text, name, expected) => {
    expect(marked(text, name)).toBe(expected);
  });

  test('are in order, apart, and within the name, whatever is asked', () => {
    for (const text of ['<b>', 'a '.repeat(200), '\ud800', '𝔸𝔹', 'ﬁ', 'ʼʼ', 'İ']) {
      for (const name of ['<b>bold</b>', 'ﬁne ﬁsh', 'İstanbul', '\ud800x', '', '   ', 'a a a']) {
        let last = 0;
        for (const [from, to] of createMarker(questionOf(text))(name)) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          last = to;
        }
        expect(last).toBeLessThanOrEqual(name.length);
      }
    }
  });
});

describe('what was meant', () => {
  test.each([
    ['beetles help', ['Help!', 'The Beatles'], 'beatles help'],
    ['lanten stret', ['Lantern Street'], 'lantern street'],
    ['beatles help zzyx', ['Help!', 'The Beatles'], 'beatles help'],
    ['ac dc', ['ACDC'], undefined],
    ['acdc', ['AC/DC'], undefined],
    ['lant', ['Lantern'], undefined],
    ['bjork', ['Björk'], undefined],
  ])('by %j, answered by %j, is %j', (text, names, meant) => {
    expect(meantBy(questionOf(text), names)).toBe(meant);
  });
});
