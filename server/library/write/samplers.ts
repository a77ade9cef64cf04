import type { Db } from '../../db/index.ts';

/*
 * Whose album it is when the tags do not say depends on what else lies in its folder. These are the words of the tracks
 * that a scan does not read again.
 */
export type Told = {
  fileId: number;
  tagKey: string;
  /** Taken for a sampler's track, or not; undefined where its tags say whose album it is. */
  guess: boolean | undefined;
};

export type Samplers = { inFolders: (folderIds: readonly number[]) => Told[] };

const TOLD = `SELECT t.file_id fileId, t.tag_key tagKey, t.album_guess guess FROM file f JOIN track t ON t.file_id = f.id
  WHERE f.folder_id IN (SELECT value FROM json_each(?)) AND t.missing_at IS NULL`;

export const createSamplers = (db: Db): Samplers => {
  const told = db.sqlite.prepare(TOLD);
  type Row = { fileId: number; tagKey: string; guess: number | null };
  return {
    inFolders: (folderIds) =>
      (told.all(JSON.stringify(folderIds)) as Row[]).map(({ guess, ...it }) => ({
        ...it,
        guess: guess === null ? undefined : guess === 1,
      })),
  };
};
