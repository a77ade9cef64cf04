import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../db/index.ts';
import { encodeId } from '../kit/index.ts';
import { createLibrary, type Library } from '../library/index.ts';
import { ida, olaf, openFilledHouse, openRoutes, viewer, type AskRoutes } from '../testing/filled-house.ts';
import { countsAsPlay, createListening, createListeningRoutes, type Listening } from './index.ts';
import { addEntries, packEntries, unpackEntries, type QueueEntry } from './queue.ts';

let db: Db;
let library: Library;
let listening: Listening;
let ask: AskRoutes;
let facts: [string, Record<string, unknown>][];
const now = Date.UTC(2026, 10, 1);

beforeEach(() => {
  db = openFilledHouse({ tracks: 600, secondRootShare: 0.1 });
  facts = [];
  library = createLibrary({ db });
  listening = createListening({
    db,
    clock: { now: () => now },
    journal: { append: (kind, payload) => facts.push([kind, payload]) },
    library,
    exists: (kind, id, who) =>
      kind === 'playlists' || kind === 'episodes' ? undefined : library.resolve(kind, id, who),
  });
  ask = openRoutes(createListeningRoutes({ listening, library }));
});

const track = (row: number) => library.track(encodeId('trk', row), ida);
const play = (change: object = {}) => ({
  id: 'e1',
  trackId: 'trk_5',
  startedAt: new Date(now - 60_000).toISOString(),
  playedMs: 300_000,
  outcome: 'completed',
  source: 'album:alb_1',
  deviceId: 'dev-1',
  ...change,
});
const post = (events: object[], as = ida) => ask('POST /api/v1/plays', { as, body: { events } });

describe('likes, stars and bans', () => {
  test('a like shows on the track of its listener alone, and once on the journal', async () => {
    for (let i = 0; i < 2; i++) expect((await ask('PUT /api/v1/likes/tracks/trk_5', { as: ida })).status).toBe(204);
    expect([track(5)?.liked, library.track('trk_5', olaf)?.liked]).toEqual([true, false]);
    expect(facts).toEqual([['track.liked', { userId: 'usr_ida', id: 'trk_5' }]]);
    await ask('DELETE /api/v1/likes/tracks/trk_5', { as: ida });
    expect(track(5)?.liked).toBe(false);
    expect(db.sqlite.prepare('SELECT count(*) FROM mark').pluck().get()).toBe(0);
  });
  test('five stars stand beside the like, none takes them away', async () => {
    await ask('PUT /api/v1/ratings/albums/alb_3', { as: ida, body: { stars: 5 } });
    expect(library.album('alb_3', ida)?.rating).toBe(5);
    await ask('PUT /api/v1/ratings/albums/alb_3', { as: ida, body: { stars: 0 } });
    expect(library.album('alb_3', ida)?.rating).toBeNull();
    expect((await ask('PUT /api/v1/ratings/albums/alb_3', { as: ida, body: { stars: 6 } })).status).toBe(422);
  });
  test('what is banned, or on a banned album, does not come by chance', async () => {
    await ask('PUT /api/v1/bans/albums/alb_1', { as: ida });
    await ask(`PUT /api/v1/bans/tracks/${encodeId('trk', 100)}`, { as: ida });
    const banned = new Set([
      ...(library.album('alb_1', ida)?.discs ?? []).flatMap((d) => d.tracks.map((t) => t.id)),
      encodeId('trk', 100),
    ]);
    const shuffled = (who = ida) => {
      const page = library.list('tracks', { limit: 600, sort: 'random:x', filters: {} }, who);
      return page.items.filter(({ id }) => banned.has(id)).length;
    };
    expect([shuffled(), shuffled(olaf), shuffled(viewer('usr_ida', { roots: [1, 2] }))]).toEqual([0, banned.size, 0]);
  });
  test('nobody is 401, what is not there or not for this listener is 404', async () => {
    expect((await ask('PUT /api/v1/likes/tracks/trk_5')).status).toBe(401);
    expect((await ask('PUT /api/v1/likes/tracks/trk_zzzz', { as: ida })).status).toBe(404);
    expect((await ask('PUT /api/v1/likes/tracks/trk_5', { as: viewer('usr_ida', { roots: [] }) })).status).toBe(404);
    expect((await ask('PUT /api/v1/likes/pets/trk_5', { as: ida })).status).toBe(404);
  });
});

describe('plays', () => {
  test('half of it or four minutes is a play', () => {
    expect(countsAsPlay({ playedMs: 60_000, durationMs: 120_000 })).toBe(true);
    expect(countsAsPlay({ playedMs: 59_999, durationMs: 120_000 })).toBe(false);
    expect(countsAsPlay({ playedMs: 240_000, durationMs: 3_600_000 })).toBe(true);
  });
  test('an event sent twice counts once, for track, album and artist', async () => {
    expect((await post([play()])).data).toEqual({ accepted: 1, known: 0, refused: [] });
    expect((await post([play(), play({ id: 'e2' })])).data).toEqual({ accepted: 1, known: 1, refused: [] });
    expect(track(5)).toMatchObject({ playCount: 2, lastPlayedAt: new Date(now - 60_000).toISOString() });
    expect(library.album(track(5)?.album.id ?? '', ida)?.playCount).toBe(2);
    const played = library.list('artists', { limit: 5, sort: '-playCount', filters: {} }, ida).items;
    expect(played.map(({ id }) => id)).toContain(track(5)?.artists[0]?.id);
    expect(facts.map(([kind]) => kind)).toEqual(['track.played', 'track.played']);
  });
  test('a skip is kept but not counted', async () => {
    await post([play({ playedMs: 3000, outcome: 'skipped' })]);
    expect(track(5)?.playCount).toBe(0);
    expect(facts[0]?.[0]).toBe('track.skipped');
    expect((await ask('GET /api/v1/history', { as: ida })).data).toMatchObject({
      items: [{ outcome: 'skipped', counted: false }],
    });
  });
  test('a track that is no more is named and the rest kept', async () => {
    const { data } = await post([
      play({ trackId: 'trk_zzzz' }),
      play({ id: 'e9' }),
      play({ id: 'e8', startedAt: '2999-01-01T00:00:00Z' }),
    ]);
    expect(data).toEqual({
      accepted: 1,
      known: 0,
      refused: [
        { id: 'e1', code: 'listening/no-track' },
        { id: 'e8', code: 'listening/time' },
      ],
    });
    expect((await post([play({ playedMs: -1 })])).status).toBe(422);
    expect((await post([])).status).toBe(422);
  });
  test("history is the listener's own, page after page, and survives its track", async () => {
    await post(
      Array.from({ length: 25 }, (_, i) =>
        play({ id: `e${i}`, trackId: encodeId('trk', i + 1), startedAt: new Date(now - (i % 5) * 1000).toISOString() }),
      ),
    );
    const ids: string[] = [];
    let cursor = '';
    for (let i = 0; i < 10; i++) {
      const { data } = await ask(`GET /api/v1/history?limit=7${cursor && `&cursor=${cursor}`}`, { as: ida });
      const page = data as { items: { id: string }[]; next: string | null };
      ids.push(...page.items.map(({ id }) => id));
      if (!page.next) break;
      cursor = page.next;
    }
    expect(new Set(ids).size).toBe(25);
    expect((await ask('GET /api/v1/history', { as: olaf })).data).toMatchObject({ items: [] });
    db.sqlite.prepare('DELETE FROM track WHERE id = 1').run();
    expect((await ask('GET /api/v1/history?limit=500', { as: ida })).text).toContain('"track":null');
    expect((await ask('DELETE /api/v1/history/e3', { as: olaf })).status).toBe(404);
    expect((await ask('DELETE /api/v1/history/e3', { as: ida })).status).toBe(204);
  });
  test('devices are seen by playing and named once', async () => {
    await post([play()]);
    await ask('PATCH /api/v1/devices/dev-1', { as: ida, body: { name: 'Kitchen' } });
    expect((await ask('PATCH /api/v1/devices/dev-1', { as: olaf, body: { name: 'Mine' } })).status).toBe(404);
    await ask('POST /api/v1/devices', { as: olaf, body: { id: 'dev-2', name: 'Hall' } });
    expect((await ask('GET /api/v1/devices', { as: ida })).data).toMatchObject({
      items: [{ id: 'dev-1', name: 'Kitchen' }],
    });
    expect((await ask('GET /api/v1/devices', { as: olaf })).data).toMatchObject({
      items: [{ id: 'dev-2', name: 'Hall' }],
    });
  });
});

describe('the queue', () => {
  const whole = (n: number, more: object = {}) => ({
    entries: Array.from({ length: n }, (_, i) => ({
      id: `q${i}`,
      trackId: encodeId('trk', (i % 500) + 1),
      source: 'album:alb_1',
      byYou: i === 2,
      order: i,
    })),
    index: 1,
    positionMs: 5000,
    deviceId: 'dev-1',
    ...more,
  });
  const put = (body: object, revision: string | undefined, as = ida) =>
    ask('PUT /api/v1/queue', { as, body, headers: revision === undefined ? {} : { 'if-match': revision } });

  test("begins empty, is kept whole with its tracks, and is each listener's own", async () => {
    const empty = await ask('GET /api/v1/queue', { as: ida });
    expect([empty.data, empty.headers.get('etag')]).toMatchObject([{ entries: [], revision: 0 }, '"0"']);
    expect((await put(whole(3), '"0"')).headers.get('etag')).toBe('"1"');
    const { data } = await ask('GET /api/v1/queue', { as: ida });
    expect(data).toMatchObject({
      index: 1,
      positionMs: 5000,
      revision: 1,
      entries: [{ id: 'q0', track: { id: 'trk_1' } }, {}, { byYou: true }],
    });
    expect((await ask('GET /api/v1/queue', { as: olaf })).data).toMatchObject({ entries: [] });
  });
  test('a change without a revision is 428, with an old one 412 and names the new', async () => {
    expect((await put(whole(1), undefined)).status).toBe(428);
    await put(whole(1), '"0"');
    expect((await put(whole(1), 'W/"1"')).status, 'a tag that compression made weak').toBe(200);
    const late = await put(whole(2), '"0"');
    expect([late.status, late.headers.get('etag')]).toEqual([412, '"2"']);
  });
  test('entries without ids get ids of the house', async () => {
    const body = { ...whole(0), entries: [{ trackId: 'trk_1' }, { trackId: 'trk_1' }], index: 0 };
    expect((await put(body, '"0"')).status).toBe(200);
    const { data } = await ask('GET /api/v1/queue', { as: ida });
    const ids = (data as { entries: { id: string }[] }).entries.map(({ id }) => id);
    expect(ids).toEqual([expect.stringMatching(/^ent_/), expect.stringMatching(/^ent_/)]);
    expect(new Set(ids).size).toBe(2);
  });
  test('the place moves without its entries', async () => {
    await put(whole(3), '"0"');
    const moved = await ask('PATCH /api/v1/queue', {
      as: ida,
      body: { positionMs: 9000, repeat: 'all' },
      headers: { 'if-match': '"1"' },
    });
    expect(moved.data).toEqual({ revision: 2 });
    expect((await ask('GET /api/v1/queue', { as: ida })).data).toMatchObject({
      positionMs: 9000,
      repeat: 'all',
      index: 1,
      deviceId: 'dev-1',
      entries: { length: 3 },
    });
    expect(facts.filter(([kind]) => kind === 'queue.changed')).toHaveLength(1);
  });
  test('5,000 entries are taken and given back, one more is refused', async () => {
    expect((await put(whole(5000), '"0"')).status).toBe(200);
    expect((await ask('GET /api/v1/queue', { as: ida })).data).toMatchObject({ entries: { length: 5000 } });
    expect((await put(whole(5001), '"1"')).status).toBe(422);
    const more = await ask('POST /api/v1/queue/entries', { as: ida, body: { trackIds: ['trk_1'] } });
    expect([more.status, more.data]).toMatchObject([422, { code: 'listening/queue-full' }]);
    const kept = db.sqlite.prepare('SELECT length(entries) FROM queue_entries').pluck().get() as number;
    expect(kept).toBeLessThan(5000 * 50);
  });
  test('what is queued goes next, or behind what was queued before', async () => {
    await put(whole(4), '"0"');
    await ask('POST /api/v1/queue/entries', { as: ida, body: { trackIds: ['trk_9'], where: 'end' } });
    await ask('POST /api/v1/queue/entries', { as: ida, body: { trackIds: ['trk_8'], where: 'next' } });
    const { data } = await ask('GET /api/v1/queue', { as: ida });
    expect((data as { entries: { trackId: string }[] }).entries.map(({ trackId }) => trackId)).toEqual([
      'trk_1',
      'trk_2',
      'trk_8',
      'trk_3',
      'trk_9',
      'trk_4',
    ]);
    expect((await ask('POST /api/v1/queue/entries', { as: ida, body: { trackIds: ['trk_zzz'] } })).status).toBe(404);
  });
  test('what cannot be seen any more stays in place without its track', async () => {
    await put(whole(2), '"0"');
    const { data } = await ask('GET /api/v1/queue', { as: viewer('usr_ida', { roots: [] }) });
    expect(data).toMatchObject({ entries: [{ track: null }, { track: null }] });
  });
  test('packing loses nothing', () => {
    const entry = fc.record<QueueEntry>({
      id: fc.string(),
      trackId: fc.integer({ min: 1 }).map((n) => encodeId('trk', n)),
      source: fc.string(),
      byYou: fc.boolean(),
      order: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(unpackEntries(packEntries(entries))).toEqual(entries);
      }),
    );
  });
  test('adding keeps all that was there, in order', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(40), fc.constantFrom('next' as const, 'end' as const), (n, index, where) => {
        const before = Array.from({ length: n }, (_, i) => ({
          id: `${i}`,
          trackId: 'trk_1',
          source: '',
          byYou: i % 3 === 0,
          order: i,
        }));
        const after = addEntries(before, index, {
          trackIds: ['trk_2', 'trk_3'],
          where,
          source: '',
          newId: () => 'new',
        });
        expect(after.filter(({ id }) => id !== 'new')).toEqual(before);
        expect(after.length).toBe(n + 2);
      }),
    );
  });
});
