import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noiseAs } from '../testing/audio.ts';
import { liveFfmpeg } from '../testing/segment-house.ts';
import { openStreamingHouse } from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { readSegment } from './boxes.ts';

/* A disk that does not answer, with the limits of the real house: 10 s of no progress, 12 s until the listener is told. */
const MAX_MS = 12_000;
let house: StreamingHouse;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stalled-'));
  house = await openStreamingHouse();
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const copyTo = async (name: string): Promise<string> => {
  await copyFile(await noiseAs('flac', 20), join(folder, name));
  return join(folder, name);
};
const isHeard = async (trackId: string): Promise<void> => {
  const { grid } = await house.playback({ trackId });
  const answer = await house.ask(`${grid?.rates.at(-1)?.base}/1.m4s`);
  expect(readSegment(Buffer.from(await answer.arrayBuffer())).kind).toBe('segment');
};
const untilNoneLives = async (): Promise<void> => {
  for (let i = 0; i < 200 && liveFfmpeg().length > 0; i++) await sleep(25);
  expect(liveFfmpeg()).toEqual([]);
};
const refusedInTime = async (asked: () => Promise<Response>): Promise<void> => {
  const began = Date.now();
  const answer = await asked();
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'streaming/source-stalled']);
  expect(answer.headers.get('retry-after')).toBe('10');
  expect(Date.now() - began).toBeLessThan(MAX_MS);
};

test('a pipe where a file was is never opened: others play on, nothing stays behind', async () => {
  const fifo = join(folder, 'pipe.flac');
  execFileSync('mkfifo', [fifo]);
  const trackId = await house.add(await noiseAs('flac', 20), {
    rootPath: Buffer.from(folder),
    fileName: Buffer.from('pipe.flac'),
  });
  expect((await house.askPlayback({ trackId })).status).toBe(410);
  // It came after the address was made.
  const before = await house.add(await copyTo('later.flac'));
  const { grid } = await house.playback({ trackId: before });
  await rm(join(folder, 'later.flac'));
  execFileSync('mkfifo', [join(folder, 'later.flac')]);
  expect((await house.ask(`${grid?.rates[0]?.base}/2.m4s`)).status).toBe(410);
  await isHeard(await house.add(await noiseAs('flac', 20, 8)));
});

test(
  'ffmpeg that is stopped (a dead mount): told within 12 s, others play on, no process survives',
  { timeout: 60_000 },
  async () => {
    const trackId = await house.add(await noiseAs('flac', 242, 21));
    const { grid } = await house.playback({ trackId });
    const other = await house.add(await noiseAs('flac', 20, 8));
    const stopping = setInterval(() => stopAll(), 5);
    const asked = refusedInTime(() => house.ask(`${grid?.rates[0]?.base}/30.m4s`));
    await sleep(1000);
    clearInterval(stopping);
    await isHeard(other);
    await asked;
    await untilNoneLives();
    await isHeard(trackId);
  },
);

function stopAll(): void {
  for (const pid of liveFfmpeg()) process.kill(pid, 'SIGSTOP');
}
