import { SESSION_DAYS } from './lucia-sessions.ts';

/*
 * On https the name begins with __Host-: browsers then take it from this very host over https only, so that neither a
 * neighbour on the domain nor plain http can plant a session. On http that prefix is not allowed and the plain name serves.
 */
const BROWSER_DAYS = 400;

export const sessionCookieName = (https: boolean): string => (https ? '__Host-evensong' : 'evensong');
export const browserCookieName = (https: boolean): string => (https ? '__Host-evensong-browser' : 'evensong-browser');

type Cookie = { name: string; value: string; https: boolean; days: number };

const write = ({ name, value, https, days }: Cookie): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${days * 86_400}${https ? '; Secure' : ''}`;

export const sessionCookie = (secret: string, https: boolean): string =>
  write({ name: sessionCookieName(https), value: secret, https, days: SESSION_DAYS });

export const noSessionCookie = (https: boolean): string =>
  write({ name: sessionCookieName(https), value: '', https, days: 0 });

/** Marks a browser that its person signed in from; opens nothing, only spares it others' wrong guesses. */
export const browserCookie = (secret: string, https: boolean): string =>
  write({ name: browserCookieName(https), value: secret, https, days: BROWSER_DAYS });
