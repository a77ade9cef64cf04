import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../db/index.ts';
import { encodeId } from '../kit/index.ts';
import { createLibrary, type Library } from '../library/index.ts';
import { ida, olaf, openFilledHouse, openRoutes, owner, viewer, type AskRoutes } from '../testing/filled-house.ts';
import { createPlaylistRoutes, createPlaylists, readM3u, type Playlists } from './index.ts';
import { placesBetween } from './positions.ts';

let db: Db;
let library: Library;
let playlists: Playlists;
let ask: AskRoutes;
let facts: string[];
let now = 1_000_000;

beforeEach(() => {
  db = openFilledHouse({ tracks: 600, secondRootShare: 0.1 });
  facts = [];
  library = createLibrary({ db });
  playlists = createPlaylists({
    db,
    clock: { now: () => ++now },
    journal: { append: (kind) => facts.push(kind) },
    library,
  });
  ask = openRoutes(createPlaylistRoutes({ playlists, library, baseUrl: 'http://home.test' }));
});

const make = (rows: readonly number[], name = 'Mine') =>
  playlists.create({ name, description: '', trackRows: rows }, ida).id;
const order = (id: string) => playlists.entries(id, { limit: 20_000 }, ida).map(({ trackId }) => trackId);
const entryIds = (id: string) => playlists.entries(id, { limit: 20_000 }, ida).map((entry) => entry.id);
const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('a playlist', () => {
  test('is made, read with its tracks and covers, renamed with If-Match, deleted and brought back', async () => {
    const made = await ask('POST /api/v1/playlists', {
      as: ida,
      body: { name: ' Evening ', trackIds: ['trk_1', 'trk_2'] },
    });
    const { id } = made.data as { id: string };
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/playlists/${id}`]);
    const read = await ask(`GET /api/v1/playlists/${id}`, { as: ida });
    const durationMs = (library.track('trk_1', ida)?.durationMs ?? 0) + (library.track('trk_2', ida)?.durationMs ?? 0);
    expect(read.data).toMatchObject({
      name: 'Evening',
      trackCount: 2,
      durationMs,
      entries: [{ trackId: 'trk_1', track: { id: 'trk_1' } }, {}],
    });
    const rename = (headers: Record<string, string>) =>
      ask(`PATCH /api/v1/playlists/${id}`, { as: ida, body: { name: 'Night' }, headers });
    expect((await rename({})).status).toBe(428);
    expect((await rename({ 'if-match': '"99"' })).status).toBe(412);
    expect((await rename({ 'if-match': `W/${read.headers.get('etag') ?? ''}` })).data).toMatchObject({ name: 'Night' });
    expect((await ask(`DELETE /api/v1/playlists/${id}`, { as: ida })).status).toBe(204);
    expect((await ask(`GET /api/v1/playlists/${id}`, { as: ida })).status).toBe(404);
    expect((await ask(`POST /api/v1/playlists/${id}/restore`, { as: ida })).data).toMatchObject({
      name: 'Night',
      trackCount: 2,
    });
    expect(facts).toContain('playlist.deleted');
  });

  test('looks to anybody else as if it did not exist, whatever is tried', async () => {
    const id = make([1, 2]);
    const entry = entryIds(id)[0];
    const tries = [
      ask(`GET /api/v1/playlists/${id}`, { as: olaf }),
      ask(`GET /api/v1/playlists/${id}.m3u8`, { as: olaf }),
      ask(`GET /api/v1/playlists/${id}/entries`, { as: olaf }),
      ask(`PATCH /api/v1/playlists/${id}`, { as: olaf, body: { name: 'x' }, headers: { 'if-match': '*' } }),
      ask(`DELETE /api/v1/playlists/${id}`, { as: olaf }),
      ask(`POST /api/v1/playlists/${id}/restore`, { as: olaf }),
      ask(`POST /api/v1/playlists/${id}/entries`, { as: olaf, body: { trackIds: ['trk_1'] } }),
      ask(`PATCH /api/v1/playlists/${id}/entries`, { as: olaf, body: { ids: [entry], after: null } }),
      ask(`DELETE /api/v1/playlists/${id}/entries`, { as: olaf, body: { ids: [entry] } }),
    ];
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 404));
    expect(order(id)).toEqual([1, 2]);
    expect((await ask('GET /api/v1/playlists', { as: olaf })).data).toMatchObject({ items: [], total: 0 });
  });

  test('lists are pages by name or by change', async () => {
    for (const name of ['b 10', 'B 9', 'a', 'É', 'the a1']) make([1], name);
    const names = async (sort: string) => {
      const found: string[] = [];
      let cursor = '';
      do {
        const { data } = await ask(`GET /api/v1/playlists?limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`, {
          as: ida,
        });
        const page = data as { items: { name: string }[]; next: string | null };
        found.push(...page.items.map((it) => it.name));
        cursor = page.next ?? '';
      } while (cursor);
      return found;
    };
    expect(await names('name')).toEqual(['a', 'the a1', 'B 9', 'b 10', 'É']);
    expect(await names('-updatedAt')).toEqual(['the a1', 'É', 'a', 'B 9', 'b 10']);
  });
});

describe('entries', () => {
  test('go to the end, the start, or behind another', () => {
    const id = make([1, 2, 3]);
    playlists.add(id, { trackRows: [4] }, ida);
    playlists.add(id, { trackRows: [5, 6], after: null }, ida);
    playlists.add(id, { trackRows: [7], after: entryIds(id)[2] }, ida);
    expect(order(id)).toEqual([5, 6, 1, 7, 2, 3, 4]);
  });

  test('moved, taken and put back by any hands keep the order a plain array would have', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('move', 'take', 'add'),
            fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
            fc.nat(30),
          ),
          { maxLength: 25 },
        ),
        (steps) => {
          const id = make(range(12));
          let model = entryIds(id);
          for (const [what, picks, at] of steps) {
            if (model.length === 0) break;
            const ids = [...new Set(picks.map((n) => model[n % model.length] ?? ''))];
            const after = at % 7 === 0 ? null : (model[at % model.length] ?? null);
            if (what === 'add') {
              const added = playlists
                .add(id, { trackRows: picks.map((n) => n + 1), after }, ida)
                .entries.map((entry) => entry.id);
              const place = after === null ? 0 : model.indexOf(after) + 1;
              model = [...model.slice(0, place), ...added, ...model.slice(place)];
            } else if (what === 'move') {
              playlists.move(id, { ids, after }, ida);
              const before = model
                .slice(0, after === null ? 0 : model.indexOf(after) + 1)
                .filter((it) => !ids.includes(it));
              model = [...before, ...ids, ...model.filter((it) => !ids.includes(it) && !before.includes(it))];
            } else {
              const { removed } = playlists.take(id, ids, ida);
              expect(entryIds(id)).toEqual(model.filter((it) => !ids.includes(it)));
              playlists.putBack(id, removed, ida);
            }
            expect(entryIds(id)).toEqual(model);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('always put at the same place, make room again and again', () => {
    const id = make([1, 2]);
    const first = entryIds(id)[0];
    for (let i = 0; i < 60; i++) playlists.add(id, { trackRows: [(i % 500) + 3], after: first }, ida);
    expect(order(id)).toEqual([1, ...Array.from({ length: 60 }, (_, i) => ((59 - i) % 500) + 3), 2]);
  });

  test('places lie between, in order, or there is no room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.nat(1e6),
        (count, before, gap) => {
          const behind = before + 1 + gap;
          const places = placesBetween(count, { before, behind });
          if (!places) return gap < count;
          return places.every((place, i) => place > (places[i - 1] ?? before) && place < behind);
        },
      ),
    );
  });

  test('10,000 are edited in little time, one more is refused', () => {
    const id = make([]);
    for (let i = 0; i < 10; i++)
      playlists.add(id, { trackRows: Array.from({ length: 1000 }, (_, n) => (n % 500) + 1) }, ida);
    const ids = entryIds(id);
    const started = performance.now();
    for (let i = 0; i < 10; i++) playlists.move(id, { ids: [ids[9000 + i] ?? ''], after: ids[i * 7] }, ida);
    expect((performance.now() - started) / 10).toBeLessThan(200);
    expect(() => playlists.add(id, { trackRows: [1] }, ida)).toThrow(/10,000/);
    expect(playlists.get(id, ida).entryCount).toBe(10_000);
  });

  test('over HTTP: added, moved, taken with what puts them back', async () => {
    const id = make([1, 2, 3]);
    const path = `/api/v1/playlists/${id}/entries`;
    const ids = entryIds(id);
    expect(
      (await ask(`POST ${path}`, { as: ida, body: { trackIds: ['trk_9'] }, headers: { 'if-match': '"1"' } })).status,
    ).toBe(412);
    expect((await ask(`POST ${path}`, { as: ida, body: { trackIds: ['trk_zzzz'] } })).status).toBe(422);
    expect((await ask(`PATCH ${path}`, { as: ida, body: { ids: [ids[2]], after: null } })).data).toMatchObject({
      trackCount: 3,
    });
    const { data } = await ask(`DELETE ${path}`, { as: ida, body: { ids: [ids[2], ids[1]] } });
    const { removed } = data as { removed: unknown[] };
    expect(order(id)).toEqual([1]);
    expect((await ask(`POST ${path}`, { as: ida, body: { restore: removed } })).status).toBe(201);
    expect(entryIds(id)).toEqual([ids[2], ids[0], ids[1]]);
    expect((await ask(`DELETE ${path}`, { as: ida, body: { ids: ['ent_none'] } })).status).toBe(404);
    const page = (await ask(`GET ${path}?limit=2`, { as: ida })).data as {
      items: unknown[];
      next: string;
      total: number;
    };
    expect([page.items.length, page.total]).toEqual([2, 3]);
    expect((await ask(`GET ${path}?limit=2&cursor=${page.next}`, { as: ida })).data).toMatchObject({
      items: [{ id: ids[1] }],
      next: null,
    });
  });

  test('stay when their track goes, and show the one it was merged into', async () => {
    const id = make([1, 2]);
    db.sqlite.exec('DELETE FROM track WHERE id IN (1, 2); INSERT INTO track_alias(old, id) VALUES (2, 3)');
    const { data } = await ask(`GET /api/v1/playlists/${id}`, { as: ida });
    expect(data).toMatchObject({
      entries: [
        { trackId: 'trk_1', track: null },
        { trackId: 'trk_2', track: { id: 'trk_3' } },
      ],
    });
  });
});

describe('M3U8', () => {
  test('goes out with paths for who may see them, else with addresses, and comes back whole', async () => {
    const id = make(range(50));
    const paths = await ask(`GET /api/v1/playlists/${id}.m3u8`, { as: owner });
    expect(readM3u(paths.text).entries[0]?.location).toBe(library.track('trk_1', owner)?.path);
    const urls = await ask(`GET /api/v1/playlists/${id}.m3u8`, { as: ida });
    expect(readM3u(urls.text).entries[0]?.location).toBe('http://home.test/api/v1/tracks/trk_1/file');
    for (const m3u of [paths.text, urls.text]) {
      const { status, data } = await ask('POST /api/v1/playlists/import', { as: ida, body: { m3u } });
      expect([status, data]).toMatchObject([201, { found: 50, unmatched: [], playlist: { name: 'Mine' } }]);
      expect(order((data as { playlist: { id: string } }).playlist.id)).toEqual(range(50));
    }
  });

  test('comes in as the file it is, too', async () => {
    const text = '#EXTM3U\n#PLAYLIST:As a file\n/api/v1/tracks/trk_1/file\n';
    const headers = { 'content-type': 'audio/x-mpegurl; charset=utf-8' };
    const { status, data } = await ask('POST /api/v1/playlists/import', { as: ida, text, headers });
    expect([status, data]).toMatchObject([201, { found: 1, playlist: { name: 'As a file', trackCount: 1 } }]);
    const other = { 'content-type': 'text/html' };
    expect((await ask('POST /api/v1/playlists/import', { as: ida, text, headers: other })).status).toBe(415);
  });
  test('comes in by path from elsewhere, by tags, and says what was not found', async () => {
    const track = library.track('trk_7', owner);
    const m3u = [
      '#EXTM3U',
      `C:\\Users\\Ida\\Music\\${track?.path?.replaceAll('/', '\\') ?? ''}`,
      `#EXTINF:${Math.round((track?.durationMs ?? 0) / 1000)},${track?.artists[0]?.name ?? ''} - ${track?.title ?? ''}`,
      'nothing/like/it.mp3',
      '#EXTINF:10,Nobody - Nothing',
      'gone.mp3',
    ].join('\n');
    const { data } = await ask('POST /api/v1/playlists/import', { as: ida, body: { m3u, dryRun: true } });
    expect(data).toMatchObject({
      playlist: null,
      found: 2,
      by: { path: 1, tags: 1 },
      unmatched: [{ line: 3, location: 'gone.mp3', title: 'Nothing', artist: 'Nobody' }],
    });
    expect(playlists.count(ida)).toBe(0);
  });

  test('of more than 10,000 entries is refused, and a hostile one of 4 MB is answered soon', async () => {
    const bring = (m3u: string) => ask('POST /api/v1/playlists/import', { as: ida, body: { m3u, dryRun: true } });
    const { status, text } = await bring('x\n'.repeat(1_200_000));
    expect([status, text]).toEqual([422, expect.stringContaining('More than 10,000 entries.')]);
    const { title } = library.track('trk_7', owner)!;
    db.sqlite.prepare('UPDATE track SET title = ?, sort_key = (SELECT sort_key FROM track WHERE id = 7)').run(title);
    const began = process.threadCpuUsage();
    const long = `#EXTINF:-1,${title}\n#EXTART:${'é'.repeat(1_900_000)}\nx\n`;
    expect((await bring(`${long}#EXTINF:${'1'.repeat(20_000)},\u2028y`)).status).toBe(200);
    expect(process.threadCpuUsage(began).user).toBeLessThan(1_000_000);
  });

  test('never finds what the listener may not see', async () => {
    const m3u = `/api/v1/tracks/${encodeId('trk', 3)}/file\n`;
    const { data } = await ask('POST /api/v1/playlists/import', {
      as: viewer('usr_ida', { roots: [] }),
      body: { m3u },
    });
    expect(data).toMatchObject({ playlist: null, found: 0, unmatched: [{ line: 1 }] });
  });
});
