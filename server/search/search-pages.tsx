import { z } from 'zod';
import { page, redirectTo, route, type Route, type Viewer } from '../http/index.ts';
import { SearchPage } from '../../web/pages/search.tsx';
import { t } from '../../web/strings.ts';
import { isProblem } from '../kit/index.ts';
import type { Genre, Library } from '../library/index.ts';
import type { Range } from './marks.ts';
import type { SecondEngine } from './second-engine.ts';
import type { Search, SearchAnswer } from './service.ts';

export type SearchPageNeeds = {
  search: Pick<Search, 'find'>;
  secondEngine: Pick<SecondEngine, 'turn'>;
  library: Pick<Library, 'list'>;
};

const SHOWN = 12;
const KINDS_SHOWN = ['artists', 'albums', 'tracks', 'playlists'] as const;

type Group<Item> = { items: Item[]; marks: Range[][] } | undefined;

const markedOf = <Item,>(group: Group<Item>): (Item & { marks: Range[] | undefined })[] =>
  (group?.items ?? []).map((item, i) => ({ ...item, marks: group?.marks[i] }));

const itemsOf = ({ kinds, meant }: SearchAnswer) => ({
  artists: markedOf(kinds.artists),
  albums: markedOf(kinds.albums),
  tracks: markedOf(kinds.tracks),
  playlists: markedOf(kinds.playlists),
  meant,
});

/** A filter that is still being typed, or makes no sense, is told on the page. */
const hintsOf = (error: unknown): string[] => {
  const hints = isProblem(error) && error.status === 422 ? (error.facts.errors ?? []) : [];
  if (hints.length === 0) throw error;
  return hints.map(({ message }) => message);
};

/** What to look through before anything is typed. */
const genresOf = (library: SearchPageNeeds['library'], viewer: Viewer): Genre[] =>
  library.list('genres', { limit: 200, sort: 'name', filters: {} }, viewer).items;

const NOTHING = { artists: [], albums: [], tracks: [], playlists: [] };

export const createSearchPages = ({ search, secondEngine, library }: SearchPageNeeds): Route[] => [
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
      const ask = { text: typed, kinds: KINDS_SHOWN, limit: SHOWN };
      const found = query
        ? await search.find(ask, call.viewer).then(itemsOf, (error: unknown) => ({ ...NOTHING, wrong: hintsOf(error) }))
        : NOTHING;
      const title = query ? t.search.resultsFor(query) : t.search.title;
      return page(call, {
        title,
        body: <SearchPage query={query} {...found} genres={query ? [] : genresOf(library, call.viewer)} />,
      });
    },
  ),
  route(
    {
      method: 'post',
      path: '/server/search',
      kind: 'page',
      who: 'admin',
      summary: 'Turns the Meilisearch program of this machine on or off.',
      body: z.object({ meilisearch: z.enum(['on', 'off']) }),
      answers: { 303: 'Turned.', 409: 'There is none to turn on or off.' },
    },
    async (call) => {
      await secondEngine.turn(call.body.meilisearch === 'on');
      return redirectTo(call, '/server#search');
    },
  ),
];
