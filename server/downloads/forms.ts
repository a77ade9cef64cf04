import { filePathOf, type Library, type Track, type TrackSource } from '../library/index.ts';
import type { Viewer } from '../http/index.ts';
import { sha256Hex } from '../kit/index.ts';
import { artistsOf, type Line } from './contents.ts';
import { RECIPE, sizeEstimate, type Wanted } from './encode.ts';

/** As the file is, or as a phone plays it in little room. */
export type As = 'original' | 'aac';

const SMALL_ENOUGH = new Set(['mp3', 'aac']);

/** What plays on any phone already stays as it is: encoded once more it would only lose. */
export const isEncoded = ({ source }: Line, as: As): boolean =>
  as === 'aac' && (source.lossless || source.cueStart !== undefined || !SMALL_ENOUGH.has(source.codec.toLowerCase()));

const MOST_TEXT = 400;
const text = (value: string): string => value.slice(0, MOST_TEXT).toWellFormed();

const tagsOf = (track: Track, album: Counts | undefined): Record<string, string> => {
  const by = track.artists.filter(({ role }) => role === 'albumartist').map(({ name }) => name);
  const albumArtist = by.length > 0 ? by.join(', ') : album?.artists;
  return {
    title: text(track.title),
    artist: text(artistsOf(track)),
    album: text(track.album.title),
    ...(albumArtist && { album_artist: text(albumArtist) }),
    ...(track.trackNumber !== null && { track: String(track.trackNumber) }),
    disc: album ? `${track.discNumber}/${album.discCount}` : String(track.discNumber),
    ...(track.year !== null && { date: String(track.year) }),
    ...(track.genres.length > 0 && { genre: text(track.genres.join('; ')) }),
  };
};

/** What a track does not say of its album. */
type Counts = { artists: string; discCount: number };

const cutOf = ({ cueStart, cueEnd }: TrackSource): Wanted['cut'] =>
  cueStart === undefined ? undefined : { start: cueStart, end: cueEnd };

/** Albums of tracks from anywhere, each looked up once. */
export const createWanting = (library: Pick<Library, 'albums' | 'resolve'>, viewer: Viewer) => {
  const known = new Map<string, Counts | undefined>();
  const albumOf = (id: string): Counts | undefined => {
    if (known.has(id)) return known.get(id);
    const row = library.resolve('albums', id, viewer);
    const album = row === undefined ? undefined : library.albums([row], viewer)[0];
    const counts = album && { artists: album.artists.map(({ name }) => name).join(', '), discCount: album.discCount };
    known.set(id, counts);
    return counts;
  };
  /** `cover`: the file of its picture. */
  return ({ track, source }: Line, cover: string | undefined): Wanted => {
    const tags = tagsOf(track, albumOf(track.album.id));
    const { fileId, sizeBytes, mtimeNs, channels, sampleRateHz, durationMs } = source;
    const cut = cutOf(source);
    const facts = [RECIPE, fileId, sizeBytes, String(mtimeNs), cut, channels, tags, cover];
    return {
      key: sha256Hex(JSON.stringify(facts)).slice(0, 32),
      source: filePathOf(source),
      root: source.rootPath,
      cut,
      channels,
      rateHz: sampleRateHz,
      tags,
      cover,
      sizeBytes: sizeEstimate(durationMs, channels),
    };
  };
};
export type Wanting = ReturnType<typeof createWanting>;
