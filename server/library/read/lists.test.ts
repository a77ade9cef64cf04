import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { isProblem } from '../../kit/index.ts';
import { ida, openFilledHouse, viewer } from '../../testing/filled-house.ts';
import { createListReader, plansOf, type ListQuery } from './list-reader.ts';
import { compareKeys, decodeCursor, encodeCursor, type Key } from './keyset.ts';
import { LISTS, pairsOf, type ListName, type Walk } from './lists.ts';
import { createLibrary } from './index.ts';

const size = { tracks: 4000, secondRootShare: 0.1, missingEvery: 50 };
let db: Db;
let read: ReturnType<typeof createListReader>;

const like = (house: Db, userId: string) =>
  house.sqlite.exec(`
    INSERT INTO mark(user_id, kind, id, liked_at, play_count, last_played_at)
      SELECT '${userId}', 'tracks', id, id % 7, id % 5, id FROM track WHERE id % 3 = 0;
    INSERT INTO mark(user_id, kind, id, liked_at, play_count, last_played_at)
      SELECT '${userId}', 'albums', id, id % 7, id % 5, id FROM album WHERE id % 3 = 0;
    INSERT INTO mark(user_id, kind, id, liked_at, play_count, last_played_at)
      SELECT '${userId}', 'artists', id, id % 7, id % 5, id FROM artist WHERE id % 3 = 0;`);

beforeAll(() => {
  db = openFilledHouse(size);
  like(db, ida.userId);
  read = createListReader(db);
});

const one = (sql: string) => db.sqlite.prepare(sql).pluck().get() as Key;
/** A value for each filter that has rows. */
const valueOf = (name: string): [string, Key] => {
  if (name === 'role:albumartist') return ['role', 'albumartist'];
  const values: Record<string, Key> = {
    artist: one('SELECT artist_id FROM track_artist GROUP BY 1 ORDER BY count(*) DESC'),
    album: one('SELECT id FROM album ORDER BY track_count DESC'),
    genre: one('SELECT id FROM genre ORDER BY track_count DESC'),
    folder: one('SELECT folder_id FROM file GROUP BY 1 ORDER BY count(*) DESC'),
    parent: 1,
    year: 2001,
    yearFrom: '1990',
    yearTo: '2000',
    type: 'album',
    role: 'composer',
    codec: 'flac',
    liked: 1,
    missing: 1,
  };
  const value = values[name];
  if (value === undefined) throw new Error(`no value for ${name}`);
  return [name, value];
};

const every: [ListName, Walk][] = (Object.keys(LISTS) as ListName[]).flatMap((name) =>
  LISTS[name].map((walk): [ListName, Walk] => [name, walk]),
);
const queryOf = (walk: Walk, limit: number): ListQuery => ({
  limit,
  sort: walk.sort === 'random' ? 'random:abc' : walk.sort,
  filters: Object.fromEntries(walk.filters.map(valueOf)),
});

const allPages = (list: ListName, query: ListQuery, who: Viewer): number[] => {
  const ids: number[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 5000; pages++) {
    const page = read(list, { ...query, cursor }, who);
    ids.push(...page.ids);
    cursor = page.next;
    if (!cursor) return ids;
  }
  throw new Error('a list without end');
};

const roots = (...ids: number[]) => viewer('usr_ida', { roots: ids });

describe.each(every.map(([list, walk]) => [[list, walk.sort, ...walk.filters].join(' '), list, walk] as const))(
  '%s',
  (_name, list, walk) => {
    test('its pages put together are the whole list, each row once, whatever the page size', () => {
      const whole = allPages(list, queryOf(walk, 5000), ida);
      expect(whole.length, 'the test has rows').toBeGreaterThan(0);
      expect(new Set(whole).size).toBe(whole.length);
      const limit = whole.length > 700 ? 97 : 7;
      expect(allPages(list, queryOf(walk, limit), ida)).toEqual(whole);
    });

    test('who sees every root by number sees the same, who sees one sees a part in the same order', () => {
      const whole = allPages(list, queryOf(walk, 5000), ida);
      expect(allPages(list, queryOf(walk, 53), roots(1, 2))).toEqual(whole);
      const part = allPages(list, queryOf(walk, 53), roots(2));
      const inPart = new Set(part);
      if (walk.sort !== 'random') expect(whole.filter((id) => inPart.has(id))).toEqual(part);
      expect(part.filter((id) => !whole.includes(id))).toEqual([]);
      expect(allPages(list, queryOf(walk, 53), roots())).toEqual([]);
    });

    test('no plan scans a big table or sorts', () => {
      for (const who of [ida, roots(2)])
        for (const sql of plansOf(list, queryOf(walk, 50), who)) {
          const plan = db.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parametersFor(sql)) as { detail: string }[];
          const details = plan.map(({ detail }) => detail);
          // A walk along an index is a SCAN in SQLite's words; a bare SCAN reads the table. Marks and few rows are small by nature.
          const bad = details.filter(
            (it) =>
              /^SCAN (?!\w+ USING (COVERING )?INDEX)(?!json_each|v\b|\(subquery)/.test(it) || /TEMP B-TREE/.test(it),
          );
          expect(walk.few ? [] : bad, `${sql}\n${details.join('\n')}`).toEqual([]);
        }
    });
  },
);

const parametersFor = (sql: string) => Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((m) => [m[1] ?? '', 1]));

describe('a list', () => {
  test('keeps its place when rows come and go between pages', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 12 }), fc.integer({ min: 3, max: 60 }), (changes, limit) => {
        const house = openFilledHouse({ tracks: 300 });
        const readHouse = createListReader(house);
        const before = readHouse('albums', { limit: 500, sort: 'name', filters: {} }, ida).ids;
        const seen: number[] = [];
        const gone = new Set<number>();
        let cursor: string | undefined;
        let step = 0;
        do {
          const page = readHouse('albums', { limit, sort: 'name', cursor, filters: {} }, ida);
          seen.push(...page.ids);
          cursor = page.next;
          const change = changes[step++];
          if (change !== undefined) {
            const id = before[change % before.length] ?? 0;
            house.sqlite.prepare('DELETE FROM track WHERE album_id = ?').run(id);
            house.sqlite.prepare('DELETE FROM album WHERE id = ?').run(id);
            gone.add(id);
            house.sqlite
              .prepare(
                `INSERT INTO album(akey, title, sort_key, artist_text, artist_sort, root_id, added_at, rnd) VALUES (?, 'x', ?, '', '', 1, 0, 0)`,
              )
              .run(`new${step}`, String.fromCharCode(97 + (change % 26)));
          }
        } while (cursor && step < 500);
        house.close();
        const stayed = before.filter((id) => !gone.has(id));
        return (
          new Set(seen).size === seen.length &&
          stayed.every((id) => seen.includes(id)) &&
          seen.filter((id) => stayed.includes(id)).join() === stayed.join()
        );
      }),
      { numRuns: 25 },
    );
  });

  test('knows its total only where a counter does', () => {
    expect(read('albums', { limit: 1, filters: {} }, ida).total).toBe(one('SELECT count(*) FROM album'));
    const genre = Number(valueOf('genre')[1]);
    expect(read('tracks', { limit: 1, filters: { genre } }, ida).total).toBe(
      one(`SELECT count(*) FROM track_genre WHERE genre_id = ${genre}`),
    );
    expect(read('albums', { limit: 1, filters: {} }, roots(2)).total).toBeUndefined();
  });

  test('refuses a pair that no index serves, and says which pairs there are', () => {
    try {
      read('albums', { limit: 5, sort: '-playCount', filters: { genre: 1 } }, ida);
      expect.unreachable();
    } catch (error) {
      expect(isProblem(error) && [error.status, error.facts.detail]).toEqual([
        422,
        expect.stringContaining('name + genre'),
      ]);
    }
  });

  test('refuses a cursor of another list, sort or filter, and any that was made up', () => {
    const { next } = read('albums', { limit: 5, sort: 'name', filters: {} }, ida);
    for (const [sort, cursor] of [
      ['-name', next],
      ['artist', next],
      ['name', 'AAAA'],
      ['name', `${next}x1`],
    ] as const)
      expect(() => read('albums', { limit: 5, sort, cursor, filters: {} }, ida)).toThrow(/not right/);
    fc.assert(
      fc.property(fc.string(), (junk) => {
        try {
          decodeCursor(junk, 'abcd', 2);
          return false;
        } catch (error) {
          return isProblem(error) && error.status === 422;
        }
      }),
    );
  });

  test('another seed begins elsewhere, the same seed begins there again', () => {
    const random = (seed: string) => read('tracks', { limit: 30, sort: `random:${seed}`, filters: {} }, ida).ids;
    expect(random('a')).toEqual(random('a'));
    expect(random('a')).not.toEqual(random('b'));
  });
});

test('cursors come back as they went, and keys compare as SQLite compares', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary' }).map((s) => s.toWellFormed()),
    fc.maxSafeInteger(),
  );
  fc.assert(
    fc.property(fc.array(key, { minLength: 2, maxLength: 2 }), (keys) => {
      expect(decodeCursor(encodeCursor('abcd', { leg: 0, keys }), 'abcd', 2)).toEqual({ leg: 0, keys });
    }),
  );
  const compare = db.sqlite.prepare('SELECT (?, ?) < (?, ?)').pluck();
  fc.assert(
    fc.property(fc.tuple(fc.string(), fc.integer()), fc.tuple(fc.string(), fc.integer()), (a, b) => {
      if (a[0].includes('\0') || b[0].includes('\0')) return;
      expect(compareKeys(a, b) < 0).toBe(compare.get(...a, ...b) === 1);
    }),
  );
});

test('every pair is told in words', () => {
  expect(pairsOf('tracks')).toContain('title + genre');
  expect(createLibrary({ db }).list('genres', { limit: 3, filters: {} }, ida).items).toHaveLength(3);
});
