import type { MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';

/**
 * Text is compressed for who can read it. Hono's middleware makes a new Response for everybody, only to say Vary, which
 * costs a list more than its rows do; so callers without Accept-Encoding pass by, and answers say Vary by themselves.
 */
export const compressAnswers = (): MiddlewareHandler => {
  const compressed = compress();
  return (c, next) => (c.req.header('accept-encoding') === undefined ? next() : compressed(c, next));
};
