import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backupName, checkBackup } from './backup.ts';
import type { DataFolder } from './data-folder.ts';
import { failureOf } from './failures.ts';
import { pendingMigrations, readMigrations } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { keepPrivate } from './private-file.ts';

export type Restored = {
  databaseFile: string;
  /** Where the replaced database went, if there was one. */ setAside: string | undefined;
};

// Consumers with a store of their own (search, an outside stream) compare the epoch, and rebuild when it is another.
const beginNewEpoch = (file: string, migrationsFolder: string): void => {
  const db = openDatabase(file, { durability: 'full' });
  try {
    pendingMigrations(db, readMigrations(migrationsFolder));
    db.sqlite.exec('UPDATE event_epoch SET epoch = lower(hex(randomblob(8)))');
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    db.sqlite.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
};

/*
 * A damaged database cannot be copied by VACUUM, so the old file is moved whole, with its log beside it: SQLite opens the
 * pair under the new name, and nobody's rows are thrown away by a restore that was a mistake.
 */
const setAside = (folder: DataFolder, now: number): string | undefined => {
  if (!existsSync(folder.databaseFile)) return undefined;
  const kept = join(folder.backupsFolder, backupName('before-restore', now));
  for (const end of ['-wal', '-shm', '']) {
    if (existsSync(folder.databaseFile + end)) renameSync(folder.databaseFile + end, kept + end);
  }
  return kept;
};

/**
 * Puts a backup in the database's place. The caller holds the data folder (no server runs). The copy is checked, must not be
 * of a newer version, and begins a new journal epoch before it is moved in; until that moment nothing has changed.
 */
export const restoreBackup = (
  file: string,
  needs: { folder: DataFolder; migrationsFolder: string; now: number },
): Restored => {
  checkBackup(file);
  const incoming = `${needs.folder.databaseFile}.incoming`;
  try {
    copyFileSync(file, incoming);
    keepPrivate(incoming);
    beginNewEpoch(incoming, needs.migrationsFolder);
    const kept = setAside(needs.folder, needs.now);
    renameSync(incoming, needs.folder.databaseFile);
    return { databaseFile: needs.folder.databaseFile, setAside: kept };
  } catch (error) {
    throw failureOf(error, needs.folder.databaseFile);
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(incoming + end, { force: true });
  }
};
