import { words } from './strings.ts';

/** 102000 -> "1:42", 3723000 -> "1:02:03" */
export function clockTime(ms: number): string {
  const sec = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(sec / 60) % 60;
  const hours = Math.floor(sec / 3600);
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(sec % 60)}` : `${minutes}:${two(sec % 60)}`;
}

/** How long something is: rounded, as on every page. What has passed is cut off instead, so that no second shows early. */
export const lengthTime = (ms: number): string => clockTime(Math.round(ms / 1000) * 1000);

/** As it is said: 102000 -> "1 minute 42" */
export function spokenTime(ms: number): string {
  const sec = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(sec / 3600);
  const minutes = Math.floor(sec / 60) % 60;
  if (hours) return `${words.hours(hours)} ${words.minutes(minutes)}`;
  if (minutes === 0) return words.seconds(sec);
  return sec % 60 ? `${words.minutes(minutes)} ${sec % 60}` : words.minutes(minutes);
}

export const spokenPosition = (atMs: number, lengthMs: number): string =>
  words.position(spokenTime(atMs), spokenTime(lengthMs));
