import type { Path } from './keyset.ts';
import type { VisibleKind } from './visible.ts';

/** One way through a list: what it walks, in which order, and what it leaves out. */
export type Walk = Path & {
  /** `-` in front: descending. `random` takes a seed. */
  sort: string;
  /** Filters, in the order of the alphabet. */
  filters: readonly string[];
  /** The same order within one root (`@root`), for a viewer who does not see all; else each row is proved. */
  perRoot?: Path;
  /** The same, to be walked where the viewer's roots hold few tracks: then most of the list is not theirs. */
  smallRoot?: Path;
  /** What a limited viewer's rows are proved by, when there is no `perRoot`. */
  sees: VisibleKind;
  /** Its own conditions let fewer rows pass than the proof does, and cost less: the proof comes behind them. */
  provedLast?: true;
  /** Where the number of rows is kept: a library_count, or a column of the row a filter names. */
  total?: { count: string } | { column: string; of: string; filter: string };
  /** Rows it may have to sort, in words, where no index serves the pair and the rows are few by nature. */
  few?: string;
};

/** Dates compare as text; an album without one stands at the far end. */
export const RELEASED = `coalesce(a.date, CAST(a.year AS TEXT), '')`;

/** Upwards and downwards. */
export const both = (walk: Omit<Walk, 'sort'>, sort: string): Walk[] => [
  { ...walk, sort },
  { ...walk, sort: `-${sort}` },
];

/** Albums by date within one root; `more` asks the album itself. */
export const releasedInRoot = (years: readonly string[], more?: string): Path => ({
  from: more === undefined ? 'album_root r' : 'album_root r CROSS JOIN album a ON a.id = r.album_id',
  // The planner is told that the root is the key, see the list by chance.
  where: [
    'unlikely(r.root_id = @root)',
    ...(years.includes('yearFrom') ? ['r.released >= @yearFrom'] : years.length > 0 ? [`r.released > ''`] : []),
    ...(years.includes('yearTo') ? ['r.released < @yearTo'] : []),
    ...(more === undefined ? [] : [more]),
  ].join(' AND '),
  keys: ['r.released', 'r.album_id'],
});
