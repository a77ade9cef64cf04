import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeNoise, testFfmpeg } from '../testing/audio.ts';
import { age, folderFor, openScanHouse, type ScanHouse } from '../testing/scan-house.ts';

let house: ScanHouse;
beforeEach(() => {
  house = openScanHouse();
});
afterEach(() => house.close());

const noise = (seconds: number, seed = 1) => makeNoise({ seconds, seed, as: ['-c:a', 'flac'], extension: 'flac' });
const at = (path: string): string => folderFor(join(house.media, path));
const place = (source: string, path: string, tags: Record<string, string> = {}): void => {
  const told = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
  execFileSync(testFfmpeg, ['-v', 'error', '-y', '-i', source, '-c', 'copy', ...told, at(path)]);
  age(at(path));
};
const write = (path: string, data: string | Buffer): void => {
  writeFileSync(at(path), data);
  age(at(path));
};
const SHEET = `PERFORMER "Ida"\nTITLE "Whole"\nFILE "whole.flac" WAVE\n  TRACK 01 AUDIO\n    TITLE "One"\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n    TITLE "Two"\n    PERFORMER "Olaf"\n    INDEX 00 00:03:00\n    INDEX 01 00:04:00\n  TRACK 03 AUDIO\n    TITLE "Three"\n    INDEX 01 00:07:37\n`;
const CUTS = [
  { no: 1, title: 'One', start: 0, end: 4 * 44_100, ms: 4000 },
  { no: 2, title: 'Two', start: 4 * 44_100, end: 7 * 44_100 + 37 * 588, ms: 3493 },
  { no: 3, title: 'Three', start: 7 * 44_100 + 37 * 588, end: null, ms: 2507 },
];
const cuts = () =>
  house.rows(
    'SELECT no, title, cue_start start, cue_end end, duration_ms ms FROM track WHERE missing_at IS NULL ORDER BY no',
  );

test('a sheet beside a file, or inside it, makes tracks with its bounds; the whole file is not listed', async () => {
  place(await noise(10), 'Ida/Whole/whole.flac');
  write('Ida/Whole/whole.cue', SHEET);
  await house.run();
  expect(cuts()).toEqual(CUTS);
  expect(house.rows('SELECT title, artist_text artist, track_count n FROM album')).toEqual([
    { title: 'Whole', artist: 'Ida', n: 3 },
  ]);
  await house.run();
  expect(cuts()).toEqual(CUTS);
  rmSync(at('Ida/Whole/whole.cue'));
  place(await noise(10), 'Ida/Whole/whole.flac', { cuesheet: SHEET });
  const ids = house.rows('SELECT id FROM track ORDER BY id');
  await house.run();
  expect(cuts()).toEqual(CUTS);
  expect(house.rows('SELECT id FROM track ORDER BY id')).toEqual(ids);
}, 60_000);

test('a broken sheet is an issue and the file plays whole', async () => {
  place(await noise(10), 'Ida/Whole/whole.flac', { title: 'All' });
  write('Ida/Whole/whole.cue', 'this is no sheet');
  const run = await house.run();
  expect(house.rows('SELECT title FROM track')).toEqual([{ title: 'All' }]);
  expect(house.scan.issues(run.id, 0, 10).map(({ path }) => path.toString())).toEqual(['Ida/Whole/whole.cue']);
}, 60_000);

test('lyrics beside a track come and go with their file', async () => {
  place(await noise(3), 'Ida/One/a.flac', { title: 'A' });
  await house.run();
  const lyrics = () =>
    house.rows('SELECT l.kind, l.source, t.lyrics_kind shown FROM lyrics l JOIN track t ON t.id = l.track_id');
  expect(lyrics()).toEqual([]);
  write('Ida/One/a.lrc', '[00:01.00]First\n[00:02.00]Second\n');
  await house.run();
  expect(lyrics()).toEqual([{ kind: 'synced', source: 'sidecar', shown: 'synced' }]);
  rmSync(at('Ida/One/a.lrc'));
  await house.run();
  expect(lyrics()).toEqual([]);
}, 60_000);

test('each disc has its own cover, the album its own, and the artist a portrait that comes later', async () => {
  const colour = (background: string) =>
    sharp({ create: { width: 40, height: 40, channels: 3, background } })
      .jpeg()
      .toBuffer();
  for (const disc of ['1', '2']) {
    place(await noise(2, Number(disc)), `Ida/Box/CD ${disc}/a.flac`, {
      title: `On ${disc}`,
      artist: 'Ida',
      album: 'Box',
    });
    write(`Ida/Box/CD ${disc}/cover.jpg`, await colour(disc === '1' ? 'red' : 'blue'));
  }
  write('Ida/Box/folder.jpg', await colour('green'));
  await house.run();
  expect(house.rows('SELECT title, disc_count n FROM album')).toEqual([{ title: 'Box', n: 2 }]);
  expect(
    house.one('SELECT count(DISTINCT cover_id) FROM (SELECT cover_id FROM disc UNION ALL SELECT cover_id FROM album)'),
  ).toBe(3);
  write('Ida/artist.jpg', await colour('yellow'));
  await house.run();
  expect(house.one('SELECT count(*) FROM artist WHERE cover_id IS NOT NULL')).toBe(1);
  expect(await house.run()).toMatchObject({ changed: 0, added: 0 });
  expect(house.one(`SELECT count(*) FROM cover WHERE state = 'ready'`)).toBe(4);
}, 60_000);

test('a file that grows while it is scanned is listed once, when it is whole', async () => {
  const whole = readFileSync(await noise(6));
  place(await noise(2, 2), 'done.flac', { title: 'Done' });
  const growing = at('growing.flac');
  const step = Math.ceil(whole.length / 12);
  writeFileSync(growing, whole.subarray(0, step));
  const grow = (async () => {
    for (let i = 1; i < 12; i++) {
      await sleep(300);
      appendFileSync(growing, whole.subarray(i * step, (i + 1) * step));
    }
  })();
  await house.run();
  const early = house.rows('SELECT title FROM track');
  await grow;
  await sleep(3500);
  await house.run();
  expect(early).toEqual([{ title: 'Done' }]);
  expect(house.rows('SELECT duration_ms ms FROM track ORDER BY id DESC')[0]).toEqual({ ms: 6000 });
  expect(house.one('SELECT count(*) FROM track')).toBe(2);
}, 60_000);

test('names that are no UTF-8, NFC beside NFD, very long, with a newline or from right to left are all listed and kept', async () => {
  const source = await noise(2);
  const names = [
    'é.flac'.normalize('NFC'),
    'é.flac'.normalize('NFD'),
    `${'x'.repeat(250)}.flac`,
    'new\nline.flac',
    'שלום.flac',
  ]
    .map((name) => Buffer.from(name))
    .concat(Buffer.from('caf\xe9.flac', 'latin1'));
  const paths = names.map((name) => Buffer.concat([Buffer.from(`${house.media}/`), name]));
  for (const path of paths) copyFileSync(source, path);
  age(...paths);
  expect(await house.run()).toMatchObject({ added: 6, unreadable: 0 });
  const ids = house.rows('SELECT id FROM track ORDER BY id');
  expect(await house.run()).toMatchObject({ added: 0, changed: 0, moved: 0, missing: 0 });
  mkdirSync(join(house.media, 'moved'));
  for (const [i, path] of paths.entries())
    renameSync(path, Buffer.concat([Buffer.from(`${house.media}/moved/`), names[i]!]));
  expect(await house.run()).toMatchObject({ added: 0, moved: 6, missing: 0 });
  expect(house.rows('SELECT id FROM track ORDER BY id')).toEqual(ids);
}, 60_000);

test('a scan that is stopped half way keeps nobody waiting', async () => {
  for (let i = 0; i < 40; i++) place(await noise(1), `Ida/Many/${i}.flac`, { title: `${i}` });
  house.scan.request('half way');
  const idle = house.scan.idle();
  await house.stop();
  await idle;
  expect(house.scan.isRunning()).toBe(false);
}, 60_000);
