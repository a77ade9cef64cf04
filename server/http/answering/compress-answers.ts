import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';

/**
 * Text is compressed for who can read it. Hono's middleware makes a new Response for everybody, only to say Vary, which
 * costs a list more than its rows do; so callers without Accept-Encoding pass by, and answers say Vary by themselves.
 * Nothing under /m/ varies: a cache keeps one copy for everybody, and packs it itself.
 */
export const compressAnswers = (): MiddlewareHandler => {
  const compressed = compress();
  const passesBy = ({ req }: Context) => req.header('accept-encoding') === undefined || req.path.startsWith('/m/');
  return (c, next) => (passesBy(c) ? next() : compressed(c, next));
};
