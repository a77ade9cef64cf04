/** Names that a disk allows and programs forget: each is listed, decoded, and played as file and as HLS. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeNoise } from './audio.ts';
import { openWholeHouse, type WholeHouse } from './whole-house.ts';

const NAMES: Record<string, Buffer> = {
  'composed (NFC)': Buffer.from('é.flac'.normalize('NFC')),
  'decomposed (NFD)': Buffer.from('é.flac'.normalize('NFD')),
  '255 bytes': Buffer.from(`${'x'.repeat(250)}.flac`),
  'a newline': Buffer.from('new\nline.flac'),
  'from right to left': Buffer.from('שלום עולם.flac'),
  'not UTF-8': Buffer.from('caf\xe9.flac', 'latin1'),
  'percent signs': Buffer.from('100%25 %s %03d.flac'),
  'what ffmpeg reads as an option or a protocol': Buffer.from('-i concat:a|b.flac'),
  'quotes and backslashes': Buffer.from(`"it's" \\ $(x) \`y\`.flac`),
};
const FOLDER = Buffer.from('folder \xff 100%', 'latin1');

const sounds = new Map<string, Buffer>();
let house: WholeHouse;
let media: string;
let ids: Map<string, { id: string; durationExact: boolean; durationMs: number }>;

beforeAll(async () => {
  media = mkdtempSync(join(tmpdir(), 'odd-names-'));
  const folder = Buffer.concat([Buffer.from(`${media}/`), FOLDER]);
  mkdirSync(folder);
  const old = new Date(Date.now() - 60_000);
  for (const [i, [what, name]] of Object.entries(NAMES).entries()) {
    // Each its own sound and title, so that it shows which file is sent.
    const args = ['-c:a', 'flac', '-metadata', `title=${what}`];
    const bytes = readFileSync(await makeNoise({ seconds: 2, seed: 100 + i, as: args, extension: 'flac' }));
    sounds.set(what, bytes);
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    writeFileSync(path, bytes);
    utimesSync(path, old, old);
  }
  house = await openWholeHouse({}, media);
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  const answer = await house.owner.ask('/api/v1/tracks?limit=500');
  const { items } = (await answer.json()) as {
    items: { id: string; title: string; durationExact: boolean; durationMs: number }[];
  };
  ids = new Map(items.map((track) => [track.title, track]));
}, 120_000);
afterAll(async () => {
  await house.close();
  rmSync(media, { recursive: true, force: true });
});

test.for(Object.keys(NAMES))('a name with %s plays', async (what) => {
  const track = ids.get(what);
  expect(track).toMatchObject({ durationExact: true, durationMs: 2000 });
  const file = await house.owner.ask(`/api/v1/tracks/${track!.id}/file`);
  expect(file.status).toBe(200);
  expect(Buffer.from(await file.arrayBuffer()).equals(sounds.get(what)!)).toBe(true);
  const range = await house.owner.ask(`/api/v1/tracks/${track!.id}/file`, { headers: { range: 'bytes=10-19' } });
  expect([range.status, Buffer.from(await range.arrayBuffer())]).toEqual([206, sounds.get(what)!.subarray(10, 20)]);
  const list = await house.owner.ask(`/api/v1/tracks/${track!.id}/hls/flac.m3u8`);
  expect([list.status, (await list.text()).startsWith('#EXTM3U')]).toEqual([200, true]);
});
