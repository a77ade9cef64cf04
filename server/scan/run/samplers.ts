import { fold, type LibraryWriter, type Told } from '../../library/threads.ts';
import { VARIOUS_ARTISTS, VARIOUS_FROM } from '../reading/index.ts';
import { voiceOf } from './facts.ts';
import { groupOf } from './groups.ts';

/*
 * When a track does not say whose album it is, its folder does: the artist whom most tracks of the album there name, else
 * three artists make it a sampler. That hangs on all files of the folder, also on those that a scan has no reason to open:
 * they are counted by what the library knows of them, and where files that came, changed or left turn the answer, the
 * others are read again by the next scan. So the library says the same whatever the order in which files arrived.
 */
export type SamplerWatch = {
  /** What the tracks of a group tell that are not among these files. */
  beside: (at: { rootId: number; group: string }, open: readonly { fileId: number | undefined }[]) => Told[];
  /** Has those of them read again that were taken for something else. */
  correct: (beside: readonly Told[], lender: Lender) => void;
  /** A track left this folder or came back to it. */
  note: (folderId: number) => void;
  /** Looks again at the folders noted, or at all; to be called once everything has left. */
  settle: (all: boolean) => void;
  /** Does a file wait to be read again? */
  isWaiting: () => boolean;
};

/** What a track tells of whose album it is: its album and artist, and the album artist where its tags name one. */
export type Voice = { tagKey: string; named: string | undefined };

/** Whom a folder's tracks of the same album make its artist, for the tag key of one that does not say. */
export type Lender = (tagKey: string) => string | undefined;

export const voiceOfTold = ({ tagKey, guessed, albumBy }: Told): Voice => ({
  tagKey,
  named: guessed ? undefined : albumBy,
});

type Tally = { tracks: number; artists: Set<string>; named: Map<string, string[]> };

/** Whom most name, in the spelling that comes first; else a sampler's name, where there are artists enough. */
const lentBy = ({ tracks, artists, named }: Tally): string | undefined => {
  for (const spellings of named.values()) if (spellings.length * 2 > tracks) return spellings.toSorted()[0];
  return artists.size >= VARIOUS_FROM ? VARIOUS_ARTISTS : undefined;
};

export const lenderOf = (voices: readonly Voice[]): Lender => {
  const albums = new Map<string, Tally>();
  for (const { tagKey, named } of voices) {
    const { album, artist } = voiceOf(tagKey);
    const tally = albums.get(album) ?? { tracks: 0, artists: new Set(), named: new Map<string, string[]>() };
    albums.set(album, tally);
    tally.tracks++;
    tally.artists.add(artist);
    if (named === undefined) continue;
    const key = fold(named);
    const spellings = tally.named.get(key);
    if (spellings) spellings.push(named);
    else tally.named.set(key, [named]);
  }
  return (tagKey) => {
    const tally = albums.get(voiceOf(tagKey).album);
    return tally && lentBy(tally);
  };
};

const sameName = (a: string | undefined, b: string | undefined): boolean => fold(a ?? '') === fold(b ?? '');

type Places = { groupOf: Map<number, string>; folders: Map<string, number[]> };

const keyOf = (rootId: number, group: string): string => `${rootId}\0${group}`;

/** The folders of each group. Made once: those made later in the scan hold nothing but files that it reads. */
const placesOf = (writer: LibraryWriter): Places => {
  const places: Places = { groupOf: new Map(), folders: new Map() };
  for (const root of writer.roots.list())
    for (const { id, path } of writer.files.folders(root.id)) {
      const key = keyOf(root.id, groupOf(path));
      places.groupOf.set(id, key);
      const known = places.folders.get(key);
      if (known) known.push(id);
      else places.folders.set(key, [id]);
    }
  return places;
};

export const createSamplerWatch = (writer: LibraryWriter): SamplerWatch => {
  let places: Places | undefined;
  const noted = new Set<number>();
  let waiting = false;
  const correct: SamplerWatch['correct'] = (beside, lender) => {
    for (const { fileId, tagKey, guessed, albumBy } of beside) {
      if (!guessed || sameName(albumBy, lender(tagKey))) continue;
      writer.files.needTags(fileId);
      waiting = true;
    }
  };
  return {
    beside: ({ rootId, group }, open) => {
      places ??= placesOf(writer);
      const folders = places.folders.get(keyOf(rootId, group));
      if (!folders) return [];
      const own = new Set(open.map(({ fileId }) => fileId));
      return writer.samplers.inFolders(folders).filter(({ fileId }) => !own.has(fileId));
    },
    correct,
    note: (folderId) => void noted.add(folderId),
    settle: (all) => {
      if (!all && noted.size === 0) return;
      const { groupOf: groups, folders } = placesOf(writer);
      const due = all ? folders.keys() : new Set([...noted].flatMap((id) => groups.get(id) ?? []));
      for (const group of due) {
        const told = writer.samplers.inFolders(folders.get(group)!);
        correct(told, lenderOf(told.map(voiceOfTold)));
      }
    },
    isWaiting: () => waiting,
  };
};
