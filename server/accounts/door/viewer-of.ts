import type { Role, Scope, Viewer } from '../../http/index.ts';
import { scopesOfRole } from '../people/scopes.ts';

type Person = { userId: string; name: string; role: Role };
type Credential = Pick<Viewer, 'via' | 'credentialId'> & { scopes?: ReadonlySet<Scope> | undefined };

/** Somebody who came in with a credential; one without scopes of its own carries all that the role allows. */
export const viewerOf = ({ userId, name, role }: Person, { via, credentialId, scopes }: Credential): Viewer => ({
  userId,
  name,
  role,
  scopes: scopes ?? scopesOfRole(role),
  roots: 'all',
  via,
  credentialId,
});
