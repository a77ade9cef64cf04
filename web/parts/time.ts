/*
 * Times as people read them. Instants come as ISO text or epoch milliseconds, durations as milliseconds. `nowMs` is
 * handed in: nothing here looks at a clock.
 */
export type Instant = string | number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const two = (n: number): string => String(n).padStart(2, '0');

/** 298000 -> "4:58", 3723000 -> "1:02:03" */
export const clockTime = (durationMs: number): string => {
  const seconds = Math.round(durationMs / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** 2640000 -> "44 min", 12060000 -> "3 h 21 min" */
export const longTime = (durationMs: number): string => {
  const minutes = Math.round(durationMs / MINUTE_MS);
  if (minutes < 1) return `${Math.max(1, Math.round(durationMs / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
};

/** PT298S: what a machine reads in <time datetime>. */
export const isoDuration = (durationMs: number): string => `PT${Math.round(durationMs / 1000)}S`;

const toMs = (at: Instant): number => (typeof at === 'number' ? at : Date.parse(at));
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const hourOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** "just now", "20 min ago", "today at 14:05", "yesterday at 9:10", "3 March", "3 March 2021" */
export const whenText = (at: Instant, nowMs: number): string => {
  const ms = toMs(at);
  const passed = nowMs - ms;
  if (passed < 0) return `${dateText(at, nowMs)}, ${hourOf.format(ms)}`;
  if (passed < MINUTE_MS) return 'just now';
  if (passed < HOUR_MS) return `${Math.floor(passed / MINUTE_MS)} min ago`;
  const days = dayNumber(nowMs) - dayNumber(ms);
  if (days === 0) return `today at ${hourOf.format(ms)}`;
  if (days === 1) return `yesterday at ${hourOf.format(ms)}`;
  return dateText(at, nowMs);
};

export const dateText = (at: Instant, nowMs: number): string => {
  const ms = toMs(at);
  const sameYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  return (sameYear ? day : dayAndYear).format(ms);
};

const dayNumber = (ms: number): number => {
  const date = new Date(ms);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
};

export type PartOfDay = 'morning' | 'day' | 'evening' | 'night';

export const partOfDay = (hour: number): PartOfDay => {
  if (hour < 5) return 'night';
  if (hour < 12) return 'morning';
  return hour < 18 ? 'day' : 'evening';
};

/** 2019-03-02 -> "2019"; years alone stay what they are. */
export const yearOf = (date: string | number | null | undefined): string | undefined =>
  date === null || date === undefined || date === '' ? undefined : String(date).slice(0, 4);

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** 7340032 -> "7.3 MB" */
export const sizeText = (sizeBytes: number): string => {
  const step = sizeBytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(sizeBytes) / 3));
  const value = sizeBytes / 1000 ** step;
  return `${step && value < 100 ? value.toFixed(1) : Math.round(value)} ${SIZES[step]}`;
};
