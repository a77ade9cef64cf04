import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLrc, readLyrics } from './lyrics.ts';
import { nativeTags } from './native-tags.ts';

describe('LRC', () => {
  test('stamps of two or three digits, minutes beyond 99', () => {
    expect(parseLrc('[00:01.5]a\n[00:02.25]b\n[1:03.125]c\n[101:00]d')).toEqual({
      kind: 'synced',
      lines: [
        { atMs: 1_500, text: 'a' },
        { atMs: 2_250, text: 'b' },
        { atMs: 63_125, text: 'c' },
        { atMs: 6_060_000, text: 'd' },
      ],
    });
  });

  test('several stamps before one text repeat the line, in order of time', () => {
    expect(parseLrc('[00:10.00][00:02.00] Chorus\n[00:05.00]Verse')).toMatchObject({
      lines: [
        { atMs: 2_000, text: 'Chorus' },
        { atMs: 5_000, text: 'Verse' },
        { atMs: 10_000, text: 'Chorus' },
      ],
    });
  });

  test('a positive offset shows the words earlier, never before the start', () => {
    expect(parseLrc('[offset:+500]\n[00:00.20]a\n[00:02.00]b')).toMatchObject({
      lines: [{ atMs: 0 }, { atMs: 1_500 }],
    });
  });

  test('word stamps of the enhanced form are kept', () => {
    expect(parseLrc('[00:01.00]<00:01.00>Hello <00:01.50>world')).toMatchObject({
      lines: [
        {
          atMs: 1_000,
          text: 'Hello world',
          words: [
            { atMs: 1_000, text: 'Hello ' },
            { atMs: 1_500, text: 'world' },
          ],
        },
      ],
    });
  });

  test('titles and authors of the sheet are no lyrics', () => {
    expect(parseLrc('[ti:Song]\n[ar:Who]\n[00:01.00]a')).toMatchObject({ lines: [{ text: 'a' }] });
  });

  test('a line without text is a pause and stays', () => {
    expect(parseLrc('[00:01.00]a\n[00:03.00]')).toMatchObject({ lines: [{ text: 'a' }, { atMs: 3_000, text: '' }] });
  });

  test('a text that is repeated is no longer in all than one that is written out', () => {
    const long = 'z y '.repeat(15_000).trim();
    const repeated = parseLrc(`${'[00:01.00]'.repeat(4000)}${long}`);
    expect(JSON.stringify(repeated).length).toBeLessThan(110_000);
    const words = parseLrc(`${'[00:01.00]'.repeat(4000)}${'<00:01.00>a'.repeat(5000)}`);
    expect(JSON.stringify(words).length).toBeLessThan(1_000_000);
    const frame = { timeStampFormat: 2, syncText: Array(20_000).fill({ text: 'a '.repeat(500), timestamp: 1 }) };
    expect(JSON.stringify(readLyrics(nativeTags({ 'ID3v2.4': [{ id: 'SYLT', value: frame }] }))).length).toBeLessThan(
      110_000,
    );
  });

  test('text without stamps is plain lyrics, with its empty lines', () => {
    expect(parseLrc('One\r\nTwo\r\n\r\nThree')).toEqual({ kind: 'plain', text: 'One\nTwo\n\nThree' });
    expect(parseLrc('  \n ')).toBeUndefined();
  });

  test('brackets inside a line are text', () => {
    expect(parseLrc('[00:01.00]a [x2]')).toMatchObject({ lines: [{ text: 'a [x2]' }] });
  });

  test('never throws and never orders lines backwards', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('[00:01.00]', '[99:99.999]', '<00:02.0>', '\n', '[offset:9]'));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const lyrics = parseLrc(pieces.join(''));
        if (lyrics?.kind !== 'synced') return;
        const times = lyrics.lines.map((line) => line.atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });
});

describe('embedded lyrics', () => {
  test('synced ones come first; the same text is not told twice', () => {
    const tags = nativeTags({
      vorbis: [
        { id: 'UNSYNCEDLYRICS', value: 'Plain' },
        { id: 'LYRICS', value: '[00:01.00]Timed' },
        { id: 'LYRICS', value: 'Plain' },
      ],
    });
    expect(readLyrics(tags)).toEqual([
      { kind: 'synced', lines: [{ atMs: 1_000, text: 'Timed' }] },
      { kind: 'plain', text: 'Plain' },
    ]);
  });

  test('SYLT syllables join up to the next line break', () => {
    const syncText = [
      { text: 'Hel', timestamp: 0 },
      { text: 'lo', timestamp: 200 },
      { text: '\nworld', timestamp: 900 },
    ];
    const tags = nativeTags({ 'ID3v2.4': [{ id: 'SYLT', value: { language: 'eng', timeStampFormat: 2, syncText } }] });
    expect(readLyrics(tags)).toEqual([
      {
        kind: 'synced',
        lang: 'eng',
        lines: [
          { atMs: 0, text: 'Hello' },
          { atMs: 900, text: 'world' },
        ],
      },
    ]);
  });

  test('USLT carries its language', () => {
    const tags = nativeTags({ 'ID3v2.4': [{ id: 'USLT', value: { language: 'deu', descriptor: '', text: 'Wort' } }] });
    expect(readLyrics(tags)).toEqual([{ kind: 'plain', lang: 'deu', text: 'Wort' }]);
  });
});
