import { hash } from 'node:crypto';
import type { Context } from 'hono';
import { BYTES_HEADERS } from './security-headers.ts';

type Answering = { c: Context };

/** True when If-None-Match names this tag (weak comparison, RFC 9110 13.1.2). */
export const noneMatchFails = (c: Context, etag: string): boolean => {
  const header = c.req.header('if-none-match');
  if (!header) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(etag));
};

/** What `json` wrote into an answer to a change: idempotency keeps it, and an answer's own body can be read once only. */
const texts = new WeakMap<Response, string>();
export const writtenText = (answer: Response): string | undefined => texts.get(answer);

type JsonOptions = { status?: number; etag?: string; headers?: Record<string, string> };

/**
 * A JSON answer. A read gets an ETag (of the bytes, unless one is given) and 304 when the caller has it;
 * everything is `private, no-cache` unless `headers` say otherwise.
 */
export const json = (call: Answering, data: unknown, options: JsonOptions = {}): Response =>
  jsonText(call, JSON.stringify(data), options);

/** The same for an answer that is JSON already, as text or in UTF-8. */
export const jsonText = ({ c }: Answering, text: string | Buffer<ArrayBuffer>, options: JsonOptions = {}): Response => {
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-cache',
    vary: 'Cookie, Authorization, Accept-Encoding',
    ...BYTES_HEADERS,
    ...options.headers,
  };
  const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (reading || options.etag) {
    const etag = options.etag ?? `"${hash('sha1', text, 'base64url').slice(0, 20)}"`;
    headers['etag'] = etag;
    if (reading && noneMatchFails(c, etag)) return new Response(null, { status: 304, headers });
  }
  const answer = new Response(text, { status: options.status ?? 200, headers });
  if (!reading) texts.set(answer, String(text));
  return answer;
};

export const noContent = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers });

/**
 * The path when it is one of our own, `/` for anything else. Parsed as a browser would (tabs and newlines vanish,
 * backslashes turn, `//host` is another site), then written out again, so that what is judged is what is followed.
 */
export const ownPath = (path: string): string => {
  const here = 'http://here.invalid';
  if (!path.startsWith('/') || !URL.canParse(path, here)) return '/';
  const url = new URL(path, here);
  // A path that begins with two slashes is a host to the next reader.
  return url.origin === here && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/';
};

/** Sends a browser on after a form; only to paths of our own. */
export const redirectTo = (_call: Answering, path: string): Response => {
  const own = ownPath(path);
  return new Response(null, { status: 303, headers: { location: own } });
};
