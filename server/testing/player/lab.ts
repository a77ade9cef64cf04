/** The deck's laboratory: a Chromium page with the deck and a tap behind it, recordings cut on demand, and the server's faults. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Item } from '../../../web/player/engine/timeline.ts';
import { findChromium, openBrowser } from './browser.ts';
import { findPart, gapAtJoin } from './correlate.ts';
import { openLabServer, type LabServer } from './lab-server.ts';
import { cutRecording, findFfmpeg, type Cut, type Recorded } from './recordings.ts';

const chromium = findChromium();
const ffmpeg = findFfmpeg();
export const able = chromium !== undefined && ffmpeg !== undefined;
if (!able)
  console.warn('NOT TESTED: the deck needs chromium and ffmpeg on this machine (apt-get install chromium ffmpeg)');

export const RATE_HZ = 44_100;

/** What a browser must be able to do to be heard here; scripts are text, answers what JSON can say. */
export type LabPage = {
  goto(url: string): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
  close(): Promise<unknown>;
};
export type LabBrowser = {
  newPage(): Promise<LabPage>;
  /** The processes that pages run in. */
  renderers?: () => Promise<number[]>;
  close(): Promise<void>;
};

export type Lab = {
  server: LabServer;
  /** A fresh page, no faults. */
  reset(): Promise<void>;
  run<T>(script: string, value?: unknown): Promise<T>;
  recorded(cut: Omit<Cut, 'totalSamples'> & { sec?: number; totalSamples?: number }): Recorded;
  tapped(): Promise<Float32Array>;
  until(condition: string, timeoutMs?: number): Promise<void>;
  /** The process that the page runs in stands still for a while, as on a machine that sleeps. */
  freeze(sec: number): Promise<void>;
  close(): Promise<void>;
};

export const items = (...all: Recorded[]): Item[] => all.map(({ recording }) => ({ key: recording.id, recording }));

async function openChromium(): Promise<LabBrowser> {
  const browser = await openBrowser(chromium as string, ['--js-flags=--expose-gc', '--enable-precise-memory-info']);
  return {
    newPage: () => browser.newPage(),
    async renderers() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    },
    close: () => browser.close(),
  };
}

export async function openLab(open: () => Promise<LabBrowser> = openChromium): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'evensong-deck-'));
  const made = new Map<string, Recorded>();
  const server = await openLabServer(dir);
  const browser = await open();
  let page: LabPage | undefined;
  const run = <T>(script: string, value?: unknown): Promise<T> =>
    (page as LabPage).evaluate(`(async (value) => { ${script} })(${JSON.stringify(value ?? null)})`) as Promise<T>;
  return {
    server,
    async reset() {
      const none = { delayMs: 0, bitsPerSec: 0, status: 0, statusLeft: Infinity, cutAfterBytes: 0, only: '/media/' };
      Object.assign(server.faults, none);
      await page?.close();
      page = await browser.newPage();
      await page.goto(server.url);
    },
    run,
    recorded({ sec = 2.4, ...cut }) {
      const known = made.get(cut.id);
      if (known) return known;
      const totalSamples = cut.totalSamples ?? Math.round(sec * cut.sampleRateHz) + 777;
      const fresh = cutRecording(ffmpeg as string, { ...cut, totalSamples }, { dir, tapRateHz: RATE_HZ });
      made.set(cut.id, fresh);
      return fresh;
    },
    async tapped() {
      const bytes = Buffer.from(await run<string>('return lab.drain()'), 'base64');
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    },
    async until(condition, timeoutMs = 60_000) {
      // Asked from here: a page whose timers are slowed down is not asked by its own.
      const endMs = Date.now() + timeoutMs;
      while (!(await run(`return ${condition}`))) {
        if (Date.now() > endMs) throw new Error(`Not within ${timeoutMs} ms: ${condition}`);
        await sleep(50);
      }
    },
    async freeze(sec) {
      const pids = (await browser.renderers?.()) ?? [];
      expect(pids.length).toBeGreaterThan(0);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      await sleep(sec * 1000);
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Heard = { gaps: number[]; waits: number; tap: Float32Array };

/** Plays from shortly before the first join until shortly after the last one. */
export async function hearJoins(lab: Lab, line: Item[], pcms: readonly Float32Array[]): Promise<Heard> {
  await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value, 1.2)', line);
  const waitsAtStart = await lab.run<number>('return lab.heard.waits');
  const last = line.at(-1)?.key;
  await lab.until(`lab.deck.current()?.key === '${last}' && lab.deck.positionSec() > 0.6`);
  const tap = await lab.tapped();
  const waits = (await lab.run<number>('return lab.heard.waits')) - waitsAtStart;
  return { gaps: gapsIn(tap, pcms), waits, tap };
}

export function gapsIn(tap: Float32Array, pcms: readonly Float32Array[]): number[] {
  return pcms.slice(1).map((after, i) => {
    const join = gapAtJoin(tap, pcms[i] as Float32Array, after);
    expect(join.likeness).toBeGreaterThan(0.95);
    return Math.round(join.gap * 100) / 100 + 0;
  });
}

/** The difference between the tap and what was sent, root mean square in dBFS, over 1,000 samples from one of it on. */
export function errorAround(tap: Float32Array, pcm: Float32Array, at: number): number {
  const width = 1000;
  const anchor = findPart(tap, pcm.subarray(at - 9000, at - 9000 + 4096), { from: 0, to: tap.length });
  const shift = Math.round(anchor.at) - (at - 9000);
  let sum = 0;
  for (let i = at; i < at + width; i++) sum += ((tap[i + shift] ?? 0) - (pcm[i] ?? 0)) ** 2;
  return Math.round(100 * Math.log10(Math.max(1e-15, sum / width))) / 10;
}
