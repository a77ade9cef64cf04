import type { Db } from '../../db/index.ts';
import type { Viewer } from '../../http/index.ts';
import { decodeId } from '../../kit/index.ts';
import { prepareOnce } from './statements.ts';
import { rootsParameter, sightOf, visibleSql } from './visible.ts';

/** Kinds a public id can name, by the word lists and marks use. */
export const KINDS = {
  tracks: { prefix: 'trk', table: 'track' },
  albums: { prefix: 'alb', table: 'album' },
  artists: { prefix: 'art', table: 'artist' },
  genres: { prefix: 'gen', table: 'genre' },
  folders: { prefix: 'fld', table: 'folder' },
} as const;
export type LibraryKind = keyof typeof KINDS;

const ALIASED: readonly LibraryKind[] = ['tracks', 'albums', 'artists'];

export type Resolve = {
  /** The row behind a public id, merged ids included; undefined for what is not there or not for this viewer. */
  row: (kind: LibraryKind, id: string, viewer: Pick<Viewer, 'roots'>) => number | undefined;
  /** Those of `rows` that are there and for this viewer, in order. */
  visible: (kind: LibraryKind, rows: readonly number[], viewer: Pick<Viewer, 'roots'>) => number[];
};

/** Turns public ids into rows, in one place for what exists, what was merged and who may see it. */
export const createResolve = (db: Db): Resolve => {
  const statement = prepareOnce(db);
  const visible: Resolve['visible'] = (kind, rows, viewer) => {
    if (rows.length === 0) return [];
    const { table } = KINDS[kind];
    const sight = sightOf(viewer);
    const proof = sight === 'all' ? '' : ` AND ${visibleSql[table]('x.id')}`;
    const seen = statement(`SELECT x.id FROM json_each(@ids) j CROSS JOIN ${table} x ON x.id = j.value WHERE 1${proof}`)
      .pluck()
      .all({ ids: JSON.stringify(rows), roots: rootsParameter(sight) }) as number[];
    const known = new Set(seen);
    return rows.filter((row) => known.has(row));
  };
  const merged = (kind: LibraryKind, row: number): number => {
    if (!ALIASED.includes(kind)) return row;
    const alias = statement(`SELECT id FROM ${KINDS[kind].table}_alias WHERE old = ?`).pluck().get(row);
    return (alias as number | undefined) ?? row;
  };
  return {
    visible,
    row: (kind, id, viewer) => {
      const row = decodeId(KINDS[kind].prefix, id);
      if (row === undefined) return undefined;
      return visible(kind, [row], viewer)[0] ?? visible(kind, [merged(kind, row)], viewer)[0];
    },
  };
};
