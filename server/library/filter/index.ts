import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { rootsParameter, sightOf } from '../read/visible.ts';
import type { Wanted } from './read-filter.ts';
import { whereOf, type FilteredKind } from './where.ts';

export { readFilter } from './read-filter.ts';
export type { Condition, Filter, Wanted, WrongFilter } from './read-filter.ts';
export type { FilteredKind } from './where.ts';

type Conditions = Pick<Wanted, 'filters' | 'phrases'>;

export type Filters = {
  /** Rows that the conditions hold for, by name; at most `limit`. */
  rows: (kind: FilteredKind, wanted: Conditions, ask: { limit: number; viewer: Viewer }) => number[];
  /** Those of these rows that the conditions hold for, in the order given. */
  among: (kind: FilteredKind, wanted: Conditions, ask: { rows: readonly number[]; viewer: Viewer }) => number[];
};

const FROM = {
  tracks: 'track t JOIN album a ON a.id = t.album_id',
  albums: 'album t',
} as const;
const SEEN = {
  tracks: 't.root_id IN (SELECT value FROM json_each(?))',
  albums: 't.id IN (SELECT album_id FROM album_root WHERE root_id IN (SELECT value FROM json_each(?)))',
} as const;

/** Conditions of the filter language over the library, for one viewer. The filters of a question are few, their rows may be many. */
export const createFilters = (db: Db): Filters => {
  const ask = (kind: FilteredKind, wanted: Conditions, { viewer, rows, limit }: Asked): number[] => {
    const where = whereOf(kind, wanted, viewer);
    const seen = viewer.roots === 'all' ? '' : ` AND ${SEEN[kind]}`;
    const given = rows ? ' AND t.id IN (SELECT value FROM json_each(?))' : '';
    const sql = `SELECT t.id FROM ${FROM[kind]} WHERE ${where.sql}${seen}${given} ORDER BY t.sort_key, t.id LIMIT ?`;
    return db.sqlite
      .prepare(sql)
      .pluck()
      .all(
        ...where.parameters,
        ...(seen ? [rootsParameter(sightOf(viewer))] : []),
        ...(rows ? [JSON.stringify(rows)] : []),
        limit,
      ) as number[];
  };
  return {
    rows: ask,
    among: (kind, wanted, { rows, viewer }) => {
      const kept = new Set(ask(kind, wanted, { rows, viewer, limit: rows.length }));
      return rows.filter((row) => kept.has(row));
    },
  };
};

type Asked = { viewer: Viewer; limit: number; rows?: readonly number[] };
