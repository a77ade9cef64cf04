import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { noiseAs } from '../testing/audio.ts';
import { deep } from '../testing/depth.ts';
import { openSegmentHouse, recordingOf } from '../testing/segment-house.ts';
import { faultOf } from './boxes.ts';
import { spanOf } from './grid.ts';
import { planTrack } from './plan.ts';

/* Four times the quota is listened to, while one listener goes on with the first track. */
const MEGA = 1e6;
const QUOTA_BYTES = deep ? 50 * MEGA : 6 * MEGA;
const TO_FILL_BYTES = 4 * QUOTA_BYTES;
const SECONDS = deep ? 242 : 60;
/** What a run of 24 segments of AAC 256 writes. */
const RUN_BYTES = 24 * 140_000;

const bytesBelow = async (folder: string): Promise<number> => {
  let sum = 0;
  for (const it of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    if (it.isFile()) sum += (await stat(join(it.parentPath, it.name)).catch(() => undefined))?.size ?? 0;
  return sum;
};

test(
  'the cache stays within its quota and a run, the oldest goes first, and what is playing stays',
  { timeout: 300_000 },
  async () => {
    // An hour passes with each track: nothing is kept for having been heard within the minute, unless it is being heard.
    let skew = 0;
    const house = await openSegmentHouse({ quotaBytes: QUOTA_BYTES, clock: { now: () => Date.now() + skew } });
    const recording = await recordingOf(await noiseAs('flac', SECONDS));
    const plan = (fileId: number) => planTrack({ ...recording, fileId }, 'aac256');
    const home = join(house.folder, 'v1');
    let most = 0;
    let watching = true;
    const watcher = (async () => {
      while (watching) {
        most = Math.max(most, await bytesBelow(house.folder));
        await sleep(20);
      }
    })();
    const playing = plan(1_000_000);
    await house.bytesOf(playing, 0);
    const kept: string[][] = [];
    const order: string[] = [];
    let filled = 0;
    for (let track = 0; filled < TO_FILL_BYTES; track++) {
      const next = plan(1_000_001 + track);
      order.push(next.key);
      for (let k = 0; k < next.grid.count; k++) {
        const bytes = await house.bytesOf(next, k, { owner: 'filler' });
        filled += bytes.length;
        // The listener: a segment every few of the others, always there already or made on demand, never taken away.
        if (k % 8 === 0) {
          const at = Math.floor((track * 8 + k) / 8) % playing.grid.count;
          expect(
            faultOf(await house.bytesOf(playing, at, { owner: 'listener' }), spanOf(playing.grid, at)),
          ).toBeUndefined();
        }
        expect(house.cache.isEmpty(playing)).toBe(false);
      }
      while (house.engine.running() > 0) await sleep(20);
      const keys = (await Promise.all((await readdir(home)).map((it) => readdir(join(home, it))))).flat();
      kept.push(keys.filter((key) => order.includes(key)));
      skew += 3_600_000;
      house.cache.touch(playing);
    }
    watching = false;
    await watcher;
    expect(filled).toBeGreaterThanOrEqual(TO_FILL_BYTES);
    expect(most).toBeLessThanOrEqual(QUOTA_BYTES + RUN_BYTES);
    // What is left is always the latest, without a gap.
    for (const [i, keys] of kept.entries())
      expect(keys.toSorted()).toEqual(order.slice(i + 1 - keys.length, i + 1).toSorted());
    expect(kept.at(-1)?.length).toBeLessThan(order.length);
    expect(house.cache.sizeBytes()).toBeLessThanOrEqual(QUOTA_BYTES);
    await house.close();
  },
);
