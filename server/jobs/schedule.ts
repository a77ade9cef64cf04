/*
 * A slot is the name of a due moment. "Once per slot" then needs no arithmetic about missed hours: at any time there is one
 * newest slot, and either it has been run or it has not.
 *   daily:  the local date whose hour has come ("2026-10-25"). On the night when 02:30 happens twice, the date is the same;
 *           when 02:30 never happens, the slot begins at 03:00. A clock that jumps back finds its date taken.
 *   every:  the number of whole periods since 1970, in UTC, which knows no summer time.
 */
export type Schedule = { kind: 'daily'; hour: number; minute: number } | { kind: 'every'; minutes: number };

const two = (n: number): string => String(n).padStart(2, '0');
const dateOf = (day: Date): string => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;

/** The newest slot that is due at `now` (milliseconds), in the machine's time zone. */
export const slotAt = (schedule: Schedule, now: number): string => {
  if (schedule.kind === 'every') return String(Math.floor(now / (schedule.minutes * 60_000)));
  const at = new Date(now);
  const reached = at.getHours() * 60 + at.getMinutes() >= schedule.hour * 60 + schedule.minute;
  // By calendar, not by 24 hours: the day before the one with 23.
  return dateOf(reached ? at : new Date(at.getFullYear(), at.getMonth(), at.getDate() - 1));
};

/** When the slot after the newest one begins, for people to read. */
export const nextAt = (schedule: Schedule, now: number): number => {
  if (schedule.kind === 'every') return (Math.floor(now / (schedule.minutes * 60_000)) + 1) * schedule.minutes * 60_000;
  const at = new Date(now);
  const on = (days: number) =>
    new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, schedule.hour, schedule.minute).getTime();
  return on(0) > now ? on(0) : on(1);
};
