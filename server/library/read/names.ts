import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { prepareOnce } from './statements.ts';
import type { Resolve } from './resolve.ts';

/*
 * Finding by name, plainly: names that begin as the query does, by the sort index. A search engine of its own does
 * better; this one costs nothing to keep. Sort keys are folded names (marks out, lower case, the article cut, digit runs
 * led by their length), so the query is folded the same way as far as that goes.
 */
export type SortKeyOf = (name: string) => string;

/** The first text that sorts behind everything beginning with `prefix`. */
const behind = (prefix: string): string => `${prefix}\u{10ffff}`;

const TABLES = { artists: 'artist', albums: 'album', tracks: 'track' } as const;
export type NameKind = keyof typeof TABLES;

export const createNameSearch = (db: Db, resolve: Resolve, sortKeyOf: SortKeyOf) => {
  const statement = prepareOnce(db);
  /** Rows whose name begins with the query, else those with a word that does, among the first 50,000 names. */
  return (kind: NameKind, query: { text: string; limit: number }, viewer: Viewer): number[] => {
    const { text, limit } = query;
    const key = sortKeyOf(text);
    if (key === '') return [];
    const table = TABLES[kind];
    const starting = statement(
      `SELECT id FROM ${table} WHERE sort_key >= ? AND sort_key < ? ORDER BY sort_key, id LIMIT ?`,
    )
      .pluck()
      .all(key, behind(key), limit * 4) as number[];
    const visible = resolve.visible(kind, starting, viewer).slice(0, limit);
    if (visible.length >= limit || kind === 'tracks') return visible;
    const inside = statement(
      `SELECT id FROM (SELECT id, sort_key FROM ${table} ORDER BY sort_key, id LIMIT 50000) WHERE instr(sort_key, ?) > 1 LIMIT ?`,
    )
      .pluck()
      .all(` ${key}`, limit * 4) as number[];
    const known = new Set(visible);
    return [...visible, ...resolve.visible(kind, inside, viewer).filter((row) => !known.has(row))].slice(0, limit);
  };
};
