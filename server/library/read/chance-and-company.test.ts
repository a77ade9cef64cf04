import { expect, test } from 'vitest';
import { decodeId, encodeId } from '../../kit/index.ts';
import { ida, olaf, openFilledHouse, viewer } from '../../testing/filled-house.ts';
import { createLibrary } from './index.ts';

const open = () => {
  const db = openFilledHouse({ tracks: 600, secondRootShare: 0.1 });
  return { db, library: createLibrary({ db }) };
};
const all = { limit: 500, sort: 'random:1', filters: {} };

test('a list by chance leaves out what its listener has banned, and nobody else’s', () => {
  const { db, library } = open();
  const before = library.list('tracks', all, ida).items;
  const [track, other] = [before[0]!, before.find(({ album }) => album.id !== before[0]!.album.id)!];
  const ban = (kind: string, id: number) => library.marks.set({ userId: ida.userId, kind, id }, { bannedAtMs: 1 });
  ban('tracks', decodeId('trk', track.id)!);
  ban('albums', decodeId('alb', other.album.id)!);
  const after = library.list('tracks', all, ida).items;
  expect(after.some(({ id }) => id === track.id)).toBe(false);
  expect(after.some(({ album }) => album.id === other.album.id)).toBe(false);
  expect(library.list('tracks', all, olaf).items).toHaveLength(before.length);
  const byRoots = library.list('tracks', all, viewer(ida.userId, { roots: [1, 2] })).items;
  expect(byRoots.some(({ id }) => id === track.id)).toBe(false);
  db.close();
});

test('an artist’s page names those they are credited with, the most often first', () => {
  const { db, library } = open();
  const pair = db.sqlite
    .prepare(
      `SELECT a.artist_id one, b.artist_id two FROM track_artist a JOIN track_artist b ON b.track_id = a.track_id
       WHERE a.artist_id <> b.artist_id GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1`,
    )
    .get() as { one: number; two: number };
  const page = library.artist(encodeId('art', pair.one), ida)!;
  expect(page.similar.map(({ id }) => id)).toContain(encodeId('art', pair.two));
  expect(page.similar.map(({ id }) => id)).not.toContain(page.id);
  expect(page.similar.length).toBeLessThanOrEqual(12);
  expect(library.artist(page.id, viewer('usr_ida', { roots: [] }))).toBeUndefined();
  db.close();
});

test('albums are brought to hand in steps until all are, and again after everything was forgotten', () => {
  const { db, library } = open();
  const albums = db.sqlite.prepare('SELECT count(*) FROM album').pluck().get() as number;
  const steps = () => {
    let n = 1;
    while (library.warmAlbums(10)) n++;
    return n;
  };
  expect(steps()).toBe(Math.floor(albums / 10) + 1);
  expect(steps()).toBe(1);
  db.sqlite.exec(`UPDATE album SET title = 'New name' WHERE id = 1`);
  library.forget();
  expect(steps()).toBe(Math.floor(albums / 10) + 1);
  expect(library.albums([1], ida)[0]?.title).toBe('New name');
  db.close();
});

test('within one root, too, an album goes where its date goes', () => {
  const { db, library } = open();
  const one = viewer(ida.userId, { roots: [2] });
  const dated = () => library.list('albums', { limit: 500, sort: '-releaseDate', filters: {} }, one).items;
  const last = dated().at(-1)!;
  db.sqlite.prepare(`UPDATE album SET date = '2099-01-01' WHERE id = ?`).run(decodeId('alb', last.id));
  library.forget();
  expect(dated()[0]).toMatchObject({ id: last.id, releaseDate: '2099-01-01' });
  const late = { limit: 5, sort: 'releaseDate', filters: { yearFrom: '2098' } };
  expect(library.list('albums', late, one).items.map(({ id }) => id)).toEqual([last.id]);
  db.close();
});
