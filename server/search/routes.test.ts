import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeId } from '../kit/index.ts';
import { ida, openFilledHouse, openRoutes } from '../testing/filled-house.ts';
import { NO_SECOND, openSearchHouse, type SearchHouse } from '../testing/search/house.ts';
import { createSearchRoutes } from './index.ts';
import { createSearchPages } from './pages.ts';

let folder: string;
let house: SearchHouse;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evensong-search-'));
  house = openSearchHouse(openFilledHouse({ tracks: 600 }), folder);
  await house.search.caughtUp();
});
afterEach(async () => {
  await house.search.close();
  rmSync(folder, { recursive: true });
});
const api = () => openRoutes(createSearchRoutes({ search: house.search, secondEngine: NO_SECOND }));

describe('the search API', () => {
  test('answers in groups, and a single one in pages that never repeat', async () => {
    const grouped = await api()('GET /api/v1/search?q=the', { as: ida });
    expect(grouped.status).toBe(200);
    expect(Object.keys(grouped.data as object)).toEqual(
      expect.arrayContaining([
        'query',
        'engine',
        'tookMs',
        'artists',
        'albums',
        'tracks',
        'playlists',
        'genres',
        'lyrics',
      ]),
    );
    type Page = { tracks: { items: { id: string }[]; total: number }; cursor: string | null };
    const first = (await api()('GET /api/v1/search?q=the&types=tracks&limit=7', { as: ida })).data as Page;
    const line = `GET /api/v1/search?q=the&types=tracks&limit=7&cursor=${first.cursor}`;
    const second = (await api()(line, { as: ida })).data as Page;
    const ids = [...first.tracks.items, ...second.tracks.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(14);
  });

  test('empty, too long and unknown kinds are refused', async () => {
    for (const query of ['q=', `q=${'x'.repeat(501)}`, 'q=a&types=films', 'q=a&limit=0', 'q=a&types=tracks&cursor=x'])
      expect((await api()(`GET /api/v1/search?${query}`, { as: ida })).status).toBe(422);
    expect((await api()('GET /api/v1/search?q=a')).status).toBe(401);
  });

  test('the page tells what a wrong filter would take, and shows no error', async () => {
    const pages = openRoutes(
      createSearchPages({ search: house.search, secondEngine: NO_SECOND, library: house.library }),
    );
    const answer = await pages('GET /search?q=marmalade%20year:soon', { as: ida });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('year:');
    expect((await api()('GET /api/v1/search?q=year:soon', { as: ida })).status).toBe(422);
  });

  test('eight filters, quoted and excluded words are a question, one more is none', async () => {
    const eight = 'year:>1900 -year:1 "the" -zz -"z z" -qq is:live -is:single';
    const many = Array.from({ length: 96 }, (_, i) => `-${String.fromCharCode(97 + (i % 26))}z`).join(' ');
    const asked = (query: string) => api()(query, { as: ida });
    expect((await asked(`GET /api/v1/search?q=${encodeURIComponent(eight)}`)).status).toBe(200);
    for (const q of [`${eight} -genre:pop`, `${eight} -pop`, `${eight} "pop"`, many])
      for (const path of ['search', 'suggest']) {
        const { status, data } = await asked(`GET /api/v1/${path}?q=${encodeURIComponent(q)}`);
        expect([q, status, data]).toMatchObject([
          q,
          422,
          { errors: [{ path: 'q', message: expect.stringMatching(/^Not more than 8/) as string }] },
        ]);
      }
    const pages = createSearchPages({ search: house.search, secondEngine: NO_SECOND, library: house.library });
    const page = await openRoutes(pages)(`GET /search?q=${encodeURIComponent(`${eight} -pop`)}`, { as: ida });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Not more than 8 filters')]);
  });

  test('suggests names', async () => {
    const { data } = await api()('GET /api/v1/suggest?q=th', { as: ida });
    expect((data as { items: { text: string }[] }).items.length).toBeGreaterThan(2);
  });
});

describe('the search page', () => {
  const ask = async (query: string) => {
    const needs = { search: house.search, secondEngine: NO_SECOND, library: house.library };
    const { status, text } = await openRoutes(createSearchPages(needs))(`GET /search?${query}`, { as: ida });
    expect([query, status]).toEqual([query, 200]);
    return text;
  };
  const sectionOf = (main: string, title: string): string =>
    main.match(new RegExp(`<section aria-label="${title}">.*?</section>`, 's'))?.[0] ?? '';
  const rows = (html: string): number => html.match(/data-track=/g)?.length ?? 0;

  test('shows the likeliest by itself on top, and not a second time', async () => {
    const { name } = house.db.sqlite
      .prepare(`SELECT name FROM artist WHERE name GLOB '[A-Z]* [A-Z]*' ORDER BY track_count DESC`)
      .get() as { name: string };
    const main = await ask(`q=${encodeURIComponent(name)}`);
    const top = sectionOf(main, 'Top result');
    expect(top).toContain('data-kind="Artist"');
    const [link = 'no link'] = /href="\/artists\/[^"]+"/.exec(top) ?? [];
    expect(sectionOf(main, 'Artists')).not.toContain(link);
    expect(rows(sectionOf(main, 'Songs'))).toBeGreaterThan(0);
  });

  test('shows genres, and the line of a song with the letters that answer', async () => {
    house.db.sqlite
      .prepare(`INSERT INTO lyrics(track_id, kind, text) VALUES (14, 'plain', ?)`)
      .run('Harbour lights\nThe <quicksilver> river bends');
    house.db.sqlite.prepare(`UPDATE genre SET name = 'Quicksilver Pop' WHERE id = 1`).run();
    const { track } = house.db.sqlite.prepare('SELECT track_id track FROM track_genre WHERE genre_id = 1').get() as {
      track: number;
    };
    for (const id of [14, track]) house.journal.append('track.changed', { id: encodeId('trk', id) });
    house.library.forget();
    await house.search.caughtUp();
    const main = await ask('q=quicksilver');
    expect(sectionOf(main, 'Lyrics')).toContain('The &lt;<mark>quicksilver</mark>&gt; river bends');
    expect(rows(sectionOf(main, 'Lyrics'))).toBe(1);
    expect(main).toContain('<mark>Quicksilver</mark> Pop');
    expect(main).toContain('Lyrics 1');
  });

  test('shows one kind alone with all of it, beside how many there are of the others', async () => {
    const all = await ask('q=the');
    expect(rows(sectionOf(all, 'Songs'))).toBeLessThanOrEqual(12);
    const [, href = ''] = /href="\/search\?([^"]+)"[^>]*>Songs/.exec(all) ?? [];
    const songs = await ask(href.replaceAll('&amp;', '&'));
    const { data } = await api()('GET /api/v1/search?q=the&types=tracks&limit=50', { as: ida });
    const { total } = (data as { tracks: { total: number } }).tracks;
    expect(total).toBeGreaterThan(12);
    expect(rows(sectionOf(songs, 'Songs'))).toBe(Math.min(total, 200));
    expect(songs.match(/<section /g)).toHaveLength(1);
    expect(songs).toMatch(/Albums \d+/);
    expect((await api()('GET /api/v1/search?q=the&types=nothing', { as: ida })).status).toBe(422);
  });
});
