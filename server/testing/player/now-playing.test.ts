/** Now playing: the bar grown over the window, on a desktop and on a phone, by pointer and by keys, and what it tells. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deep } from '../depth.ts';
import { describeWhere } from '../describe-where.ts';
import { able, openAlbumHouse, type AlbumHouse } from './album-house.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
if (!deep) console.info('Left to npm run check: axe in every tab of now playing on two phones');
const TABS = ['Up next', 'Lyrics', 'Related', 'About'];
/** A shared machine may be slow; a listener would wait as long. */
const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000 });

describeWhere(able, 'needs chromium and ffmpeg')('now playing', () => {
  let house: AlbumHouse;
  beforeAll(async () => {
    house = await openAlbumHouse([4, 4, 40]);
  });
  afterAll(async () => {
    await house?.close();
  });

  /** A page that plays `title`, and its complaints. */
  async function playing(
    title: string,
    how: BrowserContextOptions = {},
  ): Promise<{ page: Page; complaints: string[] }> {
    Object.assign(house.server.queue(), { entries: [], index: 0, positionMs: 0 });
    const context = await house.browser.newContext({ viewport: { width: 1440, height: 900 }, ...how });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(house.server.url);
    await page.getByRole('button', { name: `Play ${title}`, exact: true }).click();
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('playing');
    await page.locator('#player-full').waitFor({ state: 'attached' });
    return { page, complaints };
  }

  const isOpen = async (page: Page) => (await page.locator('#player').getAttribute('data-full')) !== null;
  const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true });
  const violations = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe);
    const found = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  };

  it('closes when the device asks for it, as Back on Android does, and so does a drawer', async () => {
    const { page, complaints } = await playing('Lantern Street');
    // What is open now; a headless browser has no such key to press but Escape, which is ours.
    await page.evaluate(`globalThis.watching = new Set();
      globalThis.CloseWatcher = class extends EventTarget {
        constructor() { super(); watching.add(this); }
        destroy() { watching.delete(this); }
      }`);
    const listening = () => page.evaluate<number>('watching.size');
    const goBack = () => page.evaluate(`for (const it of watching) it.dispatchEvent(new Event('close'))`);
    await page.locator('#player-cover').click();
    expect([await isOpen(page), await listening()]).toEqual([true, 1]);
    await goBack();
    expect([await isOpen(page), await listening()]).toEqual([false, 0]);
    await page.locator('#player-queue').click();
    const drawer = page.getByRole('complementary', { name: 'Queue' });
    await drawer.waitFor();
    expect(await listening()).toBe(1);
    await goBack();
    await drawer.waitFor({ state: 'hidden' });
    expect(await listening()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('opens over the page by the picture, the button and N, and gives the page and the focus back', async () => {
    const { page, complaints } = await playing('Lantern Street');
    const focused = () => page.evaluate('document.activeElement.id');
    await page.locator('#player-cover').click();
    expect(await isOpen(page)).toBe(true);
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await focused()).toBe('player-close');
    expect(await page.evaluate(`document.querySelector('main').inert`)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await isOpen(page)).toBe(false);
    expect(await focused()).toBe('player-full');
    expect(await page.evaluate(`document.querySelector('main').inert`)).toBe(false);
    await page.keyboard.press('n');
    expect(await isOpen(page)).toBe(true);
    await page.keyboard.press('n');
    expect(await isOpen(page)).toBe(false);
    await page.getByRole('button', { name: 'Now playing', exact: true }).click();
    expect(await isOpen(page)).toBe(true);
    // A link leads to its page, with the view out of the way and the music going on.
    await page.locator('#player-cover').click();
    await eventually(() => new URL(page.url()).pathname).toBe('/albums/alb_2');
    expect(await isOpen(page)).toBe(false);
    expect(await page.evaluate(`document.querySelector('main').inert`)).toBe(false);
    expect(await page.locator('#player').getAttribute('data-state')).toBe('playing');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows the queue, the words, what is related and what the song is, each by arrows, Q and Y', async () => {
    const { page, complaints } = await playing('Night Bus, Empty');
    await page.keyboard.press('n');
    await page.keyboard.press('q');
    const panel = (name: string) => page.getByRole('tabpanel', { name, exact: true });
    await eventually(() => panel('Up next').locator('[data-entry]').count()).toBeGreaterThanOrEqual(2);
    await tab(page, 'Up next').focus();
    await page.keyboard.press('ArrowRight');
    expect(await tab(page, 'Lyrics').getAttribute('aria-selected')).toBe('true');
    await eventually(() => panel('Lyrics').locator('[aria-current]').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await eventually(() => panel('Related').textContent()).toContain('More by Ondřej VlkElsewhere2021');
    await page.keyboard.press('ArrowRight');
    await eventually(() => panel('About').textContent()).toContain('ArtistOndřej Vlk');
    await page.keyboard.press('ArrowRight');
    expect(await tab(page, 'Up next').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('y');
    expect(await tab(page, 'Lyrics').getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('#player > .path').textContent()).toContain('levelled by album');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('plays a song that is related, and marks it', async () => {
    const { page } = await playing('Night Bus, Empty');
    await page.keyboard.press('n');
    await tab(page, 'Related').click();
    const row = page.getByRole('tabpanel', { name: 'Related' }).locator('[data-track=trk_3]');
    await row.getByRole('button', { name: 'Play Lantern Street' }).click();
    // Long before the album would have come to it by itself.
    await expect.poll(() => page.locator('#player-title').textContent(), { timeout: 4000 }).toBe('Lantern Street');
    await eventually(() => row.getAttribute('aria-current')).toBe('true');
    await eventually(() => page.evaluate(`document.activeElement.closest('[data-track]')?.dataset.track`)).toBe(
      'trk_3',
    );
    expect(await isOpen(page)).toBe(true);
    await page.context().close();
  });

  for (const [name, how] of [
    ['a desktop', {}],
    ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
    ['a small phone', { viewport: { width: 320, height: 640 }, hasTouch: true }],
  ] as const) {
    it(`axe finds nothing in any tab on ${name}, nothing scrolls sideways`, { timeout: 90_000 }, async ({ skip }) => {
      skip(!deep && name !== 'a desktop', 'one of several sizes: part of npm run check');
      const { page, complaints } = await playing('Lantern Street', { ...how, bypassCSP: true });
      await page.locator('#player-cover').click();
      for (const theme of ['dark', 'light']) {
        await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
        for (const each of TABS) {
          if ((await tab(page, each).getAttribute('aria-selected')) !== 'true') await tab(page, each).click();
          await page.waitForTimeout(400);
          expect(await violations(page), `${theme}, ${each}`).toEqual([]);
          const overflow = await page.evaluate(
            `const it = document.getElementById('player'); Math.max(it.scrollWidth - it.clientWidth, it.scrollHeight - it.clientHeight)`,
          );
          expect(overflow, `${theme}, ${each}`).toBeLessThanOrEqual(1);
        }
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  }

  it('gives the room back to the sleeve on a phone when the chosen tab is pressed again', async () => {
    const { page } = await playing('Lantern Street', { viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.locator('#player-title').click();
    expect(await isOpen(page)).toBe(true);
    const sleevePx = async () => (await page.locator('#player-cover').boundingBox())?.width ?? 0;
    expect(await sleevePx()).toBeGreaterThan(250);
    await tab(page, 'Lyrics').click();
    expect(await sleevePx()).toBeLessThan(100);
    await tab(page, 'Lyrics').click();
    expect(await sleevePx()).toBeGreaterThan(250);
    await page.context().close();
  });

  it('knows what plays, and from where, in the next songs of an album and in a queue from before', async () => {
    const { page } = await playing('Night Bus, Empty');
    await page.keyboard.press('n');
    const from = () => page.locator('#player .from').textContent();
    const badge = () => page.locator('#player-signal').textContent();
    const steps = () => page.locator('#player > .path li').count();
    const tells = async (title: string, album: string): Promise<void> => {
      await eventually(() => page.locator('#player-title').textContent()).toBe(title);
      await eventually(from).toBe(`Playing from ${album}`);
      await eventually(badge).toContain('AAC');
      await eventually(steps).toBe(3);
    };
    await tells('Night Bus, Empty', 'Lantern Street');
    await tells('The Baker Opens First', 'Lantern Street');
    await tells('Lantern Street', 'Elsewhere');
    await eventually(() => house.server.queue().index).toBe(2);
    await page.reload();
    await eventually(() => page.locator('#player-title').textContent()).toBe('Lantern Street');
    await eventually(() => page.locator('#player-signal').isVisible()).toBe(true);
    await page.locator('#player-full').click();
    await tells('Lantern Street', 'Elsewhere');
    await page.context().close();
  });
});
