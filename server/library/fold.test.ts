import { describe, expect, test } from 'vitest';
import { fold, sortKey } from './fold.ts';

describe('folding', () => {
  test.each([
    ['Björk', 'bjork'],
    ['Sigur Rós', 'sigur ros'],
    ['Mötley Crüe', 'motley crue'],
    ['Motörhead', 'motorhead'],
    ['R.E.M.', 'rem'],
    ['S.O.S', 'sos'],
    ['Simon & Garfunkel', 'simon and garfunkel'],
    ["Guns N' Roses", 'guns n roses'],
    ['Guns N’ Roses', 'guns n roses'],
    ['AC/DC', 'ac dc'],
    ['Ænima', 'aenima'],
    ['Straße', 'strasse'],
    ['Чайковский', 'chaikovskii'],
    ['Μίκης Θεοδωράκης', 'mikis theodorakis'],
    ['Του', 'tou'],
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
    ['世界の終わり', '世界の終わり'],
    ['방탄소년단', '방탄소년단'],
    ['!!!', '!!!'],
    ['+/-', '+/-'],
    ['Mr. Big', 'mr big'],
  ])('%s folds to %s', (name, folded) => {
    expect(fold(name)).toBe(folded);
  });

  test('a composed and a decomposed name fold alike', () => {
    expect(fold('Ärzte')).toBe(fold('A\u0308rzte'));
    expect(fold('한글'.normalize('NFD'))).toBe(fold('한글'));
  });

  test('folding twice changes nothing', () => {
    for (const name of ['Björk', 'R.E.M.', 'Чайковский', '!!!', 'AC/DC']) expect(fold(fold(name))).toBe(fold(name));
  });
});

describe('sort keys', () => {
  const inOrder = (names: string[]): string[] => [...names].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));

  test('an article in front does not count', () => {
    expect(inOrder(['The Beatles', 'Zappa', 'Abba', 'Die Ärzte', 'Los Lobos'])).toEqual([
      'Abba',
      'Die Ärzte',
      'The Beatles',
      'Los Lobos',
      'Zappa',
    ]);
  });

  test('a name that is only an article stays', () => {
    expect(sortKey('The The')).toBe('the');
    expect(sortKey('The')).toBe('the');
    expect(sortKey('A')).toBe('a');
  });

  test('numbers sort by value and before letters', () => {
    expect(inOrder(['Track 10', 'Track 9', 'Track 2', '100 gecs', '10cc', '2Pac', 'Abba'])).toEqual([
      '2Pac',
      '10cc',
      '100 gecs',
      'Abba',
      'Track 2',
      'Track 9',
      'Track 10',
    ]);
  });

  test('leading zeros do not make a number greater', () => {
    expect(sortKey('007')).toBe(sortKey('7'));
  });

  test('accents do not move a name behind z', () => {
    expect(inOrder(['Zz', 'Émilie', 'Eno', 'Ólafur'])).toEqual(['Émilie', 'Eno', 'Ólafur', 'Zz']);
  });
});
