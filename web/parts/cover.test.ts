import { describe, expect, test } from 'vitest';
import { initialsOf, letteringOf, tintOf } from './cover.tsx';
import { hueOf } from './hue.ts';

describe('what stands for a picture', () => {
  test.each([
    ['Ondřej Vlk', 'OV'],
    ['The Bridges', 'B'],
    ['夕凪カルテット', '夕'],
    ['AC/DC', 'AD'],
    ['ليلى حداد', 'لح'],
    ['!!!', '·'],
    ['', '·'],
  ])('the initials of %s are %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  test('a name breaks where a file name joins its words, and a long word is set smaller', () => {
    expect(letteringOf('aftermath_soundtrack')).toEqual({ text: 'aftermath_\u200bsoundtrack', long: false });
    expect(letteringOf('Lantern Street')).toEqual({ text: 'Lantern Street', long: false });
    expect(letteringOf('Weihnachtsoratorium')).toEqual({ text: 'Weihnachtsoratorium', long: true });
    expect(letteringOf('_ - _').text).toBe('_ - _');
  });

  test('a hue is the same for the same name, and one of 24', () => {
    for (const name of ['', 'Lantern Street', 'Белые ночи', '🎺🎺']) {
      expect(hueOf(name)).toBe(hueOf(name));
      expect(hueOf(name)).toBeGreaterThanOrEqual(0);
      expect(hueOf(name)).toBeLessThan(24);
    }
  });

  test('a picture’s own hue goes before that of the name', () => {
    expect(tintOf({ id: 'cov_1', tint: '7' }, 'Lantern Street')).toBe('7');
    expect(tintOf({ id: 'cov_1', tint: 'n' }, 'Lantern Street')).toBe('n');
    expect(tintOf(null, 'Lantern Street')).toBe(String(hueOf('Lantern Street')));
    expect(tintOf(undefined)).toBe('n');
  });
});
