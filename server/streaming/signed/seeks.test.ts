import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSeeks } from './seeks.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a wish far away ends the older wait, after the time in which its listener would have hung up', () => {
  const seeks = createSeeks();
  const [old, elsewhere] = [seeks.begin('ida', 2), seeks.begin('ole', 2)];
  vi.advanceTimersByTime(1000);
  const later = seeks.begin('ida', 40);
  vi.advanceTimersByTime(200);
  expect(old.signal.aborted).toBe(false);
  vi.advanceTimersByTime(100);
  expect(old.signal.aborted).toBe(true);
  expect(old.signal.reason).toMatchObject({ code: 'streaming/gave-way', status: 503 });
  vi.advanceTimersByTime(10_000);
  expect([later.signal.aborted, elsewhere.signal.aborted]).toEqual([false, false]);
});

test('wishes near each other share a run, and who was answered in time is not ended', () => {
  const seeks = createSeeks();
  const [near, answered] = [seeks.begin('ida', 5), seeks.begin('ida', 4)];
  seeks.begin('ida', 8);
  answered.done();
  vi.advanceTimersByTime(1000);
  expect([near.signal.aborted, answered.signal.aborted]).toEqual([false, false]);
  const [before] = [seeks.begin('ida', 20)];
  seeks.begin('ida', 60);
  before.done();
  vi.advanceTimersByTime(1000);
  expect(before.signal.aborted).toBe(false);
});
