import { describe, expect, test } from 'vitest';
import { createOutline } from './outline.ts';
import { createSoundReader } from './sound-reader.ts';

const RATE = 48_000;

/** Both channels the same, as ffmpeg pours them. */
const pour = (frames: number, at: (frame: number) => number): Buffer => {
  const samples = new Float32Array(frames * 2);
  for (let i = 0; i < frames; i++) samples[2 * i] = samples[2 * i + 1] = at(i);
  return Buffer.from(samples.buffer);
};
const read = (sound: Buffer, chunk = sound.length) => {
  const reader = createSoundReader();
  for (let at = 0; at < sound.length; at += chunk) reader.push(sound.subarray(at, at + chunk));
  return reader.end();
};
const decibels = (linear: number): number => 20 * Math.log10(linear);

describe('the outline of a sound', () => {
  test('it says the same however the bytes are cut', () => {
    const sound = pour(20_011, (i) => Math.sin(i / 9) * Math.min(1, i / 20_000));
    const whole = read(sound);
    for (const chunk of [1, 3, 4093, 65_536]) expect(read(sound, chunk)).toEqual(whole);
    expect(whole.frames).toBe(20_011);
  });
  test('it rises where the sound rises, on a scale of 255', () => {
    const { peaks, rms } = read(pour(RATE * 4, (i) => (i < RATE * 2 ? 0.25 : 1) * (i % 2 ? 1 : -1))).points;
    expect(peaks.length).toBe(600);
    expect([peaks[10], peaks[590], rms[10], rms[590]]).toEqual([64, 255, 64, 255]);
  });
  test('a click of 10 ms has as many points as it has stretches, silence is flat, nothing is empty', () => {
    expect(read(pour(480, () => 0.5)).points.peaks.length).toBe(8);
    expect(Math.max(...read(pour(RATE, () => 0)).points.peaks)).toBe(0);
    expect(read(Buffer.alloc(0))).toEqual({
      points: { peaks: new Uint8Array(), rms: new Uint8Array() },
      truePeak: 0,
      frames: 0,
    });
  });
  test('a day takes no more memory than a minute, and a short sound at its end is still seen', () => {
    const outline = createOutline();
    const cells = (24 * 3600 * RATE) / 64 / 100;
    for (let i = 0; i < cells; i++) outline.add(i > cells - 2000 ? 1 : 0.1, 0.01 * 64, 64);
    const { peaks } = outline.points();
    expect(peaks.length).toBe(600);
    expect([peaks[0], peaks.at(-1)]).toEqual([26, 255]);
  });
  test('half a sample at the end, and samples that are no numbers, count for nothing', () => {
    const sound = pour(4000, (i) => (i === 2000 ? Number.NaN : i === 2500 ? Infinity : 0.5));
    const { truePeak, points } = read(Buffer.concat([sound, Buffer.from([1, 2, 3])]));
    expect(truePeak).toBeLessThan(0.75);
    expect(Math.max(...points.peaks)).toBeLessThanOrEqual(128);
  });
});

describe('the true peak', () => {
  test('a tone at a quarter of the rate reaches 3 dB above its samples', () => {
    const { truePeak } = read(pour(RATE, (i) => Math.sin((Math.PI / 2) * i + Math.PI / 4)));
    expect(decibels(truePeak)).toBeGreaterThan(-0.1);
    expect(decibels(truePeak)).toBeLessThan(0.15);
  });
  test('what a sample reaches is never understated, and samples above full scale are told', () => {
    expect(read(pour(1000, (i) => (i === 500 ? 1.5 : 0))).truePeak).toBeGreaterThanOrEqual(1.5);
    expect(read(pour(100, (i) => (i === 99 ? -0.75 : 0))).truePeak).toBeGreaterThanOrEqual(0.75);
  });
});
