import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { planTrack } from '../../streaming/plan.ts';
import { makeNoise, noiseAs, testFfmpeg } from '../audio.ts';
import { able, openBrowserHouse } from '../browser-house.ts';
import { recordingOf } from '../segment-house.ts';
import { bareRun, quantile, timed } from './raw-run.ts';

/*
 * What a listener waits for in Chromium, told in C (raw-run.ts): from the click on a song that nobody has heard to its sound, and
 * from a seek in an hour nobody has heard. The whole way: the built house, its pages, its player, loopback.
 * `npm run bench -- click`; EVENSONG_FFMPEG chooses the binary.
 */
const SONGS = 12;
const HOURS = 3;
/** From the end to the start: what is made ahead of one place is behind the next. */
const PLACES_SEC = [3300, 2700, 2100, 1500];
const MINUTES_4 = 242;
const HOUR = 3600;
const LIMITS = { click: 2.8, seek: 3 };

const layOut = async (media: string): Promise<void> => {
  mkdirSync(media, { recursive: true });
  // Each of another sound: the same one is kept but once.
  for (let i = 0; i < SONGS; i++) {
    const tags = { title: `Song ${i}`, album: `Single ${i}`, artist: 'Ondine' };
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
    const file = await makeNoise({
      seconds: MINUTES_4,
      seed: 100 + i,
      as: ['-c:a', 'flac', ...metadata],
      extension: 'flac',
    });
    mkdirSync(join(media, `Single ${i}`));
    copyFileSync(file, join(media, `Single ${i}`, 'song.flac'));
  }
  for (let i = 0; i < HOURS; i++) {
    const as = ['-c:a', 'libmp3lame', '-b:a', '128k', '-metadata', `album=Hour ${i}`];
    mkdirSync(join(media, `Hour ${i}`));
    const file = await makeNoise({ seconds: HOUR, seed: 200 + i, as, extension: 'mp3' });
    copyFileSync(file, join(media, `Hour ${i}`, 'hour.mp3'));
  }
};

const plain = planTrack(await recordingOf(await noiseAs('flac', MINUTES_4)), 'aac256');
const cs: number[] = [];
const measureC = async (): Promise<void> => void cs.push(await timed(() => bareRun(plain, { first: 0, end: 1 })));

/** Milliseconds from what `act` does to the page until the element says that it plays. */
const untilPlaying = (page: Page, act: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    const audio = document.querySelector('audio');
    const late = setTimeout(() => reject(new Error('no sound within 20 s')), 20_000);
    const began = performance.now();
    const heard = () => { clearTimeout(late); resolve(performance.now() - began); };
    ${act};
    audio.addEventListener('playing', heard, { once: true });
  })`);

const clicks = async (page: Page, albums: readonly string[]): Promise<number[]> => {
  const waits: number[] = [];
  for (const id of albums) {
    await page.evaluate(`(() => {
      const link = Object.assign(document.createElement('a'), { href: '/albums/${id}' });
      document.querySelector('main').append(link);
      link.click();
    })()`);
    await page.waitForURL(`**/albums/${id}`);
    const play = page
      .locator('main')
      .getByRole('button', { name: /^Play$/ })
      .first();
    await play.waitFor();
    await page.waitForTimeout(800);
    await measureC();
    await play.evaluate((button) => button.setAttribute('data-bench', ''));
    // By the keyboard, as it were: a pointer that comes near already has the song made ready.
    waits.push(await untilPlaying(page, `document.querySelector('[data-bench]').click()`));
    await page.waitForTimeout(1500);
  }
  return waits;
};

const seeks = async (page: Page, hours: readonly string[]): Promise<number[]> => {
  const waits: number[] = [];
  for (const hour of hours) {
    await clicks(page, [hour]);
    for (const toSec of PLACES_SEC) {
      await measureC();
      const act = `const seek = document.querySelector('#player-seek'); seek.value = ${toSec};
        for (const kind of ['input', 'change']) seek.dispatchEvent(new Event(kind, { bubbles: true }))`;
      waits.push(await untilPlaying(page, act));
      await page.waitForTimeout(500);
    }
  }
  return waits;
};

const report = (name: string, waits: readonly number[], limit: number): void => {
  const c = quantile(cs, 0.5);
  const [p50, p95] = [quantile(waits, 0.5), quantile(waits, 0.95)];
  const [half, most] = [p50, p95].map((ms) => `${ms.toFixed(0)} ms (${(ms / c).toFixed(2)} C)`);
  console.log(
    `${p50 <= limit * c ? 'ok  ' : 'OVER'} ${name}: median ${half}, p95 ${most}; limit of the median ${limit} C`,
  );
};

if (!able) throw new Error('This needs Chromium and ffmpeg.');
const house = await openBrowserHouse(layOut);
try {
  const { items } = await house.ask<{ items: { id: string; title: string }[] }>('/albums?limit=50');
  const singles = items.filter(({ title }) => title.startsWith('Single')).map(({ id }) => id);
  const hours = items.filter(({ title }) => title.startsWith('Hour')).map(({ id }) => id);
  if (singles.length !== SONGS || hours.length !== HOURS) throw new Error('The library is not what was laid out.');
  const { page } = await house.open();
  await page.goto(house.address);
  await page.waitForTimeout(1000);
  // Seeks first: with the hours' first clicks the browser has read the player's code and opened its sound.
  const waited = { seek: await seeks(page, hours), click: await clicks(page, singles) };
  console.log(`C = ${quantile(cs, 0.5).toFixed(0)} ms (median of ${cs.length}), ${testFfmpeg}`);
  report(`from the click to sound, ${SONGS} songs nobody has heard`, waited.click, LIMITS.click);
  report(`from a seek into an hour nobody has heard, ${waited.seek.length} times`, waited.seek, LIMITS.seek);
  if (house.complaints.length > 0) console.log(house.complaints);
} finally {
  await house.close();
}
