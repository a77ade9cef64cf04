import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCoverSweep } from '../library/index.ts';
import { makeNoise } from '../testing/audio.ts';
import { openWholeHouse } from '../testing/whole-house.ts';
import { age, folderFor, openScanHouse, type ScanHouse } from '../testing/scan-house.ts';

/* Pictures that nothing shows any more, after real scans of real files. */

const DAY_MS = 24 * 3_600_000;
let house: ScanHouse;
beforeEach(() => {
  house = openScanHouse();
});
afterEach(() => house.close());

const picture = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 50, height: 50, channels: 3, background } })
    .jpeg()
    .toBuffer();
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const putSong = async (album: string, seed: number): Promise<void> => {
  const metadata = ['-metadata', `title=${album} 1`, '-metadata', `album=${album}`, '-metadata', 'artist=Ida'];
  const made = await makeNoise({ seconds: 1, seed, as: ['-c:a', 'flac', ...metadata], extension: 'flac' });
  const path = folderFor(join(house.media, album, '1.flac'));
  copyFileSync(made, path);
  age(path);
};
const putCover = (album: string, bytes: Buffer): void => {
  const path = join(house.media, album, 'cover.jpg');
  writeFileSync(path, bytes);
  age(path);
};
/** In the night after tomorrow: all that is there now is old. */
const sweep = (laterMs = 2 * DAY_MS): Promise<number | undefined> => {
  const clock = { now: () => Date.now() + laterMs };
  const { db, covers, scan } = house;
  return scan.quietly(() => createCoverSweep({ db, covers, clock })(new AbortController().signal));
};
const shown = (album: string): string | undefined =>
  house.one(`SELECT c.sha256 FROM album a JOIN cover c ON c.id = a.cover_id WHERE a.title = '${album}'`);
const isRow = (sha256: string): boolean => house.one(`SELECT count(*) FROM cover WHERE sha256 = '${sha256}'`) === 1;

describe('after a night', () => {
  test('replaced art is gone; shared art, that of missing songs and what is new stay; what comes back is stored again', async () => {
    const [red, green, blue, grey] = await Promise.all(['#c02020', '#20c020', '#2020c0', '#808080'].map(picture));
    for (const [i, [album, cover]] of [
      ['Red', red!],
      ['Red Again', red!],
      ['Green', green!],
      ['Away', blue!],
    ].entries() as ArrayIterator<[number, [string, Buffer]]>) {
      await putSong(album, 60 + i);
      putCover(album, cover);
    }
    await house.run();
    expect(await sweep()).toBe(0);
    putCover('Green', grey!);
    putCover('Red Again', grey!);
    rmSync(join(house.media, 'Away'), { recursive: true });
    await house.run();
    expect([shown('Green'), shown('Away')]).toEqual([hashOf(grey!), hashOf(blue!)]);

    const before = await house.covers.variant({ sha256: hashOf(green!), size: 64, format: 'webp' }, { owner: 'ida' });
    expect(await sweep(0)).toBe(0);
    expect(await house.covers.has(hashOf(green!))).toBe(true);
    expect(await sweep()).toBe(1);
    expect([await house.covers.has(hashOf(green!)), isRow(hashOf(green!)), existsSync(before!)]).toEqual([
      false,
      false,
      false,
    ]);
    for (const kept of [red!, blue!, grey!])
      expect([await house.covers.has(hashOf(kept)), isRow(hashOf(kept))]).toEqual([true, true]);

    putCover('Green', green!);
    await house.run();
    expect(shown('Green')).toBe(hashOf(green!));
    expect(await house.covers.has(hashOf(green!))).toBe(true);
    expect(house.one(`SELECT state FROM cover WHERE sha256 = '${hashOf(green!)}'`)).toBe('ready');
  });

  test('whatever may show a picture was asked: albums, artists, discs and tracks', () => {
    const tables = house.rows<{ name: string }>(
      `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%cover%' ORDER BY 1`,
    );
    expect(tables.map(({ name }) => name)).toEqual(['album', 'artist', 'disc', 'track']);
  });

  test('an original that never got a row is gone as well', async () => {
    const stray = await picture('#123456');
    await house.covers.keep(hashOf(stray), stray);
    expect(await sweep()).toBe(1);
    expect(await house.covers.has(hashOf(stray))).toBe(false);
  });
});

test('whoever administers may have it done now, and is told what went', async () => {
  const whole = await openWholeHouse({}, undefined, { ffmpeg: false });
  try {
    const stray = await picture('#654321');
    await whole.app.intake.covers.keep(hashOf(stray), stray);
    expect((await whole.member.ask('/api/v1/jobs/covers/run', { method: 'POST' })).status).toBe(403);
    expect((await whole.owner.ask('/api/v1/jobs/covers/run', { method: 'POST' })).status).toBe(202);
    const summary = async (): Promise<unknown> => {
      const job = await (await whole.owner.ask('/api/v1/jobs/covers')).json();
      return (job as { runs: { summary: string }[] }).runs[0]?.summary;
    };
    await expect.poll(summary).toBe('Forgot 0 pictures that nothing shows any more.');
    expect(await whole.app.intake.covers.has(hashOf(stray))).toBe(true);
  } finally {
    await whole.close();
  }
});

describe('work that no scan may run beside', () => {
  test('is not begun while one runs, and one that is asked for meanwhile begins after it', async () => {
    await putSong('Red', 60);
    const first = house.scan.request('first');
    expect(await house.scan.quietly(() => Promise.resolve(1))).toBeUndefined();
    await house.scan.idle();
    expect(house.scan.find(first.id)?.status).toBe('done');

    let isOver = false;
    const work = house.scan.quietly(async () => {
      await sleep(400);
      isOver = true;
      return 'done';
    });
    const { id, status } = house.scan.request('second');
    expect(status).toBe('running');
    expect(await house.scan.quietly(() => Promise.resolve(1))).toBeUndefined();
    await sleep(200);
    expect([isOver, house.scan.find(id)?.phases]).toEqual([false, [{ name: 'walk', done: 0, of: null }]]);
    expect(await work).toBe('done');
    await house.scan.idle();
    expect(house.scan.find(id)).toMatchObject({ status: 'done', seen: 1 });
  });

  test('may fail, and a scan that waited for it can be cancelled', async () => {
    const work = house.scan.quietly(() => sleep(100).then(() => Promise.reject(new Error('no disk'))));
    const { id } = house.scan.request('waits');
    expect(house.scan.cancel(id)).toBe(true);
    await expect(work).rejects.toThrow('no disk');
    await house.scan.idle();
    expect(house.scan.find(id)?.status).toBe('cancelled');
    expect((await house.run()).status).toBe('done');
  });
});
