/**
 * Files as they should not be: without headers, with two tags, cut in half, under another's name. Each is listed rightly
 * (tags, and the length that decoding it yields) or shown with its reason, and none holds up the scan.
 */
import { copyFileSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testFfmpeg } from './audio.ts';
import { deep } from './depth.ts';
import { edgeLibrary } from './sample-library.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

type Track = {
  title: string;
  path: string;
  durationMs: number;
  durationExact: boolean;
  artists: { name: string; role: string }[];
  album: { title: string };
  trackNumber: number | null;
  year: number | null;
  genres: string[];
  codec: string;
};
type Issue = { path: string; code: string; detail: string };

const { root, truth } = edgeLibrary();
/** Big ones take their time to decode: they are for the check. */
const SMALL_BYTES = 1 << 20;
const files = truth.filter(({ file }) => deep || statSync(join(root, file)).size <= SMALL_BYTES);
/** What else these files say: the generator writes the same into all that it tags itself. */
const TAGGED = { artist: 'Edge Ärtist', album: 'Edge Cases', trackNumber: 3, year: 2001, genre: 'Rock' };
/** This tag names no number, year or genre. */
const SPARE = 'mp3-apev2.mp3';

let house: WholeHouse;
let tracks: Map<string, Track>;
let issues: Map<string, Issue>;
let media: string;
const get = async <T>(path: string): Promise<T> => (await (await house.owner.ask(path)).json()) as T;

beforeAll(async () => {
  media = mkdtempSync(join(tmpdir(), 'edge-media-'));
  const old = new Date(Date.now() - 60_000);
  for (const { file } of files) {
    copyFileSync(join(root, file), join(media, file));
    utimesSync(join(media, file), old, old);
  }
  house = await openWholeHouse({ EVENSONG_FFMPEG: testFfmpeg }, media);
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  const listed = await get<{ items: Track[] }>('/api/v1/tracks?limit=500');
  tracks = new Map(listed.items.map((track) => [track.path, track]));
  const scans = await get<{ items: { id: string; status: string }[] }>('/api/v1/scans');
  expect(scans.items.map(({ status }) => status)).toEqual(['done']);
  const problems = await get<{ items: Issue[] }>(`/api/v1/scans/${scans.items[0]!.id}/issues`);
  issues = new Map(problems.items.map((issue) => [issue.path, issue]));
}, 300_000);
afterAll(async () => {
  await house.close();
  rmSync(media, { recursive: true, force: true });
});

describe('a file that is odd', () => {
  test.for(files.filter(({ seconds }) => seconds !== null))('is listed as it is: $file ($note)', (it) => {
    const track = tracks.get(it.file);
    expect(track, 'it is listed').toBeDefined();
    expect(track!.durationExact, 'it was decoded').toBe(true);
    expect(Math.abs(track!.durationMs / 1000 - it.seconds!)).toBeLessThanOrEqual(0.1);
    if (it.title === null) return;
    expect(track!.title).toBe(it.title);
    expect([track!.artists[0]!.name, track!.album.title]).toEqual([TAGGED.artist, TAGGED.album]);
    const { trackNumber, year, genre } = TAGGED;
    if (it.file !== SPARE)
      expect([track!.trackNumber, track!.year, track!.genres[0]]).toEqual([trackNumber, year, genre]);
  });

  test.for(files.filter(({ seconds }) => seconds === null))('is shown with its reason: $file ($note)', (it) => {
    expect(tracks.has(it.file)).toBe(false);
    expect(issues.get(it.file)?.detail).toMatch(/\w+ .*\.$/);
  });

  test('that is cut short says so beside what is listed of it', () => {
    expect(issues.get('mp3-truncated.mp3')).toMatchObject({
      code: 'scan/damaged',
      detail: expect.stringMatching(/shorter or longer/),
    });
  });

  test('costs nobody else a word: nothing that plays whole is complained of, not even two streams in one file', () => {
    const complained = [...issues.keys()].filter((path) => truth.find(({ file }) => file === path)?.seconds != null);
    expect(complained).toEqual(['mp3-truncated.mp3']);
  });

  test('is on the page of scans with the same reason', async () => {
    const answer = await house.owner.ask('/scans', { headers: { accept: 'text/html' } });
    const html = await answer.text();
    for (const [path, { detail }] of issues) {
      expect(html).toContain(path);
      expect(html).toContain(detail.replaceAll("'", '&#39;').slice(0, 20));
    }
  });
});
