/** "Download" in the menus, in a real Chromium: the file that arrives is the one that was promised. EVENSONG_SHOTS=DIR keeps pictures. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { able, ALBUM, openBrowserHouse, SONGS, type BrowserHouse } from './browser-house.ts';
import { deep } from './depth.ts';
import { describeWhere } from './describe-where.ts';

const SHOTS = process.env['EVENSONG_SHOTS'];
const unzips = spawnSync('unzip', ['-v']).status === 0;

const shot = async (page: Page, name: string): Promise<void> => {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
};

describeWhere(able && unzips && deep, 'needs chromium, ffmpeg and unzip; half a minute: npm run check')(
  'taking music along',
  () => {
    let house: BrowserHouse;
    let album = '';
    beforeAll(async () => {
      house = await openBrowserHouse();
      album = (await house.ask<{ items: { id: string }[] }>('/albums?limit=1')).items[0]!.id;
    }, 120_000);
    afterAll(() => house?.close());

    /** The file that comes of choosing these items, and what it is called. */
    const choose = async (page: Page, more: string, form: string): Promise<{ path: string; name: string }> => {
      await page.getByRole('button', { name: `More for ${more}`, exact: true }).click();
      await page.getByRole('menuitem', { name: 'Download…' }).click();
      const item = page.getByRole('menuitem', { name: form });
      await item.waitFor();
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: 30_000 }), item.click()]);
      return { path: await download.path(), name: download.suggestedFilename() };
    };
    const namesIn = (path: string): string[] => {
      expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors');
      return execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' }).trim().split('\n');
    };

    test('an album comes as it is, or as AAC when it has been made ready', async () => {
      const { page, context } = await house.open();
      await page.goto(`${house.address}/albums/${album}`);
      const asItIs = await choose(page, `album ${ALBUM}`, 'As it is');
      expect(asItIs.name).toMatch(/A Short Walk\.zip$/);
      expect(namesIn(asItIs.path).filter((name) => name.endsWith('.flac'))).toHaveLength(SONGS.length);
      const aac = await choose(page, `album ${ALBUM}`, 'As AAC, for a phone');
      expect(namesIn(aac.path).filter((name) => name.endsWith('.m4a'))).toHaveLength(SONGS.length);
      await expect.poll(() => page.getByRole('status').first().textContent()).toContain('is coming');
      expect(new URL(page.url()).pathname).toBe(`/albums/${album}`);
      await context.close();
    }, 60_000);

    test('a song comes as one file, under its name', async () => {
      const { page, context } = await house.open({ theme: 'light' });
      await page.goto(`${house.address}/albums/${album}`);
      const { name } = await choose(page, SONGS[0], 'As it is');
      expect(name).toContain(`${SONGS[0]}.flac`);
      await context.close();
    }, 60_000);

    test.each([
      ['desktop', 'dark'],
      ['desktop', 'light'],
      ['phone', 'dark'],
      ['phone', 'light'],
    ] as const)('the menus hold together on the %s, %s', async (size, theme) => {
      const { page, context } = await house.open({ size, theme });
      await page.goto(`${house.address}/albums/${album}`);
      await page.getByRole('button', { name: `More for album ${ALBUM}`, exact: true }).click();
      const item = page.getByRole('menuitem', { name: 'Download…' });
      await item.waitFor();
      await shot(page, `menu-${size}-${theme}`);
      await item.click();
      await page.getByRole('menuitem', { name: 'As AAC, for a phone' }).waitFor();
      expect(await page.evaluate<string>('document.activeElement.textContent')).toContain('As it is');
      await shot(page, `forms-${size}-${theme}`);
      await context.close();
    });

    test('what is gone says so, and nothing else happens', async () => {
      const { page, context } = await house.open();
      await page.goto(`${house.address}/playlists`);
      const made = await house.ask<{ id: string }>('/playlists', { method: 'POST', data: { name: 'Bare' } });
      await page.goto(`${house.address}/playlists/${made.id}`);
      await page.getByRole('button', { name: 'More for playlist Bare', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Download…' }).click();
      await page.getByRole('menuitem', { name: 'As it is' }).click();
      await expect.poll(() => page.getByRole('status').first().textContent()).toContain('No file of this');
      await context.close();
    });
  },
);
