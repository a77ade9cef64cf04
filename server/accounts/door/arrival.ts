import { getCookie } from 'hono/cookie';
import { addCookie, type Call } from '../../http/index.ts';
import { browserCookie, browserCookieName, noSessionCookie, sessionCookie, sessionCookieName } from './cookies.ts';
import type { Arrival, SignedIn } from './sign-in.ts';

type Arriving = Pick<Call<unknown>, 'c' | 'client'>;

/** What a request says about where somebody comes in. */
export const arrivalOf = ({ c, client }: Arriving): Arrival => ({
  client,
  agent: c.req.header('user-agent') ?? '',
  oldSession: getCookie(c, sessionCookieName(client.https)),
  browser: getCookie(c, browserCookieName(client.https)),
});

/** Gives the browser its session; for routes and pages alike. */
export const welcome = ({ c, client }: Arriving, signedIn: SignedIn): void => {
  addCookie(c, sessionCookie(signedIn.session, client.https));
  if (signedIn.browser !== undefined) addCookie(c, browserCookie(signedIn.browser, client.https));
};

export const farewell = ({ c, client }: Arriving): void => addCookie(c, noSessionCookie(client.https));
