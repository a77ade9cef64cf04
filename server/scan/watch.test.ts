/** Folders that are watched: what stirs is looked at once it is quiet. Slow ones in `npm run check`. */
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../kit/index.ts';
import { makeNoise } from '../testing/audio.ts';
import { deep } from '../testing/depth.ts';
import { miscounts } from '../testing/recount.ts';
import { sampleLibrary } from '../testing/sample-library.ts';
import { openScanHouse, type ScanHouse } from '../testing/scan-house.ts';
import { createWatch, type Watch } from './index.ts';

let house: ScanHouse;
let watch: Watch;
beforeEach(async () => {
  house = openScanHouse();
  watch = createWatch({ scan: house.scan, log: silentLog });
  await house.run();
  await watch.update(house.roots.list());
});
afterEach(async () => {
  await watch.close();
  await house.scan.idle();
  expect(miscounts(house.db)).toEqual({});
  await house.close();
});

const listed = (): string[] =>
  house
    .rows<{ path: string }>(
      `SELECT CAST(iif(o.path = x'', '', o.path || '/') || f.name AS TEXT) path FROM track t JOIN file f ON f.id = t.file_id
       JOIN folder o ON o.id = f.folder_id WHERE t.missing_at IS NULL ORDER BY 1`,
    )
    .map(({ path }) => path);
const onDisk = (): string[] =>
  readdirSync(house.media, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(house.media.length + 1))
    .sort();
/** The watcher waits until it is quiet, a file until it is old enough: some scans after one another. */
const settle = async (seconds: number): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await sleep(500);
    await house.scan.idle();
    if (JSON.stringify(listed()) === JSON.stringify(onDisk())) return;
  }
};

test('files that come, move and go are found without being asked for', async () => {
  const [one, two] = sampleLibrary(10).truth;
  mkdirSync(join(house.media, 'A'));
  copyFileSync(one!.path, join(house.media, 'A', 'one.x'.replace('.x', one!.path.slice(one!.path.lastIndexOf('.')))));
  copyFileSync(two!.path, join(house.media, 'A', 'two.x'.replace('.x', two!.path.slice(two!.path.lastIndexOf('.')))));
  await settle(30);
  expect(listed()).toEqual(onDisk());
  renameSync(join(house.media, 'A'), join(house.media, 'B'));
  await settle(30);
  expect(listed()).toEqual(onDisk());
  expect(house.one('SELECT count(*) FROM track')).toBe(2);
});

describe('slow changes', () => {
  test('a file that takes 30 s to copy appears once, whole', async ({ skip }) => {
    skip(!deep, 'takes a minute: npm run check');
    const whole = readFileSync(await makeNoise({ seconds: 20, seed: 3, as: ['-c:a', 'flac'], extension: 'flac' }));
    const path = join(house.media, 'slow.flac');
    const parts = 60;
    const seen: number[] = [];
    for (let i = 0; i < parts; i++) {
      const step = Math.ceil(whole.length / parts);
      appendFileSync(path, whole.subarray(i * step, (i + 1) * step));
      await sleep(500);
      seen.push(...house.rows<{ ms: number }>('SELECT duration_ms ms FROM track').map(({ ms }) => ms));
    }
    expect(seen).toEqual([]);
    await settle(30);
    expect(house.rows('SELECT duration_ms ms, missing_at missing FROM track')).toEqual([{ ms: 20_000, missing: null }]);
  }, 120_000);

  test('of 100 changes a second for 60 s none is missed', async ({ skip }) => {
    skip(!deep, 'takes minutes: npm run check');
    const sources = sampleLibrary(200).truth.map(({ path }) => path);
    const begun = performance.now();
    const there: string[] = [];
    let changes = 0;
    for (let n = 0; performance.now() - begun < 60_000; n++) {
      const kind = n % 4;
      const name = `${n % 37}/file ${n}${sources[n % 200]!.slice(sources[n % 200]!.lastIndexOf('.'))}`;
      if (kind < 2 || there.length < 10) {
        mkdirSync(join(house.media, `${n % 37}`), { recursive: true });
        copyFileSync(sources[n % 200]!, join(house.media, name));
        there.push(name);
      } else {
        const [before] = there.splice((n * 7919) % there.length, 1);
        if (kind === 2) rmSync(join(house.media, before!));
        else {
          const after = before!.replace('file', `renamed ${n}`);
          renameSync(join(house.media, before!), join(house.media, after));
          there.push(after);
        }
      }
      changes++;
      await sleep(Math.max(0, begun + changes * 10 - performance.now()));
    }
    await settle(120);
    console.log(
      `${changes} changes in ${Math.round((performance.now() - begun) / 1000)} s, ${there.length} files left`,
    );
    expect(listed()).toEqual(onDisk());
    expect(changes).toBeGreaterThan(5000);
  }, 300_000);
});
