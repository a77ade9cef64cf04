import { mayAdminister, type Viewer } from '../http/index.ts';
import { encodeId, toInstant } from '../kit/index.ts';
import { encodeCursor, tagOf, type Library, type Track } from '../library/index.ts';
import { fitsOnALine, writeM3u } from './m3u.ts';
import { MOST_PLAYLIST_ENTRIES, type Playlists } from './service.ts';
import { playlistShape, type Playlist } from './shapes.ts';
import type { EntryRow, PlaylistRow } from './store.ts';

type Needs = { playlists: Playlists; library: Pick<Library, 'trackTexts' | 'tracks' | 'resolve' | 'marks'> };

const FIRST_ENTRIES = 500;
const COVERS = 4;
export const LOOKED_AT_FOR_COVERS = 12;
const entriesTag = (id: string): string => tagOf(['entries', id]);

type Lib = Needs['library'];

/** The row of an entry's track; merged ones lead to the other. */
const rowsOf = (library: Lib, entries: readonly EntryRow[], viewer: Viewer): Map<number, number> => {
  const wanted = [...new Set(entries.map(({ trackId }) => trackId))];
  const texts = library.trackTexts(wanted, viewer);
  return new Map(
    wanted.flatMap((row) => {
      const real = texts.has(row) ? row : library.resolve('tracks', encodeId('trk', row), viewer);
      return real === undefined ? [] : [[row, real] as const];
    }),
  );
};

/** Up to four, of what stands first. */
export const coversOf = (
  library: Pick<Library, 'tracks'>,
  entries: readonly EntryRow[],
  viewer: Viewer,
): Playlist['covers'] => {
  const rows = entries.slice(0, LOOKED_AT_FOR_COVERS).map(({ trackId }) => trackId);
  const found = library.tracks([...new Set(rows)], viewer).flatMap(({ cover }) => (cover ? [cover] : []));
  return [...new Map(found.map((cover) => [cover.id, cover])).values()].slice(0, COVERS);
};

/** Entries as JSON texts, put together from the tracks' kept texts: a list of 500 is not built and written anew. */
const entryTexts = (library: Lib, entries: readonly EntryRow[], viewer: Viewer): string => {
  const rows = rowsOf(library, entries, viewer);
  const texts = library.trackTexts([...new Set(rows.values())], viewer);
  return entries
    .map(({ id, trackId, addedAtMs }) => {
      const text = texts.get(rows.get(trackId) ?? -1) ?? 'null';
      return `{"id":"${id}","trackId":"${encodeId('trk', trackId)}","addedAt":"${toInstant(addedAtMs)}","track":${text}}`;
    })
    .join(',');
};

type M3uAsk = { as: 'paths' | 'urls' | undefined; base: string };

const createM3u =
  ({ playlists, library }: Needs) =>
  (id: string, { as, base }: M3uAsk, viewer: Viewer): string => {
    const { name } = playlists.get(id, viewer);
    const entries = playlists.entries(id, { limit: MOST_PLAYLIST_ENTRIES }, viewer);
    const rows = rowsOf(library, entries, viewer);
    const there = [...new Set(rows.values())];
    const tracks = new Map(library.tracks(there, viewer).map((track, i) => [there[i], track]));
    const paths = (as ?? (mayAdminister(viewer) ? 'paths' : 'urls')) === 'paths';
    const location = ({ path, id: track }: Track): string =>
      paths && path !== undefined && fitsOnALine(path) ? path : `${base}/api/v1/tracks/${track}/file`;
    const lines = entries.flatMap(({ trackId }) => tracks.get(rows.get(trackId)) ?? []);
    return writeM3u({
      name,
      entries: lines.map((track) => ({
        location: location(track),
        title: track.title,
        artist: track.artists.find(({ role }) => role === 'artist')?.name,
        album: track.album.title,
        durationMs: track.durationMs,
      })),
    });
  };

/** How playlists are shown: with their covers, their tracks, as M3U8. */
export const createShow = (needs: Needs) => {
  const { playlists, library } = needs;
  const one = (row: PlaylistRow, viewer: Viewer, entries?: readonly EntryRow[]): Playlist => {
    const first = entries ?? playlists.entries(row.id, { limit: LOOKED_AT_FOR_COVERS }, viewer);
    const marks = library.marks.get({ userId: viewer.userId, kind: 'playlists', id: row.id });
    return playlistShape(row, { marks, covers: coversOf(library, first, viewer) });
  };
  const entryPage = (id: string, ask: { limit: number; behind?: number | undefined }, viewer: Viewer) => {
    const rows = playlists.entries(id, { ...ask, limit: ask.limit + 1 }, viewer);
    const page = rows.slice(0, ask.limit);
    const last = page.at(-1);
    const more = rows.length > ask.limit && last;
    const next = more ? JSON.stringify(encodeCursor(entriesTag(id), { leg: 0, keys: [last.position] })) : 'null';
    return { page, next };
  };

  return {
    one,
    entriesTag,
    /** A playlist with its first entries, as JSON text. */
    pageText: (id: string, viewer: Viewer): string => {
      const { page, next } = entryPage(id, { limit: FIRST_ENTRIES }, viewer);
      const head = JSON.stringify(one(playlists.get(id, viewer), viewer, page)).slice(0, -1);
      return `${head},"entries":[${entryTexts(library, page, viewer)}],"entriesNext":${next}}`;
    },
    entriesText: (id: string, ask: { limit: number; behind?: number | undefined }, viewer: Viewer): string => {
      const { page, next } = entryPage(id, ask, viewer);
      const total = playlists.get(id, viewer).entryCount;
      return `{"items":[${entryTexts(library, page, viewer)}],"next":${next},"total":${total}}`;
    },
    /** As M3U8: paths relative to their roots for those who may see paths, else addresses of our own below `base`. */
    m3u: createM3u(needs),
  };
};
export type Show = ReturnType<typeof createShow>;
