import type { Context } from 'hono';
import { forbidden, unauthenticated, wrongOrigin, wrongScope } from './problems.ts';
import type { Route, RouteSpec } from './route.ts';
import { originOf } from './same-origin.ts';
import type { Scope, Viewer } from './viewer.ts';

const neededScope = (spec: RouteSpec): Scope => {
  if (spec.scope) return spec.scope;
  if (spec.who === 'admin') return 'admin';
  return spec.method === 'get' ? 'read' : 'write';
};

/**
 * Throws unless this viewer may call this route. In order: a change needs to come from our own pages (unless a token
 * carries it), then somebody must be there, with the right role, with the right scope.
 */
export const guard = (
  c: Context,
  it: Route,
  who: { viewer: Viewer | undefined; baseUrl: string | undefined },
): void => {
  const { spec } = it;
  const { viewer } = who;
  if (spec.method !== 'get' && viewer?.via !== 'token') {
    const origin = originOf(c, who.baseUrl);
    if (origin === 'foreign' || (origin === 'silent' && viewer?.via === 'session')) throw wrongOrigin();
  }
  if (spec.who === 'public') return;
  if (!viewer) throw unauthenticated({ headers: { 'www-authenticate': 'Bearer' } });
  if (spec.who === 'admin' && viewer.role === 'listener') throw forbidden();
  if (!viewer.scopes.has(neededScope(spec))) throw wrongScope();
};
