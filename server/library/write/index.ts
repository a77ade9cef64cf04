import type { Db } from '../../db/index.ts';
import { createAlbums } from './albums.ts';
import { createCounts } from './counts.ts';
import { createFiles } from './files.ts';
import { createGone } from './gone.ts';
import { createNames } from './names.ts';
import { createRenames } from './renames.ts';
import { createRoots } from './roots.ts';
import { createSamplers } from './samplers.ts';
import { createTracks } from './tracks.ts';

/**
 * How music gets into the library's tables: small verbs that the scan calls inside its transactions. Every verb marks
 * what it touched; `counts.flush()` before the commit makes the counts true again.
 */
export const createLibraryWriter = (db: Db) => {
  const names = createNames(db);
  const counts = createCounts(db);
  const renames = createRenames(db, counts.dirty, names.isFresh);
  const files = createFiles(db);
  const tracks = createTracks(db, { names, counts, renames });
  return {
    names,
    renames,
    counts,
    albums: createAlbums(db, { names, counts, renames }),
    tracks,
    files,
    gone: createGone(db, counts),
    roots: createRoots(db),
    samplers: createSamplers(db),
    /** After a rollback: what was remembered may never have been written. */
    forget: () => [names, files, tracks].forEach((it) => it.forget()),
  };
};

export type LibraryWriter = ReturnType<typeof createLibraryWriter>;
export { createRoots } from './roots.ts';
export { createSounds } from './sounds.ts';
export { NEED } from './facts.ts';
export { albumDatesOf } from './album-dates.ts';
export type { AlbumFacts, CreditFacts, FileFacts, LyricsFacts, TrackFacts } from './facts.ts';
export type { FileRow } from './files.ts';
export type { KnownFile } from './gone.ts';
export type { Told } from './samplers.ts';
export type { Root, Roots, RootState } from './roots.ts';
export type { AlbumMember, QueuePlace, SoundFacts, Sounds, SoundState } from './sounds.ts';
