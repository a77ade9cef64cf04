import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createSlots } from '../ffmpeg/index.ts';
import { createSounds } from '../library/index.ts';
import { ida, olaf, openFilledHouse, openRoutes } from '../testing/filled-house.ts';
import { openSoundHouse, toneFile, type SoundHouse, type ToneFile } from '../testing/sound-house.ts';
import { createQueue } from './queue.ts';
import { createAnalysisRoutes } from './routes.ts';

let house: SoundHouse | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});
const settle = async (files: readonly ToneFile[]): Promise<SoundHouse> => (house = await openSoundHouse(files));

const gainOf = (it: SoundHouse, title: string) => it.library.track(it.track(title).id, ida)?.replayGain;
const states = (it: SoundHouse): Record<string, string> =>
  Object.fromEntries(
    it.scanned
      .rows<{ title: string; state: string }>('SELECT title, sound_state state FROM track ORDER BY title')
      .map(({ title, state }) => [title, state]),
  );
/** Any use of it would fail. */
const NO_FFMPEG = { path: '/nowhere/ffmpeg' };

const ALBUM: ToneFile[] = [
  { at: 'Album/loud', db: -12 },
  { at: 'Album/quiet', db: -16 },
];

describe('levels', () => {
  test('each track is measured, and an album over all its tracks', async () => {
    const it = await settle([...ALBUM, { at: 'Single/alone', db: -23 }]);
    expect(gainOf(it, 'loud')).toBeNull();
    await it.measure();
    const album = 10 * Math.log10((10 ** -1.2 + 10 ** -1.6) / 2);
    const [loud, quiet] = [gainOf(it, 'loud'), gainOf(it, 'quiet')];
    expect(loud).toMatchObject({ trackFrom: 'measured', albumFrom: 'measured' });
    expect(loud?.trackDb).toBeCloseTo(-6, 1);
    expect(quiet?.trackDb).toBeCloseTo(-2, 1);
    expect(Math.abs((loud?.albumDb ?? 0) - (-18 - album))).toBeLessThanOrEqual(0.1);
    expect(quiet?.albumDb).toBe(loud?.albumDb);
    expect(20 * Math.log10(loud?.trackPeak ?? 0)).toBeCloseTo(-12, 1);
    expect(20 * Math.log10(quiet?.albumPeak ?? 0)).toBeCloseTo(-12, 1);
    expect(gainOf(it, 'alone')?.albumDb).toBeCloseTo(5, 1);
  });
  test('what the tags say goes first, and the measured peak stands in where they have none', async () => {
    const tags = { REPLAYGAIN_TRACK_GAIN: '-3.00 dB', REPLAYGAIN_ALBUM_GAIN: '-4.50 dB' };
    const it = await settle([{ at: 'Tagged/song', db: -12, tags }]);
    await it.measure();
    expect(gainOf(it, 'song')).toMatchObject({ trackDb: -3, albumDb: -4.5, trackFrom: 'tags', albumFrom: 'tags' });
    expect(20 * Math.log10(gainOf(it, 'song')?.trackPeak ?? 0)).toBeCloseTo(-12, 1);
  });
  test('an album of which only some tracks are tagged is levelled by what was measured, all of it alike', async () => {
    const tags = { REPLAYGAIN_TRACK_GAIN: '-3.00 dB', REPLAYGAIN_ALBUM_GAIN: '-4.50 dB' };
    const it = await settle([
      { at: 'Mixed/tagged', db: -12, tags },
      { at: 'Mixed/bare', db: -12 },
    ]);
    await it.measure();
    expect(gainOf(it, 'tagged')).toMatchObject({ trackDb: -3, trackFrom: 'tags', albumFrom: 'measured' });
    expect(gainOf(it, 'tagged')?.albumDb).toBe(gainOf(it, 'bare')?.albumDb);
  });
  test('silence is not turned up', async () => {
    const it = await settle([{ at: 'Quiet/nothing', db: -200 }]);
    await it.measure();
    expect(gainOf(it, 'nothing')).toMatchObject({ trackDb: null, albumDb: null, trackFrom: null, albumFrom: null });
    expect(states(it)).toEqual({ nothing: 'measured' });
  });
  test('a track that goes to another album leaves both levelled anew, without being decoded again', async () => {
    const it = await settle(ALBUM);
    await it.measure();
    await toneFile(it.scanned.media)({ at: 'Album/loud', db: -12, tags: { album: 'Other' } });
    await it.scan();
    await it.measure({ ffmpeg: NO_FFMPEG });
    expect(gainOf(it, 'loud')?.albumDb).toBeCloseTo(-6, 1);
    expect(gainOf(it, 'quiet')?.albumDb).toBeCloseTo(-2, 1);
  });
});

describe('the queue', () => {
  test('what somebody looks at comes first, then what is played most, then the newest', () => {
    const db = openFilledHouse({ tracks: 400 });
    const mark = db.sqlite.prepare(
      `INSERT INTO mark(user_id, kind, id, play_count) VALUES (?, 'tracks', ?, ?) ON CONFLICT DO UPDATE SET play_count = excluded.play_count`,
    );
    db.sqlite.exec('DELETE FROM mark');
    mark.run('usr_ida', 7, 3);
    mark.run('usr_olaf', 7, 3);
    mark.run('usr_olaf', 9, 5);
    const newest = db.sqlite
      .prepare('SELECT id FROM track WHERE missing_at IS NULL ORDER BY added_at DESC, id DESC')
      .pluck()
      .all() as number[];
    const queue = createQueue(createSounds(db));
    queue.beginRound();
    queue.want(33);
    const order = Array.from({ length: newest.length + 3 }, () => queue.next());
    expect(order).toEqual([33, 7, 9, ...newest]);
    expect(queue.next()).toBeUndefined();
    db.close();
  });
  test('nothing is measured while something more pressing runs', async () => {
    const it = await settle(ALBUM);
    let goOn = (): void => undefined;
    const busy = new Promise<void>((resolve) => (goOn = resolve));
    const analysis = it.open({ rest: () => busy });
    analysis.begin();
    await wait(300);
    expect(Object.values(states(it))).toEqual(['new', 'new']);
    goOn();
    await analysis.idle();
    await analysis.close();
    expect(Object.values(states(it))).toEqual(['measured', 'measured']);
  });
  test('who plays takes the core at once, and the track is measured afterwards', async () => {
    const it = await settle([{ at: 'Long/hour', db: -14, seconds: 600 }]);
    const slots = createSlots({ cores: 1, overflow: 0 });
    const analysis = it.open({ slots });
    analysis.begin();
    while (slots.counts().running === 0) await wait(5);
    await wait(150);
    const player = slots.claim({ kind: 'playing', owner: 'ida' });
    expect(player?.running()).toBe(true);
    await wait(150);
    expect(slots.counts()).toEqual({ running: 1, playing: 1, waiting: 1 });
    expect(states(it)).toEqual({ hour: 'new' });
    player?.release();
    await analysis.idle();
    await analysis.close();
    expect(gainOf(it, 'hour')?.trackDb).toBeCloseTo(-4, 1);
  });
  test('closing does not wait for a long track, nor for the scan', async () => {
    const it = await settle([{ at: 'Long/hour', db: -14, seconds: 600 }]);
    const analysis = it.open({ rest: () => new Promise(() => undefined) });
    analysis.begin();
    await analysis.close();
    const busy = it.open();
    busy.begin();
    await wait(200);
    await busy.close();
    expect(states(it)).toEqual({ hour: 'new' });
  });
  test('what is lost of the results is copied from the file of sounds, not measured again', async () => {
    const it = await settle(ALBUM);
    await it.measure();
    const before = [gainOf(it, 'loud'), gainOf(it, 'quiet')];
    // As after a kill before the batch was written, or with a library restored from a backup.
    it.scanned.db.sqlite.exec(
      `UPDATE track SET sound_state = 'new', loudness = NULL, true_peak = NULL; UPDATE album SET loudness = NULL`,
    );
    await it.measure({ ffmpeg: NO_FFMPEG });
    expect([gainOf(it, 'loud'), gainOf(it, 'quiet')]).toEqual(before);
  });
  test.each(['lost', 'garbage'])('a file of sounds that is %s is made anew, and levels stay meanwhile', async (how) => {
    const it = await settle(ALBUM);
    await it.measure();
    const before = gainOf(it, 'loud');
    for (const end of ['-wal', '-shm', '']) rmSync(it.storePath + end, { force: true });
    if (how === 'garbage') writeFileSync(it.storePath, 'no database '.repeat(999));
    const analysis = it.open();
    expect(gainOf(it, 'loud')).toEqual(before);
    analysis.begin();
    await analysis.idle();
    expect(analysis.waveform(it.track('loud').id, ida).state).toBe('ready');
    await analysis.close();
    expect(gainOf(it, 'loud')).toEqual(before);
  });
  test('a file that has changed is measured again, one that is no sound any more is left alone', async () => {
    const it = await settle(ALBUM);
    await it.measure();
    await toneFile(it.scanned.media)({ at: 'Album/loud', db: -20 });
    await it.scan();
    const quiet = `${it.scanned.media}/Album/quiet.flac`;
    writeFileSync(quiet, readFileSync(quiet).fill(0, 200));
    it.scanned.db.sqlite.exec(`UPDATE track SET sound_state = 'new'; UPDATE file SET audio_key = NULL`);
    await it.measure();
    expect(states(it)).toEqual({ loud: 'measured', quiet: 'unfit' });
    expect(gainOf(it, 'loud')?.trackDb).toBeCloseTo(2, 1);
    expect(gainOf(it, 'loud')?.albumDb).toBeCloseTo(2, 1);
  });
  test('progress counts to the end, and what cannot be measured today is not waited for', async () => {
    const it = await settle(ALBUM);
    const analysis = it.open();
    expect(analysis.progress()).toBeUndefined();
    rmSync(`${it.scanned.media}/Album/loud.flac`);
    analysis.begin();
    expect(analysis.progress()).toEqual({ name: 'loudness', done: 0, of: 2 });
    await analysis.idle();
    await wait(2100);
    expect(analysis.progress()).toEqual({ name: 'loudness', done: 1, of: 1 });
    await analysis.close();
  });
});

describe('the waveform', () => {
  const ask = (it: SoundHouse, changes = {}) => {
    const analysis = it.open(changes);
    return { analysis, get: openRoutes(createAnalysisRoutes({ analysis })) };
  };
  const line = (it: SoundHouse, title: string): string => `GET /api/v1/tracks/${it.track(title).id}/waveform`;

  test('asking for one that is not measured yet brings it, and then it is told with an ETag', async () => {
    const it = await settle(ALBUM);
    const { analysis, get } = ask(it);
    analysis.begin();
    const first = await get(line(it, 'quiet'), { as: ida });
    expect(first).toMatchObject({ status: 200, data: { state: 'waiting', peaks: [], durationMs: 4000 } });
    expect(first.headers.get('retry-after')).toBe('2');
    await analysis.idle();
    const then = await get(line(it, 'quiet'), { as: olaf });
    const { peaks, rms, state } = then.data as { peaks: number[]; rms: number[]; state: string };
    expect([state, peaks.length, rms.length]).toEqual(['ready', 600, 600]);
    expect(peaks[300]).toBe(Math.round(255 * 10 ** (-16 / 20)));
    const etag = then.headers.get('etag') ?? '';
    expect((await get(line(it, 'quiet'), { as: ida, headers: { 'if-none-match': etag } })).status).toBe(304);
    await analysis.close();
  });
  test('a stranger and who does not see its folder are told that there is no such track', async () => {
    const it = await settle(ALBUM);
    const { analysis, get } = ask(it);
    expect((await get(line(it, 'loud'))).status).toBe(401);
    expect((await get(line(it, 'loud'), { as: { ...ida, roots: [] } })).status).toBe(404);
    expect((await get('GET /api/v1/tracks/trk_zzzz/waveform', { as: ida })).status).toBe(404);
    await analysis.close();
  });
  test('without ffmpeg there is none, and nothing is measured', async () => {
    const it = await settle(ALBUM);
    const { analysis, get } = ask(it, { ffmpeg: undefined });
    analysis.begin();
    expect((await get(line(it, 'loud'), { as: ida })).data).toMatchObject({ state: 'none' });
    expect(analysis.progress()).toBeUndefined();
    await analysis.idle();
    await analysis.close();
    expect(Object.values(states(it))).toEqual(['new', 'new']);
  });
});
