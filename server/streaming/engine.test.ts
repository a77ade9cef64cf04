import { execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isProblem } from '../kit/index.ts';
import { noiseAs } from '../testing/audio.ts';
import { times } from '../testing/depth.ts';
import { liveFfmpeg, openSegmentHouse, recordingOf } from '../testing/segment-house.ts';
import type { SegmentHouse } from '../testing/segment-house.ts';
import { faultOf } from './boxes.ts';
import { spanOf } from './grid.ts';
import { planTrack } from './plan.ts';
import type { Plan, Recording } from './plan.ts';
import { sourceGone, sourceStalled, tooManyWaiting } from './problems.ts';

/* How runs are started, shared, taken away and what happens when they fail. */
let house: SegmentHouse;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  house = await openSegmentHouse();
});
afterEach(() => house.close());

const planOf = async (seed: number, seconds = 60, variant: Plan['variant'] = 'aac128'): Promise<Plan> =>
  planTrack(await recordingOf(await noiseAs('flac', seconds, seed)), variant);

const isGood = (plan: Plan, k: number, bytes: Buffer): void =>
  expect(faultOf(bytes, spanOf(plan.grid, k))).toBeUndefined();

/** A plan for a file that cannot be measured: what the engine does when it is lied to. */
const planFor = (path: string, seconds = 20): Plan => {
  const length = { rateHz: 44_100, samples: seconds * 44_100, firstPts: 0 };
  const lie: Recording = {
    trackId: 1,
    fileId: Math.random(),
    path: Buffer.from(path),
    sizeBytes: 1,
    mtimeNs: 1n,
    length,
  };
  return planTrack(lie, 'aac128');
};

/** The box may be shared: waits for what must come, within a bound. */
const until = async (holds: () => boolean): Promise<void> => {
  // Asked once a round: what held a moment ago may be over.
  let held = holds();
  for (let i = 0; i < 400 && !held; i++) {
    await sleep(25);
    held = holds();
  }
  expect(held).toBe(true);
};

describe('sharing', () => {
  test('twenty who ask for one cold track start one process', async () => {
    const plan = await planOf(21);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => house.bytesOf(plan, 0, { owner: `listener-${i}` })),
    );
    expect(new Set(all.map((bytes) => bytes.length)).size).toBe(1);
    expect(house.engine.started()).toBe(1);
  });
  test('eight different cold tracks all start, four at a time at most', async () => {
    const plans = await Promise.all(Array.from({ length: 8 }, (_, i) => planOf(30 + i)));
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, house.slots.counts().playing)), 5);
    await Promise.all(
      plans.map(async (plan, i) => isGood(plan, 0, await house.bytesOf(plan, 0, { owner: `listener-${i}` }))),
    );
    clearInterval(watching);
    expect(most).toBeLessThanOrEqual(4);
  });
  test('ten seeks in two seconds never keep more than three processes alive, and two a second later', async () => {
    const plan = await planOf(22, times(242, 3600), 'aac256');
    const leaving: Promise<unknown>[] = [];
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, liveFfmpeg().length)), 10);
    for (let i = 0; i < 10; i++) {
      const abort = new AbortController();
      leaving.push(house.bytesOf(plan, (i * 17) % plan.grid.count, { signal: abort.signal }).catch(() => undefined));
      await sleep(200);
      abort.abort();
    }
    isGood(plan, 50, await house.bytesOf(plan, 50));
    await Promise.all(leaving);
    await sleep(1000);
    const later = liveFfmpeg().length;
    clearInterval(watching);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    expect(later).toBeLessThanOrEqual(2);
  });
  test('a client that seeks and never cancels is served all of it, three at a time at most', async () => {
    const plan = await planOf(30, 242, 'aac256');
    const asked: Promise<Buffer>[] = [];
    // Without those that just lost their slot: they are killed, and gone some milliseconds later.
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, house.engine.running())), 10);
    for (let i = 0; i < 10; i++) {
      asked.push(house.bytesOf(plan, (i * 17) % plan.grid.count));
      await sleep(200);
    }
    const found = await Promise.all(asked);
    clearInterval(watching);
    found.forEach((bytes, i) => isGood(plan, (i * 17) % plan.grid.count, bytes));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    await until(() => liveFfmpeg().length <= 2);
  });
  test('background fills give way to somebody who begins to play', async () => {
    const fills = await Promise.all([planOf(23, 242, 'aac256'), planOf(24, 242, 'aac256')]);
    for (const plan of fills) await house.bytesOf(plan, 0);
    await sleep(50);
    expect(house.slots.counts()).toMatchObject({ running: 2, playing: 0 });
    const plan = await planOf(25);
    isGood(plan, 0, await house.bytesOf(plan, 0, { owner: 'somebody else' }));
    for (const fill of fills) isGood(fill, 20, await house.bytesOf(fill, 20));
  });
  test('the next segments are made ahead of the listener, and no more than asked for', async () => {
    const plan = await planOf(22, 242);
    await house.bytesOf(plan, 0);
    for (let i = 0; i < 400 && house.engine.running() > 0; i++) await sleep(25);
    expect(house.cache.sizeOf(plan, 23)).toBeGreaterThan(0);
    const ready = Array.from({ length: plan.grid.count }, (_, k) => house.cache.sizeOf(plan, k) !== undefined);
    expect(ready.filter(Boolean).length).toBeLessThanOrEqual(48);
    expect(house.engine.started()).toBeLessThanOrEqual(2);
  });
  test('one listener with sixteen waiting is refused more, another is served', async () => {
    const crowded = await openSegmentHouse({ cores: 1 });
    const plans = await Promise.all(
      Array.from({ length: 24 }, (_, i) => planOf(40 + (i % 8), 12, i < 8 ? 'aac256' : i < 16 ? 'aac128' : 'aac64')),
    );
    const asked = await Promise.allSettled(plans.map((plan) => crowded.bytesOf(plan, 0)));
    const refused = asked.filter((it) => it.status === 'rejected' && isProblem(it.reason, tooManyWaiting));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(5);
    await crowded.close();
  });
});

const allPublishedAreGood = async (plan: Plan): Promise<void> => {
  for (let k = 0; k < plan.grid.count; k++)
    if (house.cache.sizeOf(plan, k) !== undefined) isGood(plan, k, await readFile(house.cache.pathOf(plan, k)));
};

describe('what goes wrong', () => {
  test(
    'a killed process publishes nothing half-made, and the segment comes all the same',
    { timeout: 120_000 },
    async () => {
      const recording = await recordingOf(await noiseAs('flac', 100, 26));
      for (let i = 0; i < times(3, 20); i++)
        for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
          const plan = planTrack({ ...recording, fileId: Math.random() }, 'aac256');
          // The reading ahead of the round before is not what is to be killed.
          await until(() => liveFfmpeg().length === 0);
          const waiting = house.bytesOf(plan, 3);
          await until(() => liveFfmpeg().length > 0);
          await sleep(40 + i * 17);
          for (const pid of liveFfmpeg()) process.kill(pid, signal);
          isGood(plan, 3, await waiting);
          await allPublishedAreGood(plan);
        }
    },
  );
  test('a server that dies mid-run leaves nothing half-made to serve', { timeout: 240_000 }, async () => {
    const path = await noiseAs('flac', 242, 28);
    for (let i = 0; i < times(2, 20); i++) {
      const dead = await mkdtemp(join(tmpdir(), 'dead-'));
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', fileURLToPath(new URL('../testing/doomed-engine.ts', import.meta.url)), dead, path],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await new Promise((ready) => child.stdout.once('data', ready));
      await sleep(50 + i * 37);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('close', done));
      const again = await openSegmentHouse({ folder: dead });
      expect((await readdir(again.cache.runsFolder)).filter((name) => name.startsWith('run-'))).toEqual([]);
      const plan = planTrack(await recordingOf(path, { fileId: 7, trackId: 7 }), 'aac256');
      let ready = 0;
      for (let k = 0; k < plan.grid.count; k++)
        if (again.cache.sizeOf(plan, k) !== undefined) {
          ready++;
          isGood(plan, k, await again.bytesOf(plan, k));
        }
      expect(ready).toBeGreaterThan(0);
      await again.close();
    }
  });
  describe('a watchdog', () => {
    let watched: SegmentHouse;
    beforeEach(async () => {
      watched = await openSegmentHouse({ stallMs: times(2500, 10_000) });
    });
    afterEach(() => watched.close());

    test('ends a run whose source hangs, in time, without disturbing anybody', async () => {
      const fifo = join(folder, 'pipe.flac');
      execFileSync('mkfifo', [fifo]);
      const started = Date.now();
      const hung = await Promise.allSettled([watched.bytesOf(planFor(fifo), 0)]);
      expect(hung[0].status === 'rejected' && isProblem(hung[0].reason, sourceStalled)).toBe(true);
      expect(Date.now() - started).toBeLessThan(12_000);
      await until(() => watched.engine.running() === 0);
      const other = await planOf(29);
      isGood(other, 0, await watched.bytesOf(other, 0, { owner: 'other' }));
    });
    test('ends a run that was stopped, and the segment is made again', async () => {
      const plan = await planOf(26, 100, 'aac256');
      const waiting = watched.bytesOf(plan, 2);
      await until(() => liveFfmpeg().length > 0);
      for (const pid of liveFfmpeg()) process.kill(pid, 'SIGSTOP');
      const outcome = await Promise.allSettled([waiting]);
      expect(outcome[0].status === 'fulfilled' || isProblem(outcome[0].reason, sourceStalled)).toBe(true);
      isGood(plan, 2, await watched.bytesOf(plan, 2));
    });
  });
  test('a file that went away is said to be gone, and leaves nothing behind', async () => {
    const gone = await Promise.allSettled([house.bytesOf(planFor(join(folder, 'nowhere.flac')), 0)]);
    expect(gone[0].status === 'rejected' && isProblem(gone[0].reason, sourceGone)).toBe(true);
    expect(await readdir(house.cache.runsFolder)).toEqual([]);
  });
  test('a file cut short plays to its end, and silence stands for what was promised beyond', async () => {
    const cut = join(folder, 'cut.flac');
    const whole = await readFile(await noiseAs('flac', 100, 12));
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    const plan = planFor(cut, 100);
    isGood(plan, 0, await house.bytesOf(plan, 0));
    isGood(plan, 20, await house.bytesOf(plan, 20));
    const last = plan.grid.count - 1;
    isGood(plan, last, await house.bytesOf(plan, last));
  });
  test('a name that is not UTF-8 plays', async () => {
    const name = Buffer.concat([Buffer.from(`${folder}/se`), Buffer.from([0xf1]), Buffer.from('or.flac')]);
    await copyFile(await noiseAs('flac', 20), name);
    const known = await recordingOf(await noiseAs('flac', 20));
    const plan = planTrack({ ...known, path: name }, 'aac128');
    isGood(plan, 1, await house.bytesOf(plan, 1));
  });
  test('closing ends every process', async () => {
    const plan = await planOf(24, 242, 'aac256');
    const waiting = house.bytesOf(plan, 30).catch(() => 'refused');
    await sleep(80);
    await house.engine.close();
    expect(await waiting).toBe('refused');
    expect(liveFfmpeg()).toEqual([]);
  });
});
