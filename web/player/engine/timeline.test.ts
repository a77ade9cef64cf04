import { describe, expect, it } from 'vitest';
import {
  appendWindow,
  bufferedEnd,
  editListStart,
  endOf,
  entryAt,
  firstMissing,
  freshStart,
  relay,
  stretchOf,
} from './timeline.ts';
import type { Entry, Item, Recording } from './timeline.ts';

const N = 184_320;
const aac = (id: string, totalSamples: number, sampleRateHz = 44_100): Recording => ({
  id,
  codec: 'aac',
  sampleRateHz,
  totalSamples,
  segmentSamples: N,
  primingSamples: 1024,
  segmentCount: Math.ceil((Math.ceil(totalSamples / 1024) + 1) / 180),
  renditions: [{ kbps: 256, base: `/${id}`, init: `/${id}/init.mp4` }],
});
const item = (key: string, totalSamples = 1_000_003): Item => ({ key, recording: aac(key, totalSamples) });
const lay = (...items: Item[]): Entry[] => {
  const [first, ...rest] = items;
  if (!first) return [];
  const entry = { ...first, startSec: 0 };
  return relay([entry], rest, { current: entry, nowSec: 0 }).line;
};

describe('the timeline', () => {
  it('lays tracks end to end at their exact number of samples', () => {
    const line = lay(item('a', 441_001), item('b', 88_200));
    expect(line[1]?.startSec).toBe(441_001 / 44_100);
    expect(endOf(line[1] as Entry)).toBeCloseTo(441_001 / 44_100 + 2, 12);
  });

  it('gives an instant to the track that has begun, also a hair before its start', () => {
    const line = lay(item('a', 441_000), item('b'));
    expect(entryAt(line, 9.9)?.key).toBe('a');
    expect(entryAt(line, 9.99995)?.key).toBe('b');
  });

  it('asks for the segment under the playhead when nothing is buffered', () => {
    const line = lay(item('a'));
    expect(firstMissing(line, [], 0)).toMatchObject({ segment: 0, fromSec: 0 });
    expect(firstMissing(line, [], 10)?.segment).toBe(Math.floor((441_000 + 1024) / N));
  });

  it('goes on where the buffered stretch ends, and into the next track at its first segment', () => {
    const line = lay(item('a'), item('b'));
    const firstEnd = (N - 1024) / 44_100;
    expect(firstMissing(line, [[0, firstEnd]], 1)?.segment).toBe(1);
    const whole = endOf(line[0] as Entry);
    const next = firstMissing(line, [[0, whole - 1e-6]], 1);
    expect(next?.segment).toBe(0);
    expect(next?.entry.key).toBe('b');
    expect(firstMissing(line, [[0, whole]], 1)?.entry.key).toBe('b');
  });

  it('is complete when the last track is buffered to its end', () => {
    const line = lay(item('a'));
    expect(firstMissing(line, [[0, endOf(line[0] as Entry)]], 3)).toBeUndefined();
  });

  it('does not take a buffered stretch elsewhere for the one under the playhead', () => {
    expect(bufferedEnd([[20, 30]], 5)).toBe(5);
    expect(bufferedEnd([[4.96, 30]], 5)).toBe(30);
  });

  it('shifts AAC by its priming unless the edit list already does', () => {
    const [entry] = lay(item('a')) as [Entry];
    const missing = { entry, segment: 0, fromSec: 0 };
    expect(appendWindow([entry], missing, { nowSec: 0, editSamples: 0 }).offsetSec).toBe(-1024 / 44_100);
    expect(appendWindow([entry], missing, { nowSec: 0, editSamples: 1024 }).offsetSec).toBe(0);
    expect(appendWindow([entry], missing, { nowSec: 0, editSamples: 0 })).toMatchObject({
      startSec: 0,
      endSec: endOf(entry),
    });
  });

  it('keeps what is there of a half-filled segment', () => {
    const [entry] = lay(item('a')) as [Entry];
    expect(appendWindow([entry], { entry, segment: 0, fromSec: 2 }, { nowSec: 1, editSamples: 0 }).startSec).toBe(2);
    expect(appendWindow([entry], { entry, segment: 0, fromSec: 2 }, { nowSec: 2, editSamples: 0 }).startSec).toBe(0);
  });
});

describe('what comes next', () => {
  it('keeps prepared tracks that still fit and cuts from the first that does not', () => {
    const line = lay(item('a'), item('b'), item('c'));
    const current = line[0] as Entry;
    const relaid = relay(line, [item('b'), item('d')], { current, nowSec: 1 });
    expect(relaid.line.map(({ key }) => key)).toEqual(['a', 'b', 'd']);
    expect(relaid.line[1]).toBe(line[1]);
    expect(relaid.cutSec).toBe(line[2]?.startSec);
  });

  it('cuts nothing when a track is only added', () => {
    const line = lay(item('a'), item('b'));
    const relaid = relay(line, [item('b'), item('c')], { current: line[0] as Entry, nowSec: 1 });
    expect(relaid.cutSec).toBeUndefined();
    expect(relaid.line).toHaveLength(3);
  });

  it('does not replace the next track half a second before the join: its sound is already in the decoder', () => {
    const line = lay(item('a'), item('b'));
    const current = line[0] as Entry;
    const late = relay(line, [item('c')], { current, nowSec: endOf(current) - 0.3 });
    expect(late.line.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(late.cutSec).toBeUndefined();
    const early = relay(line, [item('c')], { current, nowSec: endOf(current) - 0.6 });
    expect(early.line.map(({ key }) => key)).toEqual(['a', 'c']);
  });

  it('lets a track follow itself', () => {
    const line = lay(item('a'), item('a'), item('a'));
    expect(line.map(({ startSec }) => startSec)).toEqual([0, 1_000_003 / 44_100, (2 * 1_000_003) / 44_100]);
  });

  it('starts an unprepared track on a whole second after everything, so that time only grows', () => {
    const line = lay(item('a', 441_001));
    expect(freshStart(line, [])).toBe(12);
    expect(freshStart(line, [[3, 14.2]])).toBe(16);
    expect(freshStart([], [])).toBe(0);
  });
});

describe('the edit list', () => {
  const box = (version: number, mediaTime: number): ArrayBuffer => {
    const view = new DataView(new ArrayBuffer(64));
    view.setUint32(8, 0x656c7374);
    view.setUint8(12, version);
    view.setUint32(16, 1);
    view.setInt32(version ? 32 : 24, mediaTime);
    return view.buffer;
  };
  it('is read in both widths, an empty edit counts as none', () => {
    expect(editListStart(box(0, 1024))).toBe(1024);
    expect(editListStart(box(1, 1024))).toBe(1024);
    expect(editListStart(box(0, -1))).toBe(0);
    expect(editListStart(new ArrayBuffer(100))).toBe(0);
  });
});

describe('an album as one recording', () => {
  const album = aac('album', 500_000);
  const track = (key: string, fromSample: number, samples: number): Item => ({
    key,
    recording: album,
    span: { fromSample, samples },
  });
  const line = lay(track('a', 0, 150_000), track('b', 150_000, 200_000), item('c'), track('d', 350_000, 100_000));
  const [a, b, c] = line as [Entry, Entry, Entry];

  it('lets neighbours share what is appended, and nobody else', () => {
    expect(stretchOf(line, a)).toEqual({ first: a, last: b });
    expect(stretchOf(line, b)).toEqual({ first: a, last: b });
    expect(stretchOf(line, c)).toEqual({ first: c, last: c });
  });

  it('fetches the segment that holds a join once, for both', () => {
    const window = appendWindow(line, { entry: a, segment: 0, fromSec: 0 }, { nowSec: 0, editSamples: 0 });
    expect(window.startSec).toBe(0);
    expect(window.endSec).toBeCloseTo(350_000 / 44_100, 9);
    const firstEnd = (N - 1024) / 44_100;
    expect(firstEnd).toBeGreaterThan(endOf(a));
    const missing = firstMissing(line, [[0, firstEnd]], 1);
    expect(missing).toMatchObject({ segment: 1, entry: { key: 'b' } });
    if (missing) expect(appendWindow(line, missing, { nowSec: 1, editSamples: 0 }).offsetSec).toBe(window.offsetSec);
  });

  it('begins in the middle of the album where the queue does', () => {
    const alone = lay(track('b', 150_000, 200_000));
    const missing = firstMissing(alone, [], 0);
    expect(missing?.segment).toBe(0);
    expect(firstMissing(alone, [], 2)?.segment).toBe(1);
    if (missing)
      expect(appendWindow(alone, missing, { nowSec: 0, editSamples: 0 }).offsetSec).toBeCloseTo(-151_024 / 44_100, 9);
  });
});
