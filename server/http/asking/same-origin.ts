import type { Context } from 'hono';
import type { Client } from './client.ts';

const parse = (origin: string | undefined): URL | undefined =>
  origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined;

export type Provenance = 'ours' | 'foreign' | 'silent';

/**
 * Whether a request that changes something came from one of our own pages: `ours`, `foreign`, or `silent` when the client
 * said nothing (scripts; browsers always say). Pure: the headers, the host asked for, and the public address when one is set.
 */
export const judgeOrigin = (
  said: { site: string | undefined; origin: string | undefined },
  us: { host: string | undefined; baseUrl: string | undefined },
): Provenance => {
  // Fetch Metadata: scripts of a page cannot set it. `none` is a person typing the address, never another site.
  if (said.site !== undefined) return said.site === 'same-origin' || said.site === 'none' ? 'ours' : 'foreign';
  if (said.origin === undefined) return 'silent';
  const origin = parse(said.origin);
  if (!origin) return 'foreign';
  if (us.baseUrl !== undefined && origin.origin === parse(us.baseUrl)?.origin) return 'ours';
  // A page of http://home cannot speak for https://home: with an https address set, plain http is somebody else.
  const base = parse(us.baseUrl);
  if (base && base.host === origin.host) return 'foreign';
  return us.host !== undefined && origin.host === us.host.toLowerCase() ? 'ours' : 'foreign';
};

export const originOf = (c: Context, client: Client, baseUrl: string | undefined): Provenance =>
  judgeOrigin({ site: c.req.header('sec-fetch-site'), origin: c.req.header('origin') }, { host: client.host, baseUrl });
