import type { Context } from 'hono';
import type { Log } from '../../kit/index.ts';
import type { Route } from '../route.ts';
import type { Viewer } from './viewer.ts';

/*
 * One line per request, at debug. Never the query (it may carry a search, a signature or a mistake), never a header.
 * A signed media path is a credential, so there the route stands for the path.
 */
export const shownPath = (path: string, route = '/m/-'): string =>
  path.startsWith('/m/') ? route : path.slice(0, 200);

type Served = { it: Route; viewer: Viewer | undefined; status: number; requestId: string; startedAtMs: number };

export const logAccess = (log: Log, c: Context, served: Served): void => {
  const { it, viewer, status, requestId, startedAtMs } = served;
  log.debug(
    {
      requestId,
      method: c.req.method,
      path: shownPath(c.req.path, it.spec.path),
      status,
      ms: Math.round((performance.now() - startedAtMs) * 100) / 100,
      ...(viewer && { userId: viewer.userId, via: viewer.via }),
    },
    'request',
  );
};
