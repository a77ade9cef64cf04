/** Dates as taggers write them into YYYY, YYYY-MM or YYYY-MM-DD; what is not certain is left out. */

const ISO = /^(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?(?:[T\s].*)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const ANY_YEAR = /(?:^|\D)(1[0-9]\d\d|20\d\d|21\d\d)(?:\D|$)/;

const two = (n: number): string => String(n).padStart(2, '0');

export function parseDate(value: string | number | undefined): string | undefined {
  const text = String(value ?? '').trim();
  const match = ISO.exec(text) ?? COMPACT.exec(text);
  if (!match) return ANY_YEAR.exec(text.slice(0, 100))?.[1];
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (year < 1000) return undefined;
  if (month < 1 || month > 12) return String(year);
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return `${year}-${two(month)}`;
  return `${year}-${two(month)}-${two(day)}`;
}

/** The more exact of two dates of the same year; else the first. */
export const moreExact = (one: string | undefined, two_: string | undefined): string | undefined =>
  one && two_ && two_.startsWith(one) ? two_ : (one ?? two_);
