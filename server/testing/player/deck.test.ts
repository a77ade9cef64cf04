/**
 * The deck in a real Chromium, heard by a tap behind the element and compared with what went into the encoder
 * (player.md 2, 3, 6 and 9). Needs chromium and ffmpeg; says so loudly where one is missing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, openBrowser } from './browser.ts';
import { gapAtJoin } from './correlate.ts';
import { openLabServer, type LabServer } from './lab-server.ts';
import { cutRecording, findFfmpeg, type Cut, type Recorded } from './recordings.ts';

const chromium = findChromium();
const ffmpeg = findFfmpeg();
const able = chromium !== undefined && ffmpeg !== undefined;
if (!able)
  console.warn('NOT TESTED: the deck needs chromium and ffmpeg on this machine (apt-get install chromium ffmpeg)');

const RATE_HZ = 44_100;
const dir = mkdtempSync(join(tmpdir(), 'evensong-deck-'));
let browser: Browser;
let server: LabServer;
let page: Page;
const made = new Map<string, Recorded>();

function recorded(cut: Omit<Cut, 'totalSamples'> & { sec?: number }): Recorded {
  const { sec = 5, ...rest } = cut;
  const known = made.get(cut.id);
  if (known) return known;
  const totalSamples = Math.round(sec * cut.sampleRateHz) + 777;
  const fresh = cutRecording(ffmpeg as string, { ...rest, totalSamples }, { dir, tapRateHz: RATE_HZ });
  made.set(cut.id, fresh);
  return fresh;
}

const items = (...all: Recorded[]) => all.map(({ recording }) => ({ key: recording.id, recording }));
const lab = <T>(script: string, value?: unknown): Promise<T> =>
  page.evaluate(`(async (value) => { ${script} })(${JSON.stringify(value ?? null)})`) as Promise<T>;

async function tapped(): Promise<Float32Array> {
  const bytes = Buffer.from(await lab<string>('return lab.drain()'), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function untilEnd(): Promise<void> {
  await page.waitForFunction('lab.heard.ended > 0', undefined, { timeout: 60_000, polling: 100 });
}

async function hearThrough(all: Recorded[]): Promise<{ gaps: number[]; waits: number; tap: Float32Array }> {
  await lab('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(...all));
  const waitsAtStart = await lab<number>('return lab.heard.waits');
  await untilEnd();
  const tap = await tapped();
  const gaps = all.slice(1).map((after, i) => {
    const join = gapAtJoin(tap, (all[i] as Recorded).pcm, after.pcm);
    expect(join.likeness).toBeGreaterThan(0.95);
    return Math.round(join.gap * 100) / 100;
  });
  return { gaps, waits: (await lab<number>('return lab.heard.waits')) - waitsAtStart, tap };
}

describe.skipIf(!able)('the deck in Chromium', () => {
  beforeAll(async () => {
    server = await openLabServer(dir);
    browser = await openBrowser(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    Object.assign(server.faults, { delayMs: 0, bitsPerSec: 0, status: 0, statusLeft: Infinity, cutAfterBytes: 0 });
    await page?.close();
    page = await browser.newPage();
    await page.goto(server.url);
  });

  it('joins three AAC tracks with no sample between them', async () => {
    const all = ['a1', 'a2', 'a3'].map((id) => recorded({ id, family: 'aac', sampleRateHz: 44_100 }));
    const { gaps, waits } = await hearThrough(all);
    console.info('AAC 44.1 x3: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.1);
    expect(waits).toBe(0);
  });

  it('joins three FLAC tracks with no sample between them', async () => {
    const all = ['f1', 'f2', 'f3'].map((id) => recorded({ id, family: 'flac', sampleRateHz: 44_100 }));
    const { gaps, waits } = await hearThrough(all);
    console.info('FLAC 44.1 x3: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.1);
    expect(waits).toBe(0);
  });

  it('joins tracks of other rates and codecs within one sample', async () => {
    const all = [
      recorded({ id: 'a1', family: 'aac', sampleRateHz: 44_100 }),
      recorded({ id: 'a48', family: 'aac', sampleRateHz: 48_000 }),
      recorded({ id: 'f96', family: 'flac', sampleRateHz: 96_000, bits: 24 }),
      recorded({ id: 'f1', family: 'flac', sampleRateHz: 44_100 }),
    ];
    const { gaps, waits } = await hearThrough(all);
    console.info('AAC44 > AAC48 > FLAC96/24 > FLAC44: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThanOrEqual(1);
    expect(waits).toBe(0);
  });
});
