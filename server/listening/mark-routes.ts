import { z } from 'zod';
import { noContent, notFound, route, type Route } from '../http/index.ts';
import { kinds } from './schemas.ts';
import type { Listening } from './service.ts';

const params = {
  kind: z.string().max(20).describe('tracks, albums, artists, playlists or episodes'),
  id: z.string().max(40),
};

/** A kind there is none of is an address there is nothing at. */
const kindOf = (kind: string) => {
  const known = kinds.safeParse(kind);
  if (!known.success) throw notFound();
  return known.data;
};
const done = { 204: 'Done; doing it twice changes nothing.' };
const owner = 'Everybody marks for themselves.';

/** Likes, ratings and "never play this". */
export const createMarkRoutes = ({ listening }: { listening: Listening }): Route[] => {
  type Act = 'like' | 'unlike' | 'ban' | 'unban';
  const mark = (method: 'put' | 'delete', path: string, it: { act: Act; summary: string }): Route =>
    route({ method, path, who: 'user', owner, summary: it.summary, params, answers: done }, (call) => {
      listening[it.act](kindOf(call.params.kind), call.params.id, call.viewer);
      return noContent();
    });
  return [
    mark('put', '/api/v1/likes/:kind/:id', { act: 'like', summary: 'Like it.' }),
    mark('delete', '/api/v1/likes/:kind/:id', { act: 'unlike', summary: 'Like it no more.' }),
    mark('put', '/api/v1/bans/:kind/:id', { act: 'ban', summary: 'Never play this: left out of shuffle and mixes.' }),
    mark('delete', '/api/v1/bans/:kind/:id', { act: 'unban', summary: 'It may be played again.' }),
    route(
      {
        method: 'put',
        path: '/api/v1/ratings/:kind/:id',
        who: 'user',
        owner,
        summary: 'Give stars; 0 takes them away.',
        params,
        body: z.strictObject({ stars: z.int().min(0).max(5) }),
        answers: done,
      },
      (call) => {
        const { kind, id } = call.params;
        listening.rate({ kind: kindOf(kind), id, stars: call.body.stars }, call.viewer);
        return noContent();
      },
    ),
  ];
};
