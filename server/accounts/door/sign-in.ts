import type { Client, Viewer } from '../../http/index.ts';
import { cleanText, isProblem, mintId, sha256Hex } from '../../kit/index.ts';
import { checkAccount } from '../people/check-account.ts';
import type { Inside } from '../inside.ts';
import { nameKey } from '../people/names.ts';
import type { Person, PersonWithHash } from '../people/people-store.ts';
import { noAccount, wrongCredentials, wrongPassword } from '../problems.ts';
import { giveNewPassword } from './new-password.ts';
import type { Setup } from './setup.ts';

/** How somebody comes in: from where, with what browser, and what that browser carried already. */
export type Arrival = { client: Client; agent: string; oldSession: string | undefined; browser: string | undefined };
export type SignedIn = { person: Person; session: string; browser: string | undefined };

type NameAndPassword = { name: string; password: string };

const open = async (it: Inside, person: Person, arrival: Arrival): Promise<SignedIn> => {
  const now = it.clock.now();
  // Always a new id: one that was planted in the browser before is worth nothing, and the old one ends.
  if (arrival.oldSession !== undefined) {
    const old = sha256Hex(arrival.oldSession);
    it.db.sqlite.prepare('DELETE FROM session WHERE id = ? AND user_id = ?').run(old, person.id);
  }
  const { secret } = await it.sessions.start(person.id, {
    publicId: mintId('ses'),
    createdAt: now,
    lastSeenAt: now,
    agent: cleanText(arrival.agent, 300),
    address: arrival.client.address,
  });
  it.sessionStore.thinOut(person.id);
  const known = it.sessionStore.knownBrowser(person.id, arrival.browser) !== undefined;
  const browser = known ? undefined : it.sessionStore.rememberBrowser(person.id);
  it.door.forget((viewer) => viewer.userId === person.id);
  it.log.info({ userId: person.id, address: arrival.client.address }, 'Signed in');
  return { person, session: secret, browser };
};

const signIn = async (it: Inside, { name, password }: NameAndPassword, arrival: Arrival): Promise<SignedIn> => {
  const person = it.people.byName(name);
  const browser = it.sessionStore.knownBrowser(person?.id, arrival.browser);
  const paid = await it.guesses.pay({ account: nameKey(name), address: arrival.client.address, browser });
  if (!(await it.passwords.matches(person?.passwordHash, password)) || !person) {
    it.log.info({ address: arrival.client.address }, 'A sign-in was refused');
    throw wrongCredentials({ headers: paid.headers });
  }
  await paid.giveBack();
  // Hashing took a while: what was true of the account then must still be true now.
  if (it.people.byId(person.id)?.passwordHash !== person.passwordHash) throw wrongCredentials();
  return open(it, person, arrival);
};

type SetUp = NameAndPassword & { code: string };

const setUp = async (it: Inside, setup: Setup, ask: { given: SetUp; arrival: Arrival }): Promise<SignedIn> => {
  const { given, arrival } = ask;
  const paid = await it.guesses.pay({ account: undefined, address: arrival.client.address, browser: undefined });
  setup.check(given.code);
  await paid.giveBack();
  checkAccount(given);
  const passwordHash = await it.passwords.hash(given.password);
  const owner = setup.makeOwner({ name: given.name, passwordHash });
  it.log.info({ userId: owner.id }, 'This server has its owner');
  return open(it, owner, arrival);
};

type PasswordChange = { current: string; next: string };

const mustMatch = async (it: Inside, person: PersonWithHash, ask: { password: string; arrival: Arrival }) => {
  const browser = it.sessionStore.knownBrowser(person.id, ask.arrival.browser);
  const paid = await it.guesses.pay({ account: nameKey(person.name), address: ask.arrival.client.address, browser });
  if (!(await it.passwords.matches(person.passwordHash, ask.password))) throw wrongPassword({ headers: paid.headers });
  await paid.giveBack();
};

/** Changes one's own password; nothing stays but the session it is done in. */
const changePassword = async (
  it: Inside,
  viewer: Viewer,
  ask: { given: PasswordChange; arrival: Arrival },
): Promise<{ ended: number }> => {
  const person = it.people.byId(viewer.userId);
  if (!person) throw noAccount();
  await mustMatch(it, person, { password: ask.given.current, arrival: ask.arrival });
  checkAccount({ password: ask.given.next, nameOfPerson: person.name }, 'next');
  const passwordHash = await it.passwords.hash(ask.given.next);
  const keep = viewer.via === 'session' ? viewer.credentialId : undefined;
  const ended = it.db.transact(() => giveNewPassword(it, { userId: person.id, passwordHash, keep }));
  it.door.forget((other) => other.userId === person.id);
  it.log.info({ userId: person.id, ended }, 'A password was changed');
  return { ended };
};

export type Entrance = ReturnType<typeof createEntrance>;

export const createEntrance = (it: Inside, setup: Setup) => ({
  signIn: (credentials: NameAndPassword, arrival: Arrival) => signIn(it, credentials, arrival),
  setUp: (given: SetUp, arrival: Arrival) => setUp(it, setup, { given, arrival }),
  changePassword: (viewer: Viewer, given: PasswordChange, arrival: Arrival) =>
    changePassword(it, viewer, { given, arrival }),
  /** Ends the session itself. A token has none: false. */
  signOut: (viewer: Viewer): boolean => {
    if (viewer.via !== 'session') return false;
    it.sessionStore.end(viewer.userId, viewer.credentialId);
    it.door.forget((other) => other.credentialId === viewer.credentialId);
    return true;
  },
  /** An account for a start without a person; does nothing, and says so, once there is any account. */
  ensureOwner: async ({ name, password }: NameAndPassword): Promise<void> => {
    if (!setup.isOpen()) {
      it.log.info('EVENSONG_OWNER_NAME is passed over: this server has its owner');
      return;
    }
    checkAccount({ name, password });
    const passwordHash = await it.passwords.hash(password);
    try {
      setup.makeOwner({ name, passwordHash });
    } catch (error) {
      if (!isProblem(error)) throw error;
      it.log.info('EVENSONG_OWNER_NAME is passed over: this server has its owner');
    }
  },
});
