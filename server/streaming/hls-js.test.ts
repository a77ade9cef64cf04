import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { noiseAs } from '../testing/audio.ts';
import { deep, times } from '../testing/depth.ts';
import { findChromium, openBrowser } from '../testing/player/browser.ts';
import { findPart } from '../testing/player/correlate.ts';
import { decodePcm } from '../testing/segment-house.ts';
import { openStreamingHouse } from '../testing/streaming-house.ts';
import type { StreamingHouse } from '../testing/streaming-house.ts';
import { describeWhere } from '../testing/describe-where.ts';

/*
 * An independent client of our playlists: hls.js in Chromium, heard by a tap behind the element. Nothing of our own player is
 * in it. Needs chromium; says so loudly where it is missing.
 */
const chromium = findChromium();
if (!chromium) console.warn('NOT TESTED: hls.js on our playlists needs chromium (apt-get install chromium)');

const RATE_HZ = 44_100;
const SECONDS = deep ? 242 : 40;
/** Samples of the source, between the cuts of the album. */
const CUTS = [100_003, 400_001, 700_009, 1_000_001] as const;

const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage(input[0].slice());
    return true;
  }
});`;

/** The page: `open(url)` plays it, `heard` is what the tap got since the sound began. */
const PAGE = `<!doctype html><title>hls.js</title><audio></audio><script src="/hls.js"></script><script>
window.errors = []; window.waits = 0; window.switched = []; window.chunks = [];
window.open_ = async (url) => {
  const audio = document.querySelector('audio');
  const context = new AudioContext({ sampleRate: ${RATE_HZ} });
  await context.audioWorklet.addModule('/tap.js');
  const tap = new AudioWorkletNode(context, 'tap');
  tap.port.onmessage = ({ data }) => chunks.push(data);
  context.createMediaElementSource(audio).connect(tap).connect(context.destination);
  const hls = new Hls({ maxFragLookUpTolerance: 0, maxBufferLength: 12, backBufferLength: 60, autoStartLoad: false });
  hls.on(Hls.Events.ERROR, (_, it) => errors.push(it.details + (it.fatal ? ' (fatal)' : '')));
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, it) => switched.push(hls.levels[it.level].bitrate));
  hls.loadSource(url);
  hls.attachMedia(audio);
  await new Promise((ready) => hls.on(Hls.Events.MANIFEST_PARSED, ready));
  if (hls.levels.length > 1) hls.loadLevel = hls.levels.length - 1;
  hls.startLoad();
  Object.assign(window, { audio, hls, context });
  await audio.play();
  await new Promise((sounds) => audio.currentTime > 0 ? sounds() : audio.addEventListener('timeupdate', () => audio.currentTime > 0 && sounds()));
  audio.addEventListener('waiting', () => waits++);
};
window.drain = () => {
  const all = new Float32Array(chunks.reduce((sum, it) => sum + it.length, 0));
  let at = 0;
  for (const it of chunks) { all.set(it, at); at += it.length; }
  let text = '';
  const bytes = new Uint8Array(all.buffer);
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
};
</script>`;

const pages = async (): Promise<Hono> => {
  const script = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8');
  return new Hono()
    .get('/', (c) => c.html(PAGE))
    .get('/hls.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
    .get('/tap.js', (c) => c.body(TAP, 200, { 'content-type': 'text/javascript' }))
    .get('/favicon.ico', (c) => c.body(null, 204));
};

let house: StreamingHouse;
let browser: Browser;
let page: Page;
let url = '';
let stop: () => Promise<void>;
let source: Float32Array;
let whole = '';

/** Runs in the page; the strings are ours. */
const inPage = <T>(script: string): Promise<T> => page.evaluate(`(async () => { ${script} })()`) as Promise<T>;
const seconds = (count: number): Promise<void> => page.waitForTimeout(count * 1000);
/** Waits for the element's own clock. */
const until = (sec: number): Promise<void> =>
  inPage(`while (audio.currentTime < ${sec} && !audio.ended) await new Promise((next) => setTimeout(next, 20));`);
const heard = async (): Promise<Float32Array> => {
  const bytes = Buffer.from(await inPage<string>('return drain();'), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/** Where in the tap the first sample of `source` would lie, by each of the places given. */
const offsetsAt = (tap: Float32Array, places: readonly number[]): number[] => {
  let expected: number | undefined;
  return places.map((at) => {
    const range =
      expected === undefined ? { from: 0, to: tap.length } : { from: expected + at - 3000, to: expected + at + 3000 };
    const found = findPart(tap, source.subarray(at, at + 4096), range);
    // At 64 kbit/s noise is only like itself.
    expect(found.likeness, `at ${at}`).toBeGreaterThan(0.8);
    expected ??= Math.round(found.at) - at;
    return Math.round((found.at - at) * 100) / 100;
  });
};

// It plays in real time and judges by the clock: npm run check.
describeWhere(chromium !== undefined && deep, 'needs chromium; takes minutes: npm run check')(
  'hls.js in Chromium',
  () => {
    beforeAll(async () => {
      const album = ['trk_2', 'trk_3', 'trk_4'];
      house = await openStreamingHouse({ album });
      const path = await noiseAs('flac', SECONDS, 31);
      whole = await house.add(path);
      for (const i of [0, 1, 2]) await house.add(path, { cueNo: i + 1, cueStart: CUTS[i], cueEnd: CUTS[i + 1] });
      const pcm = await decodePcm(path);
      source = Float32Array.from({ length: pcm.length / 4 }, (_, i) => pcm.readInt16LE(i * 4) / 32_768);
      ({ url, stop } = await house.listen(await pages()));
      browser = await openBrowser(chromium as string);
    });
    afterAll(async () => {
      await browser?.close();
      await stop?.();
      await house?.close();
    });
    beforeEach(async () => {
      await page?.close();
      page = await browser.newPage();
      await page.goto(url);
    });

    test.each(['aac256', 'aac128', 'aac64', 'flac'])(
      '%s plays as fast as the clock and seeks anywhere without an error',
      { timeout: 180_000 },
      async (variant) => {
        const { grid, fallback } = await house.playback({ trackId: whole });
        const rate = [...(grid?.rates ?? []), ...(fallback?.rates ?? [])].find((it) => it.variant === variant);
        await inPage(`await open_('${rate?.base}/index.m3u8');`);
        const clock = (): Promise<[number, number]> => inPage('return [audio.currentTime, performance.now() / 1000];');
        const [fromSec, wallFromSec] = await clock();
        await seconds(times(5, 60));
        const [toSec, wallToSec] = await clock();
        expect((toSec - fromSec) / (wallToSec - wallFromSec)).toBeGreaterThanOrEqual(0.98);
        expect(await inPage('return waits;')).toBe(0);
        for (let i = 0; i < 10; i++) {
          const target = 1 + ((i * 37.31) % (SECONDS - 4));
          await inPage(`audio.currentTime = ${target};
        await new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
        while (audio.currentTime < ${target} + 0.2) await new Promise((next) => setTimeout(next, 10));`);
        }
        // hls.js reports it as an error, not a fatal one, when a seek makes it cancel a request of its own (INTERNAL_ABORTED). What
        // a server does wrong has other names there.
        const errors = await inPage<string[]>('return errors;');
        expect(errors.filter((it) => it !== 'aborted')).toEqual([]);
        expect(errors.length, 'cancelled by ten seeks').toBeLessThanOrEqual(10);
      },
    );

    test(
      'forced switches 256, 64, 256, 128 move nothing by a sample and stop nothing',
      { timeout: 120_000 },
      async () => {
        await inPage(`await open_('/api/v1/tracks/${whole}/hls/aac.m3u8');`);
        for (const [sec, level] of [
          [3, 0],
          [11, 2],
          [19, 1],
        ]) {
          await until(sec ?? 0);
          await inPage(`hls.nextLevel = ${level};`);
        }
        await until(29);
        const [errors, waits, switched] = await inPage<[string[], number, number[]]>(
          'return [errors, waits, switched];',
        );
        expect([errors, waits]).toEqual([[], 0]);
        expect(switched).toEqual([290_000, 80_000, 290_000, 150_000]);
        const places = Array.from({ length: 26 }, (_, i) => (i + 1) * RATE_HZ + 777);
        const offsets = offsetsAt(await heard(), places);
        const [first = NaN] = offsets;
        for (const offset of offsets) expect(Math.round(offset - first) + 0, offsets.join(' ')).toBe(0);
      },
    );

    test.each(['flac', 'aac'])(
      'an album cut in the middle of music is heard without a gap: %s',
      { timeout: 120_000 },
      async (family) => {
        await inPage(`await open_('/api/v1/albums/alb_1/hls/${family}.m3u8');`);
        await until((CUTS[3] - CUTS[0]) / RATE_HZ - 0.05);
        expect(await inPage('return [errors, waits];')).toEqual([[], 0]);
        const tap = await heard();
        const [offset = NaN] = offsetsAt(tap, [CUTS[0] + 50_000]);
        const base = Math.round(offset);
        for (const join of CUTS.slice(1, 3)) {
          const places = [join - 6096, join + 2000];
          expect(
            offsetsAt(tap, places).map((it) => Math.round(it - base) + 0),
            `around ${join}`,
          ).toEqual([0, 0]);
          let worst = 0;
          let sum = 0;
          for (let i = join - 2000; i < join + 2000; i++) {
            const error = Math.abs((tap[base + i] ?? 0) - (source[i] ?? 0));
            worst = Math.max(worst, error);
            sum += error * error;
          }
          console.info(
            `${family}: at ${join} the greatest error is ${worst.toFixed(8)}, rms ${Math.sqrt(sum / 4000).toFixed(5)}`,
          );
          // The browser's numbers are floating point: the same 16 bits.
          if (family === 'flac') expect(worst).toBeLessThan(0.5 / 32_768);
          else expect(Math.sqrt(sum / 4000)).toBeLessThanOrEqual(0.01);
        }
      },
    );
  },
);
