import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, openMemoryDatabase, readMigrations, type Db } from '../db/index.ts';
import type { Viewer } from '../http/index.ts';
import { fillLibrary, type FillOptions } from './fill-library.ts';

/** A migrated database in memory with a library in it, made once per size and opened anew for each test. */
const home = fileURLToPath(new URL('../..', import.meta.url));
const made = new Map<string, Buffer>();

export const addUser = (db: Db, id: string, name: string): void => {
  db.sqlite
    .prepare(
      `INSERT INTO user(id, name, name_key, name_look, role, password_hash, password_at, created_at) VALUES (?, ?, ?, ?, ?, '', 0, 0)`,
    )
    .run(id, name, id, id, 'listener');
};

export const openFilledHouse = (options: FillOptions): Db => {
  const key = JSON.stringify(options);
  const before = made.get(key);
  if (before) return openMemoryDatabase(before);
  const db = openMemoryDatabase();
  migrate(db, readMigrations(join(home, 'migrations')), { now: 0 });
  addUser(db, 'usr_ida', 'Ida');
  addUser(db, 'usr_olaf', 'Olaf');
  fillLibrary(db, options);
  made.set(key, db.sqlite.serialize());
  return db;
};

export const viewer = (userId: string, more: Partial<Viewer> = {}): Viewer => ({
  userId,
  name: userId,
  role: 'listener',
  scopes: new Set(['read', 'write', 'playback']),
  roots: 'all',
  via: 'token',
  credentialId: 'c',
  ...more,
});
export const ida = viewer('usr_ida');
export const olaf = viewer('usr_olaf');
export const owner = viewer('usr_ida', { role: 'owner', scopes: new Set(['read', 'write', 'playback', 'admin']) });
