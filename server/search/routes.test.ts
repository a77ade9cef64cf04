import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

  test('suggests names', async () => {
    const { data } = await api()('GET /api/v1/suggest?q=th', { as: ida });
    expect((data as { items: { text: string }[] }).items.length).toBeGreaterThan(2);
  });
});
