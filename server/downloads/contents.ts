import { encodeId } from '../kit/index.ts';
import type { AlbumPage, Library, Track, TrackSource } from '../library/index.ts';
import type { Viewer } from '../http/index.ts';
import { setImmediate as breathe } from 'node:timers/promises';

/** A track, and where its file lies. */
export type Line = { track: Track; source: TrackSource };

/** What somebody takes along, before it is said how. In the order of listening; a list may name a track twice. */
export type Contents = {
  /** Of the archive and of the folder in it. */
  title: string;
  lines: readonly Line[];
  /** What each file is called, as the tags say. */
  nameOf: (line: Line, place: number) => string;
  /** The picture that goes along, by its id. */
  cover: string | undefined;
  /** A list for players: its name. */
  list: string | undefined;
  /** Of what is made for it: picture, list. */
  changedAtMs: number;
};

type Sources = Pick<Library, 'album' | 'albumRun' | 'tracks' | 'track' | 'trackSource'>;

export const artistsOf = ({ artists }: Pick<Track, 'artists'>): string => {
  const main = artists.filter(({ role }) => role === 'artist');
  return (main.length > 0 ? main : artists.slice(0, 1)).map(({ name }) => name).join(', ');
};

const dashed = (...parts: string[]): string => parts.filter((part) => part !== '').join(' - ');

const numbered = (value: number, most: number): string => String(value).padStart(Math.max(2, String(most).length), '0');

const isThere = ({ track, source }: Line): boolean => !track.missing && !source.missing;

export const trackName = ({ track }: Pick<Line, 'track'>): string => dashed(artistsOf(track), track.title);

export const albumContents = (library: Sources, id: string, viewer: Viewer): Contents | undefined => {
  const album: AlbumPage | undefined = library.album(id, viewer);
  if (!album) return undefined;
  const sources = new Map((library.albumRun(id, {}, viewer) ?? []).map((it) => [encodeId('trk', it.trackId), it]));
  const tracks = album.discs.flatMap((disc) => disc.tracks);
  const by = album.artists.map(({ name }) => name).join(', ');
  const most = Math.max(...tracks.map(({ trackNumber }) => trackNumber ?? 0), tracks.length);
  return {
    title: dashed(by, album.title),
    lines: tracks
      .flatMap((track) => {
        const source = sources.get(track.id);
        return source ? [{ track, source }] : [];
      })
      .filter(isThere),
    nameOf: ({ track }, place) => {
      const number = numbered(track.trackNumber ?? place + 1, most);
      const artist = artistsOf(track);
      return dashed(
        album.discs.length > 1 ? `${track.discNumber}-${number}` : number,
        artist === by ? '' : artist,
        track.title,
      );
    },
    cover: album.cover?.id,
    list: undefined,
    changedAtMs: Date.parse(album.addedAt),
  };
};

const BATCH = 100;

const linesOf = (library: Sources, rows: readonly number[], viewer: Viewer): Line[] => {
  const seen = new Map(library.tracks([...new Set(rows)], viewer).map((track) => [track.id, track]));
  return rows.flatMap((row) => {
    const id = encodeId('trk', row);
    // One that was merged into another stands for that one.
    const track = seen.get(id) ?? library.track(id, viewer);
    const source = track && library.trackSource(track.id, viewer);
    return track && source ? [{ track, source }] : [];
  });
};

export type List = { name: string; changedAtMs: number; trackRows: readonly number[] };

/** A long list is read in parts: others are served between them. */
export const listContents = async (library: Sources, list: List, viewer: Viewer): Promise<Contents> => {
  const { trackRows, name, changedAtMs } = list;
  const lines: Line[] = [];
  for (let at = 0; at < trackRows.length; at += BATCH) {
    lines.push(...linesOf(library, trackRows.slice(at, at + BATCH), viewer).filter(isThere));
    await breathe();
  }
  return {
    title: name,
    lines,
    nameOf: ({ track }, place) => dashed(numbered(place + 1, lines.length), artistsOf(track), track.title),
    cover: undefined,
    list: name,
    changedAtMs,
  };
};

export const trackContents = (library: Sources, id: string, viewer: Viewer): Contents | undefined => {
  const track = library.track(id, viewer);
  const source = track && library.trackSource(track.id, viewer);
  if (!track || !source) return undefined;
  const lines = [{ track, source }].filter(isThere);
  return { title: trackName({ track }), lines, nameOf: trackName, cover: undefined, list: undefined, changedAtMs: 0 };
};
