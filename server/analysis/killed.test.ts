/** The whole server, killed while it measures: it goes on where it was, and ends with what one that was left alone ends with. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../db/index.ts';
import { buildServer, scratchFolder, startServer, type Child } from '../testing/child-server.ts';
import { deep, times } from '../testing/depth.ts';
import { toneFile } from '../testing/sound-house.ts';
import { describeWhere } from '../testing/describe-where.ts';

const TRACKS = 10;
const LIMIT_MS = 120_000;

describeWhere(deep, 'takes a minute: npm run check')('a server that is killed while it measures', () => {
  const scratch = scratchFolder('killed-measuring');
  const media = join(scratch.path, 'media');
  beforeAll(async () => {
    buildServer();
    for (let i = 0; i < TRACKS; i++) await toneFile(media)({ at: `Album/song ${i}`, db: -10 - i, seconds: 240 });
  });
  afterAll(scratch.remove);

  const start = (data: string): Child => {
    mkdirSync(join(scratch.path, data), { recursive: true });
    const env = { EVENSONG_DATA: join(scratch.path, data), EVENSONG_MEDIA: media, EVENSONG_MEASURE: 'on' };
    return startServer({ env });
  };
  const ask = <T>(data: string, file: string, sql: string): T[] => {
    const path = join(scratch.path, data, file);
    if (!existsSync(path)) return [];
    const db = openDatabase(path, { durability: 'normal', readonly: true });
    try {
      return db.sqlite.prepare(sql).all() as T[];
    } catch {
      // Not migrated yet.
      return [];
    } finally {
      db.close();
    }
  };
  const heard = (data: string): number[] =>
    ask<{ id: number }>(data, 'sound.db', 'SELECT track_id id FROM sound ORDER BY id').map(({ id }) => id);
  const levels = (data: string) =>
    ask<{ state: string }>(
      data,
      'evensong.db',
      `SELECT t.title, t.sound_state state, t.loudness, t.true_peak, a.loudness album FROM track t JOIN album a ON a.id = t.album_id ORDER BY t.title`,
    );
  const until = async (it: () => boolean): Promise<void> => {
    const endMs = Date.now() + LIMIT_MS;
    while (!it() && Date.now() < endMs) await wait(50);
    expect(it()).toBe(true);
  };
  const allMeasured = (data: string) => (): boolean =>
    levels(data).filter(({ state }) => state === 'measured').length === TRACKS;
  const stop = async (child: Child): Promise<void> => {
    child.process.kill('SIGTERM');
    await child.ended;
  };

  test('goes on where it was and ends as one that was left alone', { timeout: 600_000 }, async () => {
    const kills = times(2, 5);
    for (let kill = 1; kill <= kills; kill++) {
      const before = heard('killed').length;
      const child = start('killed');
      await until(() => heard('killed').length >= Math.min(TRACKS - 1, before + 1));
      child.process.kill('SIGKILL');
      await child.ended;
      expect(heard('killed').length).toBeGreaterThan(Math.min(before, TRACKS - 2));
    }
    const [killed, alone] = [start('killed'), start('alone')];
    await Promise.all([until(allMeasured('killed')), until(allMeasured('alone'))]);
    await Promise.all([stop(killed), stop(alone)]);
    expect(levels('killed')).toEqual(levels('alone'));
  });
});
