import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openInlineScan, type InlineScan } from '../testing/inline-scan.ts';
import { miscounts } from '../testing/recount.ts';
import { makeTunes, type Tunes } from '../testing/tunes.ts';

type Tags = {
  title: string;
  artist?: string;
  album?: string;
  album_artist?: string;
  track?: number;
  genre?: string;
  date?: string;
};

let house: InlineScan;
let tunes: Tunes;
beforeAll(async () => {
  tunes = await makeTunes(4);
});
beforeEach(() => {
  house = openInlineScan();
});
afterEach(async () => {
  expect(miscounts(house.db)).toEqual({});
  await house.close();
});

/** A file with these tags; the sound is the one of its number, whatever it is called. */
const put = (path: string, sound: number, tags: Tags): void => tunes.put(join(house.media, path), sound, tags);
const album = (count: number, more: Partial<Tags> = {}, from = 0): void => {
  for (let i = from; i < from + count; i++)
    put(`Ida/Blue/${i}.flac`, i, {
      title: `Song ${i}`,
      artist: 'Ida',
      album: 'Blue',
      genre: 'Jazz',
      track: i + 1,
      ...more,
    });
};
type Album = { id: number; title: string; n: number };
const albums = (): Album[] => house.rows('SELECT id, title, track_count n FROM album ORDER BY id');
const artists = () =>
  house.rows<{ id: number; name: string; n: number }>('SELECT id, name, track_count n FROM artist ORDER BY id');
const trackIds = (): number[] => house.rows<{ id: number }>('SELECT id FROM track ORDER BY id').map(({ id }) => id);
const likes = (kind: string): number[] =>
  house
    .rows<{ id: number }>(`SELECT id FROM mark WHERE kind = '${kind}' AND liked_at IS NOT NULL ORDER BY id`)
    .map(({ id }) => id);

test('an album retagged as a whole keeps its id and its like, and so does an artist renamed everywhere', async () => {
  album(4);
  await house.run();
  const [before] = albums();
  const [artist] = artists();
  const ids = trackIds();
  house.like('albums', before!.id);
  house.like('artists', artist!.id);
  album(4, { album: 'Green', artist: 'Ida Lund', genre: 'Folk' });
  expect((await house.run()).tally).toMatchObject({ added: 0, missing: 0, changed: 4 });
  expect(albums()).toEqual([{ id: before!.id, title: 'Green', n: 4 }]);
  expect(artists()).toEqual([{ id: artist!.id, name: 'Ida Lund', n: 4 }]);
  expect([likes('albums'), likes('artists')]).toEqual([[before!.id], [artist!.id]]);
  expect(trackIds()).toEqual(ids);
  expect(house.rows('SELECT name, album_count a, track_count t FROM genre')).toEqual([{ name: 'Folk', a: 1, t: 4 }]);
});

test('an album whose songs carry different dates has the date of most of them, whichever file is written last', async () => {
  const song = (no: number, date: string) => album(1, { date }, no);
  const dates = () => house.rows('SELECT date, original_date o, year FROM album');
  song(0, '2004');
  song(1, '2007-03-01');
  song(2, '2004');
  await house.run();
  expect(dates()).toEqual([{ date: '2004', o: null, year: 2004 }]);
  song(3, '1999');
  await house.run();
  expect(dates()).toEqual([{ date: '2004', o: null, year: 2004 }]);
  // As many say the one as the other: the later.
  song(3, '2007-03-01');
  await house.run();
  expect(dates()).toEqual([{ date: '2007-03-01', o: null, year: 2007 }]);
  // What is gone has no say beside what is there.
  rmSync(join(house.media, 'Ida/Blue/3.flac'));
  await house.run();
  expect(dates()).toEqual([{ date: '2004', o: null, year: 2004 }]);
});

test('an artist of whom something is left is not renamed', async () => {
  album(4);
  await house.run();
  const [artist] = artists();
  album(3, { artist: 'Olaf' });
  await house.run();
  expect(artists().map(({ name, n }) => [name, n])).toEqual([
    ['Ida', 1],
    ['Olaf', 3],
  ]);
  expect(artists()[0]!.id).toBe(artist!.id);
});

test('an artist retagged to one who is there already leaves an alias and the like', async () => {
  album(2);
  put('Olaf/Red/1.flac', 2, { title: 'Other', artist: 'Olaf', album: 'Red' });
  await house.run();
  const [ida, olaf] = ['Ida', 'Olaf'].map((name) => artists().find((it) => it.name === name)!.id);
  house.like('artists', ida!);
  album(2, { artist: 'Olaf' });
  await house.run();
  expect(artists().map(({ id }) => id)).toEqual([olaf]);
  expect(likes('artists')).toEqual([olaf]);
  expect(house.rows('SELECT old, id FROM artist_alias')).toEqual([{ old: ida, id: olaf }]);
});

test('half an album retagged is a new one; the rest retagged too brings both together under the older id', async () => {
  album(4);
  await house.run();
  const [before] = albums();
  house.like('albums', before!.id);
  album(2, { album: 'Green' });
  await house.run();
  expect(albums().map(({ title, n }) => [title, n])).toEqual([
    ['Blue', 2],
    ['Green', 2],
  ]);
  album(2, { album: 'Green' }, 2);
  await house.run();
  expect(albums()).toEqual([{ id: before!.id, title: 'Green', n: 4 }]);
  expect(likes('albums')).toEqual([before!.id]);
  expect(house.one('SELECT count(*) FROM album_alias')).toBe(1);
});

test('an album that falls apart at once lives on in its largest part', async () => {
  album(4);
  await house.run();
  const [before] = albums();
  house.like('albums', before!.id);
  album(2, { album: 'Green' });
  album(1, { album: 'Red' }, 2);
  album(1, { album: 'Black' }, 3);
  await house.run();
  expect(albums().find(({ id }) => id === before!.id)).toMatchObject({ title: 'Green', n: 2 });
  expect(albums()).toHaveLength(3);
});

test('two files that trade places keep their ids, and one replaced by another recording does not lend it its id', async () => {
  album(3);
  await house.run();
  const at = (name: string): string => join(house.media, 'Ida/Blue', name);
  const where = () =>
    house.rows<{ id: number; name: string }>(
      'SELECT t.id, CAST(f.name AS TEXT) name FROM track t JOIN file f ON f.id = t.file_id WHERE missing_at IS NULL ORDER BY t.id',
    );
  const [first, second, third] = where();
  renameSync(at('0.flac'), at('x'));
  renameSync(at('1.flac'), at('0.flac'));
  renameSync(at('x'), at('1.flac'));
  await house.run();
  expect(where().slice(0, 2)).toEqual([
    { id: first!.id, name: '1.flac' },
    { id: second!.id, name: '0.flac' },
  ]);
  rmSync(at('2.flac'));
  put('Ida/Blue/2.flac', 3, { title: 'Quite another', artist: 'Olaf', album: 'Elsewhere' });
  await house.run();
  expect(house.rows(`SELECT id FROM track WHERE missing_at IS NOT NULL`)).toEqual([{ id: third!.id }]);
  expect(house.one(`SELECT title FROM track WHERE id > ${third!.id}`)).toBe('Quite another');
  put('Ida/Back/2.flac', 2, { title: 'Song 2', artist: 'Ida', album: 'Blue', genre: 'Jazz', track: 3 });
  await house.run();
  expect(house.one('SELECT count(*) FROM track WHERE missing_at IS NOT NULL')).toBe(0);
  expect(where().find(({ id }) => id === third!.id)?.name).toBe('2.flac');
});
