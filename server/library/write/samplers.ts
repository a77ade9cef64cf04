import type { Db } from '../../db/index.ts';

/*
 * Whose album it is when the tags do not say depends on what else lies in its folder. These are the words of the tracks
 * that a scan does not read again.
 */
export type Told = {
  fileId: number;
  tagKey: string;
  /** Do its tags leave open whose album it is? */
  guessed: boolean;
  /** Whose album they say it is, else what its folder lent it. */
  albumBy: string | undefined;
};

export type Samplers = { inFolders: (folderIds: readonly number[]) => Told[] };

const TOLD = `SELECT t.file_id fileId, t.tag_key tagKey, t.album_guess guess, t.album_by albumBy FROM file f JOIN track t ON t.file_id = f.id
  WHERE f.folder_id IN (SELECT value FROM json_each(?)) AND t.missing_at IS NULL`;

export const createSamplers = (db: Db): Samplers => {
  const told = db.sqlite.prepare(TOLD);
  type Row = { fileId: number; tagKey: string; guess: number | null; albumBy: string | null };
  return {
    inFolders: (folderIds) =>
      (told.all(JSON.stringify(folderIds)) as Row[]).map(({ guess, albumBy, ...it }) => ({
        ...it,
        guessed: guess !== null,
        albumBy: albumBy ?? undefined,
      })),
  };
};
