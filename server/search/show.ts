import type { Viewer } from '../http/index.ts';
import { encodeId } from '../kit/index.ts';
import type { Album, Artist, Genre, Library, Lyrics, Track } from '../library/index.ts';
import type { Hit } from './engine.ts';
import type { Kind } from './question.ts';
import { wordsOf } from './words.ts';

export type FoundPlaylist = { id: string; name: string; trackCount: number };
/** A song and the line of it that was found. */
export type FoundLine = { track: Track; line: string; atMs?: number };

export type Shown = {
  artists: Artist;
  albums: Album;
  tracks: Track;
  playlists: FoundPlaylist;
  genres: Genre;
  lyrics: FoundLine;
};

/** What stands in large letters: the name, or the line that was found. */
export const nameOf = (item: Shown[Kind]): string =>
  'line' in item ? item.line : 'title' in item ? item.title : item.name;

/** All names by which it may have been found. */
export const namesOf = (item: Shown[Kind]): string[] => [
  nameOf(item),
  ...('artists' in item ? item.artists.map(({ name }) => name) : []),
  ...('album' in item ? [item.album.title] : []),
];

export type ShowNeeds = {
  library: Pick<Library, 'tracks' | 'albums' | 'artists' | 'genre' | 'lyrics'>;
  playlists: (ids: readonly string[], viewer: Viewer) => FoundPlaylist[];
};

type Hits = readonly Hit[];

const numbers = (hits: Hits): number[] => hits.map(({ id }) => Number(id));

/** The line whose words are the ones that were found. */
const lineOf = (lyrics: Lyrics | undefined, hit: Hit, track: Track): FoundLine[] => {
  const line = lyrics?.lines.find(({ text }) => wordsOf(text, 'stored').join(' ') === hit.text);
  if (!line) return [];
  return [{ track, line: line.text, ...(line.atMs !== null && { atMs: line.atMs }) }];
};

/** Hits as people see them. What is gone, or not for this viewer, is left out. */
export const createShow = ({ library, playlists }: ShowNeeds) => {
  const ways: { [K in Kind]: (hits: Hits, viewer: Viewer) => Shown[K][] } = {
    artists: (hits, viewer) => library.artists(numbers(hits), viewer),
    albums: (hits, viewer) => library.albums(numbers(hits), viewer),
    tracks: (hits, viewer) => library.tracks(numbers(hits), viewer),
    playlists: (hits, viewer) =>
      playlists(
        hits.map(({ id }) => String(id)),
        viewer,
      ),
    genres: (hits, viewer) => numbers(hits).flatMap((id) => library.genre(encodeId('gen', id), viewer) ?? []),
    lyrics: (hits, viewer) =>
      hits.flatMap((hit) =>
        library
          .tracks([Number(hit.id)], viewer)
          .flatMap((track) => lineOf(library.lyrics(track.id, viewer), hit, track)),
      ),
  };
  return (kind: Kind, hits: Hits, viewer: Viewer): Shown[Kind][] => ways[kind](hits, viewer);
};
