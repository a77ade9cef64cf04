import type { Context } from 'hono';
import { preconditionFailed, preconditionRequired } from '../problems.ts';

/** A tag is weak only because its answer was compressed on the way (browsers send back what they got): the same version. */
const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/**
 * For edits that two people can collide in: throws 428 without If-Match, 412 when it names another version (RFC 9110
 * 13.1.1). `etag` is quoted, as the read answered it.
 */
export const requireMatch = ({ c }: { c: Context }, etag: string): void => {
  const header = c.req.header('if-match');
  if (header === undefined) throw preconditionRequired();
  checkMatch({ c }, etag);
};

/** The same where If-Match may be left out. */
export const checkMatch = ({ c }: { c: Context }, etag: string): void => {
  const header = c.req.header('if-match');
  if (header === undefined || header.trim() === '*') return;
  if (!tags(header).includes(etag)) throw preconditionFailed({ headers: { etag } });
};
