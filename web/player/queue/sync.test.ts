import { describe, expect, it } from 'vitest';
import type { Track } from '../track.ts';
import { EMPTY_QUEUE, type Queue } from './queue.ts';
import { mergeQueues, readStored } from './sync.ts';

const track = (id: string): Track => ({ id, title: id, artists: [], durationMs: 1000 });
const queue = (ids: string, index = 0, byYou = ''): Queue => ({
  ...EMPTY_QUEUE,
  index,
  entries: ids.split('').map((id, order) => ({ id, track: track(id), source: 's', byYou: byYou.includes(id), order })),
});
const ids = (merged: Queue): string => merged.entries.map(({ id }) => id).join('');

describe('two devices at one queue', () => {
  it('keeps what was added by hand on both, and takes away what the other removed', () => {
    const base = queue('abcd', 1);
    const ours = queue('abxcd', 1, 'x');
    const theirs = queue('abyc', 0, 'y');
    const merged = mergeQueues(base, ours, theirs);
    expect(ids(merged)).toBe('abxyc');
    expect(merged.index).toBe(1);
  });

  it('never takes away what plays here', () => {
    const merged = mergeQueues(queue('abc', 1), queue('abc', 1), queue('ac', 0));
    expect(ids(merged)).toBe('abc');
    expect(merged.entries[merged.index]?.id).toBe('b');
  });

  it('keeps the own queue when the other began an altogether new one', () => {
    expect(ids(mergeQueues(queue('abc'), queue('abc'), queue('xyz')))).toBe('abc');
    expect(ids(mergeQueues(undefined, queue('abc'), queue('xyz')))).toBe('abc');
  });

  it('leaves out entries whose track cannot be seen, and finds the place again', () => {
    const entry = (id: string, seen: boolean, order: number) => ({
      id,
      trackId: id,
      source: 's',
      byYou: false,
      order,
      track: seen ? track(id) : null,
    });
    const entries = [entry('a', false, 0), entry('b', true, 1), entry('c', true, 2)];
    const read = readStored({ entries, index: 2, positionMs: 5000 });
    expect(read.queue.index).toBe(1);
    expect(read.positionMs).toBe(5000);
    expect(readStored({ entries, index: 0, positionMs: 5000 }).positionMs).toBe(0);
  });
});
