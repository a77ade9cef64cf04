import { getCookie } from 'hono/cookie';
import type { Context } from 'hono';
import { LRUCache } from 'lru-cache';
import type { Db } from '../../db/index.ts';
import { addCookie, type Client, type Viewer } from '../../http/index.ts';
import type { Clock, Log } from '../../kit/index.ts';
import { sessionCookie, sessionCookieName } from './cookies.ts';
import type { Sessions } from './lucia-sessions.ts';
import type { PeopleStore } from '../people/people-store.ts';
import { scopesOfToken } from '../people/scopes.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import { viewerOf } from './viewer-of.ts';

/*
 * Who asks, on every request. Credentials that were found to stand are remembered for a few minutes, and forgotten the
 * moment anything about them changes: by this process through `forget`, by another one (the password command) because
 * SQLite's data_version moves with others' commits. A scan commits all the time, so then the people's stamp decides.
 */
const REMEMBERED_MS = 5 * 60_000;
const HALF_LIFE_MS = 15 * 86_400_000;
/** `last seen` and `last used` are this coarse: a read must not become a write each time. */
const COARSE_MS = 5 * 60_000;

const TOKEN_FORM = /^evs_[0-9a-z]{40}$/;
const SESSION_FORM = /^[a-z2-7]{40}$/;

type Known = { viewer: Viewer; untilMs: number };

export type WhoIsNeeds = {
  db: Db;
  clock: Clock;
  log: Log;
  sessions: Sessions;
  people: PeopleStore;
  sessionStore: SessionStore;
  tokenStore: TokenStore;
};

export type Door = {
  whoIs: (c: Context, client: Client) => Viewer | undefined | Promise<Viewer | undefined>;
  /** Forgets what is remembered of these credentials, at once. */
  forget: (which: (viewer: Viewer) => boolean) => void;
};

const bearerOf = (c: Context): string | undefined => {
  // Basic belongs to a proxy in front of us, not to us.
  const [scheme, secret] = (c.req.header('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? (secret ?? '') : undefined;
};

const createMemory = ({ db, people, clock }: WhoIsNeeds) => {
  const known = new LRUCache<string, Known>({ max: 2000 });
  const dataVersion = db.sqlite.prepare<[], number>('PRAGMA data_version').pluck();
  let seenVersion = dataVersion.get();
  let seenStamp = people.stamp();
  let generation = 0;
  return {
    get: (secret: string): Viewer | undefined => {
      const version = dataVersion.get();
      if (version !== seenVersion) {
        seenVersion = version;
        const stamp = people.stamp();
        if (stamp !== seenStamp) known.clear();
        seenStamp = stamp;
      }
      const it = known.get(secret);
      return it && it.untilMs > clock.now() ? it.viewer : undefined;
    },
    /** Changes with every `forget`: what was read before it must not be remembered after it. */
    generation: () => generation,
    keep: (secret: string, it: Known, readAt: number) => {
      if (readAt === generation) known.set(secret, it);
    },
    forget: (which: (viewer: Viewer) => boolean) => {
      generation++;
      for (const [secret, { viewer }] of known.entries()) if (which(viewer)) known.delete(secret);
    },
  };
};

export const createDoor = (needs: WhoIsNeeds): Door => {
  const { clock, log, sessions, sessionStore, tokenStore } = needs;
  const memory = createMemory(needs);
  /** Notes a visit. That it cannot be noted (a full disk) keeps nobody out. */
  const note = (lastAtMs: number | null, write: () => void) => {
    if (lastAtMs !== null && clock.now() - lastAtMs < COARSE_MS) return;
    try {
      write();
    } catch (err) {
      log.warn({ err }, 'A visit could not be noted');
    }
  };
  const byToken = (secret: string): Viewer | undefined => {
    const token = tokenStore.live(secret);
    if (!token) return undefined;
    note(token.lastUsedAt, () => tokenStore.touch(token.id));
    const { userId, userName: name, role } = token;
    const scopes = scopesOfToken(token.scopes, role);
    const viewer = viewerOf({ userId, name, role }, { via: 'token', credentialId: token.id, scopes });
    const untilMs = Math.min(token.expiresAt ?? Infinity, clock.now() + REMEMBERED_MS);
    memory.keep(secret, { viewer, untilMs }, memory.generation());
    return viewer;
  };
  const bySession = async (c: Context, client: Client, secret: string): Promise<Viewer | undefined> => {
    const readAt = memory.generation();
    const session = await sessions.read(secret);
    if (!session) return undefined;
    note(session.lastSeenAtMs, () => sessionStore.touch(session.publicId, client.address));
    if (session.renewed) addCookie(c, sessionCookie(secret, client.https));
    const viewer = viewerOf(session, { via: 'session', credentialId: session.publicId });
    const renewAtMs = session.expiresAtMs - HALF_LIFE_MS;
    memory.keep(secret, { viewer, untilMs: Math.min(renewAtMs, clock.now() + REMEMBERED_MS) }, readAt);
    return viewer;
  };
  return {
    whoIs: (c, client) => {
      const bearer = bearerOf(c);
      // The two kinds of secret look different, so that neither is ever taken for the other.
      if (bearer !== undefined) return TOKEN_FORM.test(bearer) ? (memory.get(bearer) ?? byToken(bearer)) : undefined;
      const secret = getCookie(c, sessionCookieName(client.https));
      if (secret === undefined || !SESSION_FORM.test(secret)) return undefined;
      return memory.get(secret) ?? bySession(c, client, secret);
    },
    forget: memory.forget,
  };
};
