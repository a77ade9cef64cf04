import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createSlots } from '../ffmpeg/index.ts';
import { silentLog } from '../kit/index.ts';
import { makeNoise, testFfmpeg } from '../testing/audio.ts';
import { sizeEstimate, type Wanted } from './encode.ts';
import { createEncodes, type EncodeNeeds } from './encodes.ts';
import { openShelf } from './shelf.ts';

const flac = (seconds: number, seed = 3): Promise<string> =>
  makeNoise({ seconds, seed, as: ['-c:a', 'flac'], extension: 'flac' });

let keys = 0;
const wantedOf = (path: string, seconds: number): Wanted => ({
  key: String(++keys).padStart(32, '0'),
  source: Buffer.from(path),
  root: Buffer.from(dirname(path)),
  cut: undefined,
  channels: 2,
  rateHz: 44_100,
  tags: { title: 'Ach, du' },
  cover: undefined,
  sizeBytes: sizeEstimate(seconds * 1000, 2),
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const openHouse = (changes: Partial<EncodeNeeds> = {}, quotaBytes = 1 << 28) => {
  const folder = mkdtempSync(join(tmpdir(), 'encodes-'));
  let now = 1_000_000;
  const clock = { now: () => now };
  const slots = createSlots({ cores: 2 });
  const shelf = openShelf(folder, { quotaBytes, now: clock.now });
  const needs = { ffmpeg: { path: testFfmpeg }, slots, shelf, quotaBytes, clock, log: silentLog, lanes: 1, ...changes };
  const encodes = createEncodes(needs);
  closing.push(async () => {
    await encodes.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const untilMade = async (owner: string, wanted: readonly Wanted[]): Promise<void> => {
    for (let i = 0; i < 400; i++) {
      const progress = encodes.want(owner, wanted);
      if (progress && progress.ready === progress.of) return;
      await sleep(25);
    }
    throw new Error('never made');
  };
  return { folder, slots, shelf, encodes, untilMade, later: (ms: number) => (now += ms) };
};

describe('what is made to be taken along', () => {
  test('is made once for two who want it, and stays when the house opens again', async () => {
    const house = openHouse();
    const wanted = wantedOf(await flac(3), 3);
    await Promise.all([house.untilMade('ida', [wanted]), house.untilMade('ole', [wanted])]);
    expect(readdirSync(house.folder)).toHaveLength(1);
    writeFileSync(join(house.folder, `${wanted.key}.1-0.part`), 'half');
    const again = openShelf(house.folder, { quotaBytes: 1e9, now: () => 0 });
    expect(again.find(wanted.key)?.crc).toBe(house.shelf.find(wanted.key)?.crc);
    expect(again.find(wanted.key)?.file.mtimeNs).toBe(house.shelf.find(wanted.key)?.file.mtimeNs);
    expect(readdirSync(house.folder)).toHaveLength(1);
  });

  test('is the same to the last byte when it has to be made again', async () => {
    const [one, other] = [openHouse(), openHouse()];
    const wanted = wantedOf(await flac(3), 3);
    await one.untilMade('ida', [wanted]);
    await other.untilMade('ida', [wanted]);
    expect(one.shelf.find(wanted.key)?.crc).toBe(other.shelf.find(wanted.key)?.crc);
  });

  test('gives its core to who plays, and is made all the same', async () => {
    const house = openHouse();
    const wanted = wantedOf(await flac(60, 4), 60);
    house.encodes.want('ida', [wanted]);
    await expect.poll(() => house.slots.counts().running).toBe(1);
    const players = [1, 2].map(() => house.slots.claim({ kind: 'playing', owner: 'ole' })!);
    await Promise.all(players.map((it) => it.started));
    await expect.poll(() => house.slots.counts().running).toBe(2);
    expect(house.encodes.find(wanted.key)).toBeUndefined();
    for (const it of players) it.release();
    await house.untilMade('ida', [wanted]);
    expect(house.encodes.find(wanted.key)).toMatchObject({ key: wanted.key });
  });

  test('is given up half a minute after the last who asked', async () => {
    const house = openHouse();
    // Long enough that it cannot be finished before somebody looks whether it is still wanted.
    const path = await flac(600, 5);
    const many = [wantedOf(path, 600), wantedOf(path, 600)];
    house.encodes.want('ida', many);
    await expect.poll(() => house.slots.counts().running).toBe(1);
    house.later(31_000);
    await expect.poll(() => house.slots.counts(), { timeout: 5000 }).toMatchObject({ running: 0, waiting: 0 });
    expect(readdirSync(house.folder)).toEqual([]);
  });

  test('is refused where it is more than there is room for', async () => {
    const house = openHouse({}, 3_000_000);
    const path = await flac(3);
    expect(house.encodes.want('ida', [wantedOf(path, 3600)])).toBe(false);
    expect(house.encodes.want('ida', [wantedOf(path, 3)])).toMatchObject({ of: 1 });
  });

  test('makes room by what was asked for least lately, never by what is wanted or on its way', async () => {
    const house = openHouse({}, 1_200_000);
    const path = await flac(10, 6);
    const [first, second, third] = [wantedOf(path, 10), wantedOf(path, 10), wantedOf(path, 10)];
    await house.untilMade('ida', [first]);
    const release = house.encodes.hold([first.key]);
    house.later(60_000);
    await house.untilMade('ida', [second]);
    house.later(60_000);
    await house.untilMade('ida', [third]);
    expect([first, second, third].map(({ key }) => house.shelf.find(key) !== undefined)).toEqual([true, false, true]);
    release();
    expect(house.shelf.sizeBytes()).toBeLessThanOrEqual(1_200_000);
  });

  test('counts as settled where its file cannot be decoded', async () => {
    const house = openHouse();
    const path = join(house.folder, '..', `noise-${process.pid}.flac`);
    writeFileSync(path, Buffer.alloc(5000, 7));
    const wanted = wantedOf(path, 3);
    await house.untilMade('ida', [wanted]);
    expect(house.encodes.find(wanted.key)).toBe('failed');
    house.later(11 * 60_000);
    expect(house.encodes.find(wanted.key)).toBeUndefined();
    rmSync(path);
  });

  test('is never made of a file that leads out of its folder', async () => {
    const house = openHouse();
    const root = mkdtempSync(join(tmpdir(), 'encodes-root-'));
    closing.push(async () => rmSync(root, { recursive: true, force: true }));
    symlinkSync(await flac(3), join(root, 'swapped.flac'));
    const wanted = wantedOf(join(root, 'swapped.flac'), 3);
    await house.untilMade('ida', [wanted]);
    expect(house.encodes.find(wanted.key)).toBe('failed');
    expect(readdirSync(house.folder)).toEqual([]);
  });

  test('leaves nothing behind when the house closes in the middle of it', async () => {
    const house = openHouse();
    house.encodes.want('ida', [wantedOf(await flac(60, 4), 60)]);
    await expect.poll(() => readdirSync(house.folder).length).toBe(1);
    await house.encodes.close();
    expect(readdirSync(house.folder)).toEqual([]);
    expect(house.slots.counts()).toMatchObject({ running: 0, waiting: 0 });
  });
});
