import { badInput } from '../../http/index.ts';
import { sha256Hex } from '../../kit/index.ts';

/*
 * Keyset pages. A list is a walk along an index: the rows come in the order of `keys`, the last key being the row itself,
 * and the next page begins behind the keys of the last row shown. So a page costs the same at any depth, and rows that
 * arrive or go meanwhile neither double nor hide another row. A walk may have several legs, one after the other
 * (random: from the seed to the end, then from the start to the seed).
 */
export type Key = string | number;

/** Where a page ended. `start` is what a random walk began with. */
export type Cursor = { leg: number; keys: Key[]; start?: number };

/** One way to walk, as data. `@name` parameters are filters; a walk per root has `@root` too. */
export type Path = {
  from: string;
  where?: string;
  /** Asked besides where the listener has banned anything at all. */
  bans?: string;
  /** Expressions that an index holds in this order; the last is the id. */
  keys: readonly string[];
};

/** Short tag of what a cursor belongs to: list, sort and filters. A cursor of another list is refused, not misread. */
export const tagOf = (parts: readonly unknown[]): string => sha256Hex(JSON.stringify(parts)).slice(0, 8);

export const encodeCursor = (tag: string, { leg, keys, start }: Cursor): string =>
  Buffer.from(JSON.stringify([tag, leg, start ?? null, ...keys])).toString('base64url');

const badCursor = () =>
  badInput({ errors: [{ path: 'cursor', message: 'This cursor does not belong to this list.' }] });

const isKey = (value: unknown): value is Key =>
  typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));

const parseCursor = (text: string): unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
};

/** Reads a cursor that `encodeCursor` wrote for the same tag and number of keys; anything else is 422. */
export const decodeCursor = (text: string, tag: string, keyCount: number): Cursor => {
  const [itsTag, leg, start, ...keys] = parseCursor(text);
  const whole = itsTag === tag && keys.length === keyCount && keys.every(isKey) && isKey(keys.at(-1));
  if (!whole || (leg !== 0 && leg !== 1) || !(start === null || Number.isSafeInteger(start))) throw badCursor();
  return { leg, keys, ...(start !== null && { start: start as number }) };
};

/** SQL of one leg. Parameters: the path's own, `@k0…` when `after`, `@limit`. Rows are the keys, in order. */
export const walkSql = (path: Path, { after, descending }: { after: boolean; descending: boolean }): string => {
  const behind = `(${path.keys.join(', ')}) ${descending ? '<' : '>'} (${path.keys.map((_, i) => `@k${i}`).join(', ')})`;
  const where = [path.where, after ? behind : undefined].filter(Boolean).join(' AND ');
  const order = path.keys.map((key) => (descending ? `${key} DESC` : key)).join(', ');
  return `SELECT ${path.keys.join(', ')} FROM ${path.from}${where && ` WHERE ${where}`} ORDER BY ${order} LIMIT @limit`;
};

/** As SQLite compares under BINARY: numbers before text, text by its UTF-8 bytes. */
const compareKey = (a: Key, b: Key): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
};

export const compareKeys = (a: readonly Key[], b: readonly Key[]): number => {
  for (let i = 0; i < a.length; i++) {
    const order = compareKey(a[i] ?? 0, b[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
};

/** Several sorted pages as one, the same row once, at most `limit`. */
export const mergeWalks = (
  walks: readonly Key[][][],
  { limit, descending }: { limit: number; descending: boolean },
): Key[][] => {
  if (walks.length === 1) return walks[0] ?? [];
  const sign = descending ? -1 : 1;
  const all = walks.flat().sort((a, b) => sign * compareKeys(a, b));
  return all.filter((keys, i) => i === 0 || compareKeys(keys, all[i - 1] ?? []) !== 0).slice(0, limit);
};
