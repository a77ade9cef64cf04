/**
 * Music that others made and tagged, as Debian ships it with two games: what the scan lists is what ffmpeg reads, and every
 * length is the one that decoding yields. `npm run check` alone; TEST_MUSIC names other folders (with : between them).
 */
import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testFfmpeg } from './audio.ts';
import { deep } from './depth.ts';
import { REAL_MUSIC_FROM, realMusic } from './real-music.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';
import { describeWhere } from './describe-where.ts';

const folders = realMusic();
const able = deep && folders.length > 0;
if (deep && !able) console.warn(`NOT TESTED: tags and lengths of real music (${REAL_MUSIC_FROM})`);

const run = promisify(execFile);

/** The FFMETADATA format: `key=value`, with `=`, `;`, `#`, `\` and line ends escaped by a backslash. */
const parseMetadata = (text: string): Map<string, string> => {
  const tags = new Map<string, string>();
  for (const [line] of text.matchAll(/(?:\\[^]|[^\\\n])+/g)) {
    const at = /^((?:\\[^]|[^\\=])*)=([^]*)$/.exec(line);
    if (line.startsWith(';') || !at) continue;
    const plain = (escaped: string): string => escaped.replace(/\\([^])/g, '$1');
    tags.set(plain(at[1]!).toLowerCase(), plain(at[2]!));
  }
  return tags;
};

/** What ffmpeg reads of a file; Ogg keeps its tags in the stream. */
const readTags = async (path: string): Promise<Map<string, string>> => {
  const read = async (more: string[]) => {
    const { stdout } = await run(testFfmpeg, ['-v', 'error', '-i', path, ...more, '-f', 'ffmetadata', '-']);
    return parseMetadata(stdout);
  };
  const tags = new Map([...(await read(['-map_metadata', '0:s:a:0'])), ...(await read([]))]);
  tags.delete('encoder');
  return tags;
};

const PCM_HZ = 8000;
const decodedSeconds = async (path: string): Promise<number> => {
  const args = ['-v', 'error', '-i', path, '-map', '0:a:0', '-ac', '1', '-ar', `${PCM_HZ}`, '-f', 's16le', '-'];
  const { stdout } = await run(testFfmpeg, args, { encoding: 'buffer', maxBuffer: 1 << 30 });
  return stdout.length / 2 / PCM_HZ;
};

type Track = {
  title: string;
  path: string;
  durationMs: number;
  durationExact: boolean;
  artists: { name: string; role: string }[];
  album: { id: string; title: string };
  trackNumber: number | null;
  discNumber: number;
  year: number | null;
  genres: string[];
};

const many = (text: string | undefined): string[] => text?.split(';').map((part) => part.trim()) ?? [];
const whole = (text: string | undefined): number | null => (text ? Number.parseInt(text, 10) : null);

/** What a track says where its tags say something. */
const claims = (tags: Map<string, string>, track: Track, albumArtists: string[]) => {
  const inRole = (role: string) => track.artists.filter((it) => it.role === role).map(({ name }) => name);
  const claim = <T>(tag: string, told: T, listed: T) => (tags.has(tag) ? [[tag, told, listed] as const] : []);
  const year = /\d{4}/.exec(tags.get('date') ?? '')?.[0];
  return [
    ...claim('title', tags.get('title')?.trim(), track.title),
    ...claim('album', tags.get('album'), track.album.title),
    ...claim('artist', many(tags.get('artist')), inRole('artist')),
    ...claim('album_artist', many(tags.get('album_artist')), albumArtists),
    ...claim('composer', many(tags.get('composer')), inRole('composer')),
    ...claim('genre', many(tags.get('genre')), track.genres),
    ...claim('track', whole(tags.get('track')), track.trackNumber),
    ...claim('disc', whole(tags.get('disc')), track.discNumber),
    ...claim('date', year === undefined ? null : Number(year), track.year),
  ];
};

describeWhere(able, `npm run check, with ${REAL_MUSIC_FROM}`)('real music (npm run check)', () => {
  let house: WholeHouse;
  let tracks: { track: Track; file: string }[];
  const get = async <T>(path: string): Promise<T> => (await (await house.owner.ask(path)).json()) as T;

  beforeAll(async () => {
    house = await openWholeHouse({ EVENSONG_FFMPEG: testFfmpeg, EVENSONG_MEDIA: folders.join(delimiter) }, folders[0]);
    house.app.intake.begin();
    await house.app.intake.scan.idle();
    const { items } = await get<{ items: Track[] }>('/api/v1/tracks?limit=500');
    tracks = items.map((track) => {
      const file = folders.map((folder) => join(folder, track.path)).find((path) => existsSync(path));
      return { track, file: file! };
    });
  }, 400_000);
  afterAll(() => house?.close());

  test('is listed whole, without a complaint', async () => {
    const onDisk = folders.flatMap((folder) => globSync(join(folder, '**/*.{ogg,opus,mp3,flac,m4a,oga}')));
    expect(tracks.map(({ file }) => file).sort()).toEqual(onDisk.sort());
    const { items } = await get<{ items: { id: string }[] }>('/api/v1/scans');
    expect(await get(`/api/v1/scans/${items[0]!.id}/issues`)).toMatchObject({ items: [] });
    console.log(`real music: ${tracks.length} tracks in ${folders.join(', ')}`);
  });

  test('says of itself what ffmpeg reads', async () => {
    let compared = 0;
    for (const { track, file } of tracks) {
      const tags = await readTags(file);
      const album = await get<{ artists: { name: string }[] }>(`/api/v1/albums/${track.album.id}`);
      const all = claims(
        tags,
        track,
        album.artists.map(({ name }) => name),
      );
      expect({ file, ...Object.fromEntries(all.map(([tag, , listed]) => [tag, listed])) }).toEqual({
        file,
        ...Object.fromEntries(all.map(([tag, told]) => [tag, told])),
      });
      compared += all.length;
    }
    console.log(`real music: ${compared} tags equal`);
  }, 400_000);

  test('lasts as long as it sounds', async () => {
    let worst = 0;
    for (const { track, file } of tracks) {
      const off = Math.abs(track.durationMs / 1000 - (await decodedSeconds(file)));
      expect([file, track.durationExact, off <= 0.1]).toEqual([file, true, true]);
      worst = Math.max(worst, off);
    }
    console.log(`real music: lengths at most ${(worst * 1000).toFixed(1)} ms off`);
  }, 400_000);
});
