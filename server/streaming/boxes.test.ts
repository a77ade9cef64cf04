import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { box, words } from '../testing/mp4-boxes.ts';
import { boxesIn, faultOf, findBoxes, readSegment, withPrimingEdit } from './boxes.ts';

const segment = (decodeTime: number, durations: number[], data = 100): Buffer =>
  Buffer.concat([
    box('styp', words(1)),
    box(
      'moof',
      box('mfhd', words(0, 1)),
      box(
        'traf',
        box('tfhd', words(0x020000, 1)),
        box('tfdt', words(0x01000000, 0, decodeTime)),
        box('trun', words(0x100, durations.length, ...durations)),
      ),
    ),
    box('mdat', Buffer.alloc(data)),
  ]);

describe('reading segments', () => {
  test('decode time and duration are read', () => {
    expect(readSegment(segment(184_320, [1024, 1024, 1000]))).toEqual({
      kind: 'segment',
      decodeTime: 184_320,
      duration: 3048,
      frames: 3,
    });
  });
  test('a whole one has no fault, one off the grid has', () => {
    const bytes = segment(0, [1024]);
    expect(faultOf(bytes, { start: 0, samples: 1024 })).toBeUndefined();
    expect(faultOf(bytes, { start: 184_320, samples: 1024 })).toBe('it starts at 0, not at 184320');
    expect(faultOf(bytes, { start: 0, samples: 2048 })).toBe('it lasts 1024 samples, not 2048');
  });
  test('cut anywhere, it is broken', () => {
    const bytes = segment(0, [1024, 1024]);
    for (let length = 0; length < bytes.length; length++)
      expect(readSegment(bytes.subarray(0, length)).kind, String(length)).toBe('broken');
  });
  test('noise never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const bytes = Buffer.from(noise);
        boxesIn(bytes);
        expect(['segment', 'broken']).toContain(readSegment(bytes).kind);
      }),
    );
  });
  test('a bit flipped in a good one never throws', () => {
    const good = segment(0, [1024, 1024]);
    for (let at = 0; at < good.length - 100; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0xff;
      expect(['segment', 'broken']).toContain(readSegment(bad).kind);
    }
  });
});

test('the edit list is set to the priming, once, and nothing else changes', () => {
  const init = box('moov', box('trak', box('edts', box('elst', words(0, 1, 0, 0, 0x10000)))));
  const patched = withPrimingEdit(init, 1024);
  expect(patched).toHaveLength(init.length);
  const [elst] = findBoxes(patched, ['moov', 'trak', 'edts', 'elst']);
  expect(patched.readInt32BE((elst?.bodyStart ?? 0) + 12)).toBe(1024);
  expect(patched.filter((byte, i) => byte !== init[i])).toHaveLength(1);
  expect(withPrimingEdit(patched, 2048)).toEqual(patched);
});
