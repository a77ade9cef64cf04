import type { Db } from '../../db/index.ts';
import { mayAdminister, type Viewer } from '../../http/index.ts';
import { encodeId } from '../../kit/index.ts';
import type { Resolve } from './resolve.ts';
import type { Folder, Genre } from './shapes.ts';
import { prepareOnce } from './statements.ts';
import { rootsParameter, sightOf } from './visible.ts';

type FolderRow = {
  id: number;
  parentId: number | null;
  name: string;
  trackCount: number;
  path: Buffer;
  rootState: string;
};

/** The top folder of a root has no name of its own on disk: it goes by the root's. */
const NAME = `CASE o.path WHEN x'' THEN (SELECT r.name FROM root r WHERE r.id = o.root_id) ELSE o.name END`;

/** Genres and folders: rows so small that nothing of them is kept. */
export const createSmallKinds = (db: Db, resolve: Resolve) => {
  const statement = prepareOnce(db);
  const asFolder = (row: FolderRow, viewer: Viewer): Folder => ({
    id: encodeId('fld', row.id),
    name: row.name,
    parentId: row.parentId === null ? null : encodeId('fld', row.parentId),
    trackCount: row.trackCount,
    connected: row.rootState === 'ok' || row.rootState === 'held',
    ...(mayAdminister(viewer) && { path: row.path.toString('utf8') }),
  });
  const FOLDER = `SELECT o.id, o.parent_id parentId, ${NAME} name, o.track_count trackCount, o.path,
    (SELECT r.state FROM root r WHERE r.id = o.root_id) rootState`;
  const genres = (rows: readonly number[]): Genre[] =>
    (
      statement(
        `SELECT g.id, g.name, g.track_count trackCount, g.album_count albumCount
         FROM json_each(?) j CROSS JOIN genre g ON g.id = j.value`,
      ).all(JSON.stringify(rows)) as (Omit<Genre, 'id'> & { id: number })[]
    ).map((row) => ({ ...row, id: encodeId('gen', row.id) }));
  const folders = (rows: readonly number[], viewer: Viewer): Folder[] =>
    (
      statement(`${FOLDER} FROM json_each(?) j CROSS JOIN folder o ON o.id = j.value`).all(
        JSON.stringify(rows),
      ) as FolderRow[]
    ).map((row) => asFolder(row, viewer));
  return {
    genres,
    folders,
    genre: (id: string, viewer: Viewer): Genre | undefined => {
      const row = resolve.row('genres', id, viewer);
      return row === undefined ? undefined : genres([row])[0];
    },
    /** The top folder of every root this viewer sees, the roots in their order. */
    topFolders: (viewer: Viewer): Folder[] => {
      const sight = sightOf(viewer);
      const rows = statement(
        `${FOLDER} FROM root r CROSS JOIN folder o ON o.root_id = r.id AND o.path = x''
         WHERE r.state <> 'removed' AND (@all OR r.id IN (SELECT value FROM json_each(@roots))) ORDER BY r.id`,
      ).all({ all: sight === 'all' ? 1 : 0, roots: rootsParameter(sight) }) as FolderRow[];
      return rows.map((row) => asFolder(row, viewer));
    },
    /** From the top down to the one above this folder. */
    parentsOf: (folder: number): { id: string; name: string }[] =>
      (
        statement(
          `WITH RECURSIVE up(id, parent_id, name, depth) AS (
             SELECT o.id, o.parent_id, ${NAME}, 0 FROM folder o WHERE o.id = ?
             UNION ALL SELECT o.id, o.parent_id, ${NAME}, depth + 1 FROM up JOIN folder o ON o.id = up.parent_id WHERE depth < 200)
           SELECT id, name FROM up WHERE depth > 0 ORDER BY depth DESC`,
        ).all(folder) as { id: number; name: string }[]
      ).map(({ id, name }) => ({ id: encodeId('fld', id), name })),
  };
};
