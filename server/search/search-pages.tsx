import { z } from 'zod';
import { page, redirectTo, route, type Route, type Viewer } from '../http/index.ts';
import { SearchPage } from '../../web/pages/search.tsx';
import { t } from '../../web/strings.ts';
import { isProblem } from '../kit/index.ts';
import type { Genre, Library } from '../library/index.ts';
import type { Range } from './marks.ts';
import { CANDIDATES, KINDS, type Kind } from './question.ts';
import type { SecondEngine } from './second-engine.ts';
import type { Search, SearchAnswer } from './service.ts';

export type SearchPageNeeds = {
  search: Pick<Search, 'find'>;
  secondEngine: Pick<SecondEngine, 'turn'>;
  library: Pick<Library, 'list'>;
};

/** Of each kind, where all are shown. */
const SHOWN = 12;

type Group<Item> = { items: Item[]; marks: Range[][]; total: number } | undefined;

const markedOf = <Item,>(group: Group<Item>): { items: (Item & { marks: Range[] | undefined })[]; total: number } => ({
  items: (group?.items ?? []).map((item, i) => ({ ...item, marks: group?.marks[i] })),
  total: group?.total ?? 0,
});

const groupsOf = ({ artists, albums, tracks, playlists, genres, lyrics }: SearchAnswer['kinds']) => ({
  artists: markedOf(artists),
  albums: markedOf(albums),
  tracks: markedOf(tracks),
  playlists: markedOf(playlists),
  genres: markedOf(genres),
  lyrics: markedOf(lyrics),
});

type Asked = { text: string; only: Kind | undefined };

/** The best of each kind, or all there is of one beside how many there are of the others. */
const findAll = async (search: SearchPageNeeds['search'], { text, only }: Asked, viewer: Viewer) => {
  const { kinds, top, meant } = await search.find({ text, kinds: KINDS, limit: SHOWN }, viewer);
  const whole = only ? (await search.find({ text, kinds: [only], limit: CANDIDATES }, viewer)).kinds : {};
  return { groups: groupsOf({ ...kinds, ...whole }), top, meant };
};

/** A filter that is still being typed, or makes no sense, is told on the page. */
const hintsOf = (error: unknown): string[] => {
  const hints = isProblem(error) && error.status === 422 ? (error.facts.errors ?? []) : [];
  if (hints.length === 0) throw error;
  return hints.map(({ message }) => message);
};

/** What to look through before anything is typed. */
const genresOf = (library: SearchPageNeeds['library'], viewer: Viewer): Genre[] =>
  library.list('genres', { limit: 200, sort: 'name', filters: {} }, viewer).items;

export const createSearchPages = ({ search, secondEngine, library }: SearchPageNeeds): Route[] => [
  route(
    {
      method: 'get',
      path: '/search',
      kind: 'page',
      who: 'user',
      summary: 'Finds names as they are typed.',
      query: { q: z.string().max(200).optional(), types: z.enum(KINDS).optional() },
      answers: { 200: 'The page.' },
    },
    async (call) => {
      const typed = call.query.q ?? '';
      const query = typed.trim();
      const only = call.query.types;
      const found = query
        ? await findAll(search, { text: typed, only }, call.viewer).catch((error: unknown) => ({
            wrong: hintsOf(error),
          }))
        : {};
      const title = query ? t.search.resultsFor(query) : t.search.title;
      return page(call, {
        title,
        body: <SearchPage query={query} only={only} {...found} genres={query ? [] : genresOf(library, call.viewer)} />,
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
