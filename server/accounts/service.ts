import type { Db } from '../db/index.ts';
import type { Journal } from '../events/index.ts';
import type { Viewer } from '../http/index.ts';
import type { Clock, Log } from '../kit/index.ts';
import { createCredentials, type Credentials } from './door/credentials.ts';
import { createGuesses, type GUESSES } from './door/guesses.ts';
import { createHousehold, type Household } from './people/household.ts';
import type { Inside } from './inside.ts';
import { createSessions } from './door/lucia-sessions.ts';
import { createPasswords } from './door/passwords.ts';
import { createPeopleStore } from './people/people-store.ts';
import { createSessionStore, type SessionRow } from './door/session-store.ts';
import { createPersonalSettings, type PersonalSettings } from './people/settings.ts';
import { createSetup, type Setup } from './door/setup.ts';
import { createEntrance, type Entrance } from './door/sign-in.ts';
import { createTokenStore } from './tokens/token-store.ts';
import { createTokens, type Tokens } from './tokens/tokens.ts';
import { createDoor, type Door } from './door/who-is.ts';

export type AccountNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  journal: Pick<Journal, 'append'>;
  /** Smaller in tests. */
  guesses?: { [K in keyof typeof GUESSES]: number };
};

export type Accounts = {
  whoIs: Door['whoIs'];
  setup: Setup;
  entrance: Entrance;
  tokens: Tokens;
  household: Household;
  settings: PersonalSettings;
  sessions: {
    list: (viewer: Viewer) => SessionRow[];
    /** False when it is not theirs. */
    end: (viewer: Viewer, publicId: string) => boolean;
    /** Everywhere but here; answers how many. */
    endOthers: (viewer: Viewer) => number;
  };
  /** What was signed on behalf of a session or token asks here whether that still stands. */
  credentials: Credentials;
  /** Nightly: what is over goes; answers how many sessions that were. */
  sweep: () => number;
};

export const createAccounts = (needs: AccountNeeds): Accounts => {
  const { db, clock, log, journal } = needs;
  const parts = {
    db,
    clock,
    log,
    journal,
    passwords: createPasswords(),
    guesses: createGuesses(db, needs.guesses),
    sessions: createSessions({ db, log }),
    people: createPeopleStore(db, clock),
    sessionStore: createSessionStore(db, clock),
    tokenStore: createTokenStore(db, clock),
  };
  const inside: Inside = { ...parts, door: createDoor(parts) };
  const setup = createSetup(inside);
  const { sessionStore, door } = inside;
  return {
    whoIs: door.whoIs,
    setup,
    entrance: createEntrance(inside, setup),
    tokens: createTokens(inside),
    household: createHousehold(inside),
    settings: createPersonalSettings(inside),
    credentials: createCredentials(db, clock),
    sessions: {
      list: (viewer) => sessionStore.list(viewer.userId),
      end: (viewer, publicId) => {
        const ended = sessionStore.end(viewer.userId, publicId);
        door.forget((other) => other.credentialId === publicId);
        return ended;
      },
      endOthers: (viewer) => {
        const keep = viewer.via === 'session' ? viewer.credentialId : undefined;
        const ended = sessionStore.endOthers(viewer.userId, keep);
        door.forget((other) => other.userId === viewer.userId && other.via === 'session');
        return ended;
      },
    },
    sweep: () => {
      inside.guesses.sweep(clock.now());
      return sessionStore.sweep();
    },
  };
};
