import { describe, expect, test, vi } from 'vitest';
import { createSlots } from './slots.ts';
import type { Slots, Ticket } from './slots.ts';

const must = (ticket: Ticket | undefined): Ticket => {
  if (!ticket) throw new Error('refused');
  return ticket;
};
const play = (slots: Slots, owner = 'ida', preempt?: () => void) =>
  must(slots.claim({ kind: 'playing', owner, preempt }));
const later = (slots: Slots, preempt?: () => void) => must(slots.claim({ kind: 'background', owner: 'job', preempt }));

describe('who may run ffmpeg now', () => {
  test('background work fills the cores and waits for the rest', () => {
    const slots = createSlots({ cores: 2 });
    const work = [later(slots), later(slots), later(slots)];
    expect(work.map((it) => it.running())).toEqual([true, true, false]);
    work[0]?.release();
    expect(work[2]?.running()).toBe(true);
  });
  test('somebody who waits to play takes the slot of the latest background run', () => {
    const slots = createSlots({ cores: 2 });
    const killed: string[] = [];
    later(slots, () => killed.push('first'));
    later(slots, () => killed.push('second'));
    expect(play(slots).running()).toBe(true);
    expect(killed).toEqual(['second']);
  });
  test('one that was stopped may be dying while the next one starts, but not two', () => {
    vi.useFakeTimers();
    const slots = createSlots({ cores: 2 });
    const [first, second] = [later(slots, () => undefined), later(slots, () => undefined)];
    expect(play(slots, 'a').running()).toBe(true);
    const [b, c] = [play(slots, 'b'), later(slots)];
    expect([b.running(), c.running()]).toEqual([false, false]);
    second.release();
    expect([b.running(), c.running()]).toEqual([true, false]);
    b.release();
    expect(c.running()).toBe(true);
    first.release();
    vi.useRealTimers();
  });
  test('one that hangs and does not die holds nobody up for longer than half a second', () => {
    vi.useFakeTimers();
    const slots = createSlots({ cores: 2 });
    for (let i = 0; i < 2; i++) later(slots, () => undefined);
    play(slots, 'a');
    const b = play(slots, 'b');
    vi.advanceTimersByTime(400);
    expect(b.running()).toBe(false);
    vi.advanceTimersByTime(200);
    expect(b.running()).toBe(true);
    vi.useRealTimers();
  });
  test('with nothing to take from, two more run than there are cores, and then nobody', () => {
    const slots = createSlots({ cores: 2 });
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => play(slots, name));
    expect(people.map((it) => it.running())).toEqual([true, true, true, true, false]);
    people[0]?.release();
    expect(people[4]?.running()).toBe(true);
  });
  test('one listener has three at a time and cannot starve another', () => {
    const slots = createSlots({ cores: 2 });
    const ida = Array.from({ length: 6 }, () => play(slots, 'ida'));
    expect(ida.filter((it) => it.running())).toHaveLength(3);
    expect(play(slots, 'ole').running()).toBe(true);
  });
  test('listeners take turns in the queue', () => {
    const slots = createSlots({ cores: 1, overflow: 0 });
    const first = play(slots, 'ida');
    const again = play(slots, 'ida');
    const other = play(slots, 'ole');
    first.release();
    expect([again.running(), other.running()]).toEqual([false, true]);
  });
  test('the seventeenth that waits is refused, others are not', () => {
    const slots = createSlots({ cores: 1, overflow: 0 });
    for (let i = 0; i < 17; i++) play(slots, 'ida');
    expect(slots.claim({ kind: 'playing', owner: 'ida' })).toBeUndefined();
    expect(slots.claim({ kind: 'playing', owner: 'ole' })).toBeDefined();
  });
  test('a run that nobody waits for any more gives way at once', () => {
    const slots = createSlots({ cores: 1, overflow: 0 });
    let stopped = false;
    const mine = play(slots, 'ida', () => (stopped = true));
    const next = play(slots, 'ole');
    expect(next.running()).toBe(false);
    mine.become('background');
    expect([stopped, next.running()]).toEqual([true, true]);
  });
  test('a queued work that somebody begins to wait for goes first', () => {
    const slots = createSlots({ cores: 1, overflow: 0 });
    const busy = play(slots, 'x');
    const [one, two] = [later(slots), later(slots)];
    two.become('playing');
    busy.release();
    expect([one.running(), two.running()]).toEqual([false, true]);
  });
  test('releasing twice, or while waiting, loses no slot', () => {
    const slots = createSlots({ cores: 1, overflow: 0 });
    const one = play(slots);
    const two = play(slots);
    two.release();
    one.release();
    one.release();
    expect(slots.counts()).toEqual({ running: 0, playing: 0, waiting: 0 });
  });
});
