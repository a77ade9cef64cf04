import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../kit/index.ts';
import { openSegmentCache } from './cache.ts';
import type { SegmentCache } from './cache.ts';

const KILO = 1000;
let folder = '';
let now = 0;
let busy: string[] = [];
let cache: SegmentCache;

const open = (quotaBytes = 100 * KILO): SegmentCache =>
  openSegmentCache({
    folder,
    quotaBytes,
    clock: { now: () => now },
    log: silentLog,
    isBusy: (name) => busy.includes(name),
  });
const ref = (i: number) => ({ key: String(i).padStart(24, 'a'), variant: 'aac128' });
const put = async (i: number, k: number): Promise<void> => {
  const path = join(cache.runsFolder, `${i}-${k}`);
  await writeFile(path, Buffer.alloc(10 * KILO));
  await cache.publish(ref(i), k, { path, sizeBytes: 10 * KILO });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'));
  [now, busy] = [Date.now(), []];
  cache = open();
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

test('what was published is there after a restart, by name and size', async () => {
  await put(1, 7);
  await cache.close();
  cache = open();
  expect([cache.sizeOf(ref(1), 7), cache.sizeOf(ref(1), 8), cache.isEmpty(ref(2))]).toEqual([
    10 * KILO,
    undefined,
    true,
  ]);
});
test('past the quota whole variants go, least recently used first, down to nine tenths', async () => {
  for (let i = 0; i < 5; i++) {
    await put(i, 0);
    await put(i, 1);
    now += 100_000;
  }
  cache.touch(ref(0));
  now += 100_000;
  await put(9, 0);
  expect([0, 1, 2, 3, 4, 9].filter((i) => !cache.isEmpty(ref(i)))).toEqual([0, 2, 3, 4, 9]);
  expect(cache.sizeBytes()).toBeLessThanOrEqual(90 * KILO);
});
test('what somebody waits for or used a moment ago stays', async () => {
  busy = [`${ref(0).key}/aac128`];
  for (let i = 0; i < 12; i++) await put(i, 0);
  expect(cache.sizeOf(ref(0), 0)).toBeDefined();
  expect(cache.sizeOf(ref(11), 0)).toBeDefined();
  now += 100_000;
  await cache.trim();
  expect(cache.sizeOf(ref(0), 0)).toBeDefined();
  expect(cache.sizeBytes()).toBeLessThanOrEqual(90 * KILO);
});
test('the order of use survives a restart', async () => {
  for (let i = 0; i < 9; i++) {
    await put(i, 0);
    now += 100_000;
  }
  cache.touch(ref(0));
  now += 100_000;
  await cache.close();
  cache = open();
  await sleep(50);
  await put(10, 0);
  await put(11, 0);
  expect([cache.isEmpty(ref(0)), cache.isEmpty(ref(1))]).toEqual([false, true]);
});
test('what a crash and an older engine left is swept', async () => {
  await cache.close();
  await mkdir(join(folder, 'runs', 'run-1-1'), { recursive: true });
  await mkdir(join(folder, 'v0', 'aa', 'old'), { recursive: true });
  cache = open();
  for (let i = 0; i < 100 && (await readdir(folder)).length > 3; i++) await sleep(10);
  expect((await readdir(folder)).toSorted()).toEqual(['init', 'runs', 'v1']);
  expect(await readdir(cache.runsFolder)).toEqual([]);
});
