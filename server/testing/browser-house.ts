/** The built server with a little music of every kind, and a Chromium that is signed in: for tests of the pages as they are. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { makeFile } from './audio.ts';
import { buildServer, scratchFolder, startServer, type Child } from './child-server.ts';
import { findChromium, openBrowser } from './player/browser.ts';
import { findFfmpeg } from './player/recordings.ts';

export const able = findChromium() !== undefined && findFfmpeg() !== undefined;
if (!able)
  console.warn('NOT TESTED: the pages in a browser need chromium and ffmpeg (apt-get install chromium ffmpeg)');

const OWNER = { name: 'Hana', password: 'three little words' };
export const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
export type Look = { size?: keyof typeof SIZES; theme?: 'dark' | 'light'; scripts?: boolean };

export const ALBUM = 'A Short Walk';
export const SONGS = ['Out of the Door', 'Along the Water', 'Home by Dark'] as const;

const makeMusic = async (media: string): Promise<void> => {
  const album = join(media, ALBUM);
  mkdirSync(album, { recursive: true });
  for (const [i, title] of SONGS.entries()) {
    const tags = {
      title,
      album: ALBUM,
      artist: 'Ondine',
      album_artist: 'Ondine',
      track: `${i + 1}`,
      date: '2020',
      genre: 'Folk',
    };
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
    const sound = ['-f', 'lavfi', '-i', `sine=frequency=${220 * (i + 1)}:duration=40,volume=0.2`, '-ac', '2'];
    copyFileSync(await makeFile([...sound, ...metadata, '-c:a', 'flac'], 'flac'), join(album, `${i + 1}.flac`));
  }
  writeFileSync(join(album, '1.lrc'), '[00:00.00]The door is open\n[00:05.00]The street is wide\n');
  writeFileSync(join(media, 'broken.mp3'), 'This is text, not music.');
};

export type BrowserHouse = {
  address: string;
  browser: Browser;
  /** What Chromium complained about, in any page opened here. */
  complaints: string[];
  open: (look?: Look) => Promise<{ page: Page; context: BrowserContext }>;
  ask: <Answer>(path: string, init?: { method: string; data?: object }) => Promise<Answer>;
  close: () => Promise<void>;
};

/** A shared machine may be slow; a listener would wait as long. */
export const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000 });

const signedIn = async (context: BrowserContext, address: string): Promise<void> => {
  const answer = await context.request.post(`${address}/api/v1/session`, { data: OWNER, headers: { origin: address } });
  expect(answer.status()).toBe(201);
};

const opener =
  (browser: Browser, address: string, complaints: string[]) =>
  async (look: Look = {}) => {
    const { size = 'desktop', theme = 'dark', scripts = true } = look;
    const touch = size === 'phone';
    const context = await browser.newContext({
      viewport: SIZES[size],
      colorScheme: theme,
      hasTouch: touch,
      isMobile: touch,
      javaScriptEnabled: scripts,
      reducedMotion: 'reduce',
    });
    await signedIn(context, address);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error)}`));
    return { page, context };
  };

/** Outside a test nothing can be expected to come about: this asks, a few times a second. */
const scanned = async (ask: BrowserHouse['ask']): Promise<void> => {
  for (let tries = 0; tries < 150; tries++) {
    const [newest] = (await ask<{ items: { status: string }[] }>('/scans')).items;
    if (newest?.status === 'done') return;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error('the first scan did not end within 30 s');
};

/** `music` lays out the media folder; where it is left out there is a little album. */
export const openBrowserHouse = async (music = makeMusic): Promise<BrowserHouse> => {
  buildServer();
  const scratch = scratchFolder('pages');
  await music(join(scratch.path, 'media'));
  const env = {
    EVENSONG_OWNER_NAME: OWNER.name,
    EVENSONG_OWNER_PASSWORD: OWNER.password,
    EVENSONG_DATA: join(scratch.path, 'data'),
  };
  const server: Child = startServer({ args: ['--media', join(scratch.path, 'media')], env });
  const address = await server.ready;
  const browser = await openBrowser(findChromium() as string);
  const complaints: string[] = [];
  const open = opener(browser, address, complaints);
  const { context } = await open();
  const ask: BrowserHouse['ask'] = async (path, init = { method: 'GET' }) => {
    const answer = await context.request.fetch(`${address}/api/v1${path}`, { ...init, headers: { origin: address } });
    return (answer.status() === 204 ? undefined : await answer.json()) as never;
  };
  await scanned(ask);
  return {
    address,
    browser,
    complaints,
    open,
    ask,
    close: async () => {
      await browser.close();
      server.process.kill('SIGTERM');
      await server.ended;
      scratch.remove();
    },
  };
};
