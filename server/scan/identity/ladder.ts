import { createPool, type Pool } from './pool.ts';

/*
 * Which file on disk is which recording in the library, after things moved.
 *
 * `open` are the files that are not as the library last saw them; `loose` the records whose file is gone, changed, or
 * was missing already. Each step of the ladder takes every pair it is sure of before the next, weaker one starts, and
 * what is not unique where it must be is not guessed: a new id is a nuisance, somebody's likes on another recording a
 * wrong. The rules were found by simulation; the test beside this file runs it again on this code.
 */

export type Sighting = {
  /** Where it lies: root and path, names in NFC, so that a disk that spells é in two code points is the same place. */
  place: string;
  ino: bigint;
  sizeBytes: number;
  mtimeNs: bigint;
};

/** What reading yields for identity. Absent while the file has not been read. */
export type Traits = {
  audioKey?: string;
  /** Folded title, artist, album, disc and number; absent where the file is cut into tracks by a sheet. */
  tagKey?: string;
  durationMs?: number;
  /** MusicBrainz recording id, folded album and number, together. */
  recording?: string;
  title?: string;
  albumAndNo?: string;
  /** Its tags name no album: whatever it is called, it is called so by its place. */
  isBare?: boolean;
};

export type OpenFile = Sighting & { traits?: Traits | undefined };

export type LooseRecord = Sighting & {
  id: number;
  traits: Traits;
  /** When it was first found missing; absent for what this scan found gone or changed. */
  lostAt?: number | undefined;
};

export type Step =
  | 'inode'
  | 'same-place'
  | 'same-tags'
  | 'inode-audio'
  | 'place-audio'
  | 're-encoded'
  | 'musicbrainz'
  | 'audio'
  | 'tags';
export type Match<F> = { file: F; record: LooseRecord; by: Step };

const LENGTH_TOLERANCE_MS = 2000;

/** Step 1 needs no reading: the same inode, size and time at another place. */
export const matchByInode = <F extends OpenFile>(open: readonly F[], loose: readonly LooseRecord[]) => {
  const pool = createPool(open, loose);
  stepInode(pool);
  return { matches: pool.matches, open: pool.openLeft(), loose: pool.looseLeft() };
};

export type Surroundings<F> = {
  /** Has an unchanged file of the library the same audio and tags? Then this one is its copy, and no weak likeness makes
   * it somebody else. */
  isCopy: (file: F) => boolean;
};

/** Steps 2 to 8, over files that were read. Step 1 has been taken before. */
export const matchByTraits = <F extends OpenFile>(
  open: readonly F[],
  loose: readonly LooseRecord[],
  { isCopy }: Surroundings<F>,
) => {
  const pool = createPool(open, loose);
  const untouchable = retaggedInPlace(open, loose);
  stepAudioAndTags(pool, untouchable);
  stepAudioSomewhere(pool);
  pool.pairUp('re-encoded', (x) => join(stemOf(x.place), x.traits?.tagKey), likeLength);
  const taken = new Set(pool.matches.map(({ record }) => audioAndTags(record)));
  const isOther = (file: F): boolean => !isCopy(file) && !taken.has(audioAndTags(file));
  pool.pairUnique('musicbrainz', (x) => x.traits?.recording, isOther);
  pool.pairUnique(
    'audio',
    (x) => x.traits?.audioKey,
    (file, record) => knownOtherwise(file, record) && isOther(file),
  );
  pool.pairUnique(
    'tags',
    (x) => x.traits?.tagKey,
    (file, record) => likeLength(file, record) !== undefined && isOther(file),
  );
  return { matches: pool.matches, open: pool.openLeft(), loose: pool.looseLeft() };
};

const stepInode = <F extends OpenFile>(pool: Pool<F>): void =>
  pool.pairUp('inode', (x) => `${x.ino}:${x.sizeBytes}:${x.mtimeNs}`, preferSameName);

const stepAudioAndTags = <F extends OpenFile>(pool: Pool<F>, untouchable: ReadonlySet<number>): void => {
  pool.pairUp('same-place', (x) => join(x.place, audioAndTags(x)), preferSameName);
  pool.pairUp('same-tags', audioAndTags, (file, record) =>
    untouchable.has(record.id) ? undefined : preferSameName(file, record),
  );
};

/**
 * Retagged, and perhaps renamed. The inode tells where a file went, but disks give the number of a file that a tagger
 * replaced to the next one it writes: among files of equal audio it would trade them, so likeness goes first.
 */
const stepAudioSomewhere = <F extends OpenFile>(pool: Pool<F>): void => {
  const byPlace = (x: OpenFile | LooseRecord) => join(x.place, x.traits?.audioKey);
  const byInode = (x: OpenFile | LooseRecord) => join(x.ino, x.traits?.audioKey);
  const ifAlike = (file: OpenFile, record: LooseRecord): number | undefined =>
    isAlike(file, record) ? preferSameName(file, record) : undefined;
  pool.pairUp('place-audio', byPlace, ifAlike);
  pool.pairUp('inode-audio', byInode, ifAlike);
  pool.pairUp('inode-audio', byInode, preferSameName);
  pool.pairUp('place-audio', byPlace, preferSameName);
};

const audioAndTags = (x: { traits?: Traits | undefined }) => join(x.traits?.audioKey, x.traits?.tagKey);

/**
 * Records that were retagged where they lie: their place (or their inode) still holds their audio, under tags that no
 * other loose record has. A file elsewhere with the old tags is then a copy made before, and must not run off with the id.
 */
const retaggedInPlace = (open: readonly OpenFile[], loose: readonly LooseRecord[]): Set<number> => {
  const tagsOf = new Set(loose.map((record) => record.traits.tagKey));
  const atPlace = new Map(open.map((file) => [file.place, file]));
  const atInode = new Map(open.map((file) => [file.ino, file]));
  const found = new Set<number>();
  for (const record of loose) {
    if (record.traits.audioKey === undefined) continue;
    const isRetagged = (holder: Traits | undefined): boolean =>
      holder !== undefined &&
      holder.audioKey === record.traits.audioKey &&
      holder.tagKey !== record.traits.tagKey &&
      !tagsOf.has(holder.tagKey);
    if (isRetagged(atPlace.get(record.place)?.traits) || isRetagged(atInode.get(record.ino)?.traits))
      found.add(record.id);
  }
  return found;
};

/** Higher is better; undefined forbids the pair. The same file name first, then what was lost last. */
const preferSameName = (file: OpenFile, record: LooseRecord): number =>
  (nameOf(file.place) === nameOf(record.place) ? 2 ** 53 : 0) + (record.lostAt ?? 2 ** 52) / 4;

const likeLength = (file: OpenFile, record: LooseRecord): number | undefined => {
  const [a, b] = [file.traits?.durationMs, record.traits.durationMs];
  if (a === undefined || b === undefined || Math.abs(a - b) > LENGTH_TOLERANCE_MS) return undefined;
  return preferSameName(file, record);
};

/** Do their tags have something in common beside the sound? */
const isAlike = ({ traits }: OpenFile, record: LooseRecord): boolean =>
  traits !== undefined &&
  ((traits.title !== undefined && traits.title === record.traits.title) ||
    (traits.albumAndNo !== undefined && traits.albumAndNo === record.traits.albumAndNo));

/** Equal audio alone does only for a file that had no tags to be known by, and was lost just now. */
const knownOtherwise = (file: OpenFile, record: LooseRecord): boolean =>
  isAlike(file, record) ||
  nameOf(file.place) === nameOf(record.place) ||
  (record.lostAt === undefined && record.traits.isBare === true);

const join = (...parts: (string | bigint | undefined)[]): string | undefined =>
  parts.some((part) => part === undefined) ? undefined : parts.join('\0');

const nameOf = (place: string): string => place.slice(place.lastIndexOf('/') + 1);
const stemOf = (place: string): string => {
  const dot = place.lastIndexOf('.');
  return dot > place.lastIndexOf('/') + 1 ? place.slice(0, dot) : place;
};
