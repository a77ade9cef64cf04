import { expect, test } from 'vitest';
import { encodeId } from '../kit/index.ts';
import { fold } from '../library/index.ts';
import { ida, olaf, openRoutes, viewer } from '../testing/filled-house.ts';
import { deep } from '../testing/depth.ts';
import { onEachEngine } from '../testing/search/contract.ts';
import { NO_SECOND } from '../testing/search/house.ts';
import { createSearchRoutes } from './index.ts';
import { KINDS } from './question.ts';

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

const CANNOT = {
  meilisearch: {
    'an edit in the first letter':
      'Meilisearch counts an edit in the first letter twice: words below nine letters are not found.',
  },
};

onEachEngine((on) => {
  const { row, titles, rename } = on;
  const api = () => openRoutes(createSearchRoutes({ search: on.house.search, secondEngine: NO_SECOND }));

  test('an artist is the likeliest answer for its name, before albums and tracks that bear it', async () => {
    const { id, name } = row<{ id: number; name: string }>(
      `SELECT id, name FROM artist WHERE name GLOB '[A-Z]* [A-Z]*' ORDER BY track_count DESC LIMIT 1`,
    );
    const found = await on.house.search.find(
      { text: name.toLowerCase(), kinds: ['artists', 'albums', 'tracks'], limit: 5 },
      ida,
    );
    expect(found.top).toEqual({ kind: 'artists', id: encodeId('art', id) });
    expect(found.kinds.tracks!.items.length).toBeGreaterThan(0);
  });

  test('a name without letters, and one of stop words, are found', async () => {
    rename(8, '!!!');
    rename(9, 'The The');
    rename(10, '夜空の花火大会');
    rename(11, 'AC/DC Live');
    await on.house.search.caughtUp();
    expect((await titles('!!!'))[0]).toBe('!!!');
    expect((await titles('the the'))[0]).toBe('The The');
    expect((await titles('花火'))[0]).toBe('夜空の花火大会');
    for (const text of ['acdc', 'ac dc', 'AC/DC']) expect((await titles(text))[0]).toBe('AC/DC Live');
  });

  test('one letter wrong in a word of four, two in one of nine; none in shorter ones', async () => {
    rename(20, 'Velvetine Harmonium');
    rename(21, 'Kelp Dozy');
    await on.house.search.caughtUp();
    for (const text of ['velvetune', 'velvtine', 'vlevetine', 'velvettine', 'velvetine harmnoium', 'harmoinim'])
      expect([text, await titles(text)]).toEqual([text, expect.arrayContaining(['Velvetine Harmonium'])]);
    expect(await titles('kalp')).toContain('Kelp Dozy');
    expect(await titles('dzy')).not.toContain('Kelp Dozy');
  });

  test('an edit in the first letter', async () => {
    rename(22, 'Kelp Forest');
    await on.house.search.caughtUp();
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
    await on.house.search.caughtUp();
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
    const found = await on.house.search.find({ text: `${artist} ${title}`, kinds: ['albums'], limit: 5 }, ida);
    expect(found.kinds.albums!.items[0]!.title).toBe(title);
  });

  test('exact before begun before mistyped', async () => {
    rename(30, 'Zephyr');
    rename(31, 'Zephyrs');
    rename(32, 'Zaphyr');
    await on.house.search.caughtUp();
    expect(await titles('zephyr')).toEqual(['Zephyr', 'Zephyrs', 'Zaphyr'].slice(0, (await titles('zephyr')).length));
    expect((await titles('zephyr')).slice(0, 2)).toEqual(['Zephyr', 'Zephyrs']);
    expect((await titles('zaphyr'))[0]).toBe('Zaphyr');
  });

  test('the letters that answer are told, and what was meant where something else was typed', async () => {
    rename(33, 'Quillfeather Parade');
    await on.house.search.caughtUp();
    const ask = { text: 'quilfeather par', kinds: ['tracks'] as const, limit: 5 };
    const found = await on.house.search.find(ask, ida);
    expect(found.kinds.tracks!.marks[0]).toEqual([
      [0, 12],
      [13, 16],
    ]);
    expect(found.meant).toBe('quillfeather par');
    expect((await on.house.search.find({ ...ask, text: 'quillfeather par' }, ida)).meant).toBeUndefined();
  });

  test('what is played most comes first among things of one name', async () => {
    for (const id of [40, 41, 42]) rename(id, 'Rhubarb Interlude');
    for (const [id, plays] of [
      [41, 3],
      [42, 2],
    ] as const)
      for (let n = 1; n <= plays; n++)
        on.house.library.marks.set({ kind: 'tracks', id, userId: 'usr_ida' }, { playedAtMs: n });
    await on.house.search.reindex();
    const found = await on.house.search.find({ text: 'rhubarb', kinds: ['tracks'], limit: 5 }, ida);
    expect(found.kinds.tracks!.items.map(({ id }) => id)).toEqual([41, 42, 40].map((id) => encodeId('trk', id)));
  });

  test('a line of a song leads to it, with the time it is sung', async () => {
    on.house.db.sqlite.prepare(`INSERT INTO lyrics(track_id, kind, text) VALUES (14, 'synced', ?)`).run(
      JSON.stringify([
        { atMs: 500, text: 'Harbour lights' },
        { atMs: 9000, text: 'The quicksilver river bends' },
      ]),
    );
    on.house.journal.append('track.changed', { id: encodeId('trk', 14) });
    await on.house.search.caughtUp();
    const found = await on.house.search.find({ text: 'quiksilver river', kinds: ['lyrics'], limit: 5 }, ida);
    expect(found.kinds.lyrics!.items[0]).toMatchObject({ line: 'The quicksilver river bends', atMs: 9000 });
  });

  test('filters narrow what words find, or list by themselves', async () => {
    const { sqlite } = on.house.db;
    const count = (where: string): number =>
      sqlite
        .prepare(
          `SELECT count(*) FROM track t JOIN album a ON a.id = t.album_id WHERE t.missing_at IS NULL AND ${where}`,
        )
        .pluck()
        .get() as number;
    const found = async (text: string): Promise<number> =>
      (await on.house.search.find({ text, kinds: ['tracks'], limit: 5 }, ida)).kinds.tracks!.total;
    expect(await found('year:1990..1999')).toBe(Math.min(200, count('t.year BETWEEN 1990 AND 1999')));
    expect(await found('year:1990..1999 lossless')).toBe(
      Math.min(200, count('t.year BETWEEN 1990 AND 1999 AND t.lossless')),
    );
    expect(await found('year:1990..1999 -lossless')).toBe(
      Math.min(200, count('t.year BETWEEN 1990 AND 1999 AND NOT t.lossless')),
    );
    rename(17, 'The Marmalade Overture');
    rename(18, 'Overture of Marmalade, Zydeco');
    on.house.library.marks.set({ kind: 'tracks', id: 17, userId: 'usr_ida' }, { likedAtMs: 5 });
    await on.house.search.caughtUp();
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
    for (const text of HOSTILE) await on.house.search.find({ text, kinds: KINDS, limit: 5 }, ida);
  });

  test('and quickly: 99 of 100 within 100 ms', async ({ skip }) => {
    skip(!deep, 'measures time: npm run check');
    const took: number[] = [];
    for (let round = 0; round < 10; round++)
      for (const text of HOSTILE) {
        const began = performance.now();
        await on.house.search.find({ text, kinds: KINDS, limit: 5 }, ida);
        took.push(performance.now() - began);
      }
    const p99 = took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)];
    console.log(`hostile questions on ${on.name}: p99 ${p99!.toFixed(1)} ms`);
    expect(p99).toBeLessThan(100);
  });

  test('every track of the library is found by its title and artist', async () => {
    const rows = on.house.db.sqlite
      .prepare('SELECT title, artist_text artist FROM track WHERE missing_at IS NULL AND id % 5 = 0')
      .all() as { title: string; artist: string }[];
    for (const { title, artist } of rows) {
      const found = await titles(`${title} ${artist}`);
      expect(found.map(fold)).toContain(fold(title));
    }
  });
}, CANNOT);
