/** Stars in a real Chromium on the built server: by the pointer, by the keys, taken away, and put back where they are refused. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { able, ALBUM, eventually, openBrowserHouse, SONGS, type BrowserHouse } from './browser-house.ts';
import { describeWhere } from './describe-where.ts';

const STAR = 6;

describeWhere(able, 'needs chromium')('stars', { timeout: 60_000 }, () => {
  let house: BrowserHouse;
  let album: string;
  const given = async (): Promise<(number | null)[]> =>
    (await house.ask<{ items: { rating: number | null }[] }>(`/tracks?album=${album}&limit=3`)).items.map(
      ({ rating }) => rating,
    );
  const starsOf = async (slider: Locator) => [await slider.inputValue(), await slider.getAttribute('aria-valuetext')];
  const press = async (slider: Locator, star: number): Promise<void> => {
    const { width, height } = (await slider.boundingBox()) ?? { width: 0, height: 0 };
    await slider.click({ position: { x: ((star + 0.5) * width) / STAR, y: height / 2 } });
  };

  beforeAll(async () => {
    house = await openBrowserHouse();
    const { items } = await house.ask<{ items: { id: string; title: string }[] }>('/albums');
    album = items.find(({ title }) => title === ALBUM)?.id ?? 'none';
  });
  afterAll(() => house?.close());

  test('are given by pressing one, by the keys, and to the album; the lit one takes them away', async () => {
    const { page, context } = await house.open();
    await page.goto(`${house.address}/albums/${album}`);
    const slider = (title: string) => page.getByRole('slider', { name: `Stars for ${title}` });
    const song = slider(SONGS[0]);
    await page.locator('[data-track]').first().hover();
    for (const star of [1, 2, 3, 4, 5]) {
      await press(song, star);
      expect(await starsOf(song)).toEqual([String(star), star === 1 ? '1 star' : `${star} stars`]);
    }
    await eventually(given).toEqual([5, null, null]);

    await slider(SONGS[1]).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    await eventually(given).toEqual([5, 2, null]);

    await press(slider(`album ${ALBUM}`), 4);
    await eventually(async () => (await house.ask<{ rating: number }>(`/albums/${album}`)).rating).toBe(4);

    await page.reload();
    expect(await starsOf(song)).toEqual(['5', '5 stars']);
    expect(await starsOf(slider(`album ${ALBUM}`))).toEqual(['4', '4 stars']);
    await press(song, 5);
    expect(await starsOf(song)).toEqual(['0', 'No stars']);
    await eventually(given).toEqual([null, 2, null]);
    await context.close();
    expect(house.complaints).toEqual([]);
  });

  test('are told under About of what plays, and change on the page behind it too', async () => {
    const { page, context } = await house.open();
    await page.goto(`${house.address}/albums/${album}`);
    await page.getByRole('button', { name: `Play ${SONGS[1]}` }).click();
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('playing');
    await page.getByRole('button', { name: 'Now playing', exact: true }).click();
    await page.getByRole('tab', { name: 'About' }).click();
    const about = page.getByRole('tabpanel', { name: 'About' }).getByRole('slider');
    expect(await starsOf(about)).toEqual(['2', '2 stars']);
    await press(about, 3);
    await eventually(given).toEqual([null, 3, null]);
    await page.keyboard.press('Escape');
    expect(await starsOf(page.getByRole('slider', { name: `Stars for ${SONGS[1]}` }))).toEqual(['3', '3 stars']);
    await context.close();
    expect(house.complaints).toEqual([]);
  });

  test('go back to what they were where the server refuses, with its reason', async () => {
    const { page, context } = await house.open();
    await page.goto(`${house.address}/albums/${album}`);
    const title = 'The server has no time just now.';
    await page.route('**/api/v1/ratings/**', (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ title }) }),
    );
    const song = page.getByRole('slider', { name: `Stars for ${SONGS[1]}` });
    await song.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.getByText(title).count()).toBe(1);
    expect(await starsOf(song)).toEqual(['3', '3 stars']);
    expect(await given()).toEqual([null, 3, null]);

    // What was given meanwhile stays.
    await page.unroute('**/api/v1/ratings/**');
    let asked = 0;
    await page.route('**/api/v1/ratings/**', async (route) => {
      if (asked++ > 0) return route.continue();
      await page.waitForTimeout(300);
      return route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ title }) });
    });
    for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await eventually(given).toEqual([null, 5, null]);
    expect(await starsOf(song)).toEqual(['5', '5 stars']);
    await context.close();
  });
});
