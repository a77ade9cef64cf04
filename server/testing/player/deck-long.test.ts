/**
 * What the deck promises that takes minutes to hear or a quiet machine to measure: slow links, starts by the clock, a
 * thousand joins, hi-res within the browser's quota, a tab whose timers hardly run. In `npm run check` alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deep } from '../depth.ts';
import { able, gapsIn, hearJoins, items, openLab, type Lab } from './lab.ts';
import type { Recorded } from './recordings.ts';
import { describeWhere } from '../describe-where.ts';

const aac = { family: 'aac', sampleRateHz: 44_100 } as const;
const median = (times: number[]): number => Math.round(times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0);

if (!deep) console.info('Left to npm run check: the deck on slow links, by the clock and over a thousand joins');

describeWhere(able && deep, 'needs chromium and ffmpeg; takes minutes: npm run check')('the deck, at length', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(async () => {
    await lab?.close();
  });
  beforeEach(() => lab.reset());

  const pair = (): Recorded[] => ['aac1', 'aac2', 'aac3'].map((id) => lab.recorded({ ...aac, id, sec: 7 }));

  for (const leftSec of [5, 1.5]) {
    it(`replaces the prepared next track ${leftSec} s before the join`, async () => {
      const [first, wrong, right] = pair() as [Recorded, Recorded, Recorded];
      await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value, 1)', items(first, wrong));
      await lab.until(`lab.deck.remainingSec() < ${leftSec + 0.03}`);
      await lab.run('lab.deck.follow(value)', items(right));
      await lab.until(`lab.deck.current()?.key === 'aac3' && lab.deck.positionSec() > 0.6`);
      const [gap] = gapsIn(await lab.tapped(), [first.pcm, right.pcm]);
      console.info('replaced at T -', leftSec, 's: gap', gap);
      expect(Math.abs(gap ?? 9)).toBeLessThan(0.1);
    });
  }

  for (const kbps of [220, 110]) {
    it(`plays on a link of ${kbps} kbit/s without a stop, once it is known`, async () => {
      const track = lab.recorded({ ...aac, id: 'ladder', sec: 25, kbps: [256, 128, 64] });
      lab.server.faults.bitsPerSec = kbps * 1000;
      const saved = kbps * 1000;
      await lab.run(`await lab.open({ rateHz: 44100, savedBps: ${saved} }); await lab.play(value)`, items(track));
      await lab.until('!lab.audio.paused && lab.deck.positionSec() > 0.2');
      const waits = await lab.run<number>('return lab.heard.waits');
      await lab.until('lab.deck.positionSec() > 14');
      const more = (await lab.run<number>('return lab.heard.waits')) - waits;
      console.info(kbps, 'kbit/s, estimate saved: waits in 14 s', more);
      expect(more).toBe(0);
    });
  }

  it('sounds within a moment of the click, and of a seek', async () => {
    const tracks = ['aac1', 'aac2'].map((id) => lab.recorded({ ...aac, id, sec: 7 }));
    const far = lab.recorded({ ...aac, id: 'far', sec: 120 });
    const measure = async (delayMs: number) => {
      await lab.reset();
      lab.server.faults.delayMs = delayMs;
      await lab.run('await lab.open({ rateHz: 44100 })');
      const times: Record<string, number[]> = { click: [], warmed: [], seek: [] };
      const sound = 'lab.audio.pause(); await new Promise((r) => setTimeout(r, 150)); return lab.timeToSound(() =>';
      for (let i = 0; i < 10; i++) {
        const item = (name: string, of: Recorded) => ({ ...items(of)[0], key: `${name}${i}` });
        const track = tracks[i % 2] as Recorded;
        times['click']?.push(await lab.run<number>(`${sound} lab.play([value]))`, item('click', track)));
        await lab.run('await lab.deck.warm(value)', item('warm', track));
        times['warmed']?.push(await lab.run<number>(`${sound} lab.play([value]))`, item('warm', track)));
        await lab.run('await lab.play([value])', item('far', far));
        const toSec = 60 + 5 * i;
        times['seek']?.push(await lab.run<number>(`${sound} (lab.deck.seek(${toSec}), lab.start()))`));
      }
      return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
    };
    const near = await measure(0);
    const away = await measure(80);
    console.info('to sound, median of 10, ms: loopback', near, '80 ms away', away);
    expect(near['click']).toBeLessThanOrEqual(60);
    expect(near['seek']).toBeLessThanOrEqual(60);
    expect(near['warmed']).toBeLessThanOrEqual(40);
    expect(away['warmed']).toBeLessThanOrEqual(40);
    expect(away['click']).toBeLessThanOrEqual(130);
  });

  it(
    'plays ten minutes of hi-res, far past the quota of the browser, without a stop',
    { timeout: 720_000 },
    async () => {
      const cut = { family: 'flac', sampleRateHz: 96_000, bits: 24, id: 'hires', sec: 600 } as const;
      await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(lab.recorded(cut)));
      const waits = await lab.run<number>('return lab.heard.waits');
      await lab.until('lab.heard.ended > 0', 660_000);
      expect(await lab.run<number>('return lab.heard.waits')).toBe(waits);
    },
  );

  it('gives a hung segment up after 12 s and plays on', async () => {
    Object.assign(lab.server.faults, { status: 2, statusLeft: 1, only: '/3.m4s' });
    await lab.run(
      'await lab.open({ rateHz: 44100 }); await lab.play(value)',
      items(lab.recorded({ ...aac, id: 'hung', sec: 25 })),
    );
    const waits = await lab.run<number>('return lab.heard.waits');
    await lab.until('lab.heard.ended > 0');
    console.info('hung segment: waits', (await lab.run<number>('return lab.heard.waits')) - waits);
    expect(await lab.run('return lab.heard.gone')).toEqual([]);
  });

  it('plays on without a break while the server is away for eleven seconds', async () => {
    const track = lab.recorded({ ...aac, id: 'away', sec: 40, segmentSamples: 92_160 });
    // Too slow to have all of it in hand at once.
    Object.assign(lab.server.faults, { delayMs: 150, bitsPerSec: 900_000 });
    await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(track));
    const waits = await lab.run<number>('return lab.heard.waits');
    await lab.until('lab.deck.bufferedSec() > 12');
    Object.assign(lab.server.faults, { delayMs: 0, status: 1, statusLeft: Infinity, only: '/away/' });
    await sleep(11_000);
    expect(await lab.run<number>('return lab.deck.bufferedSec()')).toBeLessThan(6);
    lab.server.faults.status = 0;
    await lab.until('lab.heard.ended > 0');
    expect(await lab.run('return lab.heard.states')).toContain('retrying');
    expect(await lab.run<number>('return lab.heard.waits')).toBe(waits);
    expect(await lab.run('return lab.heard.gone')).toEqual([]);
  });

  it('goes on at the same place after its process stood still for twelve seconds', async () => {
    const track = lab.recorded({ ...aac, id: 'frozen', sec: 25 });
    await lab.run('await lab.open({ rateHz: 44100 }); await lab.play(value)', items(track));
    await lab.until('lab.deck.positionSec() > 3');
    const before = await lab.run<number>('return lab.deck.positionSec()');
    await lab.freeze(12);
    const after = await lab.run<number>('return lab.deck.positionSec()');
    console.info('before and after standing still', before, after);
    expect(after - before).toBeLessThan(2.5);
    await lab.until('lab.heard.ended > 0');
    expect(await lab.run('return lab.heard.gone')).toEqual([]);
    expect(await lab.run('return lab.heard.fails')).toBe(0);
  });

  it('joins exactly in a tab whose timers fire once a minute', async () => {
    const all = ['1', '2', '3'].map((n) => lab.recorded({ ...aac, id: `timer${n}` }));
    await lab.run(
      'const real = setTimeout; globalThis.setTimeout = (act, ms, ...more) => real(act, Math.max(60000, ms), ...more);',
    );
    const { gaps, waits } = await hearJoins(
      lab,
      items(...all),
      all.map(({ pcm }) => pcm),
    );
    console.info('timers at one a minute: gaps', gaps, 'waits', waits);
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.1);
    expect(waits).toBe(0);
  });

  it('keeps its memory over a thousand joins', { timeout: 420_000 }, async () => {
    const tiny = ['1', '2', '3', '4'].map((n) => lab.recorded({ ...aac, id: `tiny${n}`, sec: 0.15 }));
    const line = Array.from({ length: 1000 }, (_, i) => ({ ...items(tiny[i % 4] as Recorded)[0], key: `k${i}` }));
    const heapMb = (): Promise<number> =>
      lab.run('gc(); gc(); lab.drain(); return performance.memory.usedJSHeapSize / 1e6');
    await lab.run(
      `lab.line = value; await lab.open({ rateHz: 44100 });
       lab.audio.addEventListener('timeupdate', () => {
         const at = value.findIndex(({ key }) => key === lab.deck.current()?.key);
         if (at >= 0) lab.deck.follow(value.slice(at + 1, at + 8));
         lab.drain();
       });
       await lab.play(value.slice(0, 8))`,
      line,
    );
    await lab.until(`Number(lab.deck.current()?.key.slice(1)) > 100`, 60_000);
    const before = await heapMb();
    await lab.until(`Number(lab.deck.current()?.key.slice(1)) > 990`, 300_000);
    const after = await heapMb();
    console.info('heap after 100 joins', before.toFixed(1), 'MB, after 990', after.toFixed(1));
    expect(after - before).toBeLessThanOrEqual(5);
  });
});
