import { describe, expect, it } from 'vitest';
import { chooseLevel, createBandwidth } from './bandwidth.ts';
import { decideAfterFailure, pause } from './loader.ts';

describe('the link', () => {
  it('is what was saved until something was measured', () => {
    const link = createBandwidth(220_000);
    expect(link.bps()).toBe(220_000);
    link.sample(100_000, 1000);
    expect(link.bps()).toBeCloseTo(800_000, 0);
  });

  it('is believed to be slow at once and fast only after a while', () => {
    const link = createBandwidth();
    for (let i = 0; i < 20; i++) link.sample(1_000_000, 1000);
    link.sample(12_500, 3000);
    const dropped = link.bps();
    expect(dropped).toBeLessThan(4_300_000);
    link.sample(1_000_000, 500);
    expect(link.bps()).toBeLessThan(8_000_000);
  });

  it('learns nothing from an init segment', () => {
    const link = createBandwidth();
    link.sample(800, 1);
    expect(link.bps()).toBe(0);
  });
});

describe('the level', () => {
  const rates = [256, 128, 64];
  it('falls when the link is hardly faster than the music', () => {
    expect(chooseLevel(rates, 0, { bps: 220_000, aheadSec: 5 })).toBe(1);
    expect(chooseLevel(rates, 0, { bps: 110_000, aheadSec: 5 })).toBe(2);
    expect(chooseLevel(rates, 0, { bps: 10_000, aheadSec: 5 })).toBe(2);
  });
  it('rides out a dip with a full buffer', () => {
    expect(chooseLevel(rates, 0, { bps: 110_000, aheadSec: 21 })).toBe(0);
  });
  it('rises only with room to spare and 10 s in hand', () => {
    expect(chooseLevel(rates, 1, { bps: 350_000, aheadSec: 30 })).toBe(1);
    expect(chooseLevel(rates, 1, { bps: 450_000, aheadSec: 9 })).toBe(1);
    expect(chooseLevel(rates, 1, { bps: 450_000, aheadSec: 11 })).toBe(0);
  });
});

describe('a failed fetch', () => {
  it('is asked again with growing pauses, never more than 15 s', () => {
    const pauses = [0, 1, 2, 3, 6, 7, 8, 9, 50].map((attempt) => decideAfterFailure(503, attempt));
    expect(pauses.map((f) => (f.kind === 'retry' ? f.afterMs : 0))).toEqual([
      300, 1000, 2000, 2000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
  });
  it('waits as long as the server says, within reason', () => {
    expect(decideAfterFailure(503, 0, 2)).toEqual({ kind: 'retry', afterMs: 2000 });
    expect(decideAfterFailure(429, 0, 3600)).toEqual({ kind: 'retry', afterMs: 15_000 });
  });
  it('holds for a sign-in, and gives up a file only when it is missing twice', () => {
    expect(decideAfterFailure(401, 0)).toEqual({ kind: 'sign-in' });
    expect(decideAfterFailure(404, 0).kind).toBe('retry');
    expect(decideAfterFailure(410, 1).kind).toBe('gone');
  });
  it('leaves no listener behind after its pause', async () => {
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listening++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listening--, remove(...args));
    await pause(1, signal);
    expect(listening).toBe(0);
  });
});
