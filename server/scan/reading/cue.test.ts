import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cueSamples, parseCue } from './cue.ts';
import { decodeText } from './text.ts';

const SHEET = `REM GENRE "Art Rock"
REM DATE 1979
REM DISCNUMBER 2
PERFORMER "Ärzte"
TITLE "Whole Side"
FILE "Side A.flac" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    ISRC GBAYE7900001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    PERFORMER "Guest"
    INDEX 00 03:10:00
    INDEX 01 03:12:37
`;

const sheetOf = (text: string) => {
  const parsed = parseCue(text);
  if (parsed.kind !== 'sheet') throw new Error(parsed.why);
  return parsed.sheet;
};

describe('CUE sheets', () => {
  test('tracks run from index 01 to the next index 01', () => {
    expect(sheetOf(SHEET)).toEqual({
      genre: 'Art Rock',
      date: '1979',
      discNo: 2,
      performer: 'Ärzte',
      title: 'Whole Side',
      files: [
        {
          name: 'Side A.flac',
          tracks: [
            { no: 1, title: 'One', isrc: 'GBAYE7900001', startFrame: 0, endFrame: 14_437 },
            { no: 2, title: 'Two', performer: 'Guest', startFrame: 14_437 },
          ],
        },
      ],
    });
  });

  test('frames are whole samples at CD rates', () => {
    expect(cueSamples({ startFrame: 1, endFrame: 14_437 }, 44_100)).toEqual({ start: 588, end: 8_488_956 });
    expect(cueSamples({ startFrame: 75 }, 48_000)).toEqual({ start: 48_000, end: undefined });
  });

  test('windows line ends, a byte order mark and lower case are read', () => {
    expect(
      sheetOf(`\ufeff${SHEET.replaceAll('\n', '\r\n').replaceAll('TRACK', 'track')}`).files[0]?.tracks,
    ).toHaveLength(2);
  });

  test.each([
    ['UTF-8', Buffer.from(SHEET, 'utf8')],
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(SHEET, 'utf16le')])],
    ['UTF-16 without one', Buffer.from(SHEET, 'utf16le')],
    ['Latin-1', Buffer.from(SHEET, 'latin1')],
  ])('%s', (_name, bytes) => {
    expect(sheetOf(decodeText(bytes)).performer).toBe('Ärzte');
  });

  test('several files each have tracks of their own', () => {
    const second = SHEET.slice(SHEET.indexOf('FILE'))
      .replace('Side A', 'Side B')
      .replace('TRACK 01', 'TRACK 03')
      .replace('TRACK 02', 'TRACK 04');
    expect(sheetOf(SHEET + second).files.map((file) => [file.name, file.tracks.map((t) => t.no)])).toEqual([
      ['Side A.flac', [1, 2]],
      ['Side B.flac', [3, 4]],
    ]);
  });

  test.each([
    ['no track at all', 'TITLE "x"\n', /names no audio track/],
    ['a track without index 01', SHEET.replace('INDEX 01 03:12:37', ''), /Track 2 has no INDEX 01/],
    ['a time that is none', SHEET.replace('03:12:37', '3:99:99'), /is no index/],
    ['frames beyond 74', SHEET.replace('03:12:37', '03:12:75'), /is no index/],
    ['tracks that go backwards', SHEET.replace('INDEX 01 00:00:00', 'INDEX 01 05:00:00'), /does not start after/],
    ['the same number twice', SHEET.replace('TRACK 02', 'TRACK 01'), /there twice/],
    ['a track before a file', SHEET.replace(/FILE.*\n/, ''), /before any FILE/],
  ])('%s is a broken sheet with its reason', (_name, text, why) => {
    expect(parseCue(text)).toEqual({ kind: 'broken', why: expect.stringMatching(why) as string });
  });

  test('never throws', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(...SHEET.split('\n')));
    fc.assert(fc.property(fc.array(piece), (lines) => void parseCue(lines.join('\n'))));
  });
});
