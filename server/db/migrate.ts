import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from './open-database.ts';
import { databaseDamaged, databaseNewer } from './problems.ts';

/*
 * Forward only, one transaction each. Foreign keys are off while a migration runs (a table rebuild would otherwise run
 * ON DELETE CASCADE) and checked before it commits. A file that changed after it was applied, or a database that knows a
 * number we do not, stops the start: guessing would lose data.
 */
export type Migration = { number: number; name: string; sql: string; sha256: string };

export const readMigrations = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });

type Applied = { number: number; name: string; sha256: string };

const readApplied = (db: Db): Applied[] => {
  db.sqlite.exec(
    'CREATE TABLE IF NOT EXISTS migration(number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  return db.sqlite.prepare('SELECT number, name, sha256 FROM migration ORDER BY number').all() as Applied[];
};

/** What has still to run. Throws `db/newer` or `db/damaged` when the database and our files do not fit. */
export const pendingMigrations = (db: Db, migrations: Migration[]): Migration[] => {
  const applied = readApplied(db);
  const known = new Map(migrations.map((m) => [m.number, m]));
  const stranger = applied.find((a) => !known.has(a.number));
  if (stranger)
    throw databaseNewer({ detail: `It knows ${stranger.name}. Start that version, or restore an older backup.` });
  const changed = applied.find((a) => known.get(a.number)?.sha256 !== a.sha256);
  if (changed) throw databaseDamaged({ detail: `Its record of ${changed.name} does not fit this version.` });
  const done = new Set(applied.map((a) => a.number));
  return migrations.filter((m) => !done.has(m.number));
};

const runOne = (db: Db, migration: Migration, now: number): void => {
  db.sqlite.pragma('foreign_keys = OFF');
  try {
    db.transact(() => {
      db.sqlite.exec(migration.sql);
      const broken = db.sqlite.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) throw databaseDamaged({ detail: `${migration.name} would leave broken references.` });
      db.sqlite
        .prepare('INSERT INTO migration(number, name, sha256, applied_at) VALUES (?, ?, ?, ?)')
        .run(migration.number, migration.name, migration.sha256, now);
    });
  } finally {
    db.sqlite.pragma('foreign_keys = ON');
  }
};

/**
 * Brings the database up to date; answers the names of what ran. `backup` is called once, before the first migration of a
 * database that already holds something.
 */
export const migrate = (
  db: Db,
  migrations: Migration[],
  needs: { now: number; backup?: (before: Migration) => void },
): string[] => {
  const pending = pendingMigrations(db, migrations);
  const first = pending[0];
  if (first && first.number > 1 && pending.length < migrations.length) needs.backup?.(first);
  for (const migration of pending) runOne(db, migration, needs.now);
  return pending.map((m) => m.name);
};
