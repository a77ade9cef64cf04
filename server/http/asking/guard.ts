import type { Context } from 'hono';
import type { Client } from './client.ts';
import { forbidden, unauthenticated, wrongOrigin, wrongScope } from '../problems.ts';
import { isPublicRoute } from '../route.ts';
import type { Route, RouteSpec } from '../route.ts';
import { originOf } from './same-origin.ts';
import type { Scope, Viewer } from './viewer.ts';

/** What a token needs for this route. */
export const neededScope = (spec: RouteSpec): Scope => {
  if (spec.scope) return spec.scope;
  if (spec.who === 'admin') return 'admin';
  return spec.method === 'get' ? 'read' : 'write';
};

/** Who may administer sees the numbers on the owner's page anyway. */
const holds = (scopes: ReadonlySet<Scope>, needed: Scope): boolean =>
  scopes.has(needed) || (needed === 'metrics' && scopes.has('admin'));

export type Caller = { viewer: Viewer | undefined; client: Client; baseUrl: string | undefined };

/**
 * Throws unless this caller may use this route. In order: a change needs to come from our own pages (unless a token
 * carries it), then somebody must be there, with the right role, with the right scope.
 */
export const guard = (c: Context, it: Route, { viewer, client, baseUrl }: Caller): void => {
  const { spec } = it;
  if (spec.method !== 'get' && viewer?.via !== 'token') {
    const origin = originOf(c, client, baseUrl);
    if (origin === 'foreign' || (origin === 'silent' && viewer?.via === 'session')) throw wrongOrigin();
  }
  if (isPublicRoute(it)) return;
  if (!viewer) throw unauthenticated({ headers: { 'www-authenticate': 'Bearer' } });
  if (spec.who === 'admin' && viewer.role === 'listener') throw forbidden();
  if (!holds(viewer.scopes, neededScope(spec))) throw wrongScope();
};
