import type { LibraryWriter, Told } from '../../library/index.ts';
import { VARIOUS_FROM } from '../reading/index.ts';
import { voiceOf } from './facts.ts';
import { groupOf } from './groups.ts';

/*
 * When no tag says whose album it is, three artists in one folder make it a sampler. That hangs on all files of the
 * folder, also on those that a scan has no reason to open: they are counted by what the library knows of them, and where
 * files that came, changed or left turn the answer, the others are read again by the next scan. So the library says the
 * same whatever the order in which files arrived.
 */
export type SamplerWatch = {
  /** What the tracks of a group tell that are not among these files. */
  beside: (at: { rootId: number; group: string }, open: readonly { fileId: number }[]) => Told[];
  /** Has those of them read again that were taken for something else. */
  correct: (beside: readonly Told[], artistsOf: ArtistsOf) => void;
  /** A track left this folder or came back to it. */
  note: (folderId: number) => void;
  /** Looks again at the folders noted, or at all; to be called once everything has left. */
  settle: (all: boolean) => void;
  /** Does a file wait to be read again? */
  isWaiting: () => boolean;
};

export type ArtistsOf = (tagKey: string) => number;

/** How many artists the folder's tracks of the same album name, for each tag key of them. */
export const countArtists = (tagKeys: Iterable<string>): ArtistsOf => {
  const byAlbum = new Map<string, Set<string>>();
  for (const tagKey of tagKeys) {
    const { album, artist } = voiceOf(tagKey);
    const artists = byAlbum.get(album);
    if (artists) artists.add(artist);
    else byAlbum.set(album, new Set([artist]));
  }
  return (tagKey) => byAlbum.get(voiceOf(tagKey).album)?.size ?? 0;
};

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
  const correct: SamplerWatch['correct'] = (beside, artistsOf) => {
    for (const { fileId, tagKey, guess } of beside) {
      if (guess === undefined || guess === artistsOf(tagKey) >= VARIOUS_FROM) continue;
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
        correct(told, countArtists(told.map(({ tagKey }) => tagKey)));
      }
    },
    isWaiting: () => waiting,
  };
};
