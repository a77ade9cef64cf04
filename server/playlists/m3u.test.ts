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

test('whatever breaks a line anywhere breaks it here, and remarks need neither comma nor title', () => {
  const text =
    '#EXTINF: 12.5 ,One\u2028a.mp3\u2029#EXTINF:7\rb.mp3\n#EXTINF:x,Ida - Two\u2028c.mp3\n#EXTINF:1e999,Three\nd.mp3';
  expect(readM3u(text).entries).toEqual([
    { location: 'a.mp3', durationMs: 12_500, title: 'One' },
    { location: 'b.mp3', durationMs: 7000 },
    { location: 'c.mp3', artist: 'Ida', title: 'Two' },
    { location: 'd.mp3', title: 'Three' },
  ]);
});

test('of what is too long to be a path the beginning is told, with its tags; such a remark is passed over', () => {
  const long = 'y'.repeat(4097);
  const text = `#EXTINF:5,Ida - One\n#EXTALB:${long}\n${long}\n#PLAYLIST:${long}\n#EXTINF:5,${long}\n${long.slice(1)}`;
  expect(readM3u(text)).toEqual({
    entries: [
      { location: `${long.slice(0, 100)}…`, durationMs: 5000, artist: 'Ida', title: 'One' },
      { location: long.slice(1) },
    ],
  });
});

const MB4 = 4_000_000;
const filled = (what: string): string => what.repeat(Math.ceil(MB4 / what.length)).slice(0, MB4);
test.each([
  ['one number without end', `#EXTINF:${filled('1')},\u2028x`],
  ['numbers of a line each', filled(`#EXTINF:${'1'.repeat(20_000)},\u2028x\n`)],
  ['blanks and points', filled(`#EXTINF:${' '.repeat(2000)}${'.'.repeat(2000)}\u2028`)],
  ['a name without end', `#EXTINF:1,a\n#EXTART:${filled('é')}\nx`],
  ['a path without end', filled('/api/v1/tracks/trk_')],
  ['a song a letter', filled('x\n')],
])('4 MB of %s are read in less than a tenth of a second', (_what, text) => {
  // What this thread has worked: a wait for a busy machine says nothing of it.
  const began = process.threadCpuUsage();
  const { entries } = readM3u(text, 10_001);
  const { user } = process.threadCpuUsage(began);
  expect(entries.length).toBeLessThanOrEqual(10_001);
  expect(user).toBeLessThan(100_000);
});
