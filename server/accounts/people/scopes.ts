import type { Role, Scope } from '../../http/index.ts';

export const SCOPES = ['read', 'write', 'playback', 'metrics', 'admin'] as const satisfies readonly Scope[];

const OF_A_LISTENER: ReadonlySet<Scope> = new Set(['read', 'write', 'playback']);
const EVERY_SCOPE: ReadonlySet<Scope> = new Set(SCOPES);

/** What somebody of this role may do at most: a session has all of it, a token what of it was chosen. */
export const scopesOfRole = (role: Role): ReadonlySet<Scope> => (role === 'listener' ? OF_A_LISTENER : EVERY_SCOPE);

const isScope = (word: string): word is Scope => (SCOPES as readonly string[]).includes(word);

/** A token's scopes as stored, cut down to what its person may do today: who is no longer admin has no admin's token. */
export const scopesOfToken = (stored: string, role: Role): ReadonlySet<Scope> => {
  const allowed = scopesOfRole(role);
  return new Set(
    stored
      .split(' ')
      .filter(isScope)
      .filter((scope) => allowed.has(scope)),
  );
};
