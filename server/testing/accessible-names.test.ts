/**
 * The roles and names that others rely on (look.md, "Access"), as data, looked for on the built server's pages as assistive
 * software and outside checks look for them: by role and exact name.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { able, ALBUM, eventually, openBrowserHouse, SONGS, type BrowserHouse } from './browser-house.ts';
import { describeWhere } from './describe-where.ts';

type Role = Parameters<Page['getByRole']>[0];
type Promised = readonly [role: Role, name: string];

const [FIRST, SECOND] = SONGS;

/** On every page, whatever it is. */
const FRAME: readonly Promised[] = [
  ['navigation', 'Main'],
  ['region', 'Player'],
  ['slider', 'Seek'],
  ['slider', 'Volume'],
  ['button', 'Next'],
  ['button', 'Previous'],
  ['button', 'Shuffle'],
  ['button', 'Repeat'],
  ['button', 'Queue'],
  ['button', 'Lyrics'],
];
const DESKTOP: readonly Promised[] = [
  ['navigation', 'Your playlists'],
  ['navigation', 'Account'],
  ['link', 'Search'],
  ['link', 'Home'],
  ['link', 'Library'],
  ['link', 'Playlists'],
  ['link', 'Liked songs'],
  ['link', 'Settings'],
  ['link', 'Hana'],
];
const TABS: readonly Promised[] = [
  ['navigation', 'Main'],
  ['link', 'Home'],
  ['link', 'Search'],
  ['link', 'Library'],
  ['link', 'Playlists'],
];

describeWhere(able, 'needs chromium')('roles and names', () => {
  let house: BrowserHouse;
  let page: Page;
  let album: string;
  const has = async (promised: readonly Promised[], within = page.locator('body')): Promise<void> => {
    const lacking: string[] = [];
    for (const [role, name] of promised)
      if ((await within.getByRole(role, { name, exact: true }).count()) === 0) lacking.push(`${role} “${name}”`);
    expect(lacking, page.url()).toEqual([]);
  };
  const bar = (name: string) => page.getByRole('region', { name: 'Player' }).getByRole('button', { name, exact: true });
  const go = (path: string) => page.goto(house.address + path);

  beforeAll(async () => {
    house = await openBrowserHouse();
    album = (await house.ask<{ items: { id: string }[] }>('/albums')).items[0]?.id ?? '';
    ({ page } = await house.open());
  }, 120_000);
  afterAll(() => house?.close());

  test('the frame has its landmarks and controls on every kind of page, and one h1', { timeout: 60_000 }, async () => {
    for (const path of [
      '/',
      '/albums',
      `/albums/${album}`,
      '/tracks',
      '/playlists',
      '/settings',
      '/scans',
      '/server',
    ]) {
      await go(path);
      await has([...FRAME.filter(([, name]) => name !== 'Shuffle'), ...DESKTOP]);
      expect([
        path,
        await page.getByRole('main').count(),
        await page.getByRole('heading', { level: 1 }).count(),
      ]).toEqual([path, 1, 1]);
      expect(await page.getByRole('button', { name: 'Play', exact: true }).count()).toBeGreaterThan(0);
    }
  });

  test('a phone has tabs for the same places', async () => {
    const phone = await house.open({ size: 'phone' });
    await phone.page.goto(`${house.address}/albums`);
    for (const [role, name] of TABS)
      expect([name, await phone.page.getByRole(role, { name, exact: true }).count()]).toEqual([name, 1]);
    await phone.context.close();
  });

  test('cards and rows name what they play, like and open', async () => {
    await go('/albums');
    await has([
      ['button', `Play ${ALBUM}`],
      ['link', ALBUM],
    ]);
    await go(`/albums/${album}`);
    await has([
      ['button', 'Play'],
      ['button', 'Shuffle'],
      ['button', `Play ${FIRST}`],
      ['button', `Like ${FIRST}`],
      ['button', `More for ${FIRST}`],
      ['button', `More for album ${ALBUM}`],
    ]);
    const more = page.getByRole('button', { name: `More for ${FIRST}`, exact: true });
    expect([await more.getAttribute('aria-haspopup'), await more.getAttribute('aria-expanded')]).toEqual([
      'menu',
      'false',
    ]);
    await more.click();
    await page.getByRole('menu', { name: `More for ${FIRST}`, exact: true }).waitFor();
    expect(await more.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('menu').count()).toBe(0);
    await eventually(() => more.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
  });

  test(
    'what plays is told by names: Pause, the row’s Pause, Like, More, the seek line in words',
    { timeout: 60_000 },
    async () => {
      await page.getByRole('button', { name: `Play ${FIRST}`, exact: true }).click();
      await eventually(() => page.getByRole('button', { name: `Pause ${FIRST}`, exact: true }).count()).toBe(1);
      await eventually(() => bar('Pause').count()).toBe(1);
      expect(await bar('Pause').getAttribute('aria-pressed')).toBeNull();
      for (const name of ['Like', 'Shuffle', 'Repeat', 'Queue', 'Lyrics'])
        expect([name, await bar(name).getAttribute('aria-pressed')]).toEqual([name, 'false']);
      await bar('More').click();
      await page.getByRole('menu', { name: `More for ${FIRST}`, exact: true }).waitFor();
      await page.keyboard.press('Escape');
      await eventually(() => page.getByRole('slider', { name: 'Seek' }).getAttribute('aria-valuetext')).toMatch(
        /^\d+ seconds? of 40 seconds$/,
      );
      expect(await page.getByRole('slider', { name: 'Volume' }).getAttribute('aria-valuetext')).toMatch(
        /^\d+ percent$/,
      );
      await eventually(() => page.getByRole('button', { name: /^Signal path: / }).count()).toBe(1);
      await bar('Repeat').click();
      await bar('Repeat').click();
      expect(await bar('Repeat one').getAttribute('aria-pressed')).toBe('true');
      await bar('Repeat one').click();
      await bar('Queue').click();
      await page.getByRole('complementary', { name: 'Queue', exact: true }).waitFor();
      await has([['button', `Move ${SECOND}`]]);
      await bar('Lyrics').click();
      await page.getByRole('complementary', { name: 'Lyrics', exact: true }).waitFor();
      await bar('Pause').click();
      await eventually(() => bar('Play').count()).toBe(1);
    },
  );

  test('search is a link that opens a dialog with a combobox and its results', { timeout: 60_000 }, async () => {
    await page.getByRole('link', { name: 'Search', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Search', exact: true });
    const box = dialog.getByRole('combobox', { name: 'Search', exact: true });
    await eventually(() => box.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
    await box.fill(ALBUM.slice(0, 7).toLowerCase());
    const option = dialog.getByRole('listbox', { name: 'Results', exact: true }).getByRole('option');
    await eventually(() => option.first().textContent()).toContain(ALBUM);
    expect(await option.first().getAttribute('aria-selected')).toBe('true');
    expect(await box.getAttribute('aria-expanded')).toBe('true');
    expect(await box.getAttribute('aria-activedescendant')).toBe(await option.first().getAttribute('id'));
    await option.first().click();
    await eventually(() => page.locator('h1').textContent()).toBe(ALBUM);
    await page.keyboard.press('/');
    await box.fill(SECOND);
    await page.keyboard.press('Enter');
    await eventually(() => page.locator('#player-title').textContent()).toBe(SECOND);
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await eventually(() => dialog.isVisible()).toBe(false);
    expect(house.complaints).toEqual([]);
  });
});
