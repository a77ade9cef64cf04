import { z } from 'zod';
import { json, route, type Route, type Viewer } from '../http/index.ts';
import {
  albumSchema,
  artistSchema,
  decodeCursor,
  encodeCursor,
  genreSchema,
  tagOf,
  trackSchema,
} from '../library/index.ts';
import { KINDS, type Kind } from './fts/store.ts';
import type { Search, SearchAnswer } from './service.ts';

const MOST_LETTERS = 500;
/** As deep as anybody looks; the engine keeps as many candidates. */
const DEEPEST = 200;

const group = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), total: z.int() });
const playlist = z.object({ id: z.string(), name: z.string(), trackCount: z.int() });
const line = z.object({ track: trackSchema, line: z.string(), atMs: z.int().optional() });
const kind = z.enum(KINDS);

const answer = z.object({
  query: z.string(),
  engine: z.enum(['fts5', 'meilisearch']),
  tookMs: z.number(),
  top: z.object({ kind, id: z.string() }).optional().describe('What is most likely meant, of whatever kind.'),
  artists: group(artistSchema).optional(),
  albums: group(albumSchema).optional(),
  tracks: group(trackSchema).optional(),
  playlists: group(playlist).optional(),
  genres: group(genreSchema).optional(),
  lyrics: group(line).optional(),
  cursor: z.string().nullable().optional().describe('With one type: the next page, or null.'),
});

const types = z
  .string()
  .max(100)
  .transform((text, context): Kind[] => {
    const named = text.split(',').map((name) => name.trim());
    const unknown = named.find((name) => !KINDS.some((it) => it === name));
    if (unknown !== undefined) context.addIssue({ code: 'custom', message: `Types are ${KINDS.join(', ')}.` });
    return KINDS.filter((it) => named.includes(it));
  });

const query = z.string().trim().min(1).max(MOST_LETTERS);
const tagFor = (text: string, only: Kind): string => tagOf(['search', only, text]);

type Needs = { search: Search };

const find = async (
  { search }: Needs,
  ask: { text: string; kinds: readonly Kind[]; limit: number; cursor?: string | undefined },
  viewer: Viewer,
) => {
  const { text, kinds, limit, cursor } = ask;
  const only = kinds.length === 1 ? kinds[0] : undefined;
  const offset = only && cursor !== undefined ? Number(decodeCursor(cursor, tagFor(text, only), 1).keys[0] ?? 0) : 0;
  const found = await search.find({ text, kinds, limit, offset }, viewer);
  const more = only && found.kinds[only]?.more && offset + limit < DEEPEST;
  return {
    found,
    only,
    next: only && more ? encodeCursor(tagFor(text, only), { leg: 0, keys: [offset + limit] }) : null,
  };
};

const shapeOf = (text: string, found: SearchAnswer) => ({
  query: text,
  engine: found.engine,
  tookMs: Math.round(found.tookMs * 10) / 10,
  ...(found.top && { top: found.top }),
  ...Object.fromEntries(Object.entries(found.kinds).map(([name, { items, total }]) => [name, { items, total }])),
});

export const createSearchRoutes = (needs: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/search',
      who: 'user',
      summary:
        'Finds anything by name, mistyped or cut short; groups in the order artists, albums, tracks, playlists, genres, lyrics.',
      query: {
        q: query,
        types: types.optional(),
        limit: z.coerce.number().int().min(1).max(50).default(10),
        cursor: z.string().max(1000).optional(),
      },
      answers: { 200: answer },
    },
    async (call) => {
      const { q, types: asked, limit, cursor } = call.query;
      const kinds = asked ?? KINDS;
      const { found, only, next } = await find(needs, { text: q, kinds, limit, cursor }, call.viewer);
      return json(call, { ...shapeOf(q, found), ...(only && { cursor: next }) });
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/suggest',
      who: 'user',
      summary: 'Names that what was typed so far may become.',
      query: { q: query, limit: z.coerce.number().int().min(1).max(20).default(8) },
      answers: {
        200: z.object({ query: z.string(), items: z.array(z.object({ kind, id: z.string(), text: z.string() })) }),
      },
    },
    async (call) => {
      const { q, limit } = call.query;
      return json(call, { query: q, items: await needs.search.suggest(q, limit, call.viewer) });
    },
  ),
];
