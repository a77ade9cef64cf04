import { z } from 'zod';
import { json, noContent, notFound, route, type Route } from '../../http/index.ts';
import type { Accounts } from '../service.ts';
import { listOf, tokenBody, tokenOf, tokenShape, wholeList } from './shapes.ts';

export const createTokenRoutes = ({ tokens }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/tokens',
      who: 'user',
      owner: 'your own tokens',
      summary: 'Your tokens, newest first; never their secrets.',
      answers: { 200: listOf(tokenShape) },
    },
    (call) => json(call, wholeList(tokens.list(call.viewer).map(tokenOf))),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/tokens',
      who: 'user',
      summary: 'Makes a token; this answer is the only one that shows it.',
      body: tokenBody,
      answers: {
        201: z.object({ id: z.string(), token: z.string() }),
        403: 'More than you have yourself.',
        409: 'You have too many.',
      },
      example: { body: { name: 'Backup script', scopes: ['read'] } },
    },
    (call) => {
      const { name, scopes, expiresAt } = call.body;
      const expiresAtMs = typeof expiresAt === 'string' ? Date.parse(expiresAt) : undefined;
      const { id, secret } = tokens.create(call.viewer, { name, scopes, expiresAtMs });
      return json(call, { id, token: secret }, { status: 201, headers: { 'cache-control': 'no-store' } });
    },
  ),
  route(
    {
      method: 'delete',
      path: '/api/v1/tokens/:id',
      who: 'user',
      owner: 'your own tokens',
      summary: 'Revokes a token, at once.',
      params: { id: z.string().max(40) },
      answers: { 204: 'Revoked.', 404: 'Not one of yours.' },
    },
    (call) => {
      if (!tokens.revoke(call.viewer, call.params.id)) throw notFound();
      return noContent();
    },
  ),
];
