import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openInlineScan, type InlineScan } from '../testing/inline-scan.ts';
import { age } from '../testing/scan-house.ts';
import { miscounts } from '../testing/recount.ts';
import { makeTunes, type Tunes, type TuneTags } from '../testing/tunes.ts';

let tunes: Tunes;
let house: InlineScan;
beforeAll(async () => {
  tunes = await makeTunes(4, 10);
});
beforeEach(() => {
  house = openInlineScan();
});
afterEach(async () => {
  expect(miscounts(house.db)).toEqual({});
  await house.close();
});

const put = (path: string, sound: number, tags: TuneTags): void => tunes.put(join(house.media, path), sound, tags);
const artists = () => house.rows<{ id: number; name: string }>('SELECT id, name FROM artist ORDER BY id');
const likes = (): number[] =>
  house.rows<{ id: number }>(`SELECT id FROM mark WHERE kind = 'artists' ORDER BY id`).map(({ id }) => id);

describe('an artist who leaves', () => {
  const names = (table: string, key: string) =>
    house.rows(`SELECT a.name, ${key} it FROM ${table} l JOIN artist a ON a.id = l.artist_id ORDER BY a.name, it`);
  const genres = () => names('artist_genre', '(SELECT name FROM genre WHERE id = l.genre_id)');

  test('a genre, a role or a root is on its list no more', async () => {
    const other = join(house.dir, 'other');
    put('A/1.flac', 0, { title: 'One', artist: 'Ida', album: 'A', genre: 'Jazz', composer: 'Olaf', track: 1 });
    put('A/2.flac', 1, { title: 'Two', artist: 'Ida', album: 'A', genre: 'Folk', composer: 'Ida', track: 2 });
    tunes.put(join(other, 'B/1.flac'), 2, { title: 'Three', artist: 'Ida', album: 'B', genre: 'Jazz', track: 1 });
    tunes.put(join(other, 'B/2.flac'), 3, { title: 'Four', artist: 'Ida', album: 'B', genre: 'Jazz', track: 2 });
    const second = house.roots.add(other).id;
    await house.run();
    expect(names('artist_root', 'l.root_id')).toEqual([
      { name: 'Ida', it: house.rootId },
      { name: 'Ida', it: second },
      { name: 'Olaf', it: house.rootId },
    ]);
    expect(names('artist_role', 'l.role')).toEqual([
      { name: 'Ida', it: 'composer' },
      { name: 'Olaf', it: 'composer' },
    ]);
    put('A/1.flac', 0, { title: 'One', artist: 'Ida', album: 'A', genre: 'Jazz', composer: 'Olaf', track: 1 });
    put('A/2.flac', 1, { title: 'Two', artist: 'Ida', album: 'A', genre: 'Jazz', composer: 'Olaf', track: 2 });
    for (const n of [1, 2])
      tunes.put(join(other, `B/${n}.flac`), n + 1, { title: `New ${n}`, artist: 'Hana', album: 'B', track: n });
    await house.run();
    expect(names('artist_role', 'l.role')).toEqual([{ name: 'Olaf', it: 'composer' }]);
    expect(names('artist_root', 'l.root_id')).toEqual([
      { name: 'Hana', it: second },
      { name: 'Ida', it: house.rootId },
      { name: 'Olaf', it: house.rootId },
    ]);
    expect(genres()).toEqual([{ name: 'Ida', it: 'Jazz' }]);
  });

  test('a root because its files moved to another one is listed in that one alone', async () => {
    const other = join(house.dir, 'other');
    const second = house.roots.add((tunes.put(join(other, 'x.flac'), 3, { title: 'X', artist: 'Else' }), other)).id;
    put('A/1.flac', 0, { title: 'One', artist: 'Ida', album: 'A' });
    await house.run();
    const [track] = house.rows<{ id: number }>(`SELECT id FROM track WHERE title = 'One'`);
    rmSync(join(house.media, 'A/1.flac'));
    tunes.put(join(other, 'A/1.flac'), 0, { title: 'One', artist: 'Ida', album: 'A' });
    put('keep.flac', 2, { title: 'Keep', artist: 'Keeper' });
    await house.run();
    expect(house.rows(`SELECT id, root_id FROM track WHERE title = 'One'`)).toEqual([
      { id: track!.id, root_id: second },
    ]);
    expect(names('artist_root', 'l.root_id').filter(({ name }) => name === 'Ida')).toEqual([
      { name: 'Ida', it: second },
    ]);
  });
});

describe('an artist renamed in the tags', () => {
  const albumBy = (artist: string, count = 3): void => {
    for (let n = 0; n < count; n++) put(`${n}/1.flac`, n, { title: `Song ${n}`, artist, album: `Album ${n}` });
  };
  /** Ends when the tags are written and nobody was renamed yet. */
  const killed = () =>
    house.run({
      onProgress: ({ phase }) => {
        if (phase === 'finish') throw new Error('killed');
        return undefined;
      },
    });

  test('keeps its id and like though the scan is killed before it could tell, or cancelled half way', async () => {
    albumBy('Ida');
    await house.run();
    const [ida] = artists();
    house.like('artists', ida!.id);
    albumBy('Ida Lund');
    await expect(killed()).rejects.toThrow('killed');
    expect(artists()).toHaveLength(2);
    await house.run({ afterCut: true });
    expect([artists(), likes()]).toEqual([[{ id: ida!.id, name: 'Ida Lund' }], [ida!.id]]);
    albumBy('Ida Sand', 1);
    await house.run({ onProgress: ({ phase }) => (phase === 'tags' ? 'cancel' : undefined) });
    albumBy('Ida Sand');
    await house.run();
    expect([artists(), likes()]).toEqual([[{ id: ida!.id, name: 'Ida Sand' }], [ida!.id]]);
  });

  test('who went back to the old name before the next scan is who it was', async () => {
    albumBy('Ida');
    await house.run();
    const [ida] = artists();
    house.like('artists', ida!.id);
    albumBy('Ida Lund', 2);
    await expect(killed()).rejects.toThrow('killed');
    albumBy('Ida');
    await house.run({ afterCut: true });
    expect([artists(), likes()]).toEqual([[{ id: ida!.id, name: 'Ida' }], [ida!.id]]);
  });
});

describe('tracks that no sheet cuts any more', () => {
  const sheet = (tracks: number): void => {
    const lines = Array.from({ length: tracks }, (_, i) => [
      `  TRACK 0${i + 1} AUDIO`,
      `    TITLE "Cut ${i + 1}"`,
      `    INDEX 01 00:0${i * 2}:00`,
    ]);
    writeFileSync(join(house.media, 'W/whole.cue'), ['FILE "whole.flac" WAVE', ...lines.flat(), ''].join('\n'));
    age(join(house.media, 'W/whole.cue'));
  };
  const whole = (): void => put('W/whole.flac', 0, { title: 'Whole', artist: 'Ida', album: 'W' });
  const present = () =>
    house.rows<{ id: number; title: string }>(
      'SELECT id, title FROM track WHERE missing_at IS NULL ORDER BY coalesce(cue_no, 0)',
    );

  test('stay away when the file leaves and comes back, and are themselves again with the sheet', async () => {
    put('keep.flac', 3, { title: 'Keep', artist: 'Ida', album: 'K' });
    whole();
    sheet(4);
    await house.run();
    const first = present();
    expect(first.map(({ title }) => title)).toEqual(['Keep', 'Cut 1', 'Cut 2', 'Cut 3', 'Cut 4']);
    sheet(3);
    expect((await house.run()).tally).toMatchObject({ added: 0 });
    const shorter = first.slice(0, 4);
    expect(present()).toEqual(shorter);
    const leaveAndReturn = async (): Promise<void> => {
      rmSync(join(house.media, 'W'), { recursive: true });
      await house.run();
      expect(present().map(({ title }) => title)).toEqual(['Keep']);
    };
    await leaveAndReturn();
    whole();
    sheet(3);
    await house.run();
    expect(present()).toEqual(shorter);
    rmSync(join(house.media, 'W/whole.cue'));
    await house.run();
    const uncut = present();
    expect(uncut.map(({ title }) => title).sort()).toEqual(['Keep', 'Whole']);
    await leaveAndReturn();
    whole();
    await house.run();
    expect(present()).toEqual(uncut);
    sheet(4);
    await house.run();
    expect(present()).toEqual(first);
  });

  test('do not come back with a root that was taken away and is mounted again', async () => {
    whole();
    sheet(4);
    await house.run();
    sheet(3);
    await house.run();
    const cut = present();
    house.roots.remove(house.rootId);
    expect(present()).toEqual([]);
    house.roots.add(house.media);
    await house.run();
    expect(present()).toEqual(cut);
  });
});
