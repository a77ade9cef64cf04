import type { Viewer } from '../../http/index.ts';

/*
 * What a viewer may see: the one place that decides. Today it is the set of roots; whoever sees all of them gets no
 * filter at all. Everything that reads the library asks here, so a later rule (a child's allow-list) is added here.
 */
export type Sight = 'all' | readonly number[];

export const sightOf = (viewer: Pick<Viewer, 'roots'>): Sight => {
  if (viewer.roots === 'all') return 'all';
  return [...new Set(viewer.roots.filter(Number.isSafeInteger))].sort((a, b) => a - b);
};

const inRoots = 'IN (SELECT value FROM json_each(@roots))';

/** A condition on `id` (an SQL expression) that holds where a row lies in `@roots`. */
export const visibleSql = {
  track: (id: string) => `EXISTS (SELECT 1 FROM track v WHERE v.id = ${id} AND v.root_id ${inRoots})`,
  album: (id: string) => `EXISTS (SELECT 1 FROM album_root v WHERE v.album_id = ${id} AND v.root_id ${inRoots})`,
  artist: (id: string) => `EXISTS (SELECT 1 FROM artist_root v WHERE v.artist_id = ${id} AND v.root_id ${inRoots})`,
  genre: (id: string) =>
    `EXISTS (SELECT 1 FROM album_genre g CROSS JOIN album_root v ON v.album_id = g.album_id
      WHERE g.genre_id = ${id} AND v.root_id ${inRoots})`,
  folder: (id: string) => `EXISTS (SELECT 1 FROM folder v WHERE v.id = ${id} AND v.root_id ${inRoots})`,
} as const;

export type VisibleKind = keyof typeof visibleSql;

/** The value of `@roots`. */
export const rootsParameter = (sight: Sight): string => JSON.stringify(sight === 'all' ? [] : sight);
