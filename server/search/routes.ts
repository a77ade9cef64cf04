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
import { KINDS, type Kind } from './question.ts';
import type { SecondEngine } from './second-engine.ts';
import type { Search, SearchAnswer } from './service.ts';

const MOST_LETTERS = 500;
/** As deep as anybody looks; the engine keeps as many candidates. */
const DEEPEST = 200;

const marks = z
  .array(z.array(z.tuple([z.int(), z.int()])))
  .describe('Per item, which letters of its name (or line) answer: from and to, in UTF-16 units.');
const groupOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), total: z.int(), marks });
const playlist = z.object({ id: z.string(), name: z.string(), trackCount: z.int() });
const line = z.object({ track: trackSchema, line: z.string(), atMs: z.int().optional() });
const kind = z.enum(KINDS);

const answer = z.object({
  query: z.string(),
  engine: z.enum(['fts5', 'meilisearch']),
  tookMs: z.number(),
  top: z.object({ kind, id: z.string() }).optional().describe('What is most likely meant, of whatever kind.'),
  didYouMean: z.string().optional().describe('The question as the best answer spells it.'),
  artists: groupOf(artistSchema).optional(),
  albums: groupOf(albumSchema).optional(),
  tracks: groupOf(trackSchema).optional(),
  playlists: groupOf(playlist).optional(),
  genres: groupOf(genreSchema).optional(),
  lyrics: groupOf(line).optional(),
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

type Needs = { search: Search; secondEngine: Pick<SecondEngine, 'state' | 'turn'> };

const find = async (
  { search }: Pick<Needs, 'search'>,
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
  ...(found.meant !== undefined && { didYouMean: found.meant }),
  ...Object.fromEntries(
    Object.entries(found.kinds).map(([name, group]) => [
      name,
      { items: group.items, total: group.total, marks: group.marks },
    ]),
  ),
});

const engineShape = z.object({
  answering: z.enum(['fts5', 'meilisearch']),
  meilisearch: z.object({
    source: z.enum(['none', 'server', 'child']).describe('A server that runs elsewhere, or a program that is here.'),
    on: z.boolean(),
    state: z
      .enum(['off', 'filling', 'ok', 'fallback'])
      .describe('`fallback`: it is away and the built-in index answers.'),
    version: z.string().optional(),
    why: z.string().optional().describe('What it complained of last.'),
  }),
});

const engineOf = ({ search, secondEngine }: Needs): z.output<typeof engineShape> => {
  const { source, on, state, version, why } = secondEngine.state();
  return {
    answering: search.state().answering,
    meilisearch: { source, on, state, ...(version !== undefined && { version }), ...(why !== undefined && { why }) },
  };
};

const engineRoutes = (needs: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/search/engine',
      who: 'admin',
      summary: 'Which engine answers, and how Meilisearch is.',
      answers: { 200: engineShape },
    },
    (call) => json(call, engineOf(needs)),
  ),
  route(
    {
      method: 'put',
      path: '/api/v1/search/engine',
      who: 'admin',
      summary: 'Turns the Meilisearch program of this machine on or off.',
      body: z.object({ meilisearch: z.boolean() }),
      answers: { 200: engineShape, 409: 'There is none to turn on or off.' },
      example: { body: { meilisearch: false } },
    },
    async (call) => {
      await needs.secondEngine.turn(call.body.meilisearch);
      return json(call, engineOf(needs));
    },
  ),
];

export const createSearchRoutes = (needs: Needs): Route[] => [
  ...engineRoutes(needs),
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
