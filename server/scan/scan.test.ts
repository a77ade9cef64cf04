import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync, readFileSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, openDatabase, readMigrations, type Db } from '../db/index.ts';
import { createJournal, type Journal } from '../events/index.ts';
import { silentLog, systemClock } from '../kit/index.ts';
import { openCovers } from '../library/index.ts';
import { sampleLibrary } from '../testing/sample-library.ts';
import { createRootService, createScan, type RootService, type Scan } from './index.ts';

let dir: string;
let media: string;
let db: Db;
let journal: Journal;
let scan: Scan;
let roots: RootService;

const age = (path: string): void => utimesSync(path, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));

const open = (): void => {
  db = openDatabase(join(dir, 'evensong.db'), { durability: 'full' });
  migrate(db, readMigrations(fileURLToPath(new URL('../../migrations', import.meta.url))), { now: 0 });
  journal = createJournal({ db, clock: systemClock, log: silentLog });
  const folders = { originals: join(dir, 'covers'), variants: join(dir, 'cache') };
  const covers = openCovers({ ...folders, quotaBytes: 1e9 });
  scan = createScan({
    db,
    clock: systemClock,
    log: silentLog,
    logLevel: 'silent',
    databasePath: join(dir, 'evensong.db'),
    covers: { folders, inspect: covers.inspect },
    measure: undefined,
    wake: journal.wake,
    append: journal.append,
    workers: 2,
  });
  roots = createRootService({ db, clock: systemClock });
};

const close = async (): Promise<void> => {
  await scan.close();
  await journal.close();
  db.close();
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scan-'));
  media = join(dir, 'media');
  mkdirSync(media);
  open();
});
afterEach(async () => {
  await close();
  rmSync(dir, { recursive: true, force: true });
});

const run = async (options?: Parameters<Scan['request']>[1]) => {
  const { id } = scan.request('test', options);
  await scan.idle();
  return scan.find(id)!;
};
const count = (sql: string): number => db.sqlite.prepare(sql).pluck().get() as number;
type Row = { id: number; title: string; missing: number | null; path: string; albumId: number; addedAt: number };
const tracks = (): Row[] =>
  db.sqlite
    .prepare(
      `SELECT t.id, t.title, t.missing_at missing, CAST(o.path || '/' || f.name AS TEXT) path, t.album_id albumId, t.added_at addedAt
       FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id ORDER BY t.id`,
    )
    .all() as Row[];
const countsHold = (): void => {
  expect(
    count('SELECT count(*) FROM album a WHERE track_count <> (SELECT count(*) FROM track WHERE album_id = a.id)'),
  ).toBe(0);
  expect(
    count(
      'SELECT count(*) FROM artist a WHERE track_count <> (SELECT count(DISTINCT track_id) FROM track_artist WHERE artist_id = a.id)',
    ),
  ).toBe(0);
  expect(
    count('SELECT count(*) FROM genre g WHERE track_count <> (SELECT count(*) FROM track_genre WHERE genre_id = g.id)'),
  ).toBe(0);
  expect(count(`SELECT value FROM library_count WHERE name = 'tracks'`)).toBe(count('SELECT count(*) FROM track'));
};
const fill = (tracksWanted: number): void => {
  cpSync(sampleLibrary(tracksWanted).root, media, { recursive: true, preserveTimestamps: true });
};

test('a root goes by the end of its path that no other root goes by', () => {
  const places = ['one/music', 'two/music', 'far/two/music', 'two/songs'].map((path) => join(media, path));
  for (const place of places) mkdirSync(place, { recursive: true });
  expect(places.map((place) => roots.add(place).name)).toEqual(['music', 'two/music', 'far/two/music', 'songs']);
  expect(roots.add(places[1]!).name).toBe('two/music');
});

test('a first scan lists every file, a second one changes nothing', async () => {
  fill(200);
  roots.add(media);
  const first = await run();
  expect(first).toMatchObject({ status: 'done', added: 200, unreadable: 0 });
  expect(tracks()).toHaveLength(200);
  countsHold();
  const before = db.sqlite.prepare('SELECT * FROM track ORDER BY id').all();
  const second = await run();
  expect(second).toMatchObject({ status: 'done', seen: 200, added: 0, changed: 0, moved: 0, missing: 0 });
  expect(db.sqlite.prepare('SELECT * FROM track ORDER BY id').all()).toEqual(before);
}, 60_000);

test('what moved, was renamed or lost keeps its id and comes back as itself', async () => {
  fill(120);
  roots.add(media);
  await run();
  const before = tracks();
  const byId = new Map(before.map((t) => [t.id, t]));
  const pick = before.slice(0, 40);
  mkdirSync(join(media, 'moved'));
  pick.forEach(({ path }, i) => renameSync(join(media, path), join(media, 'moved', `${i}-${path.split('/').at(-1)}`)));
  const second = await run();
  expect(second).toMatchObject({ status: 'done', added: 0, missing: 0, moved: 40 });
  expect(tracks().map(({ id, title }) => [id, title])).toEqual(before.map(({ id, title }) => [id, title]));
  const lost = join(media, tracks()[50]!.path);
  const bytes = readFileSync(lost);
  rmSync(lost);
  expect(await run()).toMatchObject({ missing: 1, added: 0 });
  expect(tracks().filter((t) => t.missing !== null)).toHaveLength(1);
  writeFileSync(lost, bytes);
  age(lost);
  expect(await run()).toMatchObject({ added: 0 });
  expect(tracks().every((t) => t.missing === null && byId.get(t.id)?.addedAt === t.addedAt)).toBe(true);
  countsHold();
}, 60_000);

test('a root that is away or empty is frozen, and back it is not read again', async () => {
  fill(60);
  const root = roots.add(media);
  await run();
  const before = db.sqlite.prepare('SELECT * FROM track').all();
  renameSync(media, `${media}-away`);
  await run();
  expect(roots.find(root.id)).toMatchObject({ state: 'missing' });
  mkdirSync(media);
  await run();
  expect(roots.find(root.id)).toMatchObject({ state: 'empty' });
  rmSync(media, { recursive: true });
  renameSync(`${media}-away`, media);
  expect(await run()).toMatchObject({ added: 0, changed: 0, moved: 0, missing: 0 });
  expect(roots.find(root.id)).toMatchObject({ state: 'ok' });
  expect(db.sqlite.prepare('SELECT * FROM track').all()).toEqual(before);
}, 60_000);

test('most of a root gone at once is held until the owner says so', async () => {
  fill(80);
  const root = roots.add(media);
  await run();
  for (const { path } of tracks().slice(0, 60)) rmSync(join(media, path));
  expect(await run()).toMatchObject({ missing: 0 });
  expect(roots.find(root.id)).toMatchObject({ state: 'held' });
  expect(await run({ accepted: [root.id] })).toMatchObject({ missing: 60 });
  expect(roots.find(root.id)).toMatchObject({ state: 'ok' });
  expect(tracks()).toHaveLength(80);
}, 60_000);

test('a copy takes the id when the original is deleted later', async () => {
  fill(30);
  roots.add(media);
  await run();
  const [first] = tracks();
  const copy = join(media, `copy-${first!.path.split('/').at(-1)}`);
  cpSync(join(media, first!.path), copy);
  age(copy);
  expect(await run()).toMatchObject({ added: 1 });
  rmSync(join(media, first!.path));
  expect(await run()).toMatchObject({ missing: 0 });
  const heir = tracks().find(({ id }) => id === first!.id)!;
  expect([heir.missing, heir.path]).toEqual([null, `/${copy.split('/').at(-1)}`]);
  expect(count('SELECT count(*) FROM track_alias')).toBe(1);
  countsHold();
}, 60_000);

test('a file that is no audio is an issue, and playing ones beside it are listed', async () => {
  fill(10);
  writeFileSync(join(media, 'text.mp3'), 'not audio '.repeat(500));
  writeFileSync(join(media, 'empty.mp3'), '');
  age(join(media, 'text.mp3'));
  age(join(media, 'empty.mp3'));
  roots.add(media);
  const it = await run();
  expect(it).toMatchObject({ added: 10, unreadable: 2 });
  expect(
    scan
      .issues(it.id, 0, 10)
      .map((issue) => issue.path.toString())
      .sort(),
  ).toEqual(['empty.mp3', 'text.mp3']);
  expect(await run()).toMatchObject({ unreadable: 0, changed: 0 });
}, 60_000);
