import type { KnownFile, LibraryWriter } from '../../library/index.ts';
import { matchByInode, matchByTraits, type LooseRecord, type OpenFile, type Traits } from '../identity/ladder.ts';
import type { FileReading } from '../reading/index.ts';
import { fold } from '../../library/threads.ts';
import type { RootChanges, Seen } from './changes.ts';
import { tagKeyOf, voiceOf } from './facts.ts';

/*
 * Identity works on files: what moved keeps its file row, and with it tracks, likes and playlists. Sheets cut a file
 * into tracks with ids of (file, cut), which come along.
 */
export type Candidate = OpenFile & { seen: Seen; rootId: number; reading?: FileReading };

const placeOf = (rootId: number, folder: Buffer, name: Buffer): string => {
  const parked = name[0] === 0 ? name.subarray(name.indexOf(0, 1) + 1) : name;
  return `${rootId}/${folder.toString('utf8').normalize('NFC')}/${parked.toString('utf8').normalize('NFC')}`;
};

const join = (...parts: (string | number | undefined)[]): string | undefined =>
  parts.some((part) => part === undefined) ? undefined : parts.join('\0');

export const candidateOf = (seen: Seen, rootId: number): Candidate => ({
  seen,
  rootId,
  place: placeOf(rootId, seen.folder, seen.name),
  ino: seen.ino,
  sizeBytes: seen.sizeBytes,
  mtimeNs: seen.mtimeNs,
});

/** What a reading tells of identity. */
export const traitsOf = (reading: FileReading | undefined): Traits | undefined => {
  if (reading?.kind !== 'read') return undefined;
  const { album, trackNo, title } = reading;
  const artistText = reading.artistText ?? reading.albumArtistText;
  const albumAndNo = album === undefined || trackNo === undefined ? undefined : `${fold(album)}\0${trackNo}`;
  const recording = join(reading.musicBrainz.recording, albumAndNo);
  return {
    ...(reading.audioKey !== undefined && { audioKey: reading.audioKey }),
    ...(title !== undefined &&
      artistText !== undefined && {
        tagKey: tagKeyOf({ title, artistText, album, disc: reading.discNo ?? 1, no: trackNo }),
      }),
    ...(reading.durationMs !== undefined && { durationMs: reading.durationMs }),
    ...(recording !== undefined && { recording }),
    ...(title !== undefined && { title: fold(title) }),
    ...(albumAndNo !== undefined && { albumAndNo }),
  };
};

const looseOf = (it: KnownFile): LooseRecord => {
  const albumAndNo =
    it.albumTitle === undefined || it.no === undefined ? undefined : `${fold(it.albumTitle)}\0${it.no}`;
  const recording = join(it.recording, albumAndNo);
  const traits: Traits = {
    ...(it.audioKey !== undefined && { audioKey: it.audioKey }),
    ...(it.tagKey !== undefined && { tagKey: it.tagKey }),
    ...(it.durationMs !== undefined && { durationMs: it.durationMs }),
    ...(recording !== undefined && { recording }),
    ...(it.title !== undefined && { title: fold(it.title) }),
    ...(albumAndNo !== undefined && { albumAndNo }),
    isBare: it.tagKey !== undefined && voiceOf(it.tagKey).album === '',
  };
  return {
    id: it.fileId,
    place: placeOf(it.rootId, it.folderPath, it.name),
    ino: it.ino,
    sizeBytes: it.sizeBytes,
    mtimeNs: it.mtimeNs,
    traits,
    ...(it.lostAt !== undefined && { lostAt: it.lostAt }),
  };
};

/** Records without a home: their place is empty or holds something else, or they were missing already. */
export const looseRecords = (changes: readonly RootChanges[], gone: LibraryWriter['gone']): LooseRecord[] => {
  const ids = new Set(gone.missingFiles());
  for (const { open, lost, back } of changes) {
    for (const { row } of open) if (row && row.kind === 'audio') ids.add(row.id);
    for (const row of lost) if (row.kind === 'audio') ids.add(row.id);
    for (const row of back) ids.delete(row.id);
  }
  return gone.known([...ids]).map(looseOf);
};

export type Identified = { moves: { fileId: number; to: Candidate }[]; fresh: Candidate[] };

/** Step 1 of the ladder: what needs no reading. Files whose own row simply changed in place are left for the rest. */
export const identifyUnread = (open: Candidate[], loose: LooseRecord[]) => {
  const isReread = (it: Candidate): boolean =>
    it.seen.row !== undefined &&
    it.seen.row.mtimeNs === it.mtimeNs &&
    it.seen.row.ino === it.ino &&
    it.seen.row.sizeBytes === it.sizeBytes;
  // Read again where it lies (a sidecar changed, or a kill came between): nobody else may have its record.
  const stay = open.filter(isReread);
  const own = new Set(stay.map(({ seen }) => seen.row!.id));
  const step = matchByInode(
    open.filter((it) => !isReread(it)),
    loose.filter(({ id }) => !own.has(id)),
  );
  return {
    moves: [
      ...stay.map((to) => ({ fileId: to.seen.row!.id, to })),
      ...step.matches.map(({ file, record }) => ({ fileId: record.id, to: file })),
    ],
    open: step.open,
    loose: step.loose,
  };
};

export const identifyRead = (
  open: Candidate[],
  loose: readonly LooseRecord[],
  isUnchangedCopy: (audioKey: string, tagKey: string) => boolean,
): Identified => {
  const step = matchByTraits(open, loose, {
    isCopy: ({ traits }) =>
      traits?.audioKey !== undefined && traits.tagKey !== undefined && isUnchangedCopy(traits.audioKey, traits.tagKey),
  });
  return { moves: step.matches.map(({ file, record }) => ({ fileId: record.id, to: file })), fresh: step.open };
};
