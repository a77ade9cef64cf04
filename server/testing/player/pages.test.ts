/**
 * The whole player on its pages in a real Chromium, under the strict policy: what a listener does, and what it leads to. The
 * server is the small one of house-server.tsx.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { able, openAlbumHouse, type AlbumHouse } from './album-house.ts';
import type { HouseServer } from './house-server.tsx';
import { describeWhere } from '../describe-where.ts';

let house: AlbumHouse;
let context: BrowserContext;
let server: HouseServer;
let page: Page;
let complaints: string[];

const named = (role: 'button' | 'slider' | 'complementary' | 'menu', name: string | RegExp) =>
  page.getByRole(role, { name, exact: typeof name === 'string' });
const bar = (name: string) => page.locator('#player').getByRole('button', { name, exact: true });
const elapsedSec = async (): Promise<number> => {
  const [minutes = 0, seconds = 0] = ((await page.locator('#player-elapsed').textContent()) ?? '')
    .split(':')
    .map(Number);
  return minutes * 60 + seconds;
};
/** A shared machine may be slow; a listener would wait as long. */
const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000 });
const playing = () => eventually(() => page.locator('#player').getAttribute('data-state')).toBe('playing');

async function openPage(path = '/'): Promise<void> {
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.url + path);
}

describeWhere(able, 'needs chromium and ffmpeg')('the player on its pages', () => {
  beforeAll(async () => {
    house = await openAlbumHouse([6, 40, 40]);
    server = house.server;
  });
  afterAll(async () => {
    await house?.close();
  });
  beforeEach(async () => {
    await context?.close();
    complaints = [];
    server.signedOut.value = false;
    Object.assign(server.signed, { uses: 0, served: [] });
    server.gone.clear();
    server.asked.length = 0;
    Object.assign(server.settings, { mode: 'auto', maxKbps: null, levelling: 'auto', crossfadeSec: 0 });
    Object.assign(server.queue(), { entries: [], index: 0, positionMs: 0 });
    context = await house.browser.newContext({ viewport: { width: 1440, height: 900 } });
    await openPage();
  });

  it('plays an album track after track, as fast as the clock', { timeout: 60_000 }, async () => {
    await page.locator('main').getByRole('button', { name: 'Play', exact: true }).click();
    await playing();
    expect(await page.locator('#player-title').textContent()).toBe('Night Bus, Empty');
    await eventually(() => page.title()).toBe('Night Bus, Empty · Ondřej Vlk');
    await eventually(() => page.locator('#player-title').textContent()).toBe('The Baker Opens First');
    const clock = () =>
      page.evaluate<[number, number]>(`[document.querySelector('audio').currentTime, performance.now() / 1000]`);
    const [fromSec, wallFromSec] = await clock();
    await page.waitForTimeout(6000);
    const [toSec, wallToSec] = await clock();
    const ratio = (toSec - fromSec) / (wallToSec - wallFromSec);
    console.info('heard per second of wall clock', ratio.toFixed(3));
    expect(ratio).toBeGreaterThanOrEqual(0.98);
    await eventually(() => server.plays.at(0)?.outcome).toBe('completed');
    expect(server.plays[0]?.playedMs).toBeGreaterThan(5000);
    expect(await page.locator('[data-track=trk_2]').getAttribute('aria-current')).toBe('true');
    expect(complaints).toEqual([]);
  });

  it('draws the outline of what plays over the seek line once it is measured', { timeout: 60_000 }, async () => {
    await named('button', 'Play Lantern Street').click();
    await playing();
    const outline = page.locator('.seek .outline path');
    expect(await outline.count()).toBe(2);
    await eventually(() => outline.first().getAttribute('d')).toMatch(/^M0 100L.*L1000 100Z$/);
    expect(await outline.nth(1).getAttribute('d')).toBe(await outline.first().getAttribute('d'));
    const cut = () => page.evaluate<string>(`getComputedStyle(document.querySelector('.played')).clipPath`);
    const before = await cut();
    await eventually(cut).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  it('plays on over links, Back and Forward, with the focus on the new heading', { timeout: 60_000 }, async () => {
    await named('button', 'Play The Baker Opens First').click();
    await playing();
    await page.evaluate('scrollTo(0, 900)');
    await page.waitForTimeout(200);
    const link = page.getByRole('link', { name: 'Page 40', exact: true });
    await link.scrollIntoViewIfNeeded();
    const leftAt = await page.evaluate<number>('scrollY');
    await link.click();
    await eventually(() => page.locator('h1').first().textContent()).toBe('At /page/40');
    await eventually(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    await eventually(() => page.evaluate('scrollY')).toBe(0);
    await eventually(() => page.locator('[data-track=trk_2]').getAttribute('aria-current')).toBe('true');
    await page.goBack();
    await eventually(() => page.locator('h1').first().textContent()).toBe('At /');
    await page.waitForTimeout(200);
    expect(Math.abs((await page.evaluate<number>('scrollY')) - leftAt)).toBeLessThan(5);
    await page.goForward();
    await eventually(() => page.locator('h1').first().textContent()).toBe('At /page/40');
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('playing');
    await eventually(elapsedSec).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it('keeps queue, track and place over a reload, paused', { timeout: 60_000 }, async () => {
    await named('button', 'Play The Baker Opens First').click();
    await playing();
    await page.locator('#player-seek').fill('20');
    await eventually(elapsedSec).toBeGreaterThanOrEqual(21);
    await eventually(() => server.queue().entries.length).toBe(3);
    await page.waitForTimeout(700);
    const before = await elapsedSec();
    await page.reload();
    await eventually(() => page.locator('#player-title').textContent()).toBe('The Baker Opens First');
    await eventually(elapsedSec).toBeGreaterThanOrEqual(before - 1);
    expect(await page.locator('#player').getAttribute('data-state')).toBe('paused');
    await bar('Play').click();
    await playing();
    await eventually(elapsedSec).toBeGreaterThan(before);
    await bar('Queue').click();
    await eventually(() => named('complementary', 'Queue').locator('li').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it('answers the keyboard, shuffles and repeats, and shows help', { timeout: 60_000 }, async () => {
    await named('button', 'Play Night Bus, Empty').click();
    await playing();
    await page.locator('h1').click();
    await page.keyboard.press('k');
    await eventually(() => page.locator('#player-title').textContent()).toBe('The Baker Opens First');
    await page.keyboard.press(' ');
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('paused');
    await page.keyboard.press('s');
    expect(await bar('Shuffle').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('r');
    await page.keyboard.press('r');
    expect(await bar('Repeat one').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('l');
    await eventually(() => server.likes).toContain('PUT tracks:trk_2');
    await page.keyboard.press('?');
    await eventually(() => page.getByRole('dialog', { name: 'Keyboard shortcuts' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  it(
    'opens the same menu by button and by right click, adds to the queue and takes it back',
    { timeout: 60_000 },
    async () => {
      await named('button', 'Play Night Bus, Empty').click();
      await playing();
      await page.locator('[data-track=trk_3]').click({ button: 'right' });
      const menu = named('menu', 'More for Lantern Street');
      await menu.getByRole('menuitem', { name: 'Play next' }).click();
      await eventually(() => page.locator('.toast').textContent()).toContain('Plays next');
      await bar('Queue').click();
      const drawer = named('complementary', 'Queue');
      await eventually(() => drawer.locator('h3').allTextContents()).toContain('Next up, by youClear');
      const grip = drawer.getByRole('button', { name: 'Move Lantern Street' }).first();
      await grip.focus();
      await page.keyboard.press('ArrowDown');
      await eventually(() => drawer.locator('h3').allTextContents()).not.toContain('Next up, by youClear');
      await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
      await eventually(() => server.queue().entries.length).toBe(3);
      await bar('Lyrics').click();
      const lyrics = named('complementary', 'Lyrics');
      await eventually(() => lyrics.locator('[aria-current]').count()).toBe(1);
      expect(complaints).toEqual([]);
    },
  );

  it('waits for a sign-in with the music in hand and goes on by itself', { timeout: 60_000 }, async () => {
    server.signedOut.value = true;
    await named('button', 'Play The Baker Opens First').click();
    await eventually(() => page.locator('.toast').textContent()).toContain('signed out');
    server.signedOut.value = false;
    await page.evaluate(`dispatchEvent(new Event('focus'))`);
    await eventually(elapsedSec).toBeGreaterThan(0);
  });

  it('goes on without a word when a signed address ends in the middle of a song', { timeout: 60_000 }, async () => {
    server.signed.uses = 4;
    await named('button', 'Play The Baker Opens First').click();
    await playing();
    await eventually(() => server.signed.served.includes('C')).toBe(true);
    await eventually(elapsedSec).toBeGreaterThan(2);
    expect(await page.locator('#player').getAttribute('data-state')).toBe('playing');
    expect(await page.locator('.toast').count()).toBe(0);
    // The browser itself tells of each 403; nobody else does.
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
  });

  const entryOf = (id: string) => named('complementary', 'Queue').locator('li', { hasText: id });

  it('passes over what is gone, says so, and keeps it in the queue', { timeout: 60_000 }, async () => {
    server.gone.add('trk_2').add('alb_1');
    await named('button', 'Play Night Bus, Empty').click();
    await playing();
    await eventually(() => page.locator('.toast').textContent()).toContain('The Baker Opens First is gone');
    await bar('Queue').click();
    await eventually(() => entryOf('The Baker Opens First').textContent()).toContain('File missing');
    await eventually(() => page.locator('#player-title').textContent()).toBe('Lantern Street');
    await playing();
    expect(server.queue().entries.length).toBe(3);
    await page.reload();
    await bar('Queue').click();
    await eventually(() => server.queue().entries.length).toBe(3);
  });

  it('loses nothing when two songs in a row are gone while they are prepared', { timeout: 60_000 }, async () => {
    server.gone.add('trk_2').add('trk_3').add('alb_1');
    await named('button', 'Play Night Bus, Empty').click();
    await playing();
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('paused');
    expect(server.queue().entries.length).toBe(3);
    server.gone.clear();
    await bar('Queue').click();
    // Asked for by name, a song gets another chance.
    await named('complementary', 'Queue').getByRole('button', { name: 'Play Lantern Street' }).click();
    await playing();
    expect(await page.locator('#player-title').textContent()).toBe('Lantern Street');
  });

  it('obeys the settings, and at once when they change', { timeout: 60_000 }, async () => {
    server.settings.maxKbps = 128;
    await page.reload();
    await named('button', 'Play The Baker Opens First').click();
    await playing();
    await eventually(() => server.asked.at(-1)?.prefer?.maxKbps).toBe(128);
    await eventually(() => page.locator('#player-signal').textContent()).toContain('AAC 128');
    const before = await elapsedSec();
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend',
      '<form data-playback><input type=radio name=quality value=64><input name=levelling value=off><input name=crossfadeSec value=0></form>')`);
    await page.locator('[data-playback] [value="64"]').check();
    await eventually(() => page.locator('#player-signal').textContent()).toContain('AAC 64');
    expect(server.asked.at(-1)?.prefer?.maxKbps).toBe(64);
    await page.locator('#player-signal').click();
    expect(await page.getByRole('dialog', { name: 'Signal path' }).textContent()).toContain('levelling is off');
    await page.keyboard.press('Escape');
    await eventually(elapsedSec).toBeGreaterThan(before + 3);
    expect(await page.locator('#player').getAttribute('data-state')).toBe('playing');
    expect(complaints).toEqual([]);
  });

  const upNext = () => named('complementary', 'Queue').locator('[data-entry] .t').allTextContents();

  it('takes a song to another place by its grip, with the pointer and with the keys', { timeout: 60_000 }, async () => {
    await named('button', 'Play Night Bus, Empty').click();
    await playing();
    await bar('Queue').click();
    await eventually(upNext).toEqual(['Night Bus, Empty', 'The Baker Opens First', 'Lantern Street']);
    const grip = await page.getByRole('button', { name: 'Move Lantern Street' }).boundingBox();
    const above = await entryOf('The Baker Opens First').boundingBox();
    if (!grip || !above) throw new Error('The queue shows no rows');
    await page.mouse.move(grip.x + 5, grip.y + 5);
    await page.mouse.down();
    await page.mouse.move(grip.x + 5, above.y + 30, { steps: 4 });
    await page.mouse.move(grip.x + 5, above.y + 4, { steps: 4 });
    await page.mouse.up();
    await eventually(upNext).toEqual(['Night Bus, Empty', 'Lantern Street', 'The Baker Opens First']);
    await page.getByRole('button', { name: 'Move Lantern Street' }).focus();
    await page.keyboard.press('ArrowDown');
    await eventually(upNext).toEqual(['Night Bus, Empty', 'The Baker Opens First', 'Lantern Street']);
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Move Lantern Street');
    await eventually(() => server.queue().entries.map(({ trackId }) => trackId)).toEqual(['trk_1', 'trk_2', 'trk_3']);
    expect(complaints).toEqual([]);
  });

  it('adds to a playlist from the menu, and goes to sleep with the song', { timeout: 60_000 }, async () => {
    await page.locator('[data-track=trk_3]').click({ button: 'right' });
    await named('menu', 'More for Lantern Street').getByRole('menuitem', { name: 'Add to playlist' }).click();
    await page.getByRole('menuitem', { name: 'Sunday pancakes' }).click();
    await eventually(() => page.locator('.toast').textContent()).toContain('Added to Sunday pancakes');
    expect(server.listed).toEqual(['trk_3']);
    await named('button', 'Play Night Bus, Empty').click();
    await playing();
    await bar('More').click();
    await page.getByRole('menuitem', { name: 'Sleep timer' }).click();
    await page.getByRole('menuitem', { name: 'At the end of this song' }).click();
    await eventually(() => page.locator('#player').getAttribute('data-state')).toBe('paused');
    expect(await page.locator('#player-title').textContent()).toBe('The Baker Opens First');
    await page.waitForTimeout(700);
    expect(await elapsedSec()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('follows the words until they are scrolled, and again when asked to', { timeout: 60_000 }, async () => {
    await named('button', 'Play The Baker Opens First').click();
    await playing();
    await bar('Lyrics').click();
    const lyrics = named('complementary', 'Lyrics');
    const chip = lyrics.getByRole('button', { name: 'Back to the song' });
    await lyrics.getByRole('button', { name: 'line 20' }).click();
    await eventually(elapsedSec).toBeGreaterThanOrEqual(23);
    expect(await chip.isVisible()).toBe(false);
    await lyrics.locator('.lyr').hover();
    await page.mouse.wheel(0, -1500);
    await eventually(() => chip.isVisible()).toBe(true);
    await chip.click();
    expect(await chip.isVisible()).toBe(false);
    await eventually(() =>
      lyrics.locator('[aria-current]').evaluate((line) => {
        const { top } = line.getBoundingClientRect();
        return top > 0 && top < 900;
      }),
    ).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('crosses two songs of different albums, and never those of one', { timeout: 60_000 }, async () => {
    server.settings.crossfadeSec = 2;
    await page.reload();
    await named('button', 'Play Night Bus, Empty').click();
    await eventually(() => page.locator('#player-title').textContent()).toBe('The Baker Opens First');
    expect(await page.locator('audio').count()).toBe(1);
    await page.locator('#player-seek').fill('34');
    const sounding = () => page.evaluate(`[...document.querySelectorAll('audio')].filter((it) => !it.paused).length`);
    await eventually(() => page.locator('#player-title').textContent()).toBe('Lantern Street');
    await eventually(sounding).toBe(2);
    await eventually(sounding).toBe(1);
    await playing();
    await eventually(elapsedSec).toBeGreaterThanOrEqual(3);
    await eventually(() => server.plays.filter(({ outcome }) => outcome === 'completed').length).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  for (const rung of ['file', 'native'] as const) {
    it(`plays on the rung "${rung}" without Web Audio`, { timeout: 60_000 }, async (it) => {
      await context.addInitScript(`localStorage.setItem('evensong.rung', '"${rung}"');
        globalThis.AudioContext = class { constructor() { throw new Error('Web Audio on a lower rung'); } };`);
      await openPage();
      const hasHls = await page.evaluate<string>(`new Audio().canPlayType('application/vnd.apple.mpegurl')`);
      it.skip(rung === 'native' && !hasHls, 'this Chromium has no HLS of its own');
      await named('button', 'Play Night Bus, Empty').click();
      await playing();
      await eventually(elapsedSec).toBeGreaterThan(1);
      // Levelled all the same, by the element's own volume: 8 dB down in the album, 6 dB alone.
      const volume = () => page.evaluate<number>(`document.querySelector('audio').volume`);
      expect(await volume()).toBeCloseTo(10 ** (-8 / 20), 3);
      await eventually(() => page.locator('#player-title').textContent()).toBe('The Baker Opens First');
      await page.locator('#player-seek').fill('20');
      await eventually(elapsedSec).toBeGreaterThanOrEqual(20);
      await bar('Next').click();
      await eventually(() => page.locator('#player-title').textContent()).toBe('Lantern Street');
      await playing();
      await eventually(volume).toBeCloseTo(10 ** (-6 / 20), 3);
      expect(complaints).toEqual([]);
    });
  }
});
