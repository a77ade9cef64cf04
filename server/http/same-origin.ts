import type { Context } from 'hono';

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
};

/**
 * Whether a request that changes something came from one of our own pages: `ours`, `foreign`, or `silent` when the client
 * said nothing (scripts; browsers always say). Origin is compared with Host, or with the public address when one is set.
 */
export const originOf = (c: Context, baseUrl: string | undefined): 'ours' | 'foreign' | 'silent' => {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'ours' : 'foreign';
  const origin = c.req.header('origin');
  if (origin === undefined) return 'silent';
  const host = hostOf(origin);
  if (host === undefined) return 'foreign';
  return host === c.req.header('host') || (baseUrl !== undefined && host === hostOf(baseUrl)) ? 'ours' : 'foreign';
};
