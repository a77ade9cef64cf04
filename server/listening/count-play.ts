export type Outcome = 'completed' | 'skipped' | 'stopped';

const FOUR_MINUTES_MS = 240_000;

/** Half of it, or four minutes: then it counts as played, whatever came after. */
export const countsAsPlay = ({ playedMs, durationMs }: { playedMs: number; durationMs: number }): boolean =>
  playedMs >= FOUR_MINUTES_MS || (durationMs > 0 && playedMs * 2 >= durationMs);

const DAY_MS = 86_400_000;

/** A clock that is a little off is forgiven; a listen of next week is not. */
export const isPlausibleStart = (startedAtMs: number, nowMs: number): boolean =>
  Number.isFinite(startedAtMs) && startedAtMs > 0 && startedAtMs < nowMs + DAY_MS;
