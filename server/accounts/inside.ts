import type { Db } from '../db/index.ts';
import type { Journal } from '../events/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import type { Guesses } from './door/guesses.ts';
import type { Sessions } from './door/lucia-sessions.ts';
import type { Passwords } from './door/passwords.ts';
import type { PeopleStore } from './people/people-store.ts';
import type { SessionStore } from './door/session-store.ts';
import type { TokenStore } from './tokens/token-store.ts';
import type { Door } from './door/who-is.ts';

/** What the parts of this room share; built once, in service.ts. */
export type Inside = {
  db: Db;
  clock: Clock;
  log: Log;
  journal: Pick<Journal, 'append'>;
  passwords: Passwords;
  guesses: Guesses;
  sessions: Sessions;
  people: PeopleStore;
  sessionStore: SessionStore;
  tokenStore: TokenStore;
  door: Door;
};
