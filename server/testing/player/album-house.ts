/** A browser before the player's pages: an album of two songs and one of another, cut by ffmpeg, over the small server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findChromium, openBrowser } from './browser.ts';
import { openHouseServer, type HouseServer } from './house-server.tsx';
import { cutRecording, findFfmpeg } from './recordings.ts';

const chromium = findChromium();
const ffmpeg = findFfmpeg();
export const able = chromium !== undefined && ffmpeg !== undefined;
if (!able)
  console.warn('NOT TESTED: the player needs chromium and ffmpeg on this machine (apt-get install chromium ffmpeg)');

export type AlbumHouse = { server: HouseServer; browser: Browser; close(): Promise<void> };

export async function openAlbumHouse(lengthsSec: readonly [number, number, number]): Promise<AlbumHouse> {
  const dir = mkdtempSync(join(tmpdir(), 'evensong-player-'));
  const cut = (id: string, totalSamples: number) =>
    cutRecording(
      ffmpeg as string,
      { id, family: 'aac', sampleRateHz: 44_100, totalSamples, kbps: [256, 128, 64] },
      { dir, tapRateHz: 44_100 },
    );
  const lengths = lengthsSec.map((sec) => sec * 44_100 + 123);
  const tracks = lengths.map((length, i) => cut(`trk_${i + 1}`, length));
  const album = cut(
    'alb_1',
    lengths.reduce((a, b) => a + b),
  );
  const server = await openHouseServer(dir, { tracks, album }, join(dir, 'assets'));
  const browser = await openBrowser(chromium as string);
  return {
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
