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
