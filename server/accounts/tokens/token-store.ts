import type { Db } from '../../db/index.ts';
import type { Role, Scope } from '../../http/index.ts';
import { mintId, sha256Hex, type Clock } from '../../kit/index.ts';

export type TokenRow = {
  id: string;
  name: string;
  scopes: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
};

/** A token that stands, with whom it speaks for. */
export type LiveToken = {
  id: string;
  scopes: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  userId: string;
  userName: string;
  role: Role;
};

export type NewToken = {
  userId: string;
  name: string;
  secret: string;
  scopes: readonly Scope[];
  expiresAt: number | undefined;
};

const COLUMNS = 'id, name, scopes, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt';

const prepare = ({ sqlite }: Db) => ({
  live: sqlite.prepare<[string, number], LiveToken>(
    `SELECT t.id, t.scopes, t.expires_at AS expiresAt, t.last_used_at AS lastUsedAt, u.id AS userId, u.name AS userName, u.role
     FROM token t JOIN user u ON u.id = t.user_id WHERE t.secret_sha256 = ? AND (t.expires_at IS NULL OR t.expires_at > ?)`,
  ),
  list: sqlite.prepare<[string], TokenRow>(
    `SELECT ${COLUMNS} FROM token WHERE user_id = ? ORDER BY created_at DESC, id`,
  ),
  one: sqlite.prepare<[string, string], TokenRow>(`SELECT ${COLUMNS} FROM token WHERE id = ? AND user_id = ?`),
  count: sqlite.prepare<[string], number>('SELECT count(*) FROM token WHERE user_id = ?').pluck(),
  insert: sqlite.prepare(
    'INSERT INTO token(id, user_id, name, secret_sha256, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  touch: sqlite.prepare('UPDATE token SET last_used_at = ? WHERE id = ?'),
  remove: sqlite.prepare('DELETE FROM token WHERE id = ? AND user_id = ?'),
  removeAll: sqlite.prepare('DELETE FROM token WHERE user_id = ?'),
});

export type TokenStore = ReturnType<typeof createTokenStore>;

export const createTokenStore = (db: Db, clock: Clock) => {
  const sql = prepare(db);
  return {
    live: (secret: string): LiveToken | undefined => sql.live.get(sha256Hex(secret), clock.now()),
    list: (userId: string): TokenRow[] => sql.list.all(userId),
    one: (userId: string, id: string): TokenRow | undefined => sql.one.get(id, userId),
    count: (userId: string): number => sql.count.get(userId) ?? 0,
    add: ({ userId, name, secret, scopes, expiresAt }: NewToken): string => {
      const id = mintId('tok');
      sql.insert.run(id, userId, name, sha256Hex(secret), scopes.join(' '), clock.now(), expiresAt ?? null);
      return id;
    },
    touch: (id: string): void => void sql.touch.run(clock.now(), id),
    remove: (userId: string, id: string): boolean => sql.remove.run(id, userId).changes > 0,
    removeAll: (userId: string): void => void sql.removeAll.run(userId),
  };
};
