import type { Context } from 'hono';
import { preconditionFailed, preconditionRequired } from '../http/index.ts';

/**
 * If-Match against a playlist's revision: `"7"`, or the ETag of its read, `"7-…"`, whose end tells of the bytes. A like on
 * a track changes the bytes but collides with no edit. `needed`: 428 without it.
 */
export const matchRevision = ({ c }: { c: Context }, revision: number, needed: boolean): void => {
  const header = c.req.header('if-match');
  if (header === undefined) {
    if (needed) throw preconditionRequired();
    return;
  }
  const said = header.split(',').map((tag) => /^(?:W\/)?"?(\d+)(?:-[^"]*)?"?$/.exec(tag.trim())?.[1]);
  if (header.trim() !== '*' && !said.includes(String(revision)))
    throw preconditionFailed({ headers: { etag: `"${revision}"` } });
};
