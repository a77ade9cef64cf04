import type { Db } from '../../db/index.ts';
import type { Role, Viewer } from '../../http/index.ts';
import type { Clock } from '../../kit/index.ts';
import { scopesOfToken } from '../people/scopes.ts';
import { viewerOf } from './viewer-of.ts';

/*
 * What stands behind a credential right now, by the id that lists show: for what was signed on its behalf and comes without
 * the secret. Read from the database each time, so that whatever ends a credential ends that too.
 */
type Row = { userId: string; name: string; role: Role; scopes: string | null };

const prepare = ({ sqlite }: Db) => ({
  session: sqlite.prepare<[string, number], Row>(
    `SELECT u.id AS userId, u.name, u.role, NULL AS scopes FROM session s JOIN user u ON u.id = s.user_id
     WHERE s.public_id = ? AND s.expires_at > ?`,
  ),
  token: sqlite.prepare<[string, number], Row>(
    `SELECT u.id AS userId, u.name, u.role, t.scopes FROM token t JOIN user u ON u.id = t.user_id
     WHERE t.id = ? AND (t.expires_at IS NULL OR t.expires_at > ?)`,
  ),
  ids: sqlite.prepare<[], string>('SELECT public_id FROM session UNION ALL SELECT id FROM token').pluck(),
});

export type Credentials = {
  /** Undefined once it has ended. */
  viewer: (credentialId: string) => Viewer | undefined;
  ids: () => string[];
};

export const createCredentials = (db: Db, clock: Clock): Credentials => {
  const sql = prepare(db);
  return {
    viewer: (credentialId) => {
      const via = credentialId.startsWith('tok_') ? 'token' : 'session';
      const now = clock.now();
      const row = via === 'token' ? sql.token.get(credentialId, now) : sql.session.get(credentialId, now / 1000);
      if (!row) return undefined;
      const { scopes, ...person } = row;
      const limited = scopes === null ? undefined : scopesOfToken(scopes, row.role);
      return viewerOf(person, { via, credentialId, scopes: limited });
    },
    ids: () => sql.ids.all(),
  };
};
