import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, openDatabase, readMigrations, type Db } from '../../db/index.ts';
import { deep, times } from '../../testing/depth.ts';
import { fillLibrary } from '../../testing/fill-library.ts';
import { addUser, viewer } from '../../testing/filled-house.ts';
import { createLibrary, type Library } from './index.ts';
import { LISTS, type ListName, type Walk } from './lists.ts';
import { severalFilters } from './several-filters.ts';

/*
 * Every declared list, at a million rows in the deep run, by every kind of root set: p95 of a page within 10 ms. In the
 * quick run the library is small, so that what is proved is that nobody's cost grows with it unnoticed.
 */
const LIMIT_MS = 10;
/** Several filters at once ask every row of the narrowest: 4 ms at 250,000 songs, so about four times that here. */
const SEVERAL_LIMIT_MS = 50;
const several: ReadonlySet<Walk> = new Set([...severalFilters.albums, ...severalFilters.tracks]);
const folder = mkdtempSync(join(tmpdir(), 'big-lists-'));
let db: Db;
let library: Library;

beforeAll(() => {
  db = openDatabase(join(folder, 'a.db'), { durability: 'normal' });
  migrate(db, readMigrations(fileURLToPath(new URL('../../../migrations', import.meta.url))), { now: 0 });
  fillLibrary(db, { tracks: times(20_000, 1_000_000), secondRootShare: 0.01, missingEvery: 500 });
  addUser(db, 'usr_ida', 'Ida');
  for (const [kind, table, every] of [
    ['tracks', 'track', 200],
    ['albums', 'album', 50],
    ['artists', 'artist', 50],
  ] as const)
    db.sqlite.exec(`INSERT INTO mark(user_id, kind, id, liked_at, banned_at, play_count, last_played_at)
      SELECT 'usr_ida', '${kind}', id, id, iif(id % 3 = 0, 1, NULL), 1 + id % 9, id FROM ${table} WHERE id % ${every} = 0`);
  library = createLibrary({ db });
}, 1_200_000);
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const pick = (sql: string) => db.sqlite.prepare(sql).pluck().all() as (string | number)[];
const VALUES: Record<string, () => (string | number)[]> = {
  artist: () => [
    ...pick('SELECT id FROM artist ORDER BY album_count DESC LIMIT 5'),
    ...pick('SELECT id FROM artist WHERE id % 500 = 7 LIMIT 5'),
  ],
  album: () => pick('SELECT id FROM album WHERE id % 500 = 7 LIMIT 9'),
  genre: () => pick('SELECT id FROM genre'),
  folder: () => pick('SELECT id FROM folder WHERE id % 500 = 7 LIMIT 9'),
  parent: () => [1, 2],
  year: () => [1970, 1990, 2005],
  yearFrom: () => ['1960', '1990'],
  yearTo: () => ['1970', '2000'],
  type: () => ['album', 'single', 'compilation'],
  role: () => ['composer'],
  'role:albumartist': () => ['albumartist'],
  codec: () => ['flac', 'opus', 'mp3'],
  liked: () => [1],
  missing: () => [1],
};

/** The deep run has its machine to itself; in the quick one others run beside, so only this thread's own work counts. */
const clockMs = (): number => {
  if (deep) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of some pages of a list, with every value of its filters in turn. */
const timesOf = (name: ListName, walk: Walk, roots: 'all' | number[]): number[] => {
  const who = viewer('usr_ida', { roots });
  const found: number[] = [];
  const values = walk.filters.map((filter) => [filter.split(':')[0] ?? '', VALUES[filter]?.() ?? []] as const);
  for (let round = 0; round < 10; round++) {
    const filters = Object.fromEntries(values.map(([key, all]) => [key, all[round % all.length] ?? 0]));
    const sort = walk.sort === 'random' ? `random:${round}` : walk.sort;
    let cursor: string | undefined;
    for (let page = 0; page < 4; page++) {
      const started = clockMs();
      const text = library.listText(name, { limit: 50, cursor, sort, filters }, who);
      found.push(clockMs() - started);
      cursor = (JSON.parse(text) as { next: string | null }).next ?? undefined;
      if (!cursor) break;
    }
  }
  return found.toSorted((a, b) => a - b);
};

const every = (Object.keys(LISTS) as ListName[]).flatMap((name) => LISTS[name].map((walk) => [name, walk] as const));

test(`a page of any list takes at most ${LIMIT_MS} ms (p95) for any set of roots`, ({ skip }) => {
  skip(!deep, 'times a million rows: npm run check');
  const slow: string[] = [];
  for (const [name, walk] of every)
    for (const roots of ['all', [1], [2], [1, 2]] as const) {
      const who = roots === 'all' ? roots : [...roots];
      const p95 = () => {
        const found = timesOf(name, walk, who);
        return found[Math.floor(found.length * 0.95)] ?? 0;
      };
      // The first time warms the pages; a shared box gets two more chances, a slow plan is slow each time.
      p95();
      const best = Math.min(p95(), p95());
      if (best > (several.has(walk) ? SEVERAL_LIMIT_MS : LIMIT_MS))
        slow.push(`${[name, walk.sort, ...walk.filters].join(' ')} by ${String(roots)}: ${best.toFixed(1)} ms`);
    }
  expect(slow).toEqual([]);
}, 600_000);
