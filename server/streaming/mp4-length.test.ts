import { describe, expect, test } from 'vitest';
import { box, words } from '../testing/mp4-boxes.ts';
import { musicSecondsOf } from './mp4-length.ts';

const HALF_A_SECOND = 22_050;
const header = (type: 'mvhd' | 'mdhd', duration: number): Buffer => box(type, words(0, 0, 0, 44_100, duration));
const trak = (handler: string, ...more: Buffer[]): Buffer =>
  box(
    'trak',
    box('edts', box('elst', words(0, 1, HALF_A_SECOND, 1024, 0x10000))),
    box('mdia', header('mdhd', HALF_A_SECOND + 1024), box('hdlr', words(0, 0), Buffer.from(handler)), ...more),
  );
/** Empty boxes, `bytes` of them. */
const empty = (bytes: number): Buffer => Buffer.alloc(bytes, box('free'));
const A_LOT = 4 << 20;

const timed = (moov: Buffer): { seconds: number | undefined; ms: number } => {
  const began = performance.now();
  return { seconds: musicSecondsOf(moov), ms: performance.now() - began };
};

describe('the length that a movie header promises', () => {
  test('is that of its first sound track, whatever comes before it', () => {
    const moov = box('moov', header('mvhd', HALF_A_SECOND), trak('vide'), trak('soun'), empty(800));
    expect(musicSecondsOf(moov)).toBe(0.5);
  });

  const traks = (boxes: number): Buffer[] => Array.from({ length: 50 }, () => trak('vide', empty(boxes * 8)));
  test.each([
    ['in the movie', [empty(A_LOT), trak('soun')]],
    ['in a track', [trak('soun', empty(A_LOT))]],
    ['in many tracks, a part of them in each', [...traks(9000), trak('soun')]],
    ['in each of many tracks', [...traks(11_000), trak('soun')]],
    ['as tracks', [Buffer.alloc(A_LOT, box('trak')), trak('soun')]],
  ])('is unknown where there are more boxes than any music has: %s', (_name, boxes) => {
    const moov = box('moov', header('mvhd', HALF_A_SECOND), ...boxes);
    const { seconds, ms } = timed(moov);
    expect(seconds).toBeUndefined();
    expect(ms).toBeLessThan(20);
  });

  test('is unknown where its edits are more than any music has', () => {
    const edits = box('elst', words(0, 1 + A_LOT / 12, HALF_A_SECOND, 1024, 0x10000), Buffer.alloc(A_LOT, 0xff));
    const moov = box('moov', header('mvhd', HALF_A_SECOND), box('trak', box('edts', edits), trak('soun').subarray(8)));
    const { seconds, ms } = timed(moov);
    expect(seconds).toBeUndefined();
    expect(ms).toBeLessThan(20);
  });
});
