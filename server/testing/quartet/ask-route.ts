import { neededScope, templateOf, type Route, type Scope } from '../../http/index.ts';
import type { Ask, Browser } from '../accounts-house.ts';
import type { Happy } from './recipe.ts';

/** An id that could be, of a thing that is not. */
const UNKNOWN = 'zzz_zzzzzzz';

export const addressOf = (it: Route, happy: Happy, params = happy.params ?? {}): string => {
  const { template } = templateOf(it.spec.path);
  const path = template.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? UNKNOWN));
  const query = new URLSearchParams(happy.query).toString();
  return query ? `${path}?${query}` : path;
};

export const isUnsafe = (it: Route): boolean => it.spec.method !== 'get';

/** Sends what the route wants. Pages take forms. */
export const askFor = (it: Route, happy: Happy, more: Ask = {}): Ask => {
  const { body } = happy;
  const isForm = it.spec.kind === 'page' && body !== undefined;
  return {
    method: it.spec.method.toUpperCase(),
    ...(body !== undefined && { body: isForm ? new URLSearchParams(body as Record<string, string>).toString() : body }),
    ...more,
    headers: {
      ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...happy.headers,
      ...more.headers,
    },
  };
};

export const EVERY_SCOPE: readonly Scope[] = ['read', 'write', 'playback', 'metrics', 'admin'];

const made = new WeakMap<Browser, Map<string, Record<string, string>>>();

/** A token of this person's with exactly these scopes, as a header; made once, for people keep only so many. */
export const tokenOf = async (browser: Browser, scopes: readonly Scope[]): Promise<Record<string, string>> => {
  const known = made.get(browser) ?? new Map<string, Record<string, string>>();
  made.set(browser, known);
  const before = known.get(scopes.join());
  if (before) return before;
  const answer = await browser.ask('/api/v1/tokens', { method: 'POST', body: { name: 'quartet', scopes } });
  const { token } = (await answer.json()) as { token: string };
  const header = { authorization: `Bearer ${token}` };
  known.set(scopes.join(), header);
  return header;
};

/** All that does not open this route: an administrator's token reads the numbers too. */
export const allBut = (it: Route): Scope[] => {
  const needed = neededScope(it.spec);
  return EVERY_SCOPE.filter((scope) => scope !== needed && !(needed === 'metrics' && scope === 'admin'));
};
