/**
 * What people do to their folders, and a disk that comes and goes: every id, like, playlist entry and "added" date lives
 * through it, and the pages say what is missing meanwhile. 300 files here, 5,000 in `npm run check`.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { t } from '../../web/strings.ts';
import { testFfmpeg } from './audio.ts';
import { scratchFolder } from './child-server.ts';
import { times } from './depth.ts';
import { sampleLibrary } from './sample-library.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

const FILES = times(300, 5000);
const CHANGED = FILES / 5;
const run = promisify(execFile);

type Track = {
  id: string;
  title: string;
  path: string;
  addedAt: string;
  liked: boolean;
  missing: boolean;
  album: { id: string };
};
type Page<T> = { items: T[]; next: string | null; total: number | null };
type Scan = { id: string; status: string; added: number; changed: number; moved: number; missing: number };

const scratch = scratchFolder('moving');
const main = join(scratch.path, 'main');
const disk = join(scratch.path, 'disk');
let house: WholeHouse;

const get = async <T>(path: string): Promise<T> => (await (await house.owner.ask(path)).json()) as T;
const send = async (method: string, path: string, body?: unknown): Promise<number> =>
  (await house.owner.ask(path, { method, ...(body !== undefined && { body }) })).status;
const html = async (path: string): Promise<string> =>
  (await house.owner.ask(path, { headers: { accept: 'text/html' } })).text();

const everyTrack = async (query = ''): Promise<Track[]> => {
  const all: Track[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Track> = await get(`/api/v1/tracks?limit=500${query}${cursor && `&cursor=${cursor}`}`);
    all.push(...page.items);
    cursor = page.next;
  }
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
};
let lastScan: string | undefined;
/** What was found since the last time: the watcher may have been quicker with a part of it. */
const scanOnce = async (): Promise<Scan> => {
  await send('POST', '/api/v1/scans');
  await house.app.intake.scan.idle();
  const { items } = await get<Page<Scan>>('/api/v1/scans');
  const known = items.findIndex(({ id }) => id === lastScan);
  const news = items.slice(0, known < 0 ? 1 : known);
  lastScan = items[0]!.id;
  const sum = (what: 'added' | 'changed' | 'moved' | 'missing'): number =>
    news.reduce((total, scan) => total + scan[what], 0);
  return {
    ...items[0]!,
    added: sum('added'),
    changed: sum('changed'),
    moved: sum('moved'),
    missing: sum('missing'),
  };
};

/** What people made, by the ids they made it of. */
const made = async () => ({
  likedTracks: (await everyTrack('&liked=true')).map(({ id }) => id),
  likedAlbums: (await get<Page<{ id: string }>>('/api/v1/albums?liked=true&limit=500')).items
    .map(({ id }) => id)
    .sort(),
  likedArtists: (await get<Page<{ id: string }>>('/api/v1/artists?liked=true&limit=500')).items
    .map(({ id }) => id)
    .sort(),
  entries: (
    await get<Page<{ id: string; track: { id: string } }>>(`/api/v1/playlists/${playlist}/entries?limit=500`)
  ).items.map((entry) => [entry.id, entry.track.id]),
  history: (await get<Page<{ id: string }>>('/api/v1/history?limit=500')).items.length,
});
let playlist: string;
let before: Track[];
let madeBefore: Awaited<ReturnType<typeof made>>;

const stays = async (): Promise<void> => {
  const now = await everyTrack();
  expect(now.map(({ id, addedAt }) => [id, addedAt])).toEqual(before.map(({ id, addedAt }) => [id, addedAt]));
  expect(await made()).toEqual(madeBefore);
};

/** A fifth of the artists lie on another disk. */
const layOut = (): void => {
  cpSync(sampleLibrary(FILES).root, main, { recursive: true, preserveTimestamps: true });
  mkdirSync(disk);
  readdirSync(main).forEach((name, i) => {
    if (i % 5 === 4) renameSync(join(main, name), join(disk, name));
  });
};

beforeAll(async () => {
  layOut();
  house = await openWholeHouse({ EVENSONG_MEDIA: `${main}:${disk}` }, main, { ffmpeg: false });
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  before = await everyTrack();
  const albums = (await get<Page<{ id: string }>>('/api/v1/albums?limit=500')).items;
  const artists = (await get<Page<{ id: string }>>('/api/v1/artists?limit=500')).items;
  const like = (kind: string, all: { id: string }[]) =>
    Promise.all(all.map(({ id }) => send('PUT', `/api/v1/likes/${kind}/${id}`)));
  await like('tracks', before.filter((_, i) => i % 4 === 0).slice(0, 400));
  await like('albums', albums.slice(0, 100));
  await like('artists', artists.slice(0, 100));
  const chosen = before.filter((_, i) => i % 3 === 0).slice(0, 400);
  const answer = await house.owner.ask('/api/v1/playlists', {
    method: 'POST',
    body: { name: 'Kept', trackIds: chosen.map(({ id }) => id) },
  });
  playlist = ((await answer.json()) as { id: string }).id;
  const events = before.slice(0, 20).map(({ id }, i) => ({
    id: `00000000-0000-4000-8000-0000000000${i + 10}`,
    trackId: id,
    startedAt: '2026-01-01T00:00:00Z',
    playedMs: 1000,
    outcome: 'completed',
    source: 'album',
    deviceId: 'test',
  }));
  await send('POST', '/api/v1/plays', { events });
  madeBefore = await made();
}, 300_000);
afterAll(async () => {
  await house.close();
  scratch.remove();
});

const place = ({ path }: Track): string => {
  const own = join(main, path);
  return statSync(own, { throwIfNoEntry: false }) ? own : join(disk, path);
};
const old = new Date(Date.now() - 60_000);

const moveElsewhere = (track: Track, i: number): void => {
  // Some of them to the other disk, where copying gives them another inode.
  const to = i % 10 === 0 ? join(disk, 'moved', `${i % 7}`) : join(main, 'moved', `${i % 7}`);
  mkdirSync(to, { recursive: true });
  renameSync(place(track), join(to, `${i} ${track.path.split('/').at(-1)}`));
};
const renameOnly = (track: Track, i: number): void => {
  const from = place(track);
  renameSync(from, join(dirname(from), `renamed ${i}${extname(from)}`));
};
/** As a tagger does it: other words in the same frame, the sound untouched. */
const retitleMp3 = (bytes: Buffer, title: string): Buffer => {
  const version = bytes[3]!;
  const sizeAt = (at: number, safe: boolean): number =>
    safe ? [0, 1, 2, 3].reduce((sum, i) => sum * 128 + bytes[at + i]!, 0) : bytes.readUInt32BE(at);
  const end = 10 + sizeAt(6, true);
  const frames: Buffer[] = [];
  for (let at = 10; at + 10 <= end && bytes[at] !== 0;) {
    const next = at + 10 + sizeAt(at + 4, version === 4);
    if (bytes.toString('latin1', at, at + 4) !== 'TIT2') frames.push(bytes.subarray(at, next));
    at = next;
  }
  const safeSize = (n: number): Buffer => Buffer.from([(n >>> 21) & 127, (n >>> 14) & 127, (n >>> 7) & 127, n & 127]);
  const text = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(title, 'utf16le')]);
  const plainSize = Buffer.alloc(4);
  plainSize.writeUInt32BE(text.length);
  frames.push(Buffer.from('TIT2'), version === 4 ? safeSize(text.length) : plainSize, Buffer.alloc(2), text);
  const body = Buffer.concat([...frames, Buffer.alloc(256)]);
  return Buffer.concat([
    Buffer.from(['I'.charCodeAt(0), 0x44, 0x33, version, 0, 0]),
    safeSize(body.length),
    body,
    bytes.subarray(end),
  ]);
};

const retag = async (track: Track): Promise<void> => {
  const path = place(track);
  const title = `${track.title} (again)`;
  const part = `${path}.part${extname(path)}`;
  const told = ['-metadata', `title=${title}`, '-metadata:s:a:0', `title=${title}`];
  if (path.endsWith('.mp3')) writeFileSync(part, retitleMp3(readFileSync(path), title));
  else await run(testFfmpeg, ['-v', 'error', '-y', '-i', path, '-map', '0:a', '-c', 'copy', ...told, part]);
  renameSync(part, path);
  utimesSync(path, old, old);
};

test('a fifth of the files moved, renamed or retagged are the same tracks as before', async () => {
  expect(before).toHaveLength(FILES);
  const chosen = before.filter((_, i) => i % 5 === 2);
  expect(chosen).toHaveLength(CHANGED);
  const third = Math.ceil(CHANGED / 3);
  chosen.slice(0, third).forEach(moveElsewhere);
  chosen.slice(third, 2 * third).forEach(renameOnly);
  const retagged = chosen.slice(2 * third);
  for (let i = 0; i < retagged.length; i += 4) await Promise.all(retagged.slice(i, i + 4).map(retag));
  const scan = await scanOnce();
  expect(scan).toMatchObject({ status: 'done', added: 0, missing: 0 });
  const now = new Map((await everyTrack()).map((track) => [track.id, track]));
  const told = (track: Track | undefined) => track && [track.id, track.title];
  expect(retagged.map((track) => told(now.get(track.id)))).toEqual(
    retagged.map((track) => [track.id, `${track.title} (again)`]),
  );
  const others = before.filter((track) => !retagged.includes(track));
  expect(others.map((track) => told(now.get(track.id)))).toEqual(others.map(told));
  await stays();
}, 400_000);

test('a disk that is away, or there without its music, is kept, listed and named on the page of the server', async () => {
  renameSync(disk, `${disk}-away`);
  expect(await scanOnce()).toMatchObject({ status: 'done', added: 0, missing: 0 });
  await stays();
  expect(await html('/server')).toContain(t.server.rootStates['missing']);
  mkdirSync(disk);
  expect(await scanOnce()).toMatchObject({ status: 'done', added: 0, missing: 0 });
  await stays();
  const page = await html('/server');
  expect(page).toContain(t.server.rootStates['empty']);
  expect(page).toContain('disk is not connected.');
}, 200_000);

test('ten files deleted meanwhile are missing by name on their pages, and everything comes back as it was', async () => {
  const here = (await everyTrack()).filter(({ path }) => statSync(join(main, path), { throwIfNoEntry: false }));
  const gone = here.filter((_, i) => i % Math.floor(here.length / 10) === 0).slice(0, 10);
  const aside = join(scratch.path, 'aside');
  gone.forEach((track, i) => {
    mkdirSync(aside, { recursive: true });
    cpSync(join(main, track.path), join(aside, `${i}`), { preserveTimestamps: true });
    rmSync(join(main, track.path));
  });
  expect(await scanOnce()).toMatchObject({ status: 'done', added: 0, missing: 10 });
  await stays();
  const flagged = await everyTrack('&missing=true');
  expect(flagged.map(({ id }) => id)).toEqual(gone.map(({ id }) => id).sort());
  for (const { album } of gone) {
    const n = gone.filter((track) => track.album.id === album.id).length;
    expect(await html(`/albums/${album.id}`)).toContain(t.album.missing(n));
  }
  expect(await html('/scans')).toContain('10');
  rmdirSync(disk);
  renameSync(`${disk}-away`, disk);
  gone.forEach((track, i) => cpSync(join(aside, `${i}`), join(main, track.path), { preserveTimestamps: true }));
  expect(await scanOnce()).toMatchObject({ status: 'done', added: 0, missing: 0 });
  await stays();
  expect(await everyTrack('&missing=true')).toEqual([]);
  expect(await html('/server')).not.toContain('is not connected.');
  const last = await scanOnce();
  expect(last).toMatchObject({ added: 0, changed: 0, moved: 0, missing: 0 });
}, 200_000);
