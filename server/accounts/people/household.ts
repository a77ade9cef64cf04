import type { Role, Viewer } from '../../http/index.ts';
import { giveNewPassword } from '../door/new-password.ts';
import { checkAccount } from './check-account.ts';
import type { Inside } from '../inside.ts';
import type { Person } from './people-store.ts';
import { nameTaken, noAccount, ownerStays, ownPassword } from '../problems.ts';

export type NewMember = { name: string; password: string; role: Exclude<Role, 'owner'> };
export type MemberChange = {
  name?: string | undefined;
  password?: string | undefined;
  role?: Exclude<Role, 'owner'> | undefined;
};

const find = ({ people }: Inside, id: string): Person => {
  const person = people.byId(id);
  if (!person) throw noAccount();
  return person;
};

/** There is always the owner, so there are never zero who administer; what the owner is, only the owner changes. */
const mayChange = (viewer: Viewer, person: Person, change: MemberChange): void => {
  const own = person.id === viewer.userId;
  if (person.role === 'owner' && (change.role !== undefined || !own)) throw ownerStays();
  // Whoever finds a browser open would keep the account by it: the current one is asked for elsewhere.
  if (own && change.password !== undefined) throw ownPassword();
};

const change = async (it: Inside, viewer: Viewer, ask: { id: string; change: MemberChange }): Promise<Person> => {
  const before = find(it, ask.id);
  mayChange(viewer, before, ask.change);
  const { name, role, password } = ask.change;
  checkAccount({ name, password, nameOfPerson: before.name });
  const passwordHash = password === undefined ? undefined : await it.passwords.hash(password);
  const after = it.db.transact(() => {
    find(it, ask.id);
    if (name !== undefined && it.people.isTaken(name, ask.id)) throw nameTaken();
    it.people.change(ask.id, { name, role });
    if (passwordHash !== undefined) giveNewPassword(it, { userId: ask.id, passwordHash });
    it.journal.append('user.changed', { userId: ask.id });
    return find(it, ask.id);
  });
  it.door.forget((other) => other.userId === ask.id);
  return after;
};

export type Household = ReturnType<typeof createHousehold>;

export const createHousehold = (it: Inside) => ({
  list: (): Person[] => it.people.all(),
  get: (id: string): Person => find(it, id),
  add: async ({ name, password, role }: NewMember): Promise<Person> => {
    checkAccount({ name, password });
    // Asked before the costly hash and again where it counts.
    if (it.people.isTaken(name)) throw nameTaken();
    const passwordHash = await it.passwords.hash(password);
    return it.db.transact(() => {
      if (it.people.isTaken(name)) throw nameTaken();
      const person = it.people.add({ name, role, passwordHash });
      it.journal.append('user.added', { userId: person.id });
      return person;
    });
  },
  change: (viewer: Viewer, id: string, wish: MemberChange) => change(it, viewer, { id, change: wish }),
  remove: (id: string): void => {
    it.db.transact(() => {
      if (find(it, id).role === 'owner') throw ownerStays();
      it.people.remove(id);
      it.journal.append('user.removed', { userId: id });
    });
    it.door.forget((other) => other.userId === id);
  },
});
