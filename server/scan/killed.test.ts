/**
 * kill -9 in the middle of a scan, again and again, on the built server: it is up again at once, goes on where it was, and
 * ends with the library of a scan that nobody disturbed. 3 kills here, 20 in `npm run check`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '../db/index.ts';
import { buildServer, scratchFolder, startServer, type Child } from '../testing/child-server.ts';
import { deep, times } from '../testing/depth.ts';
import { sampleLibrary } from '../testing/sample-library.ts';
import { lookInto } from '../testing/scan-house.ts';

const KILLS = times(3, 20);
const FILES = times(600, 2000);
const READY_MS = 5000;
const PATIENCE_MS = 120_000;

const scratch = scratchFolder('killed');
const media = sampleLibrary(FILES).root;
const running: Child[] = [];

beforeAll(buildServer, 120_000);
afterAll(async () => {
  for (const child of running) child.process.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  scratch.remove();
});

/** Without ffmpeg: this is about tags. Answers once it says that it is ready. */
const start = async (data: string): Promise<{ child: Child; readyMs: number }> => {
  const at = performance.now();
  const child = startServer({ args: ['--media', media, '--data', data], env: { PATH: scratch.path } });
  running.push(child);
  const address = await child.ready;
  expect((await fetch(`${address}/health/ready`)).status).toBe(200);
  return { child, readyMs: performance.now() - at };
};

const openLibrary = async (data: string): Promise<Db> => {
  const file = join(data, 'evensong.db');
  for (let n = 0; n < 500 && !existsSync(file); n++) await sleep(10);
  return openDatabase(file, { durability: 'normal', readonly: true });
};

/** Waits until `read` answers true, looking often: a small scan is over soon. */
const until = async (read: () => boolean): Promise<void> => {
  const end = performance.now() + PATIENCE_MS;
  while (!read()) {
    if (performance.now() > end) throw new Error('It did not come to that.');
    await sleep(5);
  }
};

/** Starts the server and ends it without a word once so many tracks are there. */
const killAt = async (data: string, tracks: number) => {
  const { child, readyMs } = await start(data);
  const db = await openLibrary(data);
  const { one } = lookInto(db);
  const scanId = one(`SELECT max(id) FROM scan_run`);
  await until(
    () =>
      one('SELECT count(*) FROM track') >= tracks ||
      one<string>(`SELECT status FROM scan_run WHERE id = ${scanId}`) !== 'running',
  );
  child.process.kill('SIGKILL');
  await child.ended;
  const seen = { tracks: one('SELECT count(*) FROM track'), readyMs };
  db.close();
  return seen;
};

/** Lets a scan come to its end. */
const finish = async (data: string) => {
  const { child, readyMs } = await start(data);
  const db = await openLibrary(data);
  const { one } = lookInto(db);
  await until(() => one<string>('SELECT status FROM scan_run ORDER BY id DESC LIMIT 1') !== 'running');
  child.process.kill('SIGTERM');
  expect(await child.ended).toMatchObject({ code: 0 });
  const said = {
    library: told(lookInto(db)),
    runs: lookInto(db).rows('SELECT status FROM scan_run ORDER BY id'),
    readyMs,
  };
  db.close();
  return said;
};

/** What a library says, without ids and times. */
const told = ({ rows }: Pick<ReturnType<typeof lookInto>, 'rows'>) => ({
  tracks: rows(
    `SELECT CAST(o.path || '/' || f.name AS TEXT) path, t.title, t.artist_text, t.disc, t.no, t.year, t.duration_ms, t.lyrics_kind, a.title album, a.artist_text album_artist,
       a.track_count, a.duration_ms, a.disc_count, c.sha256, f.need, f.state FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id JOIN album a ON a.id = t.album_id LEFT JOIN cover c ON c.id = a.cover_id ORDER BY path`,
  ),
  artists: rows('SELECT name, mbid, album_count, track_count FROM artist ORDER BY name, mbid'),
  genres: rows('SELECT name, album_count, track_count FROM genre ORDER BY name'),
  credits: rows('SELECT role, count(*) n FROM track_artist GROUP BY role ORDER BY role'),
  totals: rows('SELECT name, value FROM library_count ORDER BY name'),
  files: rows('SELECT kind, state, count(*) n FROM file GROUP BY kind, state ORDER BY kind, state'),
});

test('a scan that is killed again and again goes on, and ends with the library of a fresh scan', async () => {
  const data = join(scratch.path, 'killed');
  const kills: Awaited<ReturnType<typeof killAt>>[] = [];
  for (let n = 1; n <= KILLS; n++) kills.push(await killAt(data, Math.ceil((FILES * n) / (KILLS + 2))));
  const killed = await finish(data);
  const fresh = await finish(join(scratch.path, 'fresh'));
  expect(kills[0]!.tracks).toBeLessThan(FILES);
  expect(kills.map(({ tracks }) => tracks)).toEqual(kills.map(({ tracks }) => tracks).toSorted((a, b) => a - b));
  expect(killed.runs).toEqual([...kills.map(() => ({ status: 'cancelled' })), { status: 'done' }]);
  expect(killed.library).toEqual(fresh.library);
  const slowest = Math.max(killed.readyMs, ...kills.map(({ readyMs }) => readyMs));
  console.log(
    `${KILLS} kills at ${kills.map(({ tracks }) => tracks).join(', ')} of ${FILES} tracks; ready after ${Math.round(slowest)} ms at most`,
  );
  if (deep) expect(slowest).toBeLessThan(READY_MS);
}, 600_000);
