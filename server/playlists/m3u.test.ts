import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitsOnALine, readM3u, writeM3u, type M3uEntry } from './m3u.ts';

const breaks = /[\r\n\u2028\u2029]+/g;
/** Text as it can come back from a line: no breaks, no blanks at the ends, something in it. */
const line = fc
  .string({ unit: 'grapheme' })
  .map((text) =>
    text
      .replace(breaks, ' ')
      .replace(/\u0085/g, '')
      .trim(),
  )
  .filter((text) => text !== '');
const entry: fc.Arbitrary<M3uEntry> = fc.record({
  location: line.filter((text) => fitsOnALine(text) && !text.startsWith('./#')),
  title: line,
  artist: line,
  album: fc.option(line, { nil: undefined }),
  durationMs: fc.option(
    fc.integer({ min: 1, max: 86_400 }).map((s) => s * 1000),
    { nil: undefined },
  ),
});

test('a list that was written reads back the same, whatever its names hold', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.option(line, { nil: undefined }), (entries, name) => {
      expect(readM3u(writeM3u({ name, entries }))).toEqual({ name, entries });
    }),
    { numRuns: 500 },
  );
});

test('a name with a line break cannot put a line of its own into the list', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ location: fc.string(), title: fc.string(), artist: fc.string() })), (entries) => {
      const written = writeM3u({ name: 'x\n/etc/passwd', entries });
      const locations = readM3u(written).entries.map(({ location }) => location);
      return locations.every((location) => entries.some((it) => it.location === location));
    }),
  );
});

test('reads what other players write', () => {
  const text =
    '\ufeff#EXTM3U\r\n#EXTINF:123.4 tvg-id="x",Ida - One - Two\r\nMusic\\One.mp3\r\n\r\n# a remark\r\n../b/#2.flac\r\n#EXTINF:-1,Only a title\r\nhttp://x/y';
  expect(readM3u(text).entries).toEqual([
    { location: 'Music\\One.mp3', durationMs: 123_400, artist: 'Ida', title: 'One - Two' },
    { location: '../b/#2.flac' },
    { location: 'http://x/y', title: 'Only a title' },
  ]);
});

test('junk is read without harm', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => void readM3u(text)));
});
