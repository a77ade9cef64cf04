import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openInlineScan, type InlineScan } from '../testing/inline-scan.ts';
import { miscounts } from '../testing/recount.ts';
import { makeTunes, type Tunes } from '../testing/tunes.ts';

let tunes: Tunes;
let house: InlineScan;
beforeAll(async () => {
  tunes = await makeTunes(6);
});
beforeEach(() => {
  house = openInlineScan();
});
afterEach(async () => {
  expect(miscounts(house.db)).toEqual({});
  await house.close();
});

type Song = { path: string; artist: string; no: number; album?: string; albumArtist?: string; year?: string };
const put = (into: InlineScan, { path, artist, no, album = 'Party', albumArtist, year }: Song): void =>
  tunes.put(join(into.media, path), no % 6, {
    title: `Song ${no}`,
    artist,
    album,
    track: no,
    ...(albumArtist && { album_artist: albumArtist }),
    ...(year && { date: year }),
  });

/** Albums with their tracks, without ids. */
const albums = ({ rows }: InlineScan) =>
  rows(`SELECT a.akey, a.title, a.artist_text artist, a.compilation, a.type, count(*) n, group_concat(t.title, ', ' ORDER BY t.no) songs
        FROM album a JOIN track t ON t.album_id = a.id WHERE t.missing_at IS NULL GROUP BY a.id ORDER BY a.akey`);
const fresh = async (songs: readonly Song[]) => {
  const other = openInlineScan();
  try {
    for (const song of songs) put(other, song);
    await other.run();
    return albums(other);
  } finally {
    await other.close();
  }
};

const PARTY: Song[] = [
  { path: 'Party/1.flac', artist: 'Ida', no: 1, year: '2001' },
  { path: 'Party/2.flac', artist: 'Olaf', no: 2, year: '1999' },
  { path: 'Party/3.flac', artist: 'Ida', no: 3, year: '1980' },
  { path: 'Party/CD 2/1.flac', artist: 'Hana', no: 4 },
  { path: 'Party/other.flac', artist: 'Ida', no: 5, album: 'Blue' },
  { path: 'Party/named.flac', artist: 'Ida', no: 6, albumArtist: 'Ida' },
];
const ORDERS = [
  [0, 1, 2, 3, 4, 5],
  [3, 5, 0, 2, 4, 1],
  [5, 4, 3, 2, 1, 0],
  [1, 3, 0, 4, 5, 2],
];

test.for(ORDERS)('files that arrive one by one make the albums of a fresh scan: order %s', async (order) => {
  const all = await fresh(PARTY);
  expect(all).toHaveLength(3);
  for (const i of order) {
    put(house, PARTY[i]!);
    await house.runOut();
  }
  expect(albums(house)).toEqual(all);
});

test('where artists leave a folder until they are no sampler any more, those who stay have their own albums again', async () => {
  for (const song of PARTY) put(house, song);
  await house.run();
  rmSync(join(house.media, PARTY[3]!.path));
  const leaving = await house.run();
  expect(leaving).toMatchObject({ again: true, tally: { missing: 1 } });
  await house.runOut();
  expect(albums(house)).toEqual(await fresh(PARTY.filter((_, i) => i !== 3)));
  put(house, PARTY[3]!);
  await house.runOut();
  expect(albums(house)).toEqual(await fresh(PARTY));
});

test('a retag or a move that makes or unmakes a sampler has the others follow, and a like stays on the album', async () => {
  const two = PARTY.slice(0, 3);
  for (const song of two) put(house, song);
  await house.run();
  put(house, { ...two[2]!, artist: 'Hana' });
  expect(await house.run()).toMatchObject({ again: true });
  await house.runOut();
  expect(albums(house)).toEqual(await fresh([two[0]!, two[1]!, { ...two[2]!, artist: 'Hana' }]));
  expect(albums(house)).toHaveLength(1);
  const [album] = house.rows<{ id: number }>('SELECT id FROM album');
  house.like('albums', album!.id);
  rmSync(join(house.media, two[1]!.path));
  put(house, { ...two[1]!, path: 'Elsewhere/2.flac' });
  await house.runOut();
  expect(albums(house)).toEqual(
    await fresh([two[0]!, { ...two[1]!, path: 'Elsewhere/2.flac' }, { ...two[2]!, artist: 'Hana' }]),
  );
  expect(house.one('SELECT count(*) FROM mark m JOIN album a ON a.id = m.id WHERE a.track_count > 0')).toBe(1);
  const { again, tally } = await house.run();
  expect([again, tally.changed]).toEqual([false, 0]);
});

test('a scan that is cancelled or killed half way through a sampler ends with the albums of a fresh scan', async () => {
  const many = Array.from({ length: 12 }, (_, i) => ({ path: `Party/${i}.flac`, artist: `Artist ${i % 4}`, no: i }));
  for (const song of many.slice(0, 2)) put(house, song);
  await house.run();
  for (const song of many.slice(2)) put(house, song);
  await house.run({ onProgress: ({ phase }) => (phase === 'tags' ? 'cancel' : undefined) });
  await house.runOut();
  expect(albums(house)).toEqual(await fresh(many));
  rmSync(join(house.media, 'Party/3.flac'));
  rmSync(join(house.media, 'Party/7.flac'));
  rmSync(join(house.media, 'Party/11.flac'));
  for (const song of many.filter(({ artist }) => artist === 'Artist 2')) rmSync(join(house.media, song.path));
  const kill = ({ phase }: { phase: string }): undefined => {
    if (phase === 'finish') throw new Error('killed');
  };
  await expect(house.run({ onProgress: kill })).rejects.toThrow('killed');
  await house.run({ afterCut: true });
  await house.runOut();
  expect(albums(house)).toEqual(await fresh(many.filter(({ artist }) => /[01]$/.test(artist))));
});

const OST: Song[] = [1, 2, 3, 4].map((no) => ({
  path: `OST/${no}.flac`,
  artist: `Composer ${no}`,
  no,
  album: 'OST',
  ...(no < 4 && { albumArtist: no === 1 ? 'the orchestra' : 'The Orchestra' }),
}));

test('a song that does not say whose album it is goes with the most of its folder, whatever came first', async () => {
  const all = await fresh(OST);
  expect(all).toMatchObject([{ artist: 'The Orchestra', n: 4, compilation: 0 }]);
  for (const order of [
    [3, 0, 1, 2],
    [0, 3, 2, 1],
  ]) {
    const other = openInlineScan();
    for (const i of order) {
      put(other, OST[i]!);
      await other.runOut();
    }
    expect(albums(other)).toMatchObject([
      { n: 4, compilation: 0, artist: expect.stringMatching(/^the orchestra$/i) as string },
    ]);
    expect(miscounts(other.db)).toEqual({});
    await other.close();
  }
});

test('when those who named an album artist leave, the others have their own album again', async () => {
  for (const song of OST) put(house, song);
  await house.run();
  expect(albums(house)).toHaveLength(1);
  for (const i of [0, 1]) rmSync(join(house.media, OST[i]!.path));
  await house.runOut();
  expect(albums(house)).toMatchObject([
    { artist: 'Composer 4', n: 1 },
    { artist: 'The Orchestra', n: 1 },
  ]);
  put(house, OST[0]!);
  await house.runOut();
  expect(albums(house)).toMatchObject([{ n: 3 }]);
  const { again, tally } = await house.run();
  expect([again, tally.changed]).toEqual([false, 0]);
});
