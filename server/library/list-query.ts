import { z } from 'zod';
import { badInput, type Viewer } from '../http/index.ts';
import type { Library, LibraryKind, ListQuery } from './read/index.ts';

/*
 * What a list may be asked, as data: the parameters of its query and how each becomes a value of a column. Which pairs of
 * filter and sort go together is told by read/lists.ts.
 */
const ID_FILTERS: Record<string, LibraryKind> = {
  artist: 'artists',
  album: 'albums',
  genre: 'genres',
  folder: 'folders',
  parent: 'folders',
};

const id = z.string().min(1).max(40);
const year = z.coerce.number().int().min(1).max(9999);
const yes = z.literal('true').describe('Only true: what is not asked for is not filtered.');

export const FILTERS = {
  artist: id,
  album: id,
  genre: id,
  folder: id,
  parent: id,
  year,
  yearFrom: year,
  yearTo: year,
  type: z.string().regex(/^[a-z]{1,20}$/),
  role: z.string().regex(/^[a-z]{1,20}$/),
  codec: z.string().regex(/^[a-z0-9_.-]{1,20}$/),
  liked: yes,
  missing: yes,
} as const;
export type FilterName = keyof typeof FILTERS;

/** The query of a list: limit, cursor, sort and some of the filters. */
export const listQuery = (names: readonly FilterName[]): Record<string, z.ZodType> => ({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().min(1).max(1000).optional(),
  sort: z
    .string()
    .regex(/^(-?[a-zA-Z]{1,20}|random:[\w-]{1,40})$/, 'Not a sort of this list.')
    .optional(),
  ...Object.fromEntries(names.map((name) => [name, FILTERS[name].optional()])),
});

const fourDigits = (value: number): string => String(value).padStart(4, '0');

/** A filter's value as its column holds it. Ids that are not there keep a row number nothing has: an empty list. */
const valueOf = (name: string, value: unknown, row: (kind: LibraryKind, id: string) => number): string | number => {
  const kind = ID_FILTERS[name];
  if (kind) return row(kind, String(value));
  if (name === 'yearFrom') return fourDigits(Number(value));
  // Dates are text; everything of that year sorts before the next.
  if (name === 'yearTo') return fourDigits(Number(value) + 1);
  if (value === 'true') return 1;
  return value as string | number;
};

/** A checked query as the list reader takes it. */
export const readListQuery = (library: Library, query: Record<string, unknown>, viewer: Viewer): ListQuery => {
  const { limit, cursor, sort, ...filters } = query;
  const row = (kind: LibraryKind, text: string): number => {
    if (!/^[a-z]{3}_[0-9a-z]+$/.test(text)) throw badInput({ errors: [{ path: kind, message: 'Not an id.' }] });
    return library.resolve(kind, text, viewer) ?? -1;
  };
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    limit: limit as number,
    cursor: cursor as string | undefined,
    sort: sort as string | undefined,
    filters: Object.fromEntries(given.map(([name, value]) => [name, valueOf(name, value, row)])),
  };
};
