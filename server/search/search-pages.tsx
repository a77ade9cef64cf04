import { z } from 'zod';
import { page, route, type Route, type Viewer } from '../http/index.ts';
import { SearchPage } from '../../web/pages/search.tsx';
import { t } from '../../web/strings.ts';
import type { Genre, Library } from '../library/index.ts';
import type { Search, SearchAnswer } from './service.ts';

export type SearchPageNeeds = { search: Pick<Search, 'find'>; library: Pick<Library, 'list'> };

const SHOWN = 12;
const KINDS_SHOWN = ['artists', 'albums', 'tracks', 'playlists'] as const;

const itemsOf = ({ kinds }: SearchAnswer) => ({
  artists: kinds.artists?.items ?? [],
  albums: kinds.albums?.items ?? [],
  tracks: kinds.tracks?.items ?? [],
  playlists: kinds.playlists?.items ?? [],
});

/** What to look through before anything is typed. */
const genresOf = (library: SearchPageNeeds['library'], viewer: Viewer): Genre[] =>
  library.list('genres', { limit: 200, sort: 'name', filters: {} }, viewer).items;

const NOTHING = { artists: [], albums: [], tracks: [], playlists: [] };

export const createSearchPages = ({ search, library }: SearchPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/search',
      kind: 'page',
      who: 'user',
      summary: 'Finds names as they are typed.',
      query: { q: z.string().max(200).optional() },
      answers: { 200: 'The page.' },
    },
    async (call) => {
      const typed = call.query.q ?? '';
      const query = typed.trim();
      const found = query
        ? itemsOf(await search.find({ text: typed, kinds: KINDS_SHOWN, limit: SHOWN }, call.viewer))
        : NOTHING;
      const title = query ? t.search.resultsFor(query) : t.search.title;
      return page(call, {
        title,
        body: <SearchPage query={query} {...found} genres={query ? [] : genresOf(library, call.viewer)} />,
      });
    },
  ),
];
