import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeNoise } from '../testing/audio.ts';
import { openWholeHouse, type WholeHouse } from '../testing/whole-house.ts';

/* What an archive is on a real socket: as long as it says, taken no faster than it is read, let go when nobody listens. */

const COUNT = 6;
let media = '';
let house: WholeHouse;
let server: ServerType;
let path = '';
let headers: Record<string, string> = {};

const old = new Date(1_600_000_000_000);
const fileOf = (i: number): string => join(media, 'a', `${i}.wav`);

beforeAll(async () => {
  media = mkdtempSync(join(tmpdir(), 'over-http-'));
  mkdirSync(join(media, 'a'));
  for (let i = 0; i < COUNT; i++) {
    const tags = ['-metadata', `title=Song ${i}`, '-metadata', 'album=Long', '-metadata', 'artist=Ida'];
    const sound = await makeNoise({ seconds: 60, seed: 60 + i, as: ['-c:a', 'pcm_s16le', ...tags], extension: 'wav' });
    copyFileSync(sound, fileOf(i));
    utimesSync(fileOf(i), old, old);
  }
  house = await openWholeHouse({}, media, { ffmpeg: false });
  house.app.intake.begin();
  await house.app.intake.scan.idle();
  const { items } = (await (await house.owner.ask('/api/v1/albums')).json()) as { items: { id: string }[] };
  server = createAdaptorServer({ fetch: house.app.fetch });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  path = `http://127.0.0.1:${port}/api/v1/albums/${items[0]!.id}/download`;
  const body = { name: 'test', scopes: ['playback'] };
  const { token } = (await (await house.owner.ask('/api/v1/tokens', { method: 'POST', body })).json()) as {
    token: string;
  };
  headers = { authorization: `Bearer ${token}` };
}, 120_000);
afterAll(async () => {
  await new Promise((done) => server.close(done));
  await house.close();
  rmSync(media, { recursive: true, force: true });
});

const open = (more: Record<string, string> = {}): Promise<IncomingMessage> =>
  new Promise((done, fail) => get(path, { headers: { ...headers, ...more }, agent: false }, done).on('error', fail));

/** Its bytes, and whether they ended as they should. */
const drain = async (answer: IncomingMessage): Promise<{ bytes: number; whole: boolean }> => {
  let bytes = 0;
  try {
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    return { bytes, whole: answer.complete };
  } catch {
    return { bytes, whole: false };
  }
};

/** Files of the music that this process has open. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(media);
    } catch {
      return false;
    }
  }).length;

test('it is exactly as long as it says', async () => {
  const answer = await open();
  const { bytes, whole } = await drain(answer);
  expect(whole).toBe(true);
  expect(answer.headers['content-length']).toBe(String(bytes));
  expect(answer.headers['transfer-encoding']).toBeUndefined();
  expect(bytes).toBeGreaterThan(COUNT * 10_000_000);
});

test('who takes slowly holds back the reading, and who leaves lets go of the file', async () => {
  const answer = await open();
  answer.pause();
  await sleep(300);
  const before = process.memoryUsage().arrayBuffers;
  await sleep(500);
  // One chunk and what the sockets hold: not the 60 MB that are there to be read.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  expect(openFiles()).toBe(1);
  answer.destroy();
  await expect.poll(openFiles).toBe(0);
});

test('it breaks off, short of its length, when a file vanishes or shrinks under way', async () => {
  const last = fileOf(COUNT - 1);
  const kept = readFileSync(last);
  const answer = await open();
  answer.once('data', () => truncateSync(last, 100));
  const { bytes, whole } = await drain(answer);
  expect(whole).toBe(false);
  expect(bytes).toBeLessThan(Number(answer.headers['content-length']));
  writeFileSync(last, kept);
  utimesSync(last, old, old);
  expect((await drain(await open())).whole).toBe(true);
});
