/**
 * Every page of the built server in a real Chromium under its real policy: axe finds nothing, nothing scrolls sideways, the console
 * stays empty; keys, focus and Back do what people expect; without scripts one can still look around. The quick run looks at each
 * kind of page once, the deep one at all of them in both themes and sizes. EVENSONG_SHOTS=DIR keeps a picture of each.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  able,
  ALBUM,
  eventually,
  openBrowserHouse,
  SIZES,
  SONGS,
  type BrowserHouse,
  type Look,
} from './browser-house.ts';
import { deep } from './depth.ts';
import { describeWhere } from './describe-where.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env['EVENSONG_SHOTS'];

type Found = { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] };

/** What is wrong with what is shown now, in words. */
const faultsOf = async (page: Page, name: string): Promise<string[]> => {
  await page.evaluate('document.fonts.ready');
  const sideways = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as Found;
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name.replaceAll(/\W+/g, '-')}.png`) });
  }
  return [
    ...(sideways > 0 ? [`${name}: scrolls ${sideways} px sideways`] : []),
    ...violations.map(
      ({ id, nodes }) =>
        `${name}: ${id} ${nodes[0]?.target.join(' ') ?? ''}: ${nodes[0]?.failureSummary.split('\n')[1] ?? ''}`,
    ),
  ];
};

describeWhere(able, 'needs chromium')('the pages in Chromium', () => {
  let house: BrowserHouse;
  let paths: string[];
  const first = async (list: string): Promise<string> =>
    (await house.ask<{ items: { id: string }[] }>(`/${list}?limit=1`)).items[0]?.id ?? 'none';

  beforeAll(async () => {
    house = await openBrowserHouse();
    const [album, artist, genre, folder, track] = await Promise.all(
      ['albums', 'artists', 'genres', 'folders', 'tracks'].map(first),
    );
    const made = await house.ask<{ id: string }>('/playlists', { method: 'POST', data: { name: 'Sunday pancakes' } });
    const tracks = (await house.ask<{ items: { id: string }[] }>('/tracks')).items.map(({ id }) => id);
    await house.ask(`/playlists/${made.id}/entries`, { method: 'POST', data: { trackIds: tracks } });
    await house.ask(`/likes/tracks/${track}`, { method: 'PUT' });
    const some = ['/', `/albums/${album}`, `/playlists/${made.id}?edit=true`, '/tracks', '/settings', '/server'];
    const things = [`/artists/${artist}`, `/genres/${genre}`, `/folders/${folder}`, `/playlists/${made.id}`];
    const lists = [
      '/albums',
      '/albums?liked=true',
      '/artists',
      '/genres',
      '/folders',
      '/playlists',
      '/liked',
      '/history',
    ];
    const others = [
      ...things,
      ...lists,
      '/search',
      '/search?q=walk',
      '/search?q=walk&types=tracks',
      '/search?q=zzzz',
      '/scans',
      '/welcome',
      '/nothing-here',
    ];
    paths = deep ? [...some, ...others] : some;
  }, 120_000);
  afterAll(() => house?.close());

  const LOOKS: Look[] = deep
    ? (['desktop', 'phone'] as const).flatMap((size) => (['dark', 'light'] as const).map((theme) => ({ size, theme })))
    : [
        { size: 'desktop', theme: 'dark' },
        { size: 'phone', theme: 'light' },
      ];

  test.each(LOOKS)('axe finds nothing, the console stays empty ($size, $theme)', { timeout: 300_000 }, async (look) => {
    const { page, context } = await house.open(look);
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(house.address + path);
      faults.push(...(await faultsOf(page, `${look.size} ${look.theme} ${path}`)));
    }
    // What scripts draw: the palette, the menu, the queue.
    await page.goto(house.address + (paths[1] ?? '/'));
    await page.getByRole('button', { name: `More for ${SONGS[0]}` }).click();
    await page.getByRole('menu').waitFor();
    faults.push(...(await faultsOf(page, `${look.size} ${look.theme} the menu`)));
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search' }).fill('walk');
    await page.getByRole('option').first().waitFor();
    faults.push(...(await faultsOf(page, `${look.size} ${look.theme} the palette`)));
    await context.close();
    // A page that is not there is told by its status, which Chromium mentions.
    const complaints = house.complaints.splice(0).filter((line) => !/nothing-here.* 404 /.test(line));
    expect([...faults, ...complaints]).toEqual([]);
  });

  test('who is signed out sees quiet pages too', { timeout: 60_000 }, async () => {
    const context = await house.browser.newContext({ viewport: SIZES.phone, colorScheme: 'light' });
    const page = await context.newPage();
    const faults: string[] = [];
    for (const path of ['/sign-in', '/setup', '/'])
      await page
        .goto(house.address + path)
        .then(async () => faults.push(...(await faultsOf(page, `signed out ${path}`))));
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the skip link comes first and leads to the content', async () => {
    const { page, context } = await house.open();
    await page.goto(`${house.address}/albums`);
    await page.keyboard.press('Tab');
    await eventually(() => page.evaluate('document.activeElement.textContent.trim()')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('main') !== null`)).toBe(true);
    await context.close();
  });

  test('a link moves the focus to the new heading, a filter keeps it where it was', { timeout: 60_000 }, async () => {
    const { page, context } = await house.open();
    await page.goto(`${house.address}/albums`);
    await page.locator('main').getByRole('link', { name: ALBUM }).click();
    await eventually(() => page.evaluate('document.activeElement.tagName + document.activeElement.textContent')).toBe(
      `H1${ALBUM}`,
    );
    await page.goBack();
    await eventually(() => page.locator('h1').textContent()).toBe('Albums');
    const sort = page.getByRole('combobox', { name: 'Sort' });
    await sort.selectOption('-addedAt');
    await eventually(() => page.url()).toContain('sort=-addedAt');
    await eventually(() => page.evaluate('document.activeElement.name')).toBe('sort');
    await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('album');
    await eventually(() => page.url()).toContain('type=album');
    await page.getByRole('combobox', { name: 'Year' }).selectOption('2020');
    await eventually(() => page.url()).toContain('decade=2020');
    expect(page.url()).toContain('type=album');
    await eventually(() => page.locator('main').getByRole('link', { name: ALBUM }).count()).toBe(1);
    await context.close();
    expect(house.complaints).toEqual([]);
  });

  test('a playlist is put in order by dragging and by keys, and stays so', { timeout: 60_000 }, async () => {
    const { page, context } = await house.open();
    const path = paths.find((each) => each.includes('?edit=true')) ?? '';
    await page.goto(house.address + path);
    const order = () =>
      page.locator('[data-entry]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-title')));
    const start = await order();
    const [one, two, three] = start;
    const down = page.getByRole('button', { name: `Move ${one} down` });
    await down.click();
    await eventually(order).toEqual([two, one, three]);
    expect(await down.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
    const grip = await page.locator('[data-grip]').nth(2).boundingBox();
    const goal = await page.locator('[data-entry]').nth(0).boundingBox();
    if (!grip || !goal) throw new Error('no grip to drag');
    await page.mouse.move(grip.x + 8, grip.y + 8);
    await page.mouse.down();
    await page.mouse.move(grip.x + 8, grip.y - 20, { steps: 4 });
    await page.mouse.move(grip.x + 8, goal.y + 4, { steps: 8 });
    await page.mouse.up();
    await eventually(order).toEqual([three, two, one]);
    await page.getByRole('button', { name: `Remove ${two}` }).click();
    await eventually(order).toEqual([three, one]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(order).toEqual([three, two, one]);
    await page.reload();
    expect(await order()).toEqual([three, two, one]);
    await context.close();
    expect(house.complaints).toEqual([]);
  });

  test('the queue is put in order by dragging, and stays so', { timeout: 60_000 }, async () => {
    const { page, context } = await house.open();
    await page.goto(house.address + (paths[1] ?? ''));
    await page.getByRole('button', { name: `Play ${SONGS[0]}` }).click();
    await page.locator('#player-queue').click();
    const rows = page.getByRole('complementary', { name: 'Queue' }).locator('[data-entry]');
    const order = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-title')));
    await eventually(order).toEqual([...SONGS]);
    const grip = await rows.nth(2).locator('.grip').boundingBox();
    const goal = await rows.nth(1).boundingBox();
    if (!grip || !goal) throw new Error('no grip to drag');
    await page.mouse.move(grip.x + 8, grip.y + 8);
    await page.mouse.down();
    await page.mouse.move(grip.x + 8, grip.y - 20, { steps: 4 });
    await page.mouse.move(grip.x + 8, goal.y + 4, { steps: 8 });
    await page.mouse.up();
    await eventually(order).toEqual([SONGS[0], SONGS[2], SONGS[1]]);
    await page.waitForTimeout(800);
    expect(await order()).toEqual([SONGS[0], SONGS[2], SONGS[1]]);
    await context.close();
  });

  test('Continue says where the song is by now', { timeout: 60_000 }, async () => {
    const { page, context } = await house.open();
    await page.goto(house.address + (paths[1] ?? ''));
    await page.getByRole('button', { name: `Play ${SONGS[1]}` }).click();
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('playing');
    await page.locator('#player-seek').fill('20');
    await eventually(() => page.locator('#player-elapsed').textContent()).toMatch(/^0:2[1-9]$/);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
    const card = page.getByRole('region', { name: 'Pick up where you left off' });
    await eventually(() => card.textContent()).toContain('Playing now');
    await page.locator('#player-play').click();
    await eventually(() => card.getByRole('button', { name: /^Continue at 0:2\d$/ }).count()).toBe(1);
    const [elapsed, told] = [await page.locator('#player-elapsed').textContent(), await card.textContent()];
    expect(told).toContain(`Continue at ${elapsed}`);
    await context.close();
    expect(house.complaints).toEqual([]);
  });

  test('without scripts one looks around, searches and makes playlists', { timeout: 60_000 }, async () => {
    const { page, context } = await house.open({ scripts: false });
    await page.goto(`${house.address}/`);
    expect(await page.locator('#player noscript').innerText()).toContain('playing needs it');
    await page.getByRole('link', { name: 'Search', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('walk');
    await page.keyboard.press('Enter');
    await page.locator('main').getByRole('link', { name: ALBUM }).first().click();
    expect(await page.locator('h1').textContent()).toBe(ALBUM);
    await page.goto(`${house.address}/albums`);
    await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('ep');
    await page.locator('noscript button').click();
    expect(await page.getByText('Nothing matches').count()).toBe(1);
    await page.goto(`${house.address}/playlists`);
    await page.getByRole('textbox', { name: 'New playlist' }).fill('Without scripts');
    await page.getByRole('button', { name: 'Create' }).click();
    expect(await page.locator('h1').textContent()).toBe('Without scripts');
    await context.close();
  });
});
