import { z } from 'zod';
import { json, noContent, route, type Route, type Viewer } from '../http/index.ts';
import { encodeId, toInstant } from '../kit/index.ts';
import { decodeCursor, encodeCursor, pageOf, tagOf, type Library } from '../library/index.ts';
import { createDeviceRoutes } from './device-routes.ts';
import { createMarkRoutes } from './mark-routes.ts';
import { createQueueRoutes } from './queue-routes.ts';
import { playsAnswer, playsBody, playSchema } from './schemas.ts';
import type { Listening } from './service.ts';
import type { PlayRow } from './store.ts';

type Needs = { listening: Listening; library: Pick<Library, 'tracks' | 'trackTexts' | 'resolve'> };

const HISTORY = tagOf(['history']);
const own = 'Everybody sees only their own.';

type HistoryQuery = { limit: number; cursor?: string | undefined };

const historyPage = ({ listening, library }: Needs, { limit, cursor }: HistoryQuery, viewer: Viewer) => {
  const behind = cursor === undefined ? undefined : decodeCursor(cursor, HISTORY, 2).keys.map(Number);
  const rows = listening.history(viewer, limit + 1, behind && [behind[0] ?? 0, behind[1] ?? 0]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last;
  // A track that was merged into another is shown as that one.
  const rowOf = ({ trackId }: PlayRow) => library.resolve('tracks', encodeId('trk', trackId), viewer);
  const found = page.map(rowOf);
  const there = [...new Set(found.filter((row) => row !== undefined))];
  const tracks = new Map(library.tracks(there, viewer).map((track, i) => [there[i], track]));
  const items = page.map((play, i) => ({
    id: play.id,
    startedAt: toInstant(play.startedAtMs),
    playedMs: play.playedMs,
    outcome: play.outcome,
    counted: play.counted,
    source: play.source,
    deviceId: play.deviceId,
    title: play.title,
    artistText: play.artistText,
    track: tracks.get(found[i]) ?? null,
  }));
  const next = more ? encodeCursor(HISTORY, { leg: 0, keys: [last.startedAtMs, last.seq] }) : null;
  return { items, next, total: null };
};

const playRoutes = (needs: Needs): Route[] => [
  route(
    {
      method: 'post',
      path: '/api/v1/plays',
      who: 'user',
      owner: own,
      summary: 'What was heard. Idempotent by id; events that cannot be kept are named and the others kept.',
      body: playsBody,
      answers: { 200: playsAnswer },
    },
    (call) => {
      const events = call.body.events.map(({ startedAt, ...event }) => ({
        ...event,
        startedAtMs: Date.parse(startedAt),
      }));
      return json(call, needs.listening.takePlays(events, call.viewer));
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/history',
      who: 'user',
      owner: own,
      summary: 'What was heard, the latest first.',
      query: { limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(1000).optional() },
      answers: { 200: pageOf(playSchema) },
    },
    (call) => json(call, historyPage(needs, call.query, call.viewer)),
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/history/:id',
      who: 'user',
      owner: own,
      summary: 'Forgets one listen; counts stay as they are.',
      params: { id: z.string().max(64) },
      answers: { 204: 'Forgotten.' },
    },
    (call) => {
      needs.listening.forgetPlay(call.params.id, call.viewer);
      return noContent();
    },
  ),
];

export const createListeningRoutes = (needs: Needs): Route[] => [
  ...createMarkRoutes(needs),
  ...createQueueRoutes(needs),
  ...playRoutes(needs),
  ...createDeviceRoutes(needs),
];
