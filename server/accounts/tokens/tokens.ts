import { badInput, type Scope, type Viewer } from '../../http/index.ts';
import { cleanText, mintSecret } from '../../kit/index.ts';
import type { Inside } from '../inside.ts';
import { beyondYourself, tooManyTokens } from '../problems.ts';

const TOKENS_KEPT = 100;

export type TokenWish = { name: string; scopes: readonly Scope[]; expiresAtMs: number | undefined };

/** A token is at most what its maker is: no more scopes, and when a token makes it, no longer life. */
const checkWish = ({ clock, tokenStore }: Inside, viewer: Viewer, wish: TokenWish): void => {
  if (wish.expiresAtMs !== undefined && wish.expiresAtMs <= clock.now())
    throw badInput({ errors: [{ path: 'expiresAt', message: 'It lies in the past.' }] });
  if (wish.scopes.some((scope) => !viewer.scopes.has(scope))) throw beyondYourself();
  if (viewer.via !== 'token') return;
  const ends = tokenStore.one(viewer.userId, viewer.credentialId)?.expiresAt ?? undefined;
  if (ends !== undefined && (wish.expiresAtMs === undefined || wish.expiresAtMs > ends))
    throw beyondYourself({ detail: 'It would outlive the token that asks.' });
};

export type Tokens = ReturnType<typeof createTokens>;

export const createTokens = (it: Inside) => ({
  list: (viewer: Viewer) => it.tokenStore.list(viewer.userId),
  /** Answers the secret, this once; the store keeps its hash. */
  create: (viewer: Viewer, wish: TokenWish): { id: string; secret: string } => {
    checkWish(it, viewer, wish);
    const name = cleanText(wish.name, 100);
    if (name === '') throw badInput({ errors: [{ path: 'name', message: 'It is empty.' }] });
    const secret = `evs_${mintSecret(40)}`;
    const id = it.db.transact(() => {
      if (it.tokenStore.count(viewer.userId) >= TOKENS_KEPT) throw tooManyTokens();
      const scopes = [...new Set(wish.scopes)];
      return it.tokenStore.add({ userId: viewer.userId, name, secret, scopes, expiresAt: wish.expiresAtMs });
    });
    return { id, secret };
  },
  /** False when it is not theirs. */
  revoke: (viewer: Viewer, id: string): boolean => {
    const gone = it.tokenStore.remove(viewer.userId, id);
    it.door.forget((other) => other.credentialId === id);
    return gone;
  },
});
