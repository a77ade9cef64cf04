/** What a scan promises whatever happens to the folders: acceptance checks of the design, in its words. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeNoise, testFfmpeg } from '../testing/audio.ts';
import { times } from '../testing/depth.ts';
import { openInlineScan, type InlineScan } from '../testing/inline-scan.ts';
import { miscounts } from '../testing/recount.ts';
import { sampleLibrary } from '../testing/sample-library.ts';
import { age } from '../testing/scan-house.ts';
import { makeTunes } from '../testing/tunes.ts';
import { walk } from './walk/walk.ts';

let house: InlineScan;
beforeEach(() => {
  house = openInlineScan();
});
afterEach(async () => {
  expect(miscounts(house.db)).toEqual({});
  await house.close();
});

const fill = (files: number): void =>
  cpSync(sampleLibrary(files).root, house.media, { recursive: true, preserveTimestamps: true });
const rowsWritten = (): number => house.one('SELECT total_changes()');
type Placed = { id: number; path: string; missing: number | null };
const tracks = () =>
  house.rows<Placed>(
    `SELECT t.id, t.missing_at missing, CAST(iif(o.path = x'', '', o.path || '/') || f.name AS TEXT) path
     FROM track t JOIN file f ON f.id = t.file_id JOIN folder o ON o.id = f.folder_id ORDER BY t.id`,
  );
const pathOf = ({ path }: Placed): string => join(house.media, path);
/** Everything a scan could change, but the runs themselves. */
const library = () =>
  [
    'track',
    'album',
    'artist',
    'file',
    'folder',
    'track_artist',
    'album_artist',
    'album_root',
    'cover',
    'library_count',
  ].map((table) => house.rows(`SELECT * FROM ${table}`));

describe('a library that did not change', () => {
  test(`is scanned without opening a file or writing a row (${times(300, 20_000)} files)`, async () => {
    fill(times(300, 20_000));
    await house.run();
    const opened = house.opened();
    const kept = library();
    const runs = house.one('SELECT count(*) FROM scan_run');
    const written = rowsWritten();
    expect((await house.run()).tally).toMatchObject({ added: 0, changed: 0, moved: 0, missing: 0 });
    expect(house.opened()).toBe(opened);
    expect(house.one('SELECT count(*) FROM scan_run')).toBe(runs + 1);
    // The run itself: when it began and how it ended.
    expect(rowsWritten() - written).toBe(2);
    expect(library()).toEqual(kept);
  }, 200_000);

  test.for([
    {
      how: 'gone',
      state: 'missing',
      away: () => renameSync(house.media, `${house.media}-away`),
      back: () => renameSync(`${house.media}-away`, house.media),
    },
    {
      how: 'empty',
      state: 'empty',
      away: () => {
        renameSync(house.media, `${house.media}-away`);
        mkdirSync(house.media);
      },
      back: () => {
        rmSync(house.media, { recursive: true });
        renameSync(`${house.media}-away`, house.media);
      },
    },
  ])('is not changed by its root being $how, and not read again when it is back', async ({ state, away, back }) => {
    fill(60);
    await house.run();
    const kept = library();
    const opened = house.opened();
    away();
    await house.run();
    expect(house.roots.find(house.rootId)).toMatchObject({ state });
    expect(library()).toEqual(kept);
    back();
    await house.run();
    expect(house.roots.find(house.rootId)).toMatchObject({ state: 'ok' });
    expect(library()).toEqual(kept);
    expect(house.opened()).toBe(opened);
  });
});

/** Runs as somebody whom permissions bind: as root, who may read everything, another user is taken for a while. */
const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
const own = (path: string): void => {
  chownSync(path, NOBODY, NOBODY);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
    chownSync(join(entry.parentPath, entry.name), NOBODY, NOBODY);
};
const asSomebody = async <T>(work: () => Promise<T>): Promise<T> => {
  if (!isRoot) return work();
  own(house.dir);
  process.setegid!(NOBODY);
  process.seteuid!(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
  }
};

test('a root or a folder that may not be read (chmod 000) changes no row, and is not read again when it may', async () => {
  fill(60);
  await house.run();
  const kept = library();
  const opened = house.opened();
  const [inner] = readdirSync(house.media);
  for (const locked of [house.media, join(house.media, inner!)]) {
    await asSomebody(async () => {
      chmodSync(locked, 0);
      try {
        await house.run();
      } finally {
        chmodSync(locked, 0o755);
      }
    });
    expect(house.roots.find(house.rootId).state).toBe(locked === house.media ? 'unreadable' : 'ok');
    expect(library()).toEqual(kept);
  }
  await house.run();
  expect(house.roots.find(house.rootId).state).toBe('ok');
  expect(library()).toEqual(kept);
  expect(house.opened()).toBe(opened);
});

test('60 % of a root deleted at once is held: nothing is flagged until the owner says so, and it may come back', async () => {
  fill(100);
  await house.run();
  const kept = library();
  const gone = tracks().slice(0, 60);
  cpSync(house.media, `${house.media}-copy`, { recursive: true, preserveTimestamps: true });
  for (const track of gone) rmSync(pathOf(track));
  expect((await house.run()).tally).toMatchObject({ missing: 0 });
  expect(house.roots.find(house.rootId)).toMatchObject({ state: 'held' });
  expect(library()).toEqual(kept);
  expect((await house.run({ accepted: [house.rootId] })).tally).toMatchObject({ missing: 60 });
  expect(house.roots.find(house.rootId)).toMatchObject({ state: 'ok' });
  for (const track of gone)
    cpSync(join(`${house.media}-copy`, track.path), pathOf(track), { preserveTimestamps: true });
  await house.run();
  expect(tracks().map(({ id, missing }) => [id, missing])).toEqual(
    gone.concat(tracks().slice(60)).map(({ id }) => [id, null]),
  );
});

test('a copy that was scanned has the id and the like of its original once that is deleted', async () => {
  fill(30);
  await house.run();
  const [first] = tracks();
  house.like('tracks', first!.id);
  const copy = join(house.media, `copy-${first!.path.split('/').at(-1)}`);
  cpSync(pathOf(first!), copy);
  age(copy);
  expect((await house.run()).tally).toMatchObject({ added: 1 });
  rmSync(pathOf(first!));
  expect((await house.run()).tally).toMatchObject({ missing: 0 });
  const heir = tracks().find(({ id }) => id === first!.id)!;
  expect([heir.missing, pathOf(heir)]).toEqual([null, copy]);
  expect(house.rows('SELECT id FROM mark WHERE liked_at IS NOT NULL')).toEqual([{ id: first!.id }]);
  expect(house.one('SELECT count(*) FROM track_alias')).toBe(1);
});

test('a scan that was cancelled is finished by the next one, which ends as if it had not been', async () => {
  fill(200);
  const cancelled = await house.run({
    onProgress: ({ phase, done }) => (phase === 'tags' && done > 50 ? 'cancel' : undefined),
  });
  expect(cancelled.status).toBe('cancelled');
  const there = tracks();
  expect(there.length).toBeLessThan(200);
  await house.runOut();
  expect(tracks()).toHaveLength(200);
  expect(tracks().slice(0, there.length)).toEqual(there);
  const told = (it: InlineScan) => [
    it.rows(
      'SELECT title, artist_text, duration_ms, track_count FROM track JOIN (SELECT id aid, track_count FROM album) ON aid = album_id ORDER BY 1, 2, 3',
    ),
    it.rows('SELECT akey, title, artist_text, track_count, compilation FROM album ORDER BY akey'),
    it.rows('SELECT name, album_count, track_count FROM artist ORDER BY name, mbid'),
    it.rows('SELECT name, album_count, track_count FROM genre ORDER BY name'),
  ];
  const other = openInlineScan();
  cpSync(house.media, other.media, { recursive: true, preserveTimestamps: true });
  await other.run();
  expect(told(house)).toEqual(told(other));
  await other.close();
});

test('a cover that many files carry is kept once', async () => {
  const count = times(100, 1000);
  const sound = await makeNoise({ seconds: 0.2, seed: 1, as: ['-c:a', 'flac'], extension: 'flac' });
  const picture = join(house.dir, 'cover.jpg');
  await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(picture);
  const carrier = join(house.dir, 'carrier.flac');
  const both = ['-i', sound, '-i', picture, '-map', '0', '-map', '1', '-c', 'copy', '-disposition:v', 'attached_pic'];
  execFileSync(testFfmpeg, ['-v', 'error', ...both, carrier]);
  age(carrier);
  for (let i = 0; i < count; i++) {
    const to = join(house.media, `${i % 20}`, `${i}.flac`);
    mkdirSync(join(house.media, `${i % 20}`), { recursive: true });
    cpSync(carrier, to, { preserveTimestamps: true });
  }
  expect((await house.run()).tally).toMatchObject({ added: count });
  const kept = readdirSync(join(house.dir, 'covers'), { recursive: true, withFileTypes: true }).filter((it) =>
    it.isFile(),
  );
  expect([house.one('SELECT count(*) FROM cover'), kept.length]).toEqual([1, 1]);
  expect(house.one('SELECT count(*) FROM album WHERE cover_id IS NULL')).toBe(0);
}, 100_000);

test('links are not followed, and one that leads back to where it is ends nothing', async () => {
  const tunes = await makeTunes(1);
  tunes.put(join(house.media, 'A/1.flac'), 0, { title: 'One', artist: 'Ida', album: 'A' });
  symlinkSync('..', join(house.media, 'A/loop'));
  symlinkSync('/', join(house.media, 'outside'));
  symlinkSync('1.flac', join(house.media, 'A/link.flac'));
  expect((await house.run()).tally).toMatchObject({ added: 1, seen: 1 });
  const seen = [...walk({ root: Buffer.from(house.media), followLinks: true })].flatMap(({ path, files }) =>
    files.map(({ name }) => join(path.toString(), name.toString())),
  );
  expect(seen.sort()).toEqual(['A/1.flac', 'A/link.flac']);
});
