import type { Db } from '../../db/index.ts';
import { mintSecret, sha256Hex, type Clock } from '../../kit/index.ts';

/** Per person; the ones not seen for longest make room. */
const SESSIONS_KEPT = 100;
const BROWSERS_KEPT = 30;
const BROWSER_DAYS = 400;

export type SessionRow = {
  publicId: string;
  createdAt: number;
  lastSeenAt: number;
  /** Seconds. */
  expiresAt: number;
  agent: string;
  address: string;
};

const prepare = ({ sqlite }: Db) => ({
  list: sqlite.prepare<[string, number], SessionRow>(
    `SELECT public_id AS publicId, created_at AS createdAt, last_seen_at AS lastSeenAt, expires_at AS expiresAt, agent, address
     FROM session WHERE user_id = ? AND expires_at > ? ORDER BY last_seen_at DESC, public_id`,
  ),
  touch: sqlite.prepare('UPDATE session SET last_seen_at = ?, address = ? WHERE public_id = ?'),
  end: sqlite.prepare('DELETE FROM session WHERE public_id = ? AND user_id = ?'),
  endAll: sqlite.prepare('DELETE FROM session WHERE user_id = ? AND public_id <> ?'),
  crowd: sqlite.prepare(
    `DELETE FROM session WHERE id IN (SELECT id FROM session WHERE user_id = ? ORDER BY last_seen_at DESC LIMIT -1 OFFSET ${SESSIONS_KEPT})`,
  ),
  sweep: sqlite.prepare('DELETE FROM session WHERE expires_at <= ?'),
  browserOwner: sqlite.prepare<[string], string>('SELECT user_id FROM known_browser WHERE secret_sha256 = ?').pluck(),
  keepBrowser: sqlite.prepare(
    `INSERT INTO known_browser(secret_sha256, user_id, seen_at) VALUES (?, ?, ?)
     ON CONFLICT(secret_sha256) DO UPDATE SET user_id = excluded.user_id, seen_at = excluded.seen_at`,
  ),
  crowdOfBrowsers: sqlite.prepare(
    `DELETE FROM known_browser WHERE secret_sha256 IN (SELECT secret_sha256 FROM known_browser WHERE user_id = ? ORDER BY seen_at DESC LIMIT -1 OFFSET ${BROWSERS_KEPT})`,
  ),
  forgetBrowsers: sqlite.prepare('DELETE FROM known_browser WHERE user_id = ?'),
  sweepBrowsers: sqlite.prepare('DELETE FROM known_browser WHERE seen_at < ?'),
});

export type SessionStore = ReturnType<typeof createSessionStore>;

/** What lucia does not do: lists, ends by public id, and the browsers a person is known by. */
export const createSessionStore = (db: Db, clock: Clock) => {
  const sql = prepare(db);
  return {
    list: (userId: string): SessionRow[] => sql.list.all(userId, Math.floor(clock.now() / 1000)),
    touch: (publicId: string, address: string): void => void sql.touch.run(clock.now(), address, publicId),
    end: (userId: string, publicId: string): boolean => sql.end.run(publicId, userId).changes > 0,
    /** All of a person's but one; answers how many. */
    endOthers: (userId: string, keep: string | undefined): number => sql.endAll.run(userId, keep ?? '').changes,
    thinOut: (userId: string): void => void sql.crowd.run(userId),
    /** The hash of the secret, when it is one of this person's browsers. */
    knownBrowser: (userId: string | undefined, secret: string | undefined): string | undefined => {
      if (userId === undefined || secret === undefined) return undefined;
      const hash = sha256Hex(secret);
      return sql.browserOwner.get(hash) === userId ? hash : undefined;
    },
    /** Remembers the browser; a new secret each time, as with sessions. */
    rememberBrowser: (userId: string): string => {
      const secret = mintSecret(40);
      sql.keepBrowser.run(sha256Hex(secret), userId, clock.now());
      sql.crowdOfBrowsers.run(userId);
      return secret;
    },
    forgetBrowsers: (userId: string): void => void sql.forgetBrowsers.run(userId),
    sweep: (): number => {
      sql.sweepBrowsers.run(clock.now() - BROWSER_DAYS * 86_400_000);
      return sql.sweep.run(Math.floor(clock.now() / 1000)).changes;
    },
  };
};
