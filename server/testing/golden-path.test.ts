/**
 * The way every listener goes, on the real built server in a real Chromium: sign in, open an album, hear it through HLS track
 * after track, go elsewhere and back while it plays, reload and find it waiting at its place. Nothing here is a stand-in.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeFile } from './audio.ts';
import { buildServer, scratchFolder, startServer, type Child } from './child-server.ts';
import { findChromium, openBrowser } from './player/browser.ts';
import { findFfmpeg } from './player/recordings.ts';

const chromium = findChromium();
const able = chromium !== undefined && findFfmpeg() !== undefined;
if (!able)
  console.warn(
    'NOT TESTED: the golden path needs chromium and ffmpeg on this machine (apt-get install chromium ffmpeg)',
  );

const OWNER = { EVENSONG_OWNER_NAME: 'Hana', EVENSONG_OWNER_PASSWORD: 'three little words' };
const ALBUM = 'A Short Walk';
/** Three kinds of file, each decoded by another decoder. */
const TRACKS = [
  { title: 'Out of the Door', seconds: 9, as: ['-c:a', 'flac'], extension: 'flac' },
  { title: 'Along the Water', seconds: 30, as: ['-c:a', 'libvorbis', '-q:a', '3'], extension: 'ogg' },
  { title: 'Home by Dark', seconds: 20, as: ['-c:a', 'libmp3lame', '-q:a', '4'], extension: 'mp3' },
];

const makeAlbum = async (folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  for (const [i, { title, seconds, as, extension }] of TRACKS.entries()) {
    const tags = { title, album: ALBUM, artist: 'Ondine', album_artist: 'Ondine', track: String(i + 1), date: '2020' };
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
    const sound = ['-f', 'lavfi', '-i', `sine=frequency=${220 * (i + 1)}:duration=${seconds},volume=0.2`, '-ac', '2'];
    copyFileSync(await makeFile([...sound, ...metadata, ...as], extension), join(folder, `${i + 1}.${extension}`));
  }
};

const scratch = scratchFolder('golden');
const complaints: string[] = [];
let segments = 0;
let server: Child;
let browser: Browser;
let page: Page;

const bar = (name: string) => page.locator('#player').getByRole('button', { name, exact: true });
const title = () => page.locator('#player-title').textContent();
const state = () => page.locator('#player').getAttribute('data-state');
/** A shared machine may be slow; a listener would wait as long. */
const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000 });
const elapsedSec = async (): Promise<number> => {
  const text = (await page.locator('#player-elapsed').textContent()) ?? '';
  const [minutes = 0, seconds = 0] = text.split(':').map(Number);
  return minutes * 60 + seconds;
};
const clock = () =>
  page.evaluate<[number, number]>(`[document.querySelector('audio').currentTime, performance.now() / 1000]`);
/** Seconds heard per second of wall clock, while `meanwhile` happens. */
const pace = async (meanwhile: () => Promise<unknown>): Promise<number> => {
  const [fromSec, wallFromSec] = await clock();
  await meanwhile();
  const [toSec, wallToSec] = await clock();
  return (toSec - fromSec) / (wallToSec - wallFromSec);
};

const signIn = async (address: string): Promise<void> => {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (answer) => {
    if (/\/m\/[\w-]{40}\/(?:trk|alb)_\w+\/.*\.m4s$/.test(answer.url()) && answer.ok()) segments += 1;
  });
  await page.goto(address);
  await page.getByLabel('Name').fill(OWNER.EVENSONG_OWNER_NAME);
  await page.getByLabel('Password', { exact: true }).fill(OWNER.EVENSONG_OWNER_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('region', { name: 'Player' }).waitFor();
};

/** The first scan may still be under way: the page shows the album when it is there. */
const openAlbum = async (address: string): Promise<void> => {
  const link = page.locator('main').getByRole('link', { name: ALBUM }).first();
  await eventually(async () => {
    await page.goto(`${address}/albums`);
    return link.count();
  }).toBeGreaterThan(0);
  await link.click();
  await eventually(() => page.locator('h1').textContent()).toBe(ALBUM);
  await eventually(() => page.locator('[data-track]').count()).toBe(TRACKS.length);
};

describe('the golden path', () => {
  beforeEach(({ skip }) => skip(!able, 'needs chromium and ffmpeg'));
  beforeAll(async () => {
    if (!able) return;
    buildServer();
    await makeAlbum(join(scratch.path, 'media', ALBUM));
    const env = { ...OWNER, EVENSONG_DATA: join(scratch.path, 'data') };
    server = startServer({ args: ['--media', join(scratch.path, 'media')], env });
    browser = await openBrowser(chromium as string);
    await server.ready;
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    server?.process.kill('SIGTERM');
    await server?.ended;
    scratch.remove();
  });

  test('an album plays through HLS, one track after the other, as fast as the clock', { timeout: 60_000 }, async () => {
    await signIn(await server.ready);
    await openAlbum(await server.ready);
    await page.locator('main').getByRole('button', { name: 'Play', exact: true }).click();
    await eventually(state).toBe('playing');
    expect(await title()).toBe(TRACKS[0]?.title);
    await eventually(title).toBe(TRACKS[1]?.title);
    const heard = await pace(() => page.waitForTimeout(4000));
    console.info('heard per second of wall clock', heard.toFixed(3));
    expect(heard).toBeGreaterThanOrEqual(0.98);
    expect(segments).toBeGreaterThan(2);
  });

  test('it can be sought, liked, and plays on over a link and Back', { timeout: 60_000 }, async () => {
    await page.locator('#player-seek').fill('12');
    await eventually(elapsedSec).toBeGreaterThanOrEqual(13);
    await bar('Like').click();
    const heard = await pace(async () => {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Playlists' }).click();
      await eventually(() => page.locator('h1').textContent()).toBe('Playlists');
      await page.goBack();
      await eventually(() => page.locator('h1').textContent()).toBe(ALBUM);
      await page.waitForTimeout(5000);
    });
    expect(heard).toBeGreaterThanOrEqual(0.98);
    expect(await state()).toBe('playing');
    expect(await bar('Like').getAttribute('aria-pressed')).toBe('true');
  });

  test('a reload keeps queue, place and heart, paused; Space goes on', { timeout: 60_000 }, async () => {
    await page.keyboard.press('Space');
    await eventually(state).toBe('paused');
    const before = await elapsedSec();
    await page.waitForTimeout(1000);
    await page.reload();
    await eventually(title).toBe(TRACKS[1]?.title);
    await eventually(elapsedSec).toBeGreaterThanOrEqual(before - 1);
    expect(await state()).toBe('paused');
    expect(await bar('Like').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Space');
    await eventually(state).toBe('playing');
  });

  test('Next, the queue and the lyrics do what they say, and nobody complains', { timeout: 60_000 }, async () => {
    await bar('Queue').click();
    const queue = page.getByRole('complementary', { name: 'Queue' });
    await eventually(() => queue.textContent()).toContain(TRACKS[2]?.title);
    await bar('Next').click();
    await eventually(title).toBe(TRACKS[2]?.title);
    await eventually(state).toBe('playing');
    await bar('Lyrics').click();
    const lyrics = page.getByRole('complementary', { name: 'Lyrics' });
    await eventually(() => lyrics.textContent()).toContain('No lyrics for this song');
    expect(complaints).toEqual([]);
  });
});
