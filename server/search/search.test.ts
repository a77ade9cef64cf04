import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../db/index.ts';
import { encodeId } from '../kit/index.ts';
import { fold, sortKey } from '../library/index.ts';
import { ida, olaf, openFilledHouse, openRoutes, viewer } from '../testing/filled-house.ts';
import { deep } from '../testing/depth.ts';
import { NO_SECOND, openSearchHouse, type SearchHouse } from '../testing/search/house.ts';
import { hasMeilisearch, NO_MEILISEARCH, reachMeilisearch, type Reachable } from '../testing/search/meilisearch.ts';
import { createSearchRoutes, type Search, type SearchEngine } from './index.ts';
import { openMeilisearchEngine } from './meili/engine.ts';
import { KINDS } from './question.ts';

let folder: string;
let house: SearchHouse;
const open: Search[] = [];

const start = (db: Db, engine?: SearchEngine): SearchHouse => {
  const opened = openSearchHouse(db, folder, engine);
  open.push(opened.search);
  return opened;
};

/*
 * One suite, asked of each engine. What one of them cannot is declared here with its reason, and listed as skipped.
 */
type EngineName = SearchEngine['name'];
const engines: { name: EngineName; missing?: string; open: () => SearchEngine | undefined }[] = [
  { name: 'fts5', open: () => undefined },
  {
    name: 'meilisearch',
    ...(!hasMeilisearch && { missing: NO_MEILISEARCH }),
    open: () => openMeilisearchEngine({ ...meilisearch!, prefix: `${meilisearch!.prefix}${tests}_` }),
  },
];
const CANNOT: Partial<Record<EngineName, Record<string, string>>> = {
  meilisearch: {
    'an edit in the first letter':
      'Meilisearch counts an edit in the first letter twice: words below nine letters are not found.',
  },
};
let meilisearch: Reachable | undefined;
/** Each test has an index of its own. */
let tests = 0;
beforeAll(async () => {
  if (hasMeilisearch) meilisearch = await reachMeilisearch();
});
afterAll(() => meilisearch?.stop());

const setUp = async (engine?: SearchEngine): Promise<void> => {
  folder = mkdtempSync(join(tmpdir(), 'evensong-search-'));
  house = start(openFilledHouse({ tracks: 600, secondRootShare: 0.3 }), engine);
  await house.search.caughtUp();
};
afterEach(async () => {
  for (const search of open.splice(0)) await search.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const row = <Row>(sql: string, ...parameters: unknown[]): Row => house.db.sqlite.prepare(sql).get(...parameters) as Row;
const titles = async (text: string, who = ida): Promise<string[]> => {
  const found = await house.search.find({ text, kinds: ['tracks'], limit: 50 }, who);
  return found.kinds.tracks!.items.map(({ title }) => title);
};
const rename = (id: number, title: string): void => {
  house.db.transact(() => {
    house.db.sqlite.prepare('UPDATE track SET title = ?, sort_key = ? WHERE id = ?').run(title, sortKey(title), id);
    house.journal.append('track.changed', { id: encodeId('trk', id) });
  });
  house.library.forget();
};

const HOSTILE = [
  '"',
  '*',
  'NEAR(a b)',
  'a AND',
  'title:',
  '-',
  '^',
  '\u0000',
  '👩‍👩‍👧',
  'ابجد',
  'שלום',
  '%',
  '\ud800',
  '\udc00a',
  "'; DROP TABLE meta",
  'scopes IN [1] OR id > 0',
  '"a" -b',
  '\\',
  '<script>',
  'x'.repeat(500),
  'a '.repeat(240),
];

const api = () => openRoutes(createSearchRoutes({ search: house.search, secondEngine: NO_SECOND }));
describe.each(engines)('search on $name', ({ name, missing, open: openEngine }) => {
  beforeEach(({ skip, task }) => {
    skip(missing !== undefined, missing);
    const cannot = CANNOT[name]?.[task.name];
    skip(cannot !== undefined, cannot);
  });
  beforeEach(() => {
    tests++;
    return setUp(openEngine());
  });

  test('an artist is the likeliest answer for its name, before albums and tracks that bear it', async () => {
    const { id, name } = row<{ id: number; name: string }>(
      `SELECT id, name FROM artist WHERE name GLOB '[A-Z]* [A-Z]*' ORDER BY track_count DESC LIMIT 1`,
    );
    const found = await house.search.find(
      { text: name.toLowerCase(), kinds: ['artists', 'albums', 'tracks'], limit: 5 },
      ida,
    );
    expect(found.top).toEqual({ kind: 'artists', id: encodeId('art', id) });
    expect(found.kinds.tracks!.items.length).toBeGreaterThan(0);
  });

  test('what changes is found under its new name and no longer under the old one', async () => {
    rename(7, 'Björk’s Übermoon Wäldchen');
    await house.search.caughtUp();
    for (const text of ['bjorks', 'ubermoon', 'ubermon waldchen', 'wald', 'übermoon björks'])
      expect(await titles(text)).toContain('Björk’s Übermoon Wäldchen');
    rename(7, 'Plain');
    await house.search.caughtUp();
    expect(await titles('ubermoon')).not.toContain('Plain');
  });

  test('a name without letters, and one of stop words, are found', async () => {
    rename(8, '!!!');
    rename(9, 'The The');
    rename(10, '夜空の花火大会');
    rename(11, 'AC/DC Live');
    await house.search.caughtUp();
    expect((await titles('!!!'))[0]).toBe('!!!');
    expect((await titles('the the'))[0]).toBe('The The');
    expect((await titles('花火'))[0]).toBe('夜空の花火大会');
    for (const text of ['acdc', 'ac dc', 'AC/DC']) expect((await titles(text))[0]).toBe('AC/DC Live');
  });

  test('one letter wrong in a word of four, two in one of nine; none in shorter ones', async () => {
    rename(20, 'Velvetine Harmonium');
    rename(21, 'Kelp Dozy');
    await house.search.caughtUp();
    for (const text of ['velvetune', 'velvtine', 'vlevetine', 'velvettine', 'velvetine harmnoium', 'harmoinim'])
      expect([text, await titles(text)]).toEqual([text, expect.arrayContaining(['Velvetine Harmonium'])]);
    expect(await titles('kalp')).toContain('Kelp Dozy');
    expect(await titles('dzy')).not.toContain('Kelp Dozy');
  });

  test('an edit in the first letter', async () => {
    rename(22, 'Kelp Forest');
    await house.search.caughtUp();
    expect(await titles('felp')).toContain('Kelp Forest');
  });

  test('words across fields, joined, split, of Greek and Cyrillic, with numbers and without apostrophes', async () => {
    const names = [
      'Ελλάδα',
      'Подмосковные вечера',
      'R.E.M.',
      'Rainwater Song',
      '99 Luftballons',
      "Don't Look",
      'Sun & Moon',
    ];
    for (const [i, name] of names.entries()) rename(23 + i, name);
    await house.search.caughtUp();
    const asked = {
      ellada: 0,
      'podmoskovnye vechera': 1,
      rem: 2,
      'r e m': 2,
      'rain water song': 3,
      rainwatersong: 3,
      '99': 4,
      'dont look': 5,
      'sun and moon': 6,
    };
    for (const [text, i] of Object.entries(asked))
      expect([text, (await titles(text)).slice(0, 3)]).toEqual([text, expect.arrayContaining([names[i]])]);
    const { title, artist } = row<{ title: string; artist: string }>(
      `SELECT a.title, a.artist_text artist FROM album a WHERE a.title GLOB '[A-Z]*' AND a.artist_text GLOB '[A-Z]*' AND a.track_count > 0 LIMIT 1`,
    );
    const found = await house.search.find({ text: `${artist} ${title}`, kinds: ['albums'], limit: 5 }, ida);
    expect(found.kinds.albums!.items[0]!.title).toBe(title);
  });

  test('exact before begun before mistyped', async () => {
    rename(30, 'Zephyr');
    rename(31, 'Zephyrs');
    rename(32, 'Zaphyr');
    await house.search.caughtUp();
    expect(await titles('zephyr')).toEqual(['Zephyr', 'Zephyrs', 'Zaphyr'].slice(0, (await titles('zephyr')).length));
    expect((await titles('zephyr')).slice(0, 2)).toEqual(['Zephyr', 'Zephyrs']);
    expect((await titles('zaphyr'))[0]).toBe('Zaphyr');
  });

  test('the letters that answer are told, and what was meant where something else was typed', async () => {
    rename(33, 'Quillfeather Parade');
    await house.search.caughtUp();
    const ask = { text: 'quilfeather par', kinds: ['tracks'] as const, limit: 5 };
    const found = await house.search.find(ask, ida);
    expect(found.kinds.tracks!.marks[0]).toEqual([
      [0, 12],
      [13, 16],
    ]);
    expect(found.meant).toBe('quillfeather par');
    expect((await house.search.find({ ...ask, text: 'quillfeather par' }, ida)).meant).toBeUndefined();
  });

  test('a track that is missing, or gone, is not found', async () => {
    rename(12, 'Quixotically');
    await house.search.caughtUp();
    expect(await titles('quixotically')).toEqual(['Quixotically']);
    house.db.transact(() => {
      house.db.sqlite.prepare('UPDATE track SET missing_at = 1 WHERE id = 12').run();
      house.journal.append('track.missing', { id: encodeId('trk', 12) });
    });
    await house.search.caughtUp();
    expect(await titles('quixotically')).toEqual([]);
  });

  test('a playlist is found by its owner alone, not even counted for others', async () => {
    house.playlists.create({ name: 'Zanzibar evenings', description: '', trackRows: [1] }, ida);
    await house.search.caughtUp();
    const ask = { text: 'zanzibar', kinds: ['playlists'] as const, limit: 5 };
    expect((await house.search.find(ask, ida)).kinds.playlists).toMatchObject({ total: 1, items: [{ trackCount: 1 }] });
    expect((await house.search.find(ask, olaf)).kinds.playlists).toMatchObject({ total: 0, items: [] });
  });

  test('what lies in a root that the viewer may not see is not found, not even counted', async () => {
    rename(13, 'Kaleidoscopic');
    await house.search.caughtUp();
    const { rootId } = row<{ rootId: number }>('SELECT root_id rootId FROM track WHERE id = 13');
    const ask = { text: 'kaleidoscopic', kinds: ['tracks'] as const, limit: 5 };
    const inside = await house.search.find(ask, viewer('usr_ida', { roots: [rootId] }));
    const outside = await house.search.find(ask, viewer('usr_ida', { roots: [99] }));
    expect(inside.kinds.tracks!.total).toBe(1);
    expect(outside.kinds.tracks).toMatchObject({ items: [], total: 0 });
  });

  test('a line of a song leads to it, with the time it is sung', async () => {
    house.db.sqlite.prepare(`INSERT INTO lyrics(track_id, kind, text) VALUES (14, 'synced', ?)`).run(
      JSON.stringify([
        { atMs: 500, text: 'Harbour lights' },
        { atMs: 9000, text: 'The quicksilver river bends' },
      ]),
    );
    house.journal.append('track.changed', { id: encodeId('trk', 14) });
    await house.search.caughtUp();
    const found = await house.search.find({ text: 'quiksilver river', kinds: ['lyrics'], limit: 5 }, ida);
    expect(found.kinds.lyrics!.items[0]).toMatchObject({ line: 'The quicksilver river bends', atMs: 9000 });
  });

  test('an index of another epoch, or one that missed facts, is made anew', async () => {
    await house.search.close();
    house.db.sqlite.prepare(`UPDATE track SET title = 'Serendipitous' WHERE id = 15`).run();
    house.db.sqlite.prepare(`UPDATE event_epoch SET epoch = 'other'`).run();
    house = start(house.db, openEngine());
    await house.search.caughtUp();
    expect(await titles('serendipitous')).toEqual(['Serendipitous']);
  });

  test('while it is made anew the old index answers, and what changed meanwhile is in the new one', async () => {
    const making = house.search.reindex();
    rename(16, 'Thunderously');
    expect((await titles('a')).length).toBeGreaterThan(0);
    await making;
    await house.search.caughtUp();
    expect(await titles('thunderously')).toEqual(['Thunderously']);
  });

  test('what a scan adds waits for more of it, but not beyond its end', async () => {
    house.scan.isRunning = true;
    house.db.transact(() => {
      for (let n = 0; n < 700; n++) house.journal.append('track.changed', { id: encodeId('trk', 20) });
    });
    rename(21, 'Perspicacious');
    await new Promise((done) => setTimeout(done, 300));
    expect(await titles('perspicacious')).toEqual([]);
    house.scan.isRunning = false;
    house.journal.append('scan.finished', {});
    await expect.poll(() => titles('perspicacious'), { timeout: 5000 }).toEqual(['Perspicacious']);
  });

  test('filters narrow what words find, or list by themselves', async () => {
    const { sqlite } = house.db;
    const count = (where: string): number =>
      sqlite
        .prepare(
          `SELECT count(*) FROM track t JOIN album a ON a.id = t.album_id WHERE t.missing_at IS NULL AND ${where}`,
        )
        .pluck()
        .get() as number;
    const found = async (text: string): Promise<number> =>
      (await house.search.find({ text, kinds: ['tracks'], limit: 5 }, ida)).kinds.tracks!.total;
    expect(await found('year:1990..1999')).toBe(Math.min(200, count('t.year BETWEEN 1990 AND 1999')));
    expect(await found('year:1990..1999 lossless')).toBe(
      Math.min(200, count('t.year BETWEEN 1990 AND 1999 AND t.lossless')),
    );
    expect(await found('year:1990..1999 -lossless')).toBe(
      Math.min(200, count('t.year BETWEEN 1990 AND 1999 AND NOT t.lossless')),
    );
    rename(17, 'The Marmalade Overture');
    rename(18, 'Overture of Marmalade, Zydeco');
    house.library.marks.set({ kind: 'tracks', id: 17, userId: 'usr_ida' }, { likedAtMs: 5 });
    await house.search.caughtUp();
    expect(await titles('marmelade is:liked')).toEqual(['The Marmalade Overture']);
    expect(await titles('marmelade is:liked', olaf)).toEqual([]);
    expect(await titles('marmalade -is:liked')).toEqual(['Overture of Marmalade, Zydeco']);
    expect(await titles('"marmalade overture"')).toEqual(['The Marmalade Overture']);
    expect(await titles('overture marmalade -zydeco')).toEqual(['The Marmalade Overture']);
    expect(await titles('marmalade', viewer('usr_ida', { roots: [99] }))).toEqual([]);
    expect(await titles('"marmalade"', viewer('usr_ida', { roots: [99] }))).toEqual([]);
    await expect(titles('marmalade year:soon')).rejects.toMatchObject({ status: 422 });
  });

  test('whatever is asked is taken literally', async () => {
    for (const q of HOSTILE) {
      const { status } = await api()(`GET /api/v1/search?q=${encodeURIComponent(q.toWellFormed())}`, { as: ida });
      expect([q, status]).toEqual([q, q.trim() === '' ? 422 : 200]);
    }
    for (const q of ['x'.repeat(10_000), 'a '.repeat(5000)])
      expect((await api()(`GET /api/v1/search?q=${encodeURIComponent(q)}`, { as: ida })).status).toBe(422);
    for (const text of HOSTILE) await house.search.find({ text, kinds: KINDS, limit: 5 }, ida);
  });

  test('and quickly: 99 of 100 within 100 ms', async ({ skip }) => {
    skip(!deep, 'measures time: npm run check');
    const took: number[] = [];
    for (let round = 0; round < 10; round++)
      for (const text of HOSTILE) {
        const began = performance.now();
        await house.search.find({ text, kinds: KINDS, limit: 5 }, ida);
        took.push(performance.now() - began);
      }
    const p99 = took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)];
    console.log(`hostile questions on ${name}: p99 ${p99!.toFixed(1)} ms`);
    expect(p99).toBeLessThan(100);
  });

  test('every track of the library is found by its title and artist', async () => {
    const rows = house.db.sqlite
      .prepare('SELECT title, artist_text artist FROM track WHERE missing_at IS NULL AND id % 5 = 0')
      .all() as { title: string; artist: string }[];
    for (const { title, artist } of rows) {
      const found = await titles(`${title} ${artist}`);
      expect(found.map(fold)).toContain(fold(title));
    }
  });
});

describe('the file of the built-in index', () => {
  beforeEach(() => setUp());

  test('an index that is damaged or gone is made anew', async () => {
    const [title] = await titles('a');
    await house.search.close();
    writeFileSync(join(folder, 'search.db'), 'this is no database');
    house = start(house.db);
    await house.search.caughtUp();
    expect((await titles('a'))[0]).toBe(title);
  });
});
