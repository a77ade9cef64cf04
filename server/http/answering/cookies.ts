import type { Context } from 'hono';

const KEY = 'cookiesToSet';

/** Adds a Set-Cookie to whatever will be answered, problems included. */
export const addCookie = (c: Context, cookie: string): void => {
  const before = c.get(KEY) as string[] | undefined;
  c.set(KEY, [...(before ?? []), cookie]);
};

export const cookiesOf = (c: Context): readonly string[] => (c.get(KEY) as string[] | undefined) ?? [];
