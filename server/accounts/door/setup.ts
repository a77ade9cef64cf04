import { timingSafeEqual } from 'node:crypto';
import { mintSecret, sha256Hex } from '../../kit/index.ts';
import { alreadySetUp, wrongCode } from '../problems.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { Inside } from '../inside.ts';

/*
 * The first account. Whoever can read the log may make it: a code, new at each start, stands in the link that is printed
 * there. Loopback proves nothing (behind a proxy everybody is loopback). Once there is an owner the way is closed for
 * good: the code is thrown away, and the index on the role refuses a second owner whatever races.
 */
export type Setup = {
  /** True until there is an owner. */
  isOpen: () => boolean;
  /** What the log's link carries in its fragment; undefined once the way is closed. */
  code: () => string | undefined;
  /** Throws `accounts/already-set-up` or `accounts/wrong-code`. */
  check: (code: string) => void;
  /** Makes the owner. Throws `accounts/already-set-up` when somebody was faster. */
  makeOwner: (owner: { name: string; passwordHash: string }) => Person;
};

const same = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(a), 'hex'), Buffer.from(sha256Hex(b), 'hex'));

const isUniqueFault = (error: unknown): boolean => (error as { code?: unknown }).code === 'SQLITE_CONSTRAINT_UNIQUE';

const insertFirst = (people: PeopleStore, owner: { name: string; passwordHash: string }): Person => {
  if (people.count() > 0) throw alreadySetUp();
  try {
    return people.add({ ...owner, role: 'owner' });
  } catch (error) {
    if (isUniqueFault(error)) throw alreadySetUp();
    throw error;
  }
};

export const createSetup = ({ db, people, journal }: Inside): Setup => {
  let code = people.count() === 0 ? mintSecret(24) : undefined;
  const isOpen = (): boolean => {
    // An owner made by another process (a restore, a command) closes it as well.
    if (code !== undefined && people.count() > 0) code = undefined;
    return code !== undefined;
  };
  return {
    isOpen,
    code: () => (isOpen() ? code : undefined),
    check: (given) => {
      if (!isOpen() || code === undefined) throw alreadySetUp();
      if (!same(given.trim().toLowerCase(), code)) throw wrongCode();
    },
    makeOwner: (owner) => {
      const person = db.transact(() => {
        const made = insertFirst(people, owner);
        journal.append('user.added', { userId: made.id });
        return made;
      });
      code = undefined;
      return person;
    },
  };
};
