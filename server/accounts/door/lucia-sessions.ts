import { DrizzleSQLiteAdapter } from '@lucia-auth/adapter-drizzle';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { Db } from '../../db/index.ts';
import type { Role } from '../../http/index.ts';
import { sha256Hex, type Log } from '../../kit/index.ts';
import { sessionTable, userTable } from './tables.ts';

/*
 * The only file that knows lucia (no longer maintained upstream, so it must be easy to leave). Its adapter is wrapped:
 * the id in the cookie is hashed before it meets the database, and an answer carries the id that was asked for.
 * Lucia's own cookie reader throws on a malformed header, so cookies are read with Hono and never here.
 */
declare module 'lucia' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- merging a declaration needs an interface
  interface Register {
    Lucia: Lucia<Pick<SessionAttributes, 'publicId' | 'lastSeenAt'>, PersonAttributes>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: PersonAttributes;
  }
}

type PersonAttributes = { name: string; role: Role };

export type SessionAttributes = {
  publicId: string;
  /** Milliseconds. */
  createdAt: number;
  lastSeenAt: number;
  agent: string;
  address: string;
};

export type LiveSession = {
  userId: string;
  name: string;
  role: Role;
  publicId: string;
  lastSeenAtMs: number;
  expiresAtMs: number;
  /** True when its end was just moved: the cookie has to be sent again. */
  renewed: boolean;
};

export type Sessions = {
  /** A new secret for the cookie; the database keeps its hash. */
  start: (userId: string, attributes: SessionAttributes) => Promise<{ secret: string; expiresAtMs: number }>;
  read: (secret: string) => Promise<LiveSession | undefined>;
  end: (secret: string) => Promise<void>;
  endExpired: () => Promise<void>;
};

export const SESSION_DAYS = 30;

const hashing = (inner: Adapter, log: Log): Adapter => ({
  getSessionAndUser: async (id) => {
    const [session, user] = await inner.getSessionAndUser(sha256Hex(id));
    // Lucia would delete a session that is over; reading must not write (the sweep deletes it).
    if (!session || session.expiresAt.getTime() <= Date.now()) return [null, null];
    return [{ ...session, id }, user];
  },
  setSession: (session) => inner.setSession({ ...session, id: sha256Hex(session.id) }),
  // A full disk must not sign anybody out: moving the end may fail, the next visit tries again.
  updateSessionExpiration: (id, expiresAt) =>
    inner
      .updateSessionExpiration(sha256Hex(id), expiresAt)
      .catch((err: unknown) => log.warn({ err }, 'A session could not be renewed')),
  deleteSession: (id) => inner.deleteSession(sha256Hex(id)),
  // These name people or nothing at all; whoever lists sessions sees hashes.
  getUserSessions: (userId) => inner.getUserSessions(userId),
  deleteUserSessions: (userId) => inner.deleteUserSessions(userId),
  deleteExpiredSessions: () => inner.deleteExpiredSessions(),
});

export const createSessions = ({ db, log }: { db: Db; log: Log }): Sessions => {
  const lucia = new Lucia(hashing(new DrizzleSQLiteAdapter(drizzle(db.sqlite), sessionTable, userTable), log), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS, 'd'),
    getSessionAttributes: ({ publicId, lastSeenAt }) => ({ publicId, lastSeenAt }),
    getUserAttributes: ({ name, role }) => ({ name, role }),
  });
  return {
    start: async (userId, attributes) => {
      const session = await lucia.createSession(userId, attributes);
      return { secret: session.id, expiresAtMs: session.expiresAt.getTime() };
    },
    read: async (secret) => {
      const { session, user } = await lucia.validateSession(secret);
      if (!session) return undefined;
      return {
        userId: user.id,
        name: user.name,
        role: user.role,
        publicId: session.publicId,
        lastSeenAtMs: session.lastSeenAt,
        expiresAtMs: session.expiresAt.getTime(),
        renewed: session.fresh,
      };
    },
    end: (secret) => lucia.invalidateSession(secret),
    endExpired: () => lucia.deleteExpiredSessions(),
  };
};
