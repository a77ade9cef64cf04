import { z } from 'zod';
import { json, jsonText, notFound, route, type Call, type Route } from '../http/index.ts';
import { listQuery, readListQuery, type FilterName } from './list-query.ts';
import type { Library } from './read/index.ts';
import { pairsOf, type ListName } from './read/lists.ts';
import {
  albumPageSchema,
  albumSchema,
  artistPageSchema,
  artistSchema,
  folderPageSchema,
  folderSchema,
  genreSchema,
  lyricsSchema,
  pageOf,
  trackSchema,
} from './schemas.ts';

const params = { id: z.string().max(40) };
const found = <Thing>(thing: Thing | undefined): Thing => {
  if (thing === undefined) throw notFound();
  return thing;
};

type ListRoute = { name: ListName; filters: readonly FilterName[]; what: string; item: z.ZodType };

/** An answer kept for this viewer until anybody writes: the hot path of every page. */
const kept = (library: Library, call: Call, make: () => string): Response => {
  const { bytes, etag } = library.keep(call.viewer, call.c.req.url, make);
  return jsonText(call, bytes, { etag });
};

const listRoute = (library: Library, { name, filters, what, item }: ListRoute): Route =>
  route(
    {
      method: 'get',
      path: `/api/v1/${name}`,
      who: 'user',
      summary: `${what} Sorts and filters that go together: ${pairsOf(name).join('; ')}.`,
      query: listQuery(filters),
      answers: { 200: pageOf(item) },
    },
    (call) =>
      kept(library, call, () => library.listText(name, readListQuery(library, call.query, call.viewer), call.viewer)),
  );

const listRoutes = (library: Library): Route[] => [
  listRoute(library, {
    name: 'artists',
    filters: ['genre', 'liked', 'role'],
    what: 'Artists.',
    item: artistSchema,
  }),
  listRoute(library, {
    name: 'albums',
    filters: ['artist', 'genre', 'year', 'yearFrom', 'yearTo', 'type', 'liked', 'folder'],
    what: 'Albums.',
    item: albumSchema,
  }),
  listRoute(library, {
    name: 'tracks',
    filters: ['album', 'artist', 'genre', 'liked', 'codec', 'missing', 'folder'],
    what: 'Tracks; those whose file is missing are among them and say so.',
    item: trackSchema,
  }),
  listRoute(library, { name: 'genres', filters: [], what: 'Genres.', item: genreSchema }),
];

const pageRoutes = (library: Library): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/artists/:id',
      who: 'user',
      summary: 'An artist with albums, appearances and favourites.',
      params,
      answers: { 200: artistPageSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.artist(call.params.id, call.viewer)))),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/albums/:id',
      who: 'user',
      summary: 'An album with its discs and their tracks.',
      params,
      answers: { 200: albumPageSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.album(call.params.id, call.viewer)))),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/tracks/:id',
      who: 'user',
      summary: 'One track.',
      params,
      answers: { 200: trackSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.track(call.params.id, call.viewer)))),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/tracks/:id/lyrics',
      who: 'user',
      summary: 'Its lyrics, synced where there are any.',
      params,
      answers: { 200: lyricsSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.lyrics(call.params.id, call.viewer)))),
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/genres/:id',
      who: 'user',
      summary: 'One genre.',
      params,
      answers: { 200: genreSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.genre(call.params.id, call.viewer)))),
  ),
];

const folderRoutes = (library: Library): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/folders',
      who: 'user',
      summary: 'The top folder of every root, or with parent= the folders in one.',
      query: listQuery(['parent']),
      answers: { 200: pageOf(folderSchema) },
    },
    (call) => {
      if (call.query['parent'] === undefined)
        return json(call, { items: library.topFolders(call.viewer), next: null, total: null });
      return jsonText(call, library.listText('folders', readListQuery(library, call.query, call.viewer), call.viewer));
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/folders/:id',
      who: 'user',
      summary: 'A folder as it lies on disk: the folders in it and its tracks, at most 500 of each.',
      params,
      answers: { 200: folderPageSchema },
    },
    (call) => kept(library, call, () => JSON.stringify(found(library.folder(call.params.id, call.viewer)))),
  ),
];

/** The library over HTTP. Covers have routes of their own: they are made with sharp. */
export const createLibraryRoutes = ({ library }: { library: Library }): Route[] => [
  ...listRoutes(library),
  ...pageRoutes(library),
  ...folderRoutes(library),
];
