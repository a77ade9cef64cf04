import type { Db } from '../../db/index.ts';
import type { Role } from '../../http/index.ts';
import { mintId, type Clock } from '../../kit/index.ts';
import { nameKey, nameLook, shownName } from './names.ts';

export type Person = { id: string; name: string; role: Role; createdAt: number; passwordAt: number };
export type PersonWithHash = Person & { passwordHash: string };
export type NewPerson = { name: string; role: Role; passwordHash: string };
type Change = { name?: string | undefined; role?: Role | undefined };

const COLUMNS = 'id, name, role, created_at AS createdAt, password_at AS passwordAt';

const prepare = ({ sqlite }: Db) => ({
  count: sqlite.prepare<[], number>('SELECT count(*) FROM user').pluck(),
  // What another process (the password command) changes; see who-is.ts.
  stamp: sqlite.prepare<[], string>(`SELECT count(*) || ':' || total(password_at) FROM user`).pluck(),
  byKey: sqlite.prepare<[string], PersonWithHash>(
    `SELECT ${COLUMNS}, password_hash AS passwordHash FROM user WHERE name_key = ?`,
  ),
  byId: sqlite.prepare<[string], PersonWithHash>(
    `SELECT ${COLUMNS}, password_hash AS passwordHash FROM user WHERE id = ?`,
  ),
  owner: sqlite.prepare<[], Person>(`SELECT ${COLUMNS} FROM user WHERE role = 'owner'`),
  all: sqlite.prepare<[], Person>(`SELECT ${COLUMNS} FROM user ORDER BY created_at, id`),
  look: sqlite.prepare<[string, string], string>('SELECT id FROM user WHERE name_look = ? AND id <> ?').pluck(),
  insert: sqlite.prepare(
    'INSERT INTO user(id, name, name_key, name_look, role, password_hash, password_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  rename: sqlite.prepare('UPDATE user SET name = ?, name_key = ?, name_look = ? WHERE id = ?'),
  // The owner's role is not among those that can be changed: there is always one.
  setRole: sqlite.prepare(`UPDATE user SET role = ? WHERE id = ? AND role <> 'owner'`),
  setPassword: sqlite.prepare('UPDATE user SET password_hash = ?, password_at = ? WHERE id = ?'),
  remove: sqlite.prepare(`DELETE FROM user WHERE id = ? AND role <> 'owner'`),
  settings: sqlite.prepare<[string], string>('SELECT settings FROM user WHERE id = ?').pluck(),
  setSettings: sqlite.prepare('UPDATE user SET settings = ? WHERE id = ?'),
});

export type PeopleStore = ReturnType<typeof createPeopleStore>;

export const createPeopleStore = (db: Db, clock: Clock) => {
  const sql = prepare(db);
  return {
    count: (): number => sql.count.get() ?? 0,
    stamp: (): string => sql.stamp.get() ?? '',
    byName: (name: string): PersonWithHash | undefined => sql.byKey.get(nameKey(name)),
    byId: (id: string): PersonWithHash | undefined => sql.byId.get(id),
    owner: (): Person | undefined => sql.owner.get(),
    all: (): Person[] => sql.all.all(),
    /** Whether somebody else has a name that looks like this one. */
    isTaken: (name: string, besides = ''): boolean => sql.look.get(nameLook(name), besides) !== undefined,
    add: (person: NewPerson): Person => {
      const id = mintId('usr');
      const now = clock.now();
      const { name, role, passwordHash } = person;
      sql.insert.run(id, shownName(name), nameKey(name), nameLook(name), role, passwordHash, now, now);
      return { id, name: shownName(name), role, createdAt: now, passwordAt: now };
    },
    change: (id: string, { name, role }: Change): void => {
      if (name !== undefined) sql.rename.run(shownName(name), nameKey(name), nameLook(name), id);
      if (role !== undefined) sql.setRole.run(role, id);
    },
    setPassword: (id: string, passwordHash: string): void => void sql.setPassword.run(passwordHash, clock.now(), id),
    remove: (id: string): boolean => sql.remove.run(id).changes > 0,
    settings: (id: string): unknown => JSON.parse(sql.settings.get(id) ?? '{}') as unknown,
    setSettings: (id: string, settings: unknown): void => void sql.setSettings.run(JSON.stringify(settings), id),
  };
};
