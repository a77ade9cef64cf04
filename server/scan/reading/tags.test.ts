import { describe, expect, test } from 'vitest';
import { parseDate } from './dates.ts';
import { decibels, readGain } from './gain.ts';
import { nativeTags } from './native-tags.ts';
import { cleanName, cleanProse } from './text.ts';

describe('text from files', () => {
  test('controls, NULs and lone surrogates do not survive; lengths are capped', () => {
    expect(cleanName('a\0b\u0007c')).toBe('a b c');
    expect(cleanName('\ud800x')).toBe('\ufffdx');
    expect(cleanName(' \0 ')).toBeUndefined();
    expect(cleanName('é'.normalize('NFD'))).toBe('é');
    expect(cleanName('x'.repeat(9_999))).toHaveLength(1_000);
    expect(cleanName('😀'.repeat(900))).not.toMatch(/[\ud800-\udbff]$/);
  });

  test('prose keeps its lines', () => {
    expect(cleanProse('a\r\nb\rc\u2028d\0')).toBe('a\nb\nc\nd');
  });
});

describe('dates', () => {
  test.each([
    ['2001', '2001'],
    ['2001-02', '2001-02'],
    ['2001-02-03', '2001-02-03'],
    ['2001/2/3', '2001-02-03'],
    ['20010203', '2001-02-03'],
    ['2001-02-03T10:00:00Z', '2001-02-03'],
    ['2001-00-00', '2001'],
    ['2001-02-31', '2001-02'],
    ['03.02.2001', '2001'],
    ['c. 1968', '1968'],
    ['0000', undefined],
    ['', undefined],
    ['unknown', undefined],
  ])('%j', (text, date) => {
    expect(parseDate(text)).toBe(date);
  });
});

describe('gain', () => {
  const vorbis = (values: Record<string, string>) =>
    nativeTags({ vorbis: Object.entries(values).map(([id, value]) => ({ id, value })) });

  test.each([
    ['-7.25 dB', -7.25],
    ['+3.1dB', 3.1],
    ['-7,25 dB', -7.25],
    ['-6.5', -6.5],
    ['nonsense', undefined],
    ['-400 dB', undefined],
  ])('%s', (text, db) => {
    expect(decibels(text)).toBe(db);
  });

  test('R128 is moved from -23 to -18 LUFS', () => {
    expect(readGain(vorbis({ R128_TRACK_GAIN: '-512', R128_ALBUM_GAIN: '256' }), {})).toEqual({
      trackDb: 3,
      albumDb: 6,
      fromR128: true,
    });
  });

  test('ReplayGain goes before R128', () => {
    const tags = vorbis({ REPLAYGAIN_TRACK_GAIN: '-7.00 dB', REPLAYGAIN_TRACK_PEAK: '0.98', R128_TRACK_GAIN: '0' });
    expect(readGain(tags, {})).toEqual({ trackDb: -7, trackPeak: 0.98, fromR128: false });
  });

  test("LAME's estimate serves where no tag does", () => {
    expect(readGain(vorbis({}), { trackDb: -4.5 })).toEqual({ trackDb: -4.5, fromR128: false });
    expect(readGain(vorbis({}), { trackDb: 0 })).toBeUndefined();
  });
});
