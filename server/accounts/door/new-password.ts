import type { Inside } from '../inside.ts';

type Stores = Pick<Inside, 'people' | 'sessionStore' | 'tokenStore'>;
type NewPassword = {
  userId: string;
  passwordHash: string;
  /** The session that stays, if one does. */ keep?: string | undefined;
};

/**
 * Gives a person another password. Whoever knew the old one may have come in with it and made a token to stay, so all of
 * that ends: every session but `keep`, every token (and what was signed for either), and no browser is known any more.
 * Answers how many sessions ended. For inside a transaction.
 */
export const giveNewPassword = (
  { people, sessionStore, tokenStore }: Stores,
  { userId, passwordHash, keep }: NewPassword,
): number => {
  people.setPassword(userId, passwordHash);
  sessionStore.forgetBrowsers(userId);
  tokenStore.removeAll(userId);
  return sessionStore.endOthers(userId, keep);
};
