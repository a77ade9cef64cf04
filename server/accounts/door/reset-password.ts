import type { Db } from '../../db/index.ts';
import type { Clock } from '../../kit/index.ts';
import { checkAccount } from '../people/check-account.ts';
import { giveNewPassword } from './new-password.ts';
import { createPasswords } from './passwords.ts';
import { createPeopleStore } from '../people/people-store.ts';
import { noAccount } from '../problems.ts';
import { createSessionStore } from './session-store.ts';
import { createTokenStore } from '../tokens/token-store.ts';

/**
 * For the command line: a new password for the owner, or for the person of that name. Every session and token of
 * theirs ends and the wrong guesses at the account are forgiven; a server that runs meanwhile notices at its next request.
 * Throws `accounts/no-account`, or `http/input` saying what is wrong with the password.
 */
export const resetPassword = async (
  needs: { db: Db; clock: Clock },
  { name, password }: { name?: string; password: string },
): Promise<{ name: string; role: string }> => {
  const people = createPeopleStore(needs.db, needs.clock);
  const person = name === undefined ? people.owner() : people.byName(name);
  if (!person) throw noAccount();
  checkAccount({ password, nameOfPerson: person.name });
  const passwordHash = await createPasswords().hash(password);
  const sessionStore = createSessionStore(needs.db, needs.clock);
  const tokenStore = createTokenStore(needs.db, needs.clock);
  needs.db.transact(() => {
    giveNewPassword({ people, sessionStore, tokenStore }, { userId: person.id, passwordHash });
    needs.db.sqlite.prepare('DELETE FROM guess').run();
  });
  return { name: person.name, role: person.role };
};
